import type { Clock } from '../site/clock.js';

/** Rings at one instant, which may be moved. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #set: { readonly atMs: number; readonly cancel: () => void } | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Undefined: it does not ring. */
  set(atMs: number | undefined): void {
    if (this.#set?.atMs === atMs) return;
    this.#set?.cancel();
    this.#set = undefined;
    if (atMs === undefined) return;
    const cancel = this.#clock.after(Math.max(0, atMs - this.#clock.nowMs()), () => {
      this.#set = undefined;
      this.#ring();
    });
    this.#set = { atMs, cancel };
  }
}
