import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CurrentCurve,
  compositeDifferences,
  DIFFERENCES_MAX,
} from '../../../src/profiles/compositeDifferences.js';
import { NOON_MS } from '../../support/builders.js';

type Limit = number | 'unlimited';

const curve = (pairs: readonly (readonly [number, Limit])[], startS = 0, durationS = 3_600): CurrentCurve => ({
  startMs: NOON_MS + startS * 1000,
  durationS,
  periods: pairs.map(([startPeriodS, limit]) => ({ startPeriodS, limit })),
});
const compare = (computed: CurrentCurve, reported: CurrentCurve) =>
  compositeDifferences(computed, reported, { hardwareA: 32, ignoreMs: 5_000 }).map(
    ({ fromMs, toMs, computedA, reportedA }) => [
      (fromMs - NOON_MS) / 1000,
      (toMs - NOON_MS) / 1000,
      computedA,
      reportedA,
    ],
  );

describe('a reported composite schedule, beside the computed one', () => {
  it('is alike where only rounding differs: a little above, and down to the half ampere below', () => {
    expect(compare(curve([[0, 10.4]]), curve([[0, 10.5]]))).toEqual([]);
    expect(compare(curve([[0, 10.4]]), curve([[0, 10]]))).toEqual([]);
    expect(compare(curve([[0, 10.4]]), curve([[0, 10.6]]))).toEqual([[0, 3_600, 10.4, 10.6]]);
    expect(compare(curve([[0, 10.6]]), curve([[0, 10]]))).toEqual([[0, 3_600, 10.6, 10]]);
  });

  it('differs only where it does', () => {
    const computed = curve([
      [0, 16],
      [900, 10],
      [1_800, 6],
    ]);
    expect(
      compare(
        computed,
        curve([
          [0, 16],
          [1_800, 6],
        ]),
      ),
    ).toEqual([[900, 1_800, 10, 16]]);
    expect(compare(computed, curve([[0, 6]]))).toEqual([
      [0, 900, 16, 6],
      [900, 1_800, 10, 6],
    ]);
  });

  it('is not blamed for a change that comes a clock error early or late', () => {
    const computed = curve([
      [0, 16],
      [900, 6],
    ]);
    expect(
      compare(
        computed,
        curve([
          [0, 16],
          [904, 6],
        ]),
      ),
    ).toEqual([]);
    expect(
      compare(
        computed,
        curve([
          [0, 16],
          [906, 6],
        ]),
      ),
    ).toEqual([[900, 906, 6, 16]]);
  });

  it('is long when short parts that differ each in their own way follow each other', () => {
    const reported = curve([
      [0, 16],
      [60, 6],
      [63, 7],
      [66, 8],
      [69, 16],
    ]);
    expect(compare(curve([[0, 16]]), reported)).toEqual([
      [60, 63, 16, 6],
      [63, 66, 16, 7],
      [66, 69, 16, 8],
    ]);
  });

  it('counts no limit as what the hardware can', () => {
    expect(compare(curve([[0, 'unlimited']]), curve([[0, 32]]))).toEqual([]);
    expect(compare(curve([[0, 32]]), curve([[0, 'unlimited']]))).toEqual([]);
    expect(compare(curve([[0, 6]]), curve([[0, 'unlimited']]))).toEqual([[0, 3_600, 6, 'unlimited']]);
  });

  it('is compared over the time that both speak of, whatever the order of its periods', () => {
    expect(compare(curve([[0, 16]]), curve([[0, 6]], 600, 600))).toEqual([[600, 1_200, 16, 6]]);
    expect(compare(curve([[0, 16]]), curve([[60, 6]], 0, 600))).toEqual([[60, 600, 16, 6]]);
    expect(
      compare(
        curve([[0, 16]]),
        curve(
          [
            [300, 6],
            [0, 16],
          ],
          0,
          600,
        ),
      ),
    ).toEqual([[300, 600, 16, 6]]);
    expect(compare(curve([[0, 16]]), curve([[0, 6]], 3_600))).toEqual([]);
    expect(compare(curve([[0, 16]]), curve([]))).toEqual([]);
  });

  it('has no more differences than can be read', () => {
    const many = curve(Array.from({ length: 100 }, (_, k) => [k * 30, k % 2 === 0 ? 16 : 6] as const));
    expect(compare(curve([[0, 16]]), many)).toHaveLength(DIFFERENCES_MAX);
  });

  const curves = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 3_599 }), fc.integer({ min: 0, max: 32 })), {
      selector: ([second]) => second,
      maxLength: 8,
    })
    .map((pairs) => curve([[0, 16], ...pairs.sort(([a], [b]) => a - b)]));

  it('is alike to itself; and to another one exactly as every second says', () => {
    fc.assert(
      fc.property(curves, curves, (computed, reported) => {
        expect(compare(computed, computed)).toEqual([]);
        const found = compositeDifferences(computed, reported, { hardwareA: 32, ignoreMs: 0 });
        const at = ({ periods }: CurrentCurve, second: number) =>
          Number(periods.findLast(({ startPeriodS }) => startPeriodS <= second)?.limit);
        for (let second = 0; second < 3_600; second += 1) {
          const [ours, theirs] = [at(computed, second), at(reported, second)];
          const ms = NOON_MS + second * 1000;
          const span = found.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
          expect([span?.computedA, span?.reportedA]).toEqual(
            theirs > ours + 0.15 || theirs < ours - 0.5 ? [ours, theirs] : [undefined, undefined],
          );
        }
      }),
      { numRuns: 20 },
    );
  });
});
