import { type EventIntervalTime, eventIntervals, pinnedEvent } from '../../tariffs/index.js';
import { type Fields, isFields, numberIn, textIn } from '../peers/jsonFields.js';
import { type KnownEvent, shareOf } from './events.js';

/** A report that a VTN asked for. */
export interface DueReport {
  /** Of what was asked for: which event, and which of its descriptors. */
  readonly key: string;
  /** Counts the reports of that, from 0. */
  readonly number: number;
  readonly event: KnownEvent;
  readonly payloadType: string;
  readonly isAggregate: boolean;
  readonly intervals: readonly ReportedInterval[];
}

export interface ReportedInterval {
  readonly id: number;
  readonly startMs: number;
  readonly endMs: number;
}

export interface ReportOptions {
  readonly nowMs: number;
  readonly timeZone: string;
  /** Of each key, the number of the last report that was sent. */
  readonly sent: Readonly<Record<string, number>>;
}

/** What a report would tell of longer ago is not told any more. */
const PAST_MS = 7 * 86_400_000;
/** The last of the meter values come a little later. */
const SETTLE_MS = 60_000;
/** Of one descriptor, at once. */
const AT_ONCE_MAX = 10;
/** What is told: energy that was taken from the grid. */
const REPORTED_TYPES: readonly string[] = ['USAGE'];

/** Those that are due and were not sent, the earliest first. Forecasts and other types are not told; the notes say so. */
export function dueReports(events: readonly KnownEvent[], options: ReportOptions): readonly DueReport[] {
  return events.flatMap((event) =>
    descriptorsOf(event).flatMap((descriptor, index) => dueOf(event, descriptor, `${event.id}/${index}`, options)),
  );
}

export function reportNotes({ body, id }: KnownEvent): readonly string[] {
  return descriptorsOf({ body }).flatMap((descriptor) => {
    const type = textIn(descriptor, 'payloadType', 128) ?? '';
    if (!REPORTED_TYPES.includes(type)) return [`Event ${id} asks for reports of ${type}, which are not made here.`];
    return descriptor.historical === false ? [`Event ${id} asks for a forecast, which is not made here.`] : [];
  });
}

function descriptorsOf({ body }: Pick<KnownEvent, 'body'>): readonly Fields[] {
  return Array.isArray(body.reportDescriptors) ? body.reportDescriptors.filter(isFields) : [];
}

function dueOf(event: KnownEvent, descriptor: Fields, key: string, options: ReportOptions): DueReport[] {
  const payloadType = textIn(descriptor, 'payloadType', 128) ?? '';
  if (!REPORTED_TYPES.includes(payloadType) || descriptor.historical === false) return [];
  const { nowMs, timeZone, sent } = options;
  const intervals = finiteIntervals(event, nowMs, timeZone);
  const { first, count, step, reports } = scheduleOf(event, descriptor, intervals.length);
  const due: DueReport[] = [];
  for (let number = 0; number < reports && due.length < AT_ONCE_MAX; number++) {
    const last = first + number * step;
    const endMs = intervals[last]?.endMs;
    if (endMs === undefined || endMs + SETTLE_MS > nowMs) break;
    if (number <= (sent[key] ?? -1) || endMs < nowMs - PAST_MS) continue;
    due.push({
      key,
      number,
      event,
      payloadType,
      isAggregate: descriptor.aggregate === true,
      intervals: intervals.slice(Math.max(0, last - count + 1), last + 1),
    });
  }
  return due;
}

/** In intervals: where the first report ends, how many each tells of, how far they are apart. User guide 7.5. */
function scheduleOf(
  event: KnownEvent,
  descriptor: Fields,
  total: number,
): { readonly first: number; readonly count: number; readonly step: number; readonly reports: number } {
  const stated = Array.isArray(event.body.intervals) ? event.body.intervals.length : 0;
  // An event that repeats its intervals is reported each time that all of them are over.
  const loops = stated > 0 && total > stated;
  const all = Math.max(1, loops ? stated : total);
  const start = numberIn(descriptor, 'startInterval') ?? -1;
  const wanted = numberIn(descriptor, 'numIntervals') ?? -1;
  const frequency = numberIn(descriptor, 'frequency') ?? -1;
  const repeat = numberIn(descriptor, 'repeat') ?? 1;
  const count = wanted < 1 ? all : Math.floor(wanted);
  const endless = loops || repeat < 0;
  return {
    first: start < 0 ? all - 1 : Math.floor(start),
    count,
    step: frequency < 1 ? count : Math.floor(frequency),
    reports: endless ? total : Math.max(1, Math.floor(repeat)),
  };
}

function finiteIntervals({ body, firstSeenMs, draw }: KnownEvent, nowMs: number, timeZone: string): ReportedInterval[] {
  const pinned = pinnedEvent(body, { nowMs: firstSeenMs, draw: (index) => shareOf(draw, index) });
  let intervals: readonly EventIntervalTime[] = [];
  try {
    intervals = eventIntervals(pinned, { nowMs, timeZone });
  } catch {
    // That it can not be read is told where its limits are.
    return [];
  }
  return intervals.flatMap(({ id, startMs, endMs }) => (endMs === 'open' ? [] : [{ id, startMs, endMs }]));
}

export interface ReportWords {
  readonly clientName: string;
  readonly resourceName: string;
  readonly version: '3.0' | '3.1';
}

/** wh: of each interval, or 'unknown'. */
export function reportBody(
  { event, payloadType, isAggregate, intervals, number }: DueReport,
  wh: readonly (number | 'unknown')[],
  { clientName, resourceName, version }: ReportWords,
): object {
  return {
    ...(version === '3.0' ? { programID: event.programId } : {}),
    eventID: event.id,
    clientName,
    reportName: `${payloadType} ${event.id} ${number}`.slice(0, 128),
    payloadDescriptors: [
      { objectType: 'REPORT_PAYLOAD_DESCRIPTOR', payloadType, readingType: 'DIRECT_READ', units: 'KWH' },
    ],
    resources: [
      {
        resourceName: isAggregate ? 'AGGREGATED_REPORT' : resourceName,
        intervals: intervals.map(({ id, startMs, endMs }, index) => ({
          id,
          intervalPeriod: {
            start: new Date(startMs).toISOString(),
            duration: `PT${Math.round((endMs - startMs) / 1000)}S`,
          },
          payloads: payloadsOf(payloadType, wh[index] ?? 'unknown'),
        })),
      },
    ],
  };
}

function payloadsOf(type: string, wh: number | 'unknown'): readonly object[] {
  if (wh === 'unknown')
    return [
      { type, values: [0] },
      { type: 'DATA_QUALITY', values: ['MISSING'] },
    ];
  return [{ type, values: [Math.round(wh) / 1000] }];
}
