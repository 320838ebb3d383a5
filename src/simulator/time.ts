/** Time as the simulator sees it, handed in so that a fleet can live in virtual time. The same shape as the service's own clock. */
export interface SimulatorClock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Runs once after delayMs; the answer cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

/** Chance is handed in too, so that a seed replays a run. */
export interface SimulatorRandom {
  /** In [0, 1). */
  next(): number;
}

export const realClock: SimulatorClock = {
  nowMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

export const realRandom: SimulatorRandom = { next: () => Math.random() };

/** Mulberry32: small, fast and good enough to scatter timers and cars; the same seed gives the same fleet. */
export function seededRandom(seed: number): SimulatorRandom {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}

/**
 * One timer for a whole fleet: every station, car and circuit hangs on the same beat, so that 500 stations cost one wake-up
 * a beat instead of thousands of timers.
 */
export class Ticker {
  readonly #clock: SimulatorClock;
  readonly #tickMs: number;
  readonly #listeners = new Set<(nowMs: number) => void>();
  #cancel: (() => void) | undefined;
  #nextMs = 0;

  constructor(clock: SimulatorClock = realClock, tickMs = 1000) {
    this.#clock = clock;
    this.#tickMs = tickMs;
  }

  /** Listeners run in the order they were added; the answer removes this one. The beat rests while nobody listens. */
  add(listener: (nowMs: number) => void): () => void {
    this.#listeners.add(listener);
    if (this.#cancel === undefined) {
      this.#nextMs = this.#clock.nowMs() + this.#tickMs;
      this.#schedule();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#cancel?.();
      this.#cancel = undefined;
    };
  }

  #schedule(): void {
    this.#cancel = this.#clock.after(Math.max(0, this.#nextMs - this.#clock.nowMs()), () => this.#beat());
  }

  #beat(): void {
    const nowMs = this.#clock.nowMs();
    // Missed beats are not made up for: after a stall, the next one comes a whole beat from now.
    this.#nextMs = Math.max(this.#nextMs + this.#tickMs, nowMs);
    this.#schedule();
    for (const listener of [...this.#listeners]) if (this.#listeners.has(listener)) listener(nowMs);
  }
}
