import { SeededRandom } from './seededRandom.js';

// What the API says of a site where every bay has a car, as the dashboard asks for it: made up, so that nothing but the dashboard is
// measured.

const QUARTER_MS = 900_000;
const SLOTS = 96;
const BAYS_PER_ROW = 50;
const VOLTAGE_V = 230;
const ROW_LIMIT_A = 250;
const all = (currentA: number) => ({ L1: currentA, L2: currentA, L3: currentA });
const PHASES = ['L1', 'L2', 'L3'] as const;

export interface DashboardScene {
  /** By path, without what is asked beside it. */
  readonly documents: ReadonlyMap<string, unknown>;
  /** The state as it is, after so many more bays draw another current. */
  stateAfter(changes: number): unknown;
}

export const SCENE_SITE = 'hall';

export function dashboardScene(bays: number, seed: number, clock: () => number = Date.now): DashboardScene {
  const seeded = new SeededRandom(seed);
  const random = () => seeded.next();
  const nowMs = Math.floor(clock() / QUARTER_MS) * QUARTER_MS;
  const at = (quarters: number) => new Date(nowMs + quarters * QUARTER_MS).toISOString();
  const ids = Array.from({ length: bays }, (_, bay) => String(bay + 1).padStart(3, '0'));
  const rowOf = (bay: number) => `row-${Math.floor(bay / BAYS_PER_ROW) + 1}`;
  const rows = [...new Set(ids.map((_, bay) => rowOf(bay)))];
  const limitsA = new Map([['grid', ROW_LIMIT_A * rows.length], ...rows.map((row) => [row, ROW_LIMIT_A] as const)]);
  const currentsA: number[] = ids.map((_, bay) => (bay % 2 === 0 ? 8 : 0));
  const circuits = [...limitsA].map(([id, limitA]) => ({
    id,
    parentId: id === 'grid' ? null : 'grid',
    limitA: all(limitA),
  }));
  const evse = { id: 1, kind: 'AC', phases: PHASES, currentMaxA: 16, currentMinA: 6 };
  const site = {
    siteId: SCENE_SITE,
    name: 'Hall',
    timeZone: 'Europe/Stockholm',
    voltageV: VOLTAGE_V,
    tariffIds: ['spot'],
    circuits,
    stations: ids.map((id, bay) => ({ id, circuitId: rowOf(bay), evses: [evse] })),
  };
  const sessions = ids.map((id, bay) => ({
    sessionId: `s-${id}`,
    transactionId: bay + 1,
    stationId: id,
    evseId: 1,
    idToken: '[redacted]',
    startedAt: at(-4),
    endedAt: null,
    energyWh: 4_000,
    energyWantedWh: 20_000,
    departure: at(20 + (bay % 40)),
    priority: 5,
    needsUsed: { departure: at(20 + (bay % 40)), energyWh: 20_000, priority: 5 },
    needsFrom: { departure: 'stated', energyWh: 'stated', priority: 'unknown' },
    plannedEnergyWh: 20_000,
    shortfallWh: 0,
    onTime: true,
    cost: 3.4,
    currency: 'SEK',
    limitA: 8,
    limitedBy: bay % 2 === 0 ? { by: 'circuit', circuitId: rowOf(bay), phase: 'L1' } : { by: 'price' },
    phasesInUse: PHASES,
  }));
  const plan = {
    computedAt: at(0),
    boundariesMs: Array.from({ length: SLOTS + 1 }, (_, slot) => nowMs + slot * QUARTER_MS),
    sessions: sessions.map(({ sessionId, stationId, evseId }, bay) => ({
      sessionId,
      stationId,
      evseId,
      currentA: Array.from({ length: SLOTS }, (_, slot) => ((slot + bay) % 12 < 4 ? 8 : 0)),
      limitedBy: Array.from({ length: SLOTS }, () => null),
    })),
    circuits: circuits.map(({ id, limitA }) => {
      const each = (value: number) => PHASES.map((phase) => [phase, Array.from({ length: SLOTS }, () => value)]);
      return {
        id,
        limitA: Object.fromEntries(each(limitA.L1)),
        loadA: Object.fromEntries(each(limitA.L1 * 0.8)),
      };
    }),
    currency: 'SEK',
    prices: null,
    schedule: { computedAt: at(0) },
  };
  const prices = {
    currency: 'SEK',
    import: Array.from({ length: 2 * SLOTS }, (_, slot) => ({
      start: at(slot),
      end: at(slot + 1),
      pricePerKwh: 0.4 + Math.round(100 * random()) / 100,
      source: 'published',
    })),
  };
  const state = () => ({
    siteId: SCENE_SITE,
    name: 'Hall',
    at: new Date(clock()).toISOString(),
    site: 'protected',
    excess: [],
    circuits: circuits.map((circuit) => ({
      ...circuit,
      loadA: all(Math.round(circuit.limitA.L1 * 0.7)),
      baseLoadA: all(circuit.id === 'grid' ? 60 : 0),
      reservedA: all(4),
      headroomA: all(Math.round(circuit.limitA.L1 * 0.3)),
      meter: 'fresh',
      next: null,
    })),
    stations: ids.map((id, bay) => ({
      id,
      circuitId: rowOf(bay),
      online: true,
      ocppVersion: '1.6',
      vendor: 'Bench',
      model: 'One',
      control: 'controlled',
      evses: [
        {
          ...evse,
          status: 'Charging',
          limitA: 8,
          reservedA: 8,
          currentA: all(currentsA[bay] ?? 0),
          limitedBy: sessions[bay]?.limitedBy ?? null,
          transaction: {
            transactionId: bay + 1,
            sessionId: `s-${id}`,
            startedAt: at(-4),
            energyWh: 4_000 + Math.round(100 * (currentsA[bay] ?? 0)),
          },
        },
      ],
    })),
  });
  const base = `/v1/sites/${SCENE_SITE}`;
  return {
    documents: new Map<string, unknown>([
      [
        '/v1/me',
        { kind: 'user', id: 'u', name: 'Ada', email: null, role: 'viewer', organisationName: 'Bench', siteIds: null },
      ],
      ['/v1/sites', { sites: [site] }],
      [base, site],
      [`${base}/plan`, plan],
      [`${base}/sessions`, { sessions }],
      [`${base}/prices`, prices],
      [`${base}/history/months`, { months: [{ month: at(0).slice(0, 7), peakHourW: 46_000 }] }],
    ]),
    stateAfter: (changes) => {
      for (let change = 0; change < changes; change += 1) {
        currentsA[Math.floor(random() * bays)] = Math.round(160 * random()) / 10;
      }
      return state();
    },
  };
}
