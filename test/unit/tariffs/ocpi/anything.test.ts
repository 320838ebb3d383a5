import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOcpi } from '../../../../tariffs/ocpi/readOcpi.js';
import { anyJson, outcome, spoiltOcpi } from '../../../support/tariffs/spoiltDocuments.js';

describe('any JSON at all', () => {
  it('is taken or refused as an OCPI tariff, and nothing else goes wrong', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(fc.oneof(anyJson, spoiltOcpi), (document) => {
        outcomes.add(outcome(() => readOcpi(document, { timeZone: 'Europe/Stockholm' })));
      }),
      { numRuns: 300 },
    );
    expect(outcomes).toEqual(new Set(['taken', 'refused']));
  });
});
