import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flawIn } from '../../../../tariffs/reading/jsonFlaw.js';

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const isOfText = (text: string) => !/stands twice|levels deep/.test(flawIn(text)?.reason ?? '');

describe('a flaw in a text', () => {
  it('is found where JSON.parse finds one, and nowhere else', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"\\u00e5"',
      '"\\x"',
      '"',
      '1',
      '-',
      '01',
      '1e5',
      '.5',
      'true',
      'nul',
      ' ',
      '\n',
      '\t',
    );
    const texts = fc.oneof(
      fc.array(pieces, { maxLength: 8 }).map((all) => all.join('')),
      fc.json(),
      // A whole document with one character taken out.
      fc
        .tuple(fc.json(), fc.nat())
        .map(([text, at]) => text.slice(0, at % text.length) + text.slice((at % text.length) + 1)),
      fc.string({ unit: 'binary' }).map((text) => `"${text}"`),
    );
    fc.assert(
      fc.property(texts.filter(isOfText), (text) => {
        expect(flawIn(text) === undefined).toBe(parses(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['', 0],
    ['{"a":1', 6],
    ['[1,]', 3],
    ['{"a":1,}', 7],
    ['[1] 2', 4],
    ["{'a':1}", 1],
    ['[01]', 1],
    ['"a\nb"', 0],
    ['{"a" 1}', 5],
    ['// a\n1', 0],
  ])('of %j is at %i', (text, offset) => {
    expect(flawIn(text)?.offset).toBe(offset);
  });

  it('is a member that stands twice in one object, however it is written; in two objects it may stand', () => {
    expect(flawIn('{"a":{"b":1},"b":2,"c":[{"a":1},{"a":2}]}')).toBeUndefined();
    expect(flawIn('{"a":1,"b":{"a":2},"\\u0061":3}')?.offset).toBe(19);
  });

  it('is found in 12 MB of prices without a stack of its depth or length', () => {
    const text = `{"prices":[${'-0.12345,'.repeat(1_300_000)}]}`;
    expect(flawIn(text)?.offset).toBe(text.length - 2);
    expect(flawIn(`"${'a'.repeat(12_000_000)}`)?.offset).toBe(0);
  });
});
