import type { LimitWindow } from '../site/capacity.js';
import type { CapacityLimit } from '../site/model.js';
import { type RecurrenceRule, recurrenceRule } from './recurrence.js';
import { earliestInstant, latestInstant, wallClockMs } from './wallClock.js';

// Recurring limits are reckoned in wall-clock time, as their owner thinks of them, and only then put on the time line: what recurs at
// 17:00 stays at 17:00, and what ends at 06:00 ends at 06:00, in the nights of a change too. Where the clock skips or repeats a time, a
// limit begins at the earliest instant that can be meant and ends at the latest: in doubt it holds.

/** Occurrences of one limit looked at in one go: after so many it is taken to hold without a break, which errs on the safe side. */
export const OCCURRENCES_MAX = 1000;
const OFTEN_WITHIN_MS = 48 * 3_600_000;
const FAR_AHEAD_MS = 20 * 365 * 86_400_000;
/** No zone's clock was ever set by more than a day. */
const CLOCK_CHANGE_MAX_MS = 25 * 3_600_000;

/** Every window that overlaps [fromMs, toMs), recurring ones by the site's calendar. */
export function expandLimits(
  limits: Iterable<CapacityLimit>,
  timeZone: string,
  fromMs: number,
  toMs: number,
): LimitWindow[] {
  const windows: LimitWindow[] = [];
  for (const limit of limits) {
    const expanded = expandLimit(limit, timeZone, { fromMs, toMs, windowsMax: OCCURRENCES_MAX });
    windows.push(...expanded.windows);
    if (expanded.holdsFromMs !== 'never') windows.push({ limit, fromMs: expanded.holdsFromMs, toMs });
  }
  return windows;
}

export interface ExpandedLimit {
  readonly windows: readonly LimitWindow[];
  /** From here on it was not worked out, for it recurs too often or its rule can't be read: to be on the safe side, it holds. */
  readonly holdsFromMs: number | 'never';
}

export interface ExpandedSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly windowsMax: number;
}

/** The windows of one limit that overlap the span, ascending, at most so many. */
export function expandLimit(limit: CapacityLimit, timeZone: string, span: ExpandedSpan): ExpandedLimit {
  const { fromMs, toMs, recurrence } = limit;
  if (recurrence === undefined) {
    const overlaps = fromMs < span.toMs && (toMs === 'open' || toMs > span.fromMs);
    return { windows: overlaps ? [{ limit, fromMs, toMs }] : [], holdsFromMs: 'never' };
  }
  try {
    return expandRule(limit, recurrenceRule(recurrence, fromMs, timeZone), { ...span, timeZone });
  } catch {
    // A rule that can no longer be worked out must not raise the limit that it stands for, nor stop the site.
    return { windows: [], holdsFromMs: span.fromMs };
  }
}

function expandRule(
  limit: CapacityLimit,
  rule: RecurrenceRule,
  { timeZone, windowsMax, ...span }: ExpandedSpan & { readonly timeZone: string },
): ExpandedLimit {
  const lastsMs = wallClockLength(limit, timeZone);
  const starts = rule.between(
    wallClockMs(span.fromMs, timeZone) - lastsMs - CLOCK_CHANGE_MAX_MS,
    wallClockMs(span.toMs, timeZone) + CLOCK_CHANGE_MAX_MS,
  );
  const windows: LimitWindow[] = [];
  for (const startMs of starts) {
    // The first occurrence begins where it was said to, though the clock may show its time twice.
    const fromMs = Math.max(limit.fromMs, earliestInstant(startMs, timeZone));
    const toMs = latestInstant(startMs + lastsMs, timeZone);
    if (fromMs >= span.toMs || toMs <= span.fromMs) continue;
    if (windows.length === windowsMax) return { windows, holdsFromMs: fromMs };
    windows.push({ limit, fromMs, toMs });
  }
  return { windows, holdsFromMs: 'never' };
}

/** Does the rule recur so often, or by a count so high, that it can't be worked out at any time? */
export function recursTooOften(limit: CapacityLimit, timeZone: string): boolean {
  return [limit.fromMs, limit.fromMs + FAR_AHEAD_MS].some((fromMs) => {
    const span = { fromMs, toMs: fromMs + OFTEN_WITHIN_MS, windowsMax: OCCURRENCES_MAX };
    return expandLimit(limit, timeZone, span).holdsFromMs !== 'never';
  });
}

/** From one time of the wall clock to the other. Within a repeated hour that may be nothing or less: then what really passes. */
function wallClockLength({ fromMs, toMs }: CapacityLimit, timeZone: string): number {
  if (toMs === 'open') return 0;
  const shownMs = wallClockMs(toMs, timeZone) - wallClockMs(fromMs, timeZone);
  return shownMs > 0 ? shownMs : toMs - fromMs;
}
