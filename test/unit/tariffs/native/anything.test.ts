import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidTariff } from '../../../../tariffs/index.js';
import { printTariff } from '../../../../tariffs/native/printTariff.js';
import { readNative } from '../../../../tariffs/native/readNative.js';
import { readOcpi } from '../../../../tariffs/ocpi/readOcpi.js';
import { arbitraryTariff } from '../../../support/tariffs/arbitraryTariff.js';

const JSON_WORDS = [
  'currency',
  'timeZone',
  'components',
  'kind',
  'id',
  'elements',
  'price_components',
  'data',
  '__proto__',
  'prices',
];

/** Objects with the names of our members and values of any kind. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom(
      'SEK',
      'Europe/Stockholm',
      'priceSeries',
      'timeOfUse',
      'demandCharge',
      'sessionPrice',
      '2026-01-01T00:00:00Z',
      1e308,
      -0,
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...JSON_WORDS), tie('value'), { maxKeys: 6 }),
  ),
})).value;

/** A valid document with one of its values replaced by anything. */
const spoilt = fc.tuple(arbitraryTariff(), anything, fc.nat()).map(([tariff, value, at]) => {
  const document: unknown = JSON.parse(JSON.stringify(printTariff(tariff)));
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key]);
      walk(child);
    }
  };
  walk(document);
  const [parent, key] = places[at % places.length] ?? [{}, ''];
  parent[key] = value;
  return document;
});

function outcome(read: () => unknown): 'taken' | 'refused' {
  try {
    read();
    return 'taken';
  } catch (error) {
    if (!(error instanceof InvalidTariff)) throw error;
    expect(error.issues.length).toBeGreaterThan(0);
    expect(error.issues.length).toBeLessThanOrEqual(20);
    for (const { reason, fix } of error.issues) expect(reason.length * fix.length).toBeGreaterThan(0);
    return 'refused';
  }
}

describe('any JSON at all', () => {
  it('is taken or refused as a native tariff, and nothing else goes wrong', () => {
    fc.assert(
      fc.property(fc.oneof(anything, spoilt), (document) => {
        outcome(() => readNative(document));
        outcome(() => readNative(JSON.stringify(document)));
      }),
      { numRuns: 300 },
    );
  });

  it('that was taken is printed so that it is taken again, and printed alike', () => {
    let taken = 0;
    fc.assert(
      fc.property(spoilt, (document) => {
        if (outcome(() => readNative(document)) === 'refused') return;
        taken += 1;
        const { tariff } = readNative(document);
        const printed = printTariff(tariff);
        expect(readNative(printed).tariff).toStrictEqual(tariff);
        expect(JSON.stringify(printTariff(readNative(printed).tariff))).toBe(JSON.stringify(printed));
      }),
      { numRuns: 200 },
    );
    expect(taken).toBeGreaterThan(0);
  });

  it('is taken or refused as an OCPI tariff', () => {
    fc.assert(
      fc.property(anything, (document) => {
        outcome(() => readOcpi(document, { timeZone: 'Europe/Stockholm' }));
      }),
      { numRuns: 300 },
    );
  });

  it('of any text is taken or refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '1', '\\', ' ') }),
        ),
        (text) => {
          outcome(() => readNative(text));
        },
      ),
      { numRuns: 300 },
    );
  });
});
