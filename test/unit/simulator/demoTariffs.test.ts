import { describe, expect, it } from 'vitest';
import { demoSite } from '../../../src/cli/demoSite.js';
import { DEMO_TARIFF_IDS, demoTariffs, priceNews } from '../../../src/cli/demoTariffs.js';
import { parseTariff, priceSeries } from '../../../tariffs/index.js';

const HOUR_MS = 3_600_000;

function read(nowMs: number) {
  return [...demoTariffs(nowMs)].map(([tariffId, document]) => ({
    tariffId,
    tariff: parseTariff(document, 'evenkeel'),
  }));
}

describe("the demo's tariffs", () => {
  it('are those that its site names', () => {
    const ids = read(Date.UTC(2026, 0, 14, 12)).map(({ tariffId }) => tariffId);
    expect(ids).toEqual([...DEMO_TARIFF_IDS]);
    expect(demoSite()).toMatchObject({ tariffIds: ids });
  });

  it.each([
    ['an ordinary day', Date.UTC(2026, 0, 14, 12), 72],
    ['the day before a day of 23 hours', Date.UTC(2026, 2, 28, 12), 71],
    ['a day of 25 hours', Date.UTC(2026, 9, 25, 12), 73],
    ['a minute after midnight', Date.UTC(2026, 0, 13, 23, 1), 72],
  ])('have a published price for all of yesterday, today and tomorrow, on %s', (_name, nowMs, hours) => {
    const tariffs = read(nowMs).map(({ tariff }) => tariff);
    const [run] = tariffs.flatMap(({ components }) =>
      components.flatMap((one) => (one.kind === 'priceSeries' ? one.prices : [])),
    );
    const startMs = run?.startMs ?? 0;
    const { currency, prices } = priceSeries(tariffs, startMs, startMs + hours * HOUR_MS);
    expect(run?.pricesPerKwh).toHaveLength(hours * 4);
    expect(startMs).toBeLessThanOrEqual(nowMs - 24 * HOUR_MS);
    expect(currency).toBe('SEK');
    for (const { source, pricePerKwh } of prices) {
      expect(source).toBe('published');
      expect(pricePerKwh).toBeGreaterThan(0.5);
      expect(pricePerKwh).toBeLessThan(4);
    }
  });

  it('are told in a sentence', () => {
    const nowMs = Date.UTC(2026, 0, 14, 12);
    const price = (hour: number, pricePerKwh: number) => ({
      start: new Date(nowMs + hour * HOUR_MS).toISOString(),
      end: new Date(nowMs + (hour + 1) * HOUR_MS).toISOString(),
      pricePerKwh,
    });
    expect(priceNews({ currency: 'SEK', import: [price(0, 1.234), price(1, -0.2), price(2, 3)] }, nowMs)).toBe(
      'a kWh costs 1.23 SEK now, -0.20 to 3.00 today and tomorrow, all in',
    );
    expect(priceNews({ currency: null, import: [] }, nowMs)).toBeUndefined();
    expect(priceNews('nonsense', nowMs)).toBeUndefined();
  });
});
