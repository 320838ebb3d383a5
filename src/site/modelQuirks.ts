import type { StationEvent } from './events.js';
import type { SiteState, StationState } from './state.js';
import { isSameModel, type LearnedQuirk, withQuirks } from './stationQuirk.js';

/**
 * What one station was seen to do, the others of its model and firmware are taken to do as well; and one that comes to the site begins
 * with what is known of them.
 */
export function withModelQuirks(state: SiteState, event: StationEvent): SiteState {
  const of = state.stations.get(event.stationId);
  if (of === undefined) return state;
  const alike = [...state.stations].filter(
    ([id, other]) => id !== event.stationId && isSameModel(other.identity, of.identity),
  );
  if (event.type === 'quirkLearned') return withStations(state, alike, of.quirks ?? []);
  if (event.type !== 'stationBooted') return state;
  return withStations(
    state,
    [[event.stationId, of]],
    alike.flatMap(([, { quirks = [] }]) => quirks),
  );
}

function withStations(
  state: SiteState,
  stations: readonly (readonly [string, StationState])[],
  learned: readonly LearnedQuirk[],
): SiteState {
  const next = new Map(state.stations);
  let isChanged = false;
  for (const [id, station] of stations) {
    const known = station.quirks ?? [];
    const quirks = withQuirks(known, learned);
    if (quirks === known) continue;
    next.set(id, { ...station, quirks });
    isChanged = true;
  }
  return isChanged ? { ...state, stations: next } : state;
}
