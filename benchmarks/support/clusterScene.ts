import type { GridPhase } from './benchStation.js';
import { CURRENT_MAX_A, eachPhase, PHASES } from './site.js';

// Many small sites, as a service has them: a building with a meter, twenty stations, half of them with a car. Made again, the same, by
// each process that needs it.

export const STATIONS_PER_SITE = 20;
const CHARGING_PER_SITE = STATIONS_PER_SITE / 2;
/** Of so many sites one has a building whose load jumps now and then. */
const JUMPING_EVERY = 2;
export const METER_INTERVAL_MS = 10_000;
/** Of stations that have a car, and of the others, which then need no room before they have one. */
const FAILSAFE_A = { charging: 6, idle: 0 } as const;
/** Of each phase of the grid connection: while the building draws its least, the cars on it have so much each. */
const SHARE_A = 16;
/** The most that a building may draw of each phase. */
const BUILDING_MOST_A = 48;
const LEAST_A = 30;
/**
 * What it draws of each phase, one after the other: four jumps, each of which the cars must make room for, and then its least for long
 * enough that it is believed, and the cars have it all again.
 */
export const BUILDING_A = [LEAST_A, 34, 38, 42, 46, ...Array.from({ length: 7 }, () => LEAST_A)] as const;
/** Half of them three-phase and wired in rotation, half one-phase. */
const WIRINGS: readonly (readonly GridPhase[])[] = [
  ['L1', 'L2', 'L3'],
  ['L1'],
  ['L2', 'L3', 'L1'],
  ['L2'],
  ['L3', 'L1', 'L2'],
  ['L3'],
];

export interface ClusterStationPlace {
  readonly id: string;
  readonly phases: readonly GridPhase[];
  readonly charges: boolean;
}

export interface ClusterSite {
  readonly siteId: string;
  readonly stations: readonly ClusterStationPlace[];
  readonly limitA: Readonly<Record<GridPhase, number>>;
  readonly jumps: boolean;
}

export function clusterSite(index: number): ClusterSite {
  const stations = Array.from({ length: STATIONS_PER_SITE }, (_, at): ClusterStationPlace => {
    const phases = WIRINGS[at % WIRINGS.length] ?? PHASES;
    return { id: `C${index}-${at}`, phases, charges: at < CHARGING_PER_SITE };
  });
  const charging = (phase: GridPhase) =>
    stations.filter(({ charges, phases }) => charges && phases.includes(phase)).length;
  const limitA = eachPhase((phase) => LEAST_A + SHARE_A * charging(phase));
  return { siteId: `site-${index}`, stations, limitA, jumps: index % JUMPING_EVERY === 0 };
}

export function clusterSiteDocument({ siteId, stations, limitA }: ClusterSite): unknown {
  return {
    name: siteId,
    timeZone: 'Europe/Stockholm',
    voltageV: 230,
    tariffIds: [],
    meterIntervalS: METER_INTERVAL_MS / 1_000,
    circuits: [{ id: 'grid', limitA, baseLoadMaxA: eachPhase(() => BUILDING_MOST_A), meterStaleS: 120 }],
    stations: stations.map(({ id, phases, charges }) => ({
      id,
      circuitId: 'grid',
      failsafeA: charges ? FAILSAFE_A.charging : FAILSAFE_A.idle,
      evses: [{ id: 1, kind: 'AC', phases, currentMinA: 6, currentMaxA: CURRENT_MAX_A }],
    })),
  };
}
