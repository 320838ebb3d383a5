import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printTariff } from '../../tariffs/native/printTariff.js';
import { readNative } from '../../tariffs/native/readNative.js';
import { readOcpi } from '../../tariffs/ocpi/readOcpi.js';
import { arbitraryTariff } from '../support/tariffs/arbitraryTariff.js';
import { anyJson, outcome, spoiltNative, spoiltOcpi } from '../support/tariffs/spoiltDocuments.js';

const numRuns = Number(process.env.EVENKEEL_SEEDS ?? 20_000);

describe('tariff documents', () => {
  it('whatever they hold, are taken or refused with an InvalidTariff', () => {
    fc.assert(
      fc.property(fc.oneof(anyJson, spoiltNative, spoiltOcpi), (document) => {
        outcome(() => readNative(document));
        outcome(() => readOcpi(document, { timeZone: 'America/St_Johns', vatPercent: 25 }));
      }),
      { numRuns },
    );
  });

  it('of whole tariffs are read back as they were printed', () => {
    fc.assert(
      fc.property(arbitraryTariff(), (tariff) => {
        expect(readNative(JSON.stringify(printTariff(tariff))).tariff).toStrictEqual(tariff);
      }),
      { numRuns },
    );
  });
});
