import { largestPhaseA } from '../site/metering.js';
import type { EvseSample, EvseState } from '../site/state.js';
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
 * The last rung of the ladder: a car that draws more than its station holds, or whose station takes no limit at all, on a circuit that is
 * over its limit by what is measured of such cars, though all others have made room. Its transaction is ended, for the main breaker would end everybody's.
 */
export function transactionsToStop(ledger: Ledger): Stop[] {
  const suspects = ledger.evses.filter(({ at }) =>
    isSuspect(at.stationState.failsafe.missingUntilMs, at.evseState.disobeys),
  );
  const late = suspects.filter((entry) => wasToldInVain(entry, ledger.nowMs));
  if (late.length === 0) return [];
  const spared = sparedOn(suspects, ledger.nowMs);
  return late
    .filter((entry) => entry.shares.some(({ row, perAmpere }) => excessOf(row, spared) > TOLERANCE_A * perAmpere))
    .flatMap(({ at: { station, evse, evseState } }): Stop[] => {
      const { transaction } = evseState;
      if (transaction === null) return [];
      return [{ type: 'stop', stationId: station.id, evseId: evse.id, transactionId: transaction.transactionId }];
    });
}

function isSuspect(missingUntilMs: number | 'unknown', disobeys: boolean): boolean {
  return disobeys || missingUntilMs === 'unknown';
}

function wasToldInVain({ at: { evseState, stationState } }: LedgerEvse, nowMs: number): boolean {
  const { transaction, disobeys, disobeysSinceMs = nowMs } = evseState;
  const { connection } = stationState;
  if (transaction === null || connection.status !== 'online') return false;
  const { receivedMs, stopAskedMs = 0 } = transaction;
  // For what one may draw that takes no limit nobody's transaction is ended; for what it was just seen to draw it is.
  if (!disobeys && freshSample(evseState, nowMs) === undefined) return false;
  // Another car at the same EVSE was not told yet; one that takes nothing is told anew on each connection.
  const toldSinceMs = disobeys ? disobeysSinceMs : connection.sinceMs;
  return nowMs - Math.max(toldSinceMs, receivedMs, stopAskedMs) >= PATIENCE_MS;
}

/**
 * Of what is reserved for those that are counted at their hardware, what a fresh sample says that they do not draw. Without one, where no
 * car is known to charge there, all of it: for what may be, nobody's transaction is ended.
 */
function sparedOn(suspects: readonly LedgerEvse[], nowMs: number): ReadonlyMap<LedgerRow, number> {
  const spared = new Map<LedgerRow, number>();
  for (const { at, mayA, shares } of suspects) {
    const sample = freshSample(at.evseState, nowMs);
    if (sample === undefined && at.evseState.transaction !== null) continue;
    const notDrawnA = Math.max(0, (mayA[0] ?? 0) - (sample === undefined ? 0 : largestPhaseA(sample.currentA)));
    for (const { row, perAmpere } of shares) spared.set(row, (spared.get(row) ?? 0) + notDrawnA * perAmpere);
  }
  return spared;
}

function freshSample({ samples }: EvseState, nowMs: number): EvseSample | undefined {
  const sample = samples.at(-1);
  return sample !== undefined && nowMs - sample.atMs <= SAMPLE_FRESH_MS ? sample : undefined;
}

function excessOf(row: LedgerRow, spared: ReadonlyMap<LedgerRow, number>): number {
  return (row.reserved[0] ?? 0) - (spared.get(row) ?? 0) - (row.capacity[0] ?? 0);
}
