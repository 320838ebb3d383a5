import { type Draft, KWH_DUST } from './draft.js';

/** How far an entry is from both 0 and its minimum: what must still be moved before the plan keeps it. */
function badness(kwh: number, minKwh: number): number {
  return kwh <= KWH_DUST || kwh >= minKwh - KWH_DUST ? 0 : Math.min(kwh, minKwh - kwh);
}

/**
 * Swaps of energy between two sessions in two slots: what one takes less in the first it takes more in the second, and the other the other
 * way round, so that loads and costs stay. They gather what is spread over many sessions below their minimum.
 */
export class Swaps {
  looksLeft = 0;
  private readonly draft: Draft;
  private best = 0;
  private bestGain = 0;

  constructor(draft: Draft) {
    this.draft = draft;
  }

  /** Among sessions [first, last): all of one group, or any, whose limits are then looked at. */
  run(first: number, last: number, isOneGroup: boolean): void {
    const { draft } = this;
    const { entryStart, minKwh } = draft.entries;
    for (let session = first; session < last; session++) {
      for (let entry = entryStart[session] as number; entry < (entryStart[session + 1] as number); entry++) {
        for (let swap = 0; swap < SWAPS_PER_ENTRY_MAX; swap++) {
          if (this.looksLeft <= 0) return;
          if (badness(draft.kwh[entry] as number, minKwh[entry] as number) === 0) break;
          if (!this.improve(entry, { session, first, last, isOneGroup })) break;
        }
      }
    }
  }

  private improve(
    entry: number,
    among: { readonly session: number; readonly first: number; readonly last: number; readonly isOneGroup: boolean },
  ): boolean {
    const { draft } = this;
    const { entryStart, from, to } = draft.entries;
    const slot = entry - (entryStart[among.session] as number) + (from[among.session] as number);
    const ownShift = (entryStart[among.session] as number) - (from[among.session] as number);
    this.bestGain = BADNESS_LEAST;
    const enough = badness(draft.kwh[entry] as number, draft.entries.minKwh[entry] as number) * ENOUGH;
    let bestOther = -1;
    let bestSlot = -1;
    const others = among.last - among.first;
    for (let step = 1; step < others && this.bestGain < enough; step++) {
      const other = among.first + ((among.session - among.first + step) % others);
      if (slot < (from[other] as number) || slot >= (to[other] as number)) continue;
      const shift = (entryStart[other] as number) - (from[other] as number);
      const begin = Math.max(from[other] as number, from[among.session] as number);
      const end = Math.min(to[other] as number, to[among.session] as number);
      for (let second = begin; second < end && this.bestGain < enough; second++) {
        // Where either takes nothing, it would come below its own minimum.
        if (second === slot || draft.kwh[ownShift + second] === 0 || draft.kwh[shift + second] === 0) continue;
        this.looksLeft--;
        const before = this.bestGain;
        const amountBefore = this.best;
        this.tryAmounts(entry, ownShift + second, [shift + slot, shift + second]);
        if (this.bestGain <= before) continue;
        if (!among.isOneGroup && !this.fits([entry, ownShift + second, shift + slot, shift + second], this.best)) {
          this.bestGain = before;
          this.best = amountBefore;
          continue;
        }
        bestOther = shift;
        bestSlot = second;
      }
    }
    if (bestSlot < 0) return false;
    this.apply([entry, ownShift + bestSlot, bestOther + slot, bestOther + bestSlot], this.best);
    return true;
  }

  /** The amount that leaves the first entry (negative: that comes to it) which makes all four together best. */
  private tryAmounts(a: number, b: number, others: readonly [number, number]): void {
    const { kwh, entries } = this.draft;
    const { minKwh, maxKwh } = entries;
    const [c, d] = others;
    const xa = kwh[a] as number;
    const xb = kwh[b] as number;
    const xc = kwh[c] as number;
    const xd = kwh[d] as number;
    // a and d lose what b and c gain.
    const most = Math.min(xa, (maxKwh[b] as number) - xb, (maxKwh[c] as number) - xc, xd);
    const least = -Math.min((maxKwh[a] as number) - xa, xb, xc, (maxKwh[d] as number) - xd);
    if (most - least <= KWH_DUST) return;
    const ma = minKwh[a] as number;
    const mb = minKwh[b] as number;
    const mc = minKwh[c] as number;
    const md = minKwh[d] as number;
    const now = badness(xa, ma) + badness(xb, mb) + badness(xc, mc) + badness(xd, md);
    for (let point = 0; point < 6; point++) {
      let amount: number;
      if (point === 0) amount = most;
      else if (point === 1) amount = least;
      else if (point === 2) amount = xa - ma;
      else if (point === 3) amount = mb - xb;
      else if (point === 4) amount = mc - xc;
      else amount = xd - md;
      if (amount < least || amount > most) continue;
      const gain =
        now - badness(xa - amount, ma) - badness(xb + amount, mb) - badness(xc + amount, mc) - badness(xd - amount, md);
      if (gain > this.bestGain) {
        this.bestGain = gain;
        this.best = amount;
      }
    }
  }

  private fits(four: readonly number[], amount: number): boolean {
    const { draft } = this;
    const mark = draft.mark();
    const fits = this.apply(four, amount);
    draft.undo(mark);
    return fits;
  }

  private apply(four: readonly number[], amount: number): boolean {
    const [a, b, c, d] = four as [number, number, number, number];
    const { draft } = this;
    const moved = Math.abs(amount);
    const [lessOwn, moreOwn, moreOther, lessOther] = amount > 0 ? [a, b, c, d] : [b, a, d, c];
    draft.add(lessOwn, -moved);
    draft.add(lessOther, -moved);
    const ownFits = draft.room(moreOwn, moved) >= moved - KWH_DUST;
    draft.add(moreOwn, moved);
    const otherFits = draft.room(moreOther, moved) >= moved - KWH_DUST;
    draft.add(moreOther, moved);
    return ownFits && otherFits;
  }
}

const SWAPS_PER_ENTRY_MAX = 8;
const BADNESS_LEAST = 1e-7;
/** A swap that mends the entry entirely, and harms no other, is taken without looking for a better one. */
const ENOUGH = 0.999;
