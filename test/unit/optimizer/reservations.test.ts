import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPlan, shareFairly } from '../../../optimizer/index.js';
import { anyProblem, circuit, problem, session } from './problems.js';

describe('a reserved current', () => {
  test('is counted on the circuits even when nothing is planned', () => {
    const absent = session('absent', { reservedA: 12, departureMs: 0 });
    expect(shareFairly(problem(32, [absent, session('b')])).currentA).toEqual([[0], [20]]);
    const full = session('full', { reservedA: 12, energyWh: 0 });
    expect(shareFairly(problem(32, [full, session('b')])).currentA).toEqual([[0], [20]]);
  });

  test('costs nothing to use: the session has at least it when it wants it', () => {
    const plan = shareFairly(problem(40, [session('a', { reservedA: 26 }), session('b'), session('c')]));
    expect(plan.currentA).toEqual([[26], [7], [7]]);
  });

  test('is used no further than the EVSE or the energy goes', () => {
    const byEvse = shareFairly(problem(32, [session('a', { reservedA: 20, currentMaxA: 10 }), session('b')]));
    expect(byEvse.currentA).toEqual([[10], [12]]);
    const byEnergy = shareFairly(problem(32, [session('a', { reservedA: 20, energyWh: 8 * 172.5 }), session('b')]));
    expect(byEnergy.currentA).toEqual([[8], [12]]);
  });

  test('below the minimum pays for part of the minimum', () => {
    const plan = shareFairly(
      problem(12, [session('a', { reservedA: 4 }), session('b', { reservedA: 4 }), session('c', { reservedA: 0 })]),
    );
    expect(plan.currentA).toEqual([[6], [6], [0]]);
  });

  test('beyond the limit leaves others nothing, and its owner what is reserved', () => {
    const given = problem(10, [session('a', { reservedA: 16 }), session('b')]);
    const plan = shareFairly(given);
    expect(plan.currentA).toEqual([[16], [0]]);
    expect(plan.limitedBy).toEqual([
      [{ by: 'circuit', circuitId: 'grid', phase: 'L1' }],
      [{ by: 'circuit', circuitId: 'grid', phase: 'L1' }],
    ]);
    expect(checkPlan(given, plan)).toEqual([]);
  });

  test('beyond the limit of a dead circuit is answered with a plan, not an error', () => {
    const given = problem(0, [session('a', { reservedA: 6 }), session('b', { reservedA: 3 }), session('c')]);
    const plan = shareFairly(given);
    expect(plan.currentA).toEqual([[6], [0], [0]]);
    expect(plan.limitedBy[1]).toEqual([{ by: 'minimumCurrent' }]);
    expect(checkPlan(given, plan)).toEqual([]);
  });

  test('may change from slot to slot', () => {
    const plan = shareFairly(problem(32, [session('a', { reservedA: [32, 0] }), session('b')], { slots: 2 }));
    expect(plan.currentA).toEqual([
      [32, 16],
      [0, 16],
    ]);
  });

  test('counts against a power limit in watts', () => {
    const circuits = [{ ...circuit('grid', null, 'unlimited'), powerLimitW: 230 * 40 }];
    const plan = shareFairly(
      problem('unlimited', [session('a', { reservedA: 10, energyWh: 0 }), session('b', { phases: ['L1'] })], {
        circuits,
      }),
    );
    expect(plan.currentA).toEqual([[0], [10]]);
  });

  test('of enough for the minimum is never rotated out, and used wherever the car wants it, whatever the site', () => {
    fc.assert(
      fc.property(anyProblem({ plentyOfEnergy: true }), (given) => {
        const plan = shareFairly(given);
        for (const [index, each] of given.sessions.entries()) {
          for (const [slot] of given.energyPricePerKwh.entries()) {
            const reservedA = typeof each.reservedA === 'number' ? each.reservedA : (each.reservedA?.[slot] ?? 0);
            const maxA = typeof each.currentMaxA === 'number' ? each.currentMaxA : (each.currentMaxA[slot] ?? 0);
            const by = plan.limitedBy[index]?.[slot]?.by;
            if (reservedA < each.currentMinA || by === 'absent') continue;
            expect(plan.currentA[index]?.[slot] ?? 0).toBeGreaterThanOrEqual(Math.min(reservedA, maxA));
            expect(by).not.toBe('minimumCurrent');
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
