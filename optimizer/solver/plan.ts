import type { ChargingPlan, ChargingProblem, LimitedBy, PlanCost } from '../types.js';
import type { Network } from './network.js';
import { type Primal, peakOf, rowLoadsOf } from './primal.js';
import { type Guide, reasonsOf, tabulatePlaces } from './reasons.js';

/** A smaller shortfall is rounding. */
const SHORTFALL_DUST_KWH = 5e-10;
/** Less than this is no current. */
const CURRENT_DUST_A = 1e-9;

type Body = Pick<ChargingPlan, 'currentA' | 'energyWh' | 'shortfallWh' | 'cost' | 'limitedBy'>;

/** A plan in the problem's order, with real costs and reasons. */
export function describePlan(
  problem: ChargingProblem,
  network: Network,
  primal: Primal,
  given: Omit<Guide, 'places'>,
): Body {
  const guide: Guide = { ...given, places: tabulatePlaces(network, given) };
  const { sessions, slots, problemIndex, cellStart, cellSlot, slotHours, kwPerAmpere, wantedKwh } = network;
  const currentA: number[][] = new Array(sessions);
  const limitedBy: LimitedBy[][] = new Array(sessions);
  const energyWh = new Array<number>(sessions).fill(0);
  const shortfallWh = new Array<number>(sessions).fill(0);
  let energy = 0;
  let shortfall = 0;
  for (let session = 0; session < sessions; session++) {
    const currents = new Array<number>(slots).fill(0);
    const kw = kwPerAmpere[session] as number;
    let kwh = 0;
    for (let cell = cellStart[session] as number; cell < (cellStart[session + 1] as number); cell++) {
      const taken = primal.kwh[cell] as number;
      if (taken === 0) continue;
      const slot = cellSlot[cell] as number;
      const amperes = taken / (kw * (slotHours[slot] as number));
      if (amperes < CURRENT_DUST_A) continue;
      currents[slot] = (currents[slot] as number) + amperes;
      kwh += taken;
      energy += taken * (network.price[slot] as number);
    }
    const wanted = wantedKwh[session] as number;
    const missing = wanted - kwh > SHORTFALL_DUST_KWH ? wanted - kwh : 0;
    shortfall += missing * (network.shortfallPrice[session] as number);
    const index = problemIndex[session] as number;
    currentA[index] = currents;
    limitedBy[index] = reasonsOf(problem, network, { session, currents, guide });
    energyWh[index] = kwh * 1000;
    shortfallWh[index] = missing * 1000;
  }
  const demand = demandCostOf(network, primal);
  const cost: PlanCost = { energy, demand, shortfall, total: energy + demand + shortfall };
  return { currentA, energyWh, shortfallWh, cost, limitedBy };
}

function demandCostOf(network: Network, primal: Primal): number {
  if (network.demands.length === 0) return 0;
  const load = rowLoadsOf(network, primal.kwh);
  let cost = 0;
  for (const demand of network.demands) {
    cost += demand.pricePerKw * (peakOf(network, demand, load) - demand.charge.peakSoFarKw);
  }
  return cost;
}
