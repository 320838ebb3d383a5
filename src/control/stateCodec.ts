import { type HistoryState, NO_HISTORY } from '../site/historyState.js';
import type { SiteModel } from '../site/model.js';
import { indexSite } from '../site/siteIndex.js';
import type { SiteState, StationState } from '../site/state.js';

/** How a snapshot of a site is written. A snapshot that can't be read is passed over and the journal replayed from its start. */
const SNAPSHOT_VERSION = 1;

export function snapshotOf(state: SiteState): unknown {
  return {
    version: SNAPSHOT_VERSION,
    site: state.site,
    limits: [...state.limits],
    circuits: [...state.circuits],
    stations: [...state.stations].map(([id, station]) => [id, { ...station, evses: [...station.evses] }]),
    endedSessions: state.endedSessions,
    history: state.history,
  };
}

/** Undefined when it was written by a version that this one does not know. */
export function stateFromSnapshot(snapshot: unknown): SiteState | undefined {
  if (
    typeof snapshot !== 'object' ||
    snapshot === null ||
    !('version' in snapshot) ||
    snapshot.version !== SNAPSHOT_VERSION
  ) {
    return undefined;
  }
  // Written by snapshotOf of the same version, and read back from our own store.
  const stored = snapshot as unknown as {
    site: SiteModel;
    limits: [string, SiteState['limits'] extends ReadonlyMap<string, infer L> ? L : never][];
    circuits: [string, SiteState['circuits'] extends ReadonlyMap<string, infer C> ? C : never][];
    stations: [
      string,
      Omit<StationState, 'evses'> & {
        evses: [number, StationState['evses'] extends ReadonlyMap<number, infer E> ? E : never][];
      },
    ][];
    endedSessions: SiteState['endedSessions'];
    /** Absent in what was written before there was one. */
    history?: HistoryState;
  };
  return {
    site: stored.site,
    index: indexSite(stored.site),
    limits: new Map(stored.limits),
    circuits: new Map(stored.circuits),
    stations: new Map(stored.stations.map(([id, station]) => [id, { ...station, evses: new Map(station.evses) }])),
    endedSessions: stored.endedSessions,
    history: stored.history ?? NO_HISTORY,
  };
}
