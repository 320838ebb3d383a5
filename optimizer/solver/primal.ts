import type { Network } from './network.js';
import { loadRows } from './prices.js';

/** A plan of the relaxed problem as the stages pass it on. */
export interface Primal {
  /** Per cell. */
  readonly kwh: Float64Array;
  /** Per session: wanted and not planned. */
  readonly missingKwh: Float64Array;
  /** Per row: what is left of it. For a demand row: kW below the peak that is allowed for. */
  readonly free: Float64Array;
}

export function emptyPrimal(network: Network): Primal {
  return {
    kwh: new Float64Array(network.cellKwh.length),
    missingKwh: network.wantedKwh.slice(),
    free: network.capacity.slice(),
  };
}

/** How much more kWh fit at a place, at most `most`. */
export function roomAt(network: Network, free: Float64Array, place: number, most: number): number {
  const { slots, pathStart, pathRowBase, pathFrom, pathTo, pathCoefficient, pathDemand } = network;
  const group = (place / slots) | 0;
  const slot = place - group * slots;
  let room = most;
  for (let step = pathStart[group] as number, to = pathStart[group + 1] as number; step < to; step++) {
    if (slot < (pathFrom[step] as number) || slot >= (pathTo[step] as number)) continue;
    const left =
      (pathDemand[step] as number) < 0
        ? (free[(pathRowBase[step] as number) + slot] as number) / (pathCoefficient[step] as number)
        : roomBelowPeak(network, free, pathDemand[step] as number, slot);
    if (left < room) room = left;
  }
  return room > 0 ? room : 0;
}

function roomBelowPeak(network: Network, free: Float64Array, index: number, slot: number): number {
  const demand = network.demands[index];
  const row = demand?.slotRow[slot] ?? -1;
  const perKwh = demand?.slotKwPerKwh[slot] ?? 0;
  return row < 0 || perKwh === 0 ? Number.POSITIVE_INFINITY : (free[row] as number) / perKwh;
}

/** Takes kWh (negative: gives them back) at a place off all its rows. */
export function takeAt(network: Network, free: Float64Array, place: number, kwh: number): void {
  const { slots, pathStart, pathRowBase, pathFrom, pathTo, pathCoefficient, pathDemand } = network;
  const group = (place / slots) | 0;
  const slot = place - group * slots;
  for (let step = pathStart[group] as number, to = pathStart[group + 1] as number; step < to; step++) {
    if (slot < (pathFrom[step] as number) || slot >= (pathTo[step] as number)) continue;
    if ((pathDemand[step] as number) < 0) {
      const row = (pathRowBase[step] as number) + slot;
      free[row] = (free[row] as number) - kwh * (pathCoefficient[step] as number);
    } else takeBelowPeak(network, free, { index: pathDemand[step] as number, slot, kwh });
  }
}

function takeBelowPeak(
  network: Network,
  free: Float64Array,
  at: { readonly index: number; readonly slot: number; readonly kwh: number },
): void {
  const demand = network.demands[at.index];
  const row = demand?.slotRow[at.slot] ?? -1;
  if (row >= 0) free[row] = (free[row] as number) - at.kwh * (demand?.slotKwPerKwh[at.slot] ?? 0);
}

/** What a relaxed plan costs, in real prices, demand charges above what was reached before included. */
export function costOf(network: Network, primal: Primal): number {
  const { sessions, cellStart, cellSlot, price, shortfallPrice } = network;
  const { kwh, missingKwh } = primal;
  let cost = 0;
  for (let session = 0; session < sessions; session++) {
    for (let cell = cellStart[session] as number, to = cellStart[session + 1] as number; cell < to; cell++) {
      const taken = kwh[cell] as number;
      if (taken > 0) cost += taken * (price[cellSlot[cell] as number] as number);
    }
    cost += (missingKwh[session] as number) * (shortfallPrice[session] as number);
  }
  if (network.demands.length > 0) {
    const load = rowLoadsOf(network, kwh);
    for (const demand of network.demands) {
      cost += demand.pricePerKw * (peakOf(network, demand, load) - demand.charge.peakSoFarKw);
    }
  }
  return cost;
}

export function peakOf(network: Network, demand: Network['demands'][number], load: Float64Array): number {
  let peak = demand.peakMinKw;
  for (let row = demand.firstRow; row < demand.firstRow + demand.windows; row++) {
    peak = Math.max(peak, (load[row] as number) - (network.capacity[row] as number));
  }
  return peak;
}

export function rowLoadsOf(network: Network, kwh: Float64Array): Float64Array {
  const placeKwh = new Float64Array(network.groups * network.slots);
  const { cellPlace } = network;
  for (let cell = 0; cell < kwh.length; cell++) {
    const place = cellPlace[cell] as number;
    placeKwh[place] = (placeKwh[place] as number) + (kwh[cell] as number);
  }
  const load = new Float64Array(network.rows);
  loadRows(network, placeKwh, load);
  return load;
}

/** What is left below this is rounding. */
const KWH_EPSILON = 1e-9;

/** What the dual answers, as far as a plan is made of it. */
export interface Answers {
  readonly share: Float64Array;
  readonly energyPrice: Float64Array;
  readonly peakKw: Float64Array;
  readonly placePrice: Float64Array;
}

/**
 * Makes a plan of the dual's answers, which may exceed rows a little. Each session takes what it answered as far as there is room, those to whom
 * a kWh is worth most first: they have nowhere else to go. What is missing then is put where there is room, cheapest place first. Peaks
 * may rise above what was answered where going without costs more.
 */
export function repair(network: Network, answers: Answers): Primal {
  return improve(network, fitAnswers(network, answers), answers);
}

/** The first half of it: what was answered, and what is missing, where there is room. What fits as it is stays as it is. */
export function fitAnswers(network: Network, answers: Answers): Primal {
  const primal = emptyPrimal(network);
  allowPeaks(network, primal, (index) => answers.peakKw[index] as number);
  const order = byWorth(network, answers.energyPrice);
  for (const session of order) takeAnswers(network, primal, answers.share, session);
  topUp(network, primal, answers.placePrice, order);
  return primal;
}

function improve(network: Network, primal: Primal, answers: Answers): Primal {
  shiftToCheaper(network, primal);
  if (network.demands.length === 0) return primal;
  return withHigherPeaks(network, primal, answers, byWorth(network, answers.energyPrice));
}

/** The same with what is still missing put where it raises peaks, if that is cheaper. */
function withHigherPeaks(network: Network, primal: Primal, answers: Answers, order: Int32Array): Primal {
  const higher: Primal = {
    kwh: primal.kwh.slice(),
    missingKwh: primal.missingKwh.slice(),
    free: primal.free.slice(),
  };
  for (const demand of network.demands) {
    higher.free.fill(Number.POSITIVE_INFINITY, demand.firstRow, demand.firstRow + demand.windows);
  }
  topUp(network, higher, answers.placePrice, order);
  return costOf(network, higher) < costOf(network, primal) ? higher : primal;
}

function allowPeaks(network: Network, primal: Primal, peakKw: (index: number) => number): void {
  for (const [index, demand] of network.demands.entries()) {
    for (let row = demand.firstRow; row < demand.firstRow + demand.windows; row++) {
      primal.free[row] = Math.max(0, (network.capacity[row] as number) + peakKw(index));
    }
  }
}

/** Sessions by descending price of energy. */
function byWorth(network: Network, energyPrice: Float64Array): Int32Array {
  const { sessions } = network;
  // Sorting plain numbers is many times faster than sorting with a comparator.
  const keys = new Float64Array(sessions);
  let dearest = Number.MIN_VALUE;
  for (const price of energyPrice) dearest = Math.max(dearest, Math.abs(price));
  for (let session = 0; session < sessions; session++) {
    const share = (energyPrice[session] as number) / dearest;
    keys[session] = -Math.round(share * WORTH_FINENESS) * SESSIONS_MAX + session;
  }
  keys.sort();
  return Int32Array.from(keys, (key) => key - Math.floor(key / SESSIONS_MAX) * SESSIONS_MAX);
}

/** Of the dearest; with the session in the low digits no more than a double holds exactly. */
const WORTH_FINENESS = 2 ** 31;
const SESSIONS_MAX = 2 ** 20;

function takeAnswers(network: Network, primal: Primal, share: Float64Array, session: number): void {
  const { cellStart, cellPlace, cellKwh } = network;
  let missing = primal.missingKwh[session] as number;
  for (let cell = cellStart[session] as number; cell < (cellStart[session + 1] as number); cell++) {
    const part = share[cell] as number;
    if (part === 0) continue;
    const place = cellPlace[cell] as number;
    const taken = roomAt(network, primal.free, place, Math.min(missing, part * (cellKwh[cell] as number)));
    if (taken <= 0) continue;
    primal.kwh[cell] = taken;
    takeAt(network, primal.free, place, taken);
    missing -= taken;
  }
  primal.missingKwh[session] = missing <= KWH_EPSILON ? 0 : missing;
}

/** Puts missing energy where there is room, for as long as a place is cheaper than going without. */
function topUp(network: Network, primal: Primal, placePrice: Float64Array, order: Int32Array): void {
  const { cellStart, cellPlace, cellKwh, shortfallPrice } = network;
  const { kwh, missingKwh, free } = primal;
  for (const session of order) {
    if ((missingKwh[session] as number) <= KWH_EPSILON) continue;
    const most = shortfallPrice[session] as number;
    const cells: number[] = [];
    for (let cell = cellStart[session] as number; cell < (cellStart[session + 1] as number); cell++) {
      const isOpen = (placePrice[cellPlace[cell] as number] as number) < most;
      if (isOpen && (kwh[cell] as number) < (cellKwh[cell] as number)) cells.push(cell);
    }
    cells.sort(
      (a, b) =>
        (placePrice[cellPlace[a] as number] as number) - (placePrice[cellPlace[b] as number] as number) || a - b,
    );
    let missing = missingKwh[session] as number;
    for (const cell of cells) {
      if (missing <= KWH_EPSILON) break;
      const place = cellPlace[cell] as number;
      const taken = roomAt(network, free, place, Math.min(missing, (cellKwh[cell] as number) - (kwh[cell] as number)));
      if (taken <= 0) continue;
      kwh[cell] = (kwh[cell] as number) + taken;
      takeAt(network, free, place, taken);
      missing -= taken;
    }
    missingKwh[session] = missing <= KWH_EPSILON ? 0 : missing;
  }
}

/** Moves each session's energy from its dearest slots to cheaper ones, as far as there is room left in these. */
function shiftToCheaper(network: Network, primal: Primal): void {
  const { sessions, slots, cellStart, cellSlot, cellPlace, cellKwh, price } = network;
  const { kwh, free } = primal;
  const rank = new Int32Array(slots);
  const byPrice = Int32Array.from({ length: slots }, (_, slot) => slot).sort(
    (a, b) => (price[a] as number) - (price[b] as number) || a - b,
  );
  for (let at = 0; at < slots; at++) rank[byPrice[at] as number] = at;
  // Cells of one session by the rank of their slot; -1 where it has none. Reserved parts stay as they are.
  const cellAt = new Int32Array(slots).fill(-1);
  for (let session = 0; session < sessions; session++) {
    const from = cellStart[session] as number;
    const to = cellStart[session + 1] as number;
    let cheap = slots;
    let dear = -1;
    for (let cell = from; cell < to; cell++) {
      const at = rank[cellSlot[cell] as number] as number;
      cellAt[at] = cell;
      if ((kwh[cell] as number) > KWH_EPSILON) {
        if (at > dear) dear = at;
      }
      if (at < cheap) cheap = at;
    }
    for (; cheap < dear; cheap++) {
      const into = cellAt[cheap] as number;
      if (into < 0) continue;
      let left = (cellKwh[into] as number) - (kwh[into] as number);
      if (left <= KWH_EPSILON) continue;
      left = roomAt(network, free, cellPlace[into] as number, left);
      while (left > KWH_EPSILON && dear > cheap) {
        const outOf = cellAt[dear] as number;
        const has = outOf < 0 ? 0 : (kwh[outOf] as number);
        const isCheaper = (price[byPrice[cheap] as number] as number) < (price[byPrice[dear] as number] as number);
        if (has <= KWH_EPSILON || !isCheaper) {
          dear--;
          continue;
        }
        const moved = Math.min(left, has);
        kwh[outOf] = has - moved;
        kwh[into] = (kwh[into] as number) + moved;
        takeAt(network, free, cellPlace[outOf] as number, -moved);
        takeAt(network, free, cellPlace[into] as number, moved);
        left -= moved;
      }
    }
    for (let cell = from; cell < to; cell++) cellAt[rank[cellSlot[cell] as number] as number] = -1;
  }
}
