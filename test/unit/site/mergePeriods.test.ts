import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MergeablePeriod, type MergedPeriod, mergePeriods } from '../../../src/site/mergePeriods.js';

const LEAST_USABLE = 6;

const periods: fc.Arbitrary<MergeablePeriod[]> = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 12 }))
    .map(([length, limit]) => ({ length, limit, usable: limit < LEAST_USABLE ? 0 : limit })),
  { minLength: 1, maxLength: 8 },
);
const most = fc.integer({ min: 1, max: 8 });

/** By which period of the input each stretch of time is limited: its limits, one for each period. */
function limitsOf(merged: readonly MergedPeriod[], count: number): number[] {
  return Array.from(
    { length: count },
    (_, index) => merged.findLast(({ first }) => first <= index)?.limit ?? Number.NaN,
  );
}

function worthOf(limits: readonly number[], input: readonly MergeablePeriod[]): number {
  return input.reduce((sum, { length }, index) => {
    const limit = limits[index] ?? 0;
    return sum + (limit < LEAST_USABLE ? 0 : limit * length);
  }, 0);
}

/** Every way to divide the periods into at most maxPeriods runs. */
function bestByTrying(input: readonly MergeablePeriod[], maxPeriods: number): number {
  let best = 0;
  for (let cuts = 0; cuts < 2 ** (input.length - 1); cuts++) {
    const firsts = input.map((_, index) => index).filter((index) => index === 0 || (cuts >> (index - 1)) & 1);
    if (firsts.length > maxPeriods) continue;
    const merged = firsts.map((first, run) => ({
      first,
      limit: Math.min(...input.slice(first, firsts[run + 1]).map(({ limit }) => limit)),
    }));
    best = Math.max(best, worthOf(limitsOf(merged, input.length), input));
  }
  return best;
}

describe('merging periods', () => {
  it('keeps as much as any division into so few runs, and is nowhere above', () => {
    fc.assert(
      fc.property(periods, most, (input, maxPeriods) => {
        const merged = mergePeriods(input, maxPeriods);
        const limits = limitsOf(merged, input.length);
        expect(merged.length).toBeLessThanOrEqual(maxPeriods);
        expect(merged[0]?.first).toBe(0);
        for (const [index, limit] of limits.entries()) expect(limit).toBeLessThanOrEqual(input[index]?.limit ?? 0);
        expect(worthOf(limits, input)).toBe(bestByTrying(input, maxPeriods));
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves what fits as it is', () => {
    fc.assert(
      fc.property(periods, (input) => {
        expect(mergePeriods(input, input.length)).toEqual(input.map(({ limit }, first) => ({ first, limit })));
      }),
    );
  });
});
