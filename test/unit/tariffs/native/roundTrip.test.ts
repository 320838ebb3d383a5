import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printTariff } from '../../../../tariffs/native/printTariff.js';
import { readNative } from '../../../../tariffs/native/readNative.js';
import { arbitraryTariff } from '../../../support/tariffs/arbitraryTariff.js';

describe('a printed tariff', () => {
  it('is read back as it was, from its value and from its text', () => {
    fc.assert(
      fc.property(arbitraryTariff(), (tariff) => {
        const printed = printTariff(tariff);
        expect(readNative(printed).tariff).toStrictEqual(tariff);
        expect(readNative(JSON.stringify(printed)).tariff).toStrictEqual(tariff);
      }),
      { numRuns: 500 },
    );
  });
});
