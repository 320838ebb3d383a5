import { isInstant } from '../published/publishedTariff.js';
import { addIssue } from '../reading/findings.js';
import { type Place, pointer, refuse } from '../reading/place.js';
import type { OpenAdrEvent } from './events.js';
import { addDuration } from './isoDuration.js';
import { entriesOf, fieldsAt } from './members.js';
import { type Period, readLength, readPeriod } from './periods.js';
import { type EventInterval, repeated, type TimelineOptions } from './repetition.js';

export interface Timeline {
  readonly intervals: readonly EventInterval[];
  /** It says that it no longer holds, by 0001-01-01 and PT0S, or by lasting no time. */
  readonly cancelled: boolean;
  /** Where the first randomizeStart stands. */
  readonly randomized?: Place;
}

/** So many intervals are laid out of one document, repetitions and all: almost three years of quarter hours. */
export const INTERVALS_MAX = 100_000;

/** The events that hold at some time, laid out. Those that are cancelled are left out; `cancelled` counts them. */
export function layOutAll(
  events: readonly OpenAdrEvent[],
  options: TimelineOptions,
): { readonly laidOut: readonly (readonly [OpenAdrEvent, Timeline])[]; readonly cancelled: number } {
  const laidOut: (readonly [OpenAdrEvent, Timeline])[] = [];
  let left = INTERVALS_MAX;
  let cancelled = 0;
  for (const event of events) {
    const timeline = layOut(event, options, left);
    if (timeline === undefined) break;
    left -= timeline.intervals.length;
    if (timeline.cancelled) cancelled += 1;
    else laidOut.push([event, timeline]);
  }
  return { laidOut, cancelled };
}

/**
 * When the intervals of an event hold (OpenADR 3 user guide 7.3 and 7.4): the event's intervalPeriod is the default of each; they follow
 * on unless one has a start of its own. A length that is missing (3.0.0), or PT0S (3.0.1), has no end: until the next interval's own start.
 */
function layOut(event: OpenAdrEvent, options: TimelineOptions, most: number): Timeline | undefined {
  const defaults = readPeriod(event.place) ?? {};
  const entries = (entriesOf(event.place, 'intervals') ?? []).filter(
    (place) => fieldsAt(place, 'an interval') !== undefined,
  );
  const duration = readLength(event.place, 'duration');
  const walk = walkIntervals(entries, defaults, options);
  if (duration === 'zero' || (entries.length > 0 && walk.cancelled === entries.length))
    return { intervals: [], cancelled: true };
  const intervals = repeated(cutAtNextStart(walk.intervals), duration, { event, most, ...options });
  if (intervals === undefined) return undefined;
  const randomized = defaults.randomized ?? walk.randomized;
  return { intervals, cancelled: false, ...(randomized === undefined ? {} : { randomized }) };
}

/** Where an interval begins that does not say so. 'never': the one before has no end. */
type Cursor = number | 'marker' | 'never' | undefined;

interface Walk {
  readonly intervals: EventInterval[];
  cancelled: number;
  randomized?: Place;
}

function walkIntervals(entries: readonly Place[], defaults: Period, options: TimelineOptions): Walk {
  const walk: Walk = { intervals: [], cancelled: 0 };
  let cursor: Cursor = defaults.start;
  for (const place of entries) {
    const own = readPeriod(place) ?? {};
    if (own.randomized !== undefined) walk.randomized ??= own.randomized;
    // The marker is 'now' in the first interval only where the event has no start either.
    const start: Cursor = typeof own.start === 'number' ? own.start : (cursor ?? own.start);
    const length = own.length ?? defaults.length;
    if (start === 'marker' && length === 'zero') {
      walk.cancelled += 1;
      cursor = start;
      continue;
    }
    const startMs = startOf(start, place, options);
    if (startMs === undefined) return walk;
    const endMs = endOf(startMs, length, place, options);
    if (endMs === undefined) return walk;
    walk.intervals.push({ place, startMs, endMs });
    cursor = endMs === 'open' ? 'never' : endMs;
  }
  return walk;
}

function startOf(start: Cursor, place: Place, { nowMs }: TimelineOptions): number | undefined {
  if (typeof start === 'number') return start;
  if (start === 'marker') {
    if (nowMs !== undefined) return nowMs;
    return refuse(place, {
      reason: 'The event begins "now".',
      fix: 'Give options.nowMs, or an event with a start of its own.',
    });
  }
  if (start === 'never') {
    return refuse(place, {
      reason: 'This interval follows one that has no end.',
      fix: 'Give the event or the interval before a duration, or this one a start.',
    });
  }
  return refuse(place, {
    reason: 'There is no start.',
    fix: 'Give the event or this interval an intervalPeriod with a start.',
  });
}

function endOf(
  startMs: number,
  length: Period['length'],
  place: Place,
  { timeZone }: TimelineOptions,
): number | 'open' | undefined {
  if (length === undefined || length === 'zero' || length === 'infinite') return 'open';
  const endMs = addDuration(startMs, length, timeZone);
  if (isInstant(endMs)) return endMs;
  return refuse(place, { reason: 'The interval ends after the year 2200.', fix: 'Give P9999Y for one without end.' });
}

/** An interval without end gives way to the next one of its event that has a start of its own. */
function cutAtNextStart(intervals: readonly EventInterval[]): EventInterval[] {
  const cut: EventInterval[] = [];
  let nextMs: number | 'open' = 'open';
  for (const interval of intervals.toReversed()) {
    if (interval.endMs !== 'open') cut.push(interval);
    else if (nextMs === 'open' || nextMs > interval.startMs) cut.push({ ...interval, endMs: nextMs });
    else contradiction(interval);
    nextMs = interval.startMs;
  }
  return cut.reverse();
}

function contradiction({ place }: EventInterval): void {
  const path = pointer(place);
  addIssue(place.findings, 'TARIFF_OVERLAP', () => ({
    reason: 'This interval has no end, and the next one begins no later.',
    fix: 'Give it a duration.',
    ...(path === undefined ? {} : { path }),
  }));
}
