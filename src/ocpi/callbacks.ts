import type { Clock } from '../site/clock.js';
import type { DocumentStore } from '../store/documentStore.js';
import type { ProfileResult } from './chargingProfile.js';
import type { Peer } from './peers.js';
import { hashOfToken, newToken } from './tokens.js';

/** What a result that is still to come is about. */
export interface Callback {
  readonly peerId: string;
  readonly siteId: string;
  readonly stationId: string;
  readonly sessionId: string;
  readonly about: 'set' | 'clear' | 'active';
  /** SENT, then ACKED; then one of the others, of which EXPIRED means that nobody knows. */
  readonly state: 'SENT' | 'ACKED' | 'CONFIRMED' | 'REJECTED' | 'UNKNOWN' | 'EXPIRED';
  readonly sentMs: number;
}

const CALLBACK = 'ocpiCallback';
/** As long a result may be late, or come again, and be answered as what it is. */
const KEPT_MS = 3_600_000;

/**
 * Results come at addresses of their own, one for each request, which nobody can guess: those of a set and of a clear look alike. Each
 * is stored before its request leaves, for the result may be there before the answer.
 */
export class Callbacks {
  private readonly documents: DocumentStore;
  private readonly clock: Clock;
  private readonly waiting = new Map<string, (result: ProfileResult) => void>();

  constructor(documents: DocumentStore, clock: Clock) {
    this.documents = documents;
    this.clock = clock;
  }

  async open(peer: Peer, about: Omit<Callback, 'peerId' | 'state' | 'sentMs'>): Promise<OpenCallback> {
    const secret = newToken();
    const id = hashOfToken(secret);
    const { peerId, organisationId } = peer;
    let callback: Callback = { ...about, peerId, state: 'SENT', sentMs: this.clock.nowMs() };
    const put = (body: Callback) =>
      this.documents.put({ kind: CALLBACK, id, organisationId, updatedMs: this.clock.nowMs(), body });
    const result = new Promise<ProfileResult>((resolve) => this.waiting.set(id, resolve));
    await put(callback);
    return {
      secret,
      result,
      become: async (state) => {
        if (state !== 'ACKED') this.waiting.delete(id);
        callback = { ...callback, state };
        await put(callback);
      },
    };
  }

  async find(secret: string): Promise<(Callback & { readonly id: string }) | undefined> {
    const id = hashOfToken(secret);
    const found = (await this.documents.get(CALLBACK, id))?.body as Callback | undefined;
    return found === undefined ? undefined : { ...found, id };
  }

  /** False: nobody waits for it here any more. */
  settle(id: string, result: ProfileResult): boolean {
    const settle = this.waiting.get(id);
    this.waiting.delete(id);
    settle?.(result);
    return settle !== undefined;
  }

  /** Forgets what can't be late any more. */
  async prune(): Promise<void> {
    const nowMs = this.clock.nowMs();
    for (const { id, updatedMs } of await this.documents.list(CALLBACK))
      if (nowMs - updatedMs > KEPT_MS && !this.waiting.has(id)) await this.documents.delete(CALLBACK, id);
  }
}

export interface OpenCallback {
  /** The last part of the address that the peer is given. */
  readonly secret: string;
  readonly result: Promise<ProfileResult>;
  become(state: Callback['state']): Promise<void>;
}
