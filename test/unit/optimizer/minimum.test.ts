import { beforeAll, describe, expect, test } from 'vitest';
import { type ChargingPlan, type ChargingProblem, checkPlan, optimize } from '../../../optimizer/index.js';
import { generate } from '../../support/optimizer/generate.js';
import { mixedProblem } from '../../support/optimizer/mixedProblem.js';
import { loadReference, type Reference } from '../../support/optimizer/reference.js';
import { smallProblem } from '../../support/optimizer/smallProblem.js';
import { circuit, problem, session } from './problems.js';

const seeds = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);
const runsOf = (row: readonly number[]) =>
  row.filter((currentA, slot) => currentA > 0 && (row[slot - 1] ?? 0) === 0).length;

/** A plan of it, having seen that it breaks nothing and claims nothing false. */
function planned(given: ChargingProblem, label: string): ChargingPlan {
  const plan = optimize(given);
  expect(checkPlan(given, plan), label).toEqual([]);
  expect(plan.relaxedGap, label).toBeGreaterThanOrEqual(0);
  expect(plan.gap, label).toBeGreaterThanOrEqual(plan.relaxedGap - 1e-6);
  return plan;
}

describe('the minimum current', () => {
  test('is kept in problems of a few cars in which anything may turn up', () => {
    for (const seed of seeds(1, 200)) planned(smallProblem(seed), `small problem ${seed}`);
  });

  test('is kept on sites of every kind and size', { timeout: 30_000 }, () => {
    for (const seed of seeds(40, 6)) planned(mixedProblem(seed), `mixed problem ${seed}`);
  });

  test('costs at most 0.3 % on a site of 200 cars', () => {
    for (const kind of ['workplace', 'depot'] as const) {
      const given = generate({ kind, tightness: 'tight', sessions: 200, seed: 1, slots: 96, depth: 3 });
      const plan = planned(given, kind);
      expect(plan.gap - plan.relaxedGap).toBeLessThan(0.003);
    }
  });

  test('gives nothing where the energy wanted, a varying maximum or a circuit leaves less, and says so where it wanted to', () => {
    const short = optimize(problem(32, [session('a', { energyWh: 5 * 172.5 })], { slots: 2 }));
    expect(short.currentA).toEqual([[0, 0]]);
    const varying = optimize(problem(32, [session('a', { currentMaxA: [0, 6, 0] })], { slots: 3 }));
    expect(varying.currentA).toEqual([[0, 6, 0]]);
    const circuits = [circuit('grid', null, 32), circuit('own', 'grid', 5)];
    const narrow = optimize(problem(0, [session('a', { circuitId: 'own' }), session('b')], { circuits }));
    expect(narrow.currentA).toEqual([[0], [32]]);
    expect(narrow.limitedBy[0]).toEqual([{ by: 'minimumCurrent' }]);
  });

  test('turns shares below it into turns: two cars behind 8 A charge one after the other', () => {
    const cars = ['a', 'b'].map((id) => session(id, { energyWh: 16 * 172.5 }));
    const plan = planned(problem(8, cars, { slots: 4 }), 'turns');
    expect(plan.shortfallWh).toEqual([0, 0]);
    expect(plan.currentA.map(runsOf)).toEqual([1, 1]);
  });

  test('comes without flapping: at a flat price, with room, each car charges in one go', () => {
    const cars = seeds(0, 12).map((index) => session(`s${index}`, { energyWh: (20 + 3 * index) * 172.5 }));
    const plan = planned(problem(200, cars, { slots: 24 }), 'flat');
    expect(plan.shortfallWh.every((wh) => wh === 0)).toBe(true);
    expect(Math.max(...plan.currentA.map(runsOf))).toBe(1);
  });

  test('is planned the same way each time', () => {
    const given = generate({ kind: 'workplace', tightness: 'short', sessions: 20, seed: 3, slots: 96, depth: 3 });
    expect(optimize(given).currentA).toEqual(optimize(given).currentA);
  });
});

describe('against the exact optimum with minimum, of HiGHS', () => {
  let reference: Reference;
  beforeAll(async () => {
    reference = await loadReference();
  });

  test('plans for a few cars lose 0.5 % on average', { timeout: 120_000 }, () => {
    let loss = 0;
    for (const seed of seeds(1, 60)) {
      const given = smallProblem(seed);
      const { objective } = reference.solve(given, { minimumCurrent: 'respect', timeLimitMs: 3000 });
      loss += (optimize(given).cost.total - objective) / Math.max(1, Math.abs(objective));
    }
    expect(loss / 60).toBeLessThan(0.005);
  });

  test('ten cars behind a tight connection lose less than 2 %', { timeout: 120_000 }, () => {
    const given = generate({ kind: 'workplace', tightness: 'tight', sessions: 10, seed: 2, slots: 96, depth: 2 });
    const { objective } = reference.solve(given, { minimumCurrent: 'respect', timeLimitMs: 8000, gap: 1e-3 });
    expect(planned(given, 'ten cars').cost.total / objective).toBeLessThan(1.02);
  });
});
