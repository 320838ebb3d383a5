import { type FleetDescription, type FleetVisit, type GridPhase, seededRandom, someCar } from '../simulator/index.js';
import { DEMO_TARIFF_IDS, DEMO_TIME_ZONE } from './demoTariffs.js';

export const DEMO_SITE_ID = 'demo';
export const DEMO_GRID_LIMIT_A = 240;
/** Lowered to this now and then; the failsafes still fit: 114 A + 60 A of building. */
export const DEMO_LOWERED_LIMIT_A = 190;
const ROW_LIMIT_A = 125;
const BUILDING_MAX_A = 60;
const FAILSAFE_A = 6;
const METER_INTERVAL_S = 5;
/** Stated in the demo's head line: batteries fill faster, currents are as in real life. */
export const DEMO_ENERGY_SPEED = 20;
const ARRIVALS_WITHIN_S = 25;

interface DemoStation {
  readonly id: string;
  readonly circuitId: string;
  readonly phases: readonly GridPhase[];
  readonly currentMaxA: number;
}

const ROTATIONS: readonly (readonly GridPhase[])[] = [
  ['L1', 'L2', 'L3'],
  ['L2', 'L3', 'L1'],
  ['L3', 'L1', 'L2'],
];
const SINGLES: Readonly<Record<string, readonly GridPhase[]>> = {
  'row-a': ['L1', 'L2', 'L3', 'L1'],
  'row-b': ['L2', 'L3', 'L1', 'L2'],
};

/** 24 stations in two rows of twelve: six of 22 kW, two of 11 kW and four one-phase ones each, wired in rotation. */
export const DEMO_STATIONS: readonly DemoStation[] = ['row-a', 'row-b'].flatMap((circuitId, row) =>
  Array.from({ length: 12 }, (_, k): DemoStation => {
    const single = k < 8 ? undefined : SINGLES[circuitId]?.[k - 8];
    return {
      id: `CP${String(row * 12 + k + 1).padStart(3, '0')}`,
      circuitId,
      phases: single === undefined ? (ROTATIONS[k % 3] ?? ['L1', 'L2', 'L3']) : [single],
      currentMaxA: k === 6 || k === 7 ? 16 : 32,
    };
  }),
);

const all = (currentA: number) => ({ L1: currentA, L2: currentA, L3: currentA });

const DEMO_CIRCUITS = [
  { id: 'grid', limitA: all(DEMO_GRID_LIMIT_A) },
  { id: 'row-a', parentId: 'grid', limitA: all(ROW_LIMIT_A) },
  { id: 'row-b', parentId: 'grid', limitA: all(ROW_LIMIT_A) },
] as const;

/** The site as its owner would PUT it. */
export function demoSite(): unknown {
  return {
    name: 'Demo depot',
    timeZone: DEMO_TIME_ZONE,
    voltageV: 230,
    tariffIds: DEMO_TARIFF_IDS,
    meterIntervalS: METER_INTERVAL_S,
    circuits: DEMO_CIRCUITS.map((circuit) =>
      circuit.id === 'grid' ? { ...circuit, baseLoadMaxA: all(BUILDING_MAX_A), meterStaleS: 30 } : circuit,
    ),
    stations: DEMO_STATIONS.map(({ id, circuitId, phases, currentMaxA }) => ({
      id,
      circuitId,
      failsafeA: FAILSAFE_A,
      evses: [{ id: 1, kind: 'AC', phases, currentMinA: 6, currentMaxA }],
    })),
  };
}

/** The same site as the simulator has it, with visitors; passwords by station. */
export function demoFleet(options: {
  readonly port: number;
  readonly passwords: ReadonlyMap<string, string>;
  readonly seed: number;
}): FleetDescription {
  const random = seededRandom(options.seed);
  return {
    url: `ws://127.0.0.1:${options.port}/ocpp`,
    seed: options.seed,
    energySpeed: DEMO_ENERGY_SPEED,
    meterIntervalS: METER_INTERVAL_S,
    stations: DEMO_STATIONS.map(({ id, circuitId, phases, currentMaxA }) => {
      const password = options.passwords.get(id);
      const visit: FleetVisit = {
        afterS: 1 + random.next() * ARRIVALS_WITHIN_S,
        staysS: 180 + random.next() * 420,
        everyS: 700 + random.next() * 120,
        idToken: `TAG-${id}`,
        car: someCar(random),
      };
      return {
        id,
        circuitId,
        ...(password === undefined ? {} : { password }),
        evses: [{ id: 1, phases, currentMaxA, visits: [visit] }],
      };
    }),
    site: {
      siteId: DEMO_SITE_ID,
      circuits: DEMO_CIRCUITS,
      buildingLoads: [{ circuitId: 'grid', baseA: { L1: 30, L2: 27, L3: 33 }, swingA: 4, periodS: 120 }],
      meters: { baseUrl: `http://127.0.0.1:${options.port}`, circuitIds: ['grid'], intervalS: 2 },
    },
  };
}
