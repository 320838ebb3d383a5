import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { componentSegments } from '../../../../tariffs/prices/componentSegments.js';
import type { TariffComponent, Validity } from '../../../../tariffs/types.js';
import { calendars, DAY, HOUR, hourly, MINUTE, money, tariffOf } from './tariffBuilders.js';

const UTC = { timeZone: 'UTC', vatPercent: 25 };

function brief(component: TariffComponent, fromMs: number, toMs: number, others = {}) {
  return componentSegments(component, tariffOf([component], { ...UTC, ...others }), fromMs, toMs).map(
    ({ startMs, endMs, pricePerKwh, rateName }) => [startMs / HOUR, endMs / HOUR, pricePerKwh, rateName],
  );
}

describe('componentSegments', () => {
  it('names the rate that holds, without VAT', () => {
    const grid: TariffComponent = {
      kind: 'timeOfUse',
      id: 'grid',
      rates: [
        { name: 'day', when: { hours: [{ from: '06:00', to: '22:00' }] }, pricePerKwh: 0.5 },
        { pricePerKwh: 0.2 },
      ],
    };
    expect(brief(grid, 5 * HOUR, DAY)).toEqual([
      [5, 6, 0.2, undefined],
      [6, 22, 0.5, 'day'],
      [22, 24, 0.2, undefined],
    ]);
  });

  it('cuts a series where its markup changes, names the markup, and knows its gaps', () => {
    const spot: TariffComponent = {
      kind: 'priceSeries',
      id: 'spot',
      prices: [hourly(0, 1), hourly(2 * HOUR, 2)],
      factor: 10,
      markups: [{ name: 'peak', when: { hours: [{ from: '00:30', to: '02:30' }] }, pricePerKwh: 3 }],
      capPerKwh: 20,
    };
    expect(brief(spot, 0, 4 * HOUR)).toEqual([
      [0, 0.5, 10, undefined],
      [0.5, 1, 13, 'peak'],
      [1, 2, 'unknown', 'peak'],
      [2, 2.5, 20, 'peak'],
      [2.5, 3, 20, undefined],
      [3, 4, 'unknown', undefined],
    ]);
  });

  it('is not called by a markup that always holds', () => {
    const markups = [{ name: 'margin', pricePerKwh: 3 }];
    const spot: TariffComponent = { kind: 'priceSeries', id: 'spot', prices: [hourly(0, 1)], markups };
    expect(brief(spot, 0, HOUR)).toEqual([[0, 1, 4, undefined]]);
  });

  it('is unknown outside of the tariff, 0 outside of the component', () => {
    const fee: TariffComponent = {
      kind: 'energyFee',
      id: 'fee',
      pricePerKwh: 7,
      validity: { fromMs: 2 * HOUR, toMs: 3 * HOUR },
    };
    expect(brief(fee, 0, 6 * HOUR, { validity: { fromMs: HOUR, toMs: 5 * HOUR } })).toEqual([
      [0, 1, 'unknown', undefined],
      [1, 2, 0, undefined],
      [2, 3, 7, undefined],
      [3, 5, 0, undefined],
      [5, 6, 'unknown', undefined],
    ]);
  });

  it("says which VAT applies: the component's, else the tariff's; on export only its own", () => {
    const vatOf = (component: TariffComponent) =>
      componentSegments(component, tariffOf([component], UTC), 0, HOUR).map(({ vatPercent }) => vatPercent);
    const feedIn: TariffComponent = {
      kind: 'exportPrice',
      id: 'out',
      source: { kind: 'rates', rates: [{ pricePerKwh: 1 }] },
    };
    expect(vatOf({ kind: 'tax', id: 'tax', pricePerKwh: 1 })).toEqual([25]);
    expect(vatOf({ kind: 'tax', id: 'tax', pricePerKwh: 1, vatPercent: 0 })).toEqual([0]);
    expect(vatOf(feedIn)).toEqual([0]);
    expect(vatOf({ ...feedIn, vatPercent: 20 })).toEqual([20]);
  });

  it('is 0 for what has no price per kWh', () => {
    expect(brief({ kind: 'fixedFee', id: 'fee', price: 9, per: 'day' }, 0, HOUR)).toEqual([[0, 1, 0, undefined]]);
  });

  it('covers any span without gap, whatever is valid', () => {
    const validity = fc
      .tuple(
        fc.integer({ min: -3, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom('both', 'from', 'to', 'none'),
      )
      .map(
        ([from, length, given]): Validity => ({
          fromMs: given === 'both' || given === 'from' ? from * HOUR : 'open',
          toMs: given === 'both' || given === 'to' ? (from + length) * HOUR : 'open',
        }),
      );
    const component = fc.record({
      runStart: fc.integer({ min: -5, max: 10 }),
      prices: fc.array(money, { minLength: 1, maxLength: 6 }),
      when: calendars({ min: 1970, max: 1970 }),
    });
    fc.assert(
      fc.property(
        component,
        validity,
        validity,
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 1, max: 600 }),
        (parts, ofTariff, own, from, length) => {
          const spot: TariffComponent = {
            kind: 'priceSeries',
            id: 'spot',
            validity: own,
            prices: [hourly(parts.runStart * HOUR, ...parts.prices)],
            markups: [{ when: parts.when, pricePerKwh: 1 }],
          };
          const [fromMs, toMs] = [from * MINUTE, (from + length) * MINUTE];
          const base = DAY * 30;
          const shift = (given: Validity): Validity => ({
            fromMs: given.fromMs === 'open' ? 'open' : given.fromMs + base,
            toMs: given.toMs === 'open' ? 'open' : given.toMs + base,
          });
          const moved = { ...spot, validity: shift(own) };
          const segments = componentSegments(
            moved,
            tariffOf([moved], { ...UTC, validity: shift(ofTariff) }),
            base + fromMs,
            base + toMs,
          );
          expect(segments[0]?.startMs).toBe(base + fromMs);
          expect(segments.at(-1)?.endMs).toBe(base + toMs);
          for (const [index, { startMs, endMs }] of segments.entries()) {
            expect(startMs).toBeLessThan(endMs);
            if (index > 0) expect(startMs).toBe(segments[index - 1]?.endMs);
          }
        },
      ),
    );
  });
});
