import type {
  CircuitState,
  EvseState,
  LimitedBy,
  PerPhase,
  Plan,
  Session,
  SiteState,
  SiteSummary,
  StationState,
} from '../../src/dashboard/api/documents.js';
import type { DashboardScene } from './dashboardScene.js';

// The garage of the pictures: what the API says of it on 14 January 2026 at 14:20, as the design has it. Everything is made up and
// nothing of it is random, so that a picture differs only where the dashboard does.

export const GARAGE = 'bjorkhagen';
export const GARAGE_NOW_MS = Date.parse('2026-01-14T14:20:00+01:00');
const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
const PLAN_FROM_MS = GARAGE_NOW_MS - 5 * 60_000;
const SLOTS = 2 * 96;
const VOLTAGE_V = 230;
const PHASES = ['L1', 'L2', 'L3'] as const;
const BUILDING_A: PerPhase = { L1: 13, L2: 10, L3: 12 };

export interface GarageCar {
  readonly bay: string;
  readonly row: 'row-a' | 'row-b' | 'besok';
  readonly currentA: number;
  readonly limitA: number;
  readonly by: LimitedBy | null;
  readonly energyKwh: number;
  readonly wantedKwh: number | null;
  /** Hours from now; null: nobody said. */
  readonly leavesIn: number | null;
  /** From, to, both in hours from now, and how much. */
  readonly plan: readonly (readonly [number, number, number])[];
  readonly phases?: readonly ('L1' | 'L2' | 'L3')[];
  readonly onTime?: boolean;
  readonly online?: boolean;
  readonly control?: StationState['control'];
  readonly status?: string;
}

const rowA: LimitedBy = { by: 'circuit', circuitId: 'row-a', phase: 'L1' };
/** One for each reason there is. */
export const CARS: readonly GarageCar[] = [
  car('12', 'row-a', {
    currentA: 16,
    limitA: 16,
    by: { by: 'evse' },
    energyKwh: 31.2,
    wantedKwh: 40,
    leavesIn: 2.17,
    plan: [[0, 1, 16]],
  }),
  car('03', 'row-a', {
    currentA: 10,
    limitA: 10,
    by: rowA,
    energyKwh: 12.4,
    wantedKwh: 30,
    leavesIn: 3.67,
    plan: [
      [0, 1, 10],
      [1, 2.6, 16],
    ],
  }),
  car('07', 'row-a', {
    currentA: 6,
    limitA: 6,
    by: { by: 'demandCharge' },
    energyKwh: 8.9,
    wantedKwh: 22,
    leavesIn: 16.17,
    plan: [
      [0, 5.67, 6],
      [7, 9, 10],
    ],
    phases: ['L1'],
  }),
  car('15', 'row-b', { by: { by: 'price' }, energyKwh: 0, wantedKwh: 28, leavesIn: 16.67, plan: [[10.67, 13.25, 16]] }),
  car('09', 'row-b', {
    by: { by: 'minimumCurrent' },
    energyKwh: 3.1,
    wantedKwh: 15,
    leavesIn: 15.67,
    plan: [
      [2.17, 3.5, 6],
      [9, 10, 10],
    ],
  }),
  car('02', 'row-b', {
    by: { by: 'handOut' },
    energyKwh: 4,
    wantedKwh: 20,
    leavesIn: 17,
    plan: [
      [1.2, 2.4, 8],
      [10, 10.8, 16],
    ],
  }),
  car('04', 'row-b', {
    currentA: 9.6,
    limitA: 16,
    by: { by: 'vehicle' },
    energyKwh: 18.6,
    wantedKwh: 24,
    leavesIn: 5,
    plan: [[0, 1, 10]],
  }),
  car('05', 'row-b', {
    limitA: 16,
    by: { by: 'vehicle' },
    energyKwh: 6,
    wantedKwh: 18,
    leavesIn: 15,
    plan: [[6.5, 8, 12]],
  }),
  car('06', 'besok', {
    currentA: 10,
    limitA: 16,
    by: { by: 'externalLimit', source: 'EMS', scope: 'station', limitA: 10 },
    energyKwh: 2,
    wantedKwh: null,
    leavesIn: null,
    plan: [[0, 3, 10]],
    phases: ['L2'],
  }),
  car('08', 'besok', {
    by: { by: 'powerLimit', circuitId: 'besok' },
    energyKwh: 1,
    wantedKwh: 12,
    leavesIn: 18,
    plan: [[8, 10, 12]],
  }),
  car('10', 'row-b', { by: { by: 'price' }, energyKwh: 0, wantedKwh: 35, leavesIn: 17.25, plan: [[11, 15, 16]] }),
  car('01', 'besok', { by: { by: 'energy' }, energyKwh: 24, wantedKwh: 24, leavesIn: 2.92, plan: [] }),
  car('11', 'row-a', { by: { by: 'energy' }, energyKwh: 18, wantedKwh: 18, leavesIn: 4.5, plan: [] }),
  car('14', 'row-b', { by: { by: 'absent' }, energyKwh: 9, wantedKwh: 20, leavesIn: 20, plan: [[12, 14, 16]] }),
];

function car(bay: string, row: GarageCar['row'], rest: Partial<GarageCar>): GarageCar {
  const none = { currentA: 0, limitA: 0, by: null, energyKwh: 0, wantedKwh: null, leavesIn: null, plan: [] };
  return { ...none, ...rest, bay, row };
}

export interface GarageNow {
  readonly cars?: readonly GarageCar[];
  /** What the building draws beyond what it was thought to, A per phase. */
  readonly moreA?: number;
  readonly hasStations?: boolean;
  /** More documents, by path. */
  readonly documents?: ReadonlyMap<string, unknown>;
}

const each = (of: (phase: (typeof PHASES)[number]) => number): PerPhase => ({
  L1: of('L1'),
  L2: of('L2'),
  L3: of('L3'),
});
const at = (hours: number) => new Date(GARAGE_NOW_MS + hours * HOUR_MS).toISOString();
const LIMITS: readonly { id: string; parentId: string | null; ratingA: number; limitA: number; name?: string }[] = [
  { id: 'grid', parentId: null, ratingA: 63, limitA: 60 },
  { id: 'row-a', parentId: 'grid', ratingA: 32, limitA: 32 },
  { id: 'row-b', parentId: 'grid', ratingA: 32, limitA: 32 },
  { id: 'besok', parentId: 'grid', ratingA: 25, limitA: 25, name: 'Besök' },
];

export function garage({
  cars = CARS,
  moreA = 0,
  hasStations = true,
  documents = new Map(),
}: GarageNow = {}): DashboardScene {
  const bays = hasStations
    ? ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '14', '15', '16']
    : [];
  const carAt = new Map(cars.map((one) => [one.bay, one]));
  const rowOf = (bay: string) => CARS.find((one) => one.bay === bay)?.row ?? 'row-b';
  const base = `/v1/sites/${GARAGE}`;
  const site: SiteSummary = {
    siteId: GARAGE,
    name: 'Björkhagen garage',
    timeZone: 'Europe/Stockholm',
    voltageV: VOLTAGE_V,
    tariffIds: ['spot'],
    circuits: LIMITS.map(({ id, parentId, ratingA, name }) => ({
      id,
      parentId,
      limitA: each(() => ratingA),
      ...(name === undefined ? {} : { name }),
      ...(id === 'besok' ? { powerLimitW: 11_000 } : {}),
    })),
    stations: bays.map((bay) => ({
      id: bay,
      circuitId: rowOf(bay),
      evses: [{ id: 1, kind: 'AC', phases: PHASES, currentMaxA: 16, currentMinA: 6 }],
    })),
  };
  const sessions = cars.map(sessionOf);
  const me = { kind: 'user', id: 'u', name: 'Karin Lind', email: 'karin@example.com', organisationName: 'Björkhagen' };
  const whys = sessions.map(
    ({ sessionId }) => [`${base}/sessions/${sessionId}/why`, { past: [], since: null }] as const,
  );
  return {
    documents: new Map<string, unknown>([
      ['/v1/me', { ...me, organisationId: 'bjorkhagen', role: 'owner', siteIds: null }],
      ['/v1/sites', { sites: [site] }],
      [base, site],
      [`${base}/plan`, planOf(cars)],
      [`${base}/sessions`, { sessions }],
      [`${base}/prices`, { currency: 'SEK', import: PRICES }],
      [`${base}/history/months`, { months: [{ month: '2026-01', peakHourW: 46_000 }] }],
      ...whys,
      ...documents,
    ]),
    stateAfter: () => stateOf(site, carAt, moreA),
  };
}

function stateOf(site: SiteSummary, cars: ReadonlyMap<string, GarageCar>, moreA: number): SiteState {
  const below = (id: string) => [...cars.values()].filter(({ row }) => id === 'grid' || row === id);
  const circuits = LIMITS.map(({ id, parentId, limitA }): CircuitState => {
    const isRoot = id === 'grid';
    const drawn = each((phase) =>
      below(id).reduce((sum, one) => sum + (phasesOf(one).includes(phase) ? one.currentA : 0), 0),
    );
    const baseLoadA = each((phase) => (isRoot ? BUILDING_A[phase] + moreA : 0));
    const loadA = each((phase) => drawn[phase] + baseLoadA[phase]);
    const reservedA = each((phase) => drawn[phase] + (isRoot ? { L1: 5, L2: 4, L3: 2 }[phase] : 0));
    return {
      id,
      parentId,
      limitA: each(() => limitA),
      loadA,
      baseLoadA,
      reservedA,
      headroomA: each((phase) => Math.max(0, limitA - baseLoadA[phase] - reservedA[phase])),
      meter: isRoot ? 'fresh' : 'none',
      next: isRoot ? { at: at(2.6667), limitA: each(() => 50) } : null,
      ...(id === 'besok' ? { powerLimitW: 11_000 } : {}),
    };
  });
  return {
    siteId: GARAGE,
    name: site.name,
    at: new Date(GARAGE_NOW_MS).toISOString(),
    site: 'protected',
    excess: [],
    circuits,
    stations: site.stations.map(({ id, circuitId }) => stationOf(id, circuitId, cars.get(id))),
  };
}

function stationOf(id: string, circuitId: string, of: GarageCar | undefined): StationState {
  const evse: EvseState = {
    id: 1,
    kind: 'AC',
    phases: PHASES,
    status: of?.status ?? (of === undefined ? 'Available' : 'Charging'),
    limitA: of?.limitA ?? 0,
    reservedA: of?.limitA ?? 0,
    currentA: each((phase) => (of !== undefined && phasesOf(of).includes(phase) ? of.currentA : 0)),
    limitedBy: of?.by ?? null,
    transaction:
      of === undefined
        ? null
        : { transactionId: Number(id), sessionId: `s-${id}`, startedAt: at(-3), energyWh: 1_000 * of.energyKwh },
  };
  return {
    id,
    circuitId,
    online: of?.online ?? true,
    ocppVersion: '1.6',
    vendor: 'Example',
    model: 'Wall 11',
    control: of?.control ?? 'controlled',
    evses: [evse],
  };
}

function phasesOf({ phases = PHASES }: GarageCar): readonly (typeof PHASES)[number][] {
  return phases;
}

function sessionOf(of: GarageCar): Session {
  const departure = of.leavesIn === null ? null : at(of.leavesIn);
  const energyWantedWh = of.wantedKwh === null ? null : 1_000 * of.wantedKwh;
  const plannedWh = of.onTime === false ? 0.8 * (energyWantedWh ?? 0) : energyWantedWh;
  return {
    sessionId: `s-${of.bay}`,
    transactionId: Number(of.bay),
    stationId: of.bay,
    evseId: 1,
    idToken: '[redacted]',
    startedAt: at(-3),
    endedAt: null,
    energyWh: 1_000 * of.energyKwh,
    energyWantedWh,
    departure,
    priority: 5,
    needsUsed: { departure, energyWh: energyWantedWh, priority: 5 },
    needsFrom: { departure: departure === null ? 'unknown' : 'stated', energyWh: 'stated', priority: 'default' },
    plannedEnergyWh: plannedWh,
    shortfallWh: (energyWantedWh ?? 0) - (plannedWh ?? 0),
    onTime: departure === null ? null : (of.onTime ?? true),
    cost: 1.1 * of.energyKwh,
    currency: 'SEK',
    limitA: of.limitA,
    limitedBy: of.by,
    phasesInUse: phasesOf(of),
  };
}

function planOf(cars: readonly GarageCar[]): Plan {
  const slots = Array.from({ length: SLOTS }, (_, slot) => slot);
  const hourOf = (slot: number) => (PLAN_FROM_MS + slot * QUARTER_MS - GARAGE_NOW_MS) / HOUR_MS;
  const planned = cars.map((one) => ({
    one,
    currentA: slots.map(
      (slot) => one.plan.find(([from, to]) => hourOf(slot + 1) > from && hourOf(slot) < to)?.[2] ?? 0,
    ),
  }));
  const loadOf = (id: string, phase: (typeof PHASES)[number]) =>
    slots.map((slot) =>
      planned.reduce(
        (sum, { one, currentA }) =>
          sum + ((id === 'grid' || one.row === id) && phasesOf(one).includes(phase) ? (currentA[slot] ?? 0) : 0),
        id === 'grid' ? BUILDING_A[phase] - (hourOf(slot) % 24 > 8 ? 6 : 0) : 0,
      ),
    );
  const limitOf = (limitA: number, isRoot: boolean) =>
    slots.map((slot) => (isRoot && hourOf(slot) >= 2.5 && hourOf(slot) < 5.6 ? 50 : limitA));
  return {
    computedAt: at(-0.05),
    boundariesMs: Array.from({ length: SLOTS + 1 }, (_, slot) => PLAN_FROM_MS + slot * QUARTER_MS),
    sessions: planned.map(({ one, currentA }) => ({
      sessionId: `s-${one.bay}`,
      stationId: one.bay,
      evseId: 1,
      currentA,
      limitedBy: currentA.map((_, slot) => (hourOf(slot) < 5.6 ? one.by : null)),
    })),
    circuits: LIMITS.map(({ id, limitA, parentId }) => ({
      id,
      limitA: perPhase(() => limitOf(limitA, parentId === null)),
      loadA: perPhase((phase) => loadOf(id, phase)),
    })),
    currency: 'SEK',
    prices: {
      from: 'published',
      publishedUntil: at(40),
      energyPricePerKwh: slots.map(() => 1),
      demandCharges: [{ circuitId: 'grid', peakSoFarKw: 46 }],
    },
    schedule: { computedAt: at(-0.05) },
  };
}

function perPhase(of: (phase: (typeof PHASES)[number]) => readonly number[]): PerPhase<readonly number[]> {
  return { L1: of('L1'), L2: of('L2'), L3: of('L3') };
}

/** Öre per kWh by the hour of the day, as a cold Wednesday has them. */
const ORE = [
  52, 48, 44, 41, 42, 45, 62, 118, 135, 122, 108, 100, 97, 95, 96, 102, 128, 172, 192, 168, 132, 104, 82, 64,
];
const PRICES = Array.from({ length: 48 }, (_, hour) => {
  const startMs = Date.parse('2026-01-14T14:00:00+01:00') + hour * HOUR_MS;
  const start = new Date(startMs).toISOString();
  const pricePerKwh = (ORE[(14 + hour) % 24] ?? 0) / 100;
  return { start, end: new Date(startMs + HOUR_MS).toISOString(), pricePerKwh, source: 'published' as const };
});
