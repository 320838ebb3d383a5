import { wattsPerAmpere } from './electricity.js';
import { failsafeOverWeek, minuteText } from './failsafeHours.js';
import type { Circuit, SiteModel, Station } from './model.js';
import { PHASES, type Phase } from './phases.js';
import { Problem } from './problem.js';

type Kind = Phase | 'power';
const KINDS: readonly Kind[] = [...PHASES, 'power'];

/** Per kind: by how much the sum of failsafes changes at which minute of the week; at 0 it begins. */
type Changes = Readonly<Record<Kind, Map<number, number>>>;

interface Excess {
  readonly circuit: Circuit;
  readonly kind: Kind;
  readonly sum: number;
  readonly limit: number;
  readonly fromMinute: number;
}

/** Throws FAILSAFE_EXCEEDS_LIMIT where, at some time of the week, the failsafes below a circuit sum to more than it can carry. */
export function refuseFailsafeExcess(site: SiteModel): void {
  const excess = findExcess(site);
  if (excess === undefined) return;
  const { circuit, kind, fromMinute } = excess;
  const [sum, limit] = [round(excess.sum), round(excess.limit)];
  const changes = site.stations.some(({ failsafeHours = [] }) => failsafeHours.length > 0);
  const when = changes ? { from: minuteText(fromMinute) } : {};
  const since = changes ? ` from ${minuteText(fromMinute)} on` : '';
  throw new Problem(
    'FAILSAFE_EXCEEDS_LIMIT',
    kind === 'power'
      ? `If this service stops, the stations below circuit "${circuit.id}" may draw ${sum} W together${since}, but ${limit} W are left there.`
      : `If this service stops, the stations below circuit "${circuit.id}" may draw ${sum} A together on ${kind}${since}, but ${limit} A are left there.`,
    {
      field: `/circuits/${site.circuits.indexOf(circuit)}`,
      details:
        kind === 'power'
          ? { circuitId: circuit.id, sumW: sum, limitW: limit, ...when }
          : { circuitId: circuit.id, phase: kind, sumA: sum, limitA: limit, ...when },
    },
  );
}

function findExcess(site: SiteModel): Excess | undefined {
  const changes = changesBelow(site);
  for (const circuit of site.circuits) {
    for (const kind of KINDS) {
      const limit = leftFor(circuit, kind, site.voltageV);
      if (limit === 'unlimited') continue;
      const { sum, fromMinute } = largestOf(changes.get(circuit.id)?.[kind] ?? new Map());
      if (sum > limit + 1e-6) return { circuit, kind, sum, limit, fromMinute };
    }
  }
  return undefined;
}

function leftFor(circuit: Circuit, kind: Kind, voltageV: number): number | 'unlimited' {
  if (kind !== 'power') return circuit.limitA[kind] - circuit.baseLoadMaxA[kind];
  if (circuit.powerLimitW === undefined) return 'unlimited';
  return circuit.powerLimitW - PHASES.reduce((total, phase) => total + circuit.baseLoadMaxA[phase], 0) * voltageV;
}

function largestOf(changes: ReadonlyMap<number, number>): { readonly sum: number; readonly fromMinute: number } {
  let sum = 0;
  let largest = { sum: 0, fromMinute: 0 };
  for (const [fromMinute, change] of [...changes].sort(([a], [b]) => a - b)) {
    sum += change;
    if (sum > largest.sum + 1e-9) largest = { sum, fromMinute };
  }
  return largest;
}

/** Of each circuit, with all below it. Added from the leaves up, for there may be many stations, and long paths to the grid. */
function changesBelow({ circuits, stations, voltageV }: SiteModel): ReadonlyMap<string, Changes> {
  const below = new Map<string, Changes>(circuits.map(({ id }) => [id, newChanges()]));
  for (const station of stations) addStation(below.get(station.circuitId), station, voltageV);
  for (const circuit of leavesFirst(circuits)) {
    const [own, parent] = [below.get(circuit.id), below.get(circuit.parentId ?? '')];
    if (own === undefined || parent === undefined) continue;
    for (const kind of KINDS) for (const [minute, change] of own[kind]) add(parent[kind], minute, change);
  }
  return below;
}

function newChanges(): Changes {
  return { L1: new Map(), L2: new Map(), L3: new Map(), power: new Map() };
}

function addStation(changes: Changes | undefined, station: Station, voltageV: number): void {
  if (changes === undefined) return;
  let beforeA = 0;
  for (const { fromMinute, limitA } of failsafeOverWeek(station)) {
    for (const evse of station.evses) {
      for (const phase of evse.phases) add(changes[phase], fromMinute, limitA - beforeA);
      add(changes.power, fromMinute, (limitA - beforeA) * wattsPerAmpere(evse, voltageV));
    }
    beforeA = limitA;
  }
}

function add(changes: Map<number, number>, minute: number, change: number): void {
  changes.set(minute, (changes.get(minute) ?? 0) + change);
}

function leavesFirst(circuits: readonly Circuit[]): readonly Circuit[] {
  const childrenOf = new Map<string | null, Circuit[]>();
  for (const circuit of circuits) {
    const siblings = childrenOf.get(circuit.parentId);
    if (siblings === undefined) childrenOf.set(circuit.parentId, [circuit]);
    else siblings.push(circuit);
  }
  const rootFirst = [...(childrenOf.get(null) ?? [])];
  for (const circuit of rootFirst) rootFirst.push(...(childrenOf.get(circuit.id) ?? []));
  return rootFirst.reverse();
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
