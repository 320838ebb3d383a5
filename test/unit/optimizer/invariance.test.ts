import { describe, expect, test } from 'vitest';
import {
  type ChargingPlan,
  type ChargingProblem,
  optimize,
  type Phase,
  type Series,
} from '../../../optimizer/index.js';
import { generate } from '../../support/optimizer/generate.js';
import { smallProblem } from '../../support/optimizer/smallProblem.js';

const SEEDS = Array.from({ length: 40 }, (_, index) => 900 + index);
const RELAX = { minimumCurrent: 'relax' } as const;
const NEXT: Readonly<Record<Phase, Phase>> = { L1: 'L2', L2: 'L3', L3: 'L1' };

function plan(problem: ChargingProblem): ChargingPlan {
  return optimize(problem, RELAX);
}

/** Both optima lie between their bound and their cost: so this is what can be said of them. */
function isNotDearer(easier: ChargingPlan, harder: ChargingPlan): boolean {
  return easier.lowerBound <= harder.cost.total + 1e-9 * Math.abs(harder.cost.total);
}

function isSame(a: ChargingPlan, b: ChargingPlan): boolean {
  return isNotDearer(a, b) && isNotDearer(b, a);
}

function scaled(series: Series | 'unlimited', factor: number): Series | 'unlimited' {
  if (series === 'unlimited') return series;
  return typeof series === 'number' ? series * factor : series.map((value) => value * factor);
}

function withLimits(problem: ChargingProblem, change: (limit: Series | 'unlimited') => Series | 'unlimited') {
  return {
    ...problem,
    circuits: problem.circuits.map((circuit) => ({
      ...circuit,
      limitA: { L1: change(circuit.limitA.L1), L2: change(circuit.limitA.L2), L3: change(circuit.limitA.L3) },
    })),
  };
}

describe('the relaxed optimum', () => {
  test.each(SEEDS)('does not rise with more capacity, more time or lower prices (seed %i)', (seed) => {
    const problem = smallProblem(seed);
    const base = plan(problem);
    expect(isNotDearer(plan(withLimits(problem, (limit) => scaled(limit, 1.3))), base)).toBe(true);
    const { departureMs: _, ...stays } = problem.sessions[0] ?? {};
    const longer = { ...problem, sessions: [stays as ChargingProblem['sessions'][0], ...problem.sessions.slice(1)] };
    if (problem.sessions.length > 0) expect(isNotDearer(plan(longer), base)).toBe(true);
    const cheaper = { ...problem, energyPricePerKwh: problem.energyPricePerKwh.map((price) => price - 0.02) };
    expect(isNotDearer(plan(cheaper), base)).toBe(true);
  });

  test.each(SEEDS)(
    'does not depend on the order of sessions and circuits, nor on which phase is called L1 (seed %i)',
    (seed) => {
      const problem = smallProblem(seed);
      const base = plan(problem);
      const reversed = { ...problem, sessions: problem.sessions.toReversed(), circuits: problem.circuits.toReversed() };
      expect(isSame(plan(reversed), base)).toBe(true);
      const rotated = {
        ...problem,
        circuits: problem.circuits.map((circuit) => ({
          ...circuit,
          limitA: { L1: circuit.limitA.L3, L2: circuit.limitA.L1, L3: circuit.limitA.L2 },
        })),
        sessions: problem.sessions.map((session) => ({
          ...session,
          phases: session.phases.map((phase) => NEXT[phase]),
        })),
      };
      expect(isSame(plan(rotated), base)).toBe(true);
    },
  );
});

describe('a call', () => {
  const problem = generate({ kind: 'workplace', tightness: 'tight', sessions: 60, slots: 96, depth: 3, seed: 5 });

  test('gives the same plan for the same problem, to the last bit', () => {
    expect(optimize(problem)).toEqual(optimize(problem));
  });

  test('leaves the problem and the previous plan as they were', () => {
    const before = structuredClone(problem);
    const first = optimize(problem);
    const copy = structuredClone(first);
    optimize(problem, { previous: first });
    expect(problem).toEqual(before);
    expect(structuredClone(first)).toEqual(copy);
  });
});
