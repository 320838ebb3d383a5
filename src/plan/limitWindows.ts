import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import type { LimitWindow } from '../site/capacity.js';
import type { CapacityLimit } from '../site/model.js';

/** Occurrences of one limit looked at in one go: a rule that recurs more often than this within the horizon is refused. */
export const OCCURRENCES_MAX = 1000;

/** Every window that overlaps [fromMs, toMs), recurring ones by the site's calendar, so that 17:00 stays 17:00 over a DST change. */
export function expandLimits(
  limits: Iterable<CapacityLimit>,
  timeZone: string,
  fromMs: number,
  toMs: number,
): LimitWindow[] {
  const windows: LimitWindow[] = [];
  for (const limit of limits) {
    if (limit.recurrence === undefined) {
      if (limit.fromMs < toMs && (limit.toMs === 'open' || limit.toMs > fromMs)) {
        windows.push({ limit, fromMs: limit.fromMs, toMs: limit.toMs });
      }
      continue;
    }
    windows.push(...occurrences(limit, limit.recurrence, timeZone, { fromMs, toMs }));
  }
  return windows;
}

function occurrences(
  limit: CapacityLimit,
  recurrence: string,
  timeZone: string,
  span: { readonly fromMs: number; readonly toMs: number },
): LimitWindow[] {
  const lastsMs = limit.toMs === 'open' ? 0 : limit.toMs - limit.fromMs;
  const rule = recurrenceRule(recurrence, limit.fromMs, timeZone);
  const starts = rule.between(new Date(span.fromMs - lastsMs), new Date(span.toMs), true);
  return starts
    .slice(0, OCCURRENCES_MAX)
    .map((start) => ({ limit, fromMs: start.epochMilliseconds, toMs: start.epochMilliseconds + lastsMs }))
    .filter((window) => window.toMs > span.fromMs && window.fromMs < span.toMs);
}

/** Throws when the rule can't be read. The first occurrence is fromMs, in the site's zone. */
export function recurrenceRule(recurrence: string, fromMs: number, timeZone: string): RRuleTemporal {
  return new RRuleTemporal({
    rruleString: recurrence.replace(/^RRULE:/i, ''),
    dtstart: Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timeZone),
  });
}
