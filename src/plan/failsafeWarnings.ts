import { failsafeAtMinute, failsafeOverWeek, WEEK_MINUTES, type WeekStep } from '../site/failsafeHours.js';
import type { CapacityLimit, Station } from '../site/model.js';
import type { Phase } from '../site/phases.js';
import type { SiteState } from '../site/state.js';
import { type DeficitRow, deficitRows, failsafeSumOf, foreseenRows } from './failsafeTurns.js';
import { expandLimit } from './limitWindows.js';
import { wallClockMs } from './wallClock.js';

/** On a circuit's phase, or in its power: what would be drawn if every station fell to its failsafe, against what is left for that. */
export type FailsafeWarning =
  | { readonly circuitId: string; readonly phase: Phase; readonly failsafeSumA: number; readonly limitA: number }
  | { readonly circuitId: string; readonly failsafeSumW: number; readonly limitW: number };

const MINUTE_MS = 60_000;
/** Where a limit recurs, so far ahead is looked for the hours of the week that it meets; and so many times at most. */
const LOOKED_AT_MS = 14 * 86_400_000;
const LOOKED_AT_MAX = 100;
/** Monday 1970-01-05, 00:00, of the wall clock. */
const WEEK_START_MS = 4 * 86_400_000;

type OverWeek = ReadonlyMap<Station, readonly WeekStep[]>;

/**
 * Where limits, whenever they hold, leave less than the failsafes below them take then: for their time these are lowered. Of several
 * that do so at the same place, the lowest. A limit that is over for good is left aside.
 */
export function failsafeWarnings(
  state: SiteState,
  limits: readonly CapacityLimit[],
  nowMs: number,
): readonly FailsafeWarning[] {
  const overWeek: OverWeek = new Map(state.site.stations.map((station) => [station, failsafeOverWeek(station)]));
  const worst = new Map<string, DeficitRow>();
  for (const limit of limits) {
    if (limit.recurrence === undefined && limit.toMs !== 'open' && limit.toMs <= nowMs) continue;
    for (const row of deficitsUnder(state, limit, overWeek, nowMs)) {
      const place = JSON.stringify([row.circuitId, row.kind]);
      const known = worst.get(place);
      if (known === undefined || isWorse(row, known)) worst.set(place, row);
    }
  }
  return [...worst.values()].map(warningOf);
}

function isWorse(row: DeficitRow, than: DeficitRow): boolean {
  return row.capacity < than.capacity || (row.capacity === than.capacity && row.failsafeSum > than.failsafeSum);
}

function deficitsUnder(state: SiteState, limit: CapacityLimit, overWeek: OverWeek, nowMs: number): DeficitRow[] {
  const rows = foreseenRows(state, [{ limit, fromMs: nowMs, toMs: 'open' }], [nowMs, nowMs + 1], nowMs);
  return minutesMet(state, limit, overWeek, nowMs).flatMap((minute) => {
    const failsafeA = (station: Station) => failsafeAtMinute(overWeek.get(station) ?? [], minute);
    return deficitRows(rows, 0, (row) => failsafeSumOf(state, row, failsafeA));
  });
}

/** The minutes of the week from which failsafes are something else, as far as the limit meets them. */
function minutesMet(state: SiteState, limit: CapacityLimit, overWeek: OverWeek, nowMs: number): number[] {
  const all = new Set([...overWeek.values()].flatMap((steps) => steps.map(({ fromMinute }) => fromMinute)));
  if (all.size <= 1) return [0];
  const { timeZone } = state.site;
  const fromMs = Math.max(nowMs, limit.fromMs);
  const span = { fromMs, toMs: fromMs + LOOKED_AT_MS, windowsMax: LOOKED_AT_MAX };
  const { windows, holdsFromMs } = expandLimit(limit, timeZone, span);
  // So seldom, or so often, that it may be at any time.
  if (windows.length === 0 || holdsFromMs !== 'never') return [...all];
  const met = new Set<number>();
  for (const window of windows) {
    const first = minuteOf(Math.max(window.fromMs, nowMs), timeZone);
    const last = window.toMs === 'open' ? first + WEEK_MINUTES : minuteOf(window.toMs, timeZone);
    met.add(inWeek(first));
    for (const minute of all)
      if (minute + Math.ceil((first - minute) / WEEK_MINUTES) * WEEK_MINUTES < last) met.add(minute);
  }
  return [...met];
}

function minuteOf(atMs: number, timeZone: string): number {
  return (wallClockMs(atMs, timeZone) - WEEK_START_MS) / MINUTE_MS;
}

function inWeek(minute: number): number {
  return minute - Math.floor(minute / WEEK_MINUTES) * WEEK_MINUTES;
}

function warningOf({ circuitId, kind, failsafeSum, capacity }: DeficitRow): FailsafeWarning {
  const left = Math.max(0, capacity);
  return kind === 'power'
    ? { circuitId, failsafeSumW: failsafeSum, limitW: left }
    : { circuitId, phase: kind, failsafeSumA: failsafeSum, limitA: left };
}
