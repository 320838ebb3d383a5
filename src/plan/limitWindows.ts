import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import type { LimitWindow } from '../site/capacity.js';
import type { CapacityLimit } from '../site/model.js';

/** Occurrences of one limit looked at in one go: after so many it is taken to hold without a break, which errs on the safe side. */
export const OCCURRENCES_MAX = 1000;
const OFTEN_WITHIN_MS = 48 * 3_600_000;
const FAR_AHEAD_MS = 20 * 365 * 86_400_000;

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
  const starts = startsBetween(recurrence, limit.fromMs, timeZone, {
    fromMs: span.fromMs - lastsMs,
    toMs: span.toMs,
  });
  // A rule that can no longer be worked out must not raise the limit that it stands for, nor stop the site.
  if (starts === 'tooMany') return [{ limit, fromMs: span.fromMs, toMs: span.toMs }];
  const next = starts[OCCURRENCES_MAX];
  const beyond = next === undefined ? [] : [{ limit, fromMs: next, toMs: span.toMs }];
  return [
    ...starts.slice(0, OCCURRENCES_MAX).map((ms) => ({ limit, fromMs: ms, toMs: ms + lastsMs })),
    ...beyond,
  ].filter((window) => window.toMs > span.fromMs && window.fromMs < span.toMs);
}

function startsBetween(
  recurrence: string,
  firstMs: number,
  timeZone: string,
  span: { readonly fromMs: number; readonly toMs: number },
): number[] | 'tooMany' {
  try {
    const starts = recurrenceRule(recurrence, firstMs, timeZone).between(
      new Date(span.fromMs),
      new Date(span.toMs),
      true,
    );
    return starts.map((start) => start.epochMilliseconds);
  } catch {
    return 'tooMany';
  }
}

/** Does the rule recur so often, or by a count so high, that it can't be worked out at any time? */
export function recursTooOften(recurrence: string, firstMs: number, timeZone: string): boolean {
  return [firstMs, firstMs + FAR_AHEAD_MS].some((fromMs) => {
    const starts = startsBetween(recurrence, firstMs, timeZone, { fromMs, toMs: fromMs + OFTEN_WITHIN_MS });
    return starts === 'tooMany' || starts.length > OCCURRENCES_MAX;
  });
}

/** Throws when the rule can't be read. The first occurrence is fromMs, in the site's zone. */
export function recurrenceRule(recurrence: string, fromMs: number, timeZone: string): RRuleTemporal {
  return new RRuleTemporal({
    rruleString: recurrence.replace(/^RRULE:/i, ''),
    dtstart: Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timeZone),
  });
}
