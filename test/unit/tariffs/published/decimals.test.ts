import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDecimal, printDecimal, shiftDecimal } from '../../../../tariffs/published/decimals.js';

describe('decimals', () => {
  it('are shifted as they are written, where a division or a product misses', () => {
    expect(16.1 * 1000).not.toBe(16_100);
    expect(shiftDecimal(16.1, 3)).toBe(16_100);
    expect(shiftDecimal(1e-7, -3)).toBe(1e-10);
    expect(parseDecimal('30.10', -3)).toBe(0.0301);
    expect(parseDecimal('-0.00', -3)).toBe(0);
    expect(Object.is(shiftDecimal(-0, 2), 0)).toBe(true);
  });

  it('come back from print, with any shift', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constantFrom(0, 2, 3), (value, places) => {
        const printed = printDecimal(value, places);
        expect(printed).toMatch(/^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/);
        expect(parseDecimal(printed, -places)).toBe(value + 0);
      }),
      { seed: 11, numRuns: 1000 },
    );
    expect([0, -0, 1e21, 12, 1200, 0.05, -3.25].map((value) => printDecimal(value))).toEqual([
      '0',
      '0',
      '1000000000000000000000',
      '12',
      '1200',
      '0.05',
      '-3.25',
    ]);
  });

  it('have no exponent unless that is allowed', () => {
    expect(parseDecimal('0E-20')).toBeUndefined();
    expect(parseDecimal('0E-20', 0, 'exponent')).toBe(0);
    expect(parseDecimal('1.5e2', -3, 'exponent')).toBe(0.15);
    expect(parseDecimal('1e400', 0, 'exponent')).toBeUndefined();
    expect(parseDecimal('1e400', -300, 'exponent')).toBe(1e100);
  });

  it.each([
    '',
    '.',
    '-',
    '+',
    'e5',
    '1.2.3',
    '1,2',
    ' 1',
    '1 ',
    '0x1',
    'NaN',
    'Infinity',
    '١',
    '1_000',
    '9'.repeat(401),
  ])('"%s" is none', (text) => {
    expect(parseDecimal(text, 0, 'exponent')).toBeUndefined();
  });
});
