import { type ChargingPlan, type ChargingProblem, optimize } from '../../optimizer/index.js';
import type { SolveOptions, Solver, SolverResult } from '../../src/plan/solver.js';
import type { Clock } from '../../src/site/clock.js';
import { SeededRandom } from './seededRandom.js';

/**
 * A solver in virtual time: the optimizer itself, whose answer comes a while after the question, or not at all. Draws from a random
 * source of its own, so that a world is the same with it and without.
 */
export class VirtualSolver implements Solver {
  /** How likely an ask comes to nothing: busy, failed, out of time, or never answered. */
  trouble = 0;
  /** How often the optimizer may look at its clock before its time is up: the same at each run, unlike time. */
  looksMax = 1_000;
  /** What a kWh costs at an instant, where a test wants other prices than the problem has. */
  priceAt: ((atMs: number) => number) | undefined;
  private readonly clock: Clock;
  private readonly random: SeededRandom;
  private readonly warm = new Map<string, ChargingPlan>();

  constructor(clock: Clock, seed: number) {
    this.clock = clock;
    this.random = new SeededRandom(seed);
  }

  solve(problem: ChargingProblem, { warmKey }: SolveOptions): Promise<SolverResult> {
    const solveMs = this.random.between(5, 800);
    const comesToNothing = this.random.chance(this.trouble);
    const result = comesToNothing ? this.random.pick(TROUBLES) : this.solution(problem, warmKey, solveMs);
    return new Promise((resolve) => {
      if (result !== 'never') this.clock.after(solveMs, () => resolve(result));
    });
  }

  async close(): Promise<void> {}

  private solution(problem: ChargingProblem, warmKey: string | undefined, solveMs: number): SolverResult {
    const previous = warmKey === undefined ? undefined : this.warm.get(warmKey);
    let looks = 0;
    const limit = { timeLimitMs: this.looksMax, elapsedMs: () => looks++ };
    const plan = optimize(this.priced(problem), previous === undefined ? limit : { ...limit, previous });
    if (warmKey !== undefined) this.warm.set(warmKey, plan);
    return { outcome: 'solved', plan, solveMs };
  }

  private priced(problem: ChargingProblem): ChargingProblem {
    const { priceAt } = this;
    if (priceAt === undefined) return problem;
    return { ...problem, energyPricePerKwh: problem.boundariesMs.slice(0, -1).map((ms) => priceAt(ms)) };
  }
}

const TROUBLES: readonly (SolverResult | 'never')[] = [
  { outcome: 'busy' },
  { outcome: 'superseded' },
  { outcome: 'timedOut' },
  { outcome: 'failed', detail: 'out of memory' },
  'never',
];
