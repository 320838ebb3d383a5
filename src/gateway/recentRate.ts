const WINDOW_MS = 5_000;

/** How often something happened lately: counted in the last whole window, for the running one says too little at its beginning. */
export class RecentRate {
  #sinceMs: number;
  #count = 0;
  #last: number | 'unknown' = 'unknown';

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  count(nowMs: number): void {
    this.#turn(nowMs);
    this.#count++;
  }

  /** 'unknown' before the first window is over, and where nothing happened. */
  perSecond(nowMs: number): number | 'unknown' {
    this.#turn(nowMs);
    return this.#last;
  }

  #turn(nowMs: number): void {
    const elapsedMs = nowMs - this.#sinceMs;
    // A clock set back begins a window anew.
    if (elapsedMs >= 0 && elapsedMs < WINDOW_MS) return;
    const isJustOver = elapsedMs >= WINDOW_MS && elapsedMs < 2 * WINDOW_MS;
    this.#last = isJustOver && this.#count > 0 ? (this.#count * 1_000) / elapsedMs : 'unknown';
    this.#count = 0;
    this.#sinceMs = nowMs;
  }
}
