import { cellsBySlot } from './solver/greedy.js';
import { recall, remember, rememberLike } from './solver/memory.js';
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
  const unit = moneyUnit(problem);
  return unit === 1 ? solve(problem, options) : inUnit(solve(inUnits(problem, unit), options), unit);
}

function solve(problem: ChargingProblem, options: OptimizeOptions): ChargingPlan {
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

/** The search's constants are at home where a kWh costs some tenths of a unit of money, as in euros: other currencies are brought there. */
const PRICE_AT_HOME = 0.15;
/** Currencies within a power of ten of it are left as they are. */
const UNIT_NEAR = 10;
/** Where energy costs nothing, money is measured by what going without costs. */
const SHORTFALL_SHARE = 0.01;

/** A power of ten, so that a unit seldom changes from one problem of a site to the next. */
function moneyUnit({ energyPricePerKwh, sessions }: ChargingProblem): number {
  let prices = 0;
  for (const price of energyPricePerKwh) prices += Math.abs(price);
  let shortfalls = 0;
  for (const { shortfallPricePerKwh } of sessions) shortfalls += shortfallPricePerKwh;
  const usual = Math.max(
    prices / energyPricePerKwh.length,
    (SHORTFALL_SHARE * shortfalls) / Math.max(1, sessions.length),
  );
  const ratio = usual / PRICE_AT_HOME;
  if (!(ratio > 0) || (ratio < UNIT_NEAR && ratio > 1 / UNIT_NEAR)) return 1;
  return 10 ** Math.round(Math.log10(ratio));
}

function inUnits(problem: ChargingProblem, unit: number): ChargingProblem {
  return {
    ...problem,
    energyPricePerKwh: problem.energyPricePerKwh.map((price) => price / unit),
    sessions: problem.sessions.map((session) => ({
      ...session,
      shortfallPricePerKwh: session.shortfallPricePerKwh / unit,
    })),
    ...(problem.demandCharges === undefined
      ? {}
      : {
          demandCharges: problem.demandCharges.map((charge) => ({ ...charge, pricePerKw: charge.pricePerKw / unit })),
        }),
  };
}

/** Back in the caller's money. What the plan remembers stays as it is: the next problem is brought to the same unit. */
function inUnit(plan: ChargingPlan, unit: number): ChargingPlan {
  const { energy, demand, shortfall, total } = plan.cost;
  const cost = { energy: energy * unit, demand: demand * unit, shortfall: shortfall * unit, total: total * unit };
  const lowerBound = Math.min(plan.lowerBound * unit, cost.total);
  const gap = (cost.total - lowerBound) / Math.max(GAP_COST_MIN, Math.abs(lowerBound));
  return rememberLike(plan, { ...plan, cost, lowerBound, gap });
}
