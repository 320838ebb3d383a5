import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { type LimitedBy, optimize } from '../../../optimizer/index.js';
import { packNumbers, unpackNumbers } from '../../../src/solver/packNumbers.js';
import { packPlan, unpackPlan } from '../../../src/solver/packPlan.js';
import { problem, session } from '../optimizer/problems.js';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index / 3);
const acrossThreads = (value: unknown) => {
  const { value: packed, buffers } = packNumbers(value);
  return unpackNumbers(structuredClone(packed, { transfer: [...buffers] }));
};

describe('packNumbers', () => {
  test.prop([fc.jsonValue(), fc.array(fc.double(), { minLength: 10, maxLength: 40 })])(
    'comes back the same, whatever the data',
    (data, list) => {
      const value = { data, list, nested: [{ list, other: [list, null] }, list] };
      expect(acrossThreads(value)).toEqual(value);
    },
  );

  it('leaves what it was given alone', () => {
    const value = { list: numbers(100), more: [{ list: numbers(20) }] };
    const before = structuredClone(value);
    acrossThreads(value);
    expect(value).toEqual(before);
  });

  it('moves longer lists of numbers in few buffers', () => {
    const { value, buffers } = packNumbers({ rows: Array.from({ length: 1_000 }, () => numbers(96)) });
    expect((value as { rows: unknown[] }).rows.every((row) => row instanceof Float64Array)).toBe(true);
    expect(buffers.length).toBeLessThan(10);
  });

  it('takes a list longer than a buffer', () => {
    const value = { rows: [numbers(100), numbers(100_000), numbers(100)] };
    expect(acrossThreads(value)).toEqual(value);
  });

  it('does not make numbers of what is none', () => {
    const value = { list: [...numbers(50), null, '7', true] };
    expect(acrossThreads(value)).toEqual(value);
  });

  it('does not copy what holds no such list', () => {
    const plain = { id: 'a', phases: ['L1'], few: [1, 2, 3] };
    expect((packNumbers({ plain, list: numbers(50) }).value as { plain: unknown }).plain).toBe(plain);
  });
});

describe('packPlan', () => {
  const solved = problem(20, [session('a'), session('b', { energyWh: 2_000 }), session('c', { currentMaxA: 0 })], {
    slots: 6,
  });

  it('comes back the same, its reasons shared and frozen', () => {
    const plan = optimize(solved);
    const { packed, buffers } = packPlan(plan);
    const back = unpackPlan(structuredClone(packed, { transfer: [...buffers] }));
    expect(back).toEqual(plan);
    const reasons = back.limitedBy.flat();
    expect(new Set(reasons).size).toBe(packed.reasons.length);
    expect(reasons.every((reason) => Object.isFrozen(reason))).toBe(true);
  });

  it('tells a reason once, however many objects say it', () => {
    const plan = optimize(solved);
    const limitedBy = plan.limitedBy.map((row) => row.map((reason): LimitedBy => ({ ...reason })));
    expect(packPlan({ ...plan, limitedBy }).packed.reasons).toHaveLength(new Set(plan.limitedBy.flat()).size);
  });

  it('leaves behind whatever else is on the plan', () => {
    const plan = { ...optimize(solved), hidden: { basis: () => 1 } };
    const { packed, buffers } = packPlan(plan);
    expect(structuredClone(packed, { transfer: [...buffers] })).not.toHaveProperty('hidden');
  });

  it('takes a plan for nobody', () => {
    const plan = optimize(problem(20, [], { slots: 3 }));
    expect(unpackPlan(packPlan(plan).packed)).toEqual(plan);
  });
});
