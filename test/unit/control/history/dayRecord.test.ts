import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, dayOf, decodeDay, encodeDay, QUARTERS_PER_DAY } from '../../../../src/control/history/dayRecord.js';
import { QUARTER_MS, type QuarterRecord } from '../../../../src/site/history.js';
import { SeededRandom } from '../../../support/seededRandom.js';

const DAY = Date.UTC(2026, 2, 29);

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const wh = fc.double({ min: 0, max: 500_000, noNaN: true });
const ampere = fc.double({ min: -400, max: 400, noNaN: true });
const circuits = fc.dictionary(
  fc.constantFrom('grid', 'row-a', '__proto__x', 'ö'),
  fc.record({ L1: ampere, L2: ampere, L3: ampere }),
);
const dayArbitrary: fc.Arbitrary<readonly QuarterRecord[]> = fc
  .uniqueArray(fc.nat({ max: QUARTERS_PER_DAY - 1 }), { minLength: 1 })
  .chain((indices) =>
    fc.tuple(
      ...[...indices]
        .sort((a, b) => a - b)
        .map((index) =>
          fc.record({
            startMs: fc.constant(DAY + index * QUARTER_MS),
            importWh: fc.oneof(wh, fc.constant(0)),
            exportWh: fc.oneof(wh, fc.constant(0)),
            carsWh: fc.oneof(wh, fc.constant(0)),
            meteredMs: fc.oneof(fc.integer({ min: 0, max: QUARTER_MS }), fc.constant(QUARTER_MS)),
            buildingA: circuits,
          }),
        ),
    ),
  );

describe('a stored day', () => {
  it('comes back as it was, rounded to watt-hours, seconds and tenths of an ampere, gaps and circuits included', () => {
    fc.assert(
      fc.property(dayArbitrary, (quarters) => {
        const back = decodeDay(DAY, throughJson(encodeDay(quarters)));
        expect(back.map(({ startMs }) => startMs)).toEqual(quarters.map(({ startMs }) => startMs));
        back.forEach((quarter, index) => {
          const was = quarters[index];
          if (was === undefined) throw new Error('one too many');
          expect(quarter.importWh).toBe(Math.round(was.importWh));
          expect(quarter.exportWh).toBe(Math.round(was.exportWh));
          expect(quarter.carsWh).toBe(Math.round(was.carsWh));
          expect(Math.abs(quarter.meteredMs - was.meteredMs)).toBeLessThanOrEqual(500);
          expect(Object.keys(quarter.buildingA).sort()).toEqual(Object.keys(was.buildingA).sort());
          for (const [id, currentA] of Object.entries(quarter.buildingA))
            expect(Math.abs(currentA.L2 - (was.buildingA[id]?.L2 ?? 0))).toBeLessThan(0.0501);
        });
      }),
    );
  });

  it('is the same when it is written again', () => {
    fc.assert(
      fc.property(dayArbitrary, (quarters) => {
        const once = throughJson(encodeDay(quarters));
        expect(throughJson(encodeDay(decodeDay(DAY, once)))).toEqual(once);
      }),
    );
  });

  it('is refused when a later version wrote it', () => {
    expect(() => decodeDay(DAY, { version: 2 })).toThrow('2026-03-29 was written by a version');
    expect(() => decodeDay(DAY, null)).toThrow();
  });

  it('belongs to the day of UTC', () => {
    expect(dayOf(DAY + DAY_MS - 1)).toBe(DAY);
    expect(dayOf(DAY - 1)).toBe(DAY - DAY_MS);
  });
});

describe('a year of a site', () => {
  /** A building with a daily rhythm and noise, cars by day, some sun: nothing repeats. */
  function year(random: SeededRandom, metered: number): number {
    let bytes = 0;
    for (let day = 0; day < 365; day++) {
      const quarters = Array.from({ length: QUARTERS_PER_DAY }, (_, index): QuarterRecord => {
        const noon = Math.max(0, Math.sin(((index - 20) / QUARTERS_PER_DAY) * Math.PI * 2));
        const carsWh = random.chance(0.6) ? random.between(0, 22_000) : 0;
        const current = () => 20 + 60 * noon + random.between(0, 10);
        return {
          startMs: DAY + day * DAY_MS + index * QUARTER_MS,
          importWh: carsWh + 5_000 + 12_000 * noon + random.between(0, 2_000),
          exportWh: random.chance(0.2) ? random.between(0, 9_000) : 0,
          carsWh,
          meteredMs: random.chance(0.95) ? QUARTER_MS : random.integer(0, QUARTER_MS),
          buildingA: Object.fromEntries(
            Array.from({ length: metered }, (_, circuit) => [
              `circuit-${circuit}`,
              { L1: current(), L2: current(), L3: current() },
            ]),
          ),
        };
      });
      bytes += JSON.stringify(encodeDay(quarters)).length;
    }
    return bytes;
  }

  it('with one metered circuit takes about 1 MB, with four under 3 MB', () => {
    const megabytes = [0, 1, 4].map((metered) => year(new SeededRandom(1), metered) / 1e6);
    expect(megabytes[0]).toBeLessThan(0.7);
    expect(megabytes[1]).toBeLessThan(1.2);
    expect(megabytes[2]).toBeLessThan(3);
  });
});
