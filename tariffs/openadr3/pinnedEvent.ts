import { parseInstant } from '../reading/instants.js';
import { isFields } from '../reading/place.js';
import { isZero, parseCalendarDuration } from './isoDuration.js';
import { isStartMarker } from './periods.js';

export interface Pinning {
  /** What "now" means: when the event was first seen. */
  readonly nowMs: number;
  /** In [-1, 1], the same each time: 0 of the event's own randomizeStart, n + 1 of that of its n-th interval. */
  readonly draw: (index: number) => number;
}

const DAY_MS = 86_400_000;

/**
 * The event with "now" and chance taken out of it: the same event, pinned alike, holds at the same times however often it is read. A
 * randomizeStart shifts by whole seconds up to its length, either way, and what follows along with it (user guide 7.3). What can not be
 * understood is left as it is, for the reader to report.
 */
export function pinnedEvent(event: unknown, { nowMs, draw }: Pinning): unknown {
  if (!isFields(event)) return event;
  let shiftMs = 0;
  const ofEvent = isFields(event.intervalPeriod) ? event.intervalPeriod : undefined;
  const statedMs = startOf(ofEvent?.start, nowMs, !isCancelled(ofEvent));
  const randomMs = lengthMs(ofEvent?.randomizeStart);
  if (randomMs !== undefined) shiftMs = shiftOf(randomMs, draw(0));
  const intervals = !Array.isArray(event.intervals)
    ? event.intervals
    : event.intervals.map((interval: unknown, index) => {
        const own = isFields(interval) && isFields(interval.intervalPeriod) ? interval.intervalPeriod : undefined;
        if (own === undefined || !isFields(interval)) return interval;
        const ownRandomMs = lengthMs(own.randomizeStart);
        if (ownRandomMs !== undefined) shiftMs = shiftOf(ownRandomMs, draw(index + 1));
        const isFirst = index === 0 && statedMs === undefined && !isCancelled({ ...ofEvent, ...own });
        const ownMs = startOf(own.start, nowMs, isFirst);
        const follows = index === 0 && ownRandomMs !== undefined ? statedMs : undefined;
        return { ...interval, intervalPeriod: pinned(own, ownMs ?? follows, shiftMs, ownRandomMs !== undefined) };
      });
  return {
    ...event,
    ...(ofEvent === undefined
      ? {}
      : {
          intervalPeriod: pinned(
            ofEvent,
            statedMs,
            randomMs === undefined ? 0 : shiftOf(randomMs, draw(0)),
            randomMs !== undefined,
          ),
        }),
    ...(intervals === undefined ? {} : { intervals }),
  };
}

function pinned(period: object, startMs: number | undefined, shiftMs: number, isUnderstood: boolean): object {
  const { randomizeStart, ...rest } = period as { readonly randomizeStart?: unknown };
  return {
    ...rest,
    ...(isUnderstood || randomizeStart === undefined ? {} : { randomizeStart }),
    ...(startMs === undefined ? {} : { start: new Date(startMs + shiftMs).toISOString() }),
  };
}

/** Undefined: none, or a marker that does not mean now. */
function startOf(start: unknown, nowMs: number, mayBeNow: boolean): number | undefined {
  if (typeof start !== 'string') return undefined;
  if (isStartMarker(start)) return mayBeNow ? nowMs : undefined;
  return parseInstant(start.replace(' ', 'T'));
}

function isCancelled(period: { readonly duration?: unknown } | undefined): boolean {
  const length = typeof period?.duration === 'string' ? parseCalendarDuration(period.duration) : undefined;
  return length !== undefined && length !== 'infinite' && isZero(length);
}

function lengthMs(text: unknown): number | undefined {
  const length = typeof text === 'string' ? parseCalendarDuration(text) : undefined;
  if (length === undefined || length === 'infinite') return undefined;
  return length.months * 30 * DAY_MS + length.days * DAY_MS + length.ms;
}

function shiftOf(randomMs: number, share: number): number {
  return Math.trunc((randomMs * share) / 1000) * 1000;
}
