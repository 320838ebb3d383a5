import type { LimitWindow } from '../site/capacity.js';
import type { SiteState } from '../site/state.js';
import { excessNow, openLedger } from './ledger.js';

/** The stations below circuits that would carry too much now, if all drew what they may. */
export function crowdedStations(state: SiteState, windows: readonly LimitWindow[], nowMs: number): ReadonlySet<string> {
  const ledger = openLedger(state, windows, nowMs);
  const crowded = new Set(excessNow(ledger).map(({ circuitId, kind }) => `${circuitId} ${kind}`));
  return new Set(
    ledger.evses
      .filter(({ shares }) => shares.some(({ row: { circuitId, kind } }) => crowded.has(`${circuitId} ${kind}`)))
      .map(({ at }) => at.station.id),
  );
}
