import type { ChargingProblem, LimitedBy, Phase, ProblemCircuit, Series } from '../types.js';
import { type SessionTable, seriesAt } from './sessions.js';

/** The limits that some plan could reach, one class for each phase or power limit of a circuit, with a row for each slot. */
export interface CircuitTable {
  readonly indexOf: ReadonlyMap<string, number>;
  readonly parent: Int32Array;
  /** How many sessions are below each circuit. One that a single session has to itself is part of that session's maximum. */
  readonly below: Int32Array;
  /** classAt[circuit * 4 + kind]: kinds are L1, L2, L3 and power; -1 where nothing can bind. */
  readonly classAt: Int32Array;
  /** The row of a class in slot t is classRowBase + t, for t in [classFrom, classTo). */
  readonly classRowBase: Int32Array;
  readonly classFrom: Int32Array;
  readonly classTo: Int32Array;
  readonly rows: number;
  /** A·h of a phase, kWh of power; what is reserved anyway already taken off. */
  readonly capacity: Float64Array;
  readonly reasons: readonly LimitedBy[];
  readonly rowReasonOf: Int32Array;
}

const POWER = 3;
/** More A or W than any site has. */
const UNREACHED = 1e12;
const KINDS = 4;
const PHASES: readonly Phase[] = ['L1', 'L2', 'L3'];
/** A limit that potential loads exceed by less than this share can not bind. */
const REACH_TOLERANCE = 1e-12;

export function indexCircuits(circuits: readonly ProblemCircuit[]): ReadonlyMap<string, number> {
  const indexOf = new Map<string, number>();
  for (let index = 0; index < circuits.length; index++) indexOf.set((circuits[index] as ProblemCircuit).id, index);
  return indexOf;
}

export function layOutCircuits(
  problem: ChargingProblem,
  table: SessionTable,
  of: { readonly indexOf: ReadonlyMap<string, number>; readonly slotHours: Float64Array },
): CircuitTable {
  const { circuits } = problem;
  const parent = Int32Array.from(circuits, ({ parentId }) =>
    parentId === null ? -1 : (of.indexOf.get(parentId) ?? -1),
  );
  const order = childrenFirst(parent);
  const below = new Int32Array(circuits.length);
  for (const circuit of table.circuit) below[circuit] = (below[circuit] as number) + 1;
  for (const circuit of order) {
    const above = parent[circuit] as number;
    if (above >= 0) below[above] = (below[above] as number) + (below[circuit] as number);
  }
  takeOwnCircuits(circuits, table, { parent, below });
  const slots = of.slotHours.length;
  const reach = new Reach(circuits, slots, { parent, below, order }, table.hasReservations);
  reach.load(table);
  return { indexOf: of.indexOf, parent, below, ...classes(circuits, reach, of.slotHours) };
}

/** Deepest circuits first, so that what is below is known before what is above. */
function childrenFirst(parent: Int32Array): Int32Array {
  const depth = new Int32Array(parent.length).fill(-1);
  const depthOf = (circuit: number): number => {
    let known = depth[circuit] as number;
    if (known >= 0) return known;
    // By a loop, since a tree may be deeper than the stack.
    const way: number[] = [];
    let at = circuit;
    while (at >= 0 && (depth[at] as number) < 0) {
      way.push(at);
      at = parent[at] as number;
    }
    known = at < 0 ? -1 : (depth[at] as number);
    for (let step = way.length - 1; step >= 0; step--) depth[way[step] as number] = ++known;
    return known;
  };
  for (let circuit = 0; circuit < parent.length; circuit++) depthOf(circuit);
  return Int32Array.from(parent.keys()).sort((a, b) => (depth[b] as number) - (depth[a] as number) || a - b);
}

/** What only one session loads is a limit of that session: no row is needed for it. */
function takeOwnCircuits(
  circuits: readonly ProblemCircuit[],
  table: SessionTable,
  tree: { readonly parent: Int32Array; readonly below: Int32Array },
): void {
  const { start, from, to, maxA, mask, kwPerAmpere, reserved } = table;
  const lower = (session: number, limit: Series, perAmpere: number) => {
    const own = reserved[session] as Series;
    const shift = (start[session] as number) - (from[session] as number);
    for (let slot = from[session] as number; slot < (to[session] as number); slot++) {
      const leftA = Math.max(seriesAt(limit, slot) / perAmpere, seriesAt(own, slot));
      if (leftA < (maxA[shift + slot] as number)) maxA[shift + slot] = leftA;
    }
  };
  for (let session = 0; session < table.count; session++) {
    for (let at = table.circuit[session] as number; at >= 0 && tree.below[at] === 1; at = tree.parent[at] as number) {
      const { limitA, powerLimitW } = circuits[at] as ProblemCircuit;
      for (let kind = 0; kind < 3; kind++) {
        const limit = limitA[PHASES[kind] as Phase];
        if (limit !== 'unlimited' && (((mask[session] as number) >> kind) & 1) === 1) lower(session, limit, 1);
      }
      if (powerLimitW !== undefined) lower(session, powerLimitW, 1000 * (kwPerAmpere[session] as number));
    }
  }
}

/** What the sessions below each shared circuit could load it with, in A and W, beyond what is reserved, and what is reserved. */
class Reach {
  readonly slots: number;
  private readonly hasReservations: boolean;
  /** -1 for circuits that no two sessions share. */
  private readonly place: Int32Array;
  private readonly couldLoad: Float64Array;
  private readonly reserved: Float64Array;
  private readonly circuits: readonly ProblemCircuit[];
  private readonly tree: { readonly parent: Int32Array; readonly below: Int32Array; readonly order: Int32Array };

  constructor(
    circuits: readonly ProblemCircuit[],
    slots: number,
    tree: { readonly parent: Int32Array; readonly below: Int32Array; readonly order: Int32Array },
    hasReservations: boolean,
  ) {
    this.hasReservations = hasReservations;
    this.circuits = circuits;
    this.slots = slots;
    this.tree = tree;
    this.place = new Int32Array(circuits.length).fill(-1);
    let shared = 0;
    for (let circuit = 0; circuit < circuits.length; circuit++) {
      if ((tree.below[circuit] as number) > 1) this.place[circuit] = shared++;
    }
    this.couldLoad = new Float64Array(shared * KINDS * slots);
    this.reserved = new Float64Array(shared * KINDS * slots);
  }

  load(table: SessionTable): void {
    const { count, circuit, from, to, start, maxA, reserved, mask, kwPerAmpere } = table;
    for (let session = 0; session < count; session++) {
      let at = circuit[session] as number;
      while (at >= 0 && (this.place[at] as number) < 0) at = this.tree.parent[at] as number;
      if (at < 0) continue;
      const base = (this.place[at] as number) * KINDS * this.slots;
      const own = reserved[session] as Series;
      const watts = 1000 * (kwPerAmpere[session] as number);
      const shift = (start[session] as number) - (from[session] as number);
      for (let kind = 0; kind < KINDS; kind++) {
        if (kind !== POWER && (((mask[session] as number) >> kind) & 1) === 0) continue;
        const perAmpere = kind === POWER ? watts : 1;
        const row = base + kind * this.slots;
        for (let slot = from[session] as number; slot < (to[session] as number); slot++) {
          const headA = (maxA[shift + slot] as number) - (own === 0 ? 0 : seriesAt(own, slot));
          if (headA > 0) this.couldLoad[row + slot] = (this.couldLoad[row + slot] as number) + headA * perAmpere;
        }
        if (own === 0) continue;
        for (let slot = 0; slot < this.slots; slot++) {
          this.reserved[row + slot] = (this.reserved[row + slot] as number) + seriesAt(own, slot) * perAmpere;
        }
      }
    }
    this.passUp();
  }

  /** What passes a circuit is at most what it could be loaded with and at most what it lets through. */
  private passUp(): void {
    const { slots, couldLoad, reserved } = this;
    const size = KINDS * slots;
    for (const circuit of this.tree.order) {
      const place = this.place[circuit] as number;
      const above = this.tree.parent[circuit] as number;
      if (place < 0 || above < 0) continue;
      for (let kind = 0; kind < KINDS; kind++) {
        const limit = limitOf(this.circuits[circuit] as ProblemCircuit, kind);
        let from = place * size + kind * slots;
        let to = (this.place[above] as number) * size + kind * slots;
        for (let slot = 0; slot < slots; slot++, from++, to++) {
          let passes = couldLoad[from] as number;
          if (limit !== 'unlimited' && passes > 0) {
            const room = (typeof limit === 'number' ? limit : (limit[slot] as number)) - (reserved[from] as number);
            if (room < passes) passes = room > 0 ? room : 0;
          }
          couldLoad[to] = (couldLoad[to] as number) + passes;
          if (this.hasReservations) reserved[to] = (reserved[to] as number) + (reserved[from] as number);
        }
      }
    }
  }

  isShared(circuit: number): boolean {
    return (this.place[circuit] as number) >= 0;
  }

  /**
   * Per slot, what the limit leaves beyond what is reserved, in A or W; Infinity where no load could reach it. Never below 0: where
   * reservations alone exceed the limit, nothing comes on top of them.
   */
  rooms(circuit: number, kind: number, out: Float64Array): boolean {
    const limit = limitOf(this.circuits[circuit] as ProblemCircuit, kind);
    if (limit === 'unlimited') return false;
    const { slots, couldLoad, reserved } = this;
    let isReachable = false;
    let at = ((this.place[circuit] as number) * KINDS + kind) * slots;
    for (let slot = 0; slot < slots; slot++, at++) {
      let room = (typeof limit === 'number' ? limit : (limit[slot] as number)) - (reserved[at] as number);
      if (room < 0) room = 0;
      const isReached = (couldLoad[at] as number) > room + REACH_TOLERANCE * (room > 1 ? room : 1);
      out[slot] = isReached ? room : Number.POSITIVE_INFINITY;
      if (isReached) isReachable = true;
    }
    return isReachable;
  }
}

function limitOf(circuit: ProblemCircuit, kind: number): Series | 'unlimited' {
  return kind === POWER ? (circuit.powerLimitW ?? 'unlimited') : circuit.limitA[PHASES[kind] as Phase];
}

function classes(
  circuits: readonly ProblemCircuit[],
  reach: Reach,
  slotHours: Float64Array,
): Omit<CircuitTable, 'indexOf' | 'parent' | 'below'> {
  const classAt = new Int32Array(circuits.length * KINDS).fill(-1);
  const rowBase: number[] = [];
  const from: number[] = [];
  const to: number[] = [];
  const reasons: LimitedBy[] = [];
  const capacity: number[] = [];
  const rowReasonOf: number[] = [];
  const rooms = new Float64Array(slotHours.length);
  for (let circuit = 0; circuit < circuits.length; circuit++) {
    if (!reach.isShared(circuit)) continue;
    const given = circuits[circuit] as ProblemCircuit;
    for (let kind = 0; kind < KINDS; kind++) {
      if (!reach.rooms(circuit, kind, rooms)) continue;
      let first = 0;
      let last = slotHours.length - 1;
      while (rooms[first] === Number.POSITIVE_INFINITY) first++;
      while (rooms[last] === Number.POSITIVE_INFINITY) last--;
      classAt[circuit * KINDS + kind] = rowBase.length;
      rowBase.push(capacity.length - first);
      from.push(first);
      to.push(last + 1);
      reasons.push(reasonOf(given.id, kind));
      for (let slot = first; slot <= last; slot++) {
        // What can not be reached needs no exact room, only one that is never reached.
        const room = Math.min(rooms[slot] as number, UNREACHED) * (slotHours[slot] as number);
        capacity.push(kind === POWER ? room / 1000 : room);
        rowReasonOf.push(reasons.length - 1);
      }
    }
  }
  return {
    classAt,
    classRowBase: Int32Array.from(rowBase),
    classFrom: Int32Array.from(from),
    classTo: Int32Array.from(to),
    rows: capacity.length,
    capacity: Float64Array.from(capacity),
    reasons,
    rowReasonOf: Int32Array.from(rowReasonOf),
  };
}

function reasonOf(circuitId: string, kind: number): LimitedBy {
  return Object.freeze(
    kind === POWER ? { by: 'powerLimit', circuitId } : { by: 'circuit', circuitId, phase: PHASES[kind] as Phase },
  );
}
