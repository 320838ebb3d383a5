export { checkPlan } from './checkPlan.js';
export { DEFAULT_MIN_OFF_MS, DEFAULT_MIN_ON_MS, shareFairly } from './fairShare/shareFairly.js';
export { InvalidProblem, type InvalidProblemCode } from './invalidProblem.js';
export { DEFAULT_GAP, optimize } from './optimize.js';
export type {
  ChargingPlan,
  ChargingProblem,
  DemandCharge,
  LimitedBy,
  OptimizeOptions,
  Phase,
  PlanCost,
  ProblemCircuit,
  ProblemSession,
  Series,
  Violation,
} from './types.js';
