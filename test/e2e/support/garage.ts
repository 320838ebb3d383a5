import { Fleet, type FleetDescription, type GridPhase, type SimulatedCircuit } from '../../../src/simulator/index.js';
import { addReader } from './dashboardPage.js';
import { sessionsOf } from './documents.js';
import { ADMIN_KEY, ServiceProcess } from './serviceProcess.js';
import { until } from './until.js';

// The garage that the dashboard is tried on: a main fuse, three rows, and cars of all kinds.

export const GARAGE_ID = 'bjorkhagen';
const ALL: readonly GridPhase[] = ['L1', 'L2', 'L3'];
const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
const TICK_MS = 250;
const SEED = 20_260_114;
const ORE_BY_HOUR = [
  52, 48, 44, 41, 43, 50, 78, 121, 134, 112, 98, 92, 88, 86, 94, 104, 132, 174, 188, 166, 128, 96, 72, 58,
];
const CAR = { batteryWh: 77_000, currentMaxA: 16, reactionS: 0.5, rampUpAPerS: 20 } as const;
const all = (currentA: number) => ({ L1: currentA, L2: currentA, L3: currentA });

interface Bay {
  readonly id: string;
  readonly circuitId: string;
  readonly phases: readonly GridPhase[];
  readonly currentMaxA: number;
  /** A car stands there; what its driver said. */
  readonly car?: {
    readonly inHours?: number;
    readonly kWh?: number;
    readonly priority?: number;
    readonly takesA?: number;
  };
}

export const BAYS: readonly Bay[] = [
  { id: '12', circuitId: 'row-a', phases: ALL, currentMaxA: 16, car: { inHours: 2.2, kWh: 20 } },
  { id: '03', circuitId: 'row-a', phases: ['L2', 'L3', 'L1'], currentMaxA: 16, car: { inHours: 4, kWh: 30 } },
  { id: '07', circuitId: 'row-a', phases: ['L1'], currentMaxA: 16, car: { inHours: 16, kWh: 22 } },
  { id: '15', circuitId: 'row-b', phases: ALL, currentMaxA: 16, car: { inHours: 17, kWh: 28 } },
  { id: '09', circuitId: 'row-b', phases: ['L3', 'L1', 'L2'], currentMaxA: 16, car: { inHours: 16, kWh: 15 } },
  { id: '01', circuitId: 'visitors', phases: ALL, currentMaxA: 16, car: {} },
  { id: '02', circuitId: 'visitors', phases: ALL, currentMaxA: 16 },
];

export const CAR_COUNT = BAYS.filter(({ car }) => car !== undefined).length;

const CIRCUITS: readonly SimulatedCircuit[] = [
  { id: 'grid', limitA: all(63) },
  { id: 'row-a', parentId: 'grid', limitA: all(32) },
  { id: 'row-b', parentId: 'grid', limitA: all(32) },
  { id: 'visitors', parentId: 'grid', limitA: all(25) },
];

function siteDocument() {
  return {
    name: 'Björkhagen garage',
    timeZone: 'Europe/Stockholm',
    voltageV: 230,
    tariffIds: ['spot'],
    circuits: CIRCUITS.map((circuit) => ({
      ...circuit,
      ...(circuit.id === 'visitors' ? { name: 'Besök' } : {}),
      limitA: circuit.limitA,
      baseLoadMaxA: circuit.id === 'grid' ? all(20) : all(0),
      meterStaleS: 60,
    })),
    stations: BAYS.map(({ id, circuitId, phases, currentMaxA }) => ({
      id,
      circuitId,
      failsafeA: 0,
      reactionS: 2,
      evses: [{ id: 1, kind: 'AC', phases, currentMaxA }],
    })),
    meterIntervalS: 3,
  };
}

/** Two days and a half by the quarter of an hour: dear mornings and evenings, cheap nights. */
function tariffDocument(nowMs: number) {
  const startMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS - 12 * HOUR_MS;
  const pricesPerKwh = Array.from({ length: 240 }, (_, quarter) => {
    const hour = new Date(startMs + quarter * QUARTER_MS + HOUR_MS).getUTCHours();
    return ((ORE_BY_HOUR[hour] ?? 90) + (quarter % 4)) / 100;
  });
  const start = new Date(startMs).toISOString();
  return {
    currency: 'SEK',
    timeZone: 'Europe/Stockholm',
    components: [{ kind: 'priceSeries', id: 'spot', prices: [{ start, resolution: 'PT15M', pricesPerKwh }] }],
  };
}

/** Three hours of less, a while from now. */
function eveningLimit(nowMs: number) {
  const fromMs = Math.ceil(nowMs / HOUR_MS + 2) * HOUR_MS;
  const [from, to] = [fromMs, fromMs + 3 * HOUR_MS].map((atMs) => new Date(atMs).toISOString());
  return { circuitId: 'grid', limitA: all(50), from, to };
}

function fleetDescription(service: ServiceProcess): FleetDescription {
  return {
    seed: SEED,
    energySpeed: 1,
    meterIntervalS: 2,
    stations: BAYS.map(({ id, circuitId, phases, currentMaxA, car }, k) => ({
      id,
      circuitId,
      password: `password-of-bay-${id}`,
      evses: [
        {
          id: 1,
          phases,
          currentMaxA,
          visits:
            car === undefined
              ? []
              : [
                  {
                    afterS: 1,
                    idToken: `CARD-${id}`,
                    car: {
                      ...CAR,
                      phases: phases.length === 1 ? (1 as const) : (3 as const),
                      currentMaxA: car.takesA ?? CAR.currentMaxA,
                      soC: 0.2 + k / 50,
                    },
                  },
                ],
        },
      ],
    })),
    site: {
      siteId: GARAGE_ID,
      circuits: CIRCUITS.map(({ parentId, ...circuit }) => ({
        ...circuit,
        ...(parentId === null ? {} : { parentId }),
      })),
      buildingLoads: [{ circuitId: 'grid', baseA: { L1: 17, L2: 12, L3: 14 }, swingA: 0.4 }],
      meters: { baseUrl: service.httpUrl, circuitIds: ['grid'], intervalS: 1 },
    },
  };
}

/** The service in its process, and all that is around it in this one. */
export class Garage {
  readonly fleet: Fleet;
  readonly #dataDir: string;
  readonly #port: number;
  #service: ServiceProcess;

  static async start(dataDir: string): Promise<Garage> {
    const service = await ServiceProcess.start({ dataDir, environment: { LOG_LEVEL: 'warn' } });
    try {
      await addReader(service.api);
      await service.api.put('/v1/tariffs/spot', tariffDocument(Date.now()));
      await service.api.put(`/v1/sites/${GARAGE_ID}`, siteDocument());
      await service.api.put(`/v1/sites/${GARAGE_ID}/limits/house`, { circuitId: 'grid', limitA: all(60) });
      await service.api.put(`/v1/sites/${GARAGE_ID}/limits/evening`, eveningLimit(Date.now()));
      for (const { id } of BAYS)
        await service.api.put(`/v1/stations/${id}/credentials`, { password: `password-of-bay-${id}` });
      return new Garage(service, dataDir);
    } catch (error) {
      await service.kill();
      throw error;
    }
  }

  private constructor(service: ServiceProcess, dataDir: string) {
    this.#service = service;
    this.#dataDir = dataDir;
    this.#port = service.port;
    this.fleet = new Fleet({
      description: fleetDescription(service),
      url: service.stationsUrl,
      apiKey: ADMIN_KEY,
      tickMs: TICK_MS,
    });
    this.fleet.start();
  }

  /** Every car is plugged in, its driver has said what it needs, and a plan was made for all of them. */
  async settle(): Promise<void> {
    const { api } = this.#service;
    const open = async () => (await sessionsOf(api, GARAGE_ID)).filter(({ endedAt }) => endedAt === null);
    await until(async () => (await open()).length === CAR_COUNT, 'every car is plugged in', { atMostMs: 40_000 });
    for (const { sessionId, stationId } of await open()) {
      const car = BAYS.find(({ id }) => id === stationId)?.car;
      if (car?.inHours === undefined) continue;
      await api.put(`/v1/sites/${GARAGE_ID}/sessions/${sessionId}/needs`, {
        departure: new Date(Date.now() + car.inHours * HOUR_MS).toISOString(),
        energyWh: (car.kWh ?? 10) * 1_000,
      });
    }
    await until(async () => (await this.#plannedUntilMs()) > Date.now() + 20 * HOUR_MS, 'a day is planned', {
      atMostMs: 40_000,
    });
  }

  async #plannedUntilMs(): Promise<number> {
    const plan = (await this.#service.api.get(`/v1/sites/${GARAGE_ID}/plan`)) as {
      readonly boundariesMs: readonly number[];
      readonly sessions: readonly unknown[];
    };
    return plan.sessions.length === CAR_COUNT ? (plan.boundariesMs.at(-1) ?? 0) : 0;
  }

  get service(): ServiceProcess {
    return this.#service;
  }

  /** At the same address, with what it knew. */
  async restartService(): Promise<void> {
    this.#service = await ServiceProcess.start({
      dataDir: this.#dataDir,
      port: this.#port,
      environment: { LOG_LEVEL: 'warn' },
    });
  }

  async stop(): Promise<void> {
    await this.fleet.stop();
    await this.#service.kill();
  }
}
