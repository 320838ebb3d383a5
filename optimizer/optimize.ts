import { cellsBySlot } from './solver/greedy.js';
import { recall, remember } from './solver/memory.js';
import { hasMinimum, keepMinimum } from './solver/minimum.js';
import { layOut } from './solver/network.js';
import { describePlan } from './solver/plan.js';
import { GAP_COST_MIN } from './solver/relax.js';
import { solveRelaxed } from './solver/solve.js';
import type { ChargingPlan, ChargingProblem, OptimizeOptions } from './types.js';
import { validateOptions, validateProblem } from './validate.js';

export const DEFAULT_GAP = 0.001;

/**
 * The plan of least cost for a problem. Pure, synchronous, and without a time limit deterministic. Throws InvalidProblem when the problem
 * or an option is malformed; a problem that is merely tight gets the best plan there is.
 */
export function optimize(problem: ChargingProblem, options: OptimizeOptions = {}): ChargingPlan {
  validateOptions(options);
  validateProblem(problem);
  const network = layOut(problem);
  const index = cellsBySlot(network);
  const gap = options.gap ?? DEFAULT_GAP;
  const isTimeUp = () =>
    options.timeLimitMs !== undefined && options.elapsedMs !== undefined && options.elapsedMs() >= options.timeLimitMs;
  const start = options.previous === undefined ? undefined : recall(problem, network, options.previous);
  const relaxed = solveRelaxed(network, index, start, { gap, isTimeUp });
  const isFree = options.minimumCurrent === 'relax' || !hasMinimum(network);
  const primal = isFree ? relaxed.primal : keepMinimum(network, relaxed, { isTimeUp });
  const body = describePlan(problem, network, primal, {
    rowPrice: relaxed.rowPrice,
    free: primal.free,
    relaxedKwh: relaxed.primal.kwh,
  });
  const lowerBound = Math.min(relaxed.lowerBound, body.cost.total);
  const gapOf = (cost: number) => (cost - lowerBound) / Math.max(GAP_COST_MIN, Math.abs(lowerBound));
  const planGap = gapOf(body.cost.total);
  // A plan that keeps the minimum is also one of the relaxed problem, and may be the better one.
  const relaxedGap = isFree ? planGap : Math.max(0, Math.min(planGap, gapOf(relaxed.cost)));
  const plan: ChargingPlan = {
    status: planGap <= gap ? 'optimal' : 'feasible',
    ...body,
    lowerBound,
    gap: planGap,
    relaxedGap,
  };
  return remember(plan, { problem, network, relaxed });
}
