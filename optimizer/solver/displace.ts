import { type Draft, KWH_DUST } from './draft.js';
import type { Filler } from './fill.js';

/** How many may leave one entry for one newcomer. */
const GIVERS_MAX = 6;

/** A trial costs as much time as so many looks. */
const LOOKS_PER_TRIAL = 15;

/** A row that has too little left for a newcomer. */
interface Lack {
  readonly slot: number;
  readonly row: number;
  readonly amount: number;
  /** How many more times those who leave may make others leave. */
  readonly depth: number;
}

/**
 * Finds what a session misses a place by making others leave: whoever stands in the way goes elsewhere, or makes room there in turn. A move
 * is carried out step by step and taken back unless it pays.
 */
export class Displacer {
  /** How many that stand in the way may still be looked at. */
  looksLeft = 0;
  private readonly draft: Draft;
  private readonly filler: Filler;
  /** The move that a session has a part in; and the move in which it could not go elsewhere, and how deep that was tried. */
  private readonly lockedIn: Int32Array;
  private readonly failedIn: Int32Array;
  private readonly failedDepth: Int8Array;
  private move = 0;

  constructor(draft: Draft, filler: Filler) {
    this.draft = draft;
    this.filler = filler;
    const { sessions } = draft.network;
    this.lockedIn = new Int32Array(sessions);
    this.failedIn = new Int32Array(sessions);
    this.failedDepth = new Int8Array(sessions);
  }

  /** Places what the session misses, as far as that pays. `depth` is how many times in turn others may leave. */
  settle(session: number, depth: number): void {
    const { draft } = this;
    this.filler.fill(session, -1);
    for (let move = 0; move < MOVES_MAX; move++) {
      if ((draft.missingKwh[session] as number) <= KWH_DUST || this.looksLeft <= 0) return;
      this.move++;
      this.lockedIn[session] = this.move;
      if (!this.seat(session, -1, { depth, isPart: true })) return;
      this.filler.fill(session, -1);
    }
  }

  /** Gives the session what it misses (all of it, or with isPart some) in one entry, others leaving it. */
  private seat(session: number, not: number, how: { readonly depth: number; readonly isPart: boolean }): boolean {
    const { draft, filler } = this;
    const { minKwh, maxKwh, entryStart } = draft.entries;
    const missing = draft.missingKwh[session] as number;
    const spare = filler.spareKwh(session, not);
    for (let rank = entryStart[session] as number; rank < (filler.end[session] as number); rank++) {
      const entry = filler.order[rank] as number;
      if (this.looksLeft <= 0) return false;
      const kwh = draft.kwh[entry] as number;
      const left = (maxKwh[entry] as number) - kwh;
      const wanted = kwh > 0 ? missing : Math.max(missing, minKwh[entry] as number);
      const amount = how.isPart ? Math.min(left, wanted) : wanted;
      if (entry === not || amount > left + KWH_DUST || amount <= KWH_DUST || amount > missing + spare) continue;
      const mark = draft.mark();
      const before = draft.cost;
      const canLend = amount <= missing + KWH_DUST || filler.lend(session, { entry, not, kwh: amount - missing });
      if (canLend && this.makeRoom(entry, amount, how.depth)) {
        draft.add(entry, Math.min(amount, left));
        if (!how.isPart || draft.cost < before - COST_DUST) return true;
      }
      draft.undo(mark);
    }
    return false;
  }

  private makeRoom(entry: number, amount: number, depth: number): boolean {
    const { draft } = this;
    const { classOfRow, memberStart, member } = draft.rows;
    for (let giver = 0; giver < GIVERS_MAX; giver++) {
      const lack = this.lackOf(entry, amount, depth);
      if (lack === undefined) return true;
      const at = classOfRow[lack.row] as number;
      const first = memberStart[at] as number;
      const count = (memberStart[at + 1] as number) - first;
      let found = false;
      for (let step = 0; step < count && !found && this.looksLeft > 0; step++) {
        this.looksLeft--;
        found = this.leave(member[first + step] as number, lack);
      }
      if (!found) return false;
    }
    return this.lackOf(entry, amount, depth) === undefined;
  }

  /** One session gives up what is lacking in the slot, or all it takes there, and finds another place for it. */
  private leave(session: number, lack: Lack): boolean {
    const { draft, filler } = this;
    const { entryStart, from, to, minKwh } = draft.entries;
    if (lack.slot < (from[session] as number) || lack.slot >= (to[session] as number)) return false;
    const entry = (entryStart[session] as number) + lack.slot - (from[session] as number);
    const kwh = draft.kwh[entry] as number;
    if (kwh === 0 || this.lockedIn[session] === this.move) return false;
    if (this.failedIn[session] === this.move && (this.failedDepth[session] as number) >= lack.depth) return false;
    const needed = lack.amount / this.coefficientOf(entry, lack.row);
    if (kwh < needed - KWH_DUST) return false;
    this.looksLeft -= LOOKS_PER_TRIAL;
    const mark = draft.mark();
    const before = draft.missingKwh[session] as number;
    draft.add(entry, -(kwh - needed >= (minKwh[entry] as number) ? needed : kwh));
    filler.fill(session, entry);
    this.lockedIn[session] = this.move;
    if ((draft.missingKwh[session] as number) <= before + KWH_DUST) return true;
    if (lack.depth > 1 && this.seat(session, entry, { depth: lack.depth - 1, isPart: false })) return true;
    draft.undo(mark);
    this.lockedIn[session] = 0;
    this.failedIn[session] = this.move;
    this.failedDepth[session] = lack.depth;
    return false;
  }

  /** The row that lacks most for that amount more in the entry. */
  private lackOf(entry: number, amount: number, depth: number): Lack | undefined {
    const { rows, free, entries } = this.draft;
    const place = entries.place[entry] as number;
    let most = KWH_DUST;
    let found = -1;
    let lacking = 0;
    for (let at = rows.start[place] as number; at < (rows.start[place + 1] as number); at++) {
      const row = rows.row[at] as number;
      const lack = amount * (rows.coefficient[at] as number) - Math.max(0, free[row] as number);
      if (lack <= most * (rows.coefficient[at] as number)) continue;
      most = lack / (rows.coefficient[at] as number);
      lacking = lack;
      found = row;
    }
    return found < 0 ? undefined : { slot: place % this.draft.network.slots, row: found, amount: lacking, depth };
  }

  private coefficientOf(entry: number, row: number): number {
    const { rows, entries } = this.draft;
    const place = entries.place[entry] as number;
    for (let at = rows.start[place] as number; at < (rows.start[place + 1] as number); at++) {
      if (rows.row[at] === row) return rows.coefficient[at] as number;
    }
    return 0;
  }
}

/** Moves for one session. */
const MOVES_MAX = 40;
/** A move must save more than rounding. */
const COST_DUST = 1e-9;
