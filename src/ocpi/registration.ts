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
    const { peers, client, clock } = this.options;
    return peers.inTurn(peerId, async () => {
      const peer = await peers.find(peerId);
      if (peer === undefined) return undefined;
      const failed = async (problem: string, kept: Peer = peer): Promise<Peer> => {
        const after = { ...kept, problem };
        await peers.put(after, clock.nowMs());
        return after;
      };
      if (peer.versionsUrl === undefined) return failed('versionsUrl is not known.');
      const found = await this.look(peer, peer.versionsUrl, tokenA).catch(faultOf);
      if (found instanceof OcpiFault) return failed(found.message);
      const url = endpointOf(found.endpoints, 'credentials', 'RECEIVER');
      if (url === undefined) return failed('It names no endpoint for credentials.');
      const tokenB = newToken();
      const open = withToken(peer, { hash: hashOfToken(tokenB), kind: 'registered' });
      await peers.put(open, clock.nowMs());
      const body = writeCredentials(this.ours(peer, tokenB));
      const answer = await client.ask(open, { method: 'POST', url, body, token: tokenA });
      // It may have taken our token all the same: where that is not known, it stays.
      if (answer.outcome !== 'done')
        return failed(`Its credentials: ${reasonOf(answer)}`, isUndone(answer) ? peer : open);
      const theirs = await Promise.resolve(answer.data).then(readCredentials).catch(faultOf);
      if (theirs instanceof OcpiFault) return failed(`Its credentials can't be read: ${theirs.message}`, open);
      return this.store(open, theirs, found, tokenB);
    });
  }

  /** New tokens both ways, asked for by us. */
  async rotate(peerId: string): Promise<Peer | undefined> {
    const { peers, client, clock } = this.options;
    return peers.inTurn(peerId, async () => {
      const peer = await peers.find(peerId);
      if (peer === undefined || peer.registration === 'none') return peer;
      const url = endpointOf(peer.registration.endpoints, 'credentials', 'RECEIVER');
      if (url === undefined) return peer;
      const token = newToken();
      const open = withToken(peer, { hash: hashOfToken(token), kind: 'registered' });
      await peers.put(open, clock.nowMs());
      const body = writeCredentials(this.ours(peer, token));
      const answer = await client.ask(open, { method: 'PUT', url, body });
      if (answer.outcome !== 'done') {
        const after = { ...(isUndone(answer) ? peer : open), problem: `New credentials: ${reasonOf(answer)}` };
        await peers.put(after, clock.nowMs());
        return after;
      }
      const theirs = await Promise.resolve(answer.data).then(readCredentials).catch(faultOf);
      if (theirs instanceof OcpiFault) {
        const after = { ...open, problem: `Its new credentials can't be read: ${theirs.message}` };
        await peers.put(after, clock.nowMs());
        return after;
      }
      return this.store(open, theirs, peer.registration, token);
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
    const { peers, clock } = this.options;
    const token = newToken();
    const hash = hashOfToken(token);
    const changed = await peers.change(peerId, clock.nowMs(), (peer) => ({
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
      if (peer === undefined) throw new OcpiFault(STATUS.client, 'There is no such peer any more.', 401);
      const isRegistered = peer.registration !== 'none';
      if (isRegistered === (method === 'POST'))
        throw new OcpiFault(
          STATUS.client,
          isRegistered ? 'You are registered: use PUT.' : 'You are not registered: use POST.',
          405,
        );
      const found = await this.lookFor(peer, theirs, version);
      const token = newToken();
      const open = withToken(peer, { hash: hashOfToken(token), kind: 'registered' });
      await this.store({ ...open, versionsUrl: theirs.url }, theirs, found, token);
      return this.ours(peer, token);
    });
  }

  /** The peer's own DELETE. */
  async leave(peerId: string): Promise<void> {
    const { peers, clock } = this.options;
    await peers.change(peerId, clock.nowMs(), (peer) => {
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

  private async store(peer: Peer, theirs: Credentials, { version, endpoints }: Found, tokenB: string): Promise<Peer> {
    const { peers, clock } = this.options;
    const nowMs = clock.nowMs();
    const registration: Registration = {
      version,
      endpoints,
      token: theirs.token,
      parties: theirs.parties,
      sinceMs: nowMs,
    };
    const { problem: _solved, ...rest } = peer;
    const after = { ...rest, registration, tokens: replaced(peer.tokens, hashOfToken(tokenB), nowMs) };
    await peers.put(after, nowMs);
    return after;
  }

  private ours({ party }: Peer, token: string): Credentials {
    return { token, url: `${this.options.base()}/ocpi/versions`, parties: [party] };
  }
}

/** TOKEN_A is over once it has served; one that is replaced lasts for what is on its way. */
function replaced(tokens: readonly KnownToken[], newest: string, nowMs: number): readonly KnownToken[] {
  return tokens
    .filter(({ kind }) => kind !== 'registration')
    .map((token) =>
      token.hash === newest ? token : { ...token, untilMs: token.untilMs ?? nowMs + REPLACED_LASTS_MS },
    );
}

function withToken(peer: Peer, token: KnownToken): Peer {
  return { ...peer, tokens: [...peer.tokens, token] };
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
