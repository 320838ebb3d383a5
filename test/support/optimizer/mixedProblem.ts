import type { ChargingProblem } from '../../../optimizer/index.js';
import { SeededRandom } from '../seededRandom.js';
import { generate } from './generate.js';
import type { SiteOptions } from './siteOptions.js';

/** A site of any kind, size, depth and tightness, with any of the features: all drawn from the seed. */
export function mixedProblem(seed: number): ChargingProblem {
  return generate(mixedOptions(seed));
}

/** What mixedProblem(seed) generates from. */
export function mixedOptions(seed: number): SiteOptions {
  // Apart from the stream that generate() draws from, which takes its seed from the same number.
  const random = new SeededRandom(Math.imul(seed, 0x9e3779b1) ^ 0x51ed270b);
  const sometimes = () => random.chance(0.25);
  return {
    seed,
    kind: random.pick(['workplace', 'depot', 'overnight'] as const),
    tightness: random.pick(['tight', 'loose', 'short'] as const),
    sessions: random.integer(20, 300),
    slots: random.pick([96, 288]),
    depth: random.pick([2, 3, 4] as const),
    features: {
      twoPhaseCars: sometimes(),
      rotatedPhases: sometimes(),
      mixedVoltages: sometimes(),
      dcCars: sometimes(),
      powerLimits: sometimes(),
      demandCharges: random.pick([0, 0, 0, 1, 2] as const),
      negativePrices: sometimes(),
      varyingMaximum: sometimes(),
      unevenSlots: sometimes(),
      droppedLimits: sometimes(),
      noLateArrivals: sometimes(),
    },
  };
}
