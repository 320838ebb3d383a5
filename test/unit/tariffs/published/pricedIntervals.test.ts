import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gapsBetween, gapWarning, outside, packRuns, settle } from '../../../../tariffs/published/pricedIntervals.js';

const interval = (startMs: number, endMs: number, pricePerKwh = 1) => ({ startMs, endMs, pricePerKwh });

describe('intervals', () => {
  it('of one step that follow on are one run', () => {
    expect(packRuns([interval(0, 2, 5), interval(2, 4, 6), interval(4, 5, 7), interval(6, 7, 8)])).toEqual([
      { startMs: 0, stepMs: 2, pricesPerKwh: [5, 6] },
      { startMs: 4, stepMs: 1, pricesPerKwh: [7] },
      { startMs: 6, stepMs: 1, pricesPerKwh: [8] },
    ]);
  });

  it('that overlap settle where they agree, and are conflicts where they do not', () => {
    expect(settle([interval(2, 5), interval(0, 3), interval(0, 3), interval(1, 2)]).settled).toEqual([
      interval(0, 3),
      interval(3, 5),
    ]);
    const { settled, conflicts } = settle([interval(2, 5, 9), interval(0, 3), interval(5, 6)]);
    expect(settled).toEqual([interval(0, 3), interval(5, 6)]);
    expect(conflicts).toEqual([[interval(0, 3), interval(2, 5, 9)]]);
  });

  it('outside of others are what is left at each instant', () => {
    const stretches = fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 6 })), { maxLength: 8 });
    fc.assert(
      fc.property(stretches, stretches, (some, others) => {
        const ascending = some
          .map(([from, length]) => interval(from, from + length))
          .sort((a, b) => a.startMs - b.startMs);
        const apart = settle(others.map(([from, length]) => interval(from, from + length))).settled;
        const left = outside(ascending, apart, 1000);
        for (let at = 0.5; at < 40; at++) {
          const count = (list: readonly { startMs: number; endMs: number }[]) =>
            list.filter(({ startMs, endMs }) => startMs < at && at < endMs).length;
          expect(count(left)).toBe(count(apart) > 0 ? 0 : count(ascending));
        }
      }),
      { seed: 3 },
    );
  });

  it('outside of others stop when they are too many', () => {
    const short = Array.from({ length: 1000 }, (_, k) => interval(2 * k, 2 * k + 1));
    expect(outside(Array(1000).fill(interval(0, 2000)), short, 5000).length).toBeLessThan(7000);
  });

  it('have gaps, of which three are named', () => {
    expect(gapsBetween([interval(0, 1), interval(1, 2), interval(5, 6)])).toEqual([{ startMs: 2, endMs: 5 }]);
    expect(gapWarning([])).toBeUndefined();
    const gap = { startMs: 0, endMs: 60_000 };
    expect(gapWarning(Array(5).fill(gap))).toMatch(
      /^There is no price for 1970-01-01T00:00Z to 1970-01-01T00:01Z, .* and 2 more gaps:/,
    );
  });
});
