import type { Layout } from './layout.js';
import { createPromises } from './promises.js';
import type { Rotation } from './rotation.js';
import { AT_CAP, createWaterFill, FULL_TOLERANCE, type SlotWork } from './waterFill.js';

/** Codes in Allocation.reason below 0; from 0 on, the row that binds. */
export const ABSENT = -1;
export const ENERGY = -2;
export const EVSE = -3;
export const MINIMUM_CURRENT = -4;

export interface Allocation {
  /** Slot-major, like the layout. */
  readonly currentA: Float64Array;
  readonly reason: Int32Array;
  /** Whether any car might have had more, or another share, but for the minimum current. */
  minimumMattered: boolean;
}

/** How often a slot is filled again because a car would be left with less energy than a slot at its minimum gives. */
const REFILLS_MAX = 1;

/** Relative to the energy wanted: what is left below this is rounding. */
const ENERGY_TOLERANCE = 1e-12;

/**
 * Shares each slot in turn among the cars that are present and want energy, earlier slots first. Energy is never exceeded, and a
 * current between 0 and the minimum is never planned; so when the energy still wanted is less than one slot at the minimum
 * gives, the car gets none of it. Where it can, the slot before gives a little less, so that a whole minimum slot remains.
 */
export function allocate(layout: Layout, rotation: Rotation): Allocation {
  const { sessions, rows, slots } = layout;
  const work: SlotWork = {
    admitted: new Int32Array(sessions),
    count: 0,
    floorA: new Float64Array(sessions),
    capA: new Float64Array(sessions),
    free: new Float64Array(rows),
    tolerance: new Float64Array(rows),
    currentA: new Float64Array(sessions),
    frozenBy: new Int32Array(sessions),
  };
  const out: Allocation = {
    currentA: new Float64Array(slots * sessions),
    reason: new Int32Array(slots * sessions),
    minimumMattered: false,
  };
  const fill = createWaterFill(layout);
  const promises = createPromises(layout, fill);
  const afterFloors = new Float64Array(rows);
  const remainingWh = layout.energyWh.slice();
  const capReason = new Int32Array(sessions);

  for (let slot = 0; slot < slots; slot++) {
    work.currentA.fill(0);
    findWanting(slot);
    startRows(slot);
    rotation.admit(work, slot, promises);
    if (rotation.rejectedCount > 0) explainRejected(slot);
    afterFloors.set(work.free);
    fill(work);
    for (let refill = 0; refill < REFILLS_MAX && leaveWholeMinimum(slot); refill++) {
      work.free.set(afterFloors);
      fill(work);
    }
    record(slot);
    rotation.settle(slot, work.currentA);
  }
  return out;

  function startRows(slot: number): void {
    for (let row = 0; row < rows; row++) {
      work.free[row] = layout.headroom[slot * rows + row] as number;
      work.tolerance[row] = FULL_TOLERANCE * Math.max(1, layout.capacity[slot * rows + row] as number);
    }
  }

  /** Fills work.admitted with all who can take current in this slot, with the least and the most each may get. */
  function findWanting(slot: number): void {
    work.count = 0;
    for (let session = 0; session < sessions; session++) {
      const cell = slot * sessions + session;
      if (slot < (layout.fromSlot[session] as number) || slot >= (layout.toSlot[session] as number)) {
        out.reason[cell] = ABSENT;
        continue;
      }
      if ((remainingWh[session] as number) <= ENERGY_TOLERANCE * (layout.energyWh[session] as number)) {
        out.reason[cell] = ENERGY;
        continue;
      }
      capOf(session, slot);
      const capA = work.capA[session] as number;
      const minA = layout.currentMinA[session] as number;
      if (capA < minA || capA === 0) {
        out.reason[cell] = capReason[session] as number;
        if (capReason[session] === ENERGY) out.minimumMattered = true;
        continue;
      }
      work.floorA[session] = Math.max(minA, Math.min(capA, layout.reservedA[cell] as number));
      work.admitted[work.count++] = session;
    }
  }

  function capOf(session: number, slot: number): void {
    const maxA = layout.currentMaxA[slot * sessions + session] as number;
    const finishA = (remainingWh[session] as number) / whPerAmpere(session, slot);
    // Together with evse, energy is what is named.
    capReason[session] = finishA <= maxA ? ENERGY : EVSE;
    work.capA[session] = Math.min(maxA, finishA);
    if (finishA > maxA) {
      const shortenedA = leavingMinimumA(session, slot);
      if (shortenedA < maxA) shorten(session, shortenedA);
    }
  }

  function shorten(session: number, capA: number): void {
    work.capA[session] = capA;
    capReason[session] = ENERGY;
    out.minimumMattered = true;
  }

  function whPerAmpere(session: number, slot: number): number {
    return (layout.wattsPerAmpere[session] as number) * (layout.slotHours[slot] as number);
  }

  /**
   * The most that leaves enough energy for a slot at the minimum afterwards; Infinity where that does not help: there is no next
   * slot, or it would push this slot below the minimum or below what is reserved.
   */
  function leavingMinimumA(session: number, slot: number): number {
    const minA = layout.currentMinA[session] as number;
    if (minA === 0 || slot + 1 >= (layout.toSlot[session] as number)) return Number.POSITIVE_INFINITY;
    if ((layout.currentMaxA[(slot + 1) * sessions + session] as number) < minA) return Number.POSITIVE_INFINITY;
    const spareWh = (remainingWh[session] as number) - minA * whPerAmpere(session, slot + 1);
    const shortenedA = spareWh / whPerAmpere(session, slot);
    const leastA = Math.max(minA, layout.reservedA[slot * sessions + session] as number);
    return shortenedA < leastA ? Number.POSITIVE_INFINITY : shortenedA;
  }

  /** Lowers the caps of those whom this filling would leave with less than a minimum slot. True when there were any. */
  function leaveWholeMinimum(slot: number): boolean {
    let shortened = false;
    for (let at = 0; at < work.count; at++) {
      const session = work.admitted[at] as number;
      if (work.frozenBy[session] === AT_CAP || isFilled(session)) continue;
      const shortenedA = leavingMinimumA(session, slot);
      if ((work.currentA[session] as number) <= shortenedA) continue;
      shorten(session, shortenedA);
      giveBackBeyondCap(session);
      shortened = true;
    }
    return shortened;
  }

  /** A promise may have lifted its floor above what it may now have. */
  function giveBackBeyondCap(session: number): void {
    const backA = (work.floorA[session] as number) - (work.capA[session] as number);
    if (backA <= 0) return;
    work.floorA[session] = work.capA[session] as number;
    for (let step = layout.pathStart[session] as number; step < (layout.pathStart[session + 1] as number); step++) {
      const row = layout.pathRow[step] as number;
      afterFloors[row] = (afterFloors[row] as number) + backA * (layout.pathCoefficient[step] as number);
    }
  }

  function isFilled(session: number): boolean {
    return (work.currentA[session] as number) >= (work.capA[session] as number) * (1 - FULL_TOLERANCE);
  }

  /** Rotated out; unless its circuits would give it nothing even if it were alone on them. */
  function explainRejected(slot: number): void {
    out.minimumMattered = true;
    for (let at = 0; at < rotation.rejectedCount; at++) {
      const session = rotation.rejected[at] as number;
      const cell = slot * sessions + session;
      out.reason[cell] = MINIMUM_CURRENT;
      // What is reserved for it alone it could have: only the minimum stands in the way.
      if ((layout.reservedA[cell] as number) > 0) continue;
      for (let step = layout.pathStart[session] as number; step < (layout.pathStart[session + 1] as number); step++) {
        const row = layout.pathRow[step] as number;
        if ((layout.headroom[slot * rows + row] as number) > (work.tolerance[row] as number)) continue;
        out.reason[cell] = row;
        break;
      }
    }
  }

  function record(slot: number): void {
    for (let at = 0; at < work.count; at++) {
      const session = work.admitted[at] as number;
      const cell = slot * sessions + session;
      const currentA = work.currentA[session] as number;
      const frozenBy = work.frozenBy[session] as number;
      out.currentA[cell] = currentA;
      out.reason[cell] = frozenBy === AT_CAP ? (capReason[session] as number) : frozenBy;
      if (frozenBy !== AT_CAP && (layout.currentMinA[session] as number) > 0) out.minimumMattered = true;
      const finishes = frozenBy === AT_CAP && capReason[session] === ENERGY && isFinishing(session, slot);
      remainingWh[session] = finishes
        ? 0
        : Math.max(0, (remainingWh[session] as number) - currentA * whPerAmpere(session, slot));
    }
  }

  /** Dividing and multiplying again may leave a few parts in 10^16: not a reason to be present in a further slot. */
  function isFinishing(session: number, slot: number): boolean {
    const givenWh = (work.currentA[session] as number) * whPerAmpere(session, slot);
    return givenWh >= (remainingWh[session] as number) * (1 - ENERGY_TOLERANCE);
  }
}
