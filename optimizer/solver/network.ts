import { demandWindows } from '../demand.js';
import type { ChargingProblem, DemandCharge, LimitedBy } from '../types.js';
import { type CircuitTable, indexCircuits, layOutCircuits } from './circuits.js';
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
export interface Network {
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

  /** -1 for none. A parent's index is smaller than its child's. A group loads its parents' rows too. */
  readonly groupParent: Int32Array;
  /** Own links of group g: linkStart[g] .. linkStart[g + 1]; those of its whole path: pathStart[g] .. , naming links. */
  readonly linkStart: Int32Array;
  readonly linkCoefficient: Float64Array;
  /** Row in slot t is linkRowBase + t for t in [linkFrom, linkTo); for a demand charge it is found through demandOf. */
  readonly linkRowBase: Int32Array;
  readonly linkFrom: Int32Array;
  readonly linkTo: Int32Array;
  /** Index into demands, or -1. */
  readonly linkDemand: Int32Array;
  readonly pathStart: Int32Array;
  readonly pathLink: Int32Array;
  /** The same links once more, side by side in the order of the path. */
  readonly pathRowBase: Int32Array;
  readonly pathFrom: Int32Array;
  readonly pathTo: Int32Array;
  readonly pathCoefficient: Float64Array;
  readonly pathDemand: Int32Array;

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

/** A demand charge that cars can make dearer. */
export interface Demand {
  readonly charge: DemandCharge;
  readonly pricePerKw: number;
  /** No plan's peak is lower: what was reached, and what the building reaches alone. */
  readonly peakMinKw: number;
  readonly firstRow: number;
  readonly windows: number;
  /** Per slot: the row of its window or -1, and kW of mean weighted power in it for each kWh. */
  readonly slotRow: Int32Array;
  readonly slotKwPerKwh: Float64Array;
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

function layOutDemands(problem: ChargingProblem, firstRow: number): Demand[] {
  const demands: Demand[] = [];
  let row = firstRow;
  for (const charge of problem.demandCharges ?? []) {
    if (charge.pricePerKw === 0) continue;
    const windows = demandWindows(charge, problem.boundariesMs);
    const slots = problem.boundariesMs.length - 1;
    const slotRow = new Int32Array(slots).fill(-1);
    const slotKwPerKwh = new Float64Array(slots);
    let peakMinKw = charge.peakSoFarKw;
    for (const [index, window] of windows.entries()) {
      peakMinKw = Math.max(peakMinKw, window.baseKwh / window.hours);
      for (let slot = window.fromSlot; slot < window.toSlot; slot++) {
        slotRow[slot] = row + index;
        const { weight = 1 } = charge;
        slotKwPerKwh[slot] = (typeof weight === 'number' ? weight : (weight[slot] ?? 0)) / window.hours;
      }
    }
    demands.push({
      charge,
      pricePerKw: charge.pricePerKw,
      peakMinKw,
      firstRow: row,
      windows: windows.length,
      slotRow,
      slotKwPerKwh,
    });
    row += windows.length;
  }
  return demands;
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

type Links = Pick<
  Network,
  | 'groupParent'
  | 'linkStart'
  | 'linkCoefficient'
  | 'linkRowBase'
  | 'linkFrom'
  | 'linkTo'
  | 'linkDemand'
  | 'pathStart'
  | 'pathLink'
  | 'pathRowBase'
  | 'pathFrom'
  | 'pathTo'
  | 'pathCoefficient'
  | 'pathDemand'
>;

/** Finds the groups that sessions fall into, and those above them. */
class GroupDraft {
  private readonly known = new Map<number, number>();
  private readonly parents: number[] = [];
  private readonly own: { coefficient: number; rowBase: number; from: number; to: number; demand: number }[][] = [];
  private readonly table: SessionTable;
  private readonly circuits: CircuitTable;
  private readonly demandsAt = new Map<number, number[]>();
  private readonly demands: readonly Demand[];

  constructor(of: {
    readonly table: SessionTable;
    readonly circuits: CircuitTable;
    readonly demands: readonly Demand[];
    readonly indexOf: ReadonlyMap<string, number>;
  }) {
    this.table = of.table;
    this.circuits = of.circuits;
    this.demands = of.demands;
    for (const [index, demand] of of.demands.entries()) {
      const circuit = of.indexOf.get(demand.charge.circuitId) ?? 0;
      this.demandsAt.set(circuit, [...(this.demandsAt.get(circuit) ?? []), index]);
    }
  }

  get count(): number {
    return this.parents.length;
  }

  /** The group of what a session takes below a circuit. What is reserved for it anyway loads no limit, but counts for peaks. */
  groupOf(circuit: number, session: number, isReserved: boolean): number {
    const way: number[] = [];
    let group = -1;
    // From the circuit up to the first that is known, then down again. By loops: a tree may be deeper than the stack.
    for (let at = circuit; at >= 0; at = this.circuits.parent[at] as number) {
      const known = this.known.get(this.keyOf(at, session, isReserved));
      if (known !== undefined) {
        group = known;
        break;
      }
      way.push(at);
    }
    for (let step = way.length - 1; step >= 0; step--) {
      const at = way[step] as number;
      const links = this.linksOf(at, session, isReserved);
      if (links.length > 0 || group < 0) {
        group = this.parents.push(group) - 1;
        this.own.push(links);
      }
      this.known.set(this.keyOf(at, session, isReserved), group);
    }
    return group;
  }

  private keyOf(circuit: number, session: number, isReserved: boolean): number {
    const { mask, kind, kinds } = this.table;
    const of = isReserved ? 0 : (mask[session] as number);
    return (circuit * kinds + (kind[session] as number)) * 8 + of;
  }

  private linksOf(circuit: number, session: number, isReserved: boolean) {
    const { classAt, classRowBase, classFrom, classTo } = this.circuits;
    const links: { coefficient: number; rowBase: number; from: number; to: number; demand: number }[] = [];
    for (let kind = 0; kind < 4 && !isReserved; kind++) {
      const isPower = kind === 3;
      if (!isPower && (((this.table.mask[session] as number) >> kind) & 1) === 0) continue;
      const found = classAt[circuit * 4 + kind] as number;
      if (found < 0) continue;
      links.push({
        // A·h on each of its phases for a kWh, or the kWh itself.
        coefficient: isPower ? 1 : 1 / (this.table.kwPerAmpere[session] as number),
        rowBase: classRowBase[found] as number,
        from: classFrom[found] as number,
        to: classTo[found] as number,
        demand: -1,
      });
    }
    for (const demand of this.demandsAt.get(circuit) ?? []) {
      const slots = this.demands[demand]?.slotRow.length ?? 0;
      links.push({ coefficient: 1, rowBase: 0, from: 0, to: slots, demand });
    }
    return links;
  }

  links(): Links {
    const linkStart = new Int32Array(this.count + 1);
    const pathStart = new Int32Array(this.count + 1);
    const pathLink: number[] = [];
    for (const [group, links] of this.own.entries()) linkStart[group + 1] = (linkStart[group] as number) + links.length;
    for (let group = 0; group < this.count; group++) {
      for (let at = group; at >= 0; at = this.parents[at] as number) {
        for (let link = linkStart[at] as number; link < (linkStart[at + 1] as number); link++) pathLink.push(link);
      }
      pathStart[group + 1] = pathLink.length;
    }
    const all = this.own.flat();
    const along = pathLink.flatMap((link) => all[link] ?? []);
    return {
      groupParent: Int32Array.from(this.parents),
      linkStart,
      linkCoefficient: Float64Array.from(all, (link) => link.coefficient),
      linkRowBase: Int32Array.from(all, (link) => link.rowBase),
      linkFrom: Int32Array.from(all, (link) => link.from),
      linkTo: Int32Array.from(all, (link) => link.to),
      linkDemand: Int32Array.from(all, (link) => link.demand),
      pathStart,
      pathLink: Int32Array.from(pathLink),
      pathRowBase: Int32Array.from(along, (link) => link.rowBase),
      pathFrom: Int32Array.from(along, (link) => link.from),
      pathTo: Int32Array.from(along, (link) => link.to),
      pathCoefficient: Float64Array.from(along, (link) => link.coefficient),
      pathDemand: Int32Array.from(along, (link) => link.demand),
    };
  }
}
