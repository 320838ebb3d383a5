import type { ChargingProblem, Phase } from '../../../optimizer/index.js';
import { at, kwPerAmpere } from './reference/series.js';

const PHASES: readonly Phase[] = ['L1', 'L2', 'L3'];

/** What is left of one limit in the slot. */
interface Row {
  room: number;
}

interface OfSession {
  /** What of its current is already counted, drawn or not. */
  readonly reservedA: number;
  readonly rows: readonly { readonly row: Row; readonly perAmpere: number }[];
}

/**
 * What all circuits can still carry in one slot while currents are handed out. Reservations are counted from the start: a car's
 * current takes room only above its own.
 */
export class SlotRoom {
  readonly #sessions: readonly OfSession[];
  readonly #currentA: Float64Array;

  constructor(problem: ChargingProblem, slot: number) {
    this.#currentA = new Float64Array(problem.sessions.length);
    this.#sessions = sessionsIn(problem, slot);
  }

  currentA(session: number): number {
    return this.#currentA[session] ?? 0;
  }

  /** The most that a car can have more than it has now. */
  roomA(session: number): number {
    const { reservedA, rows } = this.#of(session);
    const freeA = Math.max(0, reservedA - this.currentA(session));
    let roomA = Number.POSITIVE_INFINITY;
    for (const { row, perAmpere } of rows) roomA = Math.min(roomA, Math.max(0, row.room) / perAmpere);
    return freeA + roomA;
  }

  /** How much each of them can have more when all rise together. Reservations of their own are not made use of here. */
  commonRoomA(sessions: Iterable<number>): number {
    const demand = new Map<Row, number>();
    for (const session of sessions) {
      for (const { row, perAmpere } of this.#of(session).rows) demand.set(row, (demand.get(row) ?? 0) + perAmpere);
    }
    let roomA = Number.POSITIVE_INFINITY;
    for (const [row, perAmpere] of demand) roomA = Math.min(roomA, Math.max(0, row.room) / perAmpere);
    return roomA;
  }

  add(session: number, addedA: number): void {
    const { reservedA, rows } = this.#of(session);
    const beforeA = Math.max(reservedA, this.currentA(session));
    this.#currentA[session] = this.currentA(session) + addedA;
    const loadA = Math.max(reservedA, this.currentA(session)) - beforeA;
    for (const { row, perAmpere } of rows) row.room -= loadA * perAmpere;
  }

  #of(session: number): OfSession {
    const found = this.#sessions[session];
    if (found === undefined) throw new Error(`there is no session ${session}`);
    return found;
  }
}

function sessionsIn(problem: ChargingProblem, slot: number): readonly OfSession[] {
  const circuits = new Map(
    problem.circuits.map((circuit) => {
      const rows = new Map<Phase | 'power', Row>();
      for (const phase of PHASES) {
        const limit = circuit.limitA[phase];
        if (limit !== 'unlimited') rows.set(phase, { room: at(limit, slot) });
      }
      if (circuit.powerLimitW !== undefined) rows.set('power', { room: at(circuit.powerLimitW, slot) / 1000 });
      return [circuit.id, { parentId: circuit.parentId, rows }];
    }),
  );
  const sessions = problem.sessions.map((session): OfSession => {
    const rows: { row: Row; perAmpere: number }[] = [];
    for (let id: string | null = session.circuitId; id !== null; id = circuits.get(id)?.parentId ?? null) {
      for (const [name, row] of circuits.get(id)?.rows ?? []) {
        if (name === 'power') rows.push({ row, perAmpere: kwPerAmpere(session) });
        else if (session.phases.includes(name)) rows.push({ row, perAmpere: 1 });
      }
    }
    return { reservedA: at(session.reservedA, slot), rows };
  });
  for (const { reservedA, rows } of sessions) for (const { row, perAmpere } of rows) row.room -= reservedA * perAmpere;
  return sessions;
}
