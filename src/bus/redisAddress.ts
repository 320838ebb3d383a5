/** Where Redis is: one server, a Cluster, or a master that Sentinels know. */
export type RedisAddress =
  | ({ readonly kind: 'single'; readonly host: string; readonly port: number; readonly database: number } & RedisLogin)
  | ({ readonly kind: 'cluster'; readonly nodes: readonly HostAndPort[] } & RedisLogin)
  | ({
      readonly kind: 'sentinel';
      readonly sentinels: readonly HostAndPort[];
      readonly masterName: string;
      readonly database: number;
    } & RedisLogin);

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

interface RedisLogin {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: boolean;
}

const SCHEME = /^(rediss?)(\+cluster|\+sentinel)?:\/\//;
const PORT_MAX = 65_535;
const DEFAULT_PORT = { single: 6379, cluster: 6379, sentinel: 26_379 } as const;
/** Each is one word of the address, and may hold what is written with per cent signs. */
const LOGIN = /^(?:([^:@/]*)(?::([^@/]*))?@)?/;
const HOST = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/;

/**
 * Reads redis://[user:password@]host[:port][/database], redis+cluster://…@host:port,host:port and
 * redis+sentinel://…@host:port,host:port/masterName[/database]; rediss for TLS. Undefined where it is none of these.
 */
export function readRedisAddress(text: string): RedisAddress | undefined {
  const scheme = SCHEME.exec(text);
  if (scheme === null) return undefined;
  const kind = scheme[2] === '+cluster' ? 'cluster' : scheme[2] === '+sentinel' ? 'sentinel' : 'single';
  const rest = text.slice(scheme[0].length);
  const login = LOGIN.exec(rest);
  const [hosts = '', ...path] = rest.slice(login?.[0].length ?? 0).split('/');
  const nodes = hosts.split(',').map((host) => hostAndPort(host, DEFAULT_PORT[kind]));
  const words = decoded([login?.[1], login?.[2], ...path]);
  if (words === undefined || nodes.some((node) => node === undefined)) return undefined;
  const [username, password, ...segments] = words;
  return assemble({
    kind,
    nodes: nodes.filter((node) => node !== undefined),
    login: { username: username || undefined, password: password || undefined, tls: scheme[1] === 'rediss' },
    segments: segments.map((segment) => segment ?? '').filter((segment) => segment !== ''),
  });
}

function assemble(parts: {
  readonly kind: RedisAddress['kind'];
  readonly nodes: readonly HostAndPort[];
  readonly login: RedisLogin;
  readonly segments: readonly string[];
}): RedisAddress | undefined {
  const { kind, nodes, login, segments } = parts;
  const [first] = nodes;
  if (first === undefined) return undefined;
  if (kind === 'cluster') return segments.length === 0 ? { kind, nodes, ...login } : undefined;
  const masterName = kind === 'sentinel' ? segments[0] : 'none';
  const [databaseText = '0', ...more] = kind === 'sentinel' ? segments.slice(1) : segments;
  if (masterName === undefined || more.length > 0 || !/^\d{1,4}$/.test(databaseText)) return undefined;
  const database = Number(databaseText);
  if (kind === 'sentinel') return { kind, sentinels: nodes, masterName, database, ...login };
  return nodes.length === 1 ? { kind, ...first, database, ...login } : undefined;
}

function hostAndPort(text: string, defaultPort: number): HostAndPort | undefined {
  const match = HOST.exec(text);
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  const host = match?.[1] ?? match?.[2];
  return host === undefined || port < 1 || port > PORT_MAX ? undefined : { host, port };
}

function decoded(words: readonly (string | undefined)[]): (string | undefined)[] | undefined {
  try {
    return words.map((word) => (word === undefined ? undefined : decodeURIComponent(word)));
  } catch {
    return undefined;
  }
}
