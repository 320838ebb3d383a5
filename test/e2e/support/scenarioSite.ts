import type { CarOptions, GridPhase, PerGridPhase, SimulatedCircuit } from '../../../src/simulator/index.js';

/** The site of the scenario: 24 stations in two rows, of which about a third could charge at full power. */
export const SITE_ID = 'depot';
const GRID_LIMIT_A = 240;
const ROW_A_LIMIT_A = 72;
const ROW_B_LIMIT_A = 125;
export const FAILSAFE_A = 6;
/** How long a car may take to follow its pilot; set for every station, and no car of the scenario takes longer. */
export const REACTION_S = 2;
export const METER_INTERVAL_S = 3;

export interface ScenarioStation {
  readonly id: string;
  readonly circuitId: 'row-a' | 'row-b';
  readonly phases: readonly GridPhase[];
  readonly currentMaxA: number;
  /** The owner lets phases that a car does not use be given to others. */
  readonly trustLearnedPhases: boolean;
}

const ROTATIONS: readonly (readonly GridPhase[])[] = [
  ['L1', 'L2', 'L3'],
  ['L2', 'L3', 'L1'],
  ['L3', 'L1', 'L2'],
];
const ROWS = [
  { circuitId: 'row-a', letter: 'A', singles: ['L1', 'L2', 'L3', 'L1'] },
  { circuitId: 'row-b', letter: 'B', singles: ['L2', 'L3', 'L1', 'L2'] },
] as const;
/** This one's car uses one of its three phases. */
const ONE_PHASE_CAR_AT = 'A02';
/** This one's car takes less than its share: the rest is the others'. */
const MODEST_CAR_AT = 'B06';
const MODEST_CAR_MAX_A = 8;

/** Per row: six of 22 kW, two of 11 kW, four one-phase; wired in rotation. Their failsafes are at most 60 A per phase of a row. */
export const STATIONS: readonly ScenarioStation[] = ROWS.flatMap(({ circuitId, letter, singles }) =>
  Array.from({ length: 12 }, (_, k): ScenarioStation => {
    const single = singles[k - 8];
    const id = `${letter}${String(k + 1).padStart(2, '0')}`;
    return {
      id,
      circuitId,
      phases: single === undefined ? (ROTATIONS[k % 3] ?? ['L1', 'L2', 'L3']) : [single],
      currentMaxA: k === 6 || k === 7 ? 16 : 32,
      trustLearnedPhases: id === ONE_PHASE_CAR_AT,
    };
  }),
);

export const all = (currentA: number): PerGridPhase => ({ L1: currentA, L2: currentA, L3: currentA });

export const CIRCUITS: readonly SimulatedCircuit[] = [
  { id: 'grid', limitA: all(GRID_LIMIT_A) },
  { id: 'row-a', parentId: 'grid', limitA: all(ROW_A_LIMIT_A) },
  { id: 'row-b', parentId: 'grid', limitA: all(ROW_B_LIMIT_A) },
];
/** Circuits that have a meter of their own. Row A carries nothing but cars. */
export const METERED = ['grid', 'row-b'];

/** What the building draws, and what hangs on row B's panel besides cars. */
export const BUILDING = { calmA: 15, busyA: 55, busierA: 60 };
export const PANEL = { calmA: 10, busyA: 30 };
/** What the grid operator leaves the site for a while. The failsafes still fit beside the building at its worst. */
export const LOWERED_GRID_LIMIT_A = 215;
export const LOWERED_ROW_A_LIMIT_A = 64;

/** The site as its owner PUTs it. */
export function siteDocument(): unknown {
  const baseLoadMaxA: Readonly<Record<string, PerGridPhase>> = {
    grid: all(BUILDING.busierA + PANEL.busyA),
    'row-b': all(PANEL.busyA),
  };
  return {
    name: 'Scenario depot',
    timeZone: 'Europe/Stockholm',
    voltageV: 230,
    meterIntervalS: METER_INTERVAL_S,
    circuits: CIRCUITS.map((circuit) => ({
      ...circuit,
      ...(baseLoadMaxA[circuit.id] === undefined ? {} : { baseLoadMaxA: baseLoadMaxA[circuit.id] }),
    })),
    stations: STATIONS.map(({ id, circuitId, phases, currentMaxA, trustLearnedPhases }) => ({
      id,
      circuitId,
      failsafeA: FAILSAFE_A,
      reactionS: REACTION_S,
      evses: [{ id: 1, kind: 'AC', phases, currentMinA: 6, currentMaxA, trustLearnedPhases }],
    })),
  };
}

/** The car that comes to a station: large batteries, so that nobody is full when the test ends, and reactions up to REACTION_S. */
export function carFor(station: ScenarioStation): CarOptions {
  const k = STATIONS.indexOf(station);
  return {
    batteryWh: 77_000,
    soC: 0.2,
    phases: station.id === ONE_PHASE_CAR_AT ? 1 : 3,
    currentMaxA: station.id === MODEST_CAR_AT ? MODEST_CAR_MAX_A : k % 4 === 3 ? 16 : 32,
    reactionS: [REACTION_S, 0.5, 1, 1.5][k % 4] ?? REACTION_S,
    rampUpAPerS: 10,
  };
}
