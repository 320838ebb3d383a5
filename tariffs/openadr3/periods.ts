import { parseInstant } from '../reading/instants.js';
import { type Place, refuse } from '../reading/place.js';
import { type CalendarDuration, isZero, parseCalendarDuration } from './isoDuration.js';
import { fieldsAt, memberAt, textIn } from './members.js';

/** An intervalPeriod as it is written. What it means depends on where it stands (user guide 7.3). */
export interface Period {
  /** 'marker': 0001-01-01, which is now, or the end of the interval before. */
  readonly start?: number | 'marker';
  /** 'zero': PT0S. */
  readonly length?: CalendarDuration | 'infinite' | 'zero';
  /** The place of a randomizeStart that shifts. */
  readonly randomized?: Place;
}

/** The intervalPeriod of an event or an interval; undefined where there is none. What is wrong is reported. */
export function readPeriod(owner: Place): Period | undefined {
  const period = memberAt(owner, 'intervalPeriod');
  if (period === undefined || fieldsAt(period, 'an intervalPeriod') === undefined) return undefined;
  const start = readStart(period);
  const length = readLength(period, 'duration');
  const randomize = readLength(period, 'randomizeStart');
  const randomized = randomize === undefined || randomize === 'zero' ? undefined : memberAt(period, 'randomizeStart');
  return {
    ...(start === undefined ? {} : { start }),
    ...(length === undefined ? {} : { length }),
    ...(randomized === undefined ? {} : { randomized }),
  };
}

/** 0001-01-01 since 3.1, 0000-00-00 before; "0000-01-01" stands in the change log of 3.1. With a time of 00:00 or none. */
const MARKER = /^(?:0001-01-01|0000-0[01]-0[01])(?:[Tt ]00:00(?::00(?:\.0{1,9})?)?(?:[Zz]|[+-]00:?00)?)?$/;

/** Whether a start stands for "now", or for the end of the interval before. */
export function isStartMarker(text: string): boolean {
  return MARKER.test(text);
}

function readStart(period: Place): number | 'marker' | undefined {
  const text = textIn(period, 'start');
  if (text === undefined) return undefined;
  if (isStartMarker(text)) return 'marker';
  // The guide's own samples have a space for the T now and then, which RFC 3339 allows.
  const startMs = parseInstant(text.replace(' ', 'T'));
  if (startMs !== undefined) return startMs;
  return refuse(memberAt(period, 'start') ?? period, {
    reason: 'This is no instant.',
    fix: 'Give one of RFC 3339 with its offset, such as 2026-01-14T23:00:00Z, of 1970 to 2200.',
  });
}

/** Undefined where it is absent; reported where it is no duration. */
export function readLength(owner: Place, name: string): Period['length'] {
  const text = textIn(owner, name);
  if (text === undefined) return undefined;
  const length = parseCalendarDuration(text);
  if (length !== undefined) return length !== 'infinite' && isZero(length) ? 'zero' : length;
  return refuse(memberAt(owner, name) ?? owner, {
    reason: 'This is no duration.',
    fix: 'Give one of ISO 8601, such as PT1H, PT15M or P1D; P9999Y for one without end.',
  });
}
