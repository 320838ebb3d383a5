import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priceSeries, pricesAt } from '../../../../tariffs/index.js';
import { componentSegments } from '../../../../tariffs/prices/componentSegments.js';
import { filledSegments } from '../../../../tariffs/prices/filledSegments.js';
import { NoPrice } from '../../../../tariffs/prices/noPrice.js';
import type { Tariff, TariffComponent } from '../../../../tariffs/types.js';
import { arbitraryTariff } from '../../../support/tariffs/arbitraryTariff.js';
import { at, boundaries, costOf, DAY, HOUR, hourly, MINUTE, tariffOf } from './tariffBuilders.js';

/** Monday, in winter time. */
const MONDAY = at('2026-01-11T23:00Z');

describe('filledSegments', () => {
  it('says of each segment whether it was published, and keeps VAT and the name of the rate', () => {
    const spot: TariffComponent = {
      kind: 'priceSeries',
      id: 'spot',
      vatPercent: 6,
      prices: [hourly(MONDAY, 1, 2), hourly(MONDAY + 7 * DAY, 5)],
      markups: [{ name: 'peak', when: { months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] }, pricePerKwh: 10 }],
    };
    const common = { vatPercent: 6, rateName: 'peak' };
    const [first, second] = [MONDAY + 7 * DAY, MONDAY + 7 * DAY + HOUR];
    expect(filledSegments(spot, tariffOf([spot]), first, second + 2 * HOUR)).toEqual([
      { startMs: first, endMs: second, pricePerKwh: 15, source: 'published', ...common },
      { startMs: second, endMs: second + HOUR, pricePerKwh: 12, source: 'fallback', ...common },
      { startMs: second + HOUR, endMs: second + 2 * HOUR, pricePerKwh: 'unknown', source: 'published', ...common },
    ]);
  });

  it("fills later gaps although an earlier one can't be filled", () => {
    const spot: TariffComponent = {
      kind: 'priceSeries',
      id: 'spot',
      prices: [hourly(MONDAY, ...Array.from({ length: 24 }, () => 1))],
    };
    const segments = filledSegments(spot, tariffOf([spot]), MONDAY - 100 * DAY, MONDAY + 2 * DAY);
    expect(segments[0]).toMatchObject({ pricePerKwh: 'unknown' });
    expect(segments.at(-1)).toMatchObject({ pricePerKwh: 1, source: 'fallback', endMs: MONDAY + 2 * DAY });
  });

  it('fills the next morning although nothing stands in for this evening', () => {
    const morning = Array.from({ length: 12 }, () => 1);
    const spot: TariffComponent = { kind: 'priceSeries', id: 'spot', prices: [hourly(MONDAY, ...morning)] };
    const evening = MONDAY + 18 * HOUR;
    expect(filledSegments(spot, tariffOf([spot]), evening, MONDAY + 48 * HOUR)).toMatchObject([
      { pricePerKwh: 'unknown', endMs: MONDAY + DAY },
      ...morning.map(() => ({ pricePerKwh: 1, source: 'fallback' })),
      { pricePerKwh: 'unknown', startMs: MONDAY + 36 * HOUR },
    ]);
  });

  it('fills the gaps of an export series too', () => {
    const feedIn: TariffComponent = {
      kind: 'exportPrice',
      id: 'out',
      source: { kind: 'series', prices: [hourly(MONDAY, 1)] },
    };
    expect(filledSegments(feedIn, tariffOf([feedIn]), MONDAY + DAY, MONDAY + DAY + HOUR)).toMatchObject([
      { pricePerKwh: 1, source: 'fallback' },
    ]);
  });

  it('copes with a series of which every other quarter is missing', () => {
    const quarter = 15 * MINUTE;
    const prices = Array.from({ length: 10 * 48 }, (_, index) => ({
      startMs: MONDAY + 2 * index * quarter,
      stepMs: quarter,
      pricesPerKwh: [1],
    }));
    const spot: TariffComponent = { kind: 'priceSeries', id: 'spot', prices };
    const segments = filledSegments(spot, tariffOf([spot]), MONDAY, MONDAY + 10 * DAY);
    expect(segments.filter(({ pricePerKwh }) => pricePerKwh === 'unknown')).toHaveLength(10 * 48);
  });
});

const SPAN = { fromMs: at('2025-01-01T00:00Z'), toMs: at('2027-01-01T00:00Z') };

const anyTariff = arbitraryTariff({
  ...SPAN,
  timeZones: ['Europe/Stockholm', 'America/St_Johns', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Africa/Casablanca'],
});

const spans = fc
  .tuple(
    fc.integer({ min: 0, max: 700 * 24 * 4 }),
    fc.uniqueArray(fc.integer({ min: 1, max: 2_879 }), { maxLength: 12 }),
  )
  .map(([start, cuts]) =>
    [0, ...cuts.sort((a, b) => a - b), 2_880].map((minute) => SPAN.fromMs + (start * 15 + minute) * MINUTE),
  );

describe('whatever a tariff consists of', () => {
  it('its segments cover any span without gap, published or filled', () => {
    fc.assert(
      fc.property(anyTariff, spans, (tariff, boundariesMs) => {
        const [fromMs = 0, toMs = 0] = [boundariesMs[0], boundariesMs.at(-1)];
        for (const component of tariff.components) {
          for (const segments of [
            componentSegments(component, tariff, fromMs, toMs),
            filledSegments(component, tariff, fromMs, toMs),
          ]) {
            const broken = segments.filter(
              ({ startMs, endMs }, index) => startMs !== (segments[index - 1]?.endMs ?? fromMs) || endMs <= startMs,
            );
            expect(broken).toEqual([]);
            expect(segments.at(-1)?.endMs).toBe(toMs);
          }
        }
      }),
    );
  });

  it('its prices are finite or refused, cost the same however time is cut, and are those of its series', () => {
    fc.assert(
      fc.property(anyTariff, spans, (tariff, boundariesMs) => {
        const prices = pricesOrNone(tariff, boundariesMs);
        const [fromMs = 0, toMs = 0] = [boundariesMs[0], boundariesMs.at(-1)];
        if (prices === undefined) return;
        const scale = Math.max(1, ...prices.map(Math.abs));
        const whole = costOf(pricesAt(tariff, [fromMs, toMs]), [fromMs, toMs]);
        expect(Math.abs(costOf(prices, boundariesMs) - whole) / scale).toBeLessThan(1e-8);
        const series = priceSeries(tariff, fromMs, toMs).prices;
        expect(series.every(({ source }) => source === 'published')).toBe(true);
        const ofSeries = series.reduce(
          (sum, { startMs, endMs, pricePerKwh }) => sum + (pricePerKwh * (endMs - startMs)) / HOUR,
          0,
        );
        expect(Math.abs(ofSeries - whole) / scale).toBeLessThan(1e-8);
      }),
    );
  });

  it('its prices are published in the series exactly where they are known', () => {
    fc.assert(
      fc.property(anyTariff, spans, (tariff, boundariesMs) => {
        const [fromMs = 0, toMs = 0] = [boundariesMs[0], boundariesMs.at(-1)];
        const series = seriesOrNone(tariff, fromMs, toMs);
        if (series === undefined) expect(pricesOrNone(tariff, [fromMs, toMs])).toBeUndefined();
        const wrong = series?.filter(
          ({ startMs, endMs, source }) =>
            (pricesOrNone(tariff, boundaries(startMs, endMs, endMs - startMs)) !== undefined) !==
            (source === 'published'),
        );
        expect(wrong ?? []).toEqual([]);
      }),
    );
  });
});

function pricesOrNone(tariff: Tariff, boundariesMs: readonly number[]): readonly number[] | undefined {
  return orNone(() => {
    const prices = pricesAt(tariff, boundariesMs);
    expect(prices.every(Number.isFinite)).toBe(true);
    return prices;
  });
}

function seriesOrNone(tariff: Tariff, fromMs: number, toMs: number) {
  return orNone(() => priceSeries(tariff, fromMs, toMs).prices);
}

function orNone<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof NoPrice) return undefined;
    throw error;
  }
}
