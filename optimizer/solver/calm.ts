import { type Draft, KWH_DUST } from './draft.js';

/** Sweeps over all sessions, and partners looked at for one entry. */
const SWEEPS_MAX = 2;
const PARTNERS_MAX = 12;
/** A switching less may cost so much of what the moved energy costs. */
const COST_SHARE = 0.002;

/**
 * Fewer switchings at almost no cost. What a session takes apart from the rest goes to the ends of its other runs, or into them: where there
 * is room, or in exchange with a session of its group that takes in its stead.
 */
export class Calm {
  private readonly draft: Draft;

  constructor(draft: Draft) {
    this.draft = draft;
  }

  run(looksMax: number): void {
    const { draft } = this;
    const { entryStart } = draft.entries;
    const { sessions, sessionGroup } = draft.network;
    let looks = looksMax;
    for (let sweep = 0; sweep < SWEEPS_MAX; sweep++) {
      for (let first = 0, last = 0; first < sessions; first = last) {
        while (last < sessions && sessionGroup[last] === sessionGroup[first]) last++;
        for (let session = first; session < last; session++) {
          if (this.runsOf(session) < 2) continue;
          for (let entry = entryStart[session] as number; entry < (entryStart[session + 1] as number); entry++) {
            if (looks <= 0) return;
            if (this.isOn(session, entry) && !(this.isOn(session, entry - 1) && this.isOn(session, entry + 1))) {
              looks -= this.join(session, entry, { first, last });
              draft.keep();
            }
          }
        }
      }
    }
  }

  private runsOf(session: number): number {
    const { entryStart } = this.draft.entries;
    let runs = 0;
    for (let entry = entryStart[session] as number; entry < (entryStart[session + 1] as number); entry++) {
      if (this.isOn(session, entry) && !this.isOn(session, entry - 1)) runs++;
    }
    return runs;
  }

  private isOn(session: number, entry: number): boolean {
    const { entryStart } = this.draft.entries;
    return (
      entry >= (entryStart[session] as number) &&
      entry < (entryStart[session + 1] as number) &&
      (this.draft.kwh[entry] as number) > 0
    );
  }

  /** Moves what is taken in an entry at the end of a run into another run. Says how many it looked at. */
  private join(session: number, entry: number, group: { readonly first: number; readonly last: number }): number {
    const { draft } = this;
    const { entryStart, minKwh, maxKwh } = draft.entries;
    const { shortfallPrice } = draft.network;
    const kwh = draft.kwh[entry] as number;
    let looks = 0;
    for (let to = entryStart[session] as number; to < (entryStart[session + 1] as number); to++) {
      const after = (draft.kwh[to] as number) + kwh;
      if (to === entry || after > (maxKwh[to] as number) + KWH_DUST || after < (minKwh[to] as number)) continue;
      looks++;
      const saved = this.savedBy(session, entry, to);
      if (saved < 0) continue;
      const mark = draft.mark();
      const before = draft.cost;
      draft.add(entry, -kwh);
      const isRoom = draft.room(to, kwh) >= kwh - KWH_DUST;
      draft.add(to, kwh);
      const worth = (before - draft.cost) / kwh;
      const most = saved * COST_SHARE * Math.max(0, (shortfallPrice[session] as number) + this.costOf(entry));
      if (isRoom && saved > 0 && worth >= -most) return looks;
      draft.undo(mark);
      if (this.exchange([entry, to], kwh, { saved, ...group, session })) return looks + PARTNERS_MAX;
      looks += Math.min(PARTNERS_MAX, group.last - group.first);
    }
    return looks;
  }

  private costOf(entry: number): number {
    return this.draft.entries.costPerKwh[entry] as number;
  }

  /** Another of the group takes in the first slot what this one takes in the second. Loads and costs stay. */
  private exchange(
    [entry, to]: readonly [number, number],
    kwh: number,
    of: { readonly saved: number; readonly session: number; readonly first: number; readonly last: number },
  ): boolean {
    const { draft } = this;
    const { entryStart, from, to: end, minKwh, maxKwh } = draft.entries;
    const slot = entry - (entryStart[of.session] as number) + (from[of.session] as number);
    const others = of.last - of.first;
    for (let step = 1; step < others && step <= PARTNERS_MAX; step++) {
      const other = of.first + ((of.session - of.first + step) % others);
      const own = (entryStart[other] as number) + slot - (from[other] as number);
      const second = own + to - entry;
      const isThere = (at: number) => at >= (entryStart[other] as number) && at < (entryStart[other + 1] as number);
      if (slot < (from[other] as number) || slot >= (end[other] as number) || !isThere(second)) continue;
      const less = (draft.kwh[second] as number) - kwh;
      const more = (draft.kwh[own] as number) + kwh;
      if (less < -KWH_DUST || (less > KWH_DUST && less < (minKwh[second] as number))) continue;
      if (more < (minKwh[own] as number) || more > (maxKwh[own] as number)) continue;
      const saved = of.saved + this.savedBy(other, less > KWH_DUST ? -1 : second, own);
      if (saved <= 0) continue;
      if (this.carryOut([entry, second], [to, own], kwh)) return true;
    }
    return false;
  }

  private carryOut(less: readonly number[], more: readonly number[], kwh: number): boolean {
    const { draft } = this;
    const mark = draft.mark();
    for (const entry of less) draft.add(entry, -kwh);
    for (const entry of more) {
      if (draft.room(entry, kwh) < kwh - KWH_DUST) {
        draft.undo(mark);
        return false;
      }
      draft.add(entry, kwh);
    }
    return true;
  }

  /** How many fewer switchings when one entry (or none, -1) goes off and another is on: only what borders on the two can change. */
  private savedBy(session: number, off: number, on: number): number {
    let saved = 0;
    const compare = (border: number) => {
      const before = this.isOn(session, border - 1) !== this.isOn(session, border);
      const after = this.wouldBeOn(session, border - 1, off, on) !== this.wouldBeOn(session, border, off, on);
      saved += (before ? 1 : 0) - (after ? 1 : 0);
    };
    compare(on);
    compare(on + 1);
    if (off < 0) return saved;
    if (off !== on + 1) compare(off);
    if (off + 1 !== on) compare(off + 1);
    return saved;
  }

  private wouldBeOn(session: number, entry: number, off: number, on: number): boolean {
    return entry === on || (entry !== off && this.isOn(session, entry));
  }
}
