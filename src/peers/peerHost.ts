import type { Clock } from '../site/clock.js';
import type { DocumentStore, StoredDocument } from '../store/documentStore.js';
import type { PeerLog } from './ports.js';

/** A peer that this process talks with. */
export interface HostedPeer {
  readonly siteId: string;
  start(): void;
  /** At once: nothing is sent or written any more. */
  stop(): void;
}

export interface PeerHostOptions<P extends HostedPeer> {
  readonly kind: string;
  readonly documents: Pick<DocumentStore, 'list'>;
  readonly clock: Clock;
  readonly log: PeerLog;
  readonly siteIdOf: (document: StoredDocument) => string | undefined;
  readonly isOwnedHere: (siteId: string) => boolean;
  readonly open: (document: StoredDocument) => Promise<P>;
}

const LOOK_EVERY_MS = 30_000;

/**
 * The peers of the sites that this process owns: whoever owns the site talks with its peers, so that where several processes share the
 * sites each peer hears one of them.
 */
export class PeerHost<P extends HostedPeer> {
  private readonly options: PeerHostOptions<P>;
  private readonly running = new Map<string, P>();
  private looking: Promise<void> = Promise.resolve();
  private cancelLook: (() => void) | undefined;
  private closed = false;

  constructor(options: PeerHostOptions<P>) {
    this.options = options;
  }

  /** Resolves when those that are stored run; then looks again now and then, for what a failure of the store kept from it. */
  async start(): Promise<void> {
    await this.look();
    if (this.closed) return;
    this.cancelLook = this.options.clock.after(LOOK_EVERY_MS, () => void this.start());
  }

  close(): void {
    this.closed = true;
    this.cancelLook?.();
    for (const peer of this.running.values()) peer.stop();
    this.running.clear();
  }

  find(id: string): P | undefined {
    return this.running.get(id);
  }

  list(): readonly P[] {
    return [...this.running.values()];
  }

  /** A peer that was just stored. One with the same id is replaced. */
  run(id: string, peer: P): void {
    this.stop(id);
    if (this.closed) return;
    this.running.set(id, peer);
    peer.start();
  }

  stop(id: string): void {
    this.running.get(id)?.stop();
    this.running.delete(id);
  }

  /** The site is another's from now on. */
  siteLeft(siteId: string): void {
    for (const [id, peer] of this.running) if (peer.siteId === siteId) this.stop(id);
  }

  /** Runs what is stored for the sites of this process and does not run yet. A failure is told to the log, and tried again later. */
  look(): Promise<void> {
    this.looking = this.looking.then(() => this.lookOnce());
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    const { documents, kind, log } = this.options;
    try {
      const stored = await documents.list(kind);
      for (const document of stored) await this.runStored(document);
    } catch (error) {
      log.error({ kind, error: String(error) }, 'the peers of the sites could not be read; trying again');
    }
  }

  private async runStored(document: StoredDocument): Promise<void> {
    const { siteIdOf, isOwnedHere, open, log, kind } = this.options;
    const { id } = document;
    const siteId = siteIdOf(document);
    if (siteId === undefined) return log.error({ kind, id }, 'what is stored of this peer can not be read');
    if (this.closed || this.running.has(id) || !isOwnedHere(siteId)) return;
    const peer = await open(document);
    if (!this.running.has(id) && isOwnedHere(siteId)) this.run(id, peer);
  }
}
