import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitToPeriods } from '../../../src/site/fitToPeriods.js';
import { type LimitSteps, limitAt, normalizeSteps, sameSteps } from '../../../src/site/limitSteps.js';
import { HOUR_MS, stepsOf } from '../../support/builders.js';

const LEAST_USABLE_A = 6;
const DAY_MS = 24 * HOUR_MS;
/** No instant of the limits below is later. */
const LATEST = 70;

const limitSteps: fc.Arbitrary<LimitSteps> = fc
  .record({
    times: fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 8 }),
    limits: fc.array(fc.constantFrom(0, 4, 6, 6.5, 10, 16, 32), { minLength: 8, maxLength: 8 }),
    lasts: fc.option(fc.integer({ min: 1, max: 20 })),
  })
  .map(({ times, limits, lasts }) => {
    const sorted = [...times].sort((a, b) => a - b);
    return {
      steps: sorted.map((fromMs, index) => ({ fromMs, limitA: limits[index] ?? 0 })),
      untilMs: lasts === null ? 'forever' : (sorted.at(-1) ?? 0) + lasts,
    };
  });
const most = fc.integer({ min: 0, max: 8 });
const leastUsable = fc.constantFrom(0, LEAST_USABLE_A);
const instant = fc.integer({ min: 0, max: LATEST });

function heldAt(limits: LimitSteps, atMs: number): number {
  const heldA = limitAt(limits, atMs);
  return heldA === 'ended' ? 0 : heldA;
}

/** Ampere-milliseconds from fromMs on that a car can use, millisecond by millisecond; what is open counts a day from `openMs`. */
function worth(
  limits: LimitSteps,
  leastUsableA: number,
  { fromMs, openMs }: { fromMs: number; openMs: number },
): number {
  const usableA = (atMs: number) => (heldAt(limits, atMs) < leastUsableA ? 0 : heldAt(limits, atMs));
  let sum = limits.untilMs === 'forever' ? usableA(openMs) * DAY_MS : 0;
  const endMs = limits.untilMs === 'forever' ? openMs : limits.untilMs;
  for (let ms = fromMs; ms < endMs; ms++) sum += usableA(ms);
  return sum;
}

/** When the last of them begins: from there on an open end counts as a day. */
function openMs(limits: LimitSteps, fromMs: number): number {
  return Math.max(fromMs, normalizeSteps(limits, fromMs).steps.at(-1)?.fromMs ?? fromMs);
}

/** The most that limits with so few steps can be worth: every choice of where they change, the lowest of the input in between. */
function bestByTrying(limits: LimitSteps, maxPeriods: number, leastUsableA: number, fromMs: number): number {
  const { steps, untilMs } = normalizeSteps(limits, fromMs);
  let best = 0;
  for (let cuts = 0; cuts < 2 ** (steps.length - 1); cuts++) {
    const begins = steps.map((_, index) => index).filter((index) => index === 0 || (cuts >> (index - 1)) & 1);
    if (begins.length > Math.max(1, maxPeriods)) continue;
    const merged = begins.map((begin, run) => ({
      fromMs: steps[begin]?.fromMs ?? 0,
      limitA: Math.min(...steps.slice(begin, begins[run + 1]).map(({ limitA }) => limitA)),
    }));
    const counted = { fromMs, openMs: openMs(limits, fromMs) };
    best = Math.max(best, worth({ steps: merged, untilMs }, leastUsableA, counted));
  }
  return best;
}

/** The obvious way: neighbours become the lower of the two, the cheapest loss first. */
function greedilyFitted({ steps, untilMs }: LimitSteps, maxPeriods: number): LimitSteps {
  let fitted = steps;
  while (fitted.length > Math.max(1, maxPeriods)) {
    const endMs = (index: number) =>
      fitted[index + 1]?.fromMs ?? (untilMs === 'forever' ? (fitted[index]?.fromMs ?? 0) + DAY_MS : untilMs);
    const merges = fitted.slice(1).map((right, index) => {
      const left = fitted[index] ?? right;
      const limitA = Math.min(left.limitA, right.limitA);
      const lossAms =
        (left.limitA - limitA) * (right.fromMs - left.fromMs) +
        (right.limitA - limitA) * (endMs(index + 1) - right.fromMs);
      const merged = [...fitted.slice(0, index), { fromMs: left.fromMs, limitA }, ...fitted.slice(index + 2)];
      return { lossAms, merged };
    });
    fitted = merges.reduce((best, merge) => (merge.lossAms < best.lossAms ? merge : best)).merged;
  }
  return { steps: fitted, untilMs };
}

describe('limits that are made to fit few periods', () => {
  it('have no more steps than may be, end when they ended, and are at no instant above what they were', () => {
    fc.assert(
      fc.property(limitSteps, most, leastUsable, instant, (limits, maxPeriods, leastUsableA, fromMs) => {
        const fitted = fitToPeriods(limits, maxPeriods, leastUsableA, fromMs);
        expect(fitted.steps.length).toBeLessThanOrEqual(Math.max(1, maxPeriods));
        expect(fitted.untilMs).toBe(limits.untilMs);
        for (let ms = fromMs; ms <= LATEST; ms++) expect(heldAt(fitted, ms)).toBeLessThanOrEqual(heldAt(limits, ms));
      }),
      { numRuns: 1_000 },
    );
  });

  it('are worth as much as any that have so few steps', () => {
    fc.assert(
      fc.property(limitSteps, most, leastUsable, instant, (limits, maxPeriods, leastUsableA, fromMs) => {
        const fitted = fitToPeriods(limits, maxPeriods, leastUsableA, fromMs);
        const counted = { fromMs, openMs: openMs(limits, fromMs) };
        const best = bestByTrying(limits, maxPeriods, leastUsableA, fromMs);
        expect(worth(fitted, leastUsableA, counted)).toBe(best);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are never worth less than when neighbours are merged greedily', () => {
    fc.assert(
      fc.property(limitSteps, most, leastUsable, instant, (limits, maxPeriods, leastUsableA, fromMs) => {
        const counted = { fromMs, openMs: openMs(limits, fromMs) };
        const greedy = greedilyFitted(normalizeSteps(limits, fromMs), maxPeriods);
        const fitted = fitToPeriods(limits, maxPeriods, leastUsableA, fromMs);
        expect(worth(fitted, leastUsableA, counted)).toBeGreaterThanOrEqual(worth(greedy, leastUsableA, counted));
      }),
      { numRuns: 1_000 },
    );
  });

  it('stay the same from then on where they fit, and when they are fitted again', () => {
    fc.assert(
      fc.property(limitSteps, most, leastUsable, instant, (limits, maxPeriods, leastUsableA, fromMs) => {
        const fitted = fitToPeriods(limits, maxPeriods, leastUsableA, fromMs);
        expect(fitToPeriods(fitted, maxPeriods, leastUsableA, fromMs)).toEqual(fitted);
        if (limits.steps.length <= maxPeriods)
          for (let ms = fromMs; ms <= LATEST; ms++) expect(limitAt(fitted, ms)).toBe(limitAt(limits, ms));
      }),
      { numRuns: 1_000 },
    );
  });

  it('are given back as they are where nothing is past, equal or too much', () => {
    const limits = stepsOf(
      [
        [0, 16],
        [100, 4],
        [200, 32],
      ],
      300,
    );
    expect(fitToPeriods(limits, 3, LEAST_USABLE_A, 0)).toEqual(limits);
  });

  it('give up the same each time', () => {
    fc.assert(
      fc.property(limitSteps, most, instant, (limits, maxPeriods, fromMs) => {
        const copy = structuredClone(limits);
        const first = fitToPeriods(limits, maxPeriods, LEAST_USABLE_A, fromMs);
        expect(fitToPeriods(copy, maxPeriods, LEAST_USABLE_A, fromMs)).toEqual(first);
        expect(limits).toEqual(copy);
      }),
    );
  });

  it('give up a limit that no pilot offers before one that it does', () => {
    const limits = stepsOf(
      [
        [0, 7],
        [100, 5],
        [200, 0],
      ],
      300,
    );
    expect(fitToPeriods(limits, 2, LEAST_USABLE_A, 0).steps).toEqual([
      { fromMs: 0, limitA: 7 },
      { fromMs: 100, limitA: 0 },
    ]);
    expect(fitToPeriods(limits, 2, 0, 0).steps).toEqual([
      { fromMs: 0, limitA: 5 },
      { fromMs: 200, limitA: 0 },
    ]);
  });

  it('keep what greed loses: the cheapest merge first is not the best', () => {
    const limits = stepsOf(
      [
        [0, 10],
        [10, 13],
        [20, 15],
        [30, 18],
      ],
      40,
    );
    const counted = { fromMs: 0, openMs: 40 };
    expect(worth(fitToPeriods(limits, 2, 0, 0), 0, counted)).toBe(500);
    expect(worth(greedilyFitted(limits, 2), 0, counted)).toBe(490);
  });

  it('count an open end as a day', () => {
    const limits = stepsOf(
      [
        [0, 16],
        [DAY_MS + 1, 0],
        [DAY_MS + 2, 16],
      ],
      'forever',
    );
    const shorter = stepsOf(
      [
        [0, 16],
        [DAY_MS - 1, 0],
        [DAY_MS, 16],
      ],
      'forever',
    );
    expect(fitToPeriods(limits, 2, 0, 0).steps.map(({ limitA }) => limitA)).toEqual([16, 0]);
    expect(fitToPeriods(shorter, 2, 0, 0).steps.map(({ limitA }) => limitA)).toEqual([0, 16]);
  });

  it('do not count what is past, and drop it', () => {
    const limits = stepsOf(
      [
        [0, 16],
        [1_000, 0],
        [1_010, 16],
      ],
      1_030,
    );
    expect(fitToPeriods(limits, 2, 0, 0).steps).toEqual(limits.steps.slice(0, 2));
    const later = fitToPeriods(limits, 2, 0, 995);
    expect(later.steps.map(({ limitA }) => limitA)).toEqual([0, 16]);
    expect(sameSteps(later, limits, 1_000)).toBe(true);
  });

  it('repeat where they repeated: one round is fitted, and is above in none', () => {
    const round = 50;
    fc.assert(
      fc.property(limitSteps, most, instant, (limits, maxPeriods, fromMs) => {
        const repeating: LimitSteps = { steps: limits.steps, untilMs: 'forever', everyMs: round };
        const fitted = fitToPeriods(repeating, maxPeriods, 0, fromMs);
        expect(fitted.steps.length).toBeLessThanOrEqual(Math.max(1, maxPeriods));
        const [startMs] = limits.steps.map((step) => step.fromMs);
        const once = fitToPeriods({ ...limits, untilMs: (startMs ?? 0) + round }, maxPeriods, 0, startMs ?? 0);
        for (let ms = startMs ?? 0; ms < (startMs ?? 0) + round; ms++) {
          expect(limitAt(fitted, ms)).toBe(limitAt(once, ms));
          expect(limitAt(fitted, ms + 2 * round)).toBe(limitAt(fitted, ms));
          expect(heldAt(fitted, ms + 2 * round)).toBeLessThanOrEqual(heldAt(repeating, ms + 2 * round));
        }
      }),
    );
  });
});
