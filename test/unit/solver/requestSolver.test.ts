import { describe, expect, it } from 'vitest';
import { type ChargingPlan, checkPlan, type OptimizeOptions, optimize } from '../../../optimizer/index.js';
import type { SolveOptions } from '../../../src/plan/solver.js';
import { RequestSolver } from '../../../src/solver/requestSolver.js';
import { WarmPlans } from '../../../src/solver/warmPlans.js';
import { problem, session } from '../optimizer/problems.js';

const PROBLEM = problem(20, [session('a'), session('b')], { slots: 4 });

/** A solver whose optimizer is watched, and fails while it is told to. */
function watched() {
  const seen: { options: OptimizeOptions; plan: ChargingPlan }[] = [];
  const state = { nowMs: 1_000, failing: false, overloading: false };
  const solver = new RequestSolver({
    nowMs: () => state.nowMs,
    checkPlan,
    optimize: (given, options = {}) => {
      if (state.failing) throw new Error('a bug');
      const good = optimize(given, { minimumCurrent: options.minimumCurrent ?? 'respect' });
      const plan = state.overloading ? { ...good, currentA: good.currentA.map((row) => row.map(() => 32)) } : good;
      seen.push({ options, plan });
      return plan;
    },
  });
  const solve = (options: SolveOptions, given: unknown = PROBLEM) => solver.solve({ problem: given, options }).message;
  return { seen, state, solve };
}

describe('a worker', () => {
  it('begins from the very plan object that it returned last for the key', () => {
    const { seen, solve } = watched();
    solve({ timeLimitMs: 100, warmKey: 'depot' });
    solve({ timeLimitMs: 100, warmKey: 'villa' });
    solve({ timeLimitMs: 100, warmKey: 'depot' });
    expect(seen.map(({ options }) => options.previous)).toEqual([undefined, undefined, seen[0]?.plan]);
    expect(seen[2]?.options.previous).toBe(seen[0]?.plan);
  });

  it('lets no plan out that breaks a limit', () => {
    const { state, solve } = watched();
    state.overloading = true;
    const message = solve({ timeLimitMs: 100 });
    expect(message.type).toBe('failed');
    expect(JSON.stringify(message)).toContain('breaks');
  });

  it('keeps nothing of a request without a key', () => {
    const { seen, solve } = watched();
    solve({ timeLimitMs: 100 });
    solve({ timeLimitMs: 100 });
    expect(seen[1]?.options.previous).toBeUndefined();
  });

  it('hands in a clock that begins with the call, and the options as given', () => {
    const { seen, state, solve } = watched();
    solve({ timeLimitMs: 100, gap: 0.05, minimumCurrent: 'relax', warmKey: 'depot' });
    const { elapsedMs, ...options } = seen[0]?.options ?? {};
    expect(options).toEqual({ timeLimitMs: 100, gap: 0.05, minimumCurrent: 'relax' });
    expect(elapsedMs?.()).toBe(0);
    state.nowMs += 70;
    expect(elapsedMs?.()).toBe(70);
  });

  it('says of a malformed problem what InvalidProblem says, and goes on from the plan before', () => {
    const { seen, solve } = watched();
    solve({ timeLimitMs: 100, warmKey: 'depot' });
    expect(solve({ timeLimitMs: 100, warmKey: 'depot' }, { ...PROBLEM, energyPricePerKwh: [1] })).toMatchObject({
      type: 'invalid',
      code: 'WRONG_LENGTH',
      field: '/energyPricePerKwh',
      detail: expect.stringContaining('4 numbers'),
    });
    solve({ timeLimitMs: 100, warmKey: 'depot' });
    expect(seen.at(-1)?.options.previous).toBe(seen[0]?.plan);
  });

  it('answers a failure of the optimizer, and begins afresh after it', () => {
    const { seen, state, solve } = watched();
    solve({ timeLimitMs: 100, warmKey: 'depot' });
    state.failing = true;
    expect(solve({ timeLimitMs: 100, warmKey: 'depot' })).toMatchObject({
      type: 'failed',
      detail: expect.stringContaining('a bug'),
    });
    state.failing = false;
    solve({ timeLimitMs: 100, warmKey: 'depot' });
    expect(seen.at(-1)?.options.previous).toBeUndefined();
  });
});

describe('the plans it keeps', () => {
  const planOf = (sessions: number): ChargingPlan =>
    optimize(
      problem(
        1_000,
        Array.from({ length: sessions }, (_, index) => session(`s${index}`)),
        { slots: 10 },
      ),
    );

  it('are those used last', () => {
    const plans = new WarmPlans({ plansMax: 2, cellsMax: 1_000 });
    plans.put('a', planOf(1));
    plans.put('b', planOf(1));
    plans.put('a', planOf(1));
    plans.put('c', planOf(1));
    expect(['a', 'b', 'c'].map((key) => plans.get(key) !== undefined)).toEqual([true, false, true]);
  });

  it('are bounded in size together', () => {
    const plans = new WarmPlans({ plansMax: 100, cellsMax: 100 });
    plans.put('a', planOf(4));
    plans.put('b', planOf(5));
    expect(plans.get('a')).toBeDefined();
    plans.put('c', planOf(2));
    expect(['a', 'b', 'c'].map((key) => plans.get(key) !== undefined)).toEqual([false, true, true]);
    plans.put('huge', planOf(11));
    expect(['b', 'c', 'huge'].some((key) => plans.get(key) !== undefined)).toBe(false);
    plans.put('d', planOf(10));
    expect(plans.get('d')).toBeDefined();
  });
});
