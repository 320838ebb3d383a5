import { isWeekend, type LocalTime, localClock } from './localClock.js';
import { ascending, quantile } from './quantile.js';

// What a site's own ended sessions say of a car that has just come, whose driver said nothing. Nothing but quantiles: of the stays
// that began in the same part of the week, within two hours of the same time of day, four out of five lasted at least so long, and
// four out of five took no more than so much.

/** Sessions that ended longer before the arrival are not looked at. */
export const STAYS_HISTORY_MS = 12 * 7 * 86_400_000;
const SAME_TIME_MINUTES = 120;
/** With fewer of the same time of day all of the same part of the week count; with fewer of those nothing is known. */
const STAYS_LEAST = 8;
const STAY_SHARE = 0.2;
const ENERGY_SHARE = 0.8;
/** Whoever plugged in for less, and took next to nothing, tried the plug and was no visitor. */
const FALSE_START_MS = 5 * 60_000;
const FALSE_START_WH = 100;
/** Departures are rounded down to this: a little early, and at a boundary of the schedule's slots. */
const QUARTER_MS = 15 * 60_000;
const MINUTES_PER_DAY = 1_440;

/** A session that is over. */
export interface PastStay {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** At the outlet. */
  readonly energyWh: number;
}

export interface Learned {
  /** Four of five such cars were still there. */
  readonly departureMs: number | 'unknown';
  /** Four of five such cars took no more, at the outlet. */
  readonly energyWh: number | 'unknown';
}

/** Answers for an arrival at an instant what was learned from stays that were over by then. */
export type StayHistory = (arrivedAtMs: number) => Learned;

export const NOTHING_LEARNED: StayHistory = () => UNKNOWN;

const UNKNOWN: Learned = Object.freeze({ departureMs: 'unknown', energyWh: 'unknown' });

/** In any order. The answers are remembered for as long as the history is used: to be made anew now and then. */
export function stayHistory(past: readonly PastStay[], timeZone: string): StayHistory {
  const clock = localClock(timeZone);
  const stays = past.filter(isVisit).map((stay) => ({ ...stay, began: clock(stay.startedAtMs) }));
  const weekend = stays.filter(({ began }) => isWeekend(began));
  const workdays = stays.filter(({ began }) => !isWeekend(began));
  // Who come within a quarter of an hour are told the same.
  const answers = new Map<number, Typical | 'unknown'>();
  return (arrivedAtMs) => {
    const quarterMs = Math.floor(arrivedAtMs / QUARTER_MS) * QUARTER_MS;
    const began = clock(quarterMs);
    const typical = answers.get(quarterMs) ?? typicalOf(isWeekend(began) ? weekend : workdays, quarterMs, began);
    answers.set(quarterMs, typical);
    if (typical === 'unknown') return UNKNOWN;
    const departureMs = Math.floor((arrivedAtMs + typical.stayMs) / QUARTER_MS) * QUARTER_MS;
    return { departureMs, energyWh: typical.energyWh };
  };
}

function isVisit({ startedAtMs, endedAtMs, energyWh }: PastStay): boolean {
  const lastedMs = endedAtMs - startedAtMs;
  return lastedMs >= 0 && energyWh >= 0 && (lastedMs >= FALSE_START_MS || energyWh >= FALSE_START_WH);
}

interface Stay extends PastStay {
  readonly began: LocalTime;
}

interface Typical {
  readonly stayMs: number;
  readonly energyWh: number;
}

function typicalOf(samePart: readonly Stay[], arrivedAtMs: number, began: LocalTime): Typical | 'unknown' {
  const over = samePart.filter(
    ({ endedAtMs }) => endedAtMs <= arrivedAtMs && endedAtMs > arrivedAtMs - STAYS_HISTORY_MS,
  );
  const sameTime = over.filter((stay) => minutesApart(stay.began, began) <= SAME_TIME_MINUTES);
  const alike = sameTime.length >= STAYS_LEAST ? sameTime : over;
  if (alike.length < STAYS_LEAST) return 'unknown';
  return {
    stayMs: quantile(ascending(alike.map(({ startedAtMs, endedAtMs }) => endedAtMs - startedAtMs)), STAY_SHARE),
    energyWh: quantile(ascending(alike.map(({ energyWh }) => energyWh)), ENERGY_SHARE),
  };
}

/** Around the clock: 23:30 and 00:30 are an hour apart. */
function minutesApart(a: LocalTime, b: LocalTime): number {
  const apart = Math.abs(a.minuteOfDay - b.minuteOfDay);
  return Math.min(apart, MINUTES_PER_DAY - apart);
}
