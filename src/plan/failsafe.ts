import { baseLoadA } from '../site/baseLoad.js';
import type { LimitWindow } from '../site/capacity.js';
import { type CapacityRow, capacityRows, circuitCapacities, loadPerAmpere } from '../site/capacity.js';
import { type LimitSteps, limitAt, normalizeSteps } from '../site/limitSteps.js';
import { CLOCK_UNCERTAINTY_MS, clockUncertaintyMs, newestCandidate } from '../site/mayDraw.js';
import type { Station } from '../site/model.js';
import type { Phase } from '../site/phases.js';
import type { SiteState } from '../site/state.js';

/** Windows further ahead than this are looked at again when they come nearer. */
export const FAILSAFE_HORIZON_MS = 36 * 3_600_000;
/** Where not every station can keep its failsafe, turns are no shorter than this. */
const FAILSAFE_TURN_MS = 300_000;
const DAY_MS = 86_400_000;
/** For what nobody foresaw (building load beyond baseLoadMaxA), failsafes are lowered this long, and again while it lasts. */
const UNFORESEEN_MS = 1_800_000;
const UNFORESEEN_RENEW_MS = 600_000;

/** What each station below full circuits gives up, over one stretch of time. */
export interface FailsafeDeficit {
  readonly fromMs: number;
  readonly toMs: number | 'open';
  readonly rows: readonly DeficitRow[];
}

export interface DeficitRow {
  readonly circuitId: string;
  readonly kind: Phase | 'power';
  readonly capacity: number;
  readonly failsafeSum: number;
}

/**
 * What each station should fall to by itself, over time: its failsafe, lowered in turns while a temporary limit or a building load
 * leaves no room for all of them. For fixed windows the answer does not depend on when it is asked, so that nothing is re-sent.
 */
export function desiredFailsafes(
  state: SiteState,
  windows: readonly LimitWindow[],
  nowMs: number,
): Map<string, LimitSteps> {
  const desired = new Map<string, LimitSteps>();
  const lowered = new Map<string, { fromMs: number; toMs: number | 'open' }[]>();
  for (const deficit of foreseenDeficits(state, windows, nowMs)) addTurns(state, deficit, lowered, nowMs);
  for (const station of state.site.stations) {
    desired.set(station.id, stepsOf(station, lowered.get(station.id) ?? [], clockOf(state, station.id)));
  }
  return withUnforeseen(state, windows, desired, nowMs);
}

/** Stretches in which the sum of failsafes exceeds what temporary limits leave. */
export function foreseenDeficits(state: SiteState, windows: readonly LimitWindow[], nowMs: number): FailsafeDeficit[] {
  const horizonMs = nowMs + FAILSAFE_HORIZON_MS;
  const edges = new Set<number>();
  for (const window of windows) {
    if (window.fromMs >= horizonMs) continue;
    edges.add(window.fromMs);
    // Though it may lie beyond the horizon: how long the turns are must not change when it comes within.
    if (window.toMs !== 'open') edges.add(window.toMs);
  }
  const boundariesMs = [...edges].sort((a, b) => a - b);
  if (boundariesMs.length === 0) return [];
  boundariesMs.push(Math.max(horizonMs, (boundariesMs.at(-1) ?? 0) + 1));
  const rows = foreseenRows(state, windows, boundariesMs, nowMs);
  const sums = failsafeSums(state, rows, (station) => station.failsafeA);
  return mergeDeficits(boundariesMs, (interval) => deficitRows(rows, sums, interval));
}

function foreseenRows(
  state: SiteState,
  windows: readonly LimitWindow[],
  boundariesMs: readonly number[],
  nowMs: number,
) {
  const capacities = circuitCapacities(state, windows, boundariesMs, nowMs).map((capacity) => ({
    ...capacity,
    baseLoadA: capacity.circuit.baseLoadMaxA,
  }));
  return capacityRows(capacities, state.site);
}

function mergeDeficits(boundariesMs: readonly number[], rowsAt: (interval: number) => DeficitRow[]): FailsafeDeficit[] {
  const deficits: FailsafeDeficit[] = [];
  const last = boundariesMs.length - 2;
  for (let interval = 0; interval <= last; interval++) {
    const rows = rowsAt(interval);
    const fromMs = boundariesMs[interval] ?? 0;
    const toMs = interval === last ? 'open' : (boundariesMs[interval + 1] ?? 0);
    if (rows.length > 0) deficits.push({ fromMs, toMs, rows });
  }
  return deficits;
}

/** What each row would carry if every station fell to its failsafe. */
function failsafeSums(
  state: SiteState,
  rows: readonly CapacityRow[],
  failsafeA: (station: Station) => number,
): ReadonlyMap<CapacityRow, number> {
  const sums = new Map<CapacityRow, number>();
  for (const row of rows) {
    let sum = 0;
    for (const station of state.index.stationsBelow.get(row.circuitId) ?? [])
      sum += failsafeA(station) * stationLoad(state, station, row.kind);
    sums.set(row, sum);
  }
  return sums;
}

function deficitRows(
  rows: readonly CapacityRow[],
  sums: ReadonlyMap<CapacityRow, number>,
  interval: number,
): DeficitRow[] {
  const deficits: DeficitRow[] = [];
  for (const row of rows) {
    const capacity = row.capacity[interval] ?? 0;
    const failsafeSum = sums.get(row) ?? 0;
    if (failsafeSum > capacity + 1e-6)
      deficits.push({ circuitId: row.circuitId, kind: row.kind, capacity, failsafeSum });
  }
  return deficits;
}

/** On connector 0 a default profile is a template for each EVSE: two of them draw it twice. */
function stationLoad(state: SiteState, station: Station, kind: Phase | 'power'): number {
  return station.evses.reduce((sum, evse) => sum + loadPerAmpere(evse, evse.phases, kind, state.site.voltageV), 0);
}

/** Divides a stretch into turns, so that each station keeps its failsafe for a part of it; where one alone does not fit, never. */
function addTurns(
  state: SiteState,
  deficit: FailsafeDeficit,
  lowered: Map<string, { fromMs: number; toMs: number | 'open' }[]>,
  nowMs: number,
): void {
  const affected = affectedStations(state, deficit.rows);
  // A stretch longer than a day: each day's turns are sent when it begins; without us, all stay low after that.
  const lastMs = deficit.toMs === 'open' ? nowMs : Math.min(nowMs, deficit.toMs - 1);
  const daysPassed = Math.max(0, Math.floor((lastMs - deficit.fromMs) / DAY_MS));
  const fromMs = deficit.fromMs + daysPassed * DAY_MS;
  const endMs = deficit.toMs === 'open' ? fromMs + DAY_MS : Math.min(deficit.toMs, fromMs + DAY_MS);
  const turnsMax = Math.max(1, Math.floor((endMs - fromMs) / FAILSAFE_TURN_MS));
  const turns = packTurns(state, deficit.rows, affected, turnsMax);
  const turnMs = (endMs - fromMs) / turns.length;
  for (const station of affected) {
    const list = lowered.get(station.id) ?? [];
    turns.forEach((keeps, turn) => {
      if (keeps.has(station.id)) return;
      list.push({ fromMs: fromMs + turn * turnMs, toMs: fromMs + (turn + 1) * turnMs });
    });
    if (deficit.toMs === 'open' || deficit.toMs > endMs) list.push({ fromMs: endMs, toMs: deficit.toMs });
    lowered.set(station.id, list);
  }
}

function affectedStations(state: SiteState, rows: readonly DeficitRow[]): Station[] {
  return state.site.stations.filter(
    (station) =>
      station.failsafeA > 0 &&
      rows.some((row) => isBelow(state, station, row.circuitId) && stationLoad(state, station, row.kind) > 0),
  );
}

function isBelow(state: SiteState, station: Station, circuitId: string): boolean {
  return state.index.pathToGrid.get(station.circuitId)?.some(({ id }) => id === circuitId) ?? false;
}

function packTurns(
  state: SiteState,
  rows: readonly DeficitRow[],
  affected: readonly Station[],
  turnsMax: number,
): Set<string>[] {
  const turns: Set<string>[] = [];
  let waiting: ReadonlySet<Station> = new Set(affected);
  while (turns.length < turnsMax) {
    const before = waiting;
    const keeps = packOneTurn(state, rows, [...before, ...affected.filter((station) => !before.has(station))]);
    waiting = new Set([...before].filter(({ id }) => !keeps.has(id)));
    if (turns.length > 0 && waiting.size === before.size) break;
    turns.push(keeps);
    if (waiting.size === 0) break;
  }
  return turns;
}

function packOneTurn(state: SiteState, rows: readonly DeficitRow[], order: readonly Station[]): Set<string> {
  const room = rows.map((row) => row.capacity);
  const keeps = new Set<string>();
  for (const station of order) {
    const loads = rows.map((row) =>
      isBelow(state, station, row.circuitId) ? station.failsafeA * stationLoad(state, station, row.kind) : 0,
    );
    if (!loads.every((load, index) => load <= (room[index] ?? 0) + 1e-6)) continue;
    loads.forEach((load, index) => {
      room[index] = (room[index] ?? 0) - load;
    });
    keeps.add(station.id);
  }
  return keeps;
}

function clockOf(state: SiteState, stationId: string): number {
  const station = state.stations.get(stationId);
  // Of one that never came nothing is held yet: what its clock shows will be known when it matters.
  if (station === undefined || station.connection.status === 'neverSeen') return CLOCK_UNCERTAINTY_MS;
  return clockUncertaintyMs(station);
}

/** Falls a little before and rises a little after, for the station's clock may differ from ours and its car takes time. */
function stepsOf(
  { failsafeA, reactionS }: Station,
  lowered: readonly { readonly fromMs: number; readonly toMs: number | 'open' }[],
  clockMs: number,
): LimitSteps {
  const marginMs = CLOCK_UNCERTAINTY_MS + clockMs;
  const leadMs = marginMs + reactionS * 1000;
  const spans = lowered
    .map(({ fromMs, toMs }) => ({
      fromMs: fromMs - leadMs,
      toMs: toMs === 'open' ? Number.POSITIVE_INFINITY : toMs + marginMs,
    }))
    .sort((a, b) => a.fromMs - b.fromMs);
  const steps = [{ fromMs: 0, limitA: failsafeA }];
  let lowUntilMs = Number.NEGATIVE_INFINITY;
  for (const span of spans) {
    if (span.fromMs <= lowUntilMs) {
      if (span.toMs > lowUntilMs && Number.isFinite(lowUntilMs)) steps.pop();
      else continue;
    } else steps.push({ fromMs: span.fromMs, limitA: 0 });
    lowUntilMs = span.toMs;
    if (Number.isFinite(span.toMs)) steps.push({ fromMs: span.toMs, limitA: failsafeA });
  }
  return normalizeSteps({ steps, untilMs: 'forever' }, 0);
}

/**
 * A building load beyond what was configured leaves no room either, but nobody knows for how long: failsafes are lowered for
 * UNFORESEEN_MS, a lowering once sent is kept for its time, and renewed while the load stays.
 */
function withUnforeseen(
  state: SiteState,
  windows: readonly LimitWindow[],
  foreseen: Map<string, LimitSteps>,
  nowMs: number,
): Map<string, LimitSteps> {
  const desired = new Map([...foreseen].map(([id, steps]) => [id, keepLowering(state, id, steps, nowMs)]));
  const fresh = state.site.circuits.some((circuit) => baseLoadA(state, circuit, nowMs).meter === 'fresh');
  if (!fresh) return desired;
  const rows = capacityRows(circuitCapacities(state, windows, [nowMs, nowMs + 1], nowMs), state.site);
  for (const atMs of [nowMs, nowMs + UNFORESEEN_RENEW_MS]) {
    const wouldBeA = (station: Station) => valueAt(desired.get(station.id), atMs);
    const deficits = deficitRows(rows, failsafeSums(state, rows, wouldBeA), 0);
    if (deficits.length === 0) continue;
    // All of them: what is left is then shared in turns by transaction profiles, and nobody is left out for half an hour.
    for (const station of affectedStations(state, deficits)) {
      const steps = desired.get(station.id);
      if (steps !== undefined && wouldBeA(station) > 0)
        desired.set(station.id, lowerBetween(steps, 0, nowMs + UNFORESEEN_MS));
    }
  }
  return desired;
}

/** A lowering that the station has, and nobody foresaw, stays for its time: no restoring early, no flash worn for nothing. */
function keepLowering(state: SiteState, stationId: string, foreseen: LimitSteps, nowMs: number): LimitSteps {
  const slot = state.stations.get(stationId)?.failsafe;
  const installed = slot === undefined ? undefined : newestCandidate(slot);
  if (installed === undefined) return foreseen;
  let steps = foreseen;
  const times = [nowMs, ...installed.limits.steps.map(({ fromMs }) => fromMs)].filter(
    (ms) => ms >= nowMs && ms < nowMs + UNFORESEEN_MS,
  );
  for (const fromMs of times) {
    const installedA = limitAt(installed.limits, fromMs);
    if (installedA === 'ended' || installedA >= valueAt(steps, fromMs)) continue;
    const rises = installed.limits.steps.find((step) => step.fromMs > fromMs && step.limitA > installedA);
    const toMs = rises === undefined ? 'never' : rises.fromMs;
    // Beyond UNFORESEEN_MS it was for a window that no longer exists: it need not be kept.
    if (toMs === 'never' || toMs > nowMs + UNFORESEEN_MS + 2 * CLOCK_UNCERTAINTY_MS) continue;
    steps = lowerBetween(steps, fromMs === nowMs ? 0 : fromMs, toMs);
  }
  return steps;
}

function lowerBetween(limits: LimitSteps, fromMs: number, toMs: number): LimitSteps {
  const times = [...new Set([fromMs, toMs, ...limits.steps.map((step) => step.fromMs)])].sort((a, b) => a - b);
  const steps = times.map((ms) => ({ fromMs: ms, limitA: ms >= fromMs && ms < toMs ? 0 : valueAt(limits, ms) }));
  return normalizeSteps({ steps, untilMs: 'forever' }, 0);
}

function valueAt(limits: LimitSteps | undefined, atMs: number): number {
  const limitA = limits === undefined ? 0 : limitAt(limits, atMs);
  return limitA === 'ended' ? 0 : limitA;
}
