import { Temporal } from 'temporal-polyfill';
import type { CapacityLimit } from '../site/model.js';
import { expandLimit, OCCURRENCES_MAX } from './limitWindows.js';
import { wallClockMs } from './wallClock.js';

// Which limits come again week after week: told by when they hold over some weeks, whatever their rule says. All in wall-clock time,
// where a clock that is set moves nothing.

const DAY_MS = 86_400_000;
export const WEEK_MS = 7 * DAY_MS;
/** Looked at to tell whether a limit repeats. */
const JUDGED_WEEKS = 3;
/**
 * What changes within this time is kept by what stations hold already: limits that begin to recur, and clocks that are set. A station
 * that is left alone is safe at least so long.
 */
const AHEAD_MS = 15 * DAY_MS;

/** One of the times at which a limit holds every week, by the wall clock. */
export interface WeeklyWindow {
  readonly limit: CapacityLimit;
  readonly fromMs: number;
  readonly toMs: number;
}

/** By the wall clock, one round of each limit that repeats weekly as far as can be seen, and is not over. */
export function weeklyWindows(limits: Iterable<CapacityLimit>, timeZone: string, nowMs: number): WeeklyWindow[] {
  const windows: WeeklyWindow[] = [];
  for (const limit of limits) {
    if (limit.recurrence !== undefined && limit.toMs !== 'open') windows.push(...oneRound(limit, timeZone, nowMs));
  }
  return windows;
}

/** How far the zone's clock is ahead of UTC between yesterday and the end of AHEAD_MS: one value, or two where it is set. */
export function offsetsAround(timeZone: string, nowMs: number): readonly number[] {
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(nowMs - DAY_MS).toZonedDateTimeISO(
    timeZone,
  );
  const offsets = new Set<number>();
  while (at !== null && at.epochMilliseconds <= nowMs + AHEAD_MS) {
    offsets.add(at.offsetNanoseconds / 1e6);
    at = at.getTimeZoneTransition('next');
  }
  return [...offsets];
}

function oneRound(limit: CapacityLimit, timeZone: string, nowMs: number): readonly WeeklyWindow[] {
  const onWall = byWallClock(limit, timeZone);
  const wallNowMs = wallClockMs(nowMs, timeZone);
  const todayMs = dayOf(wallNowMs);
  const firstMs = dayOf(onWall.fromMs);
  if (firstMs > todayMs + AHEAD_MS) return [];
  // From a week ago, so that what ends soon is known by how it was; and from today, for what has just begun.
  const anchors = [todayMs - WEEK_MS, todayMs].map((ms) => Math.max(ms, firstMs));
  const span = { fromMs: Math.min(...anchors), toMs: Math.max(...anchors) + JUDGED_WEEKS * WEEK_MS };
  const { windows, holdsFromMs } = expandLimit(onWall, 'UTC', { ...span, windowsMax: OCCURRENCES_MAX });
  if (holdsFromMs !== 'never') return [];
  const known = windows.flatMap(({ fromMs, toMs }) => (toMs === 'open' ? [] : [{ limit, fromMs, toMs }]));
  if ((known.at(-1)?.toMs ?? 0) <= wallNowMs) return [];
  const rounds = anchors.map((fromMs) => roundFrom(known, fromMs));
  return rounds.find((round) => round.length > 0) ?? [];
}

/** The same limit on a clock that is never set. */
function byWallClock(limit: CapacityLimit, timeZone: string): CapacityLimit {
  const fromMs = wallClockMs(limit.fromMs, timeZone);
  if (limit.toMs === 'open') return { ...limit, fromMs };
  const shownMs = wallClockMs(limit.toMs, timeZone) - fromMs;
  return { ...limit, fromMs, toMs: fromMs + (shownMs > 0 ? shownMs : limit.toMs - limit.fromMs) };
}

/** The first week's, where those that follow come a week after them, one by one, for as long as there are any. */
function roundFrom(windows: readonly WeeklyWindow[], fromMs: number): readonly WeeklyWindow[] {
  const seen = windows.filter((window) => window.fromMs >= fromMs && window.fromMs < fromMs + JUDGED_WEEKS * WEEK_MS);
  const round = seen.filter((window) => window.fromMs < fromMs + WEEK_MS);
  const isRepeated =
    round.length > 0 &&
    seen.length > round.length &&
    seen.every((window, index) => {
      const before = seen[index - round.length];
      return before === undefined || window.fromMs - before.fromMs === WEEK_MS;
    });
  return isRepeated ? round : [];
}

function dayOf(wallMs: number): number {
  return Math.floor(wallMs / DAY_MS) * DAY_MS;
}
