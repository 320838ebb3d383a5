import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compressSchedule, type LimitSchedule, offeredHours } from '../../../src/profiles/index.js';

const START_MS = Date.UTC(2026, 0, 1);

const schedules: fc.Arbitrary<LimitSchedule> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 12 })), { minLength: 1, maxLength: 8 })
  .map((parts) => {
    let startPeriodS = 0;
    const periods = parts.map(([lengthS, limit]) => {
      const period = { startPeriodS, limit };
      startPeriodS += lengthS;
      return period;
    });
    return { startMs: START_MS, durationS: startPeriodS, rateUnit: 'A', periods };
  });

function limitAt({ periods }: LimitSchedule, second: number): number {
  return periods.findLast(({ startPeriodS }) => startPeriodS <= second)?.limit ?? Number.NaN;
}

/** The most that any division into at most maxPeriods runs of the input can offer, by trying all. */
function bestByTrying(schedule: LimitSchedule, maxPeriods: number, leastUsable: number): number {
  const { periods, durationS } = schedule;
  let best = 0;
  for (let cuts = 0; cuts < 2 ** (periods.length - 1); cuts++) {
    const begins = periods.map((_, index) => index).filter((index) => index === 0 || (cuts >> (index - 1)) & 1);
    if (begins.length > maxPeriods) continue;
    const merged = begins.map((begin, which) => ({
      startPeriodS: periods[begin]?.startPeriodS ?? 0,
      limit: Math.min(...periods.slice(begin, begins[which + 1] ?? periods.length).map(({ limit }) => limit)),
    }));
    best = Math.max(best, offeredHours({ ...schedule, durationS, periods: merged }, leastUsable));
  }
  return best;
}

/** The same for long schedules, by the recursion as it stands: of each division into a first part and a last stretch the best. */
function bestByRecursion({ periods, durationS }: LimitSchedule, maxPeriods: number): number {
  const startS = (index: number) => periods[index]?.startPeriodS ?? durationS;
  let best = Array.from({ length: periods.length + 1 }, (_, end) => (end === 0 ? 0 : Number.NEGATIVE_INFINITY));
  for (let count = 0; count < maxPeriods; count++) {
    best = best.map((_, end) => {
      let most = end === 0 ? 0 : Number.NEGATIVE_INFINITY;
      let lowest = Number.POSITIVE_INFINITY;
      for (let begin = end - 1; begin >= 0; begin--) {
        lowest = Math.min(lowest, periods[begin]?.limit ?? 0);
        most = Math.max(most, (best[begin] ?? 0) + (lowest * (startS(end) - startS(begin))) / 3600);
      }
      return most;
    });
  }
  return best[periods.length] ?? Number.NaN;
}

describe('compressSchedule', () => {
  it('gives up as little energy as possible of long schedules, too', () => {
    const long = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 320 })), {
        minLength: 30,
        maxLength: 90,
      })
      .map((parts) => {
        let startPeriodS = 0;
        const periods = parts.map(([lengthS, limit]) => {
          const period = { startPeriodS, limit: limit / 10 };
          startPeriodS += lengthS;
          return period;
        });
        return { startMs: START_MS, durationS: startPeriodS, rateUnit: 'A' as const, periods };
      });
    fc.assert(
      fc.property(long, fc.integer({ min: 1, max: 30 }), (schedule, maxPeriods) => {
        const compressed = compressSchedule(schedule, { maxPeriods });
        expect(offeredHours(compressed)).toBeCloseTo(bestByRecursion(schedule, maxPeriods), 9);
      }),
      { numRuns: 200 },
    );
  });

  it('gives up as little energy as any schedule with so few periods, and is never above', () => {
    fc.assert(
      fc.property(
        schedules,
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(0, 6),
        (schedule, maxPeriods, leastUsable) => {
          const compressed = compressSchedule(schedule, { maxPeriods, leastUsable });
          expect(compressed.periods.length).toBeLessThanOrEqual(maxPeriods);
          for (let second = 0; second < schedule.durationS; second++)
            expect(limitAt(compressed, second)).toBeLessThanOrEqual(limitAt(schedule, second));
          expect(offeredHours(compressed, leastUsable)).toBeCloseTo(bestByTrying(schedule, maxPeriods, leastUsable), 9);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('leaves a schedule that fits as it is, but for equal neighbours', () => {
    const periods = [
      { startPeriodS: 0, limit: 6 },
      { startPeriodS: 60, limit: 6 },
      { startPeriodS: 120, limit: 16 },
    ];
    const schedule = { startMs: START_MS, durationS: 300, rateUnit: 'A' as const, periods };
    expect(compressSchedule(schedule, { maxPeriods: 2 }).periods).toEqual([periods[0], periods[2]]);
  });

  it('brings a day of five-minute periods down to 24 without ever being above', () => {
    const periods = Array.from({ length: 288 }, (_, index) => ({
      startPeriodS: index * 300,
      limit: Math.round(160 + 100 * Math.sin(index / 11) + ((index * 7919) % 50)) / 10,
    }));
    const schedule = { startMs: START_MS, durationS: 86_400, rateUnit: 'A' as const, periods };
    const compressed = compressSchedule(schedule, { maxPeriods: 24 });
    expect(compressed.periods).toHaveLength(24);
    expect(periods.every(({ startPeriodS, limit }) => limitAt(compressed, startPeriodS) <= limit)).toBe(true);
    expect(offeredHours(compressed)).toBeGreaterThan(0.8 * offeredHours(schedule));
  });

  it.each([
    ['no periods', [], 60],
    ['a first period that does not start at 0', [{ startPeriodS: 5, limit: 6 }], 60],
    [
      'periods that do not ascend',
      [
        { startPeriodS: 0, limit: 6 },
        { startPeriodS: 0, limit: 7 },
      ],
      60,
    ],
    [
      'a period after the end',
      [
        { startPeriodS: 0, limit: 6 },
        { startPeriodS: 60, limit: 7 },
      ],
      60,
    ],
    ['a limit that is no number', [{ startPeriodS: 0, limit: Number.NaN }], 60],
  ])('refuses %s', (_, periods, durationS) => {
    expect(() => compressSchedule({ startMs: START_MS, durationS, rateUnit: 'A', periods }, { maxPeriods: 3 })).toThrow(
      RangeError,
    );
  });

  it('refuses to make nothing of it', () => {
    const schedule = {
      startMs: START_MS,
      durationS: 60,
      rateUnit: 'A' as const,
      periods: [{ startPeriodS: 0, limit: 6 }],
    };
    expect(() => compressSchedule(schedule, { maxPeriods: 0 })).toThrow('maxPeriods');
  });
});
