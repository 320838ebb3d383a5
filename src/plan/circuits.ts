import type { ProblemCircuit, Series } from '../../optimizer/index.js';
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
import { evseCurrentMaxA } from '../site/electricity.js';
import { breakpoints, type LimitSteps, largestWithin } from '../site/limitSteps.js';
import { type EvseInSite, mayDrawA, mayDrawBreakpoints, reservedPhases } from '../site/mayDraw.js';
import { PHASES, type Phase, perPhase } from '../site/phases.js';
import { evsesOfSite } from '../site/sites.js';
import type { SiteState } from '../site/state.js';
import type { BuildingForecast } from './buildingForecast.js';
import type { ControllableSession } from './sessions.js';
import { reservedForUnproven } from './unproven.js';

export interface CircuitsInput {
  readonly state: SiteState;
  readonly windows: readonly LimitWindow[];
  readonly failsafes: ReadonlyMap<string, LimitSteps>;
  readonly boundariesMs: readonly number[];
  readonly nowMs: number;
  /** What the building will take. Absent: what it takes now. */
  readonly building?: BuildingForecast;
}

export interface SiteCircuits {
  /** The cars that can be steered. */
  readonly sessions: readonly ControllableSession[];
  readonly capacities: readonly CircuitCapacity[];
  /** What those cars may take: limits less base load and all that can't be steered. */
  readonly circuits: readonly ProblemCircuit[];
}

/** The site's circuits as an optimizer sees them, over any slots. */
export function siteCircuits(input: CircuitsInput): SiteCircuits {
  const { state, windows, boundariesMs, nowMs } = input;
  const capacities = circuitCapacities(state, windows, boundariesMs, nowMs);
  const sessions: ControllableSession[] = [];
  const fixed: EvseInSite[] = [];
  for (const at of evsesOfSite(state)) {
    const { transaction } = at.evseState;
    if (transaction !== null && controlObstacle(at, nowMs) === 'none') sessions.push({ at, transaction });
    else fixed.push(at);
  }
  const foreseen = capacities.map((capacity) => withForecast(input, capacity));
  const rows = capacityRows(foreseen, state.site);
  const left = lessFixed(input, rows, fixed);
  const circuits = state.site.circuits.map((circuit): ProblemCircuit => {
    const powerLimitW = left.get(circuit.id)?.get('power');
    return {
      id: circuit.id,
      parentId: circuit.parentId,
      limitA: perPhase((phase) => left.get(circuit.id)?.get(phase) ?? 0),
      ...(powerLimitW === undefined ? {} : { powerLimitW }),
    };
  });
  const evses = [...sessions.map(({ at }) => at), ...fixed];
  const isFixed = new Set(fixed);
  const unproven = reservedForUnproven(state, rows, evses, (at) =>
    isFixed.has(at) ? fixedOverSlots(input, at) : reservedOverSlots(input, at),
  );
  return { sessions: sessions.map((session) => withReserve(session, unproven)), capacities, circuits };
}

function withReserve(session: ControllableSession, reserved: ReadonlyMap<EvseInSite, Series>): ControllableSession {
  const reservedA = reserved.get(session.at);
  return reservedA === undefined ? session : { ...session, reservedA };
}

/** Instants at which a limit or a failsafe changes, ascending. */
export function changesAhead(
  windows: readonly LimitWindow[],
  failsafes: ReadonlyMap<string, LimitSteps>,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): number[] {
  const changes = new Set(limitChanges(windows, fromMs, toMs));
  for (const steps of failsafes.values()) for (const ms of breakpoints(steps, fromMs, toMs - 1)) changes.add(ms);
  return [...changes].sort((a, b) => a - b);
}

/** The failsafe of the EVSE's station, which is kept for it whatever it is planned to draw. */
export function reservedOverSlots(input: CircuitsInput, at: EvseInSite): Series {
  return overSlots(input.boundariesMs, failsafeChanges(input, at), (fromMs, toMs) =>
    reservedA(input, at, fromMs, toMs),
  );
}

type Kind = Phase | 'power';

/** Limits lowered by what the building is taken to draw more than now, and raised by what it is taken to draw less. */
function withForecast({ building, state }: CircuitsInput, capacity: CircuitCapacity): CircuitCapacity {
  const ahead = building?.get(capacity.circuit.id)?.cautiousA;
  if (ahead === undefined) return capacity;
  const { limitA, powerLimitW, baseLoadA: nowA } = capacity;
  const moreA = (phase: Phase, slot: number) => (ahead[phase][slot] ?? nowA[phase]) - nowA[phase];
  const moreW = (slot: number) => PHASES.reduce((sum, phase) => sum + moreA(phase, slot), 0) * state.site.voltageV;
  return {
    ...capacity,
    limitA: perPhase((phase) => limitA[phase].map((limit, slot) => limit - moreA(phase, slot))),
    powerLimitW: powerLimitW.map((limit, slot) => (limit === 'unlimited' ? limit : limit - moreW(slot))),
  };
}

/** Rows less what the EVSEs that can't be steered, or have no car, may draw. Never below 0. */
function lessFixed(
  input: CircuitsInput,
  rows: readonly CapacityRow[],
  fixed: readonly EvseInSite[],
): Map<string, Map<Kind, Series>> {
  const { state } = input;
  const taken = takenByFixed(input, rows, fixed);
  const left = new Map<string, Map<Kind, Series>>(state.site.circuits.map(({ id }) => [id, new Map()]));
  for (const row of rows) {
    const { always = 0, bySlot } = taken.get(row.circuitId)?.get(row.kind) ?? {};
    const values = row.capacity.map((capacity, slot) =>
      Math.max(0, (Number.isFinite(capacity) ? capacity : UNLIMITED_W) - always - (bySlot?.[slot] ?? 0)),
    );
    left.get(row.circuitId)?.set(row.kind, seriesOf(values));
  }
  return left;
}

/** More than any site takes: stands where a power limit holds in other slots only. */
const UNLIMITED_W = 1e9;

interface Taken {
  always: number;
  bySlot: Float64Array | undefined;
}

/** What of each row is gone, in every slot and beyond that in each. */
function takenByFixed(
  input: CircuitsInput,
  rows: readonly CapacityRow[],
  fixed: readonly EvseInSite[],
): Map<string, Map<Kind, Taken>> {
  const { state, boundariesMs } = input;
  const taken = new Map<string, Map<Kind, Taken>>();
  for (const { circuitId, kind } of rows) {
    const kinds = taken.get(circuitId) ?? new Map<Kind, Taken>();
    taken.set(circuitId, kinds.set(kind, { always: 0, bySlot: undefined }));
  }
  for (const at of fixed) {
    const currentA = fixedOverSlots(input, at);
    if (currentA === 0) continue;
    const phases = reservedPhases(at.evse, at.evseState);
    for (const circuit of state.index.pathToGrid.get(at.station.circuitId) ?? []) {
      for (const [kind, row] of taken.get(circuit.id) ?? []) {
        const load = loadPerAmpere(at.evse, phases, kind, state.site.voltageV);
        if (load > 0) take(row, currentA, load, boundariesMs.length - 1);
      }
    }
  }
  return taken;
}

function take(row: Taken, currentA: Series, load: number, slots: number): void {
  if (typeof currentA === 'number') {
    row.always += currentA * load;
    return;
  }
  const bySlot = row.bySlot ?? new Float64Array(slots);
  row.bySlot = bySlot;
  for (let slot = 0; slot < slots; slot++) bySlot[slot] = (bySlot[slot] ?? 0) + (currentA[slot] ?? 0) * load;
}

/**
 * A free EVSE of a station that can be reached counts at the failsafe it is about to have (lowering it works within a round trip);
 * one that can't, at all it may draw. What leaves for the stations is checked against the latter in any case.
 */
function fixedOverSlots(input: CircuitsInput, at: EvseInSite): Series {
  const { nowMs, boundariesMs } = input;
  const known = at.stationState.failsafe.missingUntilMs !== 'unknown';
  const occupied = at.evseState.transaction !== null;
  if (known && !occupied && controlObstacle(at, nowMs) === 'none') return reservedOverSlots(input, at);
  const changesMs = mayDrawBreakpoints(at, nowMs, boundariesMs.at(-1) ?? nowMs);
  return overSlots(boundariesMs, changesMs, (fromMs, toMs) =>
    Math.max(mayDrawA(at, nowMs, fromMs), mayDrawA(at, nowMs, toMs - 1)),
  );
}

function failsafeChanges(input: CircuitsInput, at: EvseInSite): readonly number[] {
  const { boundariesMs, failsafes } = input;
  const steps = failsafes.get(at.station.id);
  return steps === undefined ? [] : breakpoints(steps, boundariesMs[0] ?? 0, boundariesMs.at(-1) ?? 0);
}

function reservedA(input: CircuitsInput, at: EvseInSite, fromMs: number, toMs: number): number {
  const steps = input.failsafes.get(at.station.id);
  const limitA = steps === undefined ? 0 : largestWithin(steps, fromMs, toMs - 1);
  return limitA === 'ended' ? 0 : Math.min(limitA, evseCurrentMaxA(at.evse, at.site));
}

/** What is worked out per slot, but only where it may have changed: sites are large, and most of their values never change. */
function overSlots(
  boundariesMs: readonly number[],
  changesMs: readonly number[],
  valueIn: (fromMs: number, toMs: number) => number,
): Series {
  const [firstMs = 0, secondMs = firstMs] = boundariesMs;
  if (changesMs.length === 0) return valueIn(firstMs, secondMs);
  const changes = [...changesMs].sort((a, b) => a - b);
  const values: number[] = [];
  let passed = 0;
  for (let slot = 0; slot + 1 < boundariesMs.length; slot++) {
    const fromMs = boundariesMs[slot] ?? 0;
    const toMs = boundariesMs[slot + 1] ?? fromMs;
    // The slot before was looked at from its beginning: what changed within it may not have been its value at the end.
    const before = values[slot - 1];
    const sinceMs = boundariesMs[slot - 1] ?? fromMs;
    while ((changes[passed] ?? Number.POSITIVE_INFINITY) <= sinceMs) passed++;
    const isSame = (changes[passed] ?? Number.POSITIVE_INFINITY) > toMs;
    values.push(before !== undefined && isSame ? before : valueIn(fromMs, toMs));
  }
  return seriesOf(values);
}

function seriesOf(values: readonly number[]): Series {
  const [first = 0] = values;
  return values.every((value) => value === first) ? first : values;
}
