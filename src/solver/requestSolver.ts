import {
  type ChargingProblem,
  type checkPlan,
  InvalidProblem,
  type optimize,
  type Violation,
} from '../../optimizer/index.js';
import { WARM_CELLS_MAX, WARM_PLANS_MAX } from './bounds.js';
import type { SolveMessage, WorkerMessage } from './messages.js';
import { unpackNumbers } from './packNumbers.js';
import { packPlan } from './packPlan.js';
import { WarmPlans } from './warmPlans.js';

interface Answer {
  readonly message: WorkerMessage;
  /** They change hands with it. */
  readonly buffers: readonly ArrayBuffer[];
}

/** What a worker does with each request; it keeps the last plan of each key. */
export class RequestSolver {
  readonly #optimize: typeof optimize;
  readonly #checkPlan: typeof checkPlan;
  readonly #nowMs: () => number;
  readonly #plans = new WarmPlans({ plansMax: WARM_PLANS_MAX, cellsMax: WARM_CELLS_MAX });

  /** `nowMs` is any clock that runs evenly. */
  constructor(parts: {
    readonly optimize: typeof optimize;
    readonly checkPlan: typeof checkPlan;
    readonly nowMs: () => number;
  }) {
    this.#optimize = parts.optimize;
    this.#checkPlan = parts.checkPlan;
    this.#nowMs = parts.nowMs;
  }

  solve({ problem, options }: SolveMessage): Answer {
    const { warmKey, ...given } = options;
    const previous = warmKey === undefined ? undefined : this.#plans.get(warmKey);
    const startMs = this.#nowMs();
    const elapsedMs = () => this.#nowMs() - startMs;
    try {
      const unpacked = unpackNumbers(problem) as ChargingProblem;
      const plan = this.#optimize(unpacked, {
        ...given,
        elapsedMs,
        ...(previous === undefined ? {} : { previous }),
      });
      const solveMs = elapsedMs();
      // No plan leaves that was not checked by code that knows nothing of the solver.
      const { minimumCurrent = 'respect' } = given;
      const violations = this.#checkPlan(unpacked, plan, { minimumCurrent });
      if (violations.length > 0) throw new BrokenPlan(violations);
      if (warmKey !== undefined) this.#plans.put(warmKey, plan);
      const { packed, buffers } = packPlan(plan);
      return { message: { type: 'solved', plan: packed, solveMs }, buffers };
    } catch (error) {
      if (error instanceof InvalidProblem) {
        return {
          message: { type: 'invalid', code: error.code, field: error.field, detail: error.message },
          buffers: [],
        };
      }
      // What the next would begin from may be what this one stumbled over.
      if (warmKey !== undefined) this.#plans.delete(warmKey);
      return { message: { type: 'failed', detail: detailOf(error) }, buffers: [] };
    }
  }
}

/** Our bug: the solver made a plan that breaks its problem. */
class BrokenPlan extends Error {
  constructor(violations: readonly Violation[]) {
    super(
      `the plan breaks ${violations.length} rules and was thrown away; the first: ${JSON.stringify(violations[0])}`,
    );
  }
}

function detailOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
