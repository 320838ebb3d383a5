import type { SlotIndex } from './augment.js';
import { Exchange } from './exchange.js';
import { flowPaths, isSingleCommodity } from './flow.js';
import { greedyPlan } from './greedy.js';
import type { Network } from './network.js';
import { costOf, type Primal, rowLoadsOf } from './primal.js';
import { type Relaxed, type RelaxOptions, relax, type Start } from './relax.js';

/**
 * The relaxed problem: from an earlier solution where there is one. Else from a greedy plan; by exchanges until it is optimal where these can
 * get there, by Newton's method on the dual everywhere else.
 */
export function solveRelaxed(
  network: Network,
  index: SlotIndex,
  given: Start | undefined,
  options: RelaxOptions,
): Relaxed {
  if (given?.rowPrice !== undefined) return relax(network, index, given, options);
  const isFlow = isSingleCommodity(network);
  const greedy = greedyPlan(network, index, network.tiltedPrice, isFlow ? flowPaths(network) : undefined);
  const primal = given !== undefined && costOf(network, given.primal) < costOf(network, greedy) ? given.primal : greedy;
  if (!isFlow) return relax(network, index, { primal }, options);
  if (options.isTimeUp()) return relax(network, index, { primal: withFree(network, primal) }, options);
  const exchange = new Exchange(network, primal);
  exchange.run(options.isTimeUp);
  const start = {
    primal: withFree(network, primal),
    rowPrice: exchange.rowPrices(),
    energyPrice: exchange.label,
  };
  return relax(network, index, start, options);
}

function withFree(network: Network, primal: Primal): Primal {
  return { ...primal, free: freeOf(network, primal.kwh) };
}

function freeOf(network: Network, kwh: Float64Array): Float64Array {
  const free = rowLoadsOf(network, kwh);
  for (let row = 0; row < network.rows; row++) {
    free[row] = Math.max(0, (network.capacity[row] as number) - (free[row] as number));
  }
  return free;
}
