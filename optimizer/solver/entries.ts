import type { Network } from './network.js';

/**
 * One *entry* for each session and slot of its stay, cells with nothing in between included: entry = entryStart[session] + slot - from[session].
 * In each the session takes 0, or between minKwh and maxKwh. Where the minimum does not fit, maxKwh is 0.
 */
export interface Entries {
  readonly entryStart: Int32Array;
  /** First slot of the session's stay, and the one after its last. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly session: Int32Array;
  /** The session's own place in that slot. */
  readonly place: Int32Array;
  /** What a kWh there costs more than going without: below 0 where it is worth having. */
  readonly costPerKwh: Float64Array;
  readonly minKwh: Float64Array;
  readonly maxKwh: Float64Array;
  /** The cell it fills first, which is reserved for the session anyway, and the one that it fills then; -1 where there is none. */
  readonly reservedCell: Int32Array;
  readonly cell: Int32Array;
}

/** A maximum that misses the minimum by less than this share reaches it. */
const REACH_TOLERANCE = 1e-9;

export function layOutEntries(network: Network): Entries {
  const { sessions, cellStart, cellSlot, cellPlace, cellKwh, sessionGroup, slots } = network;
  const from = new Int32Array(sessions);
  const to = new Int32Array(sessions);
  const entryStart = new Int32Array(sessions + 1);
  for (let session = 0; session < sessions; session++) {
    let first = slots;
    let last = 0;
    for (let cell = cellStart[session] as number; cell < (cellStart[session + 1] as number); cell++) {
      first = Math.min(first, cellSlot[cell] as number);
      last = Math.max(last, (cellSlot[cell] as number) + 1);
    }
    from[session] = Math.min(first, last);
    to[session] = last;
    entryStart[session + 1] = (entryStart[session] as number) + last - (from[session] as number);
  }
  const count = entryStart[sessions] as number;
  const entries: Entries = {
    entryStart,
    from,
    to,
    session: new Int32Array(count),
    place: new Int32Array(count),
    costPerKwh: new Float64Array(count),
    minKwh: new Float64Array(count),
    maxKwh: new Float64Array(count),
    reservedCell: new Int32Array(count).fill(-1),
    cell: new Int32Array(count).fill(-1),
  };
  for (let session = 0; session < sessions; session++) {
    const shift = (entryStart[session] as number) - (from[session] as number);
    const ownBase = (sessionGroup[session] as number) * slots;
    for (let cell = cellStart[session] as number; cell < (cellStart[session + 1] as number); cell++) {
      const slot = cellSlot[cell] as number;
      const isOwn = (cellPlace[cell] as number) === ownBase + slot;
      (isOwn ? entries.cell : entries.reservedCell)[shift + slot] = cell;
      entries.maxKwh[shift + slot] = (entries.maxKwh[shift + slot] as number) + (cellKwh[cell] as number);
    }
    fillEntries(network, entries, session);
  }
  return entries;
}

function fillEntries(network: Network, entries: Entries, session: number): void {
  const { entryStart, from, minKwh, maxKwh } = entries;
  const { slots, slotHours, tiltedPrice, shortfallPrice } = network;
  const kw = (network.currentMinA[session] as number) * (network.kwPerAmpere[session] as number);
  const base = (network.sessionGroup[session] as number) * slots;
  const shift = (entryStart[session] as number) - (from[session] as number);
  for (let entry = entryStart[session] as number; entry < (entryStart[session + 1] as number); entry++) {
    const slot = entry - shift;
    entries.session[entry] = session;
    entries.place[entry] = base + slot;
    entries.costPerKwh[entry] = (tiltedPrice[slot] as number) - (shortfallPrice[session] as number);
    const least = kw * (slotHours[slot] as number);
    const most = maxKwh[entry] as number;
    const fits = most >= least * (1 - REACH_TOLERANCE);
    minKwh[entry] = fits ? Math.min(least, most) : least;
    if (!fits) maxKwh[entry] = 0;
  }
}
