import type { Log } from '../control/ports.js';
import type { Clock } from '../site/clock.js';
import type { Store, StoredNode } from '../store/store.js';
import { withinMs } from './withinMs.js';

export interface MembersOptions {
  readonly store: Pick<Store, 'listNodes'>;
  readonly clock: Clock;
  readonly log: Log;
}

const LOOK_EVERY_MS = 1_000;
/** Whoever looks so much later than it wanted to has been away itself. */
const LOOK_GAP_MAX_MS = 4_000;
const STORE_AT_MOST_MS = 2_000;
/** After the store was away everybody's announcement has run out: absence says something only so long after. */
const ABSENT_FOR_MS = 2_500;

/** Which processes run, as their heartbeats say. Who is missing is told only once it has been missing in several looks in a row. */
export class Members {
  private readonly options: MembersOptions;
  private nodes: readonly StoredNode[] = [];
  /** Since when each that was there is not. */
  private readonly missingSince = new Map<string, number>();
  private readonly known = new Map<string, StoredNode>();
  private readonly goneListeners = new Set<(nodeId: string) => void>();
  private cancel = (): void => {};
  private closed = false;
  private lastLookMs: number | undefined;

  constructor(options: MembersOptions) {
    this.options = options;
  }

  /** Rejects where the store can't be reached at the start. */
  async start(): Promise<void> {
    await this.read();
    this.again();
  }

  /** Of all that run, as of the last look. */
  list(): readonly StoredNode[] {
    return this.nodes;
  }

  withRole(role: 'gateway' | 'planner' | 'api'): readonly StoredNode[] {
    return this.nodes.filter(({ roles }) => roles.includes(role) || roles.includes('all'));
  }

  /** Told of nodes that were there and are no more. */
  onGone(listener: (nodeId: string) => void): void {
    this.goneListeners.add(listener);
  }

  close(): void {
    this.closed = true;
    this.cancel();
  }

  private again(): void {
    if (this.closed) return;
    this.cancel = this.options.clock.after(LOOK_EVERY_MS, () => {
      this.read()
        .catch(() => {
          // Nobody is gone because we can not look.
          this.missingSince.clear();
        })
        .finally(() => this.again());
    });
  }

  private async read(): Promise<void> {
    const { store, clock } = this.options;
    this.look(await withinMs(clock, STORE_AT_MOST_MS, store.listNodes()));
  }

  private look(nodes: readonly StoredNode[]): void {
    const nowMs = this.options.clock.nowMs();
    if (this.lastLookMs !== undefined && nowMs - this.lastLookMs > LOOK_GAP_MAX_MS) this.missingSince.clear();
    this.lastLookMs = nowMs;
    const present = new Set(nodes.map(({ nodeId }) => nodeId));
    for (const node of nodes) {
      this.known.set(node.nodeId, node);
      this.missingSince.delete(node.nodeId);
    }
    for (const nodeId of this.known.keys()) {
      if (present.has(nodeId)) continue;
      const sinceMs = this.missingSince.get(nodeId) ?? nowMs;
      this.missingSince.set(nodeId, sinceMs);
      if (nowMs - sinceMs < ABSENT_FOR_MS) continue;
      this.known.delete(nodeId);
      this.missingSince.delete(nodeId);
      this.options.log.warn({ nodeId }, 'a process is gone');
      for (const listener of this.goneListeners) listener(nodeId);
    }
    this.nodes = nodes;
  }
}
