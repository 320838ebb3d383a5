import type { Network } from './network.js';
import { type Primal, roomAt, takeAt } from './primal.js';

/** Rows with less left than this share of their capacity are full. */
const FULL_TOLERANCE = 1e-7;
const KWH_MIN = 1e-6;
/** Bounds of the search: chains for one session, and cells looked at in one run, as a multiple of all cells. */
const CHAINS_MAX = 40;
const LOOKS_PER_CELL_MAX = 8;

/** Cells by slot, in the order of sessions. */
export interface SlotIndex {
  readonly slotStart: Int32Array;
  readonly slotCell: Int32Array;
  readonly cellSession: Int32Array;
}

/**
 * Finds room for what is missing by chains of moves: a session takes at a full place what another gives up there, which takes elsewhere, and so
 * on until somebody finds room. Found by breadth first, so that chains are short. A giver must load every full row that the taker meets.
 */
export class Augmentation {
  private readonly network: Network;
  private readonly index: SlotIndex;
  private readonly full: Uint8Array;
  private readonly marked: Int32Array;
  private readonly seenPlace: Int32Array;
  private readonly seenSession: Int32Array;
  private readonly queue: Int32Array;
  /** How a session came in: who takes from it, in which cell of the taker, and which cell of its own it gives up; how many kWh for one. */
  private readonly taker: Int32Array;
  private readonly takenCell: Int32Array;
  private readonly givenCell: Int32Array;
  private readonly ratio: Float64Array;
  /** What was seen since the last chain was found leads nowhere: it is not looked at again until something has moved. */
  private round = 0;
  private looksLeft = 0;
  private mark = 0;

  constructor(network: Network, index: SlotIndex) {
    this.network = network;
    this.index = index;
    this.full = new Uint8Array(network.rows);
    this.marked = new Int32Array(network.rows);
    this.seenPlace = new Int32Array(network.groups * network.slots);
    this.seenSession = new Int32Array(network.sessions);
    this.queue = new Int32Array(network.sessions);
    this.taker = new Int32Array(network.sessions);
    this.takenCell = new Int32Array(network.sessions);
    this.givenCell = new Int32Array(network.sessions);
    this.ratio = new Float64Array(network.sessions);
  }

  /** Only for those whom the dual does not see going short: what others miss has no place. */
  run(primal: Primal, isShort: Uint8Array): void {
    const { network } = this;
    const waiting: number[] = [];
    for (let session = 0; session < network.sessions; session++) {
      if (isShort[session] === 0 && (primal.missingKwh[session] as number) > KWH_MIN) waiting.push(session);
    }
    const worth = network.shortfallPrice;
    waiting.sort((a, b) => (worth[b] as number) - (worth[a] as number) || a - b);
    if (waiting.length === 0) return;
    this.findFull(primal);
    this.round++;
    this.looksLeft = LOOKS_PER_CELL_MAX * network.cellKwh.length;
    for (const session of waiting) {
      if (this.looksLeft <= 0) return;
      for (let chain = 0; chain < CHAINS_MAX && (primal.missingKwh[session] as number) > KWH_MIN; chain++) {
        if (!this.augment(primal, session)) break;
        this.round++;
      }
    }
  }

  private findFull(primal: Primal): void {
    const { rows, capacity, firstDemandRow } = this.network;
    for (let row = 0; row < rows; row++) {
      const limit = row < firstDemandRow ? FULL_TOLERANCE * Math.max(1e-3, capacity[row] as number) : FULL_TOLERANCE;
      this.full[row] = (primal.free[row] as number) <= limit ? 1 : 0;
    }
  }

  private augment(primal: Primal, source: number): boolean {
    const { network, queue, seenSession, seenPlace } = this;
    const { cellStart, cellPlace, cellKwh } = network;
    const { round } = this;
    let head = 0;
    let tail = 0;
    queue[tail++] = source;
    seenSession[source] = round;
    this.taker[source] = -1;
    while (head < tail) {
      const session = queue[head++] as number;
      for (let cell = cellStart[session] as number; cell < (cellStart[session + 1] as number); cell++) {
        if ((cellKwh[cell] as number) - (primal.kwh[cell] as number) <= KWH_MIN) continue;
        const place = cellPlace[cell] as number;
        if (seenPlace[place] === round) continue;
        seenPlace[place] = round;
        const fullRows = this.markFull(place);
        if (fullRows === 0) {
          if (roomAt(network, primal.free, place, Number.POSITIVE_INFINITY) <= KWH_MIN) continue;
          if (this.apply(primal, session, cell)) return true;
          continue;
        }
        if (this.looksLeft <= 0) return false;
        tail = this.enlist(primal, { session, cell, fullRows, tail });
      }
    }
    return false;
  }

  /** Marks the full rows on a place's path; answers how many. */
  private markFull(place: number): number {
    const mark = ++this.mark;
    let count = 0;
    this.eachRow(place, (row) => {
      if (this.full[row] === 0 || this.marked[row] === mark) return;
      this.marked[row] = mark;
      count++;
    });
    return count;
  }

  /** Queues all who load every marked row in the cell's slot. */
  private enlist(
    primal: Primal,
    at: { readonly session: number; readonly cell: number; readonly fullRows: number; readonly tail: number },
  ): number {
    const { network, index, seenSession, queue } = this;
    const slot = network.cellSlot[at.cell] as number;
    let { tail } = at;
    let lastPlace = -1;
    let ratio = 0;
    for (let entry = index.slotStart[slot] as number; entry < (index.slotStart[slot + 1] as number); entry++) {
      this.looksLeft--;
      const cell = index.slotCell[entry] as number;
      if ((primal.kwh[cell] as number) <= KWH_MIN) continue;
      const session = index.cellSession[cell] as number;
      if (seenSession[session] === this.round) continue;
      const place = network.cellPlace[cell] as number;
      if (place !== lastPlace) {
        lastPlace = place;
        ratio = this.relief(place, at);
      }
      if (ratio === 0) continue;
      seenSession[session] = this.round;
      this.taker[session] = at.session;
      this.takenCell[session] = at.cell;
      this.givenCell[session] = cell;
      this.ratio[session] = ratio;
      queue[tail++] = session;
    }
    return tail;
  }

  /** How many kWh must be given up at the place for one kWh at the taker's; 0 where some full row would not be relieved. */
  private relief(place: number, at: { readonly cell: number; readonly fullRows: number }): number {
    const takerPlace = this.network.cellPlace[at.cell] as number;
    let covered = 0;
    let ratio = 0;
    this.eachRow(place, (row, coefficient) => {
      if (this.marked[row] !== this.mark) return;
      covered++;
      const needed = this.coefficientAt(takerPlace, row);
      ratio = Math.max(ratio, needed / coefficient);
    });
    return covered === at.fullRows ? ratio : 0;
  }

  /** Carries the chain out, its end first. */
  private apply(primal: Primal, end: number, endCell: number): boolean {
    const { network } = this;
    const { cellKwh, cellPlace, cellSlot, price } = network;
    // How much one kWh of the source asks of each: found from the source on, so the chain is turned round first.
    const chain: number[] = [];
    for (let session = end; session >= 0; session = this.taker[session] as number) chain.push(session);
    chain.reverse();
    const source = chain[0] as number;
    let most = primal.missingKwh[source] as number;
    let scale = 1;
    let cost = 0;
    for (let step = 1; step < chain.length; step++) {
      const session = chain[step] as number;
      const taken = this.takenCell[session] as number;
      const given = this.givenCell[session] as number;
      most = Math.min(most, ((cellKwh[taken] as number) - (primal.kwh[taken] as number)) / scale);
      const slotPrice = price[cellSlot[taken] as number] as number;
      cost += slotPrice * scale;
      scale *= this.ratio[session] as number;
      cost -= slotPrice * scale;
      most = Math.min(most, (primal.kwh[given] as number) / scale);
    }
    const room = roomAt(network, primal.free, cellPlace[endCell] as number, Number.POSITIVE_INFINITY);
    most = Math.min(most, Math.min(room, (cellKwh[endCell] as number) - (primal.kwh[endCell] as number)) / scale);
    cost += (price[cellSlot[endCell] as number] as number) * scale;
    if (most <= KWH_MIN || cost >= (network.shortfallPrice[source] as number)) return false;
    let amount = most * scale;
    let into = endCell;
    for (let step = chain.length - 1; step >= 1; step--) {
      const session = chain[step] as number;
      const given = this.givenCell[session] as number;
      const moved = this.put(primal, into, amount);
      this.give(primal, given, moved);
      into = this.takenCell[session] as number;
      amount = moved / (this.ratio[session] as number);
    }
    const gained = this.put(primal, into, amount);
    primal.missingKwh[source] = Math.max(0, (primal.missingKwh[source] as number) - gained);
    return gained > KWH_MIN * 0.1;
  }

  private put(primal: Primal, cell: number, kwh: number): number {
    const place = this.network.cellPlace[cell] as number;
    const moved = roomAt(this.network, primal.free, place, kwh);
    primal.kwh[cell] = (primal.kwh[cell] as number) + moved;
    takeAt(this.network, primal.free, place, moved);
    this.refreshFull(primal, place);
    return moved;
  }

  private give(primal: Primal, cell: number, kwh: number): void {
    const place = this.network.cellPlace[cell] as number;
    primal.kwh[cell] = Math.max(0, (primal.kwh[cell] as number) - kwh);
    takeAt(this.network, primal.free, place, -kwh);
    this.refreshFull(primal, place);
  }

  private refreshFull(primal: Primal, place: number): void {
    const { capacity, firstDemandRow } = this.network;
    this.eachRow(place, (row) => {
      const limit = row < firstDemandRow ? FULL_TOLERANCE * Math.max(1e-3, capacity[row] as number) : FULL_TOLERANCE;
      this.full[row] = (primal.free[row] as number) <= limit ? 1 : 0;
    });
  }

  private coefficientAt(place: number, wanted: number): number {
    let found = 0;
    this.eachRow(place, (row, coefficient) => {
      if (row === wanted) found = coefficient;
    });
    return found;
  }

  private eachRow(place: number, visit: (row: number, coefficient: number) => void): void {
    const { slots, pathStart, pathLink, linkCoefficient, linkRowBase, linkFrom, linkTo, linkDemand, demands } =
      this.network;
    const group = (place / slots) | 0;
    const slot = place - group * slots;
    for (let step = pathStart[group] as number; step < (pathStart[group + 1] as number); step++) {
      const link = pathLink[step] as number;
      const demand = demands[linkDemand[link] as number];
      if (demand !== undefined) {
        const row = demand.slotRow[slot] as number;
        const perKwh = demand.slotKwPerKwh[slot] as number;
        if (row >= 0 && perKwh > 0) visit(row, perKwh);
        continue;
      }
      if (slot < (linkFrom[link] as number) || slot >= (linkTo[link] as number)) continue;
      visit((linkRowBase[link] as number) + slot, linkCoefficient[link] as number);
    }
  }
}
