import type { Network } from './network.js';

/** Roughly how many kWh one unit of a row stands for, to measure violations of all kinds by one yardstick. */
export function kwhPerRowUnit(network: Network): Float64Array {
  const { rows, linkCoefficient, linkRowBase, linkFrom, linkTo, linkDemand, demands } = network;
  const kwh = new Float64Array(rows).fill(1);
  const seen = new Uint8Array(rows);
  for (let link = 0; link < linkCoefficient.length; link++) {
    if ((linkDemand[link] as number) >= 0) continue;
    const unit = 1 / (linkCoefficient[link] as number);
    for (let slot = linkFrom[link] as number; slot < (linkTo[link] as number); slot++) {
      const row = (linkRowBase[link] as number) + slot;
      if (seen[row] === 0 || unit > (kwh[row] as number)) kwh[row] = unit;
      seen[row] = 1;
    }
  }
  for (const demand of demands) {
    for (const [slot, row] of demand.slotRow.entries()) {
      if (row >= 0) kwh[row] = 1 / Math.max(1e-9, demand.slotKwPerKwh[slot] as number);
    }
  }
  return kwh;
}

/**
 * No row needs a price far above what drives everybody out: the shortfall price, and the width on top of it. Without a bound, a row that
 * nothing relieves would be priced without end.
 */
const PRICES_ABOVE_SHORTFALL = 20;

export function rowPricesMax(
  { rows, firstDemandRow, shortfallPrice, price, demands }: Network,
  rowKwh: Float64Array,
): Float64Array {
  let dearest = 0;
  for (const value of shortfallPrice) dearest = Math.max(dearest, value);
  let cheapest = 0;
  for (const value of price) cheapest = Math.min(cheapest, value);
  const most = new Float64Array(rows);
  const placePriceMax = PRICES_ABOVE_SHORTFALL * (dearest - cheapest);
  for (let row = 0; row < firstDemandRow; row++) most[row] = placePriceMax * (rowKwh[row] as number);
  for (const demand of demands) {
    most.fill(PRICES_ABOVE_SHORTFALL * demand.pricePerKw, demand.firstRow, demand.firstRow + demand.windows);
  }
  return most;
}
