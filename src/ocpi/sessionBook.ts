import type { SessionNeeds } from '../site/model.js';
import type { DocumentStore } from '../store/documentStore.js';
import type { ActiveProfile } from './chargingProfile.js';
import type { Session } from './session.js';

/** A session of a peer, as it is kept. Two peers may use the same id, and mean two sessions. */
export interface KnownSession {
  readonly session: Session;
  readonly stationId: string;
  readonly evseId: number;
  /** What its site was told of it: nothing yet, that it goes on, that it is over. */
  readonly told: 'nothing' | 'open' | 'over';
  /** Counts what was told. */
  readonly seqNo: number;
  /** What its driver wants, until it has begun. */
  readonly needs?: SessionNeeds;
  /** As the peer said last. */
  readonly activeProfile?: ActiveProfile;
}

const SESSION = 'ocpiSession';
/** An ended one is remembered so long, for what is still said of it. */
const KEPT_MS = 7 * 86_400_000;
/** One whose end nobody told. */
const OPEN_KEPT_MS = 90 * 86_400_000;

export class SessionBook {
  private readonly documents: DocumentStore;

  constructor(documents: DocumentStore) {
    this.documents = documents;
  }

  async find(peerId: string, sessionId: string): Promise<KnownSession | undefined> {
    // Written by this class alone.
    return (await this.documents.get(SESSION, idOf(peerId, sessionId)))?.body as KnownSession | undefined;
  }

  async put(peer: { readonly peerId: string; readonly organisationId: string }, known: KnownSession): Promise<void> {
    const { peerId, organisationId } = peer;
    const { sessionId, lastUpdatedMs } = known.session;
    const id = idOf(peerId, sessionId);
    await this.documents.put({ kind: SESSION, id, organisationId, updatedMs: Math.max(0, lastUpdatedMs), body: known });
  }

  async prune(nowMs: number): Promise<void> {
    for (const { id, updatedMs, body } of await this.documents.list(SESSION)) {
      const { told } = body as KnownSession;
      if (nowMs - updatedMs > (told === 'open' ? OPEN_KEPT_MS : KEPT_MS)) await this.documents.delete(SESSION, id);
    }
  }
}

/** Peers' ids have no slash in them. */
function idOf(peerId: string, sessionId: string): string {
  return `${peerId}/${sessionId}`;
}
