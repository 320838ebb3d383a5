import type { Clock } from '../../src/site/clock.js';

/** The event loop of a process in virtual time. While it stands still no timer runs and no answer arrives; then all of it at once. */
export class EventLoop implements Clock {
  private readonly clock: Clock;
  private waiting: (() => void)[] = [];
  private isStill = false;
  private isStopped = false;
  private standingStillMs = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get standsStill(): boolean {
    return this.isStill;
  }

  /** Counts on while it runs. */
  get signsOfLife(): number {
    return this.isStill ? this.standingStillMs : this.clock.nowMs();
  }

  standStill(): void {
    this.isStill = true;
    this.standingStillMs = this.clock.nowMs();
  }

  goOn(): void {
    this.isStill = false;
    for (const run of this.waiting.splice(0)) run();
  }

  standStillFor(ms: number): void {
    this.standStill();
    this.clock.after(ms, () => this.goOn());
  }

  /** For good. */
  stop(): void {
    this.isStopped = true;
    this.standStill();
  }

  nowMs(): number {
    return this.clock.nowMs();
  }

  after(delayMs: number, run: () => void): () => void {
    let isCancelled = false;
    const cancel = this.clock.after(delayMs, () => this.whenRunning(() => !isCancelled && run()));
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  /** Resolves as soon as it runs. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.whenRunning(resolve));
  }

  /** The same call, whose answer arrives when the loop runs. */
  answers<A extends unknown[], R>(call: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
    return async (...args) => {
      try {
        return await call(...args);
      } finally {
        await this.turn();
      }
    };
  }

  private whenRunning(run: () => void): void {
    if (this.isStopped) return;
    if (this.isStill) this.waiting.push(run);
    else run();
  }
}
