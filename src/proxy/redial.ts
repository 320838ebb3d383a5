import type { WebSocket } from 'ws';
import type { Clock, RandomSource } from '../site/clock.js';
import type { OnLoss } from '../site/upstream.js';
import type { Dialled } from './dialUpstream.js';

/** The CSMS that was lost is dialled again after half of this to all of it, and ever later. */
const WAIT_MIN_MS = 500;
const WAIT_MAX_MS = 5_000;
/** Where it may be gone for hours. */
const WAIT_LONG_MS = 30_000;
const LONG_MS = 300_000;

export interface RedialOptions {
  readonly clock: Clock;
  /** Those that lost one CSMS in one moment do not come back to it in one. */
  readonly random: RandomSource;
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
    const { clock, random } = this.#options;
    const share = 0.5 + random.positiveInt31() / 2 ** 32;
    this.#cancelWait = clock.after(waitMs * share, () => void this.#attempt(waitMs));
  }

  async #attempt(waitMs: number): Promise<void> {
    const dialled = await this.#options.dial();
    if (this.#isOver) {
      if (dialled.outcome === 'open') dialled.socket.terminate();
    } else if (dialled.outcome === 'open') {
      this.cancel();
      this.#options.onBack(dialled.socket);
    } else if (dialled.outcome === 'refused') this.#giveUp();
    else this.#later(Math.min(this.#options.atMostMs > LONG_MS ? WAIT_LONG_MS : WAIT_MAX_MS, waitMs * 2));
  }

  #giveUp(): void {
    if (this.#isOver) return;
    this.cancel();
    this.#options.onGivenUp();
  }
}

/** How a station goes on without its CSMS; undefined: not at all. */
export interface Stay {
  readonly forS: number;
  readonly what: string;
  readonly isIsland: boolean;
}

export function staysFor(onLoss: OnLoss, canBeIsland: boolean): Stay | undefined {
  switch (onLoss.kind) {
    case 'close':
      return undefined;
    case 'hold':
      return { forS: onLoss.holdS, what: `it is held for ${onLoss.holdS} s`, isIsland: false };
    case 'island':
      if (!canBeIsland) return undefined;
      return { forS: onLoss.islandS, what: `it is served here for up to ${onLoss.islandS} s`, isIsland: true };
  }
}
