import { isIP } from 'node:net';
import { type RedisAddress, readRedisAddress } from './bus/redisAddress.js';
import type { MutualSettings, TlsSettings } from './gateway/tls/settings.js';
import { isMailFrom, MAIL_FROM_RULE, type MailSettings, parseSmtpUrl, SMTP_URL_RULE } from './mail/smtpSettings.js';
import { readOidcSettings } from './oidc/readSettings.js';
import type { OidcSettings } from './oidc/settings.js';
import type { NetworkRange } from './site/networks.js';
import { DATABASE_URL_RULE, type DatabaseUrl, parseDatabaseUrl } from './store/postgres/databaseUrl.js';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the environment says, checked. Everything else about a site is configured through the API. */
export interface Config {
  /** The one port for the API, the dashboard and the stations. 0: any free one. Default 8080. */
  readonly port: number;
  /** The address to listen on. Default 0.0.0.0: every IPv4 address of the machine. "::" is every address of both kinds. */
  readonly host: string;
  /** Default ./data, relative to the working directory. */
  readonly dataDir: string;
  /** Postgres, which many processes may share. 'embedded' (default): a file in dataDir, of this process alone. */
  readonly database: DatabaseUrl | 'embedded';
  /** 'generated': one is made on the first start, printed once, and kept hashed. */
  readonly adminKey: string | 'generated';
  /** What this process does. 'all' (default): everything; the others need a database and a Redis that they share. */
  readonly roles: 'all' | readonly SingleRole[];
  /** Carries messages between processes. 'none' (default): there is one process. */
  readonly redis: RedisAddress | 'none';
  /** Where other processes reach this one's API. 'derived' (default): by the machine's name, or HOST where that is an address of its own. */
  readonly advertisedUrl: string | 'derived';
  /**
   * Where people and other back ends reach this service from outside: in links, redirects and addresses that peers are given. No slash
   * at its end. 'derived' (default): localhost and the port, which is of use on one machine only.
   */
  readonly publicUrl: string | 'derived';
  /** An identity provider that people may sign in with, beside their passwords. Default 'off'. */
  readonly oidc: OidcSettings | 'off';
  /** Stations without credentials are let in. Only for trying things out. Default false. */
  readonly allowUnauthenticatedStations: boolean;
  /** Private or loopback networks that we may call out to although they are private. Default none. */
  readonly allowedPrivateNets: readonly NetworkRange[];
  /** Reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. Default none. */
  readonly trustedProxies: readonly NetworkRange[];
  /** Ports of their own for stations that encrypt; that for passwords serves the API too. Default 'off'. */
  readonly tls: TlsSettings | 'off';
  /** How people are told by e-mail. Default 'off'. */
  readonly mail: MailSettings | 'off';
  readonly logLevel: LogLevel;
}

export type SingleRole = (typeof SINGLE_ROLES)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** Short enough to type, long enough that it can't be guessed through a rate-limited API. */
const ADMIN_KEY_MIN_LENGTH = 8;
/** It travels in an HTTP header. */
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
/** What is appended to it for peers has to fit in their 255 characters. */
const PUBLIC_URL_MAX_LENGTH = 150;
const SINGLE_ROLES = ['gateway', 'planner', 'api'] as const;
const HOST_NAME = /^(?!-)[A-Za-z0-9-]{1,63}(\.(?!-)[A-Za-z0-9-]{1,63})*\.?$/;

/**
 * Reads the configuration from the environment. A wrong value answers one line that names the variable, the value (unless it is
 * a secret) and what is allowed. A variable that is set but empty counts as not set.
 */
export function parseConfig(
  environment: Environment,
): { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly error: string } {
  try {
    const config: Config = {
      port: parsePort(environment, 'PORT', '8080'),
      host: parseHost(environment),
      dataDir: parseDataDir(environment),
      database: parseDatabase(environment),
      adminKey: parseAdminKey(environment),
      roles: parseRoles(environment),
      redis: parseRedis(environment),
      advertisedUrl: parseAdvertisedUrl(environment),
      publicUrl: parsePublicUrl(environment),
      oidc: parseOidc(environment),
      allowUnauthenticatedStations: parseBoolean(environment, 'EVENKEEL_ALLOW_UNAUTHENTICATED_STATIONS', false),
      allowedPrivateNets: parseNetworks(environment, 'EVENKEEL_ALLOWED_PRIVATE_NETS'),
      trustedProxies: parseNetworks(environment, 'EVENKEEL_TRUSTED_PROXIES'),
      tls: parseTls(environment),
      mail: parseMail(environment),
      logLevel: parseLogLevel(environment),
    };
    refuseSamePort(config);
    refuseUnshared(config);
    return { ok: true, config };
  } catch (error) {
    if (error instanceof WrongValue) return { ok: false, error: error.message };
    throw error;
  }
}

/** Never leaves this file: callers get the line as a value. */
class WrongValue extends Error {}

function read(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
}

function parsePort(environment: Environment, name: string, fallback: string): number {
  const text = read(environment, name) ?? fallback;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw wrong(name, text, 'a whole number from 1 to 65535, or 0 for any free port');
  return port;
}

function parseTls(environment: Environment): TlsSettings | 'off' {
  const port =
    read(environment, 'EVENKEEL_TLS_PORT') === undefined ? 'off' : parsePort(environment, 'EVENKEEL_TLS_PORT', '');
  const mutual = parseMutual(environment);
  const certFiles = parseFiles(environment, 'EVENKEEL_TLS_CERT');
  const keyFiles = parseFiles(environment, 'EVENKEEL_TLS_KEY');
  if (port === 'off' && mutual === 'off') {
    if (certFiles.length + keyFiles.length === 0) return 'off';
    const name = certFiles.length > 0 ? 'EVENKEEL_TLS_CERT' : 'EVENKEEL_TLS_KEY';
    throw new WrongValue(`${name} is set, but no port uses it: set EVENKEEL_TLS_PORT or EVENKEEL_MTLS_PORT.`);
  }
  if (certFiles.length === 0 || certFiles.length !== keyFiles.length) {
    const name = port === 'off' ? 'EVENKEEL_MTLS_PORT' : 'EVENKEEL_TLS_PORT';
    throw new WrongValue(
      `${name} is set, but EVENKEEL_TLS_CERT names ${certFiles.length} files and EVENKEEL_TLS_KEY ${keyFiles.length}; there must be as many of each, in the same order, and one at least.`,
    );
  }
  const identities = certFiles.map((certFile, index) => ({ certFile, keyFile: keyFiles[index] ?? '' }));
  return { identities, port, mutual };
}

function parseMutual(environment: Environment): MutualSettings | 'off' {
  const [caFile, crlFile] = [read(environment, 'EVENKEEL_MTLS_CA'), read(environment, 'EVENKEEL_MTLS_CRL')];
  const organization = read(environment, 'EVENKEEL_MTLS_ORGANIZATION');
  if (read(environment, 'EVENKEEL_MTLS_PORT') === undefined) {
    const name = ['EVENKEEL_MTLS_CA', 'EVENKEEL_MTLS_CRL', 'EVENKEEL_MTLS_ORGANIZATION'].find(
      (one) => read(environment, one) !== undefined,
    );
    if (name === undefined) return 'off';
    throw new WrongValue(`${name} is set, but no port uses it: set EVENKEEL_MTLS_PORT.`);
  }
  const port = parsePort(environment, 'EVENKEEL_MTLS_PORT', '');
  if (caFile === undefined) {
    throw new WrongValue(
      'EVENKEEL_MTLS_PORT is set, but EVENKEEL_MTLS_CA is not; it must name the PEM file of the authorities that sign the certificates of stations.',
    );
  }
  return { port, caFile, crlFile: crlFile ?? 'none', ...(organization === undefined ? {} : { organization }) };
}

/** The address of the server holds a password, so that it is never shown. */
function parseMail(environment: Environment): MailSettings | 'off' {
  const text = read(environment, 'EVENKEEL_SMTP_URL');
  const from = read(environment, 'EVENKEEL_MAIL_FROM');
  if (text === undefined && from === undefined) return 'off';
  if (text === undefined || from === undefined) {
    const [given, missing] =
      text === undefined ? ['EVENKEEL_MAIL_FROM', 'EVENKEEL_SMTP_URL'] : ['EVENKEEL_SMTP_URL', 'EVENKEEL_MAIL_FROM'];
    throw new WrongValue(`${given} is set, but ${missing} is not: mail needs a server and a sender.`);
  }
  const smtp = parseSmtpUrl(text);
  if (smtp === undefined)
    throw new WrongValue(`EVENKEEL_SMTP_URL is not usable (its value is not shown): it must be ${SMTP_URL_RULE}.`);
  if (!isMailFrom(from)) throw wrong('EVENKEEL_MAIL_FROM', from, MAIL_FROM_RULE);
  return { smtp, from };
}

function parseFiles(environment: Environment, name: string): readonly string[] {
  const text = read(environment, name);
  if (text === undefined) return [];
  const files = text.split(',').map((part) => part.trim());
  if (files.some((file) => file === '' || file.includes('\0')))
    throw wrong(name, text, 'a comma-separated list of files');
  return files;
}

/** Each has its own security profile. */
function refuseSamePort({ port, tls }: Config): void {
  if (tls === 'off') return;
  const named = [
    ['PORT', port],
    ['EVENKEEL_TLS_PORT', tls.port],
    ['EVENKEEL_MTLS_PORT', tls.mutual === 'off' ? 'off' : tls.mutual.port],
  ] as const;
  named.forEach(([name, number], index) => {
    const same = named.slice(0, index).find(([, other]) => other === number && number !== 'off' && number !== 0);
    if (same !== undefined) throw wrong(name, String(number), `another port than ${same[0]}`);
  });
}

function parseHost(environment: Environment): string {
  const text = read(environment, 'HOST') ?? '0.0.0.0';
  if (isIP(text) === 0 && !HOST_NAME.test(text)) {
    throw wrong('HOST', text, 'an IP address or a host name, without a port, such as 0.0.0.0, :: or 127.0.0.1');
  }
  return text;
}

function parseDataDir(environment: Environment): string {
  const text = read(environment, 'EVENKEEL_DATA_DIR') ?? './data';
  if (text.includes('\0')) throw wrong('EVENKEEL_DATA_DIR', text, 'the path of a directory');
  return text;
}

/** It holds a password, so that it is never shown. */
function parseDatabase(environment: Environment): DatabaseUrl | 'embedded' {
  const text = read(environment, 'DATABASE_URL');
  if (text === undefined) return 'embedded';
  const url = parseDatabaseUrl(text);
  if (url !== undefined) return url;
  throw new WrongValue(`DATABASE_URL is not usable (its value is not shown): it must be ${DATABASE_URL_RULE}.`);
}

function parseAdminKey(environment: Environment): string {
  const key = read(environment, 'EVENKEEL_ADMIN_KEY');
  if (key === undefined) return 'generated';
  if (key.length >= ADMIN_KEY_MIN_LENGTH && VISIBLE_ASCII.test(key)) return key;
  throw new WrongValue(
    `EVENKEEL_ADMIN_KEY is not usable (its value is not shown): it must be at least ${ADMIN_KEY_MIN_LENGTH} visible ASCII characters without spaces. Leave it unset to have one made.`,
  );
}

function parseRoles(environment: Environment): Config['roles'] {
  const text = read(environment, 'EVENKEEL_ROLES') ?? 'all';
  const named = text.split(',').map((role) => role.trim());
  if (named.length === 1 && named[0] === 'all') return 'all';
  const roles = named.map((name) => SINGLE_ROLES.find((role) => role === name));
  if (roles.some((role) => role === undefined))
    throw wrong('EVENKEEL_ROLES', text, '"all", or a comma-separated list of "gateway", "planner" and "api"');
  return SINGLE_ROLES.filter((role) => roles.includes(role));
}

/** It may hold a password, so that it is never shown. */
function parseRedis(environment: Environment): RedisAddress | 'none' {
  const text = read(environment, 'REDIS_URL');
  if (text === undefined) return 'none';
  const address = readRedisAddress(text);
  if (address !== undefined) return address;
  throw new WrongValue(
    'REDIS_URL is not usable (its value is not shown): it must be redis://USER:PASSWORD@HOST:PORT/DATABASE, redis+cluster://HOST:PORT,HOST:PORT or redis+sentinel://HOST:PORT,HOST:PORT/MASTER, or the same with rediss for TLS.',
  );
}

/** A proxy may serve it below a path. */
function parsePublicUrl(environment: Environment): string | 'derived' {
  const name = 'EVENKEEL_PUBLIC_URL';
  const text = read(environment, name);
  if (text === undefined) return 'derived';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && url.username === '' && url.password === '' && url.search + url.hash === '';
  if (isPlain && text.length <= PUBLIC_URL_MAX_LENGTH && ['http:', 'https:'].includes(url.protocol))
    return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  throw wrong(
    name,
    text,
    `an address such as https://charging.example, of ${PUBLIC_URL_MAX_LENGTH} characters at most`,
  );
}

function parseOidc(environment: Environment): OidcSettings | 'off' {
  const found = readOidcSettings((name) => read(environment, name), parsePublicUrl(environment));
  if (!found.ok) throw new WrongValue(found.error);
  return found.settings;
}

function parseAdvertisedUrl(environment: Environment): string | 'derived' {
  const name = 'EVENKEEL_ADVERTISED_URL';
  const text = read(environment, name);
  if (text === undefined) return 'derived';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && url.username === '' && url.pathname === '/' && url.search + url.hash === '';
  if (isPlain && ['http:', 'https:'].includes(url.protocol)) return url.origin;
  throw wrong(name, text, 'an address such as http://10.0.0.7:8080, without a path');
}

/** Processes that work together share everything, or each would be a service of its own that knows half. */
function refuseUnshared({ database, redis, roles }: Config): void {
  if (redis !== 'none' && database === 'embedded')
    throw new WrongValue(
      'REDIS_URL is set, but DATABASE_URL is not: processes that share a Redis must share a database too.',
    );
  if (roles === 'all' || (database !== 'embedded' && redis !== 'none')) return;
  const missing = database === 'embedded' ? 'DATABASE_URL' : 'REDIS_URL';
  throw new WrongValue(
    `EVENKEEL_ROLES is ${show(roles.join(','))}, but ${missing} is not set: processes with roles of their own share a database (DATABASE_URL) and a Redis (REDIS_URL).`,
  );
}

function parseBoolean(environment: Environment, name: string, fallback: boolean): boolean {
  const text = read(environment, name);
  if (text === undefined) return fallback;
  if (text !== 'true' && text !== 'false') throw wrong(name, text, '"true" or "false"');
  return text === 'true';
}

function parseNetworks(environment: Environment, name: string): readonly NetworkRange[] {
  const text = read(environment, name);
  if (text === undefined) return [];
  return text.split(',').map((part) => parseNetwork(name, part.trim()));
}

function parseNetwork(name: string, text: string): NetworkRange {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const version = isIP(address);
  const prefixBits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (version === 0 || address.includes('%') || rest.length > 0 || !(prefixBits <= (version === 4 ? 32 : 128))) {
    throw wrong(name, text, 'a comma-separated list of networks such as 10.0.0.0/8, 127.0.0.1/32 or fd00::/8');
  }
  return { address, prefixBits, family: version === 4 ? 'ipv4' : 'ipv6' };
}

function parseLogLevel(environment: Environment): LogLevel {
  const text = read(environment, 'LOG_LEVEL') ?? 'info';
  const level = LOG_LEVELS.find((known) => known === text);
  if (level === undefined) throw wrong('LOG_LEVEL', text, `one of ${LOG_LEVELS.join(', ')}`);
  return level;
}

function wrong(name: string, value: string, allowed: string): WrongValue {
  return new WrongValue(`${name} is ${show(value)}; it must be ${allowed}.`);
}

/** On one line, and not the whole of something long. */
function show(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
