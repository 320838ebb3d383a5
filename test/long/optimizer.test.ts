import { expect, test } from 'vitest';
import { checkPlan, optimize } from '../../optimizer/index.js';
import { mixedProblem } from '../support/optimizer/mixedProblem.js';
import { loadReference } from '../support/optimizer/reference.js';
import { smallProblem } from '../support/optimizer/smallProblem.js';

const FIRST_SEED = Number(process.env.EVENKEEL_SEED ?? 400_000);
const SMALL_SEEDS = Number(process.env.EVENKEEL_SEEDS ?? 3_000);
const SITE_SEEDS = Math.ceil(SMALL_SEEDS / 20);
const MINUTES = 20;
/** Some tiny problems are not solved to the gap asked for; none is far from it. */
const UNCERTIFIED_SHARE_MAX = 0.005;
const GAP_WORST = 0.015;

test(
  `small problems from seed ${FIRST_SEED}: bound <= HiGHS's optimum <= plan, within the gap, and no rule broken (${SMALL_SEEDS} seeds)`,
  async () => {
    const reference = await loadReference();
    const wrong: unknown[] = [];
    let uncertified = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SMALL_SEEDS; seed++) {
      const problem = smallProblem(seed);
      const { objective } = reference.solve(problem);
      const relaxed = optimize(problem, { minimumCurrent: 'relax' });
      const plan = optimize(problem);
      const rounding = 1e-6 * Math.max(1, Math.abs(objective));
      const violations = [...checkPlan(problem, relaxed, { minimumCurrent: 'relax' }), ...checkPlan(problem, plan)];
      if (violations.length > 0) wrong.push({ seed, violation: violations[0] });
      if (relaxed.lowerBound > objective + rounding) wrong.push({ seed, objective, bound: relaxed.lowerBound });
      if (relaxed.cost.total < objective - rounding) wrong.push({ seed, objective, cost: relaxed.cost.total });
      if (relaxed.relaxedGap > 0.001) uncertified++;
      if (relaxed.relaxedGap > GAP_WORST) wrong.push({ seed, gap: relaxed.relaxedGap });
    }
    expect(wrong).toEqual([]);
    expect(uncertified / SMALL_SEEDS).toBeLessThanOrEqual(UNCERTIFIED_SHARE_MAX);
  },
  MINUTES * 60_000,
);

test(
  `sites from seed ${FIRST_SEED}: certified, and no rule broken (${SITE_SEEDS} seeds)`,
  () => {
    const wrong: unknown[] = [];
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SITE_SEEDS; seed++) {
      const problem = mixedProblem(seed);
      const plan = optimize(problem);
      const violations = checkPlan(problem, plan);
      if (violations.length > 0) wrong.push({ seed, violation: violations[0] });
      if (plan.relaxedGap > 0.001) wrong.push({ seed, gap: plan.relaxedGap });
    }
    expect(wrong).toEqual([]);
  },
  MINUTES * 60_000,
);
