import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  quarterOf,
  roundedQuarters,
  SESSION_QUARTERS_MAX,
  spreadEvenly,
  takenBack,
  withShares,
} from '../../../src/site/energyShares.js';
import { QUARTER_MS } from '../../../src/site/history.js';
import { MINUTE_MS, NOON_MS } from '../../support/builders.js';

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

describe('energy over quarters of an hour', () => {
  it('is shared out by the time in each', () => {
    expect(spreadEvenly(1_000, NOON_MS + 10 * MINUTE_MS, NOON_MS + 35 * MINUTE_MS)).toEqual([
      { startMs: NOON_MS, energyWh: 200 },
      { startMs: NOON_MS + QUARTER_MS, energyWh: 600 },
      { startMs: NOON_MS + 2 * QUARTER_MS, energyWh: 200 },
    ]);
  });

  it('lies in one quarter where its time does, also where there is no time at all or less than none', () => {
    const share = [{ startMs: NOON_MS, energyWh: 5 }];
    expect(spreadEvenly(5, NOON_MS, NOON_MS + QUARTER_MS)).toEqual(share);
    expect(spreadEvenly(5, NOON_MS + 1, NOON_MS + 1)).toEqual(share);
    expect(spreadEvenly(5, NOON_MS + 1, NOON_MS - 5 * MINUTE_MS)).toEqual(share);
    expect(spreadEvenly(0, NOON_MS, NOON_MS + 1)).toEqual([]);
  });

  it('sums up to what was given, in ascending quarters that lie within the span', () => {
    const minutes = fc.integer({ min: 0, max: 60 * 24 * 20 * 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90_000 }), minutes, minutes, (energyWh, from, seconds) => {
        const fromMs = NOON_MS + from * 1_000;
        const toMs = fromMs + seconds * 1_000;
        const shares = spreadEvenly(energyWh, fromMs, toMs);
        expect(sum(shares.map((share) => share.energyWh))).toBeCloseTo(energyWh, 5);
        const firstMs = quarterOf(fromMs);
        expect(shares.every(({ startMs }, index) => startMs === firstMs + index * QUARTER_MS)).toBe(true);
        expect(shares.at(-1)?.startMs).toBeLessThan(Math.max(toMs, fromMs + 1));
      }),
    );
  });

  it('of years is that of the last month of them, so that a wrong clock costs no memory', () => {
    const shares = spreadEvenly(1_000, NOON_MS - 400 * 86_400_000, NOON_MS);
    expect(shares.length).toBeLessThanOrEqual(SESSION_QUARTERS_MAX);
    expect(sum(shares.map(({ energyWh }) => energyWh))).toBeCloseTo(1_000, 6);
  });

  it('is taken back where it was counted, and never more than that', () => {
    const quarters = { startMs: NOON_MS, wh: [300, 0, 100] };
    expect(takenBack(quarters, -100)).toEqual([
      { startMs: NOON_MS, energyWh: -75 },
      { startMs: NOON_MS + 2 * QUARTER_MS, energyWh: -25 },
    ]);
    expect(withShares(quarters, takenBack(quarters, -1_000)).wh).toEqual([0, 0, 0]);
    expect(takenBack({ startMs: NOON_MS, wh: [] }, -1)).toEqual([]);
  });

  it('of a stay begins with its first quarter and ends with its last at the latest', () => {
    const none = { startMs: NOON_MS, wh: [] };
    const shares = [-1, 1, SESSION_QUARTERS_MAX + 7].map((index) => ({
      startMs: NOON_MS + index * QUARTER_MS,
      energyWh: 10,
    }));
    const { wh } = withShares(none, shares);
    expect(wh).toHaveLength(SESSION_QUARTERS_MAX);
    expect([wh[0], wh[1], wh.at(-1), sum(wh)]).toEqual([10, 10, 10, 30]);
  });

  it('is rounded so that the sum is the rounded sum', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 9_000, noNaN: true }), { maxLength: 200 }), (wh) => {
        const rounded = roundedQuarters({ startMs: NOON_MS, wh }).wh;
        expect(sum(rounded)).toBe(Math.round(sum(wh)));
        rounded.forEach((one, index) => {
          expect(Number.isInteger(one)).toBe(true);
          expect(Math.abs(one - (wh[index] ?? 0))).toBeLessThanOrEqual(1);
        });
      }),
    );
  });
});
