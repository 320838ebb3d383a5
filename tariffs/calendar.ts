import { holidayTest } from './holidays.js';
import { DAY_MS, dateOf, type LocalStretch, localStretches, offsetMsAt } from './localStretches.js';
import type { Calendar, DayType, Tariff } from './types.js';

/** What makes local time of an instant: any tariff is one. */
export type LocalZone = Pick<Tariff, 'timeZone' | 'holidays'>;

/** A whole local day, of 23, 24 or 25 hours, half-open. */
export interface LocalDay {
  /** YYYY-MM-DD. */
  readonly date: string;
  /** YYYY-MM. */
  readonly month: string;
  readonly dayType: DayType;
  readonly startMs: number;
  readonly endMs: number;
}

/** A whole local month, half-open. */
export interface LocalMonth {
  /** YYYY-MM. */
  readonly month: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Time in which one choice holds, half-open. */
export interface ChosenSegment<T> {
  readonly startMs: number;
  readonly endMs: number;
  /** Absent: none of them holds. */
  readonly choice: T | undefined;
}

const WEEKDAYS: readonly DayType[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 3;
/** Longer than any local day and the shift of any clock: a whole day around an instant lies within so much of it. */
const MARGIN_MS = 3 * DAY_MS;

/**
 * The whole local days that overlap [fromMs, toMs), ascending. A day ends with the last instant that shows its date; one that the zone
 * skipped (Pacific/Apia, 2011-12-30) is absent. Throws RangeError for an unknown zone and an absurd span.
 */
export function localDays(timeZone: string, holidays: Tariff['holidays'], fromMs: number, toMs: number): LocalDay[] {
  const isHoliday = holidayTest(holidays);
  return wholeDays(timeZone, fromMs, toMs)
    .filter(({ startMs, endMs }) => startMs < toMs && endMs > fromMs)
    .map(({ dayNumber, startMs, endMs }) => {
      const date = dateOf(dayNumber);
      return { date, month: date.slice(0, 7), dayType: dayTypeOf(dayNumber, date, isHoliday), startMs, endMs };
    });
}

/** The whole local months that overlap [fromMs, toMs), ascending. Throws RangeError for an unknown zone and an absurd span. */
export function localMonths(timeZone: string, fromMs: number, toMs: number): LocalMonth[] {
  if (fromMs >= toMs) return [];
  const [first] = wholeDays(timeZone, fromMs, fromMs + 1).filter(({ endMs }) => endMs > fromMs);
  const months: LocalMonth[] = [];
  let monthStartMs = Date.parse(`${dateOf(first?.dayNumber ?? 0).slice(0, 7)}-01`);
  let startMs = dayStart(timeZone, monthStartMs);
  while (startMs < toMs) {
    const date = new Date(monthStartMs);
    const nextStartMs = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
    const endMs = dayStart(timeZone, nextStartMs);
    months.push({ month: date.toISOString().slice(0, 7), startMs, endMs });
    monthStartMs = nextStartMs;
    startMs = endMs;
  }
  return months;
}

/**
 * Which choice holds when: the first whose calendar does. Segments cover [fromMs, toMs) without gap, ascending; neighbours with the
 * same choice are merged. Hours are those of the wall clock: what lies in the gap of spring never is, and both passes of a repeated
 * hour count. Throws RangeError for an unknown zone and an absurd span.
 */
export function choose<T extends { readonly when?: Calendar }>(
  choices: readonly T[],
  zone: LocalZone,
  fromMs: number,
  toMs: number,
): ChosenSegment<T>[] {
  const reachable = untilTheFirstThatAlwaysHolds(choices);
  const [only] = reachable;
  if (reachable.length === 0 || (reachable.length === 1 && only?.when === undefined))
    return fromMs < toMs ? [{ startMs: fromMs, endMs: toMs, choice: only }] : [];
  const planOf = dayPlanner(reachable, zone);
  const segments: { startMs: number; endMs: number; choice: T | undefined }[] = [];
  for (const stretch of localStretches(zone.timeZone, fromMs, toMs)) {
    const midnightMs = stretch.dayNumber * DAY_MS - stretch.offsetMs;
    for (const { fromMs: clockFromMs, toMs: clockToMs, choice } of planOf(stretch)) {
      const startMs = Math.max(stretch.startMs, midnightMs + clockFromMs);
      const endMs = Math.min(stretch.endMs, midnightMs + clockToMs);
      if (startMs >= endMs) continue;
      const last = segments.at(-1);
      if (last !== undefined && last.choice === choice) last.endMs = endMs;
      else segments.push({ startMs, endMs, choice });
    }
  }
  return segments;
}

/** Whether the calendar holds at an instant; an absent one always does. Throws RangeError for an unknown zone. */
export function holdsAt(calendar: Calendar | undefined, zone: LocalZone, atMs: number): boolean {
  if (calendar === undefined) return true;
  const wallMs = atMs + offsetMsAt(zone.timeZone, atMs);
  const dayNumber = Math.floor(wallMs / DAY_MS);
  const clockMs = wallMs - dayNumber * DAY_MS;
  const date = dateOf(dayNumber);
  return (
    dayHolds(calendar, date, dayTypeOf(dayNumber, date, holidayTest(zone.holidays))) &&
    clockSpans(calendar).some(({ fromMs, toMs }) => fromMs <= clockMs && clockMs < toMs)
  );
}

/** By the wall clock, from midnight. Half-open. */
interface ClockSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

type DayPlan<T> = readonly (ClockSpan & { readonly choice: T | undefined })[];

function untilTheFirstThatAlwaysHolds<T extends { readonly when?: Calendar }>(choices: readonly T[]): readonly T[] {
  const last = choices.findIndex(({ when }) => when === undefined);
  return last === -1 ? choices : choices.slice(0, last + 1);
}

/** Days on which the same choices hold have the same plan: there are few such plans, and each is worked out once. */
function dayPlanner<T extends { readonly when?: Calendar }>(choices: readonly T[], zone: LocalZone) {
  const isHoliday = holidayTest(zone.holidays);
  const compiled = choices.map((choice) => ({ choice, when: choice.when ?? {}, spans: clockSpans(choice.when ?? {}) }));
  const plans = new Map<string, DayPlan<T>>();
  return ({ dayNumber }: LocalStretch): DayPlan<T> => {
    const date = dateOf(dayNumber);
    const dayType = dayTypeOf(dayNumber, date, isHoliday);
    const ofToday = compiled.map(({ when }) => dayHolds(when, date, dayType));
    const key = ofToday.map(Number).join('');
    const plan = plans.get(key) ?? planFor(compiled.filter((_, index) => ofToday[index]));
    plans.set(key, plan);
    return plan;
  };
}

function planFor<T>(ofToday: readonly { choice: T; spans: readonly ClockSpan[] }[]): DayPlan<T> {
  const cuts = new Set([0, DAY_MS]);
  for (const { spans } of ofToday) for (const { fromMs, toMs } of spans) cuts.add(fromMs).add(toMs);
  const ascending = [...cuts].sort((a, b) => a - b);
  return ascending.slice(0, -1).map((fromMs, index) => ({
    fromMs,
    toMs: ascending[index + 1] ?? DAY_MS,
    choice: ofToday.find(({ spans }) => spans.some((span) => span.fromMs <= fromMs && fromMs < span.toMs))?.choice,
  }));
}

function dayHolds({ months, days, dates }: Calendar, date: string, dayType: DayType): boolean {
  return (
    (months === undefined || months.includes(Number(date.slice(5, 7)))) &&
    (days === undefined || days.includes(dayType)) &&
    (dates === undefined || dates.some(({ from, to }) => from <= date && date < to))
  );
}

/** Hours that go on past midnight are two spans of each day they hold on. */
function clockSpans({ hours }: Calendar): readonly ClockSpan[] {
  if (hours === undefined) return [{ fromMs: 0, toMs: DAY_MS }];
  return hours.flatMap(({ from, to }) => {
    const fromMs = clockMs(from);
    const toMs = clockMs(to);
    if (fromMs < toMs) return [{ fromMs, toMs }];
    return [
      { fromMs: 0, toMs },
      { fromMs, toMs: DAY_MS },
    ].filter((span) => span.fromMs < span.toMs);
  });
}

function clockMs(clock: string): number {
  const [, hours, minutes] = /^(\d\d):([0-5]\d)$/.exec(clock) ?? [];
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  if (!(ms <= DAY_MS)) throw new RangeError(`"${clock}" is no time of day: give HH:MM, 00:00 to 24:00`);
  return ms;
}

function dayTypeOf(dayNumber: number, date: string, isHoliday: (date: string) => boolean): DayType {
  if (isHoliday(date)) return 'HO';
  return WEEKDAYS[(((dayNumber + FIRST_WEEKDAY) % 7) + 7) % 7] ?? 'MO';
}

interface WholeDay {
  readonly dayNumber: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** Whole days that overlap the span, and a few around it. */
function wholeDays(timeZone: string, fromMs: number, toMs: number): WholeDay[] {
  if (fromMs >= toMs) return [];
  const stretches = localStretches(timeZone, fromMs - MARGIN_MS, toMs + MARGIN_MS);
  const backwards: { dayNumber: number; startMs: number; endMs: number }[] = [];
  for (const { dayNumber, startMs, endMs } of stretches.reverse()) {
    const later = backwards.at(-1);
    // Where clocks go back past midnight the later date shows for a moment, and then again: that moment goes with the day before.
    if (later !== undefined && dayNumber >= later.dayNumber) later.startMs = startMs;
    else backwards.push({ dayNumber, startMs, endMs });
  }
  // The outermost are cut by the margin, not by midnight.
  return backwards.reverse().slice(1, -1);
}

/** When the day of this date begins; the date as midnight UTC. Of a date that was skipped: the next one. */
function dayStart(timeZone: string, dateMs: number): number {
  const dayNumber = dateMs / DAY_MS;
  const day = wholeDays(timeZone, dateMs, dateMs + 1).find((candidate) => candidate.dayNumber >= dayNumber);
  if (day === undefined) throw new RangeError(`${dateOf(dayNumber)} does not begin in ${timeZone}`);
  return day.startMs;
}
