import { shareFairly } from './fairShare/shareFairly.js';
import type { ChargingPlan, ChargingProblem, OptimizeOptions } from './types.js';

export const DEFAULT_GAP = 0.001;

/** The plan of least cost for a problem. */
export function optimize(problem: ChargingProblem, options: OptimizeOptions = {}): ChargingPlan {
  return shareFairly(problem, options);
}
