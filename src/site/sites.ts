import type { EvseInSite } from './mayDraw.js';
import type { SiteState } from './state.js';

/** Every EVSE of the site with what is known of it, in the order of the configuration. */
export function* evsesOfSite(state: SiteState): Generator<EvseInSite> {
  for (const station of state.site.stations) yield* evsesOfStation(state, station.id);
}

export function* evsesOfStation(state: SiteState, stationId: string): Generator<EvseInSite> {
  const station = state.index.stations.get(stationId);
  const stationState = state.stations.get(stationId);
  if (station === undefined || stationState === undefined) return;
  for (const evse of station.evses) {
    const evseState = stationState.evses.get(evse.id);
    if (evseState !== undefined) yield { site: state.site, station, evse, stationState, evseState };
  }
}

/** Those whose current flows through a circuit. */
export function* evsesBelow(state: SiteState, circuitId: string): Generator<EvseInSite> {
  for (const station of state.index.stationsBelow.get(circuitId) ?? []) yield* evsesOfStation(state, station.id);
}

export function findEvse(state: SiteState, stationId: string, evseId: number): EvseInSite | undefined {
  for (const at of evsesOfStation(state, stationId)) if (at.evse.id === evseId) return at;
  return undefined;
}

export function findTransaction(state: SiteState, sessionOrTransactionId: string): EvseInSite | undefined {
  for (const at of evsesOfSite(state)) {
    const { transaction } = at.evseState;
    if (transaction === null) continue;
    if (
      transaction.sessionId === sessionOrTransactionId ||
      String(transaction.transactionId) === sessionOrTransactionId
    )
      return at;
  }
  return undefined;
}
