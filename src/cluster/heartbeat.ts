import type { Clock } from '../site/clock.js';
import type { HeldLease, NodeAnnouncement, Store } from '../store/store.js';
import { LEASE_MS, RENEW_EVERY_MS, STORE_AT_MOST_MS } from './leaseTimes.js';
import { withinMs } from './withinMs.js';

export interface HeartbeatOptions {
  readonly store: Pick<Store, 'renewLeases' | 'announceNode' | 'removeNode'>;
  readonly clock: Clock;
  /** Never set back, goes on while the process is stopped, and is the same in all threads of a process. */
  readonly monotonicMs: () => number;
  readonly node: NodeAnnouncement;
  readonly ownsSites: boolean;
  /** Counts on as long as the process that it beats for gets to its work. */
  readonly signsOfLife: () => number;
  readonly told: (news: HeartbeatNews) => void;
}

export type HeartbeatNews =
  | {
      readonly kind: 'renewed';
      /** What the process took or let go of after that is not in it. */
      readonly sentMs: number;
      readonly leases: readonly HeldLease[];
    }
  | { readonly kind: 'failed'; readonly error: string };

const NODE_LASTS_MS = 4_000;
/**
 * A process that gives no sign of life for so long is taken for hung: it is no longer said to run, and others get its sites. One that
 * is only busy, as while it reads the sites of one that died, keeps them: were they to move, those who get them would be busier still.
 */
const SILENT_AT_MOST_MS = 8_000;

/**
 * Says each second that a process runs, and prolongs the leases of its sites. It has a thread of its own (src/roles), so that neither
 * waits for whatever the process is busy with.
 */
export class Heartbeat {
  private readonly options: HeartbeatOptions;
  private cancel = (): void => {};
  private signs = -1;
  private signMs = 0;
  private beating: Promise<unknown> = Promise.resolve();
  private isLeaving = false;
  private closed = false;

  constructor(options: HeartbeatOptions) {
    this.options = options;
  }

  /** Resolves when it has beaten once, or tried to. */
  async start(): Promise<void> {
    this.beat();
    await this.beating;
  }

  /** The others know at once that the process is going; the sites that it still has stay its own. */
  async leave(): Promise<void> {
    const { store, clock, node } = this.options;
    this.isLeaving = true;
    await this.beating;
    await withinMs(clock, STORE_AT_MOST_MS, store.removeNode(node.nodeId));
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancel();
    await this.beating;
  }

  private beat(): void {
    // At a pace of its own, so that a slow answer does not make the next one late; but never two at once.
    const next = new Promise<void>((resolve) => {
      this.cancel = this.options.clock.after(RENEW_EVERY_MS, resolve);
    });
    this.beating = this.isAlive() ? Promise.all([this.renew(), this.announce()]) : Promise.resolve();
    void Promise.all([next, this.beating]).then(() => {
      if (!this.closed) this.beat();
    });
  }

  private isAlive(): boolean {
    const nowMs = this.options.monotonicMs();
    const signs = this.options.signsOfLife();
    if (signs !== this.signs) {
      this.signs = signs;
      this.signMs = nowMs;
    }
    return nowMs - this.signMs < SILENT_AT_MOST_MS;
  }

  private async renew(): Promise<void> {
    const { store, clock, monotonicMs, node, ownsSites, told } = this.options;
    if (!ownsSites) return;
    const sentMs = monotonicMs();
    await withinMs(clock, STORE_AT_MOST_MS, store.renewLeases(node.nodeId, LEASE_MS)).then(
      (leases) => told({ kind: 'renewed', sentMs, leases }),
      (error: unknown) => told({ kind: 'failed', error: String(error) }),
    );
  }

  private async announce(): Promise<void> {
    const { store, clock, node } = this.options;
    if (this.isLeaving) return;
    // One that fails is made again with the next beat; that the store is away is seen by its leases, and by whoever reads.
    await withinMs(clock, STORE_AT_MOST_MS, store.announceNode(node, NODE_LASTS_MS)).catch(() => undefined);
  }
}
