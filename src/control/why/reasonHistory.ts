import type { LimitedBy } from '../limitedBy.js';

/** What held a session back, and what it was told to keep to then: the least and the most, A. It lasts until the next begins. */
export interface ReasonSpan {
  readonly fromMs: number;
  readonly limitedBy: LimitedBy | null;
  readonly limitMinA: number;
  readonly limitMaxA: number;
}

/** What was seen of one session, oldest first. */
export interface ReasonHistory {
  /** Nothing is known of before. */
  readonly sinceMs: number;
  readonly spans: readonly ReasonSpan[];
  /** Another reason since fromMs, too young to be kept. */
  readonly young: ReasonSpan | undefined;
  readonly addedMs: number;
}

export interface Seen {
  readonly limitedBy: LimitedBy | null;
  readonly limitA: number;
}

export const SPANS_KEPT = 200;
/** No more than one change in this long: what is over sooner is not kept. */
export const SPAN_GAP_MS = 30_000;

/** The history with what is seen now. Pure. */
export function withSeen(history: ReasonHistory | undefined, seen: Seen, nowMs: number): ReasonHistory {
  const begun = { fromMs: nowMs, limitedBy: seen.limitedBy, limitMinA: seen.limitA, limitMaxA: seen.limitA };
  const last = history?.spans.at(-1);
  if (history === undefined || last === undefined)
    return { sinceMs: nowMs, spans: [begun], young: undefined, addedMs: nowMs };
  if (sameReason(last.limitedBy, seen.limitedBy)) {
    // The history is long and mostly stays as it is.
    if (history.young === undefined && holds(last, seen)) return history;
    return { ...history, spans: [...history.spans.slice(0, -1), widened(last, seen)], young: undefined };
  }
  const { young } = history;
  const other = young !== undefined && sameReason(young.limitedBy, seen.limitedBy) ? widened(young, seen) : begun;
  if (nowMs - history.addedMs < SPAN_GAP_MS) return { ...history, young: other };
  const spans = [...history.spans, other].slice(-SPANS_KEPT);
  const forgot = spans.length <= history.spans.length;
  return {
    sinceMs: forgot ? (spans[0]?.fromMs ?? history.sinceMs) : history.sinceMs,
    spans,
    young: undefined,
    addedMs: nowMs,
  };
}

/** All that is known, the youngest too. */
export function spansOf({ spans, young }: ReasonHistory): readonly ReasonSpan[] {
  return young === undefined ? spans : [...spans, young];
}

export function sameReason(a: LimitedBy | null, b: LimitedBy | null): boolean {
  if (a === null || b === null) return a === b;
  return keyOf(a) === keyOf(b);
}

function keyOf(limitedBy: LimitedBy): string {
  switch (limitedBy.by) {
    case 'circuit':
      return JSON.stringify([limitedBy.by, limitedBy.circuitId, limitedBy.phase]);
    case 'powerLimit':
      return JSON.stringify([limitedBy.by, limitedBy.circuitId]);
    case 'externalLimit':
      return JSON.stringify([limitedBy.by, limitedBy.source, limitedBy.scope, limitedBy.limitA]);
    case 'station':
      return JSON.stringify([limitedBy.by, limitedBy.reason]);
    default:
      return limitedBy.by;
  }
}

function holds(span: ReasonSpan, { limitA }: Seen): boolean {
  return span.limitMinA <= limitA && limitA <= span.limitMaxA;
}

function widened(span: ReasonSpan, { limitA }: Seen): ReasonSpan {
  return { ...span, limitMinA: Math.min(span.limitMinA, limitA), limitMaxA: Math.max(span.limitMaxA, limitA) };
}
