import type { ChargingPlan, ChargingProblem, OptimizeOptions } from '../../optimizer/index.js';
import { generate } from '../../test/support/optimizer/generate.js';
import type { Reference } from '../../test/support/optimizer/reference.js';
import type { SiteOptions } from '../../test/support/optimizer/siteOptions.js';
import { builtModule } from './children.js';
import { median } from './statistics.js';

type Optimizer = Pick<typeof import('../../optimizer/index.js'), 'optimize' | 'checkPlan'>;

/** Cut down until it takes a minute: to see that a benchmark works, not to measure. */
export const QUICK = process.env.EVENKEEL_BENCH_QUICK === '1';

/** What every scene of the optimizer's benchmarks has in common with one of these, apart from its seed and size. */
export const SITES: Readonly<Record<string, Pick<SiteOptions, 'kind' | 'tightness' | 'depth'>>> = {
  'workplace, tight, mixed phases': { kind: 'workplace', tightness: 'tight', depth: 3 },
  'overnight, loose, mixed phases': { kind: 'overnight', tightness: 'loose', depth: 4 },
  'depot, tight, all three-phase': { kind: 'depot', tightness: 'tight', depth: 4 },
  'workplace, short of energy, mixed phases': { kind: 'workplace', tightness: 'short', depth: 3 },
};

/** The usual seed, unless EVENKEEL_SEED says another. */
export function seedFrom(usual: number): number {
  const given = process.env.EVENKEEL_SEED;
  if (given === undefined) return usual;
  const seed = Number(given);
  if (!Number.isSafeInteger(seed)) throw new Error(`EVENKEEL_SEED must be a whole number, not ${given}`);
  return seed;
}

/**
 * Of the built program, as it is installed: what compiles on the fly slows it down. EVENKEEL_BENCH_SOURCES=1 takes the sources as
 * they stand, built or not.
 */
export async function loadOptimizer(): Promise<Optimizer> {
  const fromSources = process.env.EVENKEEL_BENCH_SOURCES === '1';
  return (await import(fromSources ? '../../optimizer/index.js' : builtModule('optimizer/index.js'))) as Optimizer;
}

/** Plans smaller sites until the compiler has seen every path. */
export function warmUp({ optimize }: Optimizer, reference?: Reference): void {
  for (let seed = 1; seed <= (QUICK ? 1 : 3); seed++) {
    for (const site of Object.values(SITES)) {
      const problem = generate({ ...site, seed, sessions: 120, slots: 96 });
      const plan = optimize(problem, { minimumCurrent: 'relax' });
      optimize(problem, { minimumCurrent: 'relax', previous: plan });
      optimize(problem);
      if (seed === 1) for (const presolve of ['on', 'off'] as const) reference?.solve(problem, { presolve });
    }
  }
}

export function timed<T>(run: () => T): { readonly result: T; readonly ms: number } {
  const startedMs = performance.now();
  const result = run();
  return { result, ms: performance.now() - startedMs };
}

/** The median over so many runs, and what the last of them answered. */
export function timedOften<T>(runs: number, run: () => T): { readonly result: T; readonly ms: number } {
  let last = timed(run);
  const times = [last.ms];
  while (times.length < runs) {
    last = timed(run);
    times.push(last.ms);
  }
  return { result: last.result, ms: median(times) };
}

/** HiGHS as it comes, with presolve, and at its best: with presolve or without, whichever is sooner. */
export function highsBothWays(reference: Reference, problem: ChargingProblem) {
  const withPresolve = reference.solve(problem, { presolve: 'on' });
  const without = reference.solve(problem, { presolve: 'off' });
  return {
    objective: withPresolve.objective,
    ms: withPresolve.runMs,
    bestMs: Math.min(withPresolve.runMs, without.runMs),
  };
}

/** As a service that has no time to spare asks: the first plan that keeps every limit. */
export function noTime(): OptimizeOptions {
  const startedMs = performance.now();
  return { timeLimitMs: 0, elapsedMs: () => performance.now() - startedMs };
}

/** As the contract has it for gaps. */
export function relativeTo(reference: number, value: number): number {
  return (value - reference) / Math.max(0.01, Math.abs(reference));
}

/** Per car, how often it changes between charging and not, from slot to slot. */
export function switchingsPerCar(plan: ChargingPlan): readonly number[] {
  return plan.currentA.map(
    (row) => row.filter((currentA, slot) => slot > 0 && currentA > 0 !== (row[slot - 1] ?? 0) > 0).length,
  );
}
