import type { Clock } from '../site/clock.js';
import type { LeaseHolder, StoredNode } from '../store/store.js';

export interface CutOffOptions {
  readonly clock: Clock;
  readonly self: LeaseHolder;
  /** The planners that run, this one among them. */
  readonly planners: () => readonly StoredNode[];
  /** Since when this process hears nobody; undefined while it does. */
  readonly busBrokenSinceMs: () => number | undefined;
  /** Asks another planner, not over the bus, whether it hears the others and is ready. */
  readonly isReady: (planner: StoredNode) => Promise<boolean>;
}

/** Redis may just be starting anew, and another have found it first. */
const CUT_OFF_AFTER_MS = 5_000;
const CUT_OFF_LOOKS = 5;

/**
 * Tells whether this process hears nobody while another does: its sites are better off there. Where nobody hears anybody, Redis itself
 * is away, and moving them would help nobody.
 */
export class CutOff {
  private readonly options: CutOffOptions;
  /** How often in a row another heard the others, and this one nobody. */
  private looks = 0;

  constructor(options: CutOffOptions) {
    this.options = options;
  }

  async look(): Promise<boolean> {
    const { busBrokenSinceMs, clock, planners, self, isReady } = this.options;
    const sinceMs = busBrokenSinceMs();
    if (sinceMs === undefined || clock.nowMs() - sinceMs < CUT_OFF_AFTER_MS) {
      this.looks = 0;
      return false;
    }
    const others = planners().filter(({ nodeId }) => nodeId !== self.ownerId);
    const answers = await Promise.all(others.map((planner) => isReady(planner).catch(() => false)));
    this.looks = answers.includes(true) ? this.looks + 1 : 0;
    return this.looks >= CUT_OFF_LOOKS;
  }
}
