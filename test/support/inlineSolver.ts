import { type ChargingProblem, InvalidProblem, optimize } from '../../optimizer/index.js';
import type { SolveOptions, Solver, SolverResult } from '../../src/plan/solver.js';

/** The optimizer in this very thread, without a time limit: the same answer for the same problem, at once. */
export class InlineSolver implements Solver {
  async solve(problem: ChargingProblem, { gap, minimumCurrent }: SolveOptions): Promise<SolverResult> {
    try {
      const options = {
        ...(gap === undefined ? {} : { gap }),
        ...(minimumCurrent === undefined ? {} : { minimumCurrent }),
      };
      return { outcome: 'solved', plan: optimize(problem, options), solveMs: 0 };
    } catch (error) {
      if (!(error instanceof InvalidProblem)) throw error;
      return { outcome: 'invalid', code: error.code, field: error.field, detail: error.message };
    }
  }

  async close(): Promise<void> {}
}
