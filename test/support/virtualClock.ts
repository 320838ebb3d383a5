import type { Clock } from '../../src/site/clock.js';

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that passes only when a test says so. Timers run in order; promises settle between them. */
export class VirtualClock implements Clock {
  private timers: Timer[] = [];
  private order = 0;
  private now: number;

  constructor(startMs: number) {
    this.now = startMs;
  }

  nowMs(): number {
    return this.now;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.now + Math.max(0, delayMs), order: this.order++, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Forgets every timer, as a process that is killed does. */
  forgetTimers(): void {
    this.timers = [];
  }

  /** Runs every timer up to then, each followed by what its promises set going. */
  async runUntil(untilMs: number, afterEach: () => void = () => undefined): Promise<void> {
    await settle();
    for (;;) {
      const next = this.earliest();
      if (next === undefined || next.atMs > untilMs) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.now = Math.max(this.now, next.atMs);
      next.run();
      await settle();
      afterEach();
    }
    this.now = untilMs;
    afterEach();
  }

  private earliest(): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.timers) {
      if (
        earliest === undefined ||
        timer.atMs < earliest.atMs ||
        (timer.atMs === earliest.atMs && timer.order < earliest.order)
      ) {
        earliest = timer;
      }
    }
    return earliest;
  }
}

/** Lets every promise that is ready run, and what they make ready. Nothing under test waits for real input or output. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}
