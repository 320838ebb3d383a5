import type { GridPhase } from './benchStation.js';
import { CURRENT_MAX_A, eachPhase, PHASES } from './site.js';

// Many sites at once, each with a limit of its owner and rows that bind: what a reconnect storm must not break. Made again, the same,
// by each process that needs it.

export const STATIONS_PER_SITE = 100;
const ROW_STATIONS = 25;
const FAILSAFE_A = 6;
/** Of each car, by the grid connection's fuse, by what the owner has put for now, and by every other row. */
const SHARE_A = { fuse: 20, owner: 14, narrowRow: 12, wideRow: CURRENT_MAX_A } as const;
/** Of the owner's limit for each car. It is not metered, so that it counts at its most. */
const BUILDING_A = 1;
const METER_INTERVAL_S = 60;
/** Half of them three-phase and wired in rotation, half one-phase. */
const WIRINGS: readonly (readonly GridPhase[])[] = [
  ['L1', 'L2', 'L3'],
  ['L1'],
  ['L2', 'L3', 'L1'],
  ['L2'],
  ['L3', 'L1', 'L2'],
  ['L3'],
];

export interface StormStationPlace {
  readonly id: string;
  readonly phases: readonly GridPhase[];
  readonly row: number;
}

export interface StormSite {
  readonly siteId: string;
  readonly stations: readonly StormStationPlace[];
  /** What the cars may take of each circuit, the building aside: of the grid connection first, then of each row. */
  readonly circuits: readonly { readonly id: string; readonly roomA: Readonly<Record<GridPhase, number>> }[];
}

export function stormSite(index: number): StormSite {
  const stations = Array.from({ length: STATIONS_PER_SITE }, (_, at): StormStationPlace => {
    // Rows begin with another wiring each, so that no phase is always the fullest.
    const phases = WIRINGS[(at + Math.floor(at / ROW_STATIONS)) % WIRINGS.length] ?? PHASES;
    return { id: `S${index}-${at}`, phases, row: Math.floor(at / ROW_STATIONS) };
  });
  const rows = Array.from({ length: STATIONS_PER_SITE / ROW_STATIONS }, (_, row) => {
    const perCarA = row % 2 === 0 ? SHARE_A.wideRow : SHARE_A.narrowRow;
    const ofRow = stations.filter((station) => station.row === row);
    return { id: `row-${row}`, roomA: eachPhase((phase) => carsOn(ofRow, phase) * perCarA) };
  });
  const grid = { id: 'grid', roomA: eachPhase((phase) => carsOn(stations, phase) * (SHARE_A.owner - BUILDING_A)) };
  return { siteId: `site-${index}`, stations, circuits: [grid, ...rows] };
}

export function stormSiteDocument({ siteId, stations, circuits }: StormSite): unknown {
  return {
    name: siteId,
    timeZone: 'Europe/Stockholm',
    voltageV: 230,
    tariffIds: [],
    meterIntervalS: METER_INTERVAL_S,
    circuits: circuits.map(({ id, roomA }) =>
      id === 'grid'
        ? {
            id,
            limitA: eachPhase((phase) => carsOn(stations, phase) * SHARE_A.fuse),
            baseLoadMaxA: eachPhase((phase) => carsOn(stations, phase) * BUILDING_A),
          }
        : { id, parentId: 'grid', limitA: roomA },
    ),
    stations: stations.map(({ id, phases, row }) => ({
      id,
      circuitId: `row-${row}`,
      failsafeA: FAILSAFE_A,
      evses: [{ id: 1, kind: 'AC', phases, currentMinA: 6, currentMaxA: CURRENT_MAX_A }],
    })),
  };
}

/** Of its owner, from now on: what must outlive the service. */
export function ownerLimitDocument({ stations }: StormSite): unknown {
  return { circuitId: 'grid', limitA: eachPhase((phase) => carsOn(stations, phase) * SHARE_A.owner) };
}

function carsOn(stations: readonly StormStationPlace[], phase: GridPhase): number {
  return stations.filter(({ phases }) => phases.includes(phase)).length;
}
