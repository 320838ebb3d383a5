import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optimize, type ProblemSession } from '../../../optimizer/index.js';
import { evenPeaks } from '../../../src/plan/evenPeaks.js';
import { FREE } from '../../../src/plan/prices.js';
import { scheduleBoundariesMs } from '../../../src/plan/schedule.js';
import { tariffPrices } from '../../../src/plan/tariffPrices.js';
import { emptyState } from '../../../src/site/reduce.js';
import { type MeteredInterval, pricesAt, type Tariff, type TariffComponent } from '../../../tariffs/index.js';
import { HOUR_MS, MINUTE_MS, NOON_MS, siteOf } from '../../support/builders.js';

const QUARTER_MS = 15 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

function tariffOf(components: readonly TariffComponent[], timeZone = 'Europe/Stockholm'): Tariff {
  return {
    currency: 'SEK',
    timeZone,
    validity: { fromMs: 'open', toMs: 'open' },
    vatPercent: 25,
    holidays: { dates: [], yearly: [], easter: [] },
    components,
  };
}

/** So many hours from an instant on, each at its price. */
const spot = (startMs: number, pricesPerKwh: readonly number[]): TariffComponent => ({
  id: 'spot',
  kind: 'priceSeries',
  prices: [{ startMs, stepMs: HOUR_MS, pricesPerKwh }],
});
const fee = (pricePerKwh: number): TariffComponent => ({ id: 'transfer', kind: 'energyFee', pricePerKwh });
const effect = (sampleMinutes: 15 | 30 | 60 = 60): TariffComponent => ({
  id: 'effect',
  kind: 'demandCharge',
  sampleMinutes,
  peaks: 3,
  distinct: 'day',
  price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 60 }] },
});
const hours = (count: number, fromMs = NOON_MS) =>
  Array.from({ length: count + 1 }, (_, hour) => fromMs + hour * HOUR_MS);
const over = (tariffs: readonly Tariff[], boundariesMs: readonly number[], soFar: readonly MeteredInterval[] = []) =>
  tariffPrices({ tariffs, soFar, circuitId: 'grid' })(boundariesMs, []);

describe('the prices of a schedule', () => {
  it('are those of all tariffs together, VAT included, as means over its slots', () => {
    const tariffs = [tariffOf([spot(NOON_MS, [1, 2, 3])]), tariffOf([fee(0.4)])];
    const boundariesMs = [NOON_MS, NOON_MS + 1.5 * HOUR_MS, NOON_MS + 3 * HOUR_MS];
    const { energyPricePerKwh, known } = over(tariffs, boundariesMs);
    expect(energyPricePerKwh[0]).toBeCloseTo(1.25 * (0.4 + (2 * 1 + 2) / 3), 12);
    expect(energyPricePerKwh[1]).toBeCloseTo(1.25 * (0.4 + (2 + 2 * 3) / 3), 12);
    expect(known).toEqual({ currency: 'SEK', from: 'published', publishedUntilMs: NOON_MS + 3 * HOUR_MS });
  });

  it('are nothing for a site without tariffs', () => {
    expect(over([], hours(2))).toEqual(FREE(hours(2), []));
  });

  it('agree with what a bill would have, wherever all is published', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 5, noNaN: true }), { minLength: 30, maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 29 * 12 }), { minLength: 1, maxLength: 40 }),
        (prices, cuts) => {
          const tariffs = [tariffOf([spot(NOON_MS, prices), fee(0.3)])];
          const boundaries = [...new Set([0, 30 * 12, ...cuts])].sort((a, b) => a - b);
          const boundariesMs = boundaries.map((cut) => NOON_MS + cut * 5 * MINUTE_MS);
          const expected = pricesAt(tariffs, boundariesMs);
          over(tariffs, boundariesMs).energyPricePerKwh.forEach((price, slot) => {
            expect(price).toBeCloseTo(expected[slot] ?? Number.NaN, 9);
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('are those of the last same weekday where nothing is published yet, and say so', () => {
    const lastWeek = Array.from({ length: 48 }, (_, hour) => hour);
    const today = [10, 11, 12];
    const tariffs = [
      tariffOf([
        {
          id: 'spot',
          kind: 'priceSeries',
          prices: [
            { startMs: NOON_MS - 7 * DAY_MS, stepMs: HOUR_MS, pricesPerKwh: lastWeek },
            { startMs: NOON_MS, stepMs: HOUR_MS, pricesPerKwh: today },
          ],
        },
      ]),
    ];
    const { energyPricePerKwh, known } = over(tariffs, hours(6));
    expect(energyPricePerKwh.map((price) => price / 1.25)).toEqual([10, 11, 12, 3, 4, 5]);
    expect(known).toEqual({ currency: 'SEK', from: 'fallback', publishedUntilMs: NOON_MS + 3 * HOUR_MS });
  });

  it('go on as they were last known where there is not even that, and say so', () => {
    const tariffs = [tariffOf([spot(NOON_MS, [1, 2])])];
    const late = over(tariffs, hours(4));
    expect(late.energyPricePerKwh.map((price) => price / 1.25)).toEqual([1, 2, 2, 2]);
    expect(late.known).toEqual({ currency: 'SEK', from: 'none', publishedUntilMs: NOON_MS + 2 * HOUR_MS });
    const early = over(tariffs, hours(4, NOON_MS - 2 * HOUR_MS));
    expect(early.energyPricePerKwh.map((price) => price / 1.25)).toEqual([1, 1, 1, 2]);
    expect(early.known).toEqual({ currency: 'SEK', from: 'none', publishedUntilMs: null });
    const never = over([tariffOf([spot(NOON_MS - 90 * DAY_MS, [1, 2])])], hours(2));
    expect(never.energyPricePerKwh).toEqual([0, 0]);
  });

  it('remember the peaks of the month, and what of the running hour is taken already', () => {
    const kWh = (startMs: number, energyKwh: number, lastsMs = QUARTER_MS) => ({
      startMs,
      endMs: startMs + lastsMs,
      importWh: energyKwh * 1_000,
    });
    const dayBefore = NOON_MS - DAY_MS + 30 * MINUTE_MS;
    const soFar = [
      ...[0, 1, 2, 3].map((quarter) => kWh(dayBefore - 30 * MINUTE_MS + quarter * QUARTER_MS, 20)),
      kWh(NOON_MS, 5),
      kWh(NOON_MS + QUARTER_MS, 1, 5 * MINUTE_MS),
    ];
    const boundariesMs = [NOON_MS + 20 * MINUTE_MS, NOON_MS + 25 * MINUTE_MS, ...hours(3, NOON_MS + HOUR_MS)];
    const prices = tariffPrices({ tariffs: [tariffOf([effect()])], soFar, circuitId: 'main' });
    const { demandCharges } = prices(boundariesMs, [8, 9, 10, 11, 12]);
    const [charge] = demandCharges;
    expect(charge).toMatchObject({
      circuitId: 'main',
      pricePerKw: (60 * 1.25) / 3,
      peakSoFarKw: 0,
      windowMs: HOUR_MS,
      windowSoFarKwh: 6,
      baseLoadKw: [8, 9, 10, 11, 12],
    });
    // What the optimizer is given has a small part of the price on each slot by itself, no further ahead than stations are told.
    const [byHour, bySlot] = evenPeaks(demandCharges, boundariesMs);
    expect(byHour).toMatchObject({ pricePerKw: 25 * 0.98, windowMs: HOUR_MS, windowSoFarKwh: 6, slots: [0, 5] });
    expect(bySlot).toMatchObject({ pricePerKw: 25 * 0.02, peakSoFarKw: 0, slots: [0, 4] });
    expect([bySlot?.windowMs, bySlot?.windowSoFarKwh]).toEqual([undefined, undefined]);
  });

  for (const timeZone of ['Europe/Stockholm', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/St_Johns'])
    for (const sampleMinutes of [15, 30, 60] as const)
      it(`make a problem that the optimizer takes, whenever it is made: ${timeZone}, ${sampleMinutes} minutes`, () => {
        const tariffs = [tariffOf([fee(1), effect(sampleMinutes)], timeZone)];
        const state = emptyState(siteOf());
        const session: ProblemSession = {
          id: 'A',
          circuitId: 'grid',
          phases: ['L1', 'L2', 'L3'],
          voltageV: 230,
          currentMinA: 6,
          currentMaxA: 32,
          energyWh: 20_000,
          shortfallPricePerKwh: 1_000,
        };
        for (const nowMs of [NOON_MS, NOON_MS + 17 * MINUTE_MS + 3_211, NOON_MS + 29.4 * DAY_MS]) {
          const boundariesMs = scheduleBoundariesMs({ state, windows: [], failsafes: new Map(), nowMs });
          const prices = over(tariffs, boundariesMs);
          expect(prices.demandCharges.length).toBeGreaterThan(0);
          const plan = optimize({
            boundariesMs,
            circuits: [{ id: 'grid', parentId: null, limitA: { L1: 63, L2: 63, L3: 63 } }],
            sessions: [session],
            energyPricePerKwh: prices.energyPricePerKwh,
            demandCharges: evenPeaks(prices.demandCharges, boundariesMs),
          });
          expect(plan.shortfallWh[0]).toBeLessThan(1);
          expect(plan.cost.demand).toBeGreaterThan(0);
        }
      });
});
