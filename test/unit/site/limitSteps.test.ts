import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  breakpoints,
  constantSteps,
  extremeOf,
  type LimitSteps,
  largerOf,
  largestWithin,
  limitAt,
  normalizeSteps,
  sameSteps,
  smallerOf,
  unrolled,
} from '../../../src/site/limitSteps.js';

const limitA = fc.constantFrom(0, 6, 6.5, 10, 16, 32);
const instant = fc.integer({ min: 0, max: 60 });
const limitSteps: fc.Arbitrary<LimitSteps> = fc
  .record({
    times: fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 8 }),
    limits: fc.array(limitA, { minLength: 8, maxLength: 8 }),
    lasts: fc.option(fc.integer({ min: 1, max: 20 })),
  })
  .map(({ times, limits, lasts }) => {
    const sorted = [...times].sort((a, b) => a - b);
    return {
      steps: sorted.map((fromMs, index) => ({ fromMs, limitA: limits[index] ?? 0 })),
      untilMs: lasts === null ? 'forever' : (sorted.at(-1) ?? 0) + lasts,
    };
  });

function heldAt(limits: LimitSteps, atMs: number): number {
  const held = limitAt(limits, atMs);
  return held === 'ended' ? 0 : held;
}

describe('limits over time', () => {
  it('hold their first value before the first step, their last one after the last, and end at untilMs', () => {
    const limits = {
      steps: [
        { fromMs: 10, limitA: 6 },
        { fromMs: 20, limitA: 16 },
      ],
      untilMs: 30,
    };
    expect([0, 10, 19, 20, 29, 30].map((ms) => limitAt(limits, ms))).toEqual([6, 6, 6, 16, 16, 'ended']);
  });

  it('answer the largest value within a stretch, its ends included', () => {
    const limits = {
      steps: [
        { fromMs: 0, limitA: 6 },
        { fromMs: 20, limitA: 16 },
        { fromMs: 25, limitA: 8 },
      ],
      untilMs: 30,
    };
    expect(largestWithin(limits, 5, 19)).toBe(6);
    expect(largestWithin(limits, 5, 20)).toBe(16);
    expect(largestWithin(limits, 26, 99)).toBe(8);
    expect(largestWithin(limits, 30, 99)).toBe('ended');
  });

  it('change nowhere but at their breakpoints', () => {
    fc.assert(
      fc.property(limitSteps, instant, (limits, fromMs) => {
        const changes = new Set(breakpoints(limits, fromMs, 70));
        for (let ms = fromMs + 1; ms <= 70; ms++)
          if (!changes.has(ms)) expect(limitAt(limits, ms)).toBe(limitAt(limits, ms - 1));
      }),
    );
  });

  it('are the same function from then on once normalized, with no two equal neighbours', () => {
    fc.assert(
      fc.property(limitSteps, instant, (limits, fromMs) => {
        const normal = normalizeSteps(limits, fromMs);
        for (let ms = fromMs; ms <= 70; ms++) expect(limitAt(normal, ms)).toBe(limitAt(limits, ms));
        normal.steps.slice(1).forEach((step, index) => {
          expect(step.fromMs).toBeGreaterThan(normal.steps[index]?.fromMs ?? 0);
        });
        expect(sameSteps(limits, normal, fromMs)).toBe(true);
      }),
    );
  });

  it('are told apart when they differ at any instant to come, and not when only the past differs', () => {
    const a = {
      steps: [
        { fromMs: 0, limitA: 6 },
        { fromMs: 20, limitA: 16 },
      ],
      untilMs: 'forever',
    } as const;
    const b = {
      steps: [
        { fromMs: 0, limitA: 32 },
        { fromMs: 20, limitA: 16 },
      ],
      untilMs: 'forever',
    } as const;
    expect(sameSteps(a, b, 20)).toBe(true);
    expect(sameSteps(a, b, 19)).toBe(false);
    expect(sameSteps(a, { ...a, untilMs: 99 }, 20)).toBe(false);
  });

  it('combine to the larger, and to the smaller, of two at every instant', () => {
    fc.assert(
      fc.property(limitSteps, limitSteps, (a, b) => {
        const larger = largerOf(a, b);
        for (let ms = 0; ms <= 70; ms++) expect(heldAt(larger, ms)).toBe(Math.max(heldAt(a, ms), heldAt(b, ms)));
        const smaller = smallerOf(a, b);
        for (let ms = 0; ms <= 70; ms++) expect(heldAt(smaller, ms)).toBe(Math.min(heldAt(a, ms), heldAt(b, ms)));
      }),
    );
  });

  it('end for the larger of two only when both have ended', () => {
    expect(limitAt(largerOf(constantSteps(6, 0, 10), constantSteps(3, 0, 20)), 15)).toBe(3);
    expect(limitAt(largerOf(constantSteps(6, 0, 10), constantSteps(3, 0, 20)), 20)).toBe('ended');
    expect(limitAt(largerOf(constantSteps(6, 0, 10), constantSteps(3, 0)), 1_000)).toBe(3);
  });
});

describe('limits that repeat', () => {
  const EVERY_MS = 12;
  const SPAN_MS = 40;
  const repeating: fc.Arbitrary<LimitSteps> = fc
    .record({
      anchorMs: fc.integer({ min: -30, max: 30 }),
      offsetsMs: fc.uniqueArray(fc.integer({ min: 1, max: EVERY_MS - 1 }), { maxLength: 4 }),
      limits: fc.array(limitA, { minLength: 5, maxLength: 5 }),
    })
    .map(({ anchorMs, offsetsMs, limits }) => ({
      steps: [0, ...offsetsMs.sort((a, b) => a - b)].map((offsetMs, index) => ({
        fromMs: anchorMs + offsetMs,
        limitA: limits[index] ?? 0,
      })),
      untilMs: 'forever' as const,
      everyMs: EVERY_MS,
    }));
  const around = fc.integer({ min: -SPAN_MS, max: SPAN_MS });
  const length = fc.integer({ min: 0, max: 3 * EVERY_MS });
  const any = fc.oneof(limitSteps, repeating);

  /** Every round written out, long before the first and long after it. */
  function writtenOut({ steps }: LimitSteps, atMs: number): number {
    const rounds = Array.from({ length: 41 }, (_, n) => (n - 20) * EVERY_MS);
    const all = rounds.flatMap((ms) => steps.map((step) => ({ fromMs: step.fromMs + ms, limitA: step.limitA })));
    return all.findLast(({ fromMs }) => fromMs <= atMs)?.limitA ?? Number.NaN;
  }

  it('are the same in each round, before the first as well as after it', () => {
    fc.assert(
      fc.property(repeating, around, (limits, atMs) => {
        expect(limitAt(limits, atMs)).toBe(writtenOut(limits, atMs));
      }),
    );
  });

  it('answer the largest value within a stretch, however long and wherever', () => {
    fc.assert(
      fc.property(repeating, around, length, (limits, fromMs, ms) => {
        const held = Array.from({ length: ms + 1 }, (_, passed) => writtenOut(limits, fromMs + passed));
        expect(largestWithin(limits, fromMs, fromMs + ms)).toBe(Math.max(...held));
      }),
    );
  });

  it('change nowhere but at their breakpoints, which lie after the beginning of the stretch and within it, in order', () => {
    fc.assert(
      fc.property(repeating, around, length, (limits, fromMs, ms) => {
        const times = breakpoints(limits, fromMs, fromMs + ms);
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
        for (const time of times) expect(time > fromMs && time <= fromMs + ms).toBe(true);
        for (let at = fromMs + 1; at <= fromMs + ms; at++)
          if (!times.includes(at)) expect(limitAt(limits, at)).toBe(limitAt(limits, at - 1));
      }),
    );
  });

  it('are the same within a stretch once they are unrolled, and do not repeat any more', () => {
    fc.assert(
      fc.property(any, around, length, (limits, fromMs, ms) => {
        const once = unrolled(limits, fromMs, fromMs + ms);
        expect(once.everyMs).toBeUndefined();
        for (let at = fromMs; at <= fromMs + ms; at++) expect(limitAt(once, at)).toBe(limitAt(limits, at));
      }),
    );
  });

  it('are the same function once normalized, with no two equal neighbours, and repeat no more where one value is left', () => {
    fc.assert(
      fc.property(repeating, around, (limits, fromMs) => {
        const normal = normalizeSteps(limits, fromMs);
        for (let at = fromMs - SPAN_MS; at <= fromMs + SPAN_MS; at++)
          expect(limitAt(normal, at)).toBe(limitAt(limits, at));
        normal.steps.slice(1).forEach((step, index) => {
          expect(step.limitA).not.toBe(normal.steps[index]?.limitA);
        });
        expect(normal.everyMs === undefined).toBe(normal.steps.length === 1);
      }),
    );
  });

  it('are told apart when they differ at any instant, wherever their rounds begin', () => {
    const shifted = fc.tuple(repeating, fc.integer({ min: -3, max: 3 })).map(([{ steps }, rounds]) => ({
      steps: steps.map((step) => ({ ...step, fromMs: step.fromMs + rounds * EVERY_MS })),
      untilMs: 'forever' as const,
      everyMs: EVERY_MS,
    }));
    fc.assert(
      fc.property(repeating, shifted, fc.integer({ min: -3, max: 3 }), around, (a, other, rounds, fromMs) => {
        const later = { ...a, steps: a.steps.map((step) => ({ ...step, fromMs: step.fromMs + rounds * EVERY_MS })) };
        expect(sameSteps(a, later, fromMs)).toBe(true);
        const instants = Array.from({ length: EVERY_MS }, (_, passed) => fromMs + passed);
        const isSame = instants.every((at) => limitAt(a, at) === limitAt(other, at));
        expect(sameSteps(a, other, fromMs)).toBe(isSame);
      }),
    );
  });

  it('count in a smaller of two at the least they ever are, and in a larger of two at the largest', () => {
    fc.assert(
      fc.property(any, any, around, (a, b, atMs) => {
        const at = (limits: LimitSteps, extreme: 'least' | 'largest') =>
          limits.everyMs === undefined ? heldAt(limits, atMs) : extremeOf(limits, extreme);
        expect(heldAt(smallerOf(a, b), atMs)).toBe(Math.min(at(a, 'least'), at(b, 'least')));
        expect(heldAt(largerOf(a, b), atMs)).toBe(Math.max(at(a, 'largest'), at(b, 'largest')));
        expect(heldAt(smallerOf(a, b), atMs)).toBeLessThanOrEqual(Math.min(heldAt(a, atMs), heldAt(b, atMs)));
        expect(heldAt(largerOf(a, b), atMs)).toBeGreaterThanOrEqual(Math.max(heldAt(a, atMs), heldAt(b, atMs)));
      }),
    );
  });
});
