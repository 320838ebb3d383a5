const LOOK_EVERY_MS = 25;
/** Less is what any busy machine does. */
const STALL_MIN_MS = 100;
const KEPT_MS = 60_000;

interface Stall {
  readonly endMs: number;
  readonly lateMs: number;
}

/** When this very process was not run, so that it could neither send nor read: that is no delay of the service's. */
export class Stalls {
  readonly #timer: NodeJS.Timeout;
  #stalls: Stall[] = [];
  #lastMs = Date.now();

  constructor() {
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  withinMs(fromMs: number, toMs: number): number {
    return this.#stalls
      .filter(({ endMs, lateMs }) => endMs > fromMs && endMs - lateMs < toMs)
      .reduce((sum, { lateMs }) => sum + lateMs, 0);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const nowMs = Date.now();
    const lateMs = nowMs - this.#lastMs - LOOK_EVERY_MS;
    this.#lastMs = nowMs;
    if (lateMs > STALL_MIN_MS) this.#stalls.push({ endMs: nowMs, lateMs });
    this.#stalls = this.#stalls.filter(({ endMs }) => nowMs - endMs < KEPT_MS);
  }
}
