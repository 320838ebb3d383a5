import type { ChargingPlan, LimitedBy } from '../../optimizer/index.js';
import type { PackedPlan } from './messages.js';
import { arrayOf } from './packNumbers.js';

/** For the way to another thread, together with the buffers that change hands on it. */
export function packPlan(plan: ChargingPlan): {
  readonly packed: PackedPlan;
  readonly buffers: readonly ArrayBuffer[];
} {
  const { currentA: currents, limitedBy: reasons, energyWh, shortfallWh, ...figures } = namedMembers(plan);
  const sessions = currents.length;
  const slots = currents[0]?.length ?? 0;
  const currentA = new Float64Array(sessions * slots);
  const limitedBy = new Int32Array(sessions * slots);
  const table = new ReasonTable();
  for (let session = 0; session < sessions; session++) {
    const row = currents[session] ?? [];
    const rowReasons = reasons[session] ?? [];
    for (let slot = 0; slot < slots; slot++) {
      currentA[session * slots + slot] = row[slot] ?? Number.NaN;
      limitedBy[session * slots + slot] = table.indexOf(rowReasons[slot]);
    }
  }
  const arrays = {
    currentA,
    limitedBy,
    energyWh: Float64Array.from(energyWh),
    shortfallWh: Float64Array.from(shortfallWh),
  };
  return {
    packed: { ...figures, ...arrays, sessions, slots, reasons: table.reasons },
    buffers: Object.values(arrays).map(({ buffer }) => buffer),
  };
}

/** Plain arrays, whose reasons are shared and frozen. */
export function unpackPlan(packed: PackedPlan): ChargingPlan {
  const { sessions, slots, currentA: currents, limitedBy: indices, reasons: sent, ...figures } = packed;
  const reasons = sent.map((reason) => Object.freeze(reason));
  const currentA = new Array<readonly number[]>(sessions);
  const limitedBy = new Array<readonly LimitedBy[]>(sessions);
  for (let session = 0; session < sessions; session++) {
    const from = session * slots;
    currentA[session] = arrayOf(currents.subarray(from, from + slots));
    const row = new Array<LimitedBy>(slots);
    for (let slot = 0; slot < slots; slot++) row[slot] = reasons[indices[from + slot] as number] as LimitedBy;
    limitedBy[session] = row;
  }
  return {
    ...figures,
    currentA,
    limitedBy,
    energyWh: arrayOf(packed.energyWh),
    shortfallWh: arrayOf(packed.shortfallWh),
  };
}

/** Whatever else the optimizer keeps on a plan, to begin the next from, stays in its thread. */
function namedMembers(plan: ChargingPlan): ChargingPlan {
  const { status, currentA, energyWh, shortfallWh, cost, lowerBound, gap, relaxedGap, limitedBy } = plan;
  return { status, currentA, energyWh, shortfallWh, cost, lowerBound, gap, relaxedGap, limitedBy };
}

/** Each reason once, however many objects say it. */
class ReasonTable {
  readonly reasons: LimitedBy[] = [];
  readonly #ofObject = new Map<LimitedBy, number>();
  readonly #ofText = new Map<string, number>();

  indexOf(reason: LimitedBy | undefined): number {
    if (reason === undefined) throw new Error('the plan names no reason in one of its slots');
    return this.#ofObject.get(reason) ?? this.#learn(reason);
  }

  #learn(reason: LimitedBy): number {
    const text = JSON.stringify(Object.entries(reason).sort());
    const index = this.#ofText.get(text) ?? this.reasons.push(reason) - 1;
    this.#ofText.set(text, index);
    this.#ofObject.set(reason, index);
    return index;
  }
}
