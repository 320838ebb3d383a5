import type { WebSocket } from 'ws';
import type { Clock } from '../site/clock.js';
import type { Dialled } from './dialUpstream.js';

/** The CSMS that was lost is dialled again after this long, and ever later. */
const WAIT_MIN_MS = 500;
const WAIT_MAX_MS = 5_000;

export interface RedialOptions {
  readonly clock: Clock;
  readonly dial: () => Promise<Dialled>;
  readonly atMostMs: number;
  readonly onBack: (socket: WebSocket) => void;
  /** It takes the station no more, or the time is over. */
  readonly onGivenUp: () => void;
}

/** Dials a CSMS again, for so long; ends once, one way or the other, unless it is cancelled. */
export class Redial {
  readonly #options: RedialOptions;
  #isOver = false;
  #cancelEnd: () => void;
  #cancelWait: () => void = () => {};

  constructor(options: RedialOptions) {
    this.#options = options;
    // Whatever an attempt still waits for, the station is held no longer.
    this.#cancelEnd = options.clock.after(options.atMostMs, () => this.#giveUp());
    this.#later(WAIT_MIN_MS);
  }

  cancel(): void {
    this.#isOver = true;
    this.#cancelEnd();
    this.#cancelWait();
  }

  #later(waitMs: number): void {
    this.#cancelWait = this.#options.clock.after(waitMs, () => void this.#attempt(waitMs));
  }

  async #attempt(waitMs: number): Promise<void> {
    const dialled = await this.#options.dial();
    if (this.#isOver) {
      if (dialled.outcome === 'open') dialled.socket.terminate();
    } else if (dialled.outcome === 'open') {
      this.cancel();
      this.#options.onBack(dialled.socket);
    } else if (dialled.outcome === 'refused') this.#giveUp();
    else this.#later(Math.min(WAIT_MAX_MS, waitMs * 2));
  }

  #giveUp(): void {
    if (this.#isOver) return;
    this.cancel();
    this.#options.onGivenUp();
  }
}
