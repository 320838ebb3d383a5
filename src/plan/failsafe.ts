import type { LimitWindow } from '../site/capacity.js';
import { constantSteps, extremeOf, type LimitSteps, limitAt } from '../site/limitSteps.js';
import { CLOCK_UNCERTAINTY_MS, clockUncertaintyMs } from '../site/mayDraw.js';
import type { Station } from '../site/model.js';
import type { SiteState } from '../site/state.js';
import { type Margins, onceUntil, pausedWithin, withMargins } from './earlyFalls.js';
import {
  affectedStations,
  type DeficitRow,
  deficitRows,
  type FailsafeOf,
  failsafeSumOf,
  foreseenRows,
  keyOf,
  type Lowered,
  lower,
  type Stretch,
  shared,
  takeTurns,
} from './failsafeTurns.js';
import { type RecurringFailsafes, recurringFailsafes } from './recurringFailsafe.js';
import { withUnforeseen } from './unforeseenLoad.js';

/** Windows further ahead than this are looked at again when they come nearer. */
export const FAILSAFE_HORIZON_MS = 36 * 3_600_000;
const DAY_MS = 86_400_000;
/** What is over may still be within the margins of a clock, for so long at most. */
const LATE_MAX_MS = 3 * 3_600_000;

/** What each station below full circuits gives up, over one stretch of time. */
interface FailsafeDeficit extends Stretch {
  readonly rows: readonly DeficitRow[];
  readonly failsafeA: FailsafeOf;
}

/**
 * What each station should fall to by itself, over time: what it falls to again and again, lowered in turns while another limit or a
 * building load leaves no room for all of that. Where nothing else is in the way, the limits repeat, so that they are kept for good; else
 * they are for once, until the end of a day, and after it, without us, the least holds. What is known beforehand does not depend on when
 * it is asked for, so that nothing is re-sent.
 */
export function desiredFailsafes(
  state: SiteState,
  windows: readonly LimitWindow[],
  nowMs: number,
): Map<string, LimitSteps> {
  const recurring = recurringFailsafes(state, nowMs);
  const lowered: Lowered = new Map();
  for (const deficit of foreseenDeficits(state, windows, recurring, nowMs)) addTurns(state, deficit, lowered, nowMs);
  const foreseen = foreseenLimits(state, recurring, lowered, nowMs);
  const once = (limits: LimitSteps) => onceUntil(limits, nowMs, lastOfDaysMs(nowMs));
  return withUnforeseen(state, windows, { foreseen, once, nowMs });
}

/** Whole days that reach beyond the horizon, so that what is for once is written no more than once a day. */
function lastOfDaysMs(nowMs: number): number {
  return Math.ceil((nowMs + FAILSAFE_HORIZON_MS) / DAY_MS) * DAY_MS;
}

function foreseenLimits(
  state: SiteState,
  recurring: RecurringFailsafes,
  lowered: Lowered,
  nowMs: number,
): Map<string, LimitSteps> {
  const foreseen = new Map<string, LimitSteps>();
  const alike = new Map<LimitSteps, Map<string, LimitSteps>>();
  for (const station of state.site.stations) {
    const { id } = station;
    const margins = marginsOf(state, station);
    const ahead = (lowered.get(id) ?? []).filter(({ toMs }) => toMs === 'open' || toMs + margins.lagMs > nowMs);
    if (ahead.length === 0) {
      foreseen.set(id, recurring.told(id, margins));
      continue;
    }
    const again = recurring.byStation.get(id) ?? constantSteps(0, 0);
    const known = alike.get(again) ?? new Map<string, LimitSteps>();
    alike.set(again, known);
    const key = `${margins.leadMs} ${margins.lagMs} ${keyOf(ahead)}`;
    foreseen.set(
      id,
      shared(known, key, () => {
        const once = onceUntil(again, nowMs - LATE_MAX_MS, lastOfDaysMs(nowMs));
        return withMargins(pausedWithin(once, ahead), margins);
      }),
    );
  }
  return foreseen;
}

/** Stretches in which what stations fall to again and again exceeds what is left for it: that of limits that do not recur. */
function foreseenDeficits(
  state: SiteState,
  windows: readonly LimitWindow[],
  recurring: RecurringFailsafes,
  nowMs: number,
): FailsafeDeficit[] {
  const boundariesMs = boundariesOf(windows, recurring, nowMs);
  if (boundariesMs.length === 0) return [];
  const horizonMs = nowMs + FAILSAFE_HORIZON_MS;
  const near = windows.filter(({ fromMs }) => fromMs < horizonMs);
  const rows = foreseenRows(state, near, boundariesMs, nowMs);
  const varies = recurring.changes(nowMs, nowMs + 7 * DAY_MS).length > 0;
  const mostOf = new Map([...recurring.byStation].map(([id, limits]) => [id, extremeOf(limits, 'largest')]));
  const mostA = ({ id }: Station) => mostOf.get(id) ?? 0;
  const most = new Map(rows.map((row) => [row, failsafeSumOf(state, row, mostA)]));
  const deficits: FailsafeDeficit[] = [];
  const last = boundariesMs.length - 2;
  for (let interval = 0; interval <= last; interval++) {
    const fromMs = boundariesMs[interval] ?? 0;
    const toMs = interval === last ? 'open' : (boundariesMs[interval + 1] ?? 0);
    const crowded = rows.filter((row) => (most.get(row) ?? 0) > (row.capacity[interval] ?? 0) + 1e-6);
    if (crowded.length === 0) continue;
    const failsafeA = varies ? failsafesFrom(recurring, fromMs, nowMs) : mostA;
    const found = deficitRows(crowded, interval, (row) =>
      varies ? failsafeSumOf(state, row, failsafeA) : (most.get(row) ?? 0),
    );
    if (found.length > 0) deficits.push({ fromMs, toMs, rows: found, failsafeA });
  }
  return deficits;
}

/** Where a limit or what stations fall to changes; none where there is no limit. */
function boundariesOf(windows: readonly LimitWindow[], recurring: RecurringFailsafes, nowMs: number): number[] {
  const horizonMs = nowMs + FAILSAFE_HORIZON_MS;
  const edges = new Set<number>();
  for (const window of windows) {
    if (window.fromMs >= horizonMs) continue;
    edges.add(window.fromMs);
    // Though it may lie beyond the horizon: how long the turns are must not change when it comes within.
    if (window.toMs !== 'open') edges.add(window.toMs);
  }
  if (edges.size === 0) return [];
  const changes = changesAround(recurring, nowMs);
  for (const ms of changes) edges.add(ms);
  if (changes.length > 0) edges.add(lastOfDaysMs(nowMs));
  const boundariesMs = [...edges].sort((a, b) => a - b);
  return [...boundariesMs, Math.max(horizonMs, (boundariesMs.at(-1) ?? 0) + 1)];
}

/** From the last one before what is still within margins, so that the stretch that runs began when it did. */
function changesAround(recurring: RecurringFailsafes, nowMs: number): readonly number[] {
  const fromMs = nowMs - LATE_MAX_MS;
  const before = recurring.changes(fromMs - 7 * DAY_MS, fromMs).at(-1);
  const ahead = recurring.changes(fromMs, lastOfDaysMs(nowMs) - 1);
  return before === undefined ? ahead : [before, ...ahead];
}

/** What stations fall to in a stretch without a change; after the days that are told in full, the least. */
function failsafesFrom({ byStation }: RecurringFailsafes, fromMs: number, nowMs: number): FailsafeOf {
  const isAfter = fromMs >= lastOfDaysMs(nowMs);
  return ({ id }) => {
    const limits = byStation.get(id) ?? constantSteps(0, 0);
    const heldA = isAfter ? extremeOf(limits, 'least') : limitAt(limits, fromMs);
    return heldA === 'ended' ? 0 : heldA;
  };
}

function addTurns(state: SiteState, deficit: FailsafeDeficit, lowered: Lowered, nowMs: number): void {
  // A stretch longer than a day: each day's turns are sent when it begins; without us, all stay low after that.
  const lastMs = deficit.toMs === 'open' ? nowMs : Math.min(nowMs, deficit.toMs - 1);
  const daysPassed = Math.max(0, Math.floor((lastMs - deficit.fromMs) / DAY_MS));
  const fromMs = deficit.fromMs + daysPassed * DAY_MS;
  const endMs = deficit.toMs === 'open' ? fromMs + DAY_MS : Math.min(deficit.toMs, fromMs + DAY_MS);
  takeTurns(state, { fromMs, toMs: endMs }, deficit, lowered);
  if (deficit.toMs !== 'open' && deficit.toMs <= endMs) return;
  for (const station of affectedStations(state, deficit.rows, deficit.failsafeA))
    lower(lowered, station, { fromMs: endMs, toMs: deficit.toMs });
}

/** Falls a little before and rises a little after, for the station's clock may differ from ours and its car takes time. */
function marginsOf(state: SiteState, { id, reactionS }: Station): Margins {
  const lagMs = CLOCK_UNCERTAINTY_MS + clockOf(state, id);
  return { leadMs: lagMs + reactionS * 1000, lagMs };
}

function clockOf(state: SiteState, stationId: string): number {
  const station = state.stations.get(stationId);
  // Of one that never came nothing is held yet: what its clock shows will be known when it matters.
  if (station === undefined || station.connection.status === 'neverSeen') return CLOCK_UNCERTAINTY_MS;
  return clockUncertaintyMs(station);
}
