import type { LimitWindow } from '../site/capacity.js';
import { capacityRows, circuitCapacities, limitChanges, loadPerAmpere } from '../site/capacity.js';
import { evseCurrentMaxA } from '../site/electricity.js';
import { type LimitSteps, largestWithin } from '../site/limitSteps.js';
import type { EvseInSite } from '../site/mayDraw.js';
import { clockUncertaintyMs, reservedPhases } from '../site/mayDraw.js';
import type { Phase } from '../site/phases.js';
import { evsesOfSite } from '../site/sites.js';
import type { SiteState } from '../site/state.js';
import { createDrawMemory, type DrawMemory, type DrawOverTime, drawOverTime, type Span } from './drawOverTime.js';

/**
 * What every EVSE may draw against what every circuit can carry, over a grid of instants at which either may change. Interval k is
 * [timesMs[k], timesMs[k + 1]); the last one stands for everything after.
 */
export interface Ledger {
  readonly nowMs: number;
  readonly timesMs: readonly number[];
  readonly rows: readonly LedgerRow[];
  readonly evses: readonly LedgerEvse[];
  readonly byStation: ReadonlyMap<string, readonly LedgerEvse[]>;
}

export interface LedgerRow {
  readonly circuitId: string;
  readonly kind: Phase | 'power';
  readonly capacity: readonly number[];
  /** Changes as messages leave: each may raise what its EVSE may draw before the next room is computed. */
  readonly reserved: Float64Array;
}

export interface LedgerEvse {
  readonly at: EvseInSite;
  readonly mayA: Float64Array;
  readonly shares: readonly { readonly row: LedgerRow; readonly perAmpere: number }[];
}

/** As far ahead as failsafes are planned. */
export const HORIZON_MS = 36 * 3_600_000;

/**
 * What may be drawn falls at an instant of its own for each car, some time after its station confirmed. Falls are counted at the
 * next of these, a little late, so that the grid stays small however many stations confirmed.
 */
const FALL_GRID_MS = 250;

/** extraTimesMs: further instants at which something planned changes. */
export function openLedger(
  state: SiteState,
  windows: readonly LimitWindow[],
  nowMs: number,
  extraTimesMs: Iterable<number> = [],
  memory: DrawMemory = createDrawMemory(),
): Ledger {
  const span = { nowMs, horizonMs: nowMs + HORIZON_MS };
  const draws = [...evsesOfSite(state)].map((at) => drawOverTime(at, span, memory));
  const timesMs = gridTimes(draws, windows, span, extraTimesMs);
  const capacities = circuitCapacities(state, windows, [...timesMs, span.horizonMs + 1], nowMs);
  const rows = capacityRows(capacities, state.site).map((row) => ({
    ...row,
    reserved: new Float64Array(timesMs.length),
  }));
  const rowsOf = rowsByCircuit(rows);
  const evses = draws.map((draw) => openEntry(state, draw, rowsOf, timesMs));
  const byStation = new Map<string, LedgerEvse[]>();
  for (const entry of evses) {
    const ofStation = byStation.get(entry.at.station.id);
    if (ofStation === undefined) byStation.set(entry.at.station.id, [entry]);
    else ofStation.push(entry);
    for (const { row, perAmpere } of entry.shares) {
      for (let k = 0; k < timesMs.length; k++)
        row.reserved[k] = (row.reserved[k] ?? 0) + (entry.mayA[k] ?? 0) * perAmpere;
    }
  }
  return { nowMs, timesMs, rows, evses, byStation };
}

function gridTimes(
  draws: readonly DrawOverTime[],
  windows: readonly LimitWindow[],
  span: Span,
  extraTimesMs: Iterable<number>,
): number[] {
  const times = new Set<number>([span.nowMs, ...limitChanges(windows, span.nowMs, span.horizonMs)]);
  for (const { changes } of draws) {
    let beforeA = Number.POSITIVE_INFINITY;
    for (const { atMs, mayA } of changes) {
      if (atMs > span.nowMs) times.add(mayA > beforeA ? atMs : countedFallMs(atMs, span));
      beforeA = mayA;
    }
  }
  for (const ms of extraTimesMs) if (ms > span.nowMs && ms < span.horizonMs) times.add(ms);
  return [...times].sort((a, b) => a - b);
}

function countedFallMs(atMs: number, { horizonMs }: Span): number {
  return Math.min(Math.ceil(atMs / FALL_GRID_MS) * FALL_GRID_MS, horizonMs);
}

function rowsByCircuit(rows: readonly LedgerRow[]): Map<string, LedgerRow[]> {
  const byCircuit = new Map<string, LedgerRow[]>();
  for (const row of rows) {
    const list = byCircuit.get(row.circuitId);
    if (list === undefined) byCircuit.set(row.circuitId, [row]);
    else list.push(row);
  }
  return byCircuit;
}

function openEntry(
  state: SiteState,
  { at, changes }: DrawOverTime,
  rowsOf: ReadonlyMap<string, readonly LedgerRow[]>,
  timesMs: readonly number[],
): LedgerEvse {
  const phases = reservedPhases(at.evse, at.evseState);
  const shares: { row: LedgerRow; perAmpere: number }[] = [];
  for (const circuit of state.index.pathToGrid.get(at.station.circuitId) ?? []) {
    for (const row of rowsOf.get(circuit.id) ?? []) {
      const perAmpere = loadPerAmpere(at.evse, phases, row.kind, state.site.voltageV);
      if (perAmpere > 0) shares.push({ row, perAmpere });
    }
  }
  const mayA = new Float64Array(timesMs.length);
  let last = 0;
  for (const [k, ms] of timesMs.entries()) {
    while ((changes[last + 1]?.atMs ?? Number.POSITIVE_INFINITY) <= ms) last++;
    mayA[k] = changes[last]?.mayA ?? 0;
  }
  return { at, mayA, shares };
}

/** What this EVSE could be allowed in interval k beside all that the others may draw. Negative where they alone are too much. */
export function roomA(entry: LedgerEvse, k: number): number {
  const mayA = entry.mayA[k] ?? 0;
  let room = Number.POSITIVE_INFINITY;
  for (const { row, perAmpere } of entry.shares) {
    room = Math.min(room, ((row.capacity[k] ?? 0) - (row.reserved[k] ?? 0)) / perAmpere + mayA);
  }
  return room;
}

/**
 * Is there room for the same limits on all of these EVSEs together, at every instant? What each may draw already takes none:
 * room is what they would take beyond that.
 */
export function hasRoomFor(ledger: Ledger, entries: readonly LedgerEvse[], limits: LimitSteps): boolean {
  // The last interval's capacity is that until the horizon: a rise after a limit that lasts beyond it is none within.
  const endMs = ledger.nowMs + HORIZON_MS + 1;
  return ledger.timesMs.every((fromMs, k) => {
    const toMs = (ledger.timesMs[k + 1] ?? endMs) - 1;
    const extra = new Map<LedgerRow, number>();
    for (const entry of entries) {
      const clockMs = clockUncertaintyMs(entry.at.stationState);
      const lagMs = clockMs + entry.at.station.reactionS * 1000;
      const limitA = largestWithin(limits, fromMs - lagMs, toMs + clockMs);
      if (limitA === 'ended') continue;
      const beyondA = Math.min(limitA, evseCurrentMaxA(entry.at.evse, entry.at.site)) - (entry.mayA[k] ?? 0);
      if (beyondA <= 0) continue;
      for (const { row, perAmpere } of entry.shares) extra.set(row, (extra.get(row) ?? 0) + beyondA * perAmpere);
    }
    for (const [row, taken] of extra)
      if (taken > (row.capacity[k] ?? 0) - (row.reserved[k] ?? 0) + EXCESS_TOLERANCE) return false;
    return true;
  });
}

/** A message that left may raise what its EVSE may draw. It never lowers it: that takes a confirmation. */
export function raiseMay(entry: LedgerEvse, k: number, toA: number): boolean {
  const beforeA = entry.mayA[k] ?? 0;
  if (toA <= beforeA) return false;
  entry.mayA[k] = toA;
  for (const { row, perAmpere } of entry.shares) row.reserved[k] = (row.reserved[k] ?? 0) + (toA - beforeA) * perAmpere;
  return true;
}

/** Where, right now, what may be drawn exceeds what can be carried. */
export function excessNow(ledger: Ledger): { circuitId: string; kind: Phase | 'power'; excess: number }[] {
  return ledger.rows
    .map((row) => ({
      circuitId: row.circuitId,
      kind: row.kind,
      excess: (row.reserved[0] ?? 0) - (row.capacity[0] ?? 0),
    }))
    .filter(({ excess }) => excess > EXCESS_TOLERANCE);
}

/** Rounding of sums, not of currents. */
const EXCESS_TOLERANCE = 1e-3;
