import { slotsOfStay } from '../stay.js';
import type { ChargingProblem, LimitedBy, Phase, ProblemCircuit, ProblemSession, Series } from '../types.js';

// The problem as flat arrays. Sessions and circuits are taken in the order of their ids, so that the order in which the caller
// lists them changes nothing, to the last bit. Reading a typed array inside its bounds always gives a number: `as number` on such
// reads here and in the stages states that, where a runtime check would cost more than the arithmetic.

/**
 * `row` is one limit of one circuit: a phase in A, or its power in W. A session loads row r of its path with
 * coefficient * currentA. Arrays per slot are slot-major: [slot * sessions + session], [slot * rows + row].
 */
export interface Layout {
  readonly slots: number;
  readonly sessions: number;
  readonly rows: number;
  /** Length slots + 1. */
  readonly boundariesMs: Float64Array;
  readonly slotHours: Float64Array;
  readonly energyPricePerKwh: Float64Array;
  /** Index in problem.sessions of each session here. */
  readonly problemIndex: Int32Array;
  readonly wattsPerAmpere: Float64Array;
  /** 0 throughout when the minimum current is relaxed. */
  readonly currentMinA: Float64Array;
  readonly weight: Float64Array;
  readonly energyWh: Float64Array;
  readonly shortfallPricePerKwh: Float64Array;
  /** Present in slots [fromSlot, toSlot). */
  readonly fromSlot: Int32Array;
  readonly toSlot: Int32Array;
  readonly currentMaxA: Float64Array;
  readonly reservedA: Float64Array;
  /** Undefined where nobody was promised anything in any slot. */
  readonly promisedA: Float64Array | undefined;
  /** Rows on the way to the root, nearest circuit first: pathRow[pathStart[session] .. pathStart[session + 1]). */
  readonly pathStart: Int32Array;
  readonly pathRow: Int32Array;
  readonly pathCoefficient: Float64Array;
  /** The same the other way round: which sessions load a row, and with what. */
  readonly rowStart: Int32Array;
  readonly rowSession: Int32Array;
  /** What a row admits, and that less all reservations (negative where they exceed it). */
  readonly capacity: Float64Array;
  readonly headroom: Float64Array;
  readonly rowReason: readonly LimitedBy[];
}

const MS_PER_HOUR = 3_600_000;
const PHASES: readonly Phase[] = ['L1', 'L2', 'L3'];

/** Lowers a validated problem. */
export function layOut(problem: ChargingProblem, minimumCurrent: 'respect' | 'relax'): Layout {
  const boundariesMs = Float64Array.from(problem.boundariesMs);
  const slots = boundariesMs.length - 1;
  const order = [...problem.sessions.keys()].sort((a, b) => compareIds(problem.sessions[a], problem.sessions[b]));
  const sessions = order.flatMap((index) => problem.sessions[index] ?? []);
  const rows = layOutRows(problem.circuits, slots);
  const paths = layOutPaths(sessions, rows);
  const presence = layOutPresence(sessions, boundariesMs);
  const reservedA = bySlot(
    sessions.map((session) => session.reservedA ?? 0),
    slots,
  );
  const count = sessions.length;
  return {
    slots,
    sessions: count,
    rows: rows.reasons.length,
    boundariesMs,
    slotHours: Float64Array.from({ length: slots }, (_, slot) => slotHours(boundariesMs, slot)),
    energyPricePerKwh: Float64Array.from(problem.energyPricePerKwh),
    problemIndex: Int32Array.from(order),
    wattsPerAmpere: Float64Array.from(sessions, (session) => session.voltageV * session.phases.length),
    currentMinA: Float64Array.from(sessions, (session) => (minimumCurrent === 'relax' ? 0 : session.currentMinA)),
    weight: Float64Array.from(sessions, (session) => session.weight ?? 1),
    energyWh: Float64Array.from(sessions, (session) => session.energyWh),
    shortfallPricePerKwh: Float64Array.from(sessions, (session) => session.shortfallPricePerKwh),
    ...presence,
    currentMaxA: bySlot(
      sessions.map((session) => session.currentMaxA),
      slots,
    ),
    reservedA,
    promisedA: promisesOf(sessions, slots),
    ...paths,
    ...transpose(paths, rows.reasons.length, count),
    capacity: rows.capacity,
    headroom: headroomOf({ capacity: rows.capacity, reservedA, paths }, slots, rows.reasons.length),
    rowReason: rows.reasons,
  };
}

/** Code units, not a locale: the same everywhere. */
function compareIds(a: { readonly id: string } | undefined, b: { readonly id: string } | undefined): number {
  const idA = a?.id ?? '';
  const idB = b?.id ?? '';
  return idA < idB ? -1 : idA > idB ? 1 : 0;
}

function slotHours(boundariesMs: Float64Array, slot: number): number {
  return ((boundariesMs[slot + 1] as number) - (boundariesMs[slot] as number)) / MS_PER_HOUR;
}

function bySlot(series: readonly Series[], slots: number): Float64Array {
  const flat = new Float64Array(series.length * slots);
  for (const [session, values] of series.entries()) {
    if (typeof values === 'number') {
      if (values !== 0) for (let at = session; at < flat.length; at += series.length) flat[at] = values;
    } else {
      for (let slot = 0; slot < slots; slot++) flat[slot * series.length + session] = values[slot] as number;
    }
  }
  return flat;
}

function promisesOf(sessions: readonly ProblemSession[], slots: number): Float64Array | undefined {
  if (sessions.every(({ promisedA }) => promisedA === undefined)) return undefined;
  const promisedA = bySlot(
    sessions.map((session) => session.promisedA ?? 0),
    slots,
  );
  return promisedA.some((currentA) => currentA > 0) ? promisedA : undefined;
}

interface Rows {
  readonly reasons: readonly LimitedBy[];
  readonly capacity: Float64Array;
  /** Per circuit id, from it to the root. */
  readonly upwards: ReadonlyMap<string, readonly CircuitRows[]>;
}

interface CircuitRows {
  readonly phaseRow: Readonly<Record<Phase, number | 'unlimited'>>;
  readonly powerRow: number | 'unlimited';
}

function layOutRows(circuits: readonly ProblemCircuit[], slots: number): Rows {
  const reasons: LimitedBy[] = [];
  const limits: Series[] = [];
  const add = (limit: Series | 'unlimited', reason: LimitedBy): number | 'unlimited' => {
    if (limit === 'unlimited') return 'unlimited';
    limits.push(limit);
    return reasons.push(Object.freeze(reason)) - 1;
  };
  const own = new Map<string, CircuitRows>();
  for (const circuit of [...circuits].sort(compareIds)) {
    const phaseRow = (phase: Phase) => add(circuit.limitA[phase], { by: 'circuit', circuitId: circuit.id, phase });
    own.set(circuit.id, {
      phaseRow: { L1: phaseRow('L1'), L2: phaseRow('L2'), L3: phaseRow('L3') },
      powerRow: add(circuit.powerLimitW ?? 'unlimited', { by: 'powerLimit', circuitId: circuit.id }),
    });
  }
  return { reasons, capacity: bySlot(limits, slots), upwards: waysUp(circuits, own) };
}

function waysUp(
  circuits: readonly ProblemCircuit[],
  own: ReadonlyMap<string, CircuitRows>,
): ReadonlyMap<string, readonly CircuitRows[]> {
  const parents = new Map(circuits.map((circuit) => [circuit.id, circuit.parentId]));
  const ways = new Map<string, readonly CircuitRows[]>();
  for (const circuit of circuits) {
    const way: CircuitRows[] = [];
    for (let at: string | null = circuit.id; at !== null; at = parents.get(at) ?? null) {
      const rows = own.get(at);
      if (rows !== undefined) way.push(rows);
    }
    ways.set(circuit.id, way);
  }
  return ways;
}

type Paths = Pick<Layout, 'pathStart' | 'pathRow' | 'pathCoefficient'>;

function layOutPaths(sessions: readonly ProblemSession[], rows: Rows): Paths {
  const pathStart = new Int32Array(sessions.length + 1);
  const pathRow: number[] = [];
  const pathCoefficient: number[] = [];
  for (const [index, session] of sessions.entries()) {
    for (const circuit of rows.upwards.get(session.circuitId) ?? []) {
      for (const phase of PHASES) {
        const row = circuit.phaseRow[phase];
        if (row === 'unlimited' || !session.phases.includes(phase)) continue;
        pathRow.push(row);
        pathCoefficient.push(1);
      }
      if (circuit.powerRow === 'unlimited') continue;
      pathRow.push(circuit.powerRow);
      pathCoefficient.push(session.voltageV * session.phases.length);
    }
    pathStart[index + 1] = pathRow.length;
  }
  return { pathStart, pathRow: Int32Array.from(pathRow), pathCoefficient: Float64Array.from(pathCoefficient) };
}

function transpose(paths: Paths, rows: number, sessions: number): Pick<Layout, 'rowStart' | 'rowSession'> {
  const rowStart = new Int32Array(rows + 1);
  for (const row of paths.pathRow) rowStart[row + 1] = (rowStart[row + 1] as number) + 1;
  for (let row = 0; row < rows; row++) rowStart[row + 1] = (rowStart[row + 1] as number) + (rowStart[row] as number);
  const next = rowStart.slice();
  const rowSession = new Int32Array(paths.pathRow.length);
  for (let session = 0; session < sessions; session++) {
    for (let at = paths.pathStart[session] as number; at < (paths.pathStart[session + 1] as number); at++) {
      const row = paths.pathRow[at] as number;
      rowSession[next[row] as number] = session;
      next[row] = (next[row] as number) + 1;
    }
  }
  return { rowStart, rowSession };
}

function layOutPresence(
  sessions: readonly ProblemSession[],
  boundariesMs: Float64Array,
): Pick<Layout, 'fromSlot' | 'toSlot'> {
  const fromSlot = new Int32Array(sessions.length);
  const toSlot = new Int32Array(sessions.length);
  for (const [index, session] of sessions.entries()) {
    const { from, to } = slotsOfStay(session, boundariesMs);
    fromSlot[index] = from;
    toSlot[index] = to;
  }
  return { fromSlot, toSlot };
}

function headroomOf(
  of: { readonly capacity: Float64Array; readonly reservedA: Float64Array; readonly paths: Paths },
  slots: number,
  rows: number,
): Float64Array {
  const { capacity, reservedA, paths } = of;
  const headroom = capacity.slice();
  const sessions = paths.pathStart.length - 1;
  for (let slot = 0; slot < slots; slot++) {
    for (let session = 0; session < sessions; session++) {
      const current = reservedA[slot * sessions + session] as number;
      if (current === 0) continue;
      for (let at = paths.pathStart[session] as number; at < (paths.pathStart[session + 1] as number); at++) {
        const cell = slot * rows + (paths.pathRow[at] as number);
        headroom[cell] = (headroom[cell] as number) - current * (paths.pathCoefficient[at] as number);
      }
    }
  }
  return headroom;
}
