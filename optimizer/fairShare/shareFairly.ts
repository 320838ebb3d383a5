import { type Outcome, outcomeOf } from '../cost.js';
import type { ChargingPlan, ChargingProblem, LimitedBy, OptimizeOptions } from '../types.js';
import { validateOptions, validateProblem } from '../validate.js';
import { ABSENT, type Allocation, allocate, ENERGY, EVSE, MINIMUM_CURRENT } from './allocate.js';
import { type Layout, layOut } from './layout.js';
import { lowerBoundOf } from './lowerBound.js';
import { createRotation } from './rotation.js';

/** Relative gap at which a share counts as optimal where the caller names none. */
const OPTIMAL_GAP = 0.001;
export const DEFAULT_MIN_ON_MS = 900_000;
export const DEFAULT_MIN_OFF_MS = 900_000;

/** Relative gaps are taken against at least this much money, so that a plan that costs nothing has one. */
const GAP_COST_MIN = 0.01;

/**
 * The plan for a problem. Pure, synchronous, and without a time limit deterministic; the order in which circuits and sessions
 * are listed changes nothing. Throws InvalidProblem when the problem or an option is malformed; a problem that is merely tight
 * gets the best plan there is.
 */
export function shareFairly(problem: ChargingProblem, options: OptimizeOptions = {}): ChargingPlan {
  validateOptions(options);
  validateProblem(problem);
  const minimumCurrent = options.minimumCurrent ?? 'respect';
  const layout = layOut(problem, minimumCurrent);
  const allocation = solve(problem, layout, options);
  const outcome = outcomeOf(problem, layout, allocation.currentA);
  // Rounding may lift a bound that is reached exactly above the cost by a few parts in 10^16.
  const relaxedTotal = Math.min(outcome.cost.total, relaxedCost(problem, { layout, allocation }, options));
  const lowerBound = Math.min(lowerBoundOf(problem, layout), relaxedTotal);
  const gap = relativeGap(outcome.cost.total, lowerBound);
  const relaxedGap = minimumCurrent === 'relax' ? gap : relativeGap(relaxedTotal, lowerBound);
  return {
    status: gap <= (options.gap ?? OPTIMAL_GAP) ? 'optimal' : 'feasible',
    ...inProblemOrder(layout, allocation, outcome),
    cost: outcome.cost,
    lowerBound,
    gap,
    relaxedGap,
  };
}

function solve(problem: ChargingProblem, layout: Layout, options: OptimizeOptions): Allocation {
  const rotation = createRotation(layout, problem.sessions, {
    minOnMs: options.minOnMs ?? DEFAULT_MIN_ON_MS,
    minOffMs: options.minOffMs ?? DEFAULT_MIN_OFF_MS,
    previous: options.previous,
  });
  return allocate(layout, rotation);
}

/**
 * The cost of this allocation with the minimum current left aside. A plan that keeps the minimum is also one of the relaxed
 * problem, so where the two agree, or time is up, its own cost will do.
 */
function relaxedCost(
  problem: ChargingProblem,
  solved: { readonly layout: Layout; readonly allocation: Allocation },
  options: OptimizeOptions,
): number {
  const isSame = options.minimumCurrent === 'relax' || !solved.allocation.minimumMattered;
  if (isSame || isTimeUp(options)) return Number.POSITIVE_INFINITY;
  const layout = { ...solved.layout, currentMinA: new Float64Array(solved.layout.sessions) };
  const relaxed = solve(problem, layout, options);
  return outcomeOf(problem, layout, relaxed.currentA).cost.total;
}

function isTimeUp(options: OptimizeOptions): boolean {
  const { timeLimitMs, elapsedMs } = options;
  return timeLimitMs !== undefined && elapsedMs !== undefined && elapsedMs() >= timeLimitMs;
}

function relativeGap(cost: number, lowerBound: number): number {
  return (cost - lowerBound) / Math.max(GAP_COST_MIN, Math.abs(lowerBound));
}

function inProblemOrder(
  layout: Layout,
  allocation: Allocation,
  outcome: Outcome,
): Pick<ChargingPlan, 'currentA' | 'energyWh' | 'shortfallWh' | 'limitedBy'> {
  const { sessions, slots } = layout;
  const currentA: number[][] = new Array(sessions);
  const limitedBy: LimitedBy[][] = new Array(sessions);
  const energyWh = new Array<number>(sessions).fill(0);
  const shortfallWh = new Array<number>(sessions).fill(0);
  for (let session = 0; session < sessions; session++) {
    const index = layout.problemIndex[session] as number;
    const currents = new Array<number>(slots).fill(0);
    const reasons = new Array<LimitedBy>(slots).fill(BY_ABSENCE);
    for (let slot = 0; slot < slots; slot++) {
      const cell = slot * sessions + session;
      currents[slot] = allocation.currentA[cell] as number;
      reasons[slot] = reasonOf(layout, allocation.reason[cell] as number);
    }
    currentA[index] = currents;
    limitedBy[index] = reasons;
    energyWh[index] = outcome.energyWh[session] as number;
    shortfallWh[index] = outcome.shortfallWh[session] as number;
  }
  return { currentA, energyWh, shortfallWh, limitedBy };
}

const BY_ABSENCE: LimitedBy = Object.freeze({ by: 'absent' });
const BY_ENERGY: LimitedBy = Object.freeze({ by: 'energy' });
const BY_EVSE: LimitedBy = Object.freeze({ by: 'evse' });
const BY_MINIMUM: LimitedBy = Object.freeze({ by: 'minimumCurrent' });

function reasonOf(layout: Layout, code: number): LimitedBy {
  switch (code) {
    case ABSENT:
      return BY_ABSENCE;
    case ENERGY:
      return BY_ENERGY;
    case EVSE:
      return BY_EVSE;
    case MINIMUM_CURRENT:
      return BY_MINIMUM;
    default: {
      const reason = layout.rowReason[code];
      if (reason === undefined) throw new Error(`allocation names row ${code}, which the layout does not have`);
      return reason;
    }
  }
}
