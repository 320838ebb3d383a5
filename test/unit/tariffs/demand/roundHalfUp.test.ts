import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundHalfUp } from '../../../../tariffs/demand/roundHalfUp.js';

describe('rounding half up', () => {
  it('takes a half that arithmetic has made a little less for a half', () => {
    // (6.0 + 5.8 + 5.3) / 3 × 55.75 and 1.005 are both below the half they mean; toFixed rounds them down.
    expect((1.005).toFixed(2)).toBe('1.00');
    expect(roundHalfUp(1.005, 0.01)).toBe(1.01);
    expect(roundHalfUp(317.77499999999998, 0.01)).toBe(317.78);
    expect(roundHalfUp(317.77499, 0.01)).toBe(317.77);
    expect(roundHalfUp(2_000_000.005, 0.01)).toBe(2_000_000.01);
  });

  it('goes up from a half below zero too, which is towards it', () => {
    expect(roundHalfUp(-2.5, 1)).toBe(-2);
    expect(roundHalfUp(-2.51, 1)).toBe(-3);
    expect(Object.is(roundHalfUp(-0.4, 1), 0)).toBe(true);
  });

  it('gives multiples of the step, no further than half of it away, and leaves them as they are', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e7, max: 1e7, noNaN: true }),
        fc.constantFrom(1, 0.1, 0.01, 0.001, 5),
        (value, step) => {
          const rounded = roundHalfUp(value, step);
          expect(Math.abs(rounded - value)).toBeLessThanOrEqual(step * 0.5001 + 1e-6);
          expect(Math.abs(rounded / step - Math.round(rounded / step))).toBeLessThan(1e-3);
          expect(roundHalfUp(rounded, step)).toBe(rounded);
        },
      ),
    );
  });
});
