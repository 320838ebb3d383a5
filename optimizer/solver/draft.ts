import type { Entries } from './entries.js';
import type { Network } from './network.js';
import { type Primal, peakOf, roomAt, rowLoadsOf, takeAt } from './primal.js';

/** Less than this is no energy. */
export const KWH_DUST = 1e-9;

/**
 * A plan under work: energy per entry, with what is missing, what the rows have left and what it all costs kept in step. Demand charges
 * are limits here: the peaks allowed for. Every change is noted, so that a search can try moves and take them back.
 */
export class Draft {
  readonly network: Network;
  readonly entries: Entries;
  readonly kwh: Float64Array;
  readonly missingKwh: Float64Array;
  readonly free: Float64Array;
  /** Energy and shortfall, up to a constant, by the tilted prices. */
  cost = 0;
  private readonly changed: number[] = [];
  private readonly before: number[] = [];

  constructor(network: Network, entries: Entries, relaxed: Primal) {
    this.network = network;
    this.entries = entries;
    const count = entries.session.length;
    this.kwh = new Float64Array(count);
    this.missingKwh = network.wantedKwh.slice();
    for (let entry = 0; entry < count; entry++) {
      const kwh =
        partOf(relaxed, entries.cell[entry] as number) + partOf(relaxed, entries.reservedCell[entry] as number);
      if (kwh === 0) continue;
      const session = entries.session[entry] as number;
      this.kwh[entry] = kwh;
      this.missingKwh[session] = (this.missingKwh[session] as number) - kwh;
    }
    this.free = freeOf(network, this.cellsKwh());
  }

  slotOf(entry: number): number {
    const { session, entryStart, from } = this.entries;
    const of = session[entry] as number;
    return entry - (entryStart[of] as number) + (from[of] as number);
  }

  placeOf(entry: number): number {
    const session = this.entries.session[entry] as number;
    return (this.network.sessionGroup[session] as number) * this.network.slots + this.slotOf(entry);
  }

  /** How much more the entry can take, at most `most`: by its own maximum and by the rows. */
  room(entry: number, most: number): number {
    const { maxKwh, reservedCell, cell } = this.entries;
    const kwh = this.kwh[entry] as number;
    const room = Math.min(most, (maxKwh[entry] as number) - kwh);
    if (room <= 0) return 0;
    const reserved = reservedCell[entry] as number;
    if (reserved < 0) return roomAt(this.network, this.free, this.placeOf(entry), room);
    // What is reserved loads no limit but peaks; those bind both parts together.
    const { cellKwh, cellPlace } = this.network;
    const both = roomAt(this.network, this.free, cellPlace[reserved] as number, room);
    const left = Math.max(0, (cellKwh[reserved] as number) - kwh);
    if (both <= left || (cell[entry] as number) < 0) return Math.min(both, left);
    return Math.min(both, left + roomAt(this.network, this.free, this.placeOf(entry), room - left));
  }

  /** Adds kWh (negative: takes them off). The caller has asked for the room. */
  add(entry: number, kwh: number): void {
    this.changed.push(entry);
    this.before.push(this.kwh[entry] as number);
    const after = (this.kwh[entry] as number) + kwh;
    this.put(entry, after > KWH_DUST ? after : 0);
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

  private put(entry: number, after: number): void {
    const { network, entries, free } = this;
    const session = entries.session[entry] as number;
    const before = this.kwh[entry] as number;
    const more = after - before;
    this.kwh[entry] = after;
    this.missingKwh[session] = (this.missingKwh[session] as number) - more;
    const slot = this.slotOf(entry);
    this.cost += more * ((network.tiltedPrice[slot] as number) - (network.shortfallPrice[session] as number));
    const place = (network.sessionGroup[session] as number) * network.slots + slot;
    const reserved = entries.reservedCell[entry] as number;
    if (reserved < 0) {
      takeAt(network, free, place, more);
      return;
    }
    const most = network.cellKwh[reserved] as number;
    const inReserved = Math.min(most, after) - Math.min(most, before);
    if (inReserved !== 0) takeAt(network, free, network.cellPlace[reserved] as number, inReserved);
    if (more !== inReserved) takeAt(network, free, place, more - inReserved);
  }

  toPrimal(): Primal {
    const missingKwh = this.missingKwh.map((missing) => (missing > KWH_DUST ? missing : 0));
    return { kwh: this.cellsKwh(), missingKwh, free: this.free.slice() };
  }

  private cellsKwh(): Float64Array {
    const { cellKwh } = this.network;
    const kwh = new Float64Array(cellKwh.length);
    for (let entry = 0; entry < this.kwh.length; entry++) {
      let rest = this.kwh[entry] as number;
      if (rest === 0) continue;
      const reserved = this.entries.reservedCell[entry] as number;
      if (reserved >= 0) {
        kwh[reserved] = Math.min(rest, cellKwh[reserved] as number);
        rest -= kwh[reserved] as number;
      }
      const cell = this.entries.cell[entry] as number;
      if (cell >= 0) kwh[cell] = rest;
    }
    return kwh;
  }
}

function partOf(primal: Primal, cell: number): number {
  return cell < 0 ? 0 : (primal.kwh[cell] as number);
}

/** What the rows have left; those of demand charges against the peak that the plan has. */
export function freeOf(network: Network, kwh: Float64Array): Float64Array {
  const load = rowLoadsOf(network, kwh);
  const free = new Float64Array(network.rows);
  for (let row = 0; row < network.firstDemandRow; row++) {
    free[row] = (network.capacity[row] as number) - (load[row] as number);
  }
  for (const demand of network.demands) {
    const peakKw = peakOf(network, demand, load);
    for (let row = demand.firstRow; row < demand.firstRow + demand.windows; row++) {
      free[row] = (network.capacity[row] as number) + peakKw - (load[row] as number);
    }
  }
  return free;
}
