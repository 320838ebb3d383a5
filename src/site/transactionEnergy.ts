import {
  type EnergyQuarters,
  type QuarterShare,
  quarterOf,
  spreadEvenly,
  takenBack,
  withShares,
} from './energyShares.js';
import type { TransactionState } from './state.js';

/** What is known of a transaction's energy at some time. */
export type EnergyKnown = Pick<TransactionState, 'energyWh' | 'energyFrom' | 'lastEnergyMs'>;

/**
 * When a car took what it is now known to have taken more, at the outlet: evenly since it was last known, as far as anyone can tell.
 * The first word of a register that was a guess before concerns the whole stay; one that is less than the guess takes it back where
 * it was counted.
 */
export function energyTaken(before: TransactionState, after: EnergyKnown, atMs: number): readonly QuarterShare[] {
  const takenWh = after.energyWh - before.energyWh;
  if (takenWh < 0) return takenBack(quartersOf(before), takenWh);
  const concernsAll = before.energyFrom === 'integral' && after.energyFrom === 'register';
  const sinceMs = concernsAll ? beganMs(before) : before.lastEnergyMs;
  return spreadEvenly(takenWh, Math.min(sinceMs, atMs), Math.min(after.lastEnergyMs, atMs));
}

/** Of a transaction from before quarters were kept, all that was known then is spread over its time until then. */
export function quartersOf(transaction: TransactionState): EnergyQuarters {
  if (transaction.quarters !== undefined) return transaction.quarters;
  const fromMs = beganMs(transaction);
  const none = { startMs: quarterOf(fromMs), wh: [] };
  return withShares(none, spreadEvenly(transaction.energyWh, fromMs, transaction.lastEnergyMs));
}

/** A station's clock may be a little ahead. */
function beganMs({ startedAtMs, receivedMs }: TransactionState): number {
  return Math.min(startedAtMs, receivedMs);
}
