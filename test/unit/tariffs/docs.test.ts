import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseTariff, printTariff, type TariffFormat } from '../../../tariffs/index.js';

const page = readFileSync(new URL('../../../docs/tariffs.md', import.meta.url), 'utf8');

/** Blocks that begin with ```json tariff=format (or xml, csv), and the line that each stands at. */
const examples = [...page.matchAll(/^```(?:json|xml|csv) tariff=(\w+)\n([\s\S]*?)^```$/gm)].map(
  ({ 1: format = '', 2: text = '', index }) => ({
    format: format as TariffFormat,
    text,
    line: page.slice(0, index).split('\n').length,
  }),
);

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/tariffs/native/${name}`, import.meta.url), 'utf8'));
}

describe('docs/tariffs.md', () => {
  it('has tariffs of each format', () => {
    expect(new Set(examples.map(({ format }) => format))).toEqual(
      new Set(['evenkeel', 'ocpi', 'entsoe', 'csv', 'openadr3']),
    );
  });

  it.each(examples)(
    'has at line $line a tariff of format $format that is read, and printed so that it is read again',
    ({ format, text }) => {
      const options = { timeZone: 'Europe/Stockholm', ...(format === 'csv' ? { currency: 'SEK' } : {}) };
      const tariff = parseTariff(text, format, options);
      expect(tariff.components.length).toBeGreaterThan(0);
      expect(parseTariff(printTariff(tariff), 'evenkeel')).toStrictEqual(tariff);
    },
  );

  it('has the grid company and the supplier of the fixtures', () => {
    const documents = examples
      .filter(({ format }) => format === 'evenkeel')
      .map(({ text }): unknown => JSON.parse(text));
    expect(documents).toEqual([fixture('grid-company.json'), fixture('supplier.json')]);
  });
});
