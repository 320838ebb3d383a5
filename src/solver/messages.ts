import type { ChargingPlan, InvalidProblemCode, LimitedBy } from '../../optimizer/index.js';
import type { SolveOptions } from '../plan/solver.js';

// What pool and worker say to each other. One request is with a worker at a time, so an answer needs no number.

/** What a worker is started with. */
export interface WorkerSettings {
  /** Added to that of the process, as of nice(1): the higher, the more it steps back for other threads. */
  readonly niceness: number;
}

export interface SolveMessage {
  /** As packNumbers made it of a ChargingProblem. */
  readonly problem: unknown;
  readonly options: SolveOptions;
}

export type WorkerMessage =
  /** `warmUpFault`: it could not warm up, which is our bug, but takes work all the same. */
  | { readonly type: 'ready'; readonly warmUpFault?: string }
  | { readonly type: 'solved'; readonly plan: PackedPlan; readonly solveMs: number }
  | { readonly type: 'invalid'; readonly code: InvalidProblemCode; readonly field: string; readonly detail: string }
  | { readonly type: 'failed'; readonly detail: string };

/** A plan as it crosses between threads: its rows end to end, and each reason told once. */
export interface PackedPlan extends Omit<ChargingPlan, 'currentA' | 'energyWh' | 'shortfallWh' | 'limitedBy'> {
  readonly sessions: number;
  readonly slots: number;
  /** [session * slots + slot]. */
  readonly currentA: Float64Array;
  readonly energyWh: Float64Array;
  readonly shortfallWh: Float64Array;
  /** [session * slots + slot]: the index of its reason. */
  readonly limitedBy: Int32Array;
  readonly reasons: readonly LimitedBy[];
}
