import type { Entries } from './entries.js';
import type { Network } from './network.js';
import type { PlaceRows } from './placeRows.js';
import { type Primal, peakOf, rowLoadsOf } from './primal.js';

/** Less than this is no energy. */
export const KWH_DUST = 1e-9;

/**
 * A plan under work: energy per entry, with what is missing, what the rows have left and what it all costs kept in step. Demand charges
 * are limits here: the peaks allowed for. Every change is noted, so that a search can try moves and take them back.
 */
export class Draft {
  readonly network: Network;
  readonly entries: Entries;
  readonly rows: PlaceRows;
  readonly kwh: Float64Array;
  readonly missingKwh: Float64Array;
  readonly free: Float64Array;
  /** Per demand charge: the peak that is allowed for. */
  readonly peakKw: Float64Array;
  /** Energy and shortfall by the tilted prices, less what no energy at all would cost. */
  cost = 0;
  private readonly changed: number[] = [];
  private readonly before: number[] = [];

  constructor(of: { readonly network: Network; readonly entries: Entries; readonly rows: PlaceRows }, start: Primal) {
    this.network = of.network;
    this.entries = of.entries;
    this.rows = of.rows;
    const { cell, reservedCell, session, costPerKwh } = of.entries;
    this.kwh = new Float64Array(session.length);
    this.missingKwh = of.network.wantedKwh.slice();
    for (let entry = 0; entry < session.length; entry++) {
      const kwh = partOf(start, cell[entry] as number) + partOf(start, reservedCell[entry] as number);
      if (kwh === 0) continue;
      this.kwh[entry] = kwh;
      const of = session[entry] as number;
      this.missingKwh[of] = (this.missingKwh[of] as number) - kwh;
      this.cost += kwh * (costPerKwh[entry] as number);
    }
    const load = rowLoadsOf(of.network, this.cellsKwh());
    this.peakKw = Float64Array.from(of.network.demands, (demand) => peakOf(of.network, demand, load));
    this.free = this.freeBeside(load);
  }

  /** How much more the entry can take, at most `most`: by its own maximum and by the rows. */
  room(entry: number, most: number): number {
    const { maxKwh, place, reservedCell } = this.entries;
    const room = Math.min(most, (maxKwh[entry] as number) - (this.kwh[entry] as number));
    if (room <= 0) return 0;
    if ((reservedCell[entry] as number) >= 0) return this.roomWithReserved(entry, room);
    return this.roomAt(place[entry] as number, room);
  }

  /** What is reserved loads no limit but peaks; those bind both parts together. */
  private roomWithReserved(entry: number, most: number): number {
    const { place, reservedCell, cell } = this.entries;
    const { cellKwh, cellPlace } = this.network;
    const reserved = reservedCell[entry] as number;
    const both = this.roomAt(cellPlace[reserved] as number, most);
    const left = Math.max(0, (cellKwh[reserved] as number) - (this.kwh[entry] as number));
    if (both <= left || (cell[entry] as number) < 0) return Math.min(both, left);
    return Math.min(both, left + this.roomAt(place[entry] as number, most - left));
  }

  private roomAt(place: number, most: number): number {
    const { start, row, coefficient } = this.rows;
    const { free } = this;
    let room = most;
    for (let at = start[place] as number, to = start[place + 1] as number; at < to; at++) {
      const left = (free[row[at] as number] as number) / (coefficient[at] as number);
      if (left < room) room = left;
    }
    return room > 0 ? room : 0;
  }

  /** Adds kWh (negative: takes them off). The caller has asked for the room. */
  add(entry: number, kwh: number): void {
    const before = this.kwh[entry] as number;
    this.changed.push(entry);
    this.before.push(before);
    this.put(entry, before + kwh > KWH_DUST ? before + kwh : 0);
  }

  mark(): number {
    return this.changed.length;
  }

  /** Takes back all changes since the mark. */
  undo(mark: number): void {
    while (this.changed.length > mark) {
      const entry = this.changed.pop() as number;
      this.put(entry, this.before.pop() as number);
    }
  }

  /** What was done can no longer be taken back. */
  keep(): void {
    this.changed.length = 0;
    this.before.length = 0;
  }

  /** Back to a plan that was noted before. */
  restore(kwh: Float64Array): void {
    for (let entry = 0; entry < kwh.length; entry++) {
      if (kwh[entry] !== this.kwh[entry]) this.put(entry, kwh[entry] as number);
    }
    this.keep();
  }

  /** Raises all peaks that are allowed for. */
  allowPeaks(moreKw: number): void {
    const { firstDemandRow, rows } = this.network;
    for (let index = 0; index < this.peakKw.length; index++)
      this.peakKw[index] = (this.peakKw[index] as number) + moreKw;
    for (let row = firstDemandRow; row < rows; row++) this.free[row] = (this.free[row] as number) + moreKw;
  }

  private freeBeside(load: Float64Array): Float64Array {
    const { network, peakKw } = this;
    const free = network.capacity.map((capacity, row) => capacity - (load[row] as number));
    for (const [index, { firstRow, windows }] of network.demands.entries()) {
      for (let row = firstRow; row < firstRow + windows; row++) {
        free[row] = (free[row] as number) + (peakKw[index] as number);
      }
    }
    return free;
  }

  private put(entry: number, after: number): void {
    const { session, place, costPerKwh, reservedCell } = this.entries;
    const before = this.kwh[entry] as number;
    const more = after - before;
    const of = session[entry] as number;
    this.kwh[entry] = after;
    this.missingKwh[of] = (this.missingKwh[of] as number) - more;
    this.cost += more * (costPerKwh[entry] as number);
    const reserved = reservedCell[entry] as number;
    if (reserved < 0) {
      this.take(place[entry] as number, more);
      return;
    }
    const most = this.network.cellKwh[reserved] as number;
    const inReserved = Math.min(most, after) - Math.min(most, before);
    if (inReserved !== 0) this.take(this.network.cellPlace[reserved] as number, inReserved);
    if (more !== inReserved) this.take(place[entry] as number, more - inReserved);
  }

  private take(place: number, kwh: number): void {
    const { start, row, coefficient } = this.rows;
    const { free } = this;
    for (let at = start[place] as number, to = start[place + 1] as number; at < to; at++) {
      const of = row[at] as number;
      free[of] = (free[of] as number) - kwh * (coefficient[at] as number);
    }
  }

  toPrimal(): Primal {
    const missingKwh = this.missingKwh.map((missing) => (missing > KWH_DUST ? missing : 0));
    return { kwh: this.cellsKwh(), missingKwh, free: this.free.slice() };
  }

  private cellsKwh(): Float64Array {
    const { cellKwh } = this.network;
    const { reservedCell, cell } = this.entries;
    const kwh = new Float64Array(cellKwh.length);
    for (let entry = 0; entry < this.kwh.length; entry++) {
      let rest = this.kwh[entry] as number;
      if (rest === 0) continue;
      const reserved = reservedCell[entry] as number;
      if (reserved >= 0) {
        kwh[reserved] = Math.min(rest, cellKwh[reserved] as number);
        rest -= kwh[reserved] as number;
      }
      if ((cell[entry] as number) >= 0) kwh[cell[entry] as number] = rest;
    }
    return kwh;
  }
}

function partOf(primal: Primal, cell: number): number {
  return cell < 0 ? 0 : (primal.kwh[cell] as number);
}
