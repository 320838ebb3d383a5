import type { Clock } from '../site/clock.js';

const FIRST_MS = 2_000;
const MOST_MS = 60_000;
/** What waits longer is decided anew: then the newest limits are sent, not those from before the wait. */
const WAIT_MAX_MS = 5_000;

/** An operator that is told too often is left alone for a while, and each time for longer. */
export class BackOff {
  private readonly clock: Clock;
  private readonly rests = new Map<string, { readonly untilMs: number; readonly lastsMs: number }>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  longer(key: string): void {
    const lastsMs = Math.min(MOST_MS, 2 * (this.rests.get(key)?.lastsMs ?? FIRST_MS / 2));
    this.rests.set(key, { lastsMs, untilMs: this.clock.nowMs() + lastsMs });
  }

  forget(key: string): void {
    this.rests.delete(key);
  }

  /** Waits a little for its end. */
  async isOver(key: string): Promise<boolean> {
    const leftMs = (this.rests.get(key)?.untilMs ?? 0) - this.clock.nowMs();
    if (leftMs <= 0) return true;
    await new Promise<void>((resolve) => this.clock.after(Math.min(leftMs, WAIT_MAX_MS), resolve));
    return leftMs <= WAIT_MAX_MS;
  }
}
