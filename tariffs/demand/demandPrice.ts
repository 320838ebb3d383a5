import { assertNever } from '../assertNever.js';
import type { DemandChargeComponent, DemandPrice } from '../types.js';
import { monthOfYear } from './months.js';

/** What a mean of peaks is off by at most: 5.8, 5.0 and 4.2 reach the step from 5. */
const NOISE_KW = 1e-9;

export interface DemandStep {
  readonly fromKw: number;
  /** Of the step above. Absent: it is the highest. */
  readonly toKw?: number;
  readonly pricePerMonth: number;
}

/** What a kW costs in a month. Throws RangeError where no rate holds in it. */
export function monthlyPricePerKw(price: DemandPrice & { readonly kind: 'perKw' }, month: string): number {
  const rate = price.rates.find(({ months }) => months === undefined || months.includes(monthOfYear(month)));
  if (rate === undefined)
    throw new RangeError(`a demand charge has no price per kW in ${month}: end its rates with one without months`);
  return price.per === 'year' ? rate.pricePerKw / 12 : rate.pricePerKw;
}

/** The step that a peak has reached. Throws RangeError where all begin above it. */
export function stepAt({ steps }: DemandPrice & { readonly kind: 'steps' }, peakKw: number): DemandStep {
  const index = steps.findLastIndex(({ fromKw }) => fromKw <= peakKw + NOISE_KW);
  const step = steps[index];
  if (step === undefined) throw new RangeError(`a demand charge has no step for ${peakKw} kW: begin its steps at 0`);
  const above = steps[index + 1];
  return { ...step, ...(above === undefined ? {} : { toKw: above.fromKw }) };
}

/** What one more kW costs in a month, of steps what it costs on the way to the next one: a step's rise, spread over its width. */
export function slopePerKw({ price }: DemandChargeComponent, month: string, peakKw: number): number {
  switch (price.kind) {
    case 'perKw':
      return monthlyPricePerKw(price, month);
    case 'steps': {
      const { fromKw, toKw, pricePerMonth } = stepAt(price, peakKw);
      return toKw === undefined ? 0 : (stepAt(price, toKw).pricePerMonth - pricePerMonth) / (toKw - fromKw);
    }
    default:
      return assertNever(price);
  }
}
