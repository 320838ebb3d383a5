import { demandWindows } from '../demand.js';
import type { ChargingProblem, DemandCharge } from '../types.js';

/** A demand charge that cars can make dearer. */
export interface Demand {
  readonly charge: DemandCharge;
  readonly pricePerKw: number;
  /** No plan's peak is lower: what was reached, and what the building reaches alone. */
  readonly peakMinKw: number;
  readonly firstRow: number;
  readonly windows: number;
  /** Per slot: the row of its window or -1, and kW of mean weighted power in it for each kWh. */
  readonly slotRow: Int32Array;
  readonly slotKwPerKwh: Float64Array;
}

export function layOutDemands(problem: ChargingProblem, firstRow: number): Demand[] {
  const demands: Demand[] = [];
  let row = firstRow;
  for (const charge of problem.demandCharges ?? []) {
    if (charge.pricePerKw === 0) continue;
    const windows = demandWindows(charge, problem.boundariesMs);
    const slots = problem.boundariesMs.length - 1;
    const slotRow = new Int32Array(slots).fill(-1);
    const slotKwPerKwh = new Float64Array(slots);
    let peakMinKw = charge.peakSoFarKw;
    for (const [index, window] of windows.entries()) {
      peakMinKw = Math.max(peakMinKw, window.baseKwh / window.hours);
      for (let slot = window.fromSlot; slot < window.toSlot; slot++) {
        slotRow[slot] = row + index;
        const { weight = 1 } = charge;
        slotKwPerKwh[slot] = (typeof weight === 'number' ? weight : (weight[slot] ?? 0)) / window.hours;
      }
    }
    demands.push({
      charge,
      pricePerKw: charge.pricePerKw,
      peakMinKw,
      firstRow: row,
      windows: windows.length,
      slotRow,
      slotKwPerKwh,
    });
    row += windows.length;
  }
  return demands;
}
