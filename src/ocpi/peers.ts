import type { DocumentStore } from '../store/documentStore.js';
import type { Endpoint, OcpiVersion, Party } from './credentials.js';
import { InTurn } from './inTurn.js';
import { hashOfToken, type ShownToken, type TokenEncoding } from './tokens.js';

/** A charge point operator that is spoken with over OCPI, as it is kept. */
export interface Peer {
  readonly peerId: string;
  readonly organisationId: string;
  /** As whom this service speaks with it. */
  readonly party: Party;
  /** Where its versions are. Absent: not known until it registers itself. */
  readonly versionsUrl?: string;
  readonly tokenEncoding: TokenEncoding;
  /**
   * What its stations fall to where no session's profile holds: 'failsafe', each station's failsafeA, by contract; or nobody knows, and
   * each counts at what its hardware can.
   */
  readonly stationDefault: 'failsafe' | 'unknown';
  /** The most periods that a profile for it has. */
  readonly periodsMax: number;
  /** IANA; of its tariffs, which name none. */
  readonly timeZone?: string;
  readonly stations: readonly PeerEvse[];
  /** Who shows what to whom. 'none': nobody is registered. */
  readonly registration: Registration | 'none';
  /** Hashes of the tokens that it may show here. */
  readonly tokens: readonly KnownToken[];
  /** Why the last attempt to register came to nothing. Absent: it did not. */
  readonly problem?: string;
}

/** One of its EVSEs, and which of a site it is. */
export interface PeerEvse {
  readonly stationId: string;
  readonly evseId: number;
  readonly locationId: string;
  readonly evseUid: string;
}

export interface Registration {
  readonly version: OcpiVersion;
  readonly endpoints: readonly Endpoint[];
  /** What is shown to it: it has to be sent, so that it is kept as it is. */
  readonly token: string;
  readonly parties: readonly Party[];
  readonly sinceMs: number;
}

export interface KnownToken {
  readonly hash: string;
  /** 'registration': TOKEN_A, with which credentials and versions are asked for, and nothing else. */
  readonly kind: 'registration' | 'registered';
  /** It was replaced: what is under way with it may still arrive. Absent: it counts until it is. */
  readonly untilMs?: number;
}

const PEER = 'ocpiPeer';
const TOKEN = 'ocpiToken';

/** Peers as they are stored: every process reads them anew, so that a token that was changed at one is changed at all. */
export class Peers {
  private readonly documents: DocumentStore;
  /** What changes a peer is done one after the other. */
  private readonly turns = new InTurn();

  constructor(documents: DocumentStore) {
    this.documents = documents;
  }

  async find(peerId: string): Promise<Peer | undefined> {
    // Written by this class alone.
    return (await this.documents.get(PEER, peerId))?.body as Peer | undefined;
  }

  async list(): Promise<readonly Peer[]> {
    return (await this.documents.list(PEER)).map(({ body }) => body as Peer);
  }

  /** A token's way to its peer comes and goes with it. */
  async put(peer: Peer, nowMs: number): Promise<void> {
    const before = await this.find(peer.peerId);
    const { peerId: id, organisationId } = peer;
    const kept = { ...peer, tokens: peer.tokens.filter(({ untilMs }) => untilMs === undefined || untilMs > nowMs) };
    const hashes = new Set(kept.tokens.map(({ hash }) => hash));
    const known = new Set(before?.tokens.map(({ hash }) => hash) ?? []);
    const added = [...hashes].filter((hash) => !known.has(hash));
    const gone = [...known].filter((hash) => !hashes.has(hash));
    await this.documents.decide([
      { put: { kind: PEER, id, organisationId, updatedMs: nowMs, body: kept } },
      ...added.map((hash) => ({
        put: { kind: TOKEN, id: hash, organisationId, updatedMs: nowMs, body: { peerId: id } },
      })),
      ...gone.map((hash) => ({ delete: { kind: TOKEN, id: hash } })),
    ]);
  }

  async delete(peer: Peer): Promise<void> {
    await this.documents.decide([
      { delete: { kind: PEER, id: peer.peerId } },
      ...peer.tokens.map(({ hash }) => ({ delete: { kind: TOKEN, id: hash } })),
    ]);
  }

  /** Changes it from what it is by then. Undefined, and nothing is changed: there is no such peer. */
  async change(peerId: string, nowMs: number, change: (peer: Peer) => Peer): Promise<Peer | undefined> {
    return this.inTurn(peerId, async () => {
      const before = await this.find(peerId);
      if (before === undefined) return undefined;
      const after = change(before);
      await this.put(after, nowMs);
      return after;
    });
  }

  inTurn<T>(peerId: string, work: () => Promise<T>): Promise<T> {
    return this.turns.run(peerId, work);
  }

  /** Who shows one of these tokens, if anybody does. */
  async ofToken(
    shown: readonly ShownToken[],
    nowMs: number,
  ): Promise<{ readonly peer: Peer; readonly token: KnownToken } | undefined> {
    for (const { token, isRaw } of shown) {
      const hash = hashOfToken(token);
      const found = (await this.documents.get(TOKEN, hash))?.body as { readonly peerId: string } | undefined;
      const peer = found === undefined ? undefined : await this.find(found.peerId);
      const known = peer?.tokens.find((one) => one.hash === hash);
      if (peer === undefined || known === undefined || (known.untilMs ?? nowMs + 1) <= nowMs) continue;
      if (isRaw && peer.tokenEncoding !== 'raw') continue;
      return { peer, token: known };
    }
    return undefined;
  }
}
