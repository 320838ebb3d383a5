import type { ProfileSlot } from './state.js';

// Defaults and maxima are written to flash, which wears; a transaction's profile costs a station its time. What lowers never waits for
// a budget, but draws on it: what raises waits until there is something left.

export type BudgetKind = 'failsafe' | 'tx';

interface Allowance {
  readonly writesMax: number;
  /** One more write after so long. */
  readonly everyMs: number;
}

const ALLOWANCES: Readonly<Record<BudgetKind, Allowance>> = {
  // In the long run 144 a day: a cell that stands 100,000 writes lasts two years, and without news there are none at all.
  failsafe: { writesMax: 12, everyMs: 600_000 },
  tx: { writesMax: 20, everyMs: 15_000 },
};

export function afterWrite(slot: ProfileSlot, kind: BudgetKind, atMs: number): NonNullable<ProfileSlot['budget']> {
  return { writes: Math.max(0, writesLeft(slot, kind, atMs) - 1), atMs };
}

/** Whole writes count; parts of one come back with time. */
export function writesLeft({ budget }: ProfileSlot, kind: BudgetKind, nowMs: number): number {
  const { writesMax, everyMs } = ALLOWANCES[kind];
  if (budget === undefined) return writesMax;
  return Math.min(writesMax, budget.writes + Math.max(0, nowMs - budget.atMs) / everyMs);
}

export interface BudgetLeft {
  /** Whole ones, of writesMax at most. */
  readonly writes: number;
  readonly writesMax: number;
  /** When there is one more. Null: there is no more to come. */
  readonly nextMs: number | null;
}

export function budgetLeft(slot: ProfileSlot, kind: BudgetKind, nowMs: number): BudgetLeft {
  const { writesMax, everyMs } = ALLOWANCES[kind];
  const left = writesLeft(slot, kind, nowMs);
  const writes = Math.floor(left);
  return { writes, writesMax, nextMs: writes >= writesMax ? null : Math.ceil(nowMs + (writes + 1 - left) * everyMs) };
}
