import type { ChargingProblem, PlanCost } from '../../../optimizer/index.js';
import { planOf } from './planOf.js';
import { kwPerAmpere, maximumA, slotHours } from './reference/series.js';
import { SlotRoom } from './slotRoom.js';

// What sites do without a plan: each slot in turn, nothing known of later ones, prices not looked at.

/**
 * Who comes first. 'edf': who leaves first. 'llf': who has the least time to spare beyond what it needs at full current. 'roundRobin':
 * one ampere more for each in turn, until nothing fits. 'equalShare': all rise together, and each stops where a limit is met.
 */
export type Heuristic = 'edf' | 'llf' | 'roundRobin' | 'equalShare';

export interface HeuristicOutcome {
  readonly currentA: readonly (readonly number[])[];
  readonly cost: PlanCost;
  /** Of the energy wanted, what is there by departure. */
  readonly deliveredShare: number;
}

/** A car that may charge in the slot at hand. */
interface Candidate {
  readonly session: number;
  readonly minA: number;
  /** What its station, its car and the energy it still wants allow. */
  readonly maxA: number;
}

interface Moment {
  readonly problem: ChargingProblem;
  readonly slot: number;
  readonly missingKwh: Float64Array;
}

const SHARE: Readonly<Record<Heuristic, (room: SlotRoom, of: readonly Candidate[], moment: Moment) => void>> = {
  edf: (room, of, moment) =>
    giveInOrder(
      room,
      sortedBy(of, ({ session }) => departureMs(moment, session)),
    ),
  llf: (room, of, moment) =>
    giveInOrder(
      room,
      sortedBy(of, ({ session }) => laxityMs(moment, session)),
    ),
  roundRobin: (room, of, { slot }) => giveInTurns(room, giveMinimum(room, rotated(of, slot))),
  equalShare: (room, of, { slot }) => raiseTogether(room, giveMinimum(room, rotated(of, slot))),
};

const ROUND_ROBIN_STEP_A = 1;
const NEGLIGIBLE_A = 1e-9;

/** 'respect': a current below the minimum is not given; what a car lacks less of than the minimum delivers is left. */
export function runHeuristic(
  problem: ChargingProblem,
  heuristic: Heuristic,
  minimumCurrent: 'respect' | 'relax' = 'respect',
): HeuristicOutcome {
  const missingKwh = Float64Array.from(problem.sessions, ({ energyWh }) => energyWh / 1000);
  const currentA = problem.sessions.map(() => new Array<number>(problem.boundariesMs.length - 1).fill(0));
  for (let slot = 0; slot < problem.boundariesMs.length - 1; slot++) {
    const moment = { problem, slot, missingKwh };
    const room = new SlotRoom(problem, slot);
    const candidates = candidatesOf(moment, minimumCurrent);
    SHARE[heuristic](room, candidates, moment);
    for (const { session } of candidates) {
      const givenA = room.currentA(session);
      const row = currentA[session];
      if (row !== undefined) row[slot] = givenA;
      missingKwh[session] = Math.max(0, (missingKwh[session] ?? 0) - givenA * kwhPerAmpere(moment, session));
    }
  }
  const plan = planOf(problem, currentA, 0);
  const wantedWh = problem.sessions.reduce((wh, { energyWh }) => wh + energyWh, 0);
  const deliveredWh = plan.energyWh.reduce((wh, energyWh) => wh + energyWh, 0);
  return { currentA, cost: plan.cost, deliveredShare: wantedWh === 0 ? 1 : deliveredWh / wantedWh };
}

function candidatesOf(moment: Moment, minimumCurrent: 'respect' | 'relax'): readonly Candidate[] {
  const { problem, slot, missingKwh } = moment;
  return problem.sessions.flatMap((session, index) => {
    const wantedA = (missingKwh[index] ?? 0) / kwhPerAmpere(moment, index);
    const maxA = Math.min(maximumA(problem, session, slot), wantedA);
    const minA = minimumCurrent === 'respect' ? session.currentMinA : 0;
    return maxA <= NEGLIGIBLE_A || maxA < minA ? [] : [{ session: index, minA, maxA }];
  });
}

function giveInOrder(room: SlotRoom, candidates: readonly Candidate[]): void {
  for (const { session, minA, maxA } of candidates) {
    const givenA = Math.min(maxA, room.roomA(session));
    if (givenA >= minA) room.add(session, givenA);
  }
}

/** Who has it goes on; for the others there is no room in this slot. */
function giveMinimum(room: SlotRoom, candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.filter(({ session, minA }) => {
    if (room.roomA(session) < minA) return false;
    room.add(session, minA);
    return true;
  });
}

function giveInTurns(room: SlotRoom, candidates: readonly Candidate[]): void {
  let turn = candidates;
  while (turn.length > 0) {
    turn = turn.filter(({ session, maxA }) => {
      const wantedA = Math.min(ROUND_ROBIN_STEP_A, maxA - room.currentA(session));
      const givenA = Math.min(wantedA, room.roomA(session));
      if (givenA > NEGLIGIBLE_A) room.add(session, givenA);
      return givenA >= ROUND_ROBIN_STEP_A - NEGLIGIBLE_A;
    });
  }
}

function raiseTogether(room: SlotRoom, candidates: readonly Candidate[]): void {
  let rising = candidates;
  // Each round takes at least one of them out: one that has its maximum, or those under a limit that is met.
  for (let round = 0; round <= candidates.length && rising.length > 0; round++) {
    let stepA = room.commonRoomA(rising.map(({ session }) => session));
    for (const { session, maxA } of rising) stepA = Math.min(stepA, maxA - room.currentA(session));
    for (const { session } of rising) room.add(session, Math.max(0, stepA));
    rising = rising.filter(
      ({ session, maxA }) => maxA - room.currentA(session) > NEGLIGIBLE_A && room.commonRoomA([session]) > NEGLIGIBLE_A,
    );
  }
}

function sortedBy(candidates: readonly Candidate[], key: (candidate: Candidate) => number): readonly Candidate[] {
  return [...candidates].sort((a, b) => key(a) - key(b));
}

/** Nobody is first in every slot. */
function rotated(candidates: readonly Candidate[], slot: number): readonly Candidate[] {
  const first = candidates.length === 0 ? 0 : slot % candidates.length;
  return [...candidates.slice(first), ...candidates.slice(0, first)];
}

function departureMs({ problem }: Moment, session: number): number {
  return problem.sessions[session]?.departureMs ?? Number.POSITIVE_INFINITY;
}

function laxityMs(moment: Moment, index: number): number {
  const { problem, slot, missingKwh } = moment;
  const session = problem.sessions[index];
  if (session === undefined) return Number.POSITIVE_INFINITY;
  const leftMs = departureMs(moment, index) - (problem.boundariesMs[slot] ?? 0);
  const fullKw = maximumA(problem, session, slot) * kwPerAmpere(session);
  return leftMs - ((missingKwh[index] ?? 0) / fullKw) * 3_600_000;
}

function kwhPerAmpere({ problem, slot }: Moment, index: number): number {
  const session = problem.sessions[index];
  return session === undefined ? 0 : kwPerAmpere(session) * slotHours(problem, slot);
}
