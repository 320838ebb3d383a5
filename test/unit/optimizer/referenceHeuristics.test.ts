import { describe, expect, it } from 'vitest';
import { checkPlan } from '../../../optimizer/index.js';
import { generate } from '../../support/optimizer/generate.js';
import { type Heuristic, runHeuristic } from '../../support/optimizer/heuristics.js';
import { mixedProblem } from '../../support/optimizer/mixedProblem.js';
import { planOf } from '../../support/optimizer/planOf.js';
import { loadReference } from '../../support/optimizer/reference.js';
import { smallProblem } from '../../support/optimizer/smallProblem.js';
import { problem, QUARTER_MS, START_MS, session } from './problems.js';

const ALL: readonly Heuristic[] = ['edf', 'llf', 'roundRobin', 'equalShare'];

const firstSlotA = (given: ReturnType<typeof problem>, heuristic: Heuristic) =>
  runHeuristic(given, heuristic).currentA.map(([currentA = 0]) => currentA);

describe.each(ALL)('the heuristic %s', (heuristic) => {
  it.each(['respect', 'relax'] as const)('keeps every limit: %s', (minimumCurrent) => {
    const given = [...Array.from({ length: 60 }, (_, seed) => smallProblem(seed)), mixedProblem(3), mixedProblem(8)];
    for (const [index, one] of given.entries()) {
      const { currentA } = runHeuristic(one, heuristic, minimumCurrent);
      const plan = planOf(one, currentA, Number.NEGATIVE_INFINITY);
      const violations = checkPlan(one, plan, { minimumCurrent }).filter(
        (violation) => violation.rule !== 'misreported' || violation.field !== '/gap',
      );
      expect(violations, `problem ${index}`).toEqual([]);
    }
  });

  it('delivers everything where there is room for everything', () => {
    const cars = [session('a', { energyWh: 3_000 }), session('b', { energyWh: 2_000, phases: ['L2'] })];
    const outcome = runHeuristic(problem('unlimited', cars, { slots: 8 }), heuristic, 'relax');
    expect(outcome.deliveredShare).toBeCloseTo(1, 9);
    expect(outcome.cost.total).toBeCloseTo(5 * 0.2, 9);
  });

  it('costs no less than the optimum', async () => {
    const reference = await loadReference();
    const given = generate({ seed: 5, kind: 'workplace', tightness: 'tight', sessions: 30, slots: 96, depth: 3 });
    const { objective } = reference.solve(given);
    expect(runHeuristic(given, heuristic, 'relax').cost.total).toBeGreaterThan(objective);
  });
});

describe('who comes first', () => {
  const leaving = (id: string, slot: number, energyWh: number) =>
    session(id, { departureMs: START_MS + slot * QUARTER_MS, energyWh });

  it('is who leaves first, by edf', () => {
    const given = problem(32, [leaving('late', 8, 30_000), leaving('soon', 4, 3_000)], { slots: 8 });
    expect(firstSlotA(given, 'edf')).toEqual([
      expect.closeTo(32 - 3_000 / 690 / 0.25, 9),
      expect.closeTo(3_000 / 690 / 0.25, 9),
    ]);
  });

  it('is who has the least time to spare, by llf', () => {
    // The later one needs all of its two hours, the other a quarter of its one.
    const given = problem(32, [leaving('late', 8, 44_000), leaving('soon', 4, 5_000)], { slots: 8 });
    expect(firstSlotA(given, 'llf')).toEqual([32, 0]);
  });

  it('is nobody, by round robin and equal share', () => {
    const given = problem(24, [leaving('late', 8, 44_000), leaving('soon', 4, 15_000)], { slots: 8 });
    for (const heuristic of ['roundRobin', 'equalShare'] as const) {
      expect(firstSlotA(given, heuristic)).toEqual([expect.closeTo(12, 9), expect.closeTo(12, 9)]);
    }
  });

  it('is one after the other where not all can have their minimum', () => {
    const given = problem(10, [leaving('a', 8, 44_000), leaving('b', 8, 44_000)], { slots: 2 });
    const { currentA } = runHeuristic(given, 'equalShare');
    expect(currentA).toEqual([
      [10, 0],
      [0, 10],
    ]);
  });
});
