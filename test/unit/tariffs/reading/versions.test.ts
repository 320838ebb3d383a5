import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from '../../../../tariffs/reading/nearest.js';
import { overlappingVersions } from '../../../../tariffs/reading/versions.js';

describe('versions of one id', () => {
  it('overlap when some instant has two of them, and only then', () => {
    const bound = fc.oneof(fc.constant<'open'>('open'), fc.integer({ min: 0, max: 9 }));
    const version = fc
      .record({ id: fc.constantFrom('a', 'b'), fromMs: bound, toMs: bound })
      .filter(({ fromMs, toMs }) => fromMs === 'open' || toMs === 'open' || fromMs < toMs)
      .map(({ id, fromMs, toMs }) => ({ id, validity: { fromMs, toMs } }));
    fc.assert(
      fc.property(fc.array(version, { maxLength: 5 }), (versions) => {
        const found = overlappingVersions(versions).map(({ id }) => id);
        const holding = (id: string, ms: number) =>
          versions.filter(
            ({ id: of, validity: { fromMs, toMs } }) =>
              of === id && (fromMs === 'open' || fromMs <= ms) && (toMs === 'open' || ms < toMs),
          );
        const instants = [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        const twice = ['a', 'b'].filter((id) => instants.some((ms) => holding(id, ms).length > 1));
        expect(found.sort()).toEqual(twice);
        for (const { id, first, second, fromMs } of overlappingVersions(versions)) {
          expect(first).toBeLessThan(second);
          const both = holding(id, fromMs === 'open' ? -1 : fromMs);
          expect(both).toEqual(expect.arrayContaining([versions[first], versions[second]]));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the nearest word', () => {
  const known = ['pricePerKwh', 'validity', 'kind', 'id'];

  it.each([
    ['priceperkwh', 'pricePerKwh'],
    ['pricePerKWH', 'pricePerKwh'],
    ['price_per_kwh', 'pricePerKwh'],
    ['Valdity', 'validity'],
    ['kinds', 'kind'],
    ['iD', 'id'],
  ])('to %s is %s', (word, meant) => {
    expect(nearest(word, known)).toBe(meant);
  });

  it('is none where none is near, and none of a word of a thousand letters', () => {
    expect(nearest('currency', known)).toBeUndefined();
    expect(nearest('', known)).toBeUndefined();
    expect(nearest('kind'.repeat(250), known)).toBeUndefined();
  });
});
