import { demandCost, demandWindows } from './demand.js';
import type { Layout } from './fairShare/layout.js';
import type { ChargingProblem, PlanCost } from './types.js';

export interface Outcome {
  readonly cost: PlanCost;
  /** Per session of the layout. */
  readonly energyWh: Float64Array;
  readonly shortfallWh: Float64Array;
}

/** What is left below this share of the energy wanted is rounding, and no shortfall. */
const SHORTFALL_TOLERANCE = 1e-12;

/** What a plan delivers and costs in real money: no tie-breaks, no penalties of our own. */
export function outcomeOf(problem: ChargingProblem, layout: Layout, currentA: Float64Array): Outcome {
  const { sessions, slots, slotHours, wattsPerAmpere } = layout;
  const energyWh = new Float64Array(sessions);
  let energyCost = 0;
  for (let slot = 0; slot < slots; slot++) {
    let slotWh = 0;
    for (let session = 0; session < sessions; session++) {
      const cellA = currentA[slot * sessions + session] as number;
      if (cellA === 0) continue;
      const wh = cellA * (wattsPerAmpere[session] as number) * (slotHours[slot] as number);
      energyWh[session] = (energyWh[session] as number) + wh;
      slotWh += wh;
    }
    energyCost += (slotWh / 1000) * (layout.energyPricePerKwh[slot] as number);
  }
  const { shortfallWh, shortfallCost } = shortfallOf(layout, energyWh);
  const demand = demandCostOf(problem, layout, currentA);
  const total = energyCost + demand + shortfallCost;
  return { cost: { energy: energyCost, demand, shortfall: shortfallCost, total }, energyWh, shortfallWh };
}

function shortfallOf(
  layout: Layout,
  energyWh: Float64Array,
): { readonly shortfallWh: Float64Array; readonly shortfallCost: number } {
  const shortfallWh = new Float64Array(layout.sessions);
  let shortfallCost = 0;
  for (let session = 0; session < layout.sessions; session++) {
    const wantedWh = layout.energyWh[session] as number;
    const missingWh = wantedWh - (energyWh[session] as number);
    if (missingWh <= wantedWh * SHORTFALL_TOLERANCE) continue;
    shortfallWh[session] = missingWh;
    shortfallCost += (missingWh / 1000) * (layout.shortfallPricePerKwh[session] as number);
  }
  return { shortfallWh, shortfallCost };
}

function demandCostOf(problem: ChargingProblem, layout: Layout, currentA: Float64Array): number {
  const charges = problem.demandCharges ?? [];
  if (charges.length === 0) return 0;
  const parents = new Map(problem.circuits.map((circuit) => [circuit.id, circuit.parentId]));
  const { boundariesMs } = problem;
  const loads = new Map<string, Float64Array>();
  let cost = 0;
  for (const charge of charges) {
    const carKw = loads.get(charge.circuitId) ?? carLoadKw({ problem, layout, currentA, parents }, charge.circuitId);
    loads.set(charge.circuitId, carKw);
    const windows = demandWindows(charge, boundariesMs);
    cost += demandCost(charge, windows, { carKw: (slot) => carKw[slot] as number, boundariesMs });
  }
  return cost;
}

function carLoadKw(
  of: {
    readonly problem: ChargingProblem;
    readonly layout: Layout;
    readonly currentA: Float64Array;
    readonly parents: ReadonlyMap<string, string | null>;
  },
  circuitId: string,
): Float64Array {
  const { problem, layout, currentA, parents } = of;
  const loadKw = new Float64Array(layout.slots);
  for (let session = 0; session < layout.sessions; session++) {
    let at: string | null = problem.sessions[layout.problemIndex[session] as number]?.circuitId ?? null;
    while (at !== null && at !== circuitId) at = parents.get(at) ?? null;
    if (at === null) continue;
    const kwPerAmpere = (layout.wattsPerAmpere[session] as number) / 1000;
    for (let slot = 0; slot < layout.slots; slot++) {
      const cellA = currentA[slot * layout.sessions + session] as number;
      loadKw[slot] = (loadKw[slot] as number) + cellA * kwPerAmpere;
    }
  }
  return loadKw;
}
