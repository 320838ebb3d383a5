import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatCaps } from '../../../src/peers/flatCaps.js';
import type { GridCap } from '../../../src/peers/gridCap.js';

const SPAN = { fromMs: 0, untilMs: 100 };
const cap = fc
  .tuple(
    fc.integer({ min: -10, max: 90 }),
    fc.option(fc.integer({ min: 1, max: 40 })),
    fc.integer({ min: 0, max: 50 }),
    fc.boolean(),
  )
  .map(
    ([fromMs, length, limit, ofCars]): GridCap => ({
      fromMs,
      toMs: length === null ? 'open' : fromMs + length,
      ...(ofCars ? { chargingPowerLimitW: limit } : { powerLimitW: limit }),
    }),
  );
const at = (caps: readonly GridCap[], ms: number) =>
  caps.filter(({ fromMs, toMs }) => fromMs <= ms && (toMs === 'open' || ms < toMs));
const least = (caps: readonly GridCap[], member: 'powerLimitW' | 'chargingPowerLimitW') =>
  Math.min(...caps.map((one) => one[member] ?? Number.POSITIVE_INFINITY));

describe('caps that overlap', () => {
  it('come to the least of what holds at each instant, in stretches that do not overlap', () => {
    fc.assert(
      fc.property(fc.array(cap, { maxLength: 8 }), (caps) => {
        const flat = flatCaps(caps, SPAN);
        const wrong = Array.from({ length: SPAN.untilMs }, (_, ms) => ms).filter((ms) => {
          const now = at(flat, ms);
          const isLeast = (['powerLimitW', 'chargingPowerLimitW'] as const).every(
            (member) => least(now, member) === least(at(caps, ms), member),
          );
          return now.length > 1 || !isLeast;
        });
        expect(wrong).toEqual([]);
        expect(new Set(flat.map(({ fromMs }) => fromMs)).size).toBe(flat.length);
      }),
    );
  });

  it('say why, for those that bind', () => {
    const caps = [
      { fromMs: 0, toMs: 10, powerLimitW: 5, reason: 'Low.' },
      { fromMs: 5, toMs: 20, powerLimitW: 9, reason: 'High.' },
    ];
    expect(flatCaps(caps, SPAN).map(({ fromMs, reason }) => [fromMs, reason])).toEqual([
      [0, 'Low.'],
      [10, 'High.'],
    ]);
  });
});
