import type { ChargingPlan, LimitedBy } from '../../optimizer/index.js';
import { evseCurrentMaxA, outletEnergyWh } from '../site/electricity.js';
import type { SessionNeeds } from '../site/model.js';
import { type PerPhase, PHASES, type Phase, perPhase } from '../site/phases.js';
import { type Allotted, treatedEqually } from './equalCars.js';
import { type PlannedReason, reasonUnderLimit } from './externalCaps.js';
import { type HeldBackBy, heldBack, peakSlots } from './holdBack.js';
import type { SchedulePrices } from './prices.js';
import type { ScheduledCar, ScheduleProblem } from './schedule.js';

/** The longer plan, as it guides the near one and as it is shown. It breaks no limit by itself: what is handed out is planned anew. */
export interface Schedule {
  readonly computedAtMs: number;
  /** Slot t is [boundariesMs[t], boundariesMs[t + 1]). */
  readonly boundariesMs: readonly number[];
  readonly sessions: ReadonlyMap<string, ScheduledSession>;
  readonly circuits: readonly ScheduledCircuit[];
  /** What it was made with. */
  readonly prices: SchedulePrices;
  readonly status: ChargingPlan['status'];
  readonly cost: ChargingPlan['cost'];
  readonly lowerBound: number;
  readonly gap: number;
  readonly relaxedGap: number;
  /** Does it promise or hold back anything at all? */
  readonly guides: boolean;
}

export interface ScheduledSession {
  readonly sessionId: string;
  /** What was known of its needs: once they are others, this does not count any more. */
  readonly needs: SessionNeeds;
  /** Per slot. */
  readonly currentA: readonly number[];
  readonly limitedBy: readonly PlannedReason[];
  /** How it guides the near plan, ascending in time; none for a car that charges at once. */
  readonly steps: readonly GuidanceStep[];
  /** What the car will have got by its departure, at its outlet and since its start; by the end of the horizon where it stays on. */
  readonly plannedEnergyWh: number;
}

/** From fromMs until the next step. */
export interface GuidanceStep {
  readonly fromMs: number;
  /** What it is brought to before others are raised. */
  readonly promisedA: number;
  /** Beyond this it waits for a better time; the EVSE's maximum where it need not. */
  readonly capA: number;
  readonly cappedBy: HeldBackBy;
}

export interface ScheduledCircuit {
  readonly id: string;
  readonly limitA: PerPhase<readonly number[]>;
  /** Cars, and what is left free for the building. */
  readonly loadA: PerPhase<readonly number[]>;
}

/** Reads the optimizer's answer; 'refused' when it is no answer to this problem. Pure. */
export function guidanceFrom(made: ScheduleProblem, plan: ChargingPlan): Schedule | 'refused' {
  if (!answers(made, plan)) return 'refused';
  const allotted = treatedEqually(made.problem, plan);
  const peaks = peakSlots(made.problem);
  const sessions = new Map(
    made.sessions.map((car, index) => [
      car.session.transaction.sessionId,
      scheduledSession(made, car, { allotted, index, peaks }),
    ]),
  );
  return {
    computedAtMs: made.madeAtMs,
    boundariesMs: made.problem.boundariesMs,
    sessions,
    circuits: scheduledCircuits(made, plan),
    prices: made.prices,
    status: plan.status,
    cost: plan.cost,
    lowerBound: plan.lowerBound,
    gap: plan.gap,
    relaxedGap: plan.relaxedGap,
    guides: [...sessions.values()].some(({ steps }) => steps.length > 0),
  };
}

/**
 * Of the right shape, and currents that there can be. Whether it fits the circuits is not looked at here, where it would take
 * longer than the event loop has: what leaves for the stations is planned anew, with every limit, and checked.
 */
function answers({ problem }: ScheduleProblem, plan: ChargingPlan): boolean {
  const slots = problem.boundariesMs.length - 1;
  const isRow = (row: readonly unknown[] | undefined) => row?.length === slots;
  return (
    plan.currentA.length === problem.sessions.length &&
    plan.limitedBy.length === problem.sessions.length &&
    plan.energyWh.length === problem.sessions.length &&
    problem.sessions.every((_, index) => isRow(plan.currentA[index]) && isRow(plan.limitedBy[index])) &&
    plan.currentA.every(areCurrents)
  );
}

function areCurrents(row: readonly number[]): boolean {
  for (const currentA of row) if (!(currentA >= 0 && currentA < Number.POSITIVE_INFINITY)) return false;
  return true;
}

function scheduledSession(
  { problem }: ScheduleProblem,
  { session, wants, external }: ScheduledCar,
  {
    allotted,
    index,
    peaks,
  }: { readonly allotted: Allotted; readonly index: number; readonly peaks: readonly boolean[] },
): ScheduledSession {
  const { at, transaction } = session;
  const currentA = allotted.currentA[index] ?? [];
  const reasons = allotted.limitedBy[index] ?? [];
  const isAtOnce = wants.how === 'atOnce';
  return {
    sessionId: transaction.sessionId,
    needs: transaction.needs,
    currentA,
    limitedBy: (isAtOnce ? reasons.map(hadEnough) : reasons).map((reason, slot) =>
      reasonUnderLimit(reason, currentA[slot] ?? 0, external?.reasons[slot]),
    ),
    steps: isAtOnce
      ? []
      : guidanceSteps(problem.boundariesMs, {
          currentA,
          heldBackBy: heldBack(problem, { currentA, reasons }, peaks),
          maxA: evseCurrentMaxA(at.evse, at.site),
        }),
    plannedEnergyWh: transaction.energyWh + outletEnergyWh(at.evse, allotted.energyWh[index] ?? 0),
  };
}

/** A car that charges at once is not gone when it is taken to have had enough. */
function hadEnough(reason: LimitedBy): LimitedBy {
  return reason.by === 'absent' ? BY_ENERGY : reason;
}

const BY_ENERGY: LimitedBy = Object.freeze({ by: 'energy' });

function guidanceSteps(
  boundariesMs: readonly number[],
  of: { readonly currentA: readonly number[]; readonly heldBackBy: readonly HeldBackBy[]; readonly maxA: number },
): GuidanceStep[] {
  const steps: GuidanceStep[] = [];
  of.currentA.forEach((promisedA, slot) => {
    const cappedBy = of.heldBackBy[slot] ?? 'none';
    const capA = cappedBy === 'none' ? of.maxA : promisedA;
    const last = steps.at(-1);
    if (last !== undefined && last.promisedA === promisedA && last.capA === capA && last.cappedBy === cappedBy) return;
    steps.push({ fromMs: boundariesMs[slot] ?? 0, promisedA, capA, cappedBy });
  });
  return steps;
}

function scheduledCircuits(made: ScheduleProblem, plan: ChargingPlan): ScheduledCircuit[] {
  const slots = made.problem.boundariesMs.length - 1;
  const own = ownLoads(made, plan);
  const loads = new Map(made.capacities.map(({ circuit }) => [circuit.id, perPhase(() => new Float64Array(slots))]));
  for (const [circuitId, cars] of own) {
    for (const { id } of made.state.index.pathToGrid.get(circuitId) ?? []) {
      const load = loads.get(id);
      if (load !== undefined) for (const phase of PHASES) addTo(load[phase], cars[phase]);
    }
  }
  return made.capacities.map(({ circuit, limitA, baseLoadA }) => {
    const cars = loads.get(circuit.id);
    const buildingA = made.building.get(circuit.id)?.cautiousA;
    const loadA = (phase: Phase) =>
      cars === undefined ? [] : withBaseLoad(cars[phase], buildingA?.[phase] ?? baseLoadA[phase]);
    return { id: circuit.id, limitA, loadA: perPhase(loadA) };
  });
}

function withBaseLoad(cars: Float64Array, baseA: number | readonly number[]): readonly number[] {
  const sums = new Array<number>(cars.length);
  for (let slot = 0; slot < cars.length; slot++)
    sums[slot] = (cars[slot] as number) + (typeof baseA === 'number' ? baseA : (baseA[slot] ?? 0));
  return sums;
}

/** What the cars on each circuit itself take, those further below left aside. Every row has a number per slot: it was looked at. */
function ownLoads({ problem }: ScheduleProblem, plan: ChargingPlan): Map<string, PerPhase<Float64Array>> {
  const slots = problem.boundariesMs.length - 1;
  const own = new Map<string, PerPhase<Float64Array>>();
  for (const [index, { circuitId, phases }] of problem.sessions.entries()) {
    const load = own.get(circuitId) ?? perPhase(() => new Float64Array(slots));
    own.set(circuitId, load);
    const row = plan.currentA[index] ?? [];
    for (const phase of phases) {
      const sums = load[phase];
      for (let slot = 0; slot < slots; slot++) sums[slot] = (sums[slot] as number) + (row[slot] as number);
    }
  }
  return own;
}

function addTo(sums: Float64Array, values: Float64Array): void {
  for (let slot = 0; slot < sums.length; slot++) sums[slot] = (sums[slot] as number) + (values[slot] as number);
}
