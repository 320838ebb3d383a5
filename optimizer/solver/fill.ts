import { type Draft, KWH_DUST } from './draft.js';

/** Gives a session what it misses where there is room, cheapest place first, each entry at its minimum or more. */
export class Filler {
  /** Entries worth having of session s, cheapest place first: order[entryStart[s]] .. order[end[s]]. */
  readonly order: Int32Array;
  readonly end: Int32Array;
  private readonly draft: Draft;
  private readonly placePrice: Float64Array;
  private readonly keys: Float64Array;
  private readonly priceScale: number;

  constructor(draft: Draft, placePrice: Float64Array) {
    this.draft = draft;
    this.placePrice = placePrice;
    this.order = new Int32Array(draft.kwh.length);
    this.end = new Int32Array(draft.network.sessions);
    this.priceScale = draft.network.price.reduce((sum, price) => sum + Math.abs(price), 0) / draft.network.slots;
    this.keys = new Float64Array(draft.network.slots);
    for (let session = 0; session < draft.network.sessions; session++) this.sort(session);
  }

  /** Orders a session's entries anew, with prices bent at random by up to a share `bend`. */
  sort(session: number, bend = 0, random?: { next(): number }): void {
    const { draft, placePrice, keys, order } = this;
    const { entryStart, maxKwh, place, costPerKwh } = draft.entries;
    const first = entryStart[session] as number;
    let count = 0;
    for (let entry = first; entry < (entryStart[session + 1] as number); entry++) {
      if ((maxKwh[entry] as number) === 0 || (costPerKwh[entry] as number) >= 0) continue;
      let price = placePrice[place[entry] as number] as number;
      if (random !== undefined) price += bend * Math.max(Math.abs(price), this.priceScale) * random.next();
      // Sorting plain numbers is many times faster than sorting with a comparator: the entry is in the low digits.
      keys[count++] = Math.round(price * PRICE_FINENESS) * SLOTS_MAX + (entry - first);
    }
    keys.subarray(0, count).sort();
    for (let rank = 0; rank < count; rank++) {
      const key = keys[rank] as number;
      order[first + rank] = first + key - Math.floor(key / SLOTS_MAX) * SLOTS_MAX;
    }
    this.end[session] = first + count;
  }

  /** `not` is an entry that it must leave alone, or -1. */
  fill(session: number, not: number): void {
    const { draft, order } = this;
    const { minKwh, maxKwh, entryStart } = draft.entries;
    let missing = draft.missingKwh[session] as number;
    if (missing <= KWH_DUST) return;
    const first = entryStart[session] as number;
    const end = this.end[session] as number;
    for (let rank = first; rank < end; rank++) {
      const entry = order[rank] as number;
      const kwh = draft.kwh[entry] as number;
      const least = kwh > 0 ? KWH_DUST : (minKwh[entry] as number);
      if (missing < least || kwh >= (maxKwh[entry] as number) || entry === not) continue;
      const room = draft.room(entry, missing);
      if (room < least || room === 0) continue;
      draft.add(entry, room);
      missing = draft.missingKwh[session] as number;
      if (missing <= KWH_DUST) return;
    }
    this.fillByLending(session, not);
  }

  /** What is missing is less than the minimum of the entries with room: other entries lend the rest, down to their own minimum. */
  private fillByLending(session: number, not: number): void {
    const { draft, order } = this;
    const { minKwh, entryStart } = draft.entries;
    const spare = this.spareKwh(session, not);
    if (spare <= KWH_DUST) return;
    for (let rank = entryStart[session] as number; rank < (this.end[session] as number); rank++) {
      const entry = order[rank] as number;
      const missing = draft.missingKwh[session] as number;
      if (missing <= KWH_DUST) return;
      if (entry === not || (draft.kwh[entry] as number) > 0) continue;
      const least = minKwh[entry] as number;
      if (missing >= least || missing + spare < least || draft.room(entry, least) < least) continue;
      const mark = draft.mark();
      const costBefore = draft.cost;
      if (this.lend(session, { entry, not, kwh: least - missing })) {
        draft.add(entry, least);
        if (draft.cost < costBefore) return;
      }
      draft.undo(mark);
    }
  }

  /** What the session's entries hold above their minimum. */
  spareKwh(session: number, not: number): number {
    const { draft, order } = this;
    let spare = 0;
    for (let rank = draft.entries.entryStart[session] as number; rank < (this.end[session] as number); rank++) {
      const entry = order[rank] as number;
      if (entry === not) continue;
      const above = (draft.kwh[entry] as number) - (draft.entries.minKwh[entry] as number);
      if (above > 0) spare += above;
    }
    return spare;
  }

  /** Takes so many kWh off the session's other entries, dearest first, leaving each its minimum. Says whether it could; if not, undo. */
  lend(session: number, of: { readonly entry: number; readonly not: number; readonly kwh: number }): boolean {
    const { draft, order } = this;
    const { minKwh, entryStart } = draft.entries;
    let need = of.kwh;
    for (let rank = (this.end[session] as number) - 1; rank >= (entryStart[session] as number) && need > 0; rank--) {
      const lender = order[rank] as number;
      const spare = (draft.kwh[lender] as number) - (minKwh[lender] as number);
      if (lender === of.entry || lender === of.not || spare <= KWH_DUST) continue;
      const lent = Math.min(spare, need);
      draft.add(lender, -lent);
      need -= lent;
    }
    return need <= KWH_DUST;
  }
}

const PRICE_FINENESS = 1e7;
const SLOTS_MAX = 2 ** 14;
