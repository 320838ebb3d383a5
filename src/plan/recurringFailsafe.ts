import type { LimitWindow } from '../site/capacity.js';
import { extremeFailsafeA, failsafeAtMinute, failsafeOverWeek } from '../site/failsafeHours.js';
import { breakpoints, constantSteps, extremeOf, type LimitStep, type LimitSteps, limitAt } from '../site/limitSteps.js';
import type { SiteModel, Station } from '../site/model.js';
import type { SiteState } from '../site/state.js';
import { type Margins, pausedWithin, withMargins } from './earlyFalls.js';
import {
  deficitRows,
  failsafeSumOf,
  foreseenRows,
  keyOf,
  type Lowered,
  type Stretch,
  shared,
  takeTurns,
} from './failsafeTurns.js';
import { offsetsAround, WEEK_MS, type WeeklyWindow, weeklyWindows } from './recurringSources.js';
import { wallClockMs } from './wallClock.js';

// What stations fall to again and again: their failsafeHours, and what limits that recur leave of them. Stations repeat in UTC and know
// no zone: where the site's clock is set soon, the lower of what holds before and after it, so that it is right in between too.

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** As many margins are remembered for the same limits: clocks differ. */
const TOLD_MAX = 20;
/** A Monday, 00:00 UTC. */
const WEEK_START_MS = 4 * 86_400_000;

export interface RecurringFailsafes {
  /** By station, without margins. Of one that always falls to the same, constant. */
  readonly byStation: ReadonlyMap<string, LimitSteps>;
  /** The instants in (fromMs, toMs] at which any of them changes. */
  changes(fromMs: number, toMs: number): readonly number[];
  /** As a station is told it. */
  told(stationId: string, margins: Margins): LimitSteps;
}

interface Worked {
  readonly limits: SiteState['limits'];
  readonly hour: number;
  readonly failsafes: RecurringFailsafes;
}

/**
 * The last answer for each site. It is asked for with every plan and balance, rules of recurrence take long to work out, and the
 * answer depends on nothing but what it is kept by: a memory here changes no result, and spares everyone between from carrying it.
 */
const lastWorked = new WeakMap<SiteModel, Worked>();

export function recurringFailsafes(state: SiteState, nowMs: number): RecurringFailsafes {
  const { site, limits } = state;
  const hour = Math.floor(nowMs / HOUR_MS);
  const known = lastWorked.get(site);
  if (known !== undefined && known.limits === limits && known.hour === hour) return known.failsafes;
  const failsafes = rememberingTold(workOut(state, hour * HOUR_MS));
  lastWorked.set(site, { limits, hour, failsafes });
  return failsafes;
}

/** What the owner states for an instant, by the clock of the site. */
export function statedFailsafeA({ timeZone }: SiteModel, station: Station, atMs: number): number {
  const minute = (wallClockMs(atMs, timeZone) - WEEK_START_MS) / MINUTE_MS;
  return failsafeAtMinute(failsafeOverWeek(station), minute);
}

function rememberingTold(byStation: ReadonlyMap<string, LimitSteps>): RecurringFailsafes {
  const edges = new Map<number, LimitStep>();
  for (const { everyMs, steps } of byStation.values())
    if (everyMs !== undefined) for (const step of steps) edges.set(inWeek(step.fromMs), step);
  const steps = [...edges].map(([fromMs]) => ({ fromMs, limitA: 0 })).sort((a, b) => a.fromMs - b.fromMs);
  const told = new Map<LimitSteps, { readonly margins: Margins; readonly limits: LimitSteps }[]>();
  return {
    byStation,
    changes: (fromMs, toMs) =>
      steps.length === 0 ? [] : breakpoints({ steps, untilMs: 'forever', everyMs: WEEK_MS }, fromMs, toMs),
    told: (stationId, margins) => {
      const plain = byStation.get(stationId) ?? constantSteps(0, 0);
      const known = told.get(plain) ?? [];
      const same = known.find((one) => one.margins.leadMs === margins.leadMs && one.margins.lagMs === margins.lagMs);
      if (same !== undefined) return same.limits;
      const limits = withMargins(plain, margins);
      told.set(plain, [...known.slice(-TOLD_MAX), { margins, limits }]);
      return limits;
    },
  };
}

function workOut(state: SiteState, nowMs: number): ReadonlyMap<string, LimitSteps> {
  const { site } = state;
  const recurs = [...state.limits.values()].some(({ recurrence }) => recurrence !== undefined);
  const hasHours = site.stations.some(({ failsafeHours = [] }) => failsafeHours.length > 0);
  if (!recurs && !hasHours) return new Map(site.stations.map(({ id, failsafeA }) => [id, constantSteps(failsafeA, 0)]));
  const offsets = offsetsAround(site.timeZone, nowMs);
  const known = new Map<string, LimitSteps>();
  const stated = new Map(
    site.stations.map((station) => {
      const key = JSON.stringify([station.failsafeA, station.failsafeHours]);
      return [station.id, shared(known, key, () => statedOverWeek(station, offsets))];
    }),
  );
  const windows = weeklyWindows(state.limits.values(), site.timeZone, nowMs).map((window) =>
    inUtcWeek(window, offsets),
  );
  return windows.length === 0 ? stated : loweredOverWeek(state, stated, windows, nowMs);
}

/** What the owner states, over a week of UTC. */
function statedOverWeek(station: Station, offsets: readonly number[]): LimitSteps {
  const local = failsafeOverWeek(station);
  if (local.length === 1) return constantSteps(extremeFailsafeA(station, 'least'), 0);
  const times = offsets.flatMap((offsetMs) =>
    local.map(({ fromMinute }) => inWeek(WEEK_START_MS + fromMinute * MINUTE_MS - offsetMs)),
  );
  const leastA = (atMs: number) =>
    Math.min(...offsets.map((offsetMs) => failsafeAtMinute(local, (atMs + offsetMs - WEEK_START_MS) / MINUTE_MS)));
  return overWeek(times, leastA);
}

function overWeek(timesMs: readonly number[], valueAt: (atMs: number) => number): LimitSteps {
  const times = [...new Set(timesMs)].sort((a, b) => a - b);
  const steps = times
    .map((fromMs) => ({ fromMs, limitA: valueAt(fromMs) }))
    .filter(({ limitA }, index, all) => limitA !== all.at(index - 1)?.limitA);
  const [first] = steps;
  if (first === undefined) return constantSteps(valueAt(times[0] ?? 0), 0);
  return { steps, untilMs: 'forever', everyMs: WEEK_MS };
}

/** From its earliest beginning to its latest end, by whatever the clock may show: so the hour that is skipped or repeated is in it. */
function inUtcWeek({ limit, fromMs, toMs }: WeeklyWindow, offsets: readonly number[]): WeeklySpan {
  const earliestMs = fromMs - Math.max(...offsets);
  return { limit, fromMs: inWeek(earliestMs), lastsMs: toMs - Math.min(...offsets) - earliestMs };
}

interface WeeklySpan {
  readonly limit: WeeklyWindow['limit'];
  readonly fromMs: number;
  readonly lastsMs: number;
}

function loweredOverWeek(
  state: SiteState,
  stated: ReadonlyMap<string, LimitSteps>,
  spans: readonly WeeklySpan[],
  nowMs: number,
): ReadonlyMap<string, LimitSteps> {
  const boundariesMs = boundariesOfRound(stated.values(), spans);
  const rows = foreseenRows(state, spans.flatMap(windowsAround), boundariesMs, nowMs);
  const mostOf = new Map([...stated].map(([id, limits]) => [id, extremeOf(limits, 'largest')]));
  const mostA = ({ id }: Station) => mostOf.get(id) ?? 0;
  const most = new Map(rows.map((row) => [row, failsafeSumOf(state, row, mostA)]));
  const lowered: Lowered = new Map();
  for (let interval = 0; interval + 1 < boundariesMs.length; interval++) {
    const fromMs = boundariesMs[interval] ?? 0;
    const toMs = boundariesMs[interval + 1] ?? fromMs;
    const crowded = rows.filter((row) => (most.get(row) ?? 0) > (row.capacity[interval] ?? 0) + 1e-6);
    if (crowded.length === 0) continue;
    const failsafeA = (station: Station) => heldAt(stated.get(station.id), fromMs);
    const deficits = deficitRows(crowded, interval, (row) => failsafeSumOf(state, row, failsafeA));
    if (deficits.length > 0) takeTurns(state, { fromMs, toMs }, { rows: deficits, failsafeA }, lowered);
  }
  return withPauses(stated, lowered, boundariesMs[0] ?? WEEK_START_MS);
}

/** Stations that state the same, and keep it in the same turns, share one answer. */
function withPauses(
  stated: ReadonlyMap<string, LimitSteps>,
  lowered: Lowered,
  beginMs: number,
): ReadonlyMap<string, LimitSteps> {
  const known = new Map<LimitSteps, Map<string, LimitSteps>>();
  return new Map(
    [...stated].map(([id, limits]) => {
      const stretches = lowered.get(id);
      if (stretches === undefined) return [id, limits];
      const alike = known.get(limits) ?? new Map<string, LimitSteps>();
      known.set(limits, alike);
      return [id, shared(alike, keyOf(stretches), () => pausedOverWeek(limits, stretches, beginMs))];
    }),
  );
}

function pausedOverWeek(limits: LimitSteps, stretches: readonly Stretch[], beginMs: number): LimitSteps {
  const once = pausedWithin(onceFrom(limits, beginMs), stretches);
  const times = once.steps.map(({ fromMs }) => fromMs).filter((ms) => ms >= beginMs && ms < beginMs + WEEK_MS);
  return overWeek(times, (atMs) => heldAt(once, atMs));
}

/** One week that begins where something changes: nothing that lasts is cut in two by its end. */
function boundariesOfRound(stated: Iterable<LimitSteps>, spans: readonly WeeklySpan[]): number[] {
  const edges = new Set<number>();
  for (const { everyMs, steps } of stated)
    if (everyMs !== undefined) for (const { fromMs } of steps) edges.add(inWeek(fromMs));
  for (const { fromMs, lastsMs } of spans) {
    if (lastsMs >= WEEK_MS) continue;
    edges.add(fromMs);
    edges.add(inWeek(fromMs + lastsMs));
  }
  const sorted = [...edges].sort((a, b) => a - b);
  const beginMs = sorted[0] ?? WEEK_START_MS;
  return sorted.length === 0 ? [beginMs, beginMs + WEEK_MS] : [...sorted, beginMs + WEEK_MS];
}

/** Wherever it touches the round that begins in this week. */
function windowsAround({ limit, fromMs, lastsMs }: WeeklySpan): LimitWindow[] {
  const rounds = 1 + Math.ceil(lastsMs / WEEK_MS);
  return Array.from({ length: rounds + 1 }, (_, round) => {
    const beginsMs = fromMs + (1 - round) * WEEK_MS;
    return { limit, fromMs: beginsMs, toMs: beginsMs + lastsMs };
  });
}

function onceFrom(limits: LimitSteps, beginMs: number): LimitSteps {
  if (limits.everyMs === undefined) return constantSteps(heldAt(limits, beginMs), beginMs);
  const later = breakpoints(limits, beginMs, beginMs + WEEK_MS - 1);
  return {
    steps: [beginMs, ...later].map((fromMs) => ({ fromMs, limitA: heldAt(limits, fromMs) })),
    untilMs: 'forever',
  };
}

function heldAt(limits: LimitSteps | undefined, atMs: number): number {
  const heldA = limits === undefined ? 0 : limitAt(limits, atMs);
  return heldA === 'ended' ? 0 : heldA;
}

function inWeek(ms: number): number {
  return WEEK_START_MS + (ms - WEEK_START_MS - Math.floor((ms - WEEK_START_MS) / WEEK_MS) * WEEK_MS);
}
