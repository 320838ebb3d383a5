import { unavoidableDemandCost } from '../demand.js';
import type { ChargingProblem } from '../types.js';
import type { Layout } from './layout.js';

/**
 * A cost that no plan can go below, minimum currents left aside. Proof: take any plan. Its demand charge is at least that of the
 * building alone, for cars only add to each window (weights are not negative). The rest is a sum over sessions. A session's
 * current in a slot is at most its EVSE's maximum and, on each row, at most what is left of the capacity by the reservations of
 * the others (or its own reservation, which it may always use). Within those bounds its cheapest plan takes the slots by
 * ascending price as long as a kWh costs less there than it costs to go without; the plan at hand can't be cheaper for it.
 */
export function lowerBoundOf(problem: ChargingProblem, layout: Layout): number {
  const prices = layout.energyPricePerKwh;
  const byPrice = Int32Array.from({ length: layout.slots }, (_, slot) => slot).sort(
    (a, b) => (prices[a] as number) - (prices[b] as number) || a - b,
  );
  let bound = unavoidableDemandCost(problem);
  for (let session = 0; session < layout.sessions; session++) bound += cheapestAlone(layout, byPrice, session);
  return bound;
}

function cheapestAlone(layout: Layout, byPrice: Int32Array, session: number): number {
  const shortfallPrice = layout.shortfallPricePerKwh[session] as number;
  const fromSlot = layout.fromSlot[session] as number;
  const toSlot = layout.toSlot[session] as number;
  let missingKwh = (layout.energyWh[session] as number) / 1000;
  let cost = 0;
  for (let rank = 0; rank < byPrice.length && missingKwh > 0; rank++) {
    const slot = byPrice[rank] as number;
    const price = layout.energyPricePerKwh[slot] as number;
    if (price >= shortfallPrice) break;
    if (slot < fromSlot || slot >= toSlot) continue;
    const kwhPerAmpere = ((layout.wattsPerAmpere[session] as number) * (layout.slotHours[slot] as number)) / 1000;
    const takenKwh = Math.min(missingKwh, aloneMaxA(layout, session, slot) * kwhPerAmpere);
    cost += takenKwh * price;
    missingKwh -= takenKwh;
  }
  return cost + missingKwh * shortfallPrice;
}

function aloneMaxA(layout: Layout, session: number, slot: number): number {
  const reservedA = layout.reservedA[slot * layout.sessions + session] as number;
  let leastA = layout.currentMaxA[slot * layout.sessions + session] as number;
  for (let step = layout.pathStart[session] as number; step < (layout.pathStart[session + 1] as number); step++) {
    const row = layout.pathRow[step] as number;
    const leftA = (layout.headroom[slot * layout.rows + row] as number) / (layout.pathCoefficient[step] as number);
    leastA = Math.min(leastA, Math.max(reservedA, leftA + reservedA));
  }
  return leastA;
}
