import { type ChargingPlan, checkPlan, type LimitedBy, shareFairly, type Violation } from '../../optimizer/index.js';
import type { CircuitCapacity, LimitWindow } from '../site/capacity.js';
import type { TransactionId } from '../site/chargingProfile.js';
import { type LimitSteps, largestWithin, normalizeSteps } from '../site/limitSteps.js';
import { type PerPhase, PHASES, type Phase, perPhase } from '../site/phases.js';
import type { SiteState } from '../site/state.js';
import { type ExternalCap, externalChangesMs, type PlannedReason, reasonUnderLimit } from './externalCaps.js';
import { desiredFailsafes } from './failsafe.js';
import type { Schedule } from './guidance.js';
import { isStale, reasonUnderGuidance } from './guided.js';
import { type ProblemInput, planBoundariesMs, type SiteProblem, siteProblem } from './problem.js';

/** What every session should draw over the horizon, what limits it, and what each station should fall to by itself. */
export interface SitePlan {
  readonly computedAtMs: number;
  readonly boundariesMs: readonly number[];
  readonly sessions: readonly PlannedSession[];
  readonly failsafes: ReadonlyMap<string, LimitSteps>;
  readonly circuits: readonly PlannedCircuit[];
  /** What it was planned with. */
  readonly baseLoads: readonly { readonly circuitId: string; readonly currentA: PerPhase<number> }[];
  readonly cost: ChargingPlan['cost'];
  readonly lowerBound: number;
  readonly gap: number;
  readonly relaxedGap: number;
  /** Our bug, if any: the plan was refused by the checker and every session is at its failsafe. */
  readonly violations: readonly Violation[];
}

export interface PlannedSession {
  readonly sessionId: string;
  readonly stationId: string;
  readonly evseId: number;
  readonly transactionId: TransactionId;
  readonly currentA: readonly number[];
  readonly limitedBy: readonly PlannedReason[];
  readonly desired: LimitSteps;
}

export interface PlannedCircuit {
  readonly id: string;
  readonly limitA: PerPhase<readonly number[]>;
  readonly loadA: PerPhase<readonly number[]>;
}

/**
 * state + limits + now → the plan of the next two hours: fair shares, guided by the last schedule, which may have been made a while
 * ago. Without one, or when it is stale, nobody is promised anything and nobody waits for a better time. Pure.
 */
export function planSite(
  state: SiteState,
  windows: readonly LimitWindow[],
  nowMs: number,
  schedule?: Schedule,
): SitePlan {
  const failsafes = desiredFailsafes(state, windows, nowMs);
  const boundariesMs = withExternalChanges(state, planBoundariesMs(nowMs, windows, failsafes));
  const guide = schedule === undefined || isStale(schedule, nowMs) ? {} : { schedule };
  const solved = solve({ state, windows, failsafes, boundariesMs, nowMs, ...guide });
  const violations = checkPlan(solved.site.problem, solved.plan);
  return { ...describe(state, solved, failsafes, boundariesMs, nowMs, violations) };
}

function withExternalChanges(state: SiteState, boundariesMs: readonly number[]): readonly number[] {
  const [fromMs = 0] = boundariesMs;
  const changes = externalChangesMs(state, fromMs, boundariesMs.at(-1) ?? fromMs);
  if (changes.length === 0) return boundariesMs;
  return [...new Set([...boundariesMs, ...changes])].sort((a, b) => a - b);
}

interface Solved {
  readonly site: SiteProblem;
  readonly plan: ChargingPlan;
}

/** Where somebody comes short, what other cars were seen not to use is given to them, and only then. */
function solve(input: Omit<ProblemInput, 'capToVehicle'>): Solved {
  const { state } = input;
  // The gap of a fair share is only shown, so no time is spent on improving its proof.
  const options = {
    timeLimitMs: 0,
    elapsedMs: () => 1,
    minOnMs: state.site.rotationS * 1000,
    minOffMs: state.site.rotationS * 1000,
  };
  const site = siteProblem({ ...input, capToVehicle: false });
  const plan = shareFairly(site.problem, options);
  if (!plan.limitedBy.some(([first]) => isShort(first))) return { site, plan };
  const capped = siteProblem({ ...input, capToVehicle: true });
  return { site: capped, plan: shareFairly(capped.problem, options) };
}

function isShort(limitedBy: LimitedBy | undefined): boolean {
  return limitedBy?.by === 'circuit' || limitedBy?.by === 'powerLimit' || limitedBy?.by === 'minimumCurrent';
}

function describe(
  state: SiteState,
  { site, plan }: Solved,
  failsafes: ReadonlyMap<string, LimitSteps>,
  boundariesMs: readonly number[],
  nowMs: number,
  violations: readonly Violation[],
): SitePlan {
  const sessions = site.sessions.map(({ at, transaction }, index): PlannedSession => {
    const currentA = violations.length > 0 ? boundariesMs.slice(1).map(() => 0) : (plan.currentA[index] ?? []);
    const external = site.external[index];
    const limitedBy = (plan.limitedBy[index] ?? []).map((reason, slot) =>
      reasonUnderLimit(
        reasonUnderGuidance(reason, site.guidance[index], slot),
        currentA[slot] ?? 0,
        external?.reasons[slot],
      ),
    );
    const failsafe = failsafes.get(at.station.id);
    return {
      sessionId: transaction.sessionId,
      stationId: at.station.id,
      evseId: at.evse.id,
      transactionId: transaction.transactionId,
      currentA,
      limitedBy,
      desired: desiredSteps(boundariesMs, { currentA, limitedBy, failsafe, external }),
    };
  });
  return {
    computedAtMs: nowMs,
    boundariesMs,
    sessions,
    failsafes,
    circuits: site.capacities.map((capacity) => plannedCircuit(state, site, capacity, sessions)),
    baseLoads: site.capacities.map(({ circuit, baseLoadA }) => ({ circuitId: circuit.id, currentA: baseLoadA })),
    cost: plan.cost,
    lowerBound: plan.lowerBound,
    gap: plan.gap,
    relaxedGap: plan.relaxedGap,
    violations,
  };
}

/** What is reserved for a car anyway may as well be used, unless it has got what it wanted or waits for a better time. */
function desiredSteps(
  boundariesMs: readonly number[],
  {
    currentA,
    limitedBy,
    failsafe,
    external,
  }: {
    readonly currentA: readonly number[];
    readonly limitedBy: readonly PlannedReason[];
    readonly failsafe: LimitSteps | undefined;
    readonly external: ExternalCap | undefined;
  },
): LimitSteps {
  const steps = currentA.map((planned, slot) => {
    const fromMs = boundariesMs[slot] ?? 0;
    const reserved =
      failsafe === undefined ? 0 : largestWithin(failsafe, fromMs, (boundariesMs[slot + 1] ?? fromMs) - 1);
    const floorA = reserved === 'ended' || NO_MORE.has(limitedBy[slot]?.by ?? '') ? 0 : reserved;
    return { fromMs, limitA: Math.max(planned, Math.min(floorA, external?.mostA[slot] ?? floorA)) };
  });
  const untilMs = boundariesMs.at(-1) ?? 0;
  return normalizeSteps({ steps, untilMs }, boundariesMs[0] ?? 0);
}

/** Held back by these, a car is given no more than planned, though there be room. */
const NO_MORE: ReadonlySet<string> = new Set<PlannedReason['by']>(['energy', 'absent', 'price', 'demandCharge']);

function plannedCircuit(
  state: SiteState,
  site: SiteProblem,
  capacity: CircuitCapacity,
  sessions: readonly PlannedSession[],
): PlannedCircuit {
  const loadA: Record<Phase, number[]> = perPhase((phase) =>
    capacity.limitA[phase].map(() => capacity.baseLoadA[phase]),
  );
  site.problem.sessions.forEach((session, index) => {
    const below = state.index.pathToGrid.get(session.circuitId)?.some(({ id }) => id === capacity.circuit.id);
    if (below !== true) return;
    for (const phase of PHASES) {
      if (!session.phases.includes(phase)) continue;
      sessions[index]?.currentA.forEach((currentA, slot) => {
        loadA[phase][slot] = (loadA[phase][slot] ?? 0) + currentA;
      });
    }
  });
  return { id: capacity.circuit.id, limitA: capacity.limitA, loadA };
}
