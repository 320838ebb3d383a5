import {
  type CapacityRow,
  capacityRows,
  circuitCapacities,
  type LimitWindow,
  loadPerAmpere,
} from '../site/capacity.js';
import type { Station } from '../site/model.js';
import type { Phase } from '../site/phases.js';
import type { SiteState } from '../site/state.js';

// Where not all failsafes have room, they are kept in turns.

/** Turns are no shorter than this. */
const FAILSAFE_TURN_MS = 300_000;

/** What a station falls to, over a stretch of time in which that does not change. */
export type FailsafeOf = (station: Station) => number;

export interface DeficitRow {
  readonly circuitId: string;
  readonly kind: Phase | 'power';
  readonly capacity: number;
  readonly failsafeSum: number;
}

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number | 'open';
}

/** Of each station's stretches, those in which it does not keep its failsafe. */
export type Lowered = Map<string, Stretch[]>;

/** What limits leave for failsafes: the building counts at its worst. */
export function foreseenRows(
  state: SiteState,
  windows: readonly LimitWindow[],
  boundariesMs: readonly number[],
  nowMs: number,
): CapacityRow[] {
  const capacities = circuitCapacities(state, windows, boundariesMs, nowMs).map((capacity) => ({
    ...capacity,
    baseLoadA: capacity.circuit.baseLoadMaxA,
  }));
  return capacityRows(capacities, state.site);
}

/** The rows that would carry too much in an interval if every station fell to its failsafe. */
export function deficitRows(
  rows: readonly CapacityRow[],
  interval: number,
  sumOf: (row: CapacityRow) => number,
): DeficitRow[] {
  const deficits: DeficitRow[] = [];
  for (const row of rows) {
    const capacity = row.capacity[interval] ?? 0;
    const failsafeSum = sumOf(row);
    if (failsafeSum > capacity + 1e-6)
      deficits.push({ circuitId: row.circuitId, kind: row.kind, capacity, failsafeSum });
  }
  return deficits;
}

/** What a row would carry if every station fell to its failsafe. */
export function failsafeSumOf(
  state: SiteState,
  { circuitId, kind }: Pick<CapacityRow, 'circuitId' | 'kind'>,
  failsafeA: FailsafeOf,
): number {
  let sum = 0;
  for (const station of state.index.stationsBelow.get(circuitId) ?? [])
    sum += failsafeA(station) * stationLoad(state, station, kind);
  return sum;
}

export function affectedStations(state: SiteState, rows: readonly DeficitRow[], failsafeA: FailsafeOf): Station[] {
  return state.site.stations.filter(
    (station) =>
      failsafeA(station) > 0 &&
      rows.some((row) => isBelow(state, station, row.circuitId) && stationLoad(state, station, row.kind) > 0),
  );
}

/** Divides a stretch into turns, so that each station keeps its failsafe for a part of it; where one alone does not fit, never. */
export function takeTurns(
  state: SiteState,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  { rows, failsafeA }: { readonly rows: readonly DeficitRow[]; readonly failsafeA: FailsafeOf },
  lowered: Lowered,
): void {
  const affected = affectedStations(state, rows, failsafeA).map((station) => ({
    station,
    loads: rows.map(({ circuitId, kind }) =>
      isBelow(state, station, circuitId) ? failsafeA(station) * stationLoad(state, station, kind) : 0,
    ),
  }));
  const turnsMax = Math.max(1, Math.floor((toMs - fromMs) / FAILSAFE_TURN_MS));
  const room = rows.map(({ capacity }) => capacity);
  const turns = packTurns(affected, room, turnsMax);
  const beginsMs = (turn: number) => Math.round(fromMs + (turn * (toMs - fromMs)) / turns.length);
  turns.forEach((keeps, turn) => {
    const stretch = { fromMs: beginsMs(turn), toMs: beginsMs(turn + 1) };
    for (const one of affected) if (!keeps.has(one)) lower(lowered, one.station, stretch);
  });
}

export function lower(lowered: Lowered, { id }: Station, stretch: Stretch): void {
  const list = lowered.get(id);
  if (list === undefined) lowered.set(id, [stretch]);
  else list.push(stretch);
}

export function keyOf(stretches: readonly Stretch[]): string {
  return stretches.map(({ fromMs, toMs }) => `${fromMs}-${toMs}`).join();
}

/** Sites have many stations that are alike: what is worked out for one is every other's too. */
export function shared<Value>(known: Map<string, Value>, key: string, work: () => Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  const value = work();
  known.set(key, value);
  return value;
}

/** On connector 0 a default profile is a template for each EVSE: two of them draw it twice. */
function stationLoad(state: SiteState, station: Station, kind: Phase | 'power'): number {
  return station.evses.reduce((sum, evse) => sum + loadPerAmpere(evse, evse.phases, kind, state.site.voltageV), 0);
}

function isBelow(state: SiteState, station: Station, circuitId: string): boolean {
  return state.index.pathToGrid.get(station.circuitId)?.some(({ id }) => id === circuitId) ?? false;
}

interface Affected {
  readonly station: Station;
  /** What it takes of each row while it keeps its failsafe. */
  readonly loads: readonly number[];
}

function packTurns(affected: readonly Affected[], room: readonly number[], turnsMax: number): Set<Affected>[] {
  const turns: Set<Affected>[] = [];
  let waiting: ReadonlySet<Affected> = new Set(affected);
  while (turns.length < turnsMax) {
    const before = waiting;
    const keeps = packOneTurn([...before, ...affected.filter((one) => !before.has(one))], room);
    waiting = new Set([...before].filter((one) => !keeps.has(one)));
    if (turns.length > 0 && waiting.size === before.size) break;
    turns.push(keeps);
    if (waiting.size === 0) break;
  }
  return turns;
}

function packOneTurn(order: readonly Affected[], room: readonly number[]): Set<Affected> {
  const left = [...room];
  const keeps = new Set<Affected>();
  for (const one of order) {
    if (!one.loads.every((load, index) => load <= (left[index] ?? 0) + 1e-6)) continue;
    one.loads.forEach((load, index) => {
      left[index] = (left[index] ?? 0) - load;
    });
    keeps.add(one);
  }
  return keeps;
}
