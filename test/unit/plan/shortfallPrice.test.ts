import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DemandCharge } from '../../../optimizer/index.js';
import type { SchedulePrices } from '../../../src/plan/prices.js';
import { DEAREST_LEAST_PER_KWH, dearestPerKwh, shortfallPricePerKwh } from '../../../src/plan/shortfallPrice.js';
import { HOUR_MS, MINUTE_MS, NOON_MS } from '../../support/builders.js';

const quarters = (count: number) => Array.from({ length: count + 1 }, (_, index) => NOON_MS + index * 15 * MINUTE_MS);
const charge = (more: Partial<DemandCharge>): DemandCharge => ({
  circuitId: 'grid',
  pricePerKw: 60,
  peakSoFarKw: 0,
  windowMs: HOUR_MS,
  ...more,
});
const prices = (energyPricePerKwh: readonly number[], ...demandCharges: DemandCharge[]): SchedulePrices => ({
  energyPricePerKwh,
  demandCharges,
  known: { currency: 'SEK', from: 'published', publishedUntilMs: null },
});
const dearest = (given: SchedulePrices, peakMayOutweigh = false) =>
  dearestPerKwh(given, quarters(given.energyPricePerKwh.length), peakMayOutweigh);
const priorities = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe('the dearest that one more kWh can be', () => {
  it('is the highest price plus the whole demand charge of a kWh in the shortest window', () => {
    expect(dearest(prices([1, 4, 3]))).toBe(4);
    expect(dearest(prices([1, 4, 3], charge({})))).toBe(64);
    expect(dearest(prices([1, 4, 3], charge({ windowMs: 15 * MINUTE_MS })))).toBe(4 + 240);
    expect(dearest(prices([1, 4, 3], charge({ weight: [0.5, 0.5, 0] })))).toBe(34);
    expect(dearest(prices([1, 4, 3], charge({}), charge({ circuitId: 'row', pricePerKw: 10 })))).toBe(74);
  });

  it('takes a slot for the window where a charge names none, but never the rest of one', () => {
    const { windowMs: _windowMs, ...bySlot } = charge({});
    expect(dearest(prices([4, 4], bySlot))).toBe(4 + 240);
    const boundaries = [NOON_MS - 10, ...quarters(1)];
    expect(dearestPerKwh(prices([4, 4], bySlot), boundaries, false)).toBe(4 + 60 * 60);
  });

  it('leaves peaks out where the owner lets them outweigh a departure', () => {
    expect(dearest(prices([1, 4, 3], charge({})), true)).toBe(4);
  });

  it('is never nothing, so that a shortfall is worse than any tie-break', () => {
    expect(dearest(prices([0, 0]))).toBe(DEAREST_LEAST_PER_KWH);
    expect(dearest(prices([-3, -1]))).toBe(DEAREST_LEAST_PER_KWH);
  });
});

describe('what a kWh of shortfall costs', () => {
  it('is above the dearest that it can be, whatever the priority, and a stated need comes before a guess', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 100, noNaN: true }), { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0, max: 500, noNaN: true }),
        (energyPricePerKwh, pricePerKw) => {
          const dearestOne = dearest(prices(energyPricePerKwh, charge({ pricePerKw })));
          for (const priority of priorities) {
            const of = { dearestPerKwh: dearestOne, priority };
            const guessed = shortfallPricePerKwh({ ...of, isStated: false });
            const stated = shortfallPricePerKwh({ ...of, isStated: true });
            expect(guessed).toBeGreaterThan(dearestOne);
            expect(guessed).toBeGreaterThan(Math.max(...energyPricePerKwh) + pricePerKw);
            expect(stated).toBeGreaterThan(guessed);
          }
        },
      ),
    );
  });

  it('puts a stated need of one phase before a guess of three, on a phase that is full', () => {
    const of = { dearestPerKwh: 3, priority: 5 };
    const perAmpereHour = (phases: number, isStated: boolean) => phases * shortfallPricePerKwh({ ...of, isStated });
    expect(perAmpereHour(1, true)).toBeGreaterThan(perAmpereHour(3, false));
  });

  it('doubles with five steps of priority', () => {
    const of = { dearestPerKwh: 3, isStated: true };
    expect(shortfallPricePerKwh({ ...of, priority: 10 })).toBe(2 * shortfallPricePerKwh({ ...of, priority: 5 }));
    expect(shortfallPricePerKwh({ ...of, priority: 5 })).toBe(2 * shortfallPricePerKwh({ ...of, priority: 0 }));
  });
});
