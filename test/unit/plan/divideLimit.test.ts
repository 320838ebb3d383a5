import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divided, type Member } from '../../../src/plan/divideLimit.js';

const member = (id: string, more: Partial<Member> = {}): Member => ({
  id,
  leastA: 6,
  mostA: 32,
  isIdle: false,
  ...more,
});
const all = (capacity: number, count: number) => ({ capacity, perAmpere: new Array<number>(count).fill(1) });

describe('the limit of a station is divided among its cars', () => {
  it('in equal parts, and what one can not take goes to the others', () => {
    expect(divided([member('a'), member('b')], [all(20, 2)], 0)).toEqual([10, 10]);
    expect(divided([member('a', { mostA: 7 }), member('b')], [all(20, 2)], 0)).toEqual([7, 13]);
  });

  it('in turns, where a part would be less than a car can charge with', () => {
    const members = [member('a'), member('b'), member('c')];
    const turns = [0, 1, 2, 3].map((turn) => divided(members, [all(13, 3)], turn));
    expect(turns).toEqual([
      [6.5, 6.5, 0],
      [0, 6.5, 6.5],
      [6.5, 0, 6.5],
      [6.5, 6.5, 0],
    ]);
    expect(divided(members, [all(5, 3)], 0)).toEqual([0, 0, 0]);
  });

  it('with those last who take nothing', () => {
    expect(divided([member('a', { isIdle: true }), member('b')], [all(8, 2)], 0)).toEqual([0, 8]);
  });

  it('by phase in amperes, and all together in watts', () => {
    const phases = [
      { capacity: 10, perAmpere: [1, 0] },
      { capacity: 10, perAmpere: [0, 1] },
    ];
    expect(divided([member('a'), member('b')], phases, 0)).toEqual([10, 10]);
    expect(divided([member('a'), member('b')], [{ capacity: 11_040, perAmpere: [690, 230] }], 0)).toEqual([12, 12]);
  });

  it('never beyond any row, nor what a car can take, nor below its least; and nothing is left that all could take', () => {
    const arbitrary = fc.record({
      members: fc.array(
        fc.record({ mostA: fc.integer({ min: 0, max: 40 }), leastA: fc.constantFrom(0, 6), isIdle: fc.boolean() }),
        { minLength: 1, maxLength: 5 },
      ),
      rows: fc.array(
        fc.record({
          capacity: fc.integer({ min: 0, max: 120 }),
          seed: fc.array(fc.constantFrom<number>(0, 1, 3), { minLength: 5, maxLength: 5 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      turn: fc.nat(1_000),
    });
    fc.assert(
      fc.property(arbitrary, ({ members, rows, turn }) => {
        const of = members.map((one, index) => ({ ...one, id: `m${index}` }));
        const shared = rows.map(({ capacity, seed }) => ({
          capacity,
          perAmpere: of.map((_, index) => seed[index] ?? 0),
        }));
        const parts = divided(of, shared, turn);
        for (const { capacity, perAmpere } of shared) {
          const sum = perAmpere.reduce((total, per, index) => total + per * (parts[index] ?? 0), 0);
          expect(sum).toBeLessThanOrEqual(capacity + 1e-6);
        }
        of.forEach(({ mostA, leastA }, index) => {
          const partA = parts[index] ?? 0;
          expect(partA).toBeLessThanOrEqual(mostA + 1e-6);
          expect(partA === 0 || partA >= leastA - 1e-6).toBe(true);
          // Who has something could have no more: it has all, or one of its rows is full.
          const isFull = shared.some(
            ({ capacity, perAmpere }) =>
              (perAmpere[index] ?? 0) > 0 &&
              perAmpere.reduce((total, per, other) => total + per * (parts[other] ?? 0), 0) >= capacity - 1e-6,
          );
          if (partA > 0) expect(isFull || partA >= mostA - 1e-6).toBe(true);
        });
      }),
    );
  });
});
