import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LimitedBy } from '../../../../src/control/limitedBy.js';
import {
  type ReasonHistory,
  SPAN_GAP_MS,
  SPANS_KEPT,
  sameReason,
  spansOf,
  withSeen,
} from '../../../../src/control/why/reasonHistory.js';

const PRICE: LimitedBy = { by: 'price' };
const FULL: LimitedBy = { by: 'circuit', circuitId: 'row', phase: 'L2' };
const VEHICLE: LimitedBy = { by: 'vehicle' };

type Look = readonly [atS: number, limitedBy: LimitedBy | null, limitA?: number];

function seenIn(...looks: readonly Look[]): ReasonHistory {
  let history: ReasonHistory | undefined;
  for (const [atS, limitedBy, limitA = 10] of looks) history = withSeen(history, { limitedBy, limitA }, atS * 1000);
  if (history === undefined) throw new Error('no look');
  return history;
}
const spans = (history: ReasonHistory) =>
  spansOf(history).map(({ fromMs, limitedBy }) => [fromMs / 1000, limitedBy?.by ?? null]);

describe('what held a session back', () => {
  it('is remembered from the first look on', () => {
    expect(seenIn([5, null])).toEqual({
      sinceMs: 5_000,
      spans: [{ fromMs: 5_000, limitedBy: null, limitMinA: 10, limitMaxA: 10 }],
      young: undefined,
      addedMs: 5_000,
    });
  });

  it('is one span while it stays the same, with the least and the most that was told', () => {
    const history = seenIn([0, FULL, 10], [10, FULL, 6], [60, { ...FULL }, 12], [90, FULL, 8]);
    expect(history.spans).toEqual([{ fromMs: 0, limitedBy: FULL, limitMinA: 6, limitMaxA: 12 }]);
  });

  it('stays the very same object while nothing is new', () => {
    const history = seenIn([0, FULL, 6], [10, FULL, 12]);
    expect(withSeen(history, { limitedBy: FULL, limitA: 8 }, 20_000)).toBe(history);
  });

  it('of another phase of the same circuit is another reason', () => {
    expect(spans(seenIn([0, FULL], [40, { ...FULL, phase: 'L3' }]))).toHaveLength(2);
    expect(sameReason({ by: 'station', reason: 'offline' }, { by: 'station', reason: 'refuses' })).toBe(false);
    expect(sameReason(null, PRICE)).toBe(false);
    expect(sameReason(null, null)).toBe(true);
  });

  it('changes once in half a minute at most: what is over sooner is forgotten', () => {
    expect(spans(seenIn([0, PRICE], [10, VEHICLE], [20, PRICE], [40, PRICE]))).toEqual([[0, 'price']]);
  });

  it('has begun when it began, though it is kept only later', () => {
    const young = seenIn([0, PRICE], [10, VEHICLE, 16], [20, VEHICLE, 12]);
    expect(young.spans).toHaveLength(1);
    expect(spans(young)).toEqual([
      [0, 'price'],
      [10, 'vehicle'],
    ]);
    const kept = withSeen(young, { limitedBy: VEHICLE, limitA: 14 }, SPAN_GAP_MS);
    expect(kept.young).toBeUndefined();
    expect(kept.spans[1]).toEqual({ fromMs: 10_000, limitedBy: VEHICLE, limitMinA: 12, limitMaxA: 16 });
  });

  it('that gives way to a third before it is kept was never there', () => {
    expect(spans(seenIn([0, PRICE], [10, VEHICLE], [20, FULL], [30, FULL]))).toEqual([
      [0, 'price'],
      [20, 'circuit'],
    ]);
  });

  it('is bounded: the oldest are forgotten, and it is said since when it is known', () => {
    const looks = Array.from({ length: SPANS_KEPT + 50 }, (_, k): Look => [k * 60, k % 2 === 0 ? PRICE : FULL]);
    const history = seenIn(...looks);
    expect(history.spans).toHaveLength(SPANS_KEPT);
    expect(history.sinceMs).toBe(50 * 60_000);
    expect(history.spans[0]?.fromMs).toBe(history.sinceMs);
    expect(seenIn(...looks.slice(0, SPANS_KEPT)).sinceMs).toBe(0);
  });

  it('whatever is seen: ascending, no two alike in a row, and no more than one each half minute', () => {
    const look = fc.tuple(
      fc.integer({ min: 0, max: 40 }),
      fc.constantFrom(null, PRICE, FULL, VEHICLE),
      fc.integer({ min: 0, max: 32 }),
    );
    fc.assert(
      fc.property(fc.array(look, { minLength: 1, maxLength: 200 }), (steps) => {
        let nowMs = 0;
        let history: ReasonHistory | undefined;
        for (const [waitS, limitedBy, limitA] of steps) {
          nowMs += waitS * 1000;
          history = withSeen(history, { limitedBy, limitA }, nowMs);
          const known = spansOf(history);
          // The last is what is seen now.
          expect(known.at(-1)?.limitedBy).toEqual(limitedBy);
          for (const [index, span] of known.entries()) {
            const before = known[index - 1];
            expect(span.limitMinA).toBeLessThanOrEqual(span.limitMaxA);
            if (before === undefined) continue;
            expect(span.fromMs).toBeGreaterThanOrEqual(before.fromMs);
            expect(sameReason(before.limitedBy, span.limitedBy)).toBe(false);
          }
          expect(history.spans.length).toBeLessThanOrEqual(1 + nowMs / SPAN_GAP_MS);
        }
      }),
    );
  });
});
