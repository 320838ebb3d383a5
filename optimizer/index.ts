export { checkPlan } from './checkPlan.js';
export { InvalidProblem, type InvalidProblemCode } from './invalidProblem.js';
export { DEFAULT_GAP, DEFAULT_MIN_OFF_MS, DEFAULT_MIN_ON_MS, optimize } from './optimize.js';
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
