import { type Draft, KWH_DUST } from './draft.js';

/** Slots of each group, cheapest place first: order[group * slots + rank]. */
export function cheapestFirst(draft: Draft, placePrice: Float64Array): Int32Array {
  const { groups, slots } = draft.network;
  const order = new Int32Array(groups * slots);
  const slotOf = Array.from({ length: slots }, (_, slot) => slot);
  for (let group = 0; group < groups; group++) {
    const base = group * slots;
    slotOf.sort((a, b) => (placePrice[base + a] as number) - (placePrice[base + b] as number) || a - b);
    order.set(slotOf, base);
  }
  return order;
}

/** Gives a session what it misses where there is room, cheapest place first, each entry at its minimum or more. */
export class Filler {
  private readonly draft: Draft;
  private readonly order: Int32Array;

  constructor(draft: Draft, order: Int32Array) {
    this.draft = draft;
    this.order = order;
  }

  /** `not` is an entry that it must leave alone, or -1. */
  fill(session: number, not: number): void {
    const { draft } = this;
    if ((draft.missingKwh[session] as number) <= KWH_DUST) return;
    this.fillPlainly(session, not);
    if ((draft.missingKwh[session] as number) > KWH_DUST) this.fillByLending(session, not);
  }

  private fillPlainly(session: number, not: number): void {
    const { draft } = this;
    const { minKwh } = draft.entries;
    for (const entry of this.worthwhile(session)) {
      const missing = draft.missingKwh[session] as number;
      if (missing <= KWH_DUST) return;
      if (entry === not) continue;
      const isOpen = (draft.kwh[entry] as number) > 0;
      const least = isOpen ? KWH_DUST : (minKwh[entry] as number);
      if (missing < least) continue;
      const room = draft.room(entry, missing);
      if (room >= least) draft.add(entry, room);
    }
  }

  /** What is missing is less than the minimum of the entries with room: another entry lends the rest, down to its own minimum. */
  private fillByLending(session: number, not: number): void {
    const { draft } = this;
    const { minKwh } = draft.entries;
    const entries = this.worthwhile(session);
    for (const entry of entries) {
      const missing = draft.missingKwh[session] as number;
      if (missing <= KWH_DUST) return;
      if (entry === not || (draft.kwh[entry] as number) > 0) continue;
      const least = minKwh[entry] as number;
      if (missing >= least || draft.room(entry, least) < least) continue;
      const mark = draft.mark();
      const costBefore = draft.cost;
      let need = least - missing;
      for (let rank = entries.length - 1; rank >= 0 && need > 0; rank--) {
        const lender = entries[rank] as number;
        const spare = (draft.kwh[lender] as number) - (minKwh[lender] as number);
        if (lender === entry || lender === not || spare <= KWH_DUST) continue;
        const lent = Math.min(spare, need);
        draft.add(lender, -lent);
        need -= lent;
      }
      if (need > 0) {
        draft.undo(mark);
        return;
      }
      draft.add(entry, least);
      if (draft.cost >= costBefore) draft.undo(mark);
    }
  }

  /** Its entries, cheapest first, as far as they cost less than going without. */
  private worthwhile(session: number): number[] {
    const { draft, order } = this;
    const { network, entries } = draft;
    const from = entries.from[session] as number;
    const to = entries.to[session] as number;
    const shift = (entries.entryStart[session] as number) - from;
    const base = (network.sessionGroup[session] as number) * network.slots;
    const worth = network.shortfallPrice[session] as number;
    const found: number[] = [];
    for (let rank = 0; rank < network.slots; rank++) {
      const slot = order[base + rank] as number;
      if (slot < from || slot >= to || (network.tiltedPrice[slot] as number) >= worth) continue;
      if ((entries.maxKwh[shift + slot] as number) > 0) found.push(shift + slot);
    }
    return found;
  }
}
