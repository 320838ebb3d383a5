import type { Paths } from './greedy.js';
import type { Network } from './network.js';

// The network where all sessions load their limits alike: one limit for each circuit.

export function isSingleCommodity({ table, demands }: Network): boolean {
  if (demands.length > 0 || table.kinds > 1) return false;
  for (let session = 1; session < table.count; session++) if (table.mask[session] !== table.mask[0]) return false;
  return true;
}

export function placesAbove({ groups, slots, groupParent }: Network): Int32Array {
  const above = new Int32Array(groups * slots).fill(-1);
  for (let group = 0; group < groups; group++) {
    const parent = groupParent[group] as number;
    if (parent < 0) continue;
    for (let slot = 0; slot < slots; slot++) above[group * slots + slot] = parent * slots + slot;
  }
  return above;
}

/** The limits of each circuit as one, in kWh: as good as all of them where all sessions load them alike. */
export function flowPaths(network: Network): Paths {
  const { groups, slots, groupParent } = network;
  const pathStart = new Int32Array(groups + 1);
  const rowBase: number[] = [];
  for (let group = 0; group < groups; group++) {
    for (let at = group; at >= 0; at = groupParent[at] as number) rowBase.push(at * slots);
    pathStart[group + 1] = rowBase.length;
  }
  return {
    pathStart,
    pathRowBase: Int32Array.from(rowBase),
    pathFrom: new Int32Array(rowBase.length),
    pathTo: new Int32Array(rowBase.length).fill(slots),
    pathCoefficient: new Float64Array(rowBase.length).fill(1),
    pathDemand: new Int32Array(rowBase.length).fill(-1),
    free: groupRooms(network),
  };
}

/** Per place, what the group's own limits admit, in kWh. */
export function groupRooms(network: Network): Float64Array {
  const { groups, slots, linkStart, linkRowBase, linkFrom, linkTo, linkCoefficient, capacity } = network;
  const room = new Float64Array(groups * slots).fill(Number.POSITIVE_INFINITY);
  for (let group = 0; group < groups; group++) {
    for (let link = linkStart[group] as number; link < (linkStart[group + 1] as number); link++) {
      const coefficient = linkCoefficient[link] as number;
      for (let slot = linkFrom[link] as number; slot < (linkTo[link] as number); slot++) {
        const place = group * slots + slot;
        const kwh = (capacity[(linkRowBase[link] as number) + slot] as number) / coefficient;
        if (kwh < (room[place] as number)) room[place] = kwh;
      }
    }
  }
  return room;
}

/** Counting sort: items[start[key] .. start[key + 1]) are those of a key, in order. */
export function sortInto(keyOf: Int32Array, start: Int32Array, items: Int32Array): void {
  for (let item = 0; item < keyOf.length; item++) {
    const after = (keyOf[item] as number) + 1;
    start[after] = (start[after] as number) + 1;
  }
  for (let key = 0; key + 1 < start.length; key++) start[key + 1] = (start[key + 1] as number) + (start[key] as number);
  const next = start.slice();
  for (let item = 0; item < keyOf.length; item++) {
    const key = keyOf[item] as number;
    items[next[key] as number] = item;
    next[key] = (next[key] as number) + 1;
  }
}

/** The most groups on any way up. */
export function depthOf({ groups, groupParent }: Network): number {
  const depth = new Int32Array(groups);
  let most = 1;
  for (let group = 0; group < groups; group++) {
    const parent = groupParent[group] as number;
    depth[group] = parent < 0 ? 1 : (depth[parent] as number) + 1;
    most = Math.max(most, depth[group] as number);
  }
  return most;
}

export function preorder(parentOf: Int32Array): {
  readonly rankOf: Int32Array;
  readonly groupAt: Int32Array;
  readonly subtree: Int32Array;
} {
  const groups = parentOf.length;
  const subtree = new Int32Array(groups).fill(1);
  // Parents have smaller indices than their children.
  for (let group = groups - 1; group >= 0; group--) {
    const parent = parentOf[group] as number;
    if (parent >= 0) subtree[parent] = (subtree[parent] as number) + (subtree[group] as number);
  }
  const rankOf = new Int32Array(groups);
  const groupAt = new Int32Array(groups);
  const taken = new Int32Array(groups);
  let roots = 0;
  for (let group = 0; group < groups; group++) {
    const parent = parentOf[group] as number;
    const rank = parent < 0 ? roots : (rankOf[parent] as number) + 1 + (taken[parent] as number);
    if (parent < 0) roots += subtree[group] as number;
    else taken[parent] = (taken[parent] as number) + (subtree[group] as number);
    rankOf[group] = rank;
    groupAt[rank] = group;
  }
  return { rankOf, groupAt, subtree };
}
