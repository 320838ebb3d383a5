import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { NoPrice, type PriceSeries, priceSeries, pricesAt } from '../../../../tariffs/index.js';
import type { PriceRun, Tariff, TariffComponent } from '../../../../tariffs/types.js';
import { at, DAY, HOUR, hourly, MINUTE, money, QUARTER, tariffOf } from './tariffBuilders.js';

/** Monday, in winter time. */
const MONDAY = at('2026-01-11T23:00Z');

function spot(...prices: readonly PriceRun[]): TariffComponent {
  return { kind: 'priceSeries', id: 'spot', prices };
}

/** A day of 24 hours whose k-th hour costs base + k / 100. */
function day(startMs: number, base: number): PriceRun {
  return hourly(startMs, ...Array.from({ length: 24 }, (_, hour) => base + hour / 100));
}

function priceAt({ prices }: PriceSeries, atMs: number): readonly [number, string] {
  const found = prices.find(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
  return [Number((found?.pricePerKwh ?? Number.NaN).toFixed(9)), found?.source ?? 'none'];
}

describe('priceSeries', () => {
  it('merges what costs the same, and says that it is published', () => {
    expect(priceSeries(tariffOf([spot(hourly(0, 1, 1, 2))], { vatPercent: 25 }), HOUR / 2, 3 * HOUR)).toEqual({
      currency: 'SEK',
      prices: [
        { startMs: HOUR / 2, endMs: 2 * HOUR, pricePerKwh: 1.25, source: 'published' },
        { startMs: 2 * HOUR, endMs: 3 * HOUR, pricePerKwh: 2.5, source: 'published' },
      ],
    });
  });

  it('is 0 without a tariff, nothing over no time, and refuses a span that ends before it begins', () => {
    expect(priceSeries([], 0, HOUR).prices).toEqual([{ startMs: 0, endMs: HOUR, pricePerKwh: 0, source: 'published' }]);
    expect(priceSeries(tariffOf([spot(hourly(0, 1))]), 0, 0).prices).toEqual([]);
    expect(() => priceSeries(tariffOf([]), 1, 0)).toThrow(RangeError);
    expect(() => priceSeries(tariffOf([]), Number.NaN, 0)).toThrow(RangeError);
    expect(() => priceSeries(tariffOf([]), 0, Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });

  it('takes the last same weekday before any other day', () => {
    const tariff = tariffOf([spot(day(MONDAY, 1), day(MONDAY + DAY, 2), day(MONDAY + 6 * DAY, 3))]);
    const next = priceSeries(tariff, MONDAY + 7 * DAY, MONDAY + 8 * DAY);
    expect(priceAt(next, MONDAY + 7 * DAY + 5 * HOUR)).toEqual([1.05, 'fallback']);
    const fortnight = priceSeries(tariff, MONDAY + 14 * DAY, MONDAY + 15 * DAY);
    expect(priceAt(fortnight, MONDAY + 14 * DAY)).toEqual([1, 'fallback']);
  });

  it('takes the last earlier day that has a price, where no same weekday has one', () => {
    const tariff = tariffOf([spot(day(MONDAY, 1), day(MONDAY + DAY, 2))]);
    const thursday = priceSeries(tariff, MONDAY + 3 * DAY, MONDAY + 4 * DAY);
    expect(priceAt(thursday, MONDAY + 3 * DAY + 23 * HOUR)).toEqual([2.23, 'fallback']);
  });

  it('looks hour by hour: what the last same weekday lacks comes from elsewhere', () => {
    const tariff = tariffOf([spot(hourly(MONDAY, 1, 2), day(MONDAY + DAY, 5))]);
    const next = priceSeries(tariff, MONDAY + 7 * DAY, MONDAY + 7 * DAY + 4 * HOUR);
    expect([0, 1, 2, 3].map((hour) => priceAt(next, MONDAY + 7 * DAY + hour * HOUR))).toEqual([
      [1, 'fallback'],
      [2, 'fallback'],
      [5.02, 'fallback'],
      [5.03, 'fallback'],
    ]);
  });

  it('looks back 8 weeks and no further', () => {
    const tariff = tariffOf([spot(day(MONDAY, 1))]);
    const last = MONDAY + 56 * DAY;
    expect(priceAt(priceSeries(tariff, last, last + DAY), last)).toEqual([1, 'fallback']);
    const thursday = MONDAY + 52 * DAY;
    expect(priceAt(priceSeries(tariff, thursday, thursday + DAY), thursday)).toEqual([1, 'fallback']);
    expect(() => priceSeries(tariff, last, last + DAY + HOUR)).toThrow(
      expect.objectContaining({ code: 'NO_PRICE', startMs: last + DAY, endMs: last + DAY + HOUR }),
    );
    expect(() => priceSeries(tariff, MONDAY - HOUR, MONDAY + HOUR)).toThrow(NoPrice);
    expect(() => priceSeries(tariffOf([spot()]), 0, HOUR)).toThrow(NoPrice);
  });

  it('gives up soon over years without a price', () => {
    const tariff = tariffOf([spot(day(MONDAY, 1))]);
    expect(() => priceSeries(tariff, MONDAY, MONDAY + 3_000 * DAY)).toThrow(NoPrice);
  });

  it('fills a gap in the middle, and only that', () => {
    const tariff = tariffOf([spot(day(MONDAY, 1), hourly(MONDAY + DAY, 9), hourly(MONDAY + DAY + 2 * HOUR, 8))]);
    const series = priceSeries(tariff, MONDAY + DAY, MONDAY + DAY + 3 * HOUR);
    expect([0, 1, 2].map((hour) => priceAt(series, MONDAY + DAY + hour * HOUR))).toEqual([
      [9, 'published'],
      [1.01, 'fallback'],
      [8, 'published'],
    ]);
  });

  it('goes by the wall clock: a week later, on the other side of a change of clocks, it is the same hour', () => {
    // Sunday 22 March 2026, the week before the clocks go forward; its 07 h is 06:00Z, that of the 29th is 05:00Z.
    const before = at('2026-03-21T23:00Z');
    const spring = priceSeries(tariffOf([spot(day(before, 1))]), at('2026-03-28T23:00Z'), at('2026-03-29T22:00Z'));
    expect(priceAt(spring, at('2026-03-29T05:00Z'))).toEqual([1.07, 'fallback']);
    expect(priceAt(spring, at('2026-03-29T00:59Z'))).toEqual([1.01, 'fallback']);
    expect(priceAt(spring, at('2026-03-29T01:00Z'))).toEqual([1.03, 'fallback']);
    // Sunday 18 October 2026: both passes of the 25th's 02 h have the price of its 02 h.
    const october = priceSeries(
      tariffOf([spot(day(at('2026-10-17T22:00Z'), 1))]),
      at('2026-10-24T22:00Z'),
      at('2026-10-25T23:00Z'),
    );
    const passes = ['2026-10-25T00:30Z', '2026-10-25T01:30Z', '2026-10-25T02:00Z'].map(
      (iso) => priceAt(october, at(iso))[0],
    );
    expect(passes).toEqual([1.02, 1.02, 1.03]);
  });

  it('looks further back for an hour that the source day skipped, and takes the first pass of one that it repeated', () => {
    const skipped = [
      day(at('2026-03-21T23:00Z'), 1),
      hourly(at('2026-03-28T23:00Z'), ...Array.from({ length: 23 }, () => 5)),
    ];
    const sunday = priceSeries(tariffOf([spot(...skipped)]), at('2026-04-04T22:00Z'), at('2026-04-05T22:00Z'));
    expect(priceAt(sunday, at('2026-04-05T00:00Z'))).toEqual([1.02, 'fallback']);
    expect(priceAt(sunday, at('2026-04-05T01:00Z'))).toEqual([5, 'fallback']);
    const repeated = hourly(at('2026-10-24T22:00Z'), 1, 1, 7, 8, ...Array.from({ length: 21 }, () => 1));
    const november = priceSeries(tariffOf([spot(repeated)]), at('2026-10-31T23:00Z'), at('2026-11-01T23:00Z'));
    expect(priceAt(november, at('2026-11-01T01:00Z'))).toEqual([7, 'fallback']);
  });

  it('keeps markups, fees and rates of the time itself', () => {
    const tariff = tariffOf(
      [
        {
          kind: 'priceSeries',
          id: 'spot',
          factor: 2,
          prices: [day(at('2026-01-25T23:00Z'), 1)],
          markups: [{ when: { months: [2] }, pricePerKwh: 10 }],
        },
        { kind: 'timeOfUse', id: 'grid', rates: [{ when: { months: [2] }, pricePerKwh: 100 }, { pricePerKwh: 1_000 }] },
      ],
      { vatPercent: 25 },
    );
    // Monday 26 January stands in for Monday 2 February.
    const february = priceSeries(tariff, at('2026-02-01T23:00Z'), at('2026-02-02T23:00Z'));
    expect(priceAt(february, at('2026-02-01T23:00Z'))).toEqual([(2 * 1 + 10 + 100) * 1.25, 'fallback']);
  });

  it('keeps what other tariffs have published', () => {
    const supplier = tariffOf([spot(day(MONDAY, 1))]);
    const grid = tariffOf([
      {
        kind: 'timeOfUse',
        id: 'grid',
        rates: [{ when: { dates: [{ from: '2026-01-19', to: '2026-01-20' }] }, pricePerKwh: 0.5 }, { pricePerKwh: 9 }],
      },
    ]);
    const next = priceSeries([supplier, grid], MONDAY + 7 * DAY, MONDAY + 8 * DAY);
    expect(priceAt(next, MONDAY + 7 * DAY)).toEqual([1.5, 'fallback']);
  });

  it('finds what one version of a component lacks in another', () => {
    const changeMs = MONDAY + 7 * DAY;
    const tariff = tariffOf([
      { ...spot(day(MONDAY, 1)), validity: { fromMs: 'open', toMs: changeMs } },
      { kind: 'priceSeries', id: 'spot', prices: [], factor: 2, validity: { fromMs: changeMs, toMs: 'open' } },
    ]);
    expect(priceAt(priceSeries(tariff, changeMs, changeMs + DAY), changeMs)).toEqual([2, 'fallback']);
  });

  it('goes on with the last prices for 8 weeks after a tariff has ended, shown as such; before it began there is none', () => {
    const ended = tariffOf(
      [{ kind: 'timeOfUse', id: 'grid', rates: [{ when: { days: ['MO'] }, pricePerKwh: 2 }, { pricePerKwh: 1 }] }],
      {
        validity: { fromMs: MONDAY, toMs: MONDAY + 14 * DAY },
      },
    );
    const after = priceSeries(ended, MONDAY + 13 * DAY, MONDAY + 16 * DAY);
    expect([13, 14, 15].map((days) => priceAt(after, MONDAY + days * DAY))).toEqual([
      [1, 'published'],
      [2, 'fallback'],
      [1, 'fallback'],
    ]);
    expect(() => priceSeries(ended, MONDAY + 70 * DAY, MONDAY + 71 * DAY)).toThrow(NoPrice);
    expect(() => priceSeries(ended, MONDAY - DAY, MONDAY)).toThrow(NoPrice);
  });
});

/** Three weeks of prices in runs of different steps, some hours left out. */
const patchySeries = fc
  .array(
    fc.tuple(
      fc.constantFrom(15, 30, 60),
      fc.array(money, { minLength: 4, maxLength: 60 }),
      fc.integer({ min: 0, max: 30 }),
    ),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((parts): PriceRun[] => {
    const runs: PriceRun[] = [];
    let startMs = MONDAY;
    for (const [stepMinutes, pricesPerKwh, gapHours] of parts) {
      runs.push({ startMs, stepMs: stepMinutes * MINUTE, pricesPerKwh });
      startMs += stepMinutes * MINUTE * pricesPerKwh.length + gapHours * HOUR;
      startMs = Math.ceil(startMs / HOUR) * HOUR;
    }
    return runs;
  });

const patchyTariff: fc.Arbitrary<Tariff> = patchySeries.map((runs) =>
  tariffOf(
    [
      spot(...runs),
      {
        kind: 'timeOfUse',
        id: 'grid',
        rates: [{ when: { hours: [{ from: '06:00', to: '22:00' }] }, pricePerKwh: 0.5 }, { pricePerKwh: 0.2 }],
      },
    ],
    { vatPercent: 25 },
  ),
);

const span = fc
  .tuple(fc.integer({ min: 0, max: 25 * 24 * 4 }), fc.integer({ min: 1, max: 3 * 24 * 4 }))
  .map(([start, length]) => ({ fromMs: MONDAY + start * QUARTER, toMs: MONDAY + (start + length) * QUARTER }));

describe('the series of any tariff', () => {
  it('covers the span without gap; published prices are those of pricesAt, and all others are not published', () => {
    fc.assert(
      fc.property(patchyTariff, span, (tariff, { fromMs, toMs }) => {
        const series = seriesOrNone(tariff, fromMs, toMs);
        fc.pre(series !== undefined);
        const prices = series?.prices ?? [];
        expect(prices[0]?.startMs).toBe(fromMs);
        expect(prices.at(-1)?.endMs).toBe(toMs);
        for (const [index, { startMs, endMs, pricePerKwh, source }] of prices.entries()) {
          expect(startMs).toBe(prices[index - 1]?.endMs ?? fromMs);
          if (source === 'published') expect(pricesAt(tariff, [startMs, endMs])[0]).toBeCloseTo(pricePerKwh, 9);
          else expect(() => pricesAt(tariff, [startMs, endMs])).toThrow(NoPrice);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has for each quarter the price that the rule names, as luxon finds it', () => {
    fc.assert(
      fc.property(patchySeries, span, (runs, { fromMs, toMs }) => {
        const tariff = tariffOf([spot(...runs)]);
        const series = seriesOrNone(tariff, fromMs, toMs);
        const quarters = Array.from({ length: (toMs - fromMs) / QUARTER }, (_, index) => fromMs + index * QUARTER);
        const expected = quarters.map((atMs) => byTheRule(runs, atMs));
        if (series === undefined) expect(expected).toContain(undefined);
        else expect(quarters.map((atMs) => priceAt(series, atMs))).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});

function seriesOrNone(tariff: Tariff, fromMs: number, toMs: number): PriceSeries | undefined {
  try {
    return priceSeries(tariff, fromMs, toMs);
  } catch (error) {
    if (error instanceof NoPrice) return undefined;
    throw error;
  }
}

function byTheRule(runs: readonly PriceRun[], atMs: number): readonly [number, string] | undefined {
  const own = published(runs, atMs);
  if (own !== undefined) return [own, 'published'];
  const local = DateTime.fromMillis(atMs, { zone: 'Europe/Stockholm' });
  const daysBack = [
    ...Array.from({ length: 8 }, (_, week) => 7 * week + 7),
    ...Array.from({ length: 56 }, (_, back) => back + 1),
  ];
  for (const back of daysBack) {
    const price = published(runs, local.minus({ days: back }).toMillis());
    if (price !== undefined) return [price, 'fallback'];
  }
  return undefined;
}

function published(runs: readonly PriceRun[], atMs: number): number | undefined {
  for (const { startMs, stepMs, pricesPerKwh } of runs) {
    const price = atMs < startMs ? undefined : pricesPerKwh[Math.floor((atMs - startMs) / stepMs)];
    if (price !== undefined) return price;
  }
  return undefined;
}
