import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NoPrice, type PriceSeries, pricesAt } from '../../../tariffs/index.js';

const HOUR = 3_600_000;

function series(...prices: number[]): PriceSeries {
  return {
    currency: 'SEK',
    prices: prices.map((pricePerKwh, hour) => ({ startMs: hour * HOUR, endMs: (hour + 1) * HOUR, pricePerKwh })),
  };
}

describe('pricesAt', () => {
  it('weights by time where a slot spans several prices', () => {
    expect(pricesAt(series(1, 3), [HOUR / 2, HOUR * 2])).toEqual([(1 * 0.5 + 3) / 1.5]);
  });

  it('gives several slots within one price that price, negative ones too', () => {
    expect(pricesAt(series(-0.4), [0, HOUR / 4, HOUR / 2])).toEqual([-0.4, -0.4]);
  });

  it('names the first slot without a price', () => {
    expect(() => pricesAt(series(1, 2), [0, HOUR, 3 * HOUR])).toThrow(NoPrice);
    expect(() => pricesAt(series(1, 2), [0, HOUR, 3 * HOUR])).toThrow(/1970-01-01T01:00:00.000Z to 1970-01-01T03/);
    expect(() => pricesAt(series(1), [-HOUR, HOUR])).toThrow(NoPrice);
  });

  it('refuses boundaries that do not ascend', () => {
    expect(() => pricesAt(series(1), [HOUR, 0])).toThrow(RangeError);
  });

  it('costs the same for the same energy flow, however the time is cut', () => {
    const hours = 24;
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -2, max: 5, noNaN: true }), { minLength: hours, maxLength: hours }),
        fc.uniqueArray(fc.integer({ min: 1, max: hours * 60 - 1 }), { maxLength: 20 }),
        (prices, cuts) => {
          const boundariesMs = [0, ...cuts.sort((a, b) => a - b).map((minute) => minute * 60_000), hours * HOUR];
          const cost = pricesAt(series(...prices), boundariesMs).reduce(
            (sum, price, slot) => sum + price * (((boundariesMs[slot + 1] ?? 0) - (boundariesMs[slot] ?? 0)) / HOUR),
            0,
          );
          expect(cost).toBeCloseTo(
            prices.reduce((sum, price) => sum + price, 0),
            6,
          );
        },
      ),
    );
  });
});
