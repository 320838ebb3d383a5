import type { SimulatorClock } from './time.js';

/** A station follows the central system's time only when it is off by more than a network's delay. */
const SYNC_TOLERANCE_MS = 1_000;

/** The station's own idea of the time: it stamps messages and runs schedules by it. Its cars live in true time. */
export class StationClock {
  readonly #clock: SimulatorClock;
  #offsetMs = 0;
  #disturbance: { readonly kind: 'none' } | { readonly kind: 'skew' } | { readonly kind: 'frozen'; atMs: number } = {
    kind: 'none',
  };

  constructor(clock: SimulatorClock) {
    this.#clock = clock;
  }

  nowMs(): number {
    return this.#disturbance.kind === 'frozen' ? this.#disturbance.atMs : this.#clock.nowMs() + this.#offsetMs;
  }

  /** The central system said what time it is. A disturbed clock does not listen. */
  sync(currentTimeMs: number): void {
    if (this.#disturbance.kind !== 'none') return;
    if (Math.abs(currentTimeMs - this.nowMs()) > SYNC_TOLERANCE_MS) {
      this.#offsetMs = currentTimeMs - this.#clock.nowMs();
    }
  }

  freeze(): void {
    this.#disturbance = { kind: 'frozen', atMs: this.nowMs() };
  }

  skew(skewMs: number): void {
    this.#disturbance = { kind: 'skew' };
    this.#offsetMs = skewMs;
  }

  heal(): void {
    this.#disturbance = { kind: 'none' };
    this.#offsetMs = 0;
  }
}
