import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonFault } from '../../../src/api/jsonFault.js';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('findJsonFault', () => {
  it.each([
    ['{"a":1,}', 7],
    ['[1,,2]', 3],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ["{'a':1}", 1],
    ['[1] 2', 4],
    ['{"a":1', 6],
    ['', 0],
    ['[01]', 2],
    ['["a\tb"]', 1],
    ['{"a":NaN}', 5],
    ['}', 0],
    ['[}', 1],
  ])('finds the fault of %s at %i', (text, at) => {
    expect(findJsonFault(text)).toBe(at);
  });

  it('finds a fault if and only if there is one', () => {
    const text = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '"', '{', ']', 'é', '\u0000', '\u007f', '\\', '1', '.', ':', '😀'),
      )
      .map(([json, at, inserted]) => {
        const index = at % (json.length + 1);
        return json.slice(0, index) + inserted + json.slice(index);
      });
    fc.assert(
      fc.property(fc.oneof(fc.json(), text, fc.string()), (body) => {
        expect(findJsonFault(body) === undefined).toBe(isJson(body));
      }),
      { numRuns: 3_000 },
    );
  });
});
