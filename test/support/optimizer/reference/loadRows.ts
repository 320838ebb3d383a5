import type { ChargingProblem, Phase } from '../../../../optimizer/index.js';
import { at, kwPerAmpere, maximumA, slotCount } from './series.js';

/**
 * One limit of a circuit over all slots, on what its members draw above their reservations: in A of some of its phases, or in kW of
 * all it feeds. Phases that feed the same sessions have one row, whose limit is the lowest.
 */
export interface LoadRows {
  readonly circuit: number;
  readonly measure: { readonly in: 'A'; readonly phases: readonly Phase[] } | { readonly in: 'kW' };
  /** Indices of sessions. */
  readonly members: readonly number[];
}

const PHASES: readonly Phase[] = ['L1', 'L2', 'L3'];

export function loadRowsOf(problem: ChargingProblem): readonly LoadRows[] {
  const under = membersOf(problem);
  return problem.circuits.flatMap((circuit, index): LoadRows[] => {
    const members = under[index] ?? [];
    const byMembers = new Map<string, { phases: Phase[]; members: number[] }>();
    for (const phase of PHASES) {
      if (circuit.limitA[phase] === 'unlimited') continue;
      const onPhase = members.filter((session) => problem.sessions[session]?.phases.includes(phase) === true);
      const key = onPhase.join();
      const known = byMembers.get(key);
      if (known === undefined) byMembers.set(key, { phases: [phase], members: onPhase });
      else known.phases.push(phase);
    }
    const rows: LoadRows[] = [...byMembers.values()]
      .filter((row) => row.members.length > 0)
      .map((row) => ({ circuit: index, measure: { in: 'A', phases: row.phases }, members: row.members }));
    if (circuit.powerLimitW !== undefined && members.length > 0) {
      rows.push({ circuit: index, measure: { in: 'kW' }, members });
    }
    return rows;
  });
}

/** What a member's ampere counts in the row. */
export function perAmpere(problem: ChargingProblem, row: LoadRows, session: number): number {
  const member = problem.sessions[session];
  return row.measure.in === 'A' || member === undefined ? 1 : kwPerAmpere(member);
}

/**
 * Per slot, what the members may draw above their reservations. From sum of max(reservedA, currentA) <= max(limit, sum of
 * reservedA): the sum of what exceeds reservations is at most limit - sum of reservedA, and never less than 0.
 */
export function capacityOf(problem: ChargingProblem, row: LoadRows): Float64Array {
  return Float64Array.from({ length: slotCount(problem) }, (_, slot) => {
    let reserved = 0;
    for (const session of row.members) {
      reserved += at(problem.sessions[session]?.reservedA, slot) * perAmpere(problem, row, session);
    }
    return Math.max(0, limitOf(problem, row, slot) - reserved);
  });
}

/** Per slot, what they would draw above their reservations if each took all it can. Below the capacity the row cannot bind. */
export function potentialOf(problem: ChargingProblem, row: LoadRows): Float64Array {
  const potential = new Float64Array(slotCount(problem));
  for (const index of row.members) {
    const session = problem.sessions[index];
    if (session === undefined) continue;
    const counts = perAmpere(problem, row, index);
    for (let slot = 0; slot < potential.length; slot++) {
      const aboveA = Math.max(0, maximumA(problem, session, slot) - at(session.reservedA, slot));
      potential[slot] = (potential[slot] ?? 0) + aboveA * counts;
    }
  }
  return potential;
}

function limitOf(problem: ChargingProblem, row: LoadRows, slot: number): number {
  const circuit = problem.circuits[row.circuit];
  if (circuit === undefined) throw new Error('a problem lost a circuit');
  if (row.measure.in === 'kW') return at(circuit.powerLimitW, slot, Number.POSITIVE_INFINITY) / 1000;
  let limitA = Number.POSITIVE_INFINITY;
  for (const phase of row.measure.phases) {
    const limit = circuit.limitA[phase];
    if (limit !== 'unlimited') limitA = Math.min(limitA, at(limit, slot));
  }
  return limitA;
}

/** Per circuit, the sessions it feeds. */
function membersOf(problem: ChargingProblem): readonly (readonly number[])[] {
  const indexOf = new Map(problem.circuits.map(({ id }, index) => [id, index]));
  const members = problem.circuits.map((): number[] => []);
  for (const [session, { circuitId }] of problem.sessions.entries()) {
    for (let id: string | null = circuitId; id !== null; ) {
      const index: number = indexOf.get(id) ?? 0;
      members[index]?.push(session);
      id = problem.circuits[index]?.parentId ?? null;
    }
  }
  return members;
}
