import type { DemandCharge } from '../../optimizer/index.js';
import type { SchedulePrices } from './prices.js';
import { weightOf } from './priority.js';

// What a kWh that a car goes without costs the plan. The rule: a need that was stated comes before money, whatever its priority.
//
//   dearest  = the highest price in the horizon + what one more kWh adds to every demand charge at its worst
//   stated   = 8   × dearest × weightOf(priority)      energy that a driver asked for
//   guessed  = 2.5 × dearest × weightOf(priority)      energy that nobody asked for, and that is taken to be wanted
//
// weightOf goes from 1/2 to 2. So the least of them, a guess of priority 0, is 1.25 × dearest: no price and no peak is a reason not
// to charge; they only move charging to another time. And of the same priority, who stated a need comes before who did not: also on a
// phase that is full, where a car of one phase takes the place of three times as much energy (8 / 3 > 2.5).
// An owner may say otherwise of peaks (peakMayOutweighDeparture): demand charges are then left out of `dearest`, and a peak that
// costs more than the energy is worth is not made.

/** Of the site's currency. Where energy costs next to nothing a shortfall must still be worse than any tie-break. */
export const DEAREST_LEAST_PER_KWH = 2;
const STATED_FACTOR = 8;
const GUESSED_FACTOR = 2.5;

/** A window shorter than this is the rest of one that is running, or lies between two changes of a limit. */
const WINDOW_LEAST_MS = 60_000;
const MS_PER_HOUR = 3_600_000;

/** What one more kWh may cost at the very worst. */
export function dearestPerKwh(
  prices: SchedulePrices,
  boundariesMs: readonly number[],
  peakMayOutweighDeparture: boolean,
): number {
  const highest = prices.energyPricePerKwh.reduce((most, price) => Math.max(most, price), 0);
  const peaks = peakMayOutweighDeparture ? [] : prices.demandCharges;
  const demand = peaks.reduce((sum, charge) => sum + wholeChargePerKwh(charge, boundariesMs), 0);
  return Math.max(DEAREST_LEAST_PER_KWH, highest + demand);
}

export function shortfallPricePerKwh(of: {
  readonly dearestPerKwh: number;
  readonly priority: number;
  readonly isStated: boolean;
}): number {
  return (of.isStated ? STATED_FACTOR : GUESSED_FACTOR) * of.dearestPerKwh * weightOf(of.priority);
}

/** A kWh within a window of h hours raises its mean power by 1 / h kW. */
function wholeChargePerKwh(
  { pricePerKw, weight = 1, windowMs }: DemandCharge,
  boundariesMs: readonly number[],
): number {
  const heaviest = typeof weight === 'number' ? weight : weight.reduce((most, one) => Math.max(most, one), 0);
  const shortestMs = windowMs ?? Math.max(WINDOW_LEAST_MS, shortestSlotMs(boundariesMs));
  return (pricePerKw * heaviest * MS_PER_HOUR) / shortestMs;
}

function shortestSlotMs(boundariesMs: readonly number[]): number {
  let shortestMs = Number.POSITIVE_INFINITY;
  for (let slot = 0; slot + 1 < boundariesMs.length; slot++)
    shortestMs = Math.min(shortestMs, (boundariesMs[slot + 1] ?? 0) - (boundariesMs[slot] ?? 0));
  return shortestMs;
}
