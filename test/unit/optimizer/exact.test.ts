import { beforeAll, describe, expect, test } from 'vitest';
import { checkPlan, optimize } from '../../../optimizer/index.js';
import { generate } from '../../support/optimizer/generate.js';
import { mixedProblem } from '../../support/optimizer/mixedProblem.js';
import { loadReference, type Reference } from '../../support/optimizer/reference.js';
import { smallProblem } from '../../support/optimizer/smallProblem.js';

const SMALL_SEEDS = 150;
const GAP = 0.001;
const RELAX = { minimumCurrent: 'relax' } as const;

function seeds(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

describe('against the exact reference, on small problems with every feature', () => {
  let reference: Reference;
  beforeAll(async () => {
    reference = await loadReference();
  });

  test(`the bound is below the optimum, the optimum below the plan, and the two within the gap (${SMALL_SEEDS} seeds)`, () => {
    const wrong: unknown[] = [];
    for (const seed of seeds(1, SMALL_SEEDS)) {
      const problem = smallProblem(seed);
      const { objective } = reference.solve(problem);
      const plan = optimize(problem, RELAX);
      const rounding = 1e-6 * Math.max(1, Math.abs(objective));
      const isBound = plan.lowerBound <= objective + rounding;
      const isFeasible = plan.cost.total >= objective - rounding;
      const isClose = plan.relaxedGap <= GAP;
      if (!isBound || !isFeasible || !isClose) {
        wrong.push({ seed, objective, bound: plan.lowerBound, cost: plan.cost.total, gap: plan.relaxedGap });
      }
    }
    expect(wrong).toEqual([]);
  });

  test('where all cars load alike the plan is exact, but for the tie-break', () => {
    for (const seed of [1, 2, 3]) {
      for (const tightness of ['tight', 'loose', 'short'] as const) {
        const problem = generate({ kind: 'depot', tightness, sessions: 40, slots: 48, depth: 4, seed });
        const { objective } = reference.solve(problem);
        const plan = optimize(problem, RELAX);
        expect(plan.cost.total).toBeGreaterThanOrEqual(objective * (1 - 1e-9));
        expect(plan.cost.total).toBeLessThanOrEqual(objective * (1 + 2e-5));
      }
    }
  });
});

describe('every plan keeps every rule', () => {
  test('however urgent a session is (found by a long run: seed 401377)', () => {
    const problem = smallProblem(401_377);
    expect(checkPlan(problem, optimize(problem, RELAX), RELAX)).toEqual([]);
  });

  test('whatever the currency: prices a million times as high give the same currents', () => {
    const problem = smallProblem(7);
    const dear = {
      ...problem,
      energyPricePerKwh: problem.energyPricePerKwh.map((price) => price * 1e6),
      sessions: problem.sessions.map((one) => ({ ...one, shortfallPricePerKwh: one.shortfallPricePerKwh * 1e6 })),
      demandCharges: (problem.demandCharges ?? []).map((one) => ({ ...one, pricePerKw: one.pricePerKw * 1e6 })),
    };
    const plan = optimize(dear, RELAX);
    expect(checkPlan(dear, plan, RELAX)).toEqual([]);
    expect(plan.relaxedGap).toBeLessThanOrEqual(GAP);
  });

  test.each(seeds(1, SMALL_SEEDS))(
    'small problem %i, with and without the minimum current, with and without time',
    (seed) => {
      const problem = smallProblem(seed);
      for (const minimumCurrent of ['relax', 'respect'] as const) {
        expect(checkPlan(problem, optimize(problem, { minimumCurrent }), { minimumCurrent })).toEqual([]);
        const noTime = { minimumCurrent, timeLimitMs: 0, elapsedMs: () => 1 };
        const first = optimize(problem, noTime);
        expect(checkPlan(problem, first, { minimumCurrent })).toEqual([]);
        expect(first.lowerBound).toBeLessThanOrEqual(first.cost.total + 1e-9);
      }
    },
  );

  test.each(seeds(500, 6))('site %i, certified within the gap', (seed) => {
    const problem = mixedProblem(seed);
    const plan = optimize(problem, RELAX);
    expect(checkPlan(problem, plan, RELAX)).toEqual([]);
    expect(plan.relaxedGap).toBeLessThanOrEqual(GAP);
    expect(plan.status).toBe('optimal');
  });
});
