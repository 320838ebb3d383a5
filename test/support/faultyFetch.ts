import type { SeededRandom } from './seededRandom.js';

export interface FetchFaults {
  /** Shares of requests: never sent; carried out, but not heard of; sent twice. */
  readonly lost: number;
  readonly unheard: number;
  readonly doubled: number;
  /** What some are late by, at most. */
  readonly lateMostMs: number;
}

/** A fetch over a bad line: what is lost fails, as it would there. */
export function faultyFetch(random: SeededRandom, faults: () => FetchFaults): typeof globalThis.fetch {
  return async (input, init) => {
    const { lost, unheard, doubled, lateMostMs } = faults();
    const request = new Request(input, init);
    if (random.next() < lost) throw new TypeError('the line is down');
    const lateMs = random.next() * lateMostMs;
    if (lateMs > 0) await new Promise((resolve) => setTimeout(resolve, lateMs));
    if (random.next() < doubled) await fetch(request.clone()).then((first) => first.arrayBuffer());
    const answer = await fetch(request);
    if (random.next() >= unheard) return answer;
    await answer.arrayBuffer();
    throw new TypeError('the answer was lost');
  };
}
