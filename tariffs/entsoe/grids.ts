import { DateTime } from 'luxon';
import { DAY_MS } from '../localStretches.js';
import { PRICES_MAX } from '../native/priceShapes.js';
import { printInstant } from '../published/pricedIntervals.js';
import { parseInstant } from '../reading/instants.js';
import { type Place, placeIn, refuse } from '../reading/place.js';
import { childOf, requiredText } from './xml.js';

/** The intervals of a Period. */
export interface Grid {
  readonly resolution: Resolution;
  /** Of each interval, and the end of the last. */
  readonly boundariesMs: readonly number[];
}

/** By its written form; a day is one of the local calendar. */
const RESOLUTIONS = { PT15M: 15, PT30M: 30, PT60M: 60, PT1H: 60, P1D: 'day' } as const;
export type Resolution = (typeof RESOLUTIONS)[keyof typeof RESOLUTIONS];
export const FINEST_FIRST: readonly Resolution[] = [15, 30, 60, 'day'];
const MINUTE_MS = 60_000;

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** A time interval of minutes, which is how they are written; undefined, and reported, where it is none. */
export function readTimeInterval(owner: Place, name: string): Span | undefined {
  const interval = childOf(owner, name);
  if (interval === undefined) {
    return refuse(owner, { reason: `${name} is missing.`, fix: 'Give it, with a start and an end.' });
  }
  const startMs = readInstant(interval, 'start');
  const endMs = readInstant(interval, 'end');
  if (startMs === undefined || endMs === undefined) return undefined;
  if (startMs < endMs) return { startMs, endMs };
  return refuse(interval, { reason: 'The interval ends before it has begun.', fix: 'Correct its start or its end.' });
}

function readInstant(interval: Place, name: string): number | undefined {
  const text = requiredText(interval, name);
  if (text === undefined) return undefined;
  const ms = parseInstant(text);
  if (ms !== undefined && ms % MINUTE_MS === 0) return ms;
  return refuse(placeIn(interval, name, text), {
    reason: 'This is no instant of whole minutes.',
    fix: 'Write it as 2026-01-14T23:00Z, of 1970 to 2200.',
  });
}

/** How many intervals may still be read: a Period of many years has few points, or none, and yet a million intervals. */
export interface Budget {
  left: number;
}

/** How many intervals a Period has follows from its length: local days have 92, 96 or 100 quarter hours. */
export function readGrid(period: Place, timeZone: string, budget: Budget): Grid | undefined {
  const span = readTimeInterval(period, 'timeInterval');
  const text = requiredText(period, 'resolution');
  if (span === undefined || text === undefined) return undefined;
  const place = placeIn(period, 'resolution', text);
  const resolution = Object.entries(RESOLUTIONS).find(([written]) => written === text)?.[1];
  if (resolution === undefined) {
    return refuse(place, {
      code: 'TARIFF_NOT_EXPRESSIBLE',
      reason: 'Prices of this resolution are not read.',
      fix: `Give ${Object.keys(RESOLUTIONS).join(', ')}.`,
    });
  }
  const stepMs = resolution === 'day' ? DAY_MS : resolution * MINUTE_MS;
  budget.left -= Math.ceil((span.endMs - span.startMs) / stepMs);
  if (budget.left < 0) {
    return refuse(place, {
      code: 'TARIFF_NOT_EXPRESSIBLE',
      reason: `With this period the document comes to more than ${PRICES_MAX} prices.`,
      fix: 'Ask for a shorter span.',
    });
  }
  const boundariesMs = resolution === 'day' ? days(span, timeZone) : steps(span, stepMs);
  if (boundariesMs.at(-1) === span.endMs) return { resolution, boundariesMs };
  return refuse(place, {
    reason: `${printInstant(span.startMs)} to ${printInstant(span.endMs)} is no whole number of ${text}.`,
    fix: 'Correct the time interval or the resolution.',
  });
}

function steps({ startMs, endMs }: Span, stepMs: number): number[] {
  return Array.from({ length: Math.ceil((endMs - startMs) / stepMs) + 1 }, (_, k) => startMs + k * stepMs);
}

function days({ startMs, endMs }: Span, timeZone: string): number[] {
  const start = DateTime.fromMillis(startMs, { zone: timeZone });
  const boundariesMs = [startMs];
  for (let day = 1; (boundariesMs.at(-1) ?? endMs) < endMs; day++)
    boundariesMs.push(start.plus({ days: day }).toMillis());
  return boundariesMs;
}
