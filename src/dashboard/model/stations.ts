import type { EvseState, SiteState, StationState } from '../api/documents.js';
import type { ViewSpeech } from '../words/views/viewSpeech.js';
import type { Names } from './names.js';

export type StationFilter = 'all' | 'help' | 'offline';
export const STATION_FILTERS: readonly StationFilter[] = ['all', 'help', 'offline'];

/** A station as the list shows it. */
export interface StationRow {
  readonly stationId: string;
  readonly name: string;
  readonly place: string;
  readonly phases: string;
  /** help: somebody should look at it. Waiting for cars, or for its first contact, is no trouble. */
  readonly kind: 'fine' | 'new' | 'help' | 'offline';
  readonly sentence: string;
  readonly limitA: number;
  readonly reservedA: number;
  readonly cars: number;
}

export function stationName({ id, evses }: Pick<StationState, 'id' | 'evses'>, names: Names): string {
  const bay = names.bay(id, evses[0]?.id ?? 1);
  return evses.length > 1 ? bay.replace(/\.\d+$/, '') : bay;
}

/** Those that need somebody first; else as the site has them. */
export function stationRows(state: SiteState, names: Names, speech: ViewSpeech): readonly StationRow[] {
  const rows = state.stations.map((station): StationRow => {
    const { evses } = station;
    return {
      stationId: station.id,
      name: stationName(station, names),
      place: names.circuit(station.circuitId),
      phases: evses[0]?.phases.join(' ') ?? '',
      ...conditionOf(station, speech),
      limitA: sum(evses, ({ limitA }) => limitA),
      reservedA: sum(evses, ({ reservedA }) => reservedA),
      cars: evses.filter(({ transaction }) => transaction !== null).length,
    };
  });
  const rank = ({ kind }: StationRow) => ['help', 'offline', 'new', 'fine'].indexOf(kind);
  const { compare } = new Intl.Collator(speech.language, { numeric: true });
  return rows.sort((a, b) => rank(a) - rank(b) || compare(a.name, b.name));
}

/** How a station is, and the one sentence that says so. */
export function conditionOf(
  station: StationState,
  { say, numbers }: ViewSpeech,
): Pick<StationRow, 'kind' | 'sentence'> {
  const a = numbers.amperes(sum(station.evses, ({ reservedA }) => reservedA));
  const faulted = station.evses.find(({ status }) => status === 'Faulted');
  if (station.control === 'neverSeen') return { kind: 'new', sentence: say('stations.neverSeen') };
  if (!station.online) return { kind: 'offline', sentence: say('why.offline', { a }) };
  if (faulted !== undefined) return { kind: 'help', sentence: say('station.fault', { f: faulted.status }) };
  if (station.control === 'refuses' || station.control === 'disobeys') {
    return { kind: 'help', sentence: say('station.noControl', { a }) };
  }
  if (station.control === 'unconfirmed') return { kind: 'fine', sentence: say('why.unconfirmed', { a }) };
  return { kind: 'fine', sentence: say('stations.follows') };
}

export function isShown({ kind, ...row }: StationRow, filter: StationFilter, text: string): boolean {
  if (filter === 'help' && kind !== 'help') return false;
  if (filter === 'offline' && kind !== 'offline') return false;
  const wanted = text.trim().toLowerCase();
  return wanted === '' || `${row.stationId} ${row.name} ${row.place}`.toLowerCase().includes(wanted);
}

export function drawsA({ currentA }: EvseState): number | undefined {
  return currentA === 'unknown' ? undefined : Math.max(currentA.L1, currentA.L2, currentA.L3);
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
