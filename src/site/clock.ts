/** Time is handed in, so that a site's life can run in virtual time. Nothing below the composition root reads the wall clock. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Runs once after delayMs; the answer cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

/** Random numbers are handed in too, so that a seed replays a run. */
export interface RandomSource {
  /** An integer in [1, 2^31 - 1]; unguessable in production. */
  positiveInt31(): number;
}
