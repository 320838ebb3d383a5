import { baseLoadOfReading, withReading } from './baseLoad.js';
import type { CircuitMetered, SiteEvent, StationEvent } from './events.js';
import { historyAt, NO_HISTORY, withCars } from './historyState.js';
import { withLastReading } from './meteredHistory.js';
import type { SiteModel, Station } from './model.js';
import { withModelQuirks } from './modelQuirks.js';
import { NO_CURRENT, perPhase } from './phases.js';
import { limitsKept, withGridEvent } from './reduceLimits.js';
import { reduceStation, stationWithoutService, unseenStation } from './reduceStation.js';
import { evseOf, indexSite } from './siteIndex.js';
import { findTransaction } from './sites.js';
import { ENDED_SESSIONS_KEPT, type EndedSession, type EvseState, type SiteState, type StationState } from './state.js';
import { withStatedNeeds } from './transactionNeeds.js';

export function emptyState(site: SiteModel): SiteState {
  return {
    site,
    index: indexSite(site),
    limits: new Map(),
    circuits: new Map(),
    stations: new Map(site.stations.map((station) => [station.id, unseenStation(station)])),
    endedSessions: [],
    history: NO_HISTORY,
  };
}

/**
 * What is known of a site after one more event. Pure: the same journal gives the same state. Events about stations or circuits that
 * the site no longer has change nothing.
 */
export function reduce(state: SiteState, event: SiteEvent, atMs: number): SiteState {
  return reduceOne(withTime(state, atMs, event.type !== 'serviceStarted'), event, atMs);
}

function reduceOne(state: SiteState, event: SiteEvent, atMs: number): SiteState {
  switch (event.type) {
    case 'siteConfigured':
      return configured(state, event.site);
    case 'limitPut':
      return { ...state, limits: new Map(state.limits).set(event.limit.limitId, event.limit) };
    case 'limitDeleted': {
      const limits = new Map(state.limits);
      limits.delete(event.limitId);
      return { ...state, limits };
    }
    case 'gridEventPut':
      return { ...state, limits: withGridEvent(state.limits, event) };
    case 'needsPut':
      return withNeeds(state, event);
    case 'serviceStarted':
      return { ...state, stations: mapValues(state.stations, (station) => stationWithoutService(station, atMs)) };
    case 'circuitMetered':
      return circuitMetered(state, event, atMs);
    default:
      return stationEvent(state, event, atMs);
  }
}

/**
 * The same as reducing one after the other, for events of stations that come at once: what is known of all stations is copied once.
 */
export function reduceStationEvents(before: SiteState, events: readonly StationEvent[], atMs: number): SiteState {
  const state = withTime(before, atMs, true);
  let { history } = state;
  const stations = new Map(state.stations);
  const ended: EndedSession[] = [];
  for (const event of events) {
    const station = state.index.stations.get(event.stationId);
    const stationState = stations.get(event.stationId);
    if (station === undefined || stationState === undefined) continue;
    const reduction = reduceStation({ site: state.site, station, stationState }, event, atMs);
    stations.set(station.id, reduction.stationState);
    ended.push(...reduction.ended);
    history = withCars(history, reduction.taken);
  }
  const next = { ...state, stations, history };
  return ended.length === 0 ? next : { ...next, endedSessions: keepNewest([...next.endedSessions, ...ended]) };
}

function withTime(state: SiteState, atMs: number, isWitnessed: boolean): SiteState {
  const history = historyAt(state.history, atMs, isWitnessed);
  return history === state.history ? state : { ...state, history };
}

/** A new configuration keeps what is known of the stations that stay. */
function configured(state: SiteState, site: SiteModel): SiteState {
  const circuitIds = new Set(site.circuits.map((circuit) => circuit.id));
  return {
    ...state,
    site,
    index: indexSite(site),
    circuits: new Map([...state.circuits].filter(([id]) => circuitIds.has(id))),
    limits: limitsKept(state.limits, state.site, site),
    stations: new Map(
      site.stations.map((station) => {
        const known = state.stations.get(station.id);
        const fresh = unseenStation(station);
        if (known === undefined) return [station.id, fresh];
        const before = state.index.stations.get(station.id);
        const evses = new Map(
          [...fresh.evses].map(([evseId, unseen]) => {
            const evse = known.evses.get(evseId) ?? unseen;
            return [evseId, isWiredAlike(before, station, evseId) ? evse : withoutPhasesLearned(evse)];
          }),
        );
        return [station.id, { ...known, evses }];
      }),
    ),
  };
}

function isWiredAlike(before: Station | undefined, after: Station, evseId: number): boolean {
  return String(evseOf(before, evseId)?.phases) === String(evseOf(after, evseId)?.phases);
}

/** Where terminals are said to be on other grid phases than before, currents were put on the wrong ones. */
function withoutPhasesLearned(evse: EvseState): EvseState {
  const transaction = evse.transaction === null ? null : { ...evse.transaction, idleSamples: NO_CURRENT };
  return { ...evse, transaction, samples: [] };
}

function withNeeds(state: SiteState, event: SiteEvent & { type: 'needsPut' }): SiteState {
  const at = findTransaction(state, event.sessionId);
  if (at === undefined || at.evseState.transaction === null) return state;
  const transaction = withStatedNeeds(at.evseState.transaction, event.needs);
  const evses = new Map(at.stationState.evses).set(at.evse.id, { ...at.evseState, transaction });
  return withStation(state, at.station.id, { ...at.stationState, evses });
}

function circuitMetered(state: SiteState, event: CircuitMetered, atMs: number): SiteState {
  const circuit = state.index.circuits.get(event.circuitId);
  if (circuit === undefined) return state;
  const currentA = perPhase((phase) => event.currentA[phase]);
  const reading = {
    atMs,
    currentA,
    ...(event.powerW === undefined ? {} : { powerW: event.powerW }),
    baseLoadA: baseLoadOfReading(state, circuit, { ...event, atMs, currentA }),
  };
  const circuits = new Map(state.circuits).set(circuit.id, withReading(state.circuits.get(circuit.id), reading));
  return { ...state, circuits, history: withLastReading(state, circuit, atMs) };
}

function stationEvent(state: SiteState, event: StationEvent, atMs: number): SiteState {
  const station = state.index.stations.get(event.stationId);
  const before = state.stations.get(event.stationId);
  if (station === undefined || before === undefined) return state;
  const at = { site: state.site, station, stationState: before };
  const { stationState, ended, taken } = reduceStation(at, event, atMs);
  const history = withCars(state.history, taken);
  const known = history === state.history ? state : { ...state, history };
  const changed = stationState === before ? known : withStation(known, station.id, stationState);
  const next = withModelQuirks(changed, event);
  return ended.length === 0 ? next : { ...next, endedSessions: keepNewest([...next.endedSessions, ...ended]) };
}

function keepNewest(sessions: readonly EndedSession[]): readonly EndedSession[] {
  return sessions.slice(-ENDED_SESSIONS_KEPT);
}

function withStation(state: SiteState, stationId: string, station: StationState): SiteState {
  return { ...state, stations: new Map(state.stations).set(stationId, station) };
}

function mapValues<K, V>(map: ReadonlyMap<K, V>, change: (value: V) => V): ReadonlyMap<K, V> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
