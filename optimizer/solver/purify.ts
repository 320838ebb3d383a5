import { type Draft, KWH_DUST } from './draft.js';

const SWEEPS_MAX = 8;

/**
 * The relaxed plan spreads energy thinly over many sessions and slots, for among plans of equal cost the search is drawn to the middle. Here
 * it is drawn to the corners: of two sessions that load phases alike, one moves energy from a second slot to the first and the other the
 * other way round, as much as bounds and limits allow, until entries are empty or full. Energies and costs stay.
 */
export class Purification {
  looksLeft = 0;
  private readonly draft: Draft;

  constructor(draft: Draft) {
    this.draft = draft;
  }

  run(): void {
    for (const alike of this.classes()) {
      for (let sweep = 0; sweep < SWEEPS_MAX; sweep++) {
        let moved = 0;
        for (let slot = 0; slot < this.draft.network.slots; slot++) moved += this.clearSlot(alike, slot);
        this.draft.keep();
        if (moved === 0 || this.looksLeft <= 0) break;
      }
    }
  }

  /** Sessions of one set of phases and one voltage, wherever they are. */
  private classes(): readonly (readonly number[])[] {
    const { network } = this.draft;
    const { mask, kind } = network.table;
    const byClass = new Map<number, number[]>();
    for (let session = 0; session < network.sessions; session++) {
      const source = network.problemIndex[session] as number;
      const key = (kind[source] as number) * 8 + (mask[source] as number);
      const known = byClass.get(key);
      if (known === undefined) byClass.set(key, [session]);
      else known.push(session);
    }
    return [...byClass.values()];
  }

  /** Pairs the sessions that take a part of what they could in this slot, one after the other. Answers how many swaps were made. */
  private clearSlot(alike: readonly number[], slot: number): number {
    const partial = alike.filter((session) => this.isPartial(session, slot));
    let moved = 0;
    let held = 0;
    for (let next = 1; next < partial.length; next++) {
      const one = partial[held] as number;
      const other = partial[next] as number;
      if (!this.isPartial(one, slot)) {
        held = next;
        continue;
      }
      moved += this.clearPair(one, other, slot);
      if (this.looksLeft <= 0) break;
      if (!this.isPartial(one, slot)) held = next;
    }
    return moved;
  }

  private clearPair(one: number, other: number, slot: number): number {
    const { from, to } = this.draft.entries;
    const begin = Math.max(from[one] as number, from[other] as number);
    const end = Math.min(to[one] as number, to[other] as number);
    let moved = 0;
    for (let second = begin; second < end; second++) {
      this.looksLeft--;
      if (second === slot || !this.isPartial(one, second) || !this.isPartial(other, second)) continue;
      if (this.swap([one, other], slot, second)) moved++;
      if (!this.isPartial(one, slot) || !this.isPartial(other, slot)) break;
    }
    return moved;
  }

  private entry(session: number, slot: number): number {
    const { entryStart, from } = this.draft.entries;
    return (entryStart[session] as number) - (from[session] as number) + slot;
  }

  private isPartial(session: number, slot: number): boolean {
    const { from, to, maxKwh } = this.draft.entries;
    if (slot < (from[session] as number) || slot >= (to[session] as number)) return false;
    const entry = this.entry(session, slot);
    const kwh = this.draft.kwh[entry] as number;
    return kwh > KWH_DUST && kwh < (maxKwh[entry] as number) - KWH_DUST;
  }

  /** In the direction in which more can be moved. */
  private swap([one, other]: readonly [number, number], slot: number, second: number): boolean {
    const { draft } = this;
    const { maxKwh } = draft.entries;
    const a = this.entry(one, slot);
    const b = this.entry(one, second);
    const c = this.entry(other, slot);
    const d = this.entry(other, second);
    const has = (entry: number) => draft.kwh[entry] as number;
    const left = (entry: number) => (maxKwh[entry] as number) - has(entry);
    const toFirst = Math.min(left(a), has(b), has(c), left(d));
    const toSecond = Math.min(has(a), left(b), left(c), has(d));
    return toFirst >= toSecond
      ? this.move([a, b, c, d], toFirst) || this.move([b, a, d, c], toSecond)
      : this.move([b, a, d, c], toSecond) || this.move([a, b, c, d], toFirst);
  }

  /** The first and the fourth gain what the second and the third lose, as far as limits that only one of the two loads allow it. */
  private move(
    [gains, loses, otherLoses, otherGains]: readonly [number, number, number, number],
    kwh: number,
  ): boolean {
    const { draft } = this;
    const mark = draft.mark();
    draft.add(loses, -kwh);
    draft.add(otherLoses, -kwh);
    const fits = Math.min(draft.room(gains, kwh), draft.room(otherGains, kwh));
    if (fits >= kwh - KWH_DUST) {
      draft.add(gains, fits);
      draft.add(otherGains, fits);
      return true;
    }
    draft.undo(mark);
    if (fits <= KWH_LEAST) return false;
    draft.add(loses, -fits);
    draft.add(otherLoses, -fits);
    draft.add(gains, draft.room(gains, fits));
    draft.add(otherGains, draft.room(otherGains, fits));
    return true;
  }
}

/** A smaller swap is not worth its time. */
const KWH_LEAST = 1e-3;
