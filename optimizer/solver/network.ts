import { demandWindows } from '../demand.js';
import type { ChargingProblem, LimitedBy } from '../types.js';
import { type CircuitTable, indexCircuits, layOutCircuits } from './circuits.js';
import { type Demand, layOutDemands } from './demands.js';
import { GroupDraft, type Links } from './groups.js';
import { fillCells, layOutSessions, type SessionTable } from './sessions.js';

// The problem as flat arrays of energies. Reading a typed array inside its bounds always gives a number: `as number` on such reads,
// here and in the stages, states that where a check at run time would cost more than the arithmetic.

/**
 * A *cell* is one slot of one session (or the part of it that is reserved for the session anyway): how many kWh it can take there.
 * A *group* holds the sessions that load the same limits in the same way: one constrained circuit, one set of phases, one voltage.
 * A *place* is a group in a slot, at index group * slots + slot: all cells of a place have the same price.
 * A *row* is one limit in one slot: a phase of a circuit in A·h, or its power in kWh; after them, one row for each averaging window of
 * each demand charge, in kW of mean power. Rows that no plan can reach are left out.
 * A *link* says that a group loads rows: coefficient * kWh of the place loads row rowBase + slot.
 */
export interface Network extends Links {
  readonly slots: number;
  readonly sessions: number;
  readonly groups: number;
  readonly slotHours: Float64Array;
  /** Real prices, and those with the tie-break that makes earlier better. Per slot. */
  readonly price: Float64Array;
  readonly tiltedPrice: Float64Array;

  /** Sessions are ordered by group. Index in problem.sessions of each. */
  readonly problemIndex: Int32Array;
  readonly sessionGroup: Int32Array;
  readonly wantedKwh: Float64Array;
  readonly shortfallPrice: Float64Array;
  readonly kwPerAmpere: Float64Array;
  readonly currentMinA: Float64Array;

  /** The cells of session s are cellStart[s] .. cellStart[s + 1], in time order; reserved parts come first. */
  readonly cellStart: Int32Array;
  readonly cellSlot: Int32Array;
  readonly cellPlace: Int32Array;
  readonly cellKwh: Float64Array;

  readonly rows: number;
  /** The first row that belongs to a demand charge; all after it do. */
  readonly firstDemandRow: number;
  /** Of a demand row: what a peak of 0 kW would leave, that is minus the building's mean power. */
  readonly capacity: Float64Array;
  /** The slot of a row, or for a demand row the first of its window. */
  readonly rowSlot: Int32Array;
  readonly rowReason: readonly LimitedBy[];
  /** rowReasonOf[row] is an index into rowReason. */
  readonly rowReasonOf: Int32Array;
  readonly demands: readonly Demand[];
  readonly circuits: CircuitTable;
  readonly table: SessionTable;
}

const MS_PER_HOUR = 3_600_000;
/** The tie-break "earlier is better" over the whole horizon, as a share of what prices are like. Far below any gap asked for. */
const TILT = 5e-6;
const TILT_MIN = 1e-6;

/** Lowers a validated problem. */
export function layOut(problem: ChargingProblem): Network {
  const slotHours = hoursOf(problem.boundariesMs);
  const indexOf = indexCircuits(problem.circuits);
  const table = layOutSessions(problem, indexOf);
  const circuits = layOutCircuits(problem, table, { indexOf, slotHours });
  fillCells(table, slotHours);
  const demands = layOutDemands(problem, circuits.rows);
  const price = Float64Array.from(problem.energyPricePerKwh);
  const draft = new GroupDraft({ table, circuits, demands, indexOf });
  const groupOf = table.circuit.map((circuit, session) => draft.groupOf(circuit, session, false));
  const reservedGroupOf = table.hasReservations
    ? table.circuit.map((circuit, session) => draft.groupOf(circuit, session, true))
    : undefined;
  const links = draft.links();
  const shut = shutPlaces(links, circuits.capacity, slotHours.length);
  const cells = layOutCells(table, { groupOf, reservedGroupOf, slots: slotHours.length, shut });
  const rows = circuits.rows + demands.reduce((sum, demand) => sum + demand.windows, 0);
  return {
    slots: slotHours.length,
    sessions: table.count,
    groups: draft.count,
    slotHours,
    price,
    tiltedPrice: tilted(price, problem.boundariesMs),
    ...cells,
    ...links,
    rows,
    firstDemandRow: circuits.rows,
    capacity: capacities(circuits, demands, rows, problem),
    rowSlot: slotsOfRows(circuits, demands, rows),
    rowReason: circuits.reasons,
    rowReasonOf: circuits.rowReasonOf,
    demands,
    circuits,
    table,
  };
}

function hoursOf(boundariesMs: readonly number[]): Float64Array {
  const hours = new Float64Array(boundariesMs.length - 1);
  for (let slot = 0; slot < hours.length; slot++) {
    hours[slot] = ((boundariesMs[slot + 1] as number) - (boundariesMs[slot] as number)) / MS_PER_HOUR;
  }
  return hours;
}

function tilted(price: Float64Array, boundariesMs: readonly number[]): Float64Array {
  let scale = 0;
  for (const value of price) scale += Math.abs(value);
  const whole = Math.max(TILT_MIN, (TILT * scale) / price.length);
  const startMs = boundariesMs[0] as number;
  const spanMs = (boundariesMs[price.length] as number) - startMs;
  return price.map((value, slot) => value + (whole * ((boundariesMs[slot] as number) - startMs)) / spanMs);
}

function capacities(
  circuits: CircuitTable,
  demands: readonly Demand[],
  rows: number,
  problem: ChargingProblem,
): Float64Array {
  const capacity = new Float64Array(rows);
  capacity.set(circuits.capacity);
  for (const demand of demands) {
    for (const [index, window] of demandWindows(demand.charge, problem.boundariesMs).entries()) {
      capacity[demand.firstRow + index] = -window.baseKwh / window.hours;
    }
  }
  return capacity;
}

function slotsOfRows(circuits: CircuitTable, demands: readonly Demand[], rows: number): Int32Array {
  const slotOf = new Int32Array(rows);
  const { classRowBase, classFrom, classTo } = circuits;
  for (let index = 0; index < classRowBase.length; index++) {
    const base = classRowBase[index] as number;
    for (let slot = classFrom[index] as number; slot < (classTo[index] as number); slot++) slotOf[base + slot] = slot;
  }
  for (const demand of demands) {
    for (let slot = demand.slotRow.length - 1; slot >= 0; slot--) {
      const row = demand.slotRow[slot] as number;
      if (row >= 0) slotOf[row] = slot;
    }
  }
  return slotOf;
}

type Cells = Pick<
  Network,
  | 'problemIndex'
  | 'sessionGroup'
  | 'wantedKwh'
  | 'shortfallPrice'
  | 'kwPerAmpere'
  | 'currentMinA'
  | 'cellStart'
  | 'cellSlot'
  | 'cellPlace'
  | 'cellKwh'
>;

/** Sessions by group, so that a group's sessions lie side by side in memory; cells that can hold nothing are left out. */
function layOutCells(
  table: SessionTable,
  at: {
    readonly groupOf: Int32Array;
    readonly reservedGroupOf: Int32Array | undefined;
    readonly slots: number;
    readonly shut: Uint8Array;
  },
): Cells {
  const { count, start, headKwh, reservedKwh, from, to } = table;
  const { groupOf, reservedGroupOf, slots, shut } = at;
  const order = Int32Array.from({ length: count }, (_, index) => index);
  order.sort(
    (a, b) => (groupOf[a] as number) - (groupOf[b] as number) || (to[a] as number) - (to[b] as number) || a - b,
  );
  const cellMax = (start[count] as number) * (reservedGroupOf === undefined ? 1 : 2);
  const cellStart = new Int32Array(count + 1);
  const cellSlot = new Int32Array(cellMax);
  const cellPlace = new Int32Array(cellMax);
  const cellKwh = new Float64Array(cellMax);
  let cells = 0;
  for (let session = 0; session < count; session++) {
    const source = order[session] as number;
    cellStart[session] = cells;
    const first = (start[source] as number) - (from[source] as number);
    for (let part = reservedGroupOf === undefined ? 1 : 0; part < 2; part++) {
      const kwh = part === 0 ? reservedKwh : headKwh;
      const base = ((part === 0 ? reservedGroupOf?.[source] : groupOf[source]) as number) * slots;
      for (let slot = from[source] as number; slot < (to[source] as number); slot++) {
        const most = kwh[first + slot] as number;
        if (most <= 0 || shut[base + slot] === 1) continue;
        cellSlot[cells] = slot;
        cellPlace[cells] = base + slot;
        cellKwh[cells++] = most;
      }
    }
  }
  cellStart[count] = cells;
  const take = (values: Float64Array): Float64Array => {
    const taken = new Float64Array(count);
    for (let session = 0; session < count; session++) taken[session] = values[order[session] as number] as number;
    return taken;
  };
  return {
    problemIndex: order,
    sessionGroup: Int32Array.from(order, (source) => groupOf[source] as number),
    wantedKwh: take(table.wantedKwh),
    shortfallPrice: take(table.shortfallPrice),
    kwPerAmpere: take(table.kwPerAmpere),
    currentMinA: take(table.currentMinA),
    cellStart,
    cellSlot: cellSlot.subarray(0, cells),
    cellPlace: cellPlace.subarray(0, cells),
    cellKwh: cellKwh.subarray(0, cells),
  };
}

/** Places that some limit leaves nothing at all. */
function shutPlaces(links: Links, capacity: Float64Array, slots: number): Uint8Array {
  const { groupParent, linkStart, linkRowBase, linkFrom, linkTo, linkDemand } = links;
  const shut = new Uint8Array(groupParent.length * slots);
  for (let group = 0; group < groupParent.length; group++) {
    const parent = groupParent[group] as number;
    const base = group * slots;
    if (parent >= 0) shut.copyWithin(base, parent * slots, parent * slots + slots);
    for (let link = linkStart[group] as number; link < (linkStart[group + 1] as number); link++) {
      if ((linkDemand[link] as number) >= 0) continue;
      for (let slot = linkFrom[link] as number; slot < (linkTo[link] as number); slot++) {
        if (capacity[(linkRowBase[link] as number) + slot] === 0) shut[base + slot] = 1;
      }
    }
  }
  return shut;
}
