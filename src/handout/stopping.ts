import { largestPhaseA } from '../site/metering.js';
import type { SiteState } from '../site/state.js';
import type { HandOutAction } from './actions.js';
import type { Ledger, LedgerEvse, LedgerRow } from './ledger.js';

/** So long it is told again and again before its transaction is ended, and so long until that is asked once more. */
const PATIENCE_MS = 60_000;
/** A sample that is older tells nothing of now. */
const SAMPLE_FRESH_MS = 30_000;
/** Of meters, A on a phase. */
const TOLERANCE_A = 1;

type Stop = HandOutAction & { type: 'stop' };

/**
 * The last rung of the ladder: a car that draws more than its station holds, on a circuit that is over its limit by what is measured of
 * such cars, though all others have made room. Its transaction is ended, for the main breaker would end everybody's.
 */
export function transactionsToStop(state: SiteState, ledger: Ledger): Stop[] {
  const suspects = ledger.evses.filter(({ at }) =>
    isSuspect(at.stationState.failsafe.missingUntilMs, at.evseState.disobeys),
  );
  const late = suspects.filter(({ at }) => at.evseState.disobeys && wasToldInVain(at.evseState, ledger.nowMs));
  if (late.length === 0) return [];
  const spared = sparedOn(suspects, ledger.nowMs);
  return late
    .filter((entry) => entry.shares.some(({ row, perAmpere }) => excessOf(row, spared) > TOLERANCE_A * perAmpere))
    .flatMap(({ at: { station, evse, evseState } }): Stop[] => {
      const { transaction } = evseState;
      const connection = state.stations.get(station.id)?.connection;
      if (transaction === null || connection?.status !== 'online') return [];
      return [{ type: 'stop', stationId: station.id, evseId: evse.id, transactionId: transaction.transactionId }];
    });
}

function isSuspect(missingUntilMs: number | 'unknown', disobeys: boolean): boolean {
  return disobeys || missingUntilMs === 'unknown';
}

function wasToldInVain({ disobeysSinceMs, transaction }: LedgerEvse['at']['evseState'], nowMs: number): boolean {
  if (transaction === null) return false;
  const { receivedMs, stopAskedMs = 0 } = transaction;
  // Another car at the same EVSE was not told yet.
  return nowMs - Math.max(disobeysSinceMs ?? nowMs, receivedMs, stopAskedMs) >= PATIENCE_MS;
}

/**
 * Of what is reserved for those that are counted at their hardware, what a fresh sample says that they do not draw. Without one, where no
 * car is known to charge there, all of it: for what may be, nobody's transaction is ended.
 */
function sparedOn(suspects: readonly LedgerEvse[], nowMs: number): ReadonlyMap<LedgerRow, number> {
  const spared = new Map<LedgerRow, number>();
  for (const { at, mayA, shares } of suspects) {
    const { samples, transaction } = at.evseState;
    const sample = samples.at(-1);
    const isFresh = sample !== undefined && nowMs - sample.atMs <= SAMPLE_FRESH_MS;
    if (!isFresh && transaction !== null) continue;
    const notDrawnA = Math.max(0, (mayA[0] ?? 0) - (isFresh ? largestPhaseA(sample.currentA) : 0));
    for (const { row, perAmpere } of shares) spared.set(row, (spared.get(row) ?? 0) + notDrawnA * perAmpere);
  }
  return spared;
}

function excessOf(row: LedgerRow, spared: ReadonlyMap<LedgerRow, number>): number {
  return (row.reserved[0] ?? 0) - (spared.get(row) ?? 0) - (row.capacity[0] ?? 0);
}
