import type { ChargingPlan, ChargingProblem, InvalidProblemCode } from '../../optimizer/index.js';

/** Runs the optimizer somewhere else than on the event loop of whoever asks. */
export interface Solver {
  /** Never rejects: whatever comes of it is one of the outcomes. */
  solve(problem: ChargingProblem, options: SolveOptions): Promise<SolverResult>;
  /** Nothing of it runs when this resolves. What was under way resolves 'busy', and so does what is asked later. */
  close(): Promise<void>;
}

export interface SolveOptions {
  /** After this long no further improvement is started; the first plan is always finished. Counts from when its solving begins. */
  readonly timeLimitMs: number;
  /**
   * Names a problem that is solved again and again as it changes, such as a site's: the plan returned last for the same key is
   * where the next begins. Of one key only the newest request waits.
   */
  readonly warmKey?: string;
  readonly minimumCurrent?: 'respect' | 'relax';
  readonly gap?: number;
}

export type SolverResult =
  | { readonly outcome: 'solved'; readonly plan: ChargingPlan; readonly solveMs: number }
  /** The problem is malformed, as InvalidProblem says it. */
  | {
      readonly outcome: 'invalid';
      readonly code: InvalidProblemCode;
      /** A JSON pointer into the problem. */
      readonly field: string;
      readonly detail: string;
    }
  /** A newer request of the same key took its place before it was begun. */
  | { readonly outcome: 'superseded' }
  /** Nothing was computed, for lack of room or because it is closing. May be asked again. */
  | { readonly outcome: 'busy' }
  /** It took so much longer than its time limit that it was ended by force. */
  | { readonly outcome: 'timedOut' }
  /** Our bug, or too little memory. */
  | { readonly outcome: 'failed'; readonly detail: string };
