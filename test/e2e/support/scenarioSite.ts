import type {
  CarOptions,
  EvseOptions,
  GridPhase,
  OcppVersion,
  PerGridPhase,
  SimulatedCircuit,
  TxStartPoint,
} from '../../../src/simulator/index.js';

/** The site of the scenario: 24 stations of three versions in two rows, of which about a third could charge at full power. */
export const SITE_ID = 'depot';
const GRID_LIMIT_A = 240;
const ROW_A_LIMIT_A = 72;
const ROW_B_LIMIT_A = 125;
export const FAILSAFE_A = 6;
/** How long a car may take to follow its pilot; set for every station, and no car of the scenario takes longer. */
export const REACTION_S = 2;
export const METER_INTERVAL_S = 3;
const VOLTAGE_V = 230;
/** DC outlets: as much as a three-phase AC outlet, with what is lost on the way. */
const DC_POWER_MAX_W = 20_000;
const DC_EFFICIENCY = 0.94;

export interface ScenarioStation {
  readonly id: string;
  readonly circuitId: 'row-a' | 'row-b';
  readonly ocppVersion: OcppVersion;
  /** From 2.0.1 on: half of them begin a transaction with the cable. */
  readonly txStartPoint: TxStartPoint;
  readonly kind: 'AC' | 'DC';
  readonly phases: readonly GridPhase[];
  /** Of the grid, per phase. */
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
/** One after the other, so that each row has them all, at three phases and at one. */
export const VERSIONS: readonly OcppVersion[] = ['1.6', '2.0.1', '2.1'];
/** One of each version, and another of the newest. */
const DC_STATIONS = ['A05', 'A06', 'B05', 'B06'];
/** This one's car uses one of its three phases. */
const ONE_PHASE_CAR_AT = 'A02';
/** This one's car takes less than its share: the rest is the others'. */
const MODEST_CAR_AT = 'B03';
const MODEST_CAR_MAX_A = 8;

/** Per row: six of 22 kW, two of them DC, two of 11 kW, four one-phase; wired in rotation. Their failsafes are at most 60 A per phase of a row. */
export const STATIONS: readonly ScenarioStation[] = ROWS.flatMap(({ circuitId, letter, singles }) =>
  Array.from({ length: 12 }, (_, k): ScenarioStation => {
    const single = singles[k - 8];
    const id = `${letter}${String(k + 1).padStart(2, '0')}`;
    const isDc = DC_STATIONS.includes(id);
    return {
      id,
      circuitId,
      ocppVersion: VERSIONS[(k + (letter === 'A' ? 0 : 1)) % VERSIONS.length] ?? '1.6',
      txStartPoint: k % 2 === 0 ? 'EVConnected' : 'PowerPathClosed',
      kind: isDc ? 'DC' : 'AC',
      phases: single === undefined ? (ROTATIONS[k % 3] ?? ['L1', 'L2', 'L3']) : [single],
      currentMaxA: isDc ? DC_POWER_MAX_W / (DC_EFFICIENCY * VOLTAGE_V * 3) : k === 6 || k === 7 ? 16 : 32,
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
export function siteDocument(isHeld: (stationId: string) => boolean = () => false): unknown {
  const baseLoadMaxA: Readonly<Record<string, PerGridPhase>> = {
    grid: all(BUILDING.busierA + PANEL.busyA),
    'row-b': all(PANEL.busyA),
  };
  return {
    name: 'Scenario depot',
    timeZone: 'Europe/Stockholm',
    voltageV: VOLTAGE_V,
    meterIntervalS: METER_INTERVAL_S,
    circuits: CIRCUITS.map((circuit) => ({
      ...circuit,
      ...(baseLoadMaxA[circuit.id] === undefined ? {} : { baseLoadMaxA: baseLoadMaxA[circuit.id] }),
    })),
    stations: STATIONS.map((station) => ({
      id: station.id,
      circuitId: station.circuitId,
      failsafeA: FAILSAFE_A,
      reactionS: REACTION_S,
      ...(isHeld(station.id) ? { delegated: { by: 'csms', ocppVersion: station.ocppVersion } } : {}),
      evses: [evseDocument(station)],
    })),
  };
}

function evseDocument({ kind, phases, currentMaxA, trustLearnedPhases }: ScenarioStation): unknown {
  if (kind === 'DC') return { id: 1, kind, phases, powerMaxW: DC_POWER_MAX_W, efficiency: DC_EFFICIENCY };
  return { id: 1, kind, phases, currentMinA: 6, currentMaxA, trustLearnedPhases };
}

/** The same outlet as its hardware is. */
export function outletOf({ kind, phases, currentMaxA }: ScenarioStation): EvseOptions {
  const terminals = phases.length === 1 ? 1 : 3;
  if (kind === 'DC') return { id: 1, kind, terminals, powerMaxW: DC_POWER_MAX_W, efficiency: DC_EFFICIENCY };
  return { id: 1, terminals, currentMaxA };
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
