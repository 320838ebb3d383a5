import type { Clock } from '../site/clock.js';
import { type Answer, type OcpiClient, reasonOf } from './client.js';
import {
  type Credentials,
  chooseVersion,
  type Endpoint,
  endpointOf,
  type OcpiVersion,
  readCredentials,
  readEndpoints,
  writeCredentials,
} from './credentials.js';
import { OcpiFault, STATUS, type StatusCode } from './fault.js';
import type { KnownToken, Peer, Peers, Registration } from './peers.js';
import { hashOfToken, newToken } from './tokens.js';

/** What was on its way with a token when it was replaced may still arrive. */
const REPLACED_LASTS_MS = 30_000;

export interface RegistrationOptions {
  readonly peers: Peers;
  readonly client: OcpiClient;
  readonly clock: Clock;
  /** Where peers reach this service, without a slash at its end. */
  readonly base: () => string;
}

interface Found {
  readonly version: OcpiVersion;
  readonly endpoints: readonly Endpoint[];
}

/** A token of ours, and the peer from when it counts. */
interface Offered {
  readonly token: string;
  readonly hash: string;
  readonly open: Peer;
  /** Hashes of those that counted before. */
  readonly replaces: ReadonlySet<string>;
}

interface Agreed {
  readonly theirs: Credentials;
  readonly found: Found;
  readonly ours: Offered;
  readonly versionsUrl?: string;
}

/**
 * Credentials handed over both ways. A token of ours is stored, and so live, before the peer has it: it may ask with it while our own
 * request is still open.
 */
export class Registrations {
  private readonly options: RegistrationOptions;

  constructor(options: RegistrationOptions) {
    this.options = options;
  }

  /** We begin, with a token that the peer gave offline. What came of it is in the peer that is answered. */
  async register(peerId: string, tokenA: string): Promise<Peer | undefined> {
    const { peers, client } = this.options;
    return peers.inTurn(peerId, async () => {
      const peer = await peers.find(peerId);
      if (peer === undefined) return undefined;
      if (peer.versionsUrl === undefined) return this.failed(peerId, 'versionsUrl is not known.');
      const found = await this.look(peer, peer.versionsUrl, tokenA).catch(faultOf);
      if (found instanceof OcpiFault) return this.failed(peerId, found.message);
      const url = endpointOf(found.endpoints, 'credentials', 'RECEIVER');
      if (url === undefined) return this.failed(peerId, 'It names no endpoint for credentials.');
      const ours = await this.offer(peer);
      if (ours === undefined) return undefined;
      const body = writeCredentials(this.ours(peer, ours.token));
      const answer = await client.ask(ours.open, { method: 'POST', url, body, token: tokenA });
      if (answer.outcome !== 'done') return this.failed(peerId, `Its credentials: ${reasonOf(answer)}`, ours, answer);
      const theirs = await Promise.resolve(answer.data).then(readCredentials).catch(faultOf);
      if (theirs instanceof OcpiFault) return this.failed(peerId, `Its credentials can't be read: ${theirs.message}`);
      return this.store(peerId, { theirs, found, ours });
    });
  }

  /** New tokens both ways, asked for by us. */
  async rotate(peerId: string): Promise<Peer | undefined> {
    const { peers, client } = this.options;
    return peers.inTurn(peerId, async () => {
      const peer = await peers.find(peerId);
      if (peer === undefined || peer.registration === 'none') return peer;
      const url = endpointOf(peer.registration.endpoints, 'credentials', 'RECEIVER');
      if (url === undefined) return peer;
      const ours = await this.offer(peer);
      if (ours === undefined) return undefined;
      const body = writeCredentials(this.ours(peer, ours.token));
      const answer = await client.ask(ours.open, { method: 'PUT', url, body });
      if (answer.outcome !== 'done') return this.failed(peerId, `New credentials: ${reasonOf(answer)}`, ours, answer);
      const theirs = await Promise.resolve(answer.data).then(readCredentials).catch(faultOf);
      if (theirs instanceof OcpiFault)
        return this.failed(peerId, `Its new credentials can't be read: ${theirs.message}`);
      return this.store(peerId, { theirs, found: peer.registration, ours });
    });
  }

  /** Tells the peer, as far as it can be told. */
  async unregister(peer: Peer): Promise<void> {
    if (peer.registration === 'none') return;
    const url = endpointOf(peer.registration.endpoints, 'credentials', 'RECEIVER');
    if (url !== undefined) await this.options.client.ask(peer, { method: 'DELETE', url });
  }

  /** A token for a peer that begins itself; one that was given before counts no more. Seen here and never again. */
  async invite(peerId: string): Promise<{ readonly token: string } | undefined> {
    const token = newToken();
    const hash = hashOfToken(token);
    const changed = await this.change(peerId, (peer) => ({
      ...peer,
      tokens: [...peer.tokens.filter(({ kind }) => kind !== 'registration'), { hash, kind: 'registration' }],
    }));
    return changed === undefined ? undefined : { token };
  }

  /** The peer's own POST (it begins) or PUT (it rotates, or has another version). What it is answered has our new token. */
  async take(
    asked: { peerId: string; method: 'POST' | 'PUT'; version: OcpiVersion },
    body: unknown,
  ): Promise<Credentials> {
    const { peerId, method, version } = asked;
    const theirs = readCredentials(body);
    const { peers } = this.options;
    return peers.inTurn(peerId, async () => {
      const peer = await peers.find(peerId);
      if (peer === undefined) throw gone();
      const isRegistered = peer.registration !== 'none';
      if (isRegistered === (method === 'POST'))
        throw new OcpiFault(
          STATUS.client,
          isRegistered ? 'You are registered: use PUT.' : 'You are not registered: use POST.',
          405,
        );
      const found = await this.lookFor(peer, theirs, version);
      const ours = await this.offer(peer);
      if (ours === undefined) throw gone();
      if ((await this.store(peerId, { theirs, found, ours, versionsUrl: theirs.url })) === undefined) throw gone();
      return this.ours(ours.open, ours.token);
    });
  }

  /** The peer's own DELETE. */
  async leave(peerId: string): Promise<void> {
    await this.change(peerId, (peer) => {
      if (peer.registration === 'none') throw new OcpiFault(STATUS.client, 'You are not registered.', 405);
      return { ...peer, registration: 'none', tokens: [] };
    });
  }

  private async lookFor(peer: Peer, theirs: Credentials, version: OcpiVersion): Promise<Found> {
    const found = await this.look(peer, theirs.url, theirs.token, version).catch(faultOf);
    if (!(found instanceof OcpiFault)) return found;
    // The peer is told that it is its own interface that does not work.
    throw new OcpiFault(found.statusCode === STATUS.server ? STATUS.clientApi : found.statusCode, found.message);
  }

  /** Which version, and where its modules are. */
  private async look(peer: Peer, versionsUrl: string, token: string, wanted?: OcpiVersion): Promise<Found> {
    const offered = dataOf(
      await this.options.client.ask(peer, { method: 'GET', url: versionsUrl, token }),
      'Its versions',
    );
    const list = Array.isArray(offered) ? offered : [];
    // A peer that asks at the address of a version means that one.
    const chosen = chooseVersion(wanted === undefined ? list : onlyOf(list, wanted));
    const details = await this.options.client.ask(peer, { method: 'GET', url: chosen.url, token });
    const endpoints = readEndpoints(dataOf(details, `Its version ${chosen.version}`));
    if (endpointOf(endpoints, 'credentials', 'RECEIVER') === undefined)
      throw new OcpiFault(STATUS.endpoints, 'Your version details name no endpoint for credentials.');
    return { version: chosen.version, endpoints };
  }

  /** A token of ours that counts from now on, beside those that did. Undefined: there is no such peer any more. */
  private async offer(peer: Peer): Promise<Offered | undefined> {
    const token = newToken();
    const hash = hashOfToken(token);
    const open = await this.change(peer.peerId, (known) => ({
      ...known,
      tokens: [...known.tokens, { hash, kind: 'registered' }],
    }));
    const replaces = new Set(peer.tokens.map((one) => one.hash));
    return open === undefined ? undefined : { token, hash, open, replaces };
  }

  /** It may have taken our token all the same: where that is not known, it stays. */
  private failed(peerId: string, problem: string, ours?: Offered, answer?: Answer): Promise<Peer | undefined> {
    const refused = answer !== undefined && isUndone(answer) ? ours?.hash : undefined;
    return this.change(peerId, (known) => ({
      ...known,
      problem,
      tokens: known.tokens.filter(({ hash }) => hash !== refused),
    }));
  }

  private async store(peerId: string, { theirs, found, ours, versionsUrl }: Agreed): Promise<Peer | undefined> {
    const nowMs = this.options.clock.nowMs();
    const registration: Registration = {
      version: found.version,
      endpoints: found.endpoints,
      token: theirs.token,
      parties: theirs.parties,
      sinceMs: nowMs,
    };
    return this.change(peerId, ({ problem: _solved, ...known }) => ({
      ...known,
      ...(versionsUrl === undefined ? {} : { versionsUrl }),
      registration,
      tokens: replaced(known.tokens, ours, nowMs),
    }));
  }

  private change(peerId: string, change: (peer: Peer) => Peer): Promise<Peer | undefined> {
    const { peers, clock } = this.options;
    return peers.change(peerId, clock.nowMs(), change);
  }

  private ours({ party }: Peer, token: string): Credentials {
    return { token, url: `${this.options.base()}/ocpi/versions`, parties: [party] };
  }
}

/**
 * TOKEN_A is over once it has served; one that is replaced lasts for what is on its way. One that came meanwhile, by another process, is
 * none of those.
 */
function replaced(
  tokens: readonly KnownToken[],
  { hash: newest, replaces }: Offered,
  nowMs: number,
): readonly KnownToken[] {
  return tokens
    .filter(({ kind, hash }) => kind !== 'registration' || !replaces.has(hash))
    .map(({ hash, kind, untilMs }): KnownToken => {
      if (hash === newest) return { hash, kind };
      const endsMs = replaces.has(hash) ? (untilMs ?? nowMs + REPLACED_LASTS_MS) : untilMs;
      return endsMs === undefined ? { hash, kind } : { hash, kind, untilMs: endsMs };
    });
}

function gone(): OcpiFault {
  return new OcpiFault(STATUS.client, 'There is no such peer any more.', 401);
}

/** It certainly took nothing. */
function isUndone(answer: Answer): boolean {
  return answer.outcome === 'refused' || answer.outcome === 'unsent';
}

function dataOf(answer: Answer, what: string): unknown {
  if (answer.outcome === 'done') return answer.data;
  const code: StatusCode = STATUS.server;
  throw new OcpiFault(code, `${what}: ${reasonOf(answer)}`);
}

function onlyOf(list: readonly unknown[], wanted: OcpiVersion): readonly unknown[] {
  return list.filter((one) => {
    const { version } = Object(one);
    return version === wanted || `${version}.0` === wanted;
  });
}

function faultOf(error: unknown): OcpiFault {
  if (error instanceof OcpiFault) return error;
  throw error;
}
