import type { DocumentStore } from '../store/documentStore.js';
import { changeDocument } from './changeDocument.js';
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
  /** What one process exchanges with a peer is done one after the other. */
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

  /**
   * Makes it, or changes it from what it is by then, also where another process changes it at the same time: `change` may be asked
   * several times.
   */
  async put(peerId: string, nowMs: number, change: (known: Peer | undefined) => Peer): Promise<Peer> {
    const kept = await this.write(peerId, nowMs, change);
    if (kept === undefined) throw new Error(`the OCPI peer ${peerId} was not written`);
    return kept;
  }

  /** Changes it likewise. Undefined, and nothing is changed: there is no such peer. */
  change(peerId: string, nowMs: number, change: (peer: Peer) => Peer): Promise<Peer | undefined> {
    return this.write(peerId, nowMs, (known) => (known === undefined ? undefined : change(known)));
  }

  /** A token's way to its peer comes and goes with it. */
  private async write(
    peerId: string,
    nowMs: number,
    change: (known: Peer | undefined) => Peer | undefined,
  ): Promise<Peer | undefined> {
    let after: Peer | undefined;
    await changeDocument(this.documents, { kind: PEER, id: peerId }, (known) => {
      const before = known?.body as Peer | undefined;
      const changed = change(before);
      after = changed === undefined ? undefined : withoutEnded(changed, nowMs);
      if (after === undefined) return undefined;
      const { organisationId } = after;
      const [had, has] = [hashesOf(before), hashesOf(after)];
      const written = { organisationId, updatedMs: nowMs };
      return {
        document: { ...written, body: after },
        along: [
          ...has
            .filter((id) => !had.includes(id))
            .map((id) => ({ put: { kind: TOKEN, id, ...written, body: { peerId } } })),
          ...had.filter((id) => !has.includes(id)).map((id) => ({ delete: { kind: TOKEN, id } })),
        ],
      };
    });
    return after;
  }

  async delete(peerId: string): Promise<void> {
    const peer = await this.find(peerId);
    await this.documents.decide([
      { delete: { kind: PEER, id: peerId } },
      ...hashesOf(peer).map((id) => ({ delete: { kind: TOKEN, id } })),
    ]);
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

function hashesOf(peer: Peer | undefined): readonly string[] {
  return peer?.tokens.map(({ hash }) => hash) ?? [];
}

function withoutEnded(peer: Peer, nowMs: number): Peer {
  return { ...peer, tokens: peer.tokens.filter(({ untilMs }) => untilMs === undefined || untilMs > nowMs) };
}
