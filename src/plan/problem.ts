import type { ChargingProblem, ProblemSession } from '../../optimizer/index.js';
import type { LimitWindow } from '../site/capacity.js';
import {
  type CapacityRow,
  type CircuitCapacity,
  capacityRows,
  circuitCapacities,
  limitChanges,
  loadPerAmpere,
} from '../site/capacity.js';
import { controlObstacle } from '../site/controlObstacle.js';
import { evseCurrentMaxA, evseCurrentMinA, wattsPerAmpere } from '../site/electricity.js';
import { breakpoints, type LimitSteps, largestWithin } from '../site/limitSteps.js';
import { type EvseInSite, mayDrawA, phasesInUse, reservedPhases } from '../site/mayDraw.js';
import { PRIORITY_DEFAULT } from '../site/model.js';
import { PHASES, type Phase, perPhase } from '../site/phases.js';
import { evsesOfSite } from '../site/sites.js';
import type { SiteState, TransactionState } from '../site/state.js';
import { type ControllableSession, vehicleCapA } from './sessions.js';

const FINE_SLOT_MS = 300_000;
const FINE_HORIZON_MS = 1_800_000;
const COARSE_SLOT_MS = 900_000;
const PLAN_HORIZON_MS = 2 * 3_600_000;
/** Of a site with more changes than this ahead, the later ones are planned by their slot's tightest value. */
const CHANGES_MAX = 64;

/** For a driver who said nothing: more than any battery holds. */
const ENERGY_UNKNOWN_WH = 400_000;
/** A departure that has passed is no departure: the car stays on, and so does its charging. */
const SHORTFALL_PRICE_PER_KWH = 10;

export interface SiteProblem {
  readonly problem: ChargingProblem;
  readonly sessions: readonly ControllableSession[];
  readonly capacities: readonly CircuitCapacity[];
}

/** Slots of 5 minutes for half an hour, of 15 minutes after, and a boundary wherever a limit or a failsafe changes. */
export function planBoundariesMs(
  nowMs: number,
  windows: readonly LimitWindow[],
  failsafes: ReadonlyMap<string, LimitSteps>,
): number[] {
  const endMs = Math.floor((nowMs + PLAN_HORIZON_MS) / COARSE_SLOT_MS) * COARSE_SLOT_MS;
  const fineEndMs = Math.floor((nowMs + FINE_HORIZON_MS) / COARSE_SLOT_MS) * COARSE_SLOT_MS;
  const changes = new Set(limitChanges(windows, nowMs, endMs));
  for (const steps of failsafes.values()) for (const ms of breakpoints(steps, nowMs, endMs - 1)) changes.add(ms);
  const times = new Set<number>([nowMs, ...[...changes].sort((a, b) => a - b).slice(0, CHANGES_MAX)]);
  for (let ms = Math.floor(nowMs / FINE_SLOT_MS + 1) * FINE_SLOT_MS; ms < fineEndMs; ms += FINE_SLOT_MS) times.add(ms);
  for (let ms = fineEndMs; ms <= endMs; ms += COARSE_SLOT_MS) times.add(ms);
  return [...times].sort((a, b) => a - b);
}

export interface ProblemInput {
  readonly state: SiteState;
  readonly windows: readonly LimitWindow[];
  readonly failsafes: ReadonlyMap<string, LimitSteps>;
  readonly boundariesMs: readonly number[];
  readonly nowMs: number;
  /** Give back the share of cars that were seen not to use it. */
  readonly capToVehicle: boolean;
}

/** The site as the optimizer sees it: what is left of each circuit, and the cars that can be steered. */
export function siteProblem(input: ProblemInput): SiteProblem {
  const { state, windows, boundariesMs, nowMs } = input;
  const capacities = circuitCapacities(state, windows, boundariesMs, nowMs);
  const rows = capacityRows(capacities, state.site);
  const sessions: ControllableSession[] = [];
  const fixed: EvseInSite[] = [];
  for (const at of evsesOfSite(state)) {
    const { transaction } = at.evseState;
    if (transaction !== null && controlObstacle(at, nowMs) === 'none') sessions.push({ at, transaction });
    else fixed.push(at);
  }
  const left = lessFixed(input, rows, fixed);
  const slots = boundariesMs.length - 1;
  return {
    sessions,
    capacities,
    problem: {
      boundariesMs,
      circuits: state.site.circuits.map((circuit) => {
        const powerLimitW = left.get(circuit.id)?.get('power');
        return {
          id: circuit.id,
          parentId: circuit.parentId,
          limitA: perPhase((phase) => left.get(circuit.id)?.get(phase) ?? 0),
          ...(powerLimitW === undefined ? {} : { powerLimitW }),
        };
      }),
      sessions: sessions.map((session) => problemSession(input, session)),
      energyPricePerKwh: new Array<number>(slots).fill(0),
    },
  };
}

/** Rows less what the EVSEs that can't be steered, or have no car, may draw. Never below 0. */
function lessFixed(
  input: ProblemInput,
  rows: readonly CapacityRow[],
  fixed: readonly EvseInSite[],
): Map<string, Map<Phase | 'power', number[]>> {
  const { state, boundariesMs } = input;
  const left = new Map<string, Map<Phase | 'power', number[]>>();
  for (const row of rows) {
    const kinds = left.get(row.circuitId) ?? new Map<Phase | 'power', number[]>();
    kinds.set(
      row.kind,
      row.capacity.map((value) => (Number.isFinite(value) ? value : UNLIMITED_W)),
    );
    left.set(row.circuitId, kinds);
  }
  for (const at of fixed) {
    const phases = reservedPhases(at.evse, at.evseState);
    for (let slot = 0; slot + 1 < boundariesMs.length; slot++) {
      const currentA = fixedCurrentA(input, at, boundariesMs[slot] ?? 0, boundariesMs[slot + 1] ?? 0);
      if (currentA === 0) continue;
      for (const circuit of state.index.pathToGrid.get(at.station.circuitId) ?? []) {
        for (const [kind, values] of left.get(circuit.id) ?? []) {
          values[slot] = (values[slot] ?? 0) - currentA * loadPerAmpere(at.evse, phases, kind, state.site.voltageV);
        }
      }
    }
  }
  for (const kinds of left.values())
    for (const values of kinds.values())
      values.forEach((value, slot) => {
        values[slot] = Math.max(0, value);
      });
  return left;
}

/** More than any site takes: stands where a power limit holds in other slots only. */
const UNLIMITED_W = 1e9;

/**
 * A free EVSE of a station that can be reached counts at the failsafe it is about to have (lowering it works within a round trip);
 * one that can't, at all it may draw. What leaves for the stations is checked against the latter in any case.
 */
function fixedCurrentA(input: ProblemInput, at: EvseInSite, fromMs: number, toMs: number): number {
  const { nowMs } = input;
  const mayA = Math.max(mayDrawA(at, nowMs, fromMs), mayDrawA(at, nowMs, toMs - 1));
  const known = at.stationState.failsafe.missingUntilMs !== 'unknown';
  const occupied = at.evseState.transaction !== null;
  if (!known || occupied || controlObstacle(at, nowMs) !== 'none') return mayA;
  return reservedA(input, at, fromMs, toMs);
}

function reservedA(input: ProblemInput, at: EvseInSite, fromMs: number, toMs: number): number {
  const steps = input.failsafes.get(at.station.id);
  const limitA = steps === undefined ? 0 : largestWithin(steps, fromMs, toMs - 1);
  return limitA === 'ended' ? 0 : Math.min(limitA, evseCurrentMaxA(at.evse, at.site));
}

function problemSession(input: ProblemInput, { at, transaction }: ControllableSession): ProblemSession {
  const { boundariesMs, nowMs, state } = input;
  const slots = boundariesMs.slice(0, -1);
  const reserved = slots.map((fromMs, slot) => reservedA(input, at, fromMs, boundariesMs[slot + 1] ?? fromMs));
  const cap = input.capToVehicle ? vehicleCapA(at) : 'unknown';
  const hardwareA = evseCurrentMaxA(at.evse, at.site);
  const priority = transaction.needs.priority ?? PRIORITY_DEFAULT;
  const { departureMs } = transaction.needs;
  return {
    id: transaction.sessionId,
    circuitId: at.station.circuitId,
    phases: problemPhases(at),
    voltageV: wattsPerAmpere(at.evse, state.site.voltageV) / at.evse.phases.length,
    currentMinA: Math.min(evseCurrentMinA(at.evse), hardwareA),
    currentMaxA: cap === 'unknown' ? hardwareA : Math.min(hardwareA, cap),
    ...(departureMs !== undefined && departureMs > nowMs ? { departureMs: roundedUp(departureMs, boundariesMs) } : {}),
    energyWh: wantedWh(input, at, transaction),
    shortfallPricePerKwh: SHORTFALL_PRICE_PER_KWH * weightOf(priority),
    weight: weightOf(priority),
    reservedA: reserved,
    lastSwitch: transaction.lastSwitch,
  };
}

/** Phases that others may have are left out; a car of unknown ways is counted on all it is wired to. */
function problemPhases(at: EvseInSite): Phase[] {
  const reserved = reservedPhases(at.evse, at.evseState);
  return PHASES.filter((phase) =>
    (reserved.length > 0 ? reserved : phasesInUse(at.evse, at.evseState)).includes(phase),
  );
}

/** Five steps of priority double the share: 10 gets twice the default's, 0 half of it. */
export function weightOf(priority: number): number {
  return 2 ** ((priority - PRIORITY_DEFAULT) / 5);
}

function wantedWh(input: ProblemInput, at: EvseInSite, transaction: TransactionState): number {
  const { energyWh } = transaction.needs;
  if (energyWh === undefined) return ENERGY_UNKNOWN_WH;
  const leftWh = Math.max(0, energyWh - transaction.energyWh);
  if (leftWh === 0) return 0;
  // A rest that is worth less than the slot at the least current is still delivered: the meter tells when it is done.
  const [fromMs = 0, toMs = fromMs] = input.boundariesMs;
  const leastW = evseCurrentMinA(at.evse) * wattsPerAmpere(at.evse, input.state.site.voltageV);
  const gridWh = at.evse.kind === 'DC' ? leftWh / at.evse.efficiency : leftWh;
  return Math.max(gridWh, (leastW * (toMs - fromMs)) / 3_600_000);
}

/** A departure within a slot counts the slot: what a car gets until it leaves is worth having. */
function roundedUp(departureMs: number, boundariesMs: readonly number[]): number {
  return boundariesMs.find((ms) => ms >= departureMs) ?? departureMs;
}
