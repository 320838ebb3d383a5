import type { SlotIndex } from './augment.js';
import { Exchange, isSingleCommodity } from './exchange.js';
import { greedyPlan } from './greedy.js';
import type { Network } from './network.js';
import { type Primal, rowLoadsOf } from './primal.js';
import { type Relaxed, type RelaxOptions, relax } from './relax.js';

/** The relaxed problem from nothing: a greedy plan; exchanges until it is optimal where these can get there; else Newton's method on the dual. */
export function solveRelaxed(network: Network, index: SlotIndex, options: RelaxOptions): Relaxed {
  const primal = greedyPlan(network, index, network.tiltedPrice);
  if (!isSingleCommodity(network) || options.isTimeUp()) return relax(network, index, { primal }, options);
  const exchange = new Exchange(network, primal);
  exchange.run(options.isTimeUp);
  const improved: Primal = { ...primal, free: freeOf(network, primal.kwh) };
  const start = { primal: improved, rowPrice: exchange.rowPrices(), energyPrice: exchange.label };
  return relax(network, index, start, options);
}

function freeOf(network: Network, kwh: Float64Array): Float64Array {
  const free = rowLoadsOf(network, kwh);
  for (let row = 0; row < network.rows; row++) {
    free[row] = Math.max(0, (network.capacity[row] as number) - (free[row] as number));
  }
  return free;
}
