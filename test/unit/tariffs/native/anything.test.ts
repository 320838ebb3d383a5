import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printTariff } from '../../../../tariffs/native/printTariff.js';
import { readNative } from '../../../../tariffs/native/readNative.js';
import { anyJson, outcome, spoiltNative } from '../../../support/tariffs/spoiltDocuments.js';

describe('any JSON at all', () => {
  it('is taken or refused as a native tariff, its text as its value, and nothing else goes wrong', () => {
    fc.assert(
      fc.property(fc.oneof(anyJson, spoiltNative), (document) => {
        const text = JSON.stringify(document);
        expect(outcome(() => readNative(text))).toBe(outcome(() => readNative(document)));
      }),
      { numRuns: 300 },
    );
  });

  it('that was taken is printed so that it is taken again, and printed alike', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(spoiltNative, (document) => {
        const result = outcome(() => readNative(document));
        outcomes.add(result);
        if (result === 'refused') return;
        const { tariff } = readNative(document);
        const printed = printTariff(tariff);
        expect(readNative(printed).tariff).toStrictEqual(tariff);
        expect(JSON.stringify(printTariff(readNative(printed).tariff))).toBe(JSON.stringify(printed));
      }),
      { numRuns: 200 },
    );
    expect(outcomes).toEqual(new Set(['taken', 'refused']));
  });

  it('of any text is taken or refused', () => {
    const signs = fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '1', '\\', ' ') });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), signs), (text) => {
        outcome(() => readNative(text));
      }),
      { numRuns: 500 },
    );
  });
});
