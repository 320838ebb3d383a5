import type { Condition, NoticeType } from './notice.js';

/** What was told to be the case, and is not told to be over. It is kept over restarts. */
export interface Raised extends Condition {
  readonly sinceMs: number;
}

/** What is known of a site's conditions. `waiting` and `leaving` are of this process only: after a restart they begin anew. */
export interface NoticeBook {
  readonly raised: readonly Raised[];
  /** Since when each is the case that was not long enough so to be told. */
  readonly waiting: ReadonlyMap<string, number>;
  /** Since when each of those raised is not the case. */
  readonly leaving: ReadonlyMap<string, number>;
}

export const EMPTY_BOOK: NoticeBook = { raised: [], waiting: new Map(), leaving: new Map() };

interface Patience {
  /** So long it must be the case, at every look. */
  readonly raiseAfterMs: number;
  readonly resolveAfterMs: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** A station that starts anew, or a router, is back within minutes; a fuse is not given as long. */
export const PATIENCE: Readonly<Record<NoticeType, Patience>> = {
  'station.uncontrollable': { raiseAfterMs: 5 * MINUTE_MS, resolveAfterMs: MINUTE_MS },
  'limit.exceeded': { raiseAfterMs: 30 * SECOND_MS, resolveAfterMs: MINUTE_MS },
  'departure.at_risk': { raiseAfterMs: 2 * MINUTE_MS, resolveAfterMs: 5 * MINUTE_MS },
  'tariff.missing_tomorrow': { raiseAfterMs: MINUTE_MS, resolveAfterMs: MINUTE_MS },
  'service.degraded': { raiseAfterMs: MINUTE_MS, resolveAfterMs: 2 * MINUTE_MS },
};
/** Of one site; what more there is, is not told while these are. */
const RAISED_MAX = 2_000;

export interface BookStep {
  readonly book: NoticeBook;
  readonly raised: readonly Raised[];
  /** As they were when last the case. */
  readonly resolved: readonly Raised[];
}

/** What a look at the conditions has to be told of: each thing once when it has been the case for a while, and once when it has not. */
export function look(book: NoticeBook, conditions: readonly Condition[], nowMs: number): BookStep {
  const now = new Map(conditions.map((condition) => [condition.key, condition]));
  const leaving = new Map<string, number>();
  const resolved: Raised[] = [];
  const kept: Raised[] = [];
  for (const one of book.raised) {
    const current = now.get(one.key);
    const goneSinceMs = book.leaving.get(one.key) ?? nowMs;
    if (current !== undefined) kept.push({ ...one, facts: current.facts });
    else if (nowMs - goneSinceMs >= PATIENCE[one.facts.type].resolveAfterMs) resolved.push(one);
    else {
      kept.push(one);
      leaving.set(one.key, goneSinceMs);
    }
  }
  const waiting = new Map<string, number>();
  const raised: Raised[] = [];
  const known = new Set(book.raised.map(({ key }) => key));
  for (const condition of now.values()) {
    if (known.has(condition.key)) continue;
    const sinceMs = book.waiting.get(condition.key) ?? nowMs;
    const isLong = nowMs - sinceMs >= PATIENCE[condition.facts.type].raiseAfterMs;
    if (isLong && kept.length + raised.length < RAISED_MAX) raised.push({ ...condition, sinceMs });
    else waiting.set(condition.key, sinceMs);
  }
  return { book: { raised: [...kept, ...raised], waiting, leaving }, raised, resolved };
}
