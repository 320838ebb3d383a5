import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printEntsoe } from '../../../../tariffs/entsoe/printEntsoe.js';
import { readEntsoe } from '../../../../tariffs/entsoe/readEntsoe.js';
import { arbitraryRuns } from '../published/arbitraryRuns.js';
import { at, DE_LU, HOUR_MS, QUARTER_MS, runsOf, SE3 } from './publications.js';

describe('printing', () => {
  it('then reading gives the same prices, whatever they are', () => {
    fc.assert(
      fc.property(arbitraryRuns([QUARTER_MS, 2 * QUARTER_MS, HOUR_MS]), (prices) => {
        expect(runsOf(printEntsoe({ area: SE3, currency: 'EUR', prices }))).toEqual(prices);
      }),
      { seed: 20261025 },
    );
  });

  it('and reading a year of quarter hours is done in one piece', () => {
    const startMs = at('2025-12-31T23:00Z');
    const count = (at('2026-12-31T23:00Z') - startMs) / QUARTER_MS;
    const pricesPerKwh = Array.from(
      { length: count },
      (_, quarter) => Math.round(Math.sin(quarter / 30) * 12_345) / 100_000 + 0,
    );
    const prices = [{ startMs, stepMs: QUARTER_MS, pricesPerKwh }];
    const { tariff, warnings } = readEntsoe(printEntsoe({ area: DE_LU, currency: 'EUR', prices }));
    expect(count).toBe(35_040);
    expect(tariff.components).toEqual([{ kind: 'priceSeries', id: 'energy', prices }]);
    expect(warnings).toEqual([]);
  });

  it('leaves out what repeats, and writes decimals without an exponent', () => {
    const xml = printEntsoe({
      area: SE3,
      currency: 'EUR',
      prices: [{ startMs: 0, stepMs: HOUR_MS, pricesPerKwh: [1e-9, 1e-9, 0.0301, -0.5] }],
    });
    expect(xml.match(/<Point>.*<\/Point>/g)).toEqual([
      '<Point><position>1</position><price.amount>0.000001</price.amount></Point>',
      '<Point><position>3</position><price.amount>30.1</price.amount></Point>',
      '<Point><position>4</position><price.amount>-500</price.amount></Point>',
    ]);
  });

  it('refuses what no publication can say', () => {
    const run = { startMs: 0, stepMs: HOUR_MS, pricesPerKwh: [1] };
    expect(() => printEntsoe({ area: 'SE3', currency: 'EUR', prices: [run] })).toThrow(/no EIC/);
    expect(() => printEntsoe({ area: SE3, currency: '<x>', prices: [run] })).toThrow(/no currency/);
    expect(() => printEntsoe({ area: SE3, currency: 'EUR', prices: [] })).toThrow(/needs prices/);
    expect(() => printEntsoe({ area: SE3, currency: 'EUR', prices: [{ ...run, stepMs: 1000 }] })).toThrow(
      /no resolution/,
    );
    expect(() => printEntsoe({ area: SE3, currency: 'EUR', prices: [{ ...run, startMs: 1000 }] })).toThrow(
      /no whole minute/,
    );
  });
});
