import type { RandomSource } from '../site/clock.js';
import { TokenBucket } from './tokenBucket.js';

/** Those who come too early are told to come back at different times, or they would all be back at once. */
const SPREAD_S = 30;

/** How many may come in at a time: after a power cut every station is back in the same second. */
export class AdmissionLimit {
  readonly #bucket: TokenBucket;
  readonly #random: RandomSource;

  constructor(options: {
    readonly burst: number;
    readonly perSecond: number;
    readonly nowMs: number;
    readonly random: RandomSource;
  }) {
    this.#bucket = new TokenBucket(options.burst - 1, options.perSecond, options.nowMs);
    this.#random = options.random;
  }

  /** 'now', or after how many seconds to come back. */
  take(nowMs: number): 'now' | { readonly retryAfterS: number } {
    const waitMs = this.#bucket.waitMs(nowMs);
    if (waitMs > 0) {
      return { retryAfterS: Math.ceil(waitMs / 1_000) + (this.#random.positiveInt31() % SPREAD_S) };
    }
    this.#bucket.take(nowMs);
    return 'now';
  }
}
