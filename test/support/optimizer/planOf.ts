import { recomputeFigures } from '../../../optimizer/checkFigures.js';
import type { ChargingPlan, ChargingProblem, LimitedBy } from '../../../optimizer/index.js';

const UNSAID: LimitedBy = Object.freeze({ by: 'price' });

/** Currents made elsewhere as a plan that checkPlan can judge. What limits each car is not worked out: it says 'price' throughout. */
export function planOf(
  problem: ChargingProblem,
  currentA: readonly (readonly number[])[],
  lowerBound: number,
): ChargingPlan {
  const limitedBy = currentA.map((row) => row.map(() => UNSAID));
  const plan: ChargingPlan = {
    status: 'feasible',
    currentA,
    energyWh: [],
    shortfallWh: [],
    cost: { energy: 0, demand: 0, shortfall: 0, total: 0 },
    lowerBound,
    gap: 0,
    relaxedGap: 0,
    limitedBy,
  };
  const figures = recomputeFigures(problem, plan);
  const gap = (figures.cost.total - lowerBound) / Math.max(0.01, Math.abs(lowerBound));
  return { ...plan, ...figures, gap, relaxedGap: gap };
}
