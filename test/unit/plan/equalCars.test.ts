import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChargingProblem, checkPlan, type ProblemSession, shareFairly } from '../../../optimizer/index.js';
import { treatedEqually } from '../../../src/plan/equalCars.js';
import { anyProblem, problem, QUARTER_MS, START_MS, session } from '../optimizer/problems.js';

/** The plan of a site with the currents given here, whatever a planner would say. */
function planned(given: ChargingProblem, currentA: readonly (readonly number[])[]) {
  const plan = shareFairly(given);
  const energyWh = currentA.map((row) => row.reduce((sum, current) => sum + current * 172.5, 0));
  return { ...plan, currentA, energyWh };
}

const two = (more: Partial<ProblemSession> = {}) => [session('a'), session('b', more)];

describe('equal cars', () => {
  it('get the same in each slot, whatever the plan gave to which', () => {
    const given = problem(16, two(), { slots: 3 });
    const alike = treatedEqually(
      given,
      planned(given, [
        [16, 0, 9],
        [0, 16, 7],
      ]),
    );
    expect(alike.currentA).toEqual([
      [8, 8, 8],
      [8, 8, 8],
    ]);
    expect(alike.energyWh).toEqual([24 * 172.5, 24 * 172.5]);
  });

  it('have turns of a quarter where a part of it is below the minimum, first the one that wants most', () => {
    const given = problem(16, two({ energyWh: 100_001 }), { slots: 3 });
    const whole = [
      [10, 10, 10],
      [0, 0, 0],
    ];
    const alike = treatedEqually(given, planned(given, whole));
    expect(alike.currentA).toEqual([
      [0, 10, 0],
      [10, 0, 10],
    ]);
    expect(alike.energyWh[0]).toBeCloseTo(15 * 172.5, 0);
  });

  it('keep what the plan gave each, where all get what they want and their turns would leave one short', () => {
    // In slots of 5 minutes, 57.5 Wh an ampere: within one turn a would have all, and b nothing.
    const wanted = [session('a', { energyWh: 10 * 57.5 }), session('b', { energyWh: 8 * 57.5 })];
    const given = {
      ...problem(16, wanted, { slots: 2 }),
      boundariesMs: [0, 1, 2].map((n) => START_MS + (n * QUARTER_MS) / 3),
    };
    const rows = [
      [10, 0],
      [0, 8],
    ];
    const plan = { ...planned(given, rows), energyWh: [575, 460], shortfallWh: [0, 0] };
    expect(treatedEqually(given, plan).currentA).toEqual(rows);
    // Where there is not enough for both, they take turns.
    const short = { ...plan, shortfallWh: [0, 500] };
    expect(treatedEqually(given, short).currentA).toEqual([
      [10, 8],
      [0, 0],
    ]);
  });

  it('that are ahead of each other, as in turns, get as much of it as they still want of all', () => {
    const given = problem(18, two({ energyWh: 125_000 }));
    expect(treatedEqually(given, planned(given, [[18], [0]])).currentA).toEqual([[8], [10]]);
    const little = problem(12.5, two({ energyWh: 125_000 }));
    expect(treatedEqually(little, planned(little, [[12.5], [0]])).currentA).toEqual([[6.25], [6.25]]);
  });

  it('are those between which nothing tells: a few Wh less on the meter do not', () => {
    const whole = [
      [16, 16],
      [0, 0],
    ];
    const isEqual = (more: Partial<ProblemSession>) => {
      const given = problem(32, two(more), { slots: 2 });
      return (treatedEqually(given, planned(given, whole)).currentA[1]?.[0] ?? 0) > 7;
    };
    expect(isEqual({})).toBe(true);
    expect(isEqual({ energyWh: 99_000 })).toBe(true);
    expect(isEqual({ phases: ['L3', 'L1', 'L2'] })).toBe(true);
    expect(isEqual({ energyWh: 70_000 })).toBe(false);
    expect(isEqual({ departureMs: START_MS + QUARTER_MS })).toBe(false);
    expect(isEqual({ shortfallPricePerKwh: 2 })).toBe(false);
    expect(isEqual({ currentMaxA: 16 })).toBe(false);
    expect(isEqual({ phases: ['L1'] })).toBe(false);
    expect(isEqual({ reservedA: 6 })).toBe(false);
    expect(isEqual({ energyWh: 0 })).toBe(false);
  });

  it('are held back by what holds back the one that got least, but have enough only together', () => {
    const given = problem(32, two(), { slots: 2 });
    const plan = planned(given, [
      [32, 20],
      [0, 0],
    ]);
    const full = { by: 'circuit', circuitId: 'grid', phase: 'L1' } as const;
    const limitedBy = [
      [{ by: 'evse' } as const, full],
      [full, { by: 'energy' } as const],
    ];
    expect(treatedEqually(given, { ...plan, limitedBy }).limitedBy).toEqual([
      [full, full],
      [full, full],
    ]);
  });

  it('load the circuits as before, whatever the site', () => {
    const doubled = anyProblem().map((given) => ({
      ...given,
      sessions: given.sessions.flatMap((one) => [one, { ...one, id: `${one.id}-too`, weight: 3 }]),
    }));
    fc.assert(
      fc.property(doubled, (given) => {
        const plan = shareFairly(given);
        const alike = treatedEqually(given, plan);
        const broken = checkPlan(given, { ...plan, ...alike }).filter(
          ({ rule }) => !['misreported', 'energyExceeded'].includes(rule),
        );
        expect(broken).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
