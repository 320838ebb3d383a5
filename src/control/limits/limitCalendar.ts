import { expandLimit } from '../../plan/limitWindows.js';
import { circuitLimits, type LimitWindow, limitChanges, windowsByCircuit } from '../../site/capacity.js';
import type { CapacityLimit } from '../../site/model.js';
import { Problem } from '../../site/problem.js';
import type { SiteState } from '../../site/state.js';
import { type CombinedLimits, combinedAt, isSame, statedBy } from './circuitLimitView.js';

/** Half-open, epoch milliseconds. */
export interface CalendarSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface LimitWindowView extends Partial<CombinedLimits> {
  readonly limitId: string;
  readonly circuitId: string;
  readonly source: CapacityLimit['source'];
  /** May lie outside of the span. */
  readonly fromMs: number;
  /** Null: until the limit is deleted. */
  readonly untilMs: number | null;
  readonly reason?: string;
  readonly eventId?: string;
}

/** When which limits hold, and what each circuit is limited to by all of them, its own rating included. */
export interface LimitCalendar extends CalendarSpan {
  /** Ascending by start. */
  readonly windows: readonly LimitWindowView[];
  readonly circuits: readonly {
    readonly id: string;
    /** Without gaps; neighbours differ. */
    readonly intervals: readonly (CalendarSpan & CombinedLimits)[];
  }[];
}

export const CALENDAR_SPAN_MAX_MS = 400 * 86_400_000;
const CALENDAR_WINDOWS_MAX = 2_000;

/** Throws Problem TOO_MANY_LIMITS where the span holds more windows than are listed. */
export function limitCalendar(state: SiteState, span: CalendarSpan): LimitCalendar {
  const windows = windowsWithin(state, span);
  const byCircuit = windowsByCircuit(windows);
  return {
    ...span,
    windows: windows.map((window) => windowView(state, window)),
    circuits: state.site.circuits.map((circuit) => {
      const own = byCircuit.get(circuit.id) ?? [];
      const startsMs = [span.fromMs, ...limitChanges(own, span.fromMs, span.toMs)];
      const limits = circuitLimits(state, circuit, own, [...startsMs, span.toMs]);
      const intervals: (CalendarSpan & CombinedLimits)[] = [];
      startsMs.forEach((fromMs, slot) => {
        const combined = combinedAt(limits, slot);
        const toMs = startsMs[slot + 1] ?? span.toMs;
        const last = intervals.at(-1);
        if (last !== undefined && isSame(last, combined)) intervals[intervals.length - 1] = { ...last, toMs };
        else intervals.push({ fromMs, toMs, ...combined });
      });
      return { id: circuit.id, intervals };
    }),
  };
}

function windowsWithin({ limits, site }: SiteState, span: CalendarSpan): LimitWindow[] {
  const windows: LimitWindow[] = [];
  for (const limit of limits.values()) {
    const windowsMax = CALENDAR_WINDOWS_MAX - windows.length;
    const expanded = expandLimit(limit, site.timeZone, { ...span, windowsMax });
    // More than there is room for, or more than can be worked out at once: of neither a part may pass for the whole.
    if (expanded.holdsFromMs !== 'never') {
      throw new Problem('TOO_MANY_LIMITS', `More than ${CALENDAR_WINDOWS_MAX} windows lie in this span.`, {
        field: 'to',
        details: { limit: 'windows', max: CALENDAR_WINDOWS_MAX, limitId: limit.limitId },
      });
    }
    windows.push(...expanded.windows);
  }
  return windows.sort((a, b) => a.fromMs - b.fromMs || (a.limit.limitId < b.limit.limitId ? -1 : 1));
}

function windowView(state: SiteState, { limit, fromMs, toMs }: LimitWindow): LimitWindowView {
  const { limitId, circuitId, source, reason, eventId } = limit;
  return {
    limitId,
    circuitId,
    source,
    ...statedBy(state, limit),
    fromMs,
    untilMs: toMs === 'open' ? null : toMs,
    ...(reason === undefined ? {} : { reason }),
    ...(eventId === undefined ? {} : { eventId }),
  };
}
