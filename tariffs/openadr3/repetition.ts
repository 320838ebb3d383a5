import { TEXT_MAX } from '../invalidTariff.js';
import { DAY_MS } from '../localStretches.js';
import { printInstant } from '../published/pricedIntervals.js';
import { isInstant } from '../published/publishedTariff.js';
import { type Place, refuse } from '../reading/place.js';
import type { OpenAdrEvent } from './events.js';
import { addDuration } from './isoDuration.js';
import type { Period } from './periods.js';

/** An interval of an event, laid out in time, half-open. */
export interface EventInterval {
  readonly place: Place;
  readonly startMs: number;
  readonly endMs: number | 'open';
}

export interface TimelineOptions {
  readonly nowMs?: number;
  /** In which days and months are counted. */
  readonly timeZone: string;
}

/** What goes on without end is taken this far: from now if that is known and later than its start, else from its start. */
const HORIZON_DAYS = 366;

export function horizonOf(startMs: number, nowMs: number | undefined): number {
  return Math.max(startMs, nowMs ?? startMs) + HORIZON_DAYS * DAY_MS;
}

export interface Repetition extends TimelineOptions {
  readonly event: OpenAdrEvent;
  /** More intervals than these are refused. */
  readonly most: number;
}

/**
 * The intervals as the event's own duration has it, which is new in 3.1 (user guide 7.3): a longer one repeats them, a shorter one cuts
 * them. Lengths are those of the clock: a day of 24 prices keeps its 24 hours where the local day has 23 or 25. Undefined, and reported,
 * where that can't be.
 */
export function repeated(
  intervals: readonly EventInterval[],
  duration: Period['length'],
  repetition: Repetition,
): readonly EventInterval[] | undefined {
  const { event, most, nowMs, timeZone } = repetition;
  const [first] = intervals;
  if (intervals.length > most) return tooMany(event);
  if (duration === undefined || duration === 'zero' || first === undefined) return intervals;
  const startMs = intervals.reduce((earliest, interval) => Math.min(earliest, interval.startMs), first.startMs);
  const endMs = intervals.reduce((latest, interval) => Math.max(latest, endOr(interval.endMs)), startMs);
  if (duration === 'infinite' && endMs === Number.POSITIVE_INFINITY) return intervals;
  const untilMs = duration === 'infinite' ? horizonOf(startMs, nowMs) : addDuration(startMs, duration, timeZone);
  if (!isInstant(untilMs)) {
    return refuse(event.place, {
      reason: 'The event ends after the year 2200.',
      fix: 'Give P9999Y for one without end.',
    });
  }
  if (untilMs <= endMs) return cutAt(intervals, untilMs);
  const cycleMs = endMs - startMs;
  const cycles = Math.ceil((untilMs - startMs) / cycleMs);
  if (cycles * intervals.length > most) return tooMany(event);
  event.place.findings.warnings.add(repetitionWarning(event, cycleMs, duration === 'infinite' ? untilMs : undefined));
  const copies = Array.from({ length: cycles }, (_, cycle) =>
    intervals.map((interval) => shifted(interval, cycle * cycleMs)),
  );
  return cutAt(copies.flat(), untilMs);
}

function repetitionWarning({ name }: OpenAdrEvent, cycleMs: number, horizonMs: number | undefined): string {
  const subject = name === undefined ? 'An event' : `The event "${name.slice(0, TEXT_MAX)}"`;
  const until = horizonMs === undefined ? '' : `, without end: it is taken until ${printInstant(horizonMs)}`;
  return `${subject} repeats its intervals every ${cycleMs / 3_600_000} h of time that passes, whatever local clocks do${until}.`;
}

function tooMany({ place }: OpenAdrEvent): undefined {
  return refuse(place, {
    code: 'TARIFF_NOT_EXPRESSIBLE',
    reason: 'With this event the document comes to more intervals than are taken.',
    fix: 'Give fewer events, shorter durations or later starts.',
  });
}

/** No cycle has an interval without end. */
function shifted(interval: EventInterval, byMs: number): EventInterval {
  const { startMs, endMs } = interval;
  return { ...interval, startMs: startMs + byMs, endMs: endMs === 'open' ? endMs : endMs + byMs };
}

function cutAt(intervals: readonly EventInterval[], untilMs: number): EventInterval[] {
  return intervals
    .filter(({ startMs }) => startMs < untilMs)
    .map((interval) => (endOr(interval.endMs) > untilMs ? { ...interval, endMs: untilMs } : interval));
}

function endOr(endMs: number | 'open'): number {
  return endMs === 'open' ? Number.POSITIVE_INFINITY : endMs;
}
