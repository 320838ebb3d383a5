import type { SlotIndex } from './augment.js';
import type { Network } from './network.js';
import { emptyPrimal, type Primal } from './primal.js';

const KWH_EPSILON = 1e-12;
/**
 * Urgencies are sorted as whole numbers of this fineness, with the cell in the low digits: together no more than a double holds exactly.
 */
const URGENCY_FINENESS = 2 ** 26;
const CELLS_MAX = 2 ** 26;

/** Which rows each group loads, and what is left of them: the network's own, or fewer that say the same. Row in slot t is pathRowBase + t. */
export interface Paths
  extends Pick<Network, 'pathStart' | 'pathRowBase' | 'pathFrom' | 'pathTo' | 'pathCoefficient' | 'pathDemand'> {
  readonly free: Float64Array;
}

/**
 * The first plan: slots by ascending price; inside a slot the most urgent session first, that is the one that needs most of what it could
 * still take in the slots to come. Each takes what its limits leave.
 */
export function greedyPlan(network: Network, index: SlotIndex, slotPrice: Float64Array, paths?: Paths): Primal {
  const primal = emptyPrimal(network);
  for (const demand of network.demands) {
    for (let row = demand.firstRow; row < demand.firstRow + demand.windows; row++) {
      primal.free[row] = Number.POSITIVE_INFINITY;
    }
  }
  const { slots, sessions, cellKwh, cellPlace, shortfallPrice } = network;
  const { pathStart, pathRowBase, pathFrom, pathTo, pathCoefficient, pathDemand } = paths ?? network;
  const { kwh, missingKwh } = primal;
  const free = paths?.free ?? primal.free;
  const { slotStart, slotCell, cellSession } = index;
  const couldTake = new Float64Array(sessions);
  for (let cell = 0; cell < cellKwh.length; cell++) {
    const session = cellSession[cell] as number;
    couldTake[session] = (couldTake[session] as number) + (cellKwh[cell] as number);
  }
  const order = Int32Array.from({ length: slots }, (_, slot) => slot).sort(
    (a, b) => (slotPrice[a] as number) - (slotPrice[b] as number) || a - b,
  );
  const keys = new Float64Array(cellKwh.length);
  for (const slot of order) {
    let count = 0;
    for (let at = slotStart[slot] as number; at < (slotStart[slot + 1] as number); at++) {
      const cell = slotCell[at] as number;
      const session = cellSession[cell] as number;
      const could = couldTake[session] as number;
      const missing = missingKwh[session] as number;
      couldTake[session] = could - (cellKwh[cell] as number);
      const worth = shortfallPrice[session] as number;
      if (missing <= KWH_EPSILON || worth <= (slotPrice[slot] as number)) continue;
      let urgency = missing / could;
      if (missing > could - (cellKwh[cell] as number)) urgency += worth;
      // From 0 to below 1, in the same order, however urgent.
      const bounded = urgency / (1 + urgency);
      keys[count++] = -Math.floor(bounded * URGENCY_FINENESS) * CELLS_MAX + at;
    }
    const sorted = keys.subarray(0, count).sort();
    for (let at = 0; at < count; at++) {
      const key = sorted[at] as number;
      const cell = slotCell[key - Math.floor(key / CELLS_MAX) * CELLS_MAX] as number;
      const session = cellSession[cell] as number;
      const missing = missingKwh[session] as number;
      let taken = cellKwh[cell] as number;
      if (missing < taken) taken = missing;
      // What roomAt and takeAt do, without their calls: this is the innermost loop, and peaks have no say in it.
      const group = ((cellPlace[cell] as number) / slots) | 0;
      const from = pathStart[group] as number;
      const to = pathStart[group + 1] as number;
      for (let step = from; step < to && taken > KWH_EPSILON; step++) {
        if (
          slot < (pathFrom[step] as number) ||
          slot >= (pathTo[step] as number) ||
          (pathDemand[step] as number) >= 0
        ) {
          continue;
        }
        const left = (free[(pathRowBase[step] as number) + slot] as number) / (pathCoefficient[step] as number);
        if (left < taken) taken = left;
      }
      if (taken <= KWH_EPSILON) continue;
      kwh[cell] = taken;
      missingKwh[session] = missing - taken;
      for (let step = from; step < to; step++) {
        if (
          slot < (pathFrom[step] as number) ||
          slot >= (pathTo[step] as number) ||
          (pathDemand[step] as number) >= 0
        ) {
          continue;
        }
        const row = (pathRowBase[step] as number) + slot;
        free[row] = (free[row] as number) - taken * (pathCoefficient[step] as number);
      }
    }
  }
  return primal;
}

export function cellsBySlot(network: Network): SlotIndex {
  const { slots, sessions, cellStart, cellSlot } = network;
  const cells = cellSlot.length;
  const slotStart = new Int32Array(slots + 1);
  for (let cell = 0; cell < cells; cell++) {
    const after = (cellSlot[cell] as number) + 1;
    slotStart[after] = (slotStart[after] as number) + 1;
  }
  for (let slot = 0; slot < slots; slot++)
    slotStart[slot + 1] = (slotStart[slot + 1] as number) + (slotStart[slot] as number);
  const next = slotStart.slice();
  const slotCell = new Int32Array(cells);
  const cellSession = new Int32Array(cells);
  for (let session = 0; session < sessions; session++) {
    for (let cell = cellStart[session] as number; cell < (cellStart[session + 1] as number); cell++) {
      cellSession[cell] = session;
      const slot = cellSlot[cell] as number;
      const at = next[slot] as number;
      slotCell[at] = cell;
      next[slot] = at + 1;
    }
  }
  return { slotStart, slotCell, cellSession };
}
