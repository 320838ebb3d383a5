import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ParseOptions, parseTariff, printTariff, type TariffFormat } from '../../../../tariffs/index.js';

const fixture = (path: string) => readFileSync(new URL(`../../../fixtures/tariffs/${path}`, import.meta.url), 'utf8');
const ZONE = { timeZone: 'Europe/Stockholm', name: 'spot', vatPercent: 25 };

describe('published prices, printed as a native document, are read back the same', () => {
  it.each<[TariffFormat, string, ParseOptions]>([
    ['entsoe', 'entsoe/dayAheadSe3.xml', { name: 'spot' }],
    ['entsoe', 'entsoe/dayAheadDeLuTwoAuctions.xml', {}],
    ['csv', 'csv/plain.csv', { ...ZONE, currency: 'SEK' }],
    ['openadr3', 'openadr3/dayAheadEvent.json', ZONE],
  ])('%s: %s', (format, path, options) => {
    const tariff = parseTariff(fixture(path), format, options);
    expect(parseTariff(JSON.stringify(printTariff(tariff)), 'evenkeel')).toEqual(tariff);
  });
});
