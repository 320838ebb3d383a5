import type { Clock } from '../../site/clock.js';

/** After each it rests so many times as long as it took: together they take no more than a quarter of the time. */
const REST_FACTOR = 3;
const REST_AT_MOST_MS = 1_000;

/** Runs one thing after the other, for all sites, with rests in between: what is read now and then must not delay what is urgent. */
export class Turns {
  private readonly clock: Clock;
  private last: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Rejects where it does. The next one runs all the same. */
  take<T>(run: () => Promise<T>): Promise<T> {
    const ran = this.last.then(run);
    this.last = this.last.then(() => this.rested(ran));
    return ran;
  }

  private async rested(ran: Promise<unknown>): Promise<void> {
    const startedMs = this.clock.nowMs();
    await ran.catch(() => undefined);
    const restMs = Math.min(REST_AT_MOST_MS, (this.clock.nowMs() - startedMs) * REST_FACTOR);
    if (restMs > 0) await new Promise<void>((resolve) => this.clock.after(restMs, resolve));
  }
}
