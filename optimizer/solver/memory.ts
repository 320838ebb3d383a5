import type { ChargingPlan, ChargingProblem, ProblemCircuit, ProblemSession } from '../types.js';
import type { Network } from './network.js';
import { pricePlaces } from './prices.js';
import { type Answers, fitAnswers, type Primal, repair } from './primal.js';
import type { Relaxed, Start } from './relax.js';

// What a plan remembers of how it was found, so that the next problem, a little different, starts from there. It hangs on the plan itself,
// unseen by JSON and by copies: a plan that was sent somewhere and back has only its currents left, which is still a start.

const MEMORY = Symbol('what the optimizer remembers of a plan');

interface Memory {
  readonly problem: ChargingProblem;
  readonly network: Network;
  readonly relaxed: Relaxed;
}

type Remembering = ChargingPlan & { readonly [MEMORY]?: Memory };

export function remember(plan: ChargingPlan, memory: Memory): ChargingPlan {
  return Object.defineProperty(plan, MEMORY, { value: memory });
}

/** The copy remembers what the plan does. */
export function rememberLike(plan: ChargingPlan, copy: ChargingPlan): ChargingPlan {
  const memory = (plan as Remembering)[MEMORY];
  return memory === undefined ? copy : remember(copy, memory);
}

/** A start from an earlier plan, or undefined where it has nothing in common with the problem. */
export function recall(problem: ChargingProblem, network: Network, previous: ChargingPlan): Start | undefined {
  const memory = (previous as Remembering)[MEMORY];
  if (memory === undefined) return startFromCurrents(network, previous);
  const slotMap = mapSlots(problem.boundariesMs, memory.problem.boundariesMs);
  const rowPrice = recallRowPrices(problem, network, memory, slotMap);
  const energyPrice = new Float64Array(network.sessions);
  const share = new Float64Array(network.cellKwh.length);
  const oldSession = new Map<string, number>();
  for (let session = 0; session < memory.network.sessions; session++) {
    const index = memory.network.problemIndex[session] as number;
    oldSession.set((memory.problem.sessions[index] as ProblemSession).id, session);
  }
  let known = 0;
  for (let session = 0; session < network.sessions; session++) {
    const { id } = problem.sessions[network.problemIndex[session] as number] as ProblemSession;
    const old = oldSession.get(id);
    energyPrice[session] = network.shortfallPrice[session] as number;
    if (old === undefined) continue;
    known++;
    energyPrice[session] = memory.relaxed.energyPrice[old] as number;
    recallShares(network, memory, { session, old, slotMap, share });
  }
  if (known === 0) return undefined;
  const placePrice = new Float64Array(network.groups * network.slots);
  pricePlaces(network, rowPrice, network.tiltedPrice, placePrice);
  const peakKw = Float64Array.from(network.demands, ({ peakMinKw }) => peakMinKw);
  const primal = fitAnswers(network, { share, energyPrice, peakKw: allowedPeaks(network, memory, peakKw), placePrice });
  return { primal, rowPrice, energyPrice };
}

/** The plan's own currents, where its shape fits. Row prices start at 0. */
function startFromCurrents(network: Network, previous: ChargingPlan): Start | undefined {
  const { sessions, slots, cellStart, cellSlot, cellKwh, kwPerAmpere, slotHours, problemIndex } = network;
  if (previous.currentA.length !== sessions) return undefined;
  if (previous.currentA.some((row) => row.length !== slots)) return undefined;
  const share = new Float64Array(cellKwh.length);
  for (let session = 0; session < sessions; session++) {
    const currents = previous.currentA[problemIndex[session] as number] ?? [];
    const left = Float64Array.from(currents, (current, slot) => {
      const kwh = current * (kwPerAmpere[session] as number) * (slotHours[slot] as number);
      return Number.isFinite(kwh) && kwh > 0 ? kwh : 0;
    });
    for (let cell = cellStart[session] as number; cell < (cellStart[session + 1] as number); cell++) {
      const slot = cellSlot[cell] as number;
      const kwh = Math.min(left[slot] as number, cellKwh[cell] as number);
      share[cell] = kwh / (cellKwh[cell] as number);
      left[slot] = (left[slot] as number) - kwh;
    }
  }
  const placePrice = new Float64Array(network.groups * slots);
  pricePlaces(network, new Float64Array(network.rows), network.tiltedPrice, placePrice);
  const peakKw = new Float64Array(network.demands.length).fill(Number.POSITIVE_INFINITY);
  const answers: Answers = { share, energyPrice: network.shortfallPrice, peakKw, placePrice };
  const primal: Primal = repair(network, answers);
  return { primal };
}

/** Per slot, the old slot in which it begins; -1 where there is none. */
function mapSlots(boundariesMs: readonly number[], oldMs: readonly number[]): Int32Array {
  const slots = boundariesMs.length - 1;
  const map = new Int32Array(slots).fill(-1);
  let old = 0;
  for (let slot = 0; slot < slots; slot++) {
    const startMs = boundariesMs[slot] as number;
    while (old < oldMs.length - 1 && (oldMs[old + 1] as number) <= startMs) old++;
    if (old < oldMs.length - 1 && (oldMs[old] as number) <= startMs) map[slot] = old;
  }
  return map;
}

/** A row's price is per A·h, per kWh or per kW: the same for slots of other lengths. */
function recallRowPrices(
  problem: ChargingProblem,
  network: Network,
  memory: Memory,
  slotMap: Int32Array,
): Float64Array {
  const rowPrice = new Float64Array(network.rows);
  const old = memory.network.circuits;
  const oldPrice = memory.relaxed.rowPrice;
  const { circuits } = network;
  for (let circuit = 0; circuit < problem.circuits.length; circuit++) {
    const before = old.indexOf.get((problem.circuits[circuit] as ProblemCircuit).id);
    if (before === undefined) continue;
    for (let kind = 0; kind < 4; kind++) {
      const now = circuits.classAt[circuit * 4 + kind] as number;
      const then = old.classAt[before * 4 + kind] as number;
      if (now < 0 || then < 0) continue;
      const to = circuits.classTo[now] as number;
      for (let slot = circuits.classFrom[now] as number; slot < to; slot++) {
        const oldSlot = slotMap[slot] as number;
        if (oldSlot < (old.classFrom[then] as number) || oldSlot >= (old.classTo[then] as number)) continue;
        rowPrice[(circuits.classRowBase[now] as number) + slot] = oldPrice[
          (old.classRowBase[then] as number) + oldSlot
        ] as number;
      }
    }
  }
  for (const [index, demand] of network.demands.entries()) {
    const before = memory.network.demands[index];
    if (before === undefined || before.charge.circuitId !== demand.charge.circuitId) continue;
    for (const [slot, row] of demand.slotRow.entries()) {
      const oldSlot = slotMap[slot] as number;
      const oldRow = oldSlot < 0 ? -1 : (before.slotRow[oldSlot] as number);
      if (row >= 0 && oldRow >= 0) rowPrice[row] = oldPrice[oldRow] as number;
    }
  }
  return rowPrice;
}

/** The peaks that the old plan reached may be reached again. */
function allowedPeaks(network: Network, memory: Memory, peakMinKw: Float64Array): Float64Array {
  return peakMinKw.map((peak, index) => {
    const before = memory.network.demands[index];
    return before?.charge.circuitId === network.demands[index]?.charge.circuitId
      ? Math.max(peak, memory.relaxed.peakKw[index] ?? peak)
      : peak;
  });
}

function recallShares(
  network: Network,
  memory: Memory,
  at: { readonly session: number; readonly old: number; readonly slotMap: Int32Array; readonly share: Float64Array },
): void {
  const before = memory.network;
  const parts = [new Float64Array(before.slots), new Float64Array(before.slots)] as const;
  let part = 0;
  let last = -1;
  for (let cell = before.cellStart[at.old] as number; cell < (before.cellStart[at.old + 1] as number); cell++) {
    const slot = before.cellSlot[cell] as number;
    if (slot <= last) part = 1;
    last = slot;
    (parts[part] as Float64Array)[slot] =
      (memory.relaxed.primal.kwh[cell] as number) / (before.cellKwh[cell] as number);
  }
  const hasParts = part === 1;
  part = 0;
  last = -1;
  for (
    let cell = network.cellStart[at.session] as number;
    cell < (network.cellStart[at.session + 1] as number);
    cell++
  ) {
    const slot = network.cellSlot[cell] as number;
    if (slot <= last && hasParts) part = 1;
    last = slot;
    const oldSlot = at.slotMap[slot] as number;
    if (oldSlot >= 0) at.share[cell] = (parts[part] as Float64Array)[oldSlot] as number;
  }
}
