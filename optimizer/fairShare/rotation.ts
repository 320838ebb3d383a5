import type { ChargingPlan, ProblemSession } from '../types.js';
import type { Layout } from './layout.js';
import type { Promises } from './promises.js';
import type { SlotWork } from './waterFill.js';

// When not every car can have its minimum current, some wait. Who, is decided by these rules, in this order:
// 1. A car that was switched on less than minOnMs ago stays on.
// 2. A car that was promised current; and all it was promised, before anybody else is let in.
// 3. Waiting cars and those that have had their time contend. A waiting car's claim is weight * time waited; one that is on
//    defends its place with weight * minOnMs. So among equals each has minOnMs at a time, a car of twice the weight has twice as
//    long, and every claim grows until it wins: nobody starves.
// 4. A car that was switched off less than minOffMs ago gets what room is left.
// Whoever does not fit is passed over and the next is tried, so no room is left that a waiting car could use. One exception: a
// car passed over for long (minOnMs + minOffMs) holds the room it needs against cars that would only now be switched on. Else a
// three-phase car could wait for ever, its three phases never free at the same moment.

export interface RotationTimes {
  readonly minOnMs: number;
  readonly minOffMs: number;
}

export interface Rotation {
  /**
   * Moves those of work.admitted whose minimum finds no room to `rejected`; takes the floors of the others off work.free. What was
   * promised lifts floors.
   */
  admit(work: SlotWork, slot: number, promises: Promises | undefined): void;
  /** The sessions turned away in the last call: the first `rejectedCount` of these. */
  readonly rejected: Int32Array;
  rejectedCount: number;
  /** Records who had current in the slot. */
  settle(slot: number, currentA: Float64Array): void;
}

const MUST_STAY_ON = 0;
const PROMISED = 1;
const CONTENDS = 2;
const RESTS = 3;

interface Candidate {
  readonly session: number;
  readonly rank: typeof MUST_STAY_ON | typeof PROMISED | typeof CONTENDS | typeof RESTS;
  readonly claim: number;
  readonly isOn: boolean;
  readonly sinceMs: number;
  readonly hadBefore: boolean;
  readonly lot: number;
}

export function createRotation(
  layout: Layout,
  sessions: readonly ProblemSession[],
  options: RotationTimes & { readonly previous: ChargingPlan | undefined },
): Rotation {
  const { minOnMs, minOffMs } = options;
  const { pathStart, pathRow, pathCoefficient, weight, boundariesMs } = layout;
  const isOn = new Uint8Array(layout.sessions);
  const sinceMs = new Float64Array(layout.sessions);
  const restsUntilMs = new Float64Array(layout.sessions).fill(Number.NEGATIVE_INFINITY);
  const idHash = Int32Array.from(layout.problemIndex, (index) => hashOf(sessions[index]?.id ?? ''));
  const incrementA = new Float64Array(layout.sessions);
  const needed = new Float64Array(layout.rows);
  const held = new Float64Array(layout.rows);
  const keptOn = new Float64Array(layout.rows);
  const previousCurrentA = matchingPlan(layout, options.previous);
  recall();

  const rotation: Rotation = {
    rejected: new Int32Array(layout.sessions),
    rejectedCount: 0,
    admit(work, slot, promises) {
      rotation.rejectedCount = 0;
      const allFit = measure(work, slot, promises);
      if (allFit) {
        for (let at = 0; at < work.count; at++) take(work, work.admitted[at] as number);
        promises?.keep(work, slot);
        return;
      }
      const candidates = takeThoseWithoutNeed(work, slot, promises).sort(compareCandidates);
      const others = candidates.findIndex(({ rank }) => rank > PROMISED);
      const first = promises === undefined || others < 0 ? candidates.length : others;
      held.fill(0);
      keptOn.fill(0);
      for (const candidate of candidates.slice(0, first)) decide(work, slot, candidate);
      promises?.keep(work, slot);
      for (const candidate of candidates.slice(first)) decide(work, slot, candidate);
    },
    settle(slot, currentA) {
      const startMs = boundariesMs[slot] as number;
      for (let session = 0; session < layout.sessions; session++) {
        if (slot < (layout.fromSlot[session] as number) || slot >= (layout.toSlot[session] as number)) continue;
        const on = (currentA[session] as number) > 0 ? 1 : 0;
        if (on === isOn[session]) continue;
        isOn[session] = on;
        sinceMs[session] = startMs;
        if (on === 0) restsUntilMs[session] = startMs + minOffMs;
      }
    },
  };
  return rotation;

  function recall(): void {
    const startMs = boundariesMs[0] as number;
    for (let session = 0; session < layout.sessions; session++) {
      const given = sessions[layout.problemIndex[session] as number];
      const last = given?.lastSwitch;
      isOn[session] = last?.on === true ? 1 : 0;
      sinceMs[session] = last?.atMs ?? given?.arrivalMs ?? startMs;
      if (last !== undefined && !last.on) restsUntilMs[session] = last.atMs + minOffMs;
    }
  }

  /** What each needs above what is reserved for it anyway; true when there is room for all, and all that was promised. */
  function measure(work: SlotWork, slot: number, promises: Promises | undefined): boolean {
    needed.fill(0);
    for (let at = 0; at < work.count; at++) {
      const session = work.admitted[at] as number;
      const reservedA = layout.reservedA[slot * layout.sessions + session] as number;
      const increment = Math.max(0, (work.floorA[session] as number) - reservedA);
      incrementA[session] = increment;
      const promised =
        promises === undefined ? 0 : promises.goalA(work, session, slot) - (work.floorA[session] as number);
      if (increment + promised === 0) continue;
      for (let step = pathStart[session] as number; step < (pathStart[session + 1] as number); step++) {
        const row = pathRow[step] as number;
        needed[row] = (needed[row] as number) + (increment + promised) * (pathCoefficient[step] as number);
      }
    }
    for (let row = 0; row < layout.rows; row++) {
      if ((needed[row] as number) > Math.max(0, work.free[row] as number) + (work.tolerance[row] as number))
        return false;
    }
    return true;
  }

  function takeThoseWithoutNeed(work: SlotWork, slot: number, promises: Promises | undefined): Candidate[] {
    const candidates: Candidate[] = [];
    const count = work.count;
    work.count = 0;
    for (let at = 0; at < count; at++) {
      const session = work.admitted[at] as number;
      if (incrementA[session] === 0) work.admitted[work.count++] = session;
      else candidates.push(candidateOf(session, slot, promises?.isPromised(session, slot) ?? false));
    }
    return candidates;
  }

  function candidateOf(session: number, slot: number, isPromised: boolean): Candidate {
    const startMs = boundariesMs[slot] as number;
    const on = isOn[session] === 1;
    // A car that has not moved in yet when it was last switched waits from its first slot on at the earliest.
    const durationMs = Math.max(0, startMs - (sinceMs[session] as number));
    const rests = !on && startMs < (restsUntilMs[session] as number);
    return {
      session,
      rank: on && durationMs < minOnMs ? MUST_STAY_ON : isPromised ? PROMISED : rests ? RESTS : CONTENDS,
      claim: (weight[session] as number) * (on ? minOnMs : durationMs),
      isOn: on,
      sinceMs: sinceMs[session] as number,
      lot: lotOf(idHash[session] as number, sinceMs[session] as number),
      hadBefore: ((previousCurrentA?.[layout.problemIndex[session] as number]?.[slot] ?? 0) as number) > 0,
    };
  }

  function decide(work: SlotWork, slot: number, candidate: Candidate): void {
    const { session, isOn: on } = candidate;
    if (fits(work, session, !on)) {
      take(work, session);
      if (candidate.rank === MUST_STAY_ON) addTo(keptOn, session);
      work.admitted[work.count++] = session;
      return;
    }
    rotation.rejected[rotation.rejectedCount++] = session;
    const waitedMs = (boundariesMs[slot] as number) - candidate.sinceMs;
    if (candidate.rank === CONTENDS && !on && waitedMs >= minOnMs + minOffMs) hold(work, session);
  }

  function fits(work: SlotWork, session: number, startsNow: boolean): boolean {
    const increment = incrementA[session] as number;
    for (let step = pathStart[session] as number; step < (pathStart[session + 1] as number); step++) {
      const row = pathRow[step] as number;
      const taken = startsNow ? (held[row] as number) : 0;
      const left = Math.max(0, work.free[row] as number) + (work.tolerance[row] as number) - taken;
      if (increment * (pathCoefficient[step] as number) > left) return false;
    }
    return true;
  }

  function take(work: SlotWork, session: number): void {
    const increment = incrementA[session] as number;
    if (increment === 0) return;
    for (let step = pathStart[session] as number; step < (pathStart[session + 1] as number); step++) {
      const row = pathRow[step] as number;
      work.free[row] = (work.free[row] as number) - increment * (pathCoefficient[step] as number);
    }
  }

  function addTo(rows: Float64Array, session: number): void {
    const increment = incrementA[session] as number;
    for (let step = pathStart[session] as number; step < (pathStart[session + 1] as number); step++) {
      const row = pathRow[step] as number;
      rows[row] = (rows[row] as number) + increment * (pathCoefficient[step] as number);
    }
  }

  /**
   * Sets room aside for a car that only those stand in the way of who must stay on a while: so room is held for minOnMs at the
   * most. One car at a time on each row, so that little stands idle.
   */
  function hold(work: SlotWork, session: number): void {
    const increment = incrementA[session] as number;
    for (let step = pathStart[session] as number; step < (pathStart[session + 1] as number); step++) {
      const row = pathRow[step] as number;
      const soon = Math.max(0, work.free[row] as number) + (keptOn[row] as number) + (work.tolerance[row] as number);
      if ((held[row] as number) > 0 || increment * (pathCoefficient[step] as number) > soon) return;
    }
    addTo(held, session);
  }
}

/** Who comes first when there is not room for all. A total order. */
function compareCandidates(a: Candidate, b: Candidate): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.claim !== b.claim) return b.claim - a.claim;
  // A claim as strong as the defence wins. Of two that are on, who has had current longest leaves first; of two that wait with
  // equal claims, who has waited longer.
  if (a.isOn !== b.isOn) return a.isOn ? 1 : -1;
  if (a.sinceMs !== b.sinceMs) return a.isOn ? b.sinceMs - a.sinceMs : a.sinceMs - b.sinceMs;
  if (a.hadBefore !== b.hadBefore) return a.hadBefore ? -1 : 1;
  return a.lot - b.lot || a.session - b.session;
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}

/**
 * Cars that were switched together draw lots, another time others: were it always by id, the first would slip past the last at
 * each turn. Depends on nothing but the car and the moment, so it is the same at every re-plan.
 */
function lotOf(idHash: number, sinceMs: number): number {
  let mixed = idHash ^ Math.imul(Math.floor(sinceMs / 1000) | 0, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function matchingPlan(layout: Layout, previous: ChargingPlan | undefined): ChargingPlan['currentA'] | undefined {
  if (previous === undefined || previous.currentA.length !== layout.sessions) return undefined;
  return previous.currentA.every((row) => row.length === layout.slots) ? previous.currentA : undefined;
}
