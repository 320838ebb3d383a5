import type { StationEvent } from './events.js';
import type { ProfileSlot, SiteState, StationState } from './state.js';
import { isSameModel, type LearnedQuirk, type StationQuirk, withQuirks } from './stationQuirk.js';

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
    const taught = withLearned(station, believedOf(station, learned));
    if (taught === station) continue;
    next.set(id, taught);
    isChanged = true;
  }
  return isChanged ? { ...state, stations: next } : state;
}

/** What changes how a station is steered is not believed of one that already took the contrary: something of its own may have been the cause. */
const OF_STEERING: ReadonlySet<StationQuirk> = new Set(['takesNoTxProfile', 'takesNoDefault', 'ignoresTxProfile']);

function believedOf({ failsafe }: StationState, learned: readonly LearnedQuirk[]): readonly LearnedQuirk[] {
  return failsafe.candidates.length === 0 ? learned : learned.filter(({ quirk }) => !OF_STEERING.has(quirk));
}

/** What it refused before was written without knowing of this: the forms of its profiles are tried from the best on again. */
export function withLearned(station: StationState, learned: readonly LearnedQuirk[]): StationState {
  const known = station.quirks ?? [];
  const quirks = withQuirks(known, learned);
  return quirks === known ? station : { ...withTriesForgotten(station), quirks };
}

export function withTriesForgotten(station: StationState): StationState {
  const evses = [...station.evses].map(
    ([id, evse]) => [id, { ...evse, txProfile: slotWithoutTries(evse.txProfile) }] as const,
  );
  return { ...station, failsafe: slotWithoutTries(station.failsafe), evses: new Map(evses) };
}

function slotWithoutTries<S extends ProfileSlot>(slot: S): S {
  return { ...slot, refusals: 0, unanswered: 0 };
}
