import type { SessionDimensionPrice } from '../types.js';

/** What a session is charged in one dimension at one price. */
export interface SessionCharge {
  readonly price: SessionDimensionPrice;
  readonly month: string;
  /** kWh of energy, hours of time and parking, 1 of flat. */
  readonly quantity: number;
}

/** Below this a part of a step is rounding, and not begun. */
const NOISE_STEPS = 1e-6;

/**
 * OCPI 2.2.1 mod_cdrs, "step size": the session's total is rounded up, once for energy and once for time and parking together, by the
 * step of the last price that was used, and at that price. Where both times are charged only the parking is rounded.
 */
export function withStepsRoundedUp(charges: readonly SessionCharge[]): SessionCharge[] {
  const rounded = charges.some(({ price }) => price.dimension === 'parking') ? 'parking' : 'time';
  return [...charges, ...roundedUp(charges, 'energy', 1000), ...roundedUp(charges, rounded, 3600)];
}

/** The rest of the last step, if one has begun. */
function roundedUp(
  charges: readonly SessionCharge[],
  dimension: SessionDimensionPrice['dimension'],
  stepsPerUnit: number,
): SessionCharge[] {
  const charged = charges.filter(({ price }) => price.dimension === dimension);
  const last = charged.at(-1);
  if (last === undefined || !(last.price.stepSize > 0)) return [];
  const total = charged.reduce((sum, { quantity }) => sum + quantity, 0);
  const steps = (total * stepsPerUnit) / last.price.stepSize;
  const missing = Math.ceil(steps - NOISE_STEPS) - steps;
  if (missing <= 0) return [];
  return [{ ...last, quantity: (missing * last.price.stepSize) / stepsPerUnit }];
}
