import fc from 'fast-check';
import type { PriceRun } from '../../../../tariffs/types.js';

/** Around the changes of clocks of Europe and America, and elsewhere. */
const ANCHORS = [
  '2026-03-28T23:00Z',
  '2026-03-29T00:00Z',
  '2026-10-24T22:00Z',
  '2026-10-25T00:30Z',
  '2026-03-08T05:00Z',
  '2026-11-01T04:00Z',
  '2024-02-28T23:00Z',
];
const MINUTE_MS = 60_000;

const price = fc.oneof(
  fc.integer({ min: -50_000, max: 400_000 }).map((value) => value / 100_000),
  fc.double({ min: -100_000, max: 100_000, noNaN: true }).map((value) => value + 0),
  fc.constantFrom(0, 1e-9, -1e-7, 0.1 + 0.2, 1 / 3, 100_000),
);

/** Runs as a reader packs them: ascending, with gaps or another step between one and the next. */
export function arbitraryRuns(stepsMs: readonly number[]): fc.Arbitrary<readonly PriceRun[]> {
  const run = fc.record({
    gapMs: fc.nat(96).map((quarters) => quarters * 15 * MINUTE_MS),
    stepMs: fc.constantFrom(...stepsMs),
    // Neighbours are often the same.
    prices: fc.array(fc.tuple(price, fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 40 }),
  });
  return fc.tuple(fc.constantFrom(...ANCHORS), fc.array(run, { minLength: 1, maxLength: 6 })).map(([anchor, parts]) => {
    const runs: PriceRun[] = [];
    let endMs = Date.parse(anchor);
    for (const { gapMs, stepMs, prices } of parts) {
      const sameAsBefore = runs.at(-1)?.stepMs === stepMs && gapMs === 0;
      const startMs = endMs + gapMs + (sameAsBefore ? 15 * MINUTE_MS : 0);
      const pricesPerKwh = prices.flatMap(([value, times]) => Array<number>(times).fill(value));
      runs.push({ startMs, stepMs, pricesPerKwh });
      endMs = startMs + stepMs * pricesPerKwh.length;
    }
    return runs;
  });
}
