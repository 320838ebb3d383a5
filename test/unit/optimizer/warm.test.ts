import { describe, expect, test } from 'vitest';
import { type ChargingPlan, type ChargingProblem, checkPlan, optimize } from '../../../optimizer/index.js';
import { generate } from '../../support/optimizer/generate.js';
import { smallProblem } from '../../support/optimizer/smallProblem.js';

const RELAX = { minimumCurrent: 'relax' } as const;
const SITE = generate({ kind: 'workplace', tightness: 'tight', sessions: 80, slots: 96, depth: 3, seed: 3 });

function isSame(warm: ChargingPlan, cold: ChargingPlan): boolean {
  return warm.lowerBound <= cold.cost.total + 1e-9 && cold.lowerBound <= warm.cost.total + 1e-9;
}

function tighter(problem: ChargingProblem, factor: number): ChargingProblem {
  return {
    ...problem,
    circuits: problem.circuits.map((circuit) => {
      const lower = (limit: (typeof circuit.limitA)['L1']) =>
        limit === 'unlimited'
          ? limit
          : typeof limit === 'number'
            ? limit * factor
            : limit.map((value) => value * factor);
      return circuit.parentId === null
        ? {
            ...circuit,
            limitA: { L1: lower(circuit.limitA.L1), L2: lower(circuit.limitA.L2), L3: lower(circuit.limitA.L3) },
          }
        : circuit;
    }),
  };
}

const CHANGES: readonly (readonly [string, (problem: ChargingProblem) => ChargingProblem])[] = [
  ['nothing', (problem) => problem],
  ['a lower limit', (problem) => tighter(problem, 0.8)],
  ['a higher limit', (problem) => tighter(problem, 1.2)],
  ['a car that left', (problem) => ({ ...problem, sessions: problem.sessions.slice(1) })],
  [
    'a car that came',
    (problem) => ({ ...problem, sessions: [...problem.sessions, { ...problem.sessions[3], id: 'new' } as never] }),
  ],
  [
    'other prices',
    (problem) => ({
      ...problem,
      energyPricePerKwh: problem.energyPricePerKwh.map((price, slot) => price * (1 + 0.2 * Math.sin(slot))),
    }),
  ],
  [
    'a slot that is over',
    (problem) => ({
      ...problem,
      boundariesMs: problem.boundariesMs.slice(1),
      energyPricePerKwh: problem.energyPricePerKwh.slice(1),
      circuits: problem.circuits.map((circuit) => ({
        ...circuit,
        limitA: {
          L1: typeof circuit.limitA.L1 === 'object' ? circuit.limitA.L1.slice(1) : circuit.limitA.L1,
          L2: typeof circuit.limitA.L2 === 'object' ? circuit.limitA.L2.slice(1) : circuit.limitA.L2,
          L3: typeof circuit.limitA.L3 === 'object' ? circuit.limitA.L3.slice(1) : circuit.limitA.L3,
        },
      })),
    }),
  ],
];

describe('from an earlier plan', () => {
  const previous = optimize(SITE, RELAX);

  test.each(CHANGES)('after %s: as good as from nothing, and certified', (_, change) => {
    const problem = change(SITE);
    const warm = optimize(problem, { ...RELAX, previous });
    expect(checkPlan(problem, warm, RELAX)).toEqual([]);
    expect(isSame(warm, optimize(problem, RELAX))).toBe(true);
    expect(warm.relaxedGap).toBeLessThanOrEqual(0.001);
  });

  test('nothing changed, nothing moves', () => {
    const again = optimize(SITE, { ...RELAX, previous });
    for (const [session, currents] of again.currentA.entries()) {
      for (const [slot, currentA] of currents.entries()) {
        expect(Math.abs(currentA - (previous.currentA[session]?.[slot] ?? 0))).toBeLessThan(1e-9);
      }
    }
  });

  test('a plan that came back as JSON is a start too', () => {
    const copied = JSON.parse(JSON.stringify(previous)) as ChargingPlan;
    const warm = optimize(SITE, { ...RELAX, previous: copied });
    expect(checkPlan(SITE, warm, RELAX)).toEqual([]);
    expect(warm.relaxedGap).toBeLessThanOrEqual(0.001);
  });

  test('a plan of something else altogether does no harm', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const problem = smallProblem(seed);
      const warm = optimize(problem, { ...RELAX, previous });
      expect(checkPlan(problem, warm, RELAX)).toEqual([]);
      expect(isSame(warm, optimize(problem, RELAX))).toBe(true);
    }
  });

  test('with the minimum current kept, a chain of small changes stays certified', () => {
    let plan = optimize(SITE);
    for (const factor of [0.97, 1.02, 0.9, 1.05]) {
      const problem = tighter(SITE, factor);
      plan = optimize(problem, { previous: plan });
      expect(checkPlan(problem, plan)).toEqual([]);
      expect(plan.relaxedGap).toBeLessThanOrEqual(0.001);
    }
  });
});

describe('with a time limit', () => {
  test('the clock is asked, and what there is comes back with its honest gap', () => {
    let asked = 0;
    const plan = optimize(SITE, { ...RELAX, timeLimitMs: 5, elapsedMs: () => asked++ });
    expect(asked).toBeGreaterThan(1);
    expect(checkPlan(SITE, plan, RELAX)).toEqual([]);
    const all = optimize(SITE, RELAX);
    expect(plan.lowerBound).toBeLessThanOrEqual(all.cost.total);
    expect(plan.gap).toBeGreaterThanOrEqual(0);
    expect(plan.cost.total).toBeGreaterThanOrEqual(all.lowerBound);
  });
});
