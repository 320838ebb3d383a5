import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CarRoster, carsOf, type SiteNow } from '../../../src/dashboard/model/cars.js';
import { kept, same } from '../../../src/dashboard/model/kept.js';
import { longestRise } from '../../../src/dashboard/model/longestRise.js';
import { namesOf } from '../../../src/dashboard/model/names.js';
import { type CarNow, english, SITE, siteWith, swedish } from './aSite.js';

const MINUTE_MS = 60_000;
const text = JSON.stringify;
/** JSON as it comes has no -0 (seed 821083897). */
const asItComes = fc.jsonValue().map((value): unknown => JSON.parse(text(value)));

describe('what is kept', () => {
  it('says the same as what came, and is the same object where nothing changed', () => {
    fc.assert(
      fc.property(asItComes, asItComes, (a, b) => {
        const copy: unknown = JSON.parse(text(a));
        expect(same(a, copy)).toBe(true);
        expect(same(a, b)).toBe(text(sorted(a)) === text(sorted(b)));
        const before = {
          part: a,
          list: [
            { id: 1, a },
            { id: 2, b },
          ],
        };
        const after = {
          part: copy,
          list: [
            { id: 2, b },
            { id: 1, a: copy },
          ],
        };
        const now = kept(before, after);
        expect(now).toEqual(after);
        expect(now.part).toBe(a);
        expect(now.list[1]).toBe(before.list[0]);
      }),
    );
  });

  it('takes a member that is undefined for one that is not there', () => {
    expect(same({ a: 1, b: undefined }, { a: 1 })).toBe(true);
    expect(same({ a: 1 }, { a: 1, b: 0 })).toBe(false);
    expect(same({ b: undefined }, { a: 1 })).toBe(false);
  });

  it('tells nothing from an empty list', () => {
    expect([same({}, []), same([], {})]).toEqual([false, false]);
  });
});

describe('a roster of cars', () => {
  const names = namesOf(SITE, english);
  /** As the feed keeps it: what did not change stays the same object. */
  const next = (before: SiteNow, after: SiteNow): SiteNow => kept(before, after);

  it('keeps a car while nothing that is said of it changed, whatever else does', () => {
    const roster = new CarRoster();
    const first = siteWith({ limitedBy: { by: 'price' }, limitA: 0 });
    const cars = roster.cars(first, names, english);
    const state = {
      ...first.state,
      circuits: first.state.circuits.map((one) => ({ ...one, meter: 'stale' as const })),
    };
    expect(roster.cars(next(first, { ...first, state, nowMs: first.nowMs + MINUTE_MS }), names, english)).toBe(cars);
    expect(roster.cars({ ...first, state }, names, swedish)[0]?.why).toMatch(/^Väntar på lägre pris/);
  });

  it('makes one anew where the room on a circuit is what is said', () => {
    const roster = new CarRoster();
    const first = siteWith({ limitedBy: { by: 'minimumCurrent' }, limitA: 0 });
    expect(roster.cars(first, names, english)[0]?.why).toMatch(/^Only 1/);
    const circuits = first.state.circuits.map((one) => ({ ...one, headroomA: { L1: 3, L2: 3, L3: 3 } }));
    const after = { ...first, state: { ...first.state, circuits } };
    expect(roster.cars(after, names, english)[0]?.why).toMatch(/^Only 3/);
  });

  it('says of every step of a site what it would say of that step alone', () => {
    const car = fc.record({
      limitedBy: fc.constantFrom<NonNullable<CarNow['limitedBy']> | null>(
        null,
        { by: 'price' },
        { by: 'minimumCurrent' },
        { by: 'energy' },
      ),
      limitA: fc.constantFrom(0, 6, 16),
      currentA: fc.constantFrom(0, 6, 16),
      online: fc.boolean(),
      energyWh: fc.constantFrom(0, 12_400, 30_000),
      planA: fc.constantFrom([0, 0, 16], [16, 0, 0]),
    });
    const step = fc.record({ car: fc.option(car, { nil: undefined }), minutes: fc.nat(90), swedish: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
        const roster = new CarRoster();
        let before: SiteNow | undefined;
        for (const { car: of, minutes, swedish: isSwedish } of steps) {
          const speech = isSwedish ? swedish : english;
          const came = siteWith(of);
          const now: SiteNow = kept(before, { ...came, nowMs: came.nowMs + minutes * MINUTE_MS });
          before = now;
          const named = namesOf(SITE, speech);
          expect(roster.cars(now, named, speech)).toEqual(carsOf(now, named, speech));
        }
      }),
    );
  });
});

describe('what may stay where it is', () => {
  it('rises, and is as long as any that does', () => {
    expect([...longestRise([1, 2, 0, 3, undefined, 4])].sort()).toEqual([0, 1, 3, 5]);
    expect(longestRise([undefined]).size).toBe(0);
    const numbers = fc.array(fc.option(fc.nat(9), { nil: undefined }), { maxLength: 9 });
    fc.assert(
      fc.property(numbers, (all) => {
        const rise = [...longestRise(all)].sort((a, b) => a - b);
        rise.slice(1).forEach((at, place) => {
          expect(all[at]).toBeGreaterThan(all[rise[place] ?? 0] ?? 10);
        });
        // By looking at every choice there is.
        const most = (from: number, above: number): number => {
          const number = all[from];
          if (from >= all.length) return 0;
          const without = most(from + 1, above);
          return number === undefined || number <= above ? without : Math.max(without, 1 + most(from + 1, number));
        };
        expect(rise).toHaveLength(most(0, -1));
      }),
    );
  });
});

/** The order of members says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => [`.${name}`, sorted(part)]);
  return { members };
}
