import type { Network } from './network.js';

// Prices run down the tree of groups, loads run up.

/**
 * placePrice[place] = slotPrice[slot] + what all limits above charge for a kWh there, at these row prices (>= 0).
 */
export function pricePlaces(
  network: Network,
  rowPrice: Float64Array,
  slotPrice: Float64Array,
  placePrice: Float64Array,
): void {
  const { groups, slots, groupParent, linkStart, linkCoefficient, linkRowBase, linkFrom, linkTo, linkDemand } = network;
  for (let group = 0; group < groups; group++) {
    const base = group * slots;
    const parent = groupParent[group] as number;
    if (parent < 0) placePrice.set(slotPrice, base);
    else placePrice.copyWithin(base, parent * slots, parent * slots + slots);
    for (let link = linkStart[group] as number; link < (linkStart[group + 1] as number); link++) {
      const demand = linkDemand[link] as number;
      if (demand >= 0) {
        priceDemand(network, demand, { rowPrice, placePrice, base });
        continue;
      }
      const coefficient = linkCoefficient[link] as number;
      const rowBase = linkRowBase[link] as number;
      for (let slot = linkFrom[link] as number, to = linkTo[link] as number; slot < to; slot++) {
        placePrice[base + slot] =
          (placePrice[base + slot] as number) + coefficient * (rowPrice[rowBase + slot] as number);
      }
    }
  }
}

function priceDemand(
  network: Network,
  index: number,
  at: { readonly rowPrice: Float64Array; readonly placePrice: Float64Array; readonly base: number },
): void {
  const demand = network.demands[index];
  if (demand === undefined) return;
  const { slotRow, slotKwPerKwh } = demand;
  for (let slot = 0; slot < slotRow.length; slot++) {
    const row = slotRow[slot] as number;
    if (row < 0) continue;
    const place = at.base + slot;
    at.placePrice[place] =
      (at.placePrice[place] as number) + (slotKwPerKwh[slot] as number) * (at.rowPrice[row] as number);
  }
}

/** rowLoad from what each place takes. Adds what children take to their parents in placeKwh on the way. */
export function loadRows(network: Network, placeKwh: Float64Array, rowLoad: Float64Array): void {
  const { groups, slots, groupParent, linkStart, linkCoefficient, linkRowBase, linkFrom, linkTo, linkDemand } = network;
  rowLoad.fill(0);
  for (let group = groups - 1; group >= 0; group--) {
    const base = group * slots;
    for (let link = linkStart[group] as number; link < (linkStart[group + 1] as number); link++) {
      const demand = network.demands[linkDemand[link] as number];
      if (demand !== undefined) {
        for (let slot = 0; slot < slots; slot++) {
          const row = demand.slotRow[slot] as number;
          if (row < 0) continue;
          const kw = (placeKwh[base + slot] as number) * (demand.slotKwPerKwh[slot] as number);
          rowLoad[row] = (rowLoad[row] as number) + kw;
        }
        continue;
      }
      const coefficient = linkCoefficient[link] as number;
      const rowBase = linkRowBase[link] as number;
      for (let slot = linkFrom[link] as number, to = linkTo[link] as number; slot < to; slot++) {
        rowLoad[rowBase + slot] = (rowLoad[rowBase + slot] as number) + coefficient * (placeKwh[base + slot] as number);
      }
    }
    const parent = groupParent[group] as number;
    if (parent < 0) continue;
    const to = parent * slots;
    for (let slot = 0; slot < slots; slot++) {
      placeKwh[to + slot] = (placeKwh[to + slot] as number) + (placeKwh[base + slot] as number);
    }
  }
}

/** Steps for the search of one session's price of energy: it ends by itself long before. */
const BOUND_STEPS_MAX = 4;
/** A gain below this share of a session's cost is not climbed for. */
const LITTLE = 1e-7;

/**
 * A cost, in real prices, that no plan of the relaxed problem goes below, by weak duality: for any row prices >= 0 (those of a demand
 * charge together at most its price) and any price of energy per session, at most what going without costs. The latter are improved
 * here one by one. Every priced row's price * capacity is taken off. `placePrice` is scratch, and holds the real prices afterwards.
 */
export function lowerBoundAt(
  network: Network,
  rowPrice: Float64Array,
  scratch: { readonly placePrice: Float64Array; readonly energyPrice: Float64Array },
): number {
  const { placePrice, energyPrice } = scratch;
  let bound = 0;
  for (const demand of network.demands) bound += demandTerm(demand, rowPrice);
  pricePlaces(network, rowPrice, network.price, placePrice);
  for (let session = 0; session < network.sessions; session++) {
    bound += sessionTerm(network, placePrice, session, energyPrice[session] as number);
  }
  const { rows, capacity } = network;
  for (let row = 0; row < rows; row++) {
    const price = rowPrice[row] as number;
    if (price > 0) bound -= price * (capacity[row] as number);
  }
  return bound;
}

/** Scales a demand charge's row prices down to its price where they exceed it; the rest of its price is paid on the least peak. */
function demandTerm(demand: Network['demands'][number], rowPrice: Float64Array): number {
  let sum = 0;
  const last = demand.firstRow + demand.windows;
  for (let row = demand.firstRow; row < last; row++) sum += rowPrice[row] as number;
  if (sum > demand.pricePerKw) {
    const scale = demand.pricePerKw / sum;
    for (let row = demand.firstRow; row < last; row++) rowPrice[row] = (rowPrice[row] as number) * scale;
    sum = demand.pricePerKw;
  }
  return (demand.pricePerKw - sum) * demand.peakMinKw - demand.pricePerKw * demand.charge.peakSoFarKw;
}

/**
 * max over l <= shortfall price of l * wanted - sum of cellKwh * max(0, l - price): what the session costs at these prices. Concave and
 * piecewise linear; climbed from breakpoint to breakpoint.
 */
function sessionTerm(network: Network, placePrice: Float64Array, session: number, startPrice: number): number {
  const { cellStart, cellPlace, cellKwh } = network;
  const wanted = network.wantedKwh[session] as number;
  const most = network.shortfallPrice[session] as number;
  const from = cellStart[session] as number;
  const to = cellStart[session + 1] as number;
  // A step that can raise the bound by less is left out: the tie-break alone makes many.
  const little = LITTLE * wanted * Math.abs(startPrice);
  let price = startPrice < most ? startPrice : most;
  let best = Number.NEGATIVE_INFINITY;
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  for (let step = 0; step < BOUND_STEPS_MAX; step++) {
    let below = 0;
    let at = 0;
    let paid = 0;
    let nextUp = Number.POSITIVE_INFINITY;
    let nextDown = Number.NEGATIVE_INFINITY;
    for (let cell = from; cell < to; cell++) {
      const cellPrice = placePrice[cellPlace[cell] as number] as number;
      if (cellPrice < price) {
        const kwh = cellKwh[cell] as number;
        below += kwh;
        paid += kwh * cellPrice;
        if (cellPrice > nextDown) nextDown = cellPrice;
      } else if (cellPrice > price) {
        if (cellPrice < nextUp) nextUp = cellPrice;
      } else at += cellKwh[cell] as number;
    }
    const value = price * (wanted - below) + paid;
    if (value > best) best = value;
    if (below > wanted) {
      // Too dear: fewer cells should be worth it.
      high = price;
      if (nextDown <= low || (below - wanted) * (price - nextDown) < little) break;
      price = nextDown;
    } else if (below + at < wanted && price < most) {
      low = price;
      const next = nextUp < most ? nextUp : most;
      if (next >= high || (wanted - below - at) * (next - price) < little) break;
      price = next;
    } else break;
  }
  return best;
}
