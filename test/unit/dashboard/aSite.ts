import type {
  EvseState,
  LimitedBy,
  Plan,
  Session,
  SitePrices,
  SiteState,
  SiteSummary,
} from '../../../src/dashboard/api/documents.js';
import type { SiteNow } from '../../../src/dashboard/model/cars.js';
import { type Speech, speechIn } from '../../../src/dashboard/model/speech.js';
import { sv } from '../../../src/dashboard/words/sv.js';

// A small site at 14:20 in Stockholm: a main fuse of 63 A, a row, and two bays, of which one may have a car.

const ZONE = 'Europe/Stockholm';
export const NOW_MS = Date.parse('2026-01-14T14:20:00+01:00');
export const english: Speech = speechIn({ language: 'en' }, ZONE);
export const swedish: Speech = speechIn({ language: 'sv', words: sv }, ZONE);
const HOUR_MS = 3_600_000;
const all = (currentA: number) => ({ L1: currentA, L2: currentA, L3: currentA });
const at = (hours: number) => new Date(NOW_MS + hours * HOUR_MS).toISOString();

export const SITE: SiteSummary = {
  siteId: 'garage',
  name: 'Garage',
  timeZone: ZONE,
  voltageV: 230,
  tariffIds: ['spot'],
  circuits: [
    { id: 'grid', parentId: null, limitA: all(63) },
    { id: 'row-a', parentId: 'grid', limitA: all(32) },
  ],
  stations: ['12', '03'].map((id) => ({
    id,
    circuitId: 'row-a',
    evses: [{ id: 1, kind: 'AC' as const, phases: ['L1', 'L2', 'L3'] as const, currentMaxA: 16, currentMinA: 6 }],
  })),
};

const PRICES: SitePrices = {
  currency: 'SEK',
  import: Array.from({ length: 24 }, (_, hour) => ({
    start: at(hour - 1 / 3),
    end: at(hour + 2 / 3),
    pricePerKwh: hour < 8 ? 0.96 : 0.48,
    source: 'published' as const,
  })),
};

/** Slots of an hour, from now: nothing, then 16 A from the third to the fifth hour. */
function planOf(limitedBy: LimitedBy | null, currentA: readonly number[]): Plan {
  const slots = currentA.length;
  const each = (value: number) => Array.from({ length: slots }, () => value);
  const loadA = currentA.map((current) => 10 + current);
  return {
    computedAt: at(0),
    boundariesMs: Array.from({ length: slots + 1 }, (_, slot) => NOW_MS + slot * HOUR_MS),
    sessions: [{ sessionId: 's1', stationId: '12', evseId: 1, currentA, limitedBy: currentA.map(() => limitedBy) }],
    circuits: [
      {
        id: 'grid',
        limitA: { L1: each(60), L2: each(60), L3: each(60) },
        loadA: { L1: loadA, L2: loadA.map((load) => load + 1), L3: loadA },
      },
    ],
    currency: 'SEK',
    prices: {
      from: 'published',
      publishedUntil: at(24),
      energyPricePerKwh: each(1),
      demandCharges: [{ circuitId: 'grid', peakSoFarKw: 46 }],
    },
    schedule: null,
  };
}

export interface CarNow {
  readonly limitedBy?: LimitedBy | null;
  readonly limitA?: number;
  readonly currentA?: number;
  readonly planA?: readonly number[];
  readonly status?: string;
  readonly online?: boolean;
  readonly control?: SiteState['stations'][number]['control'];
  readonly session?: Partial<Session>;
  readonly energyWh?: number;
}

export function siteWith(car: CarNow | undefined): SiteNow {
  const { limitedBy = null, limitA = 16, currentA = 0, planA = [0, 0, 16, 16, 16, 0, 0, 0] } = car ?? {};
  const evse: EvseState = {
    id: 1,
    kind: 'AC',
    phases: ['L1', 'L2', 'L3'],
    status: car?.status ?? (car === undefined ? 'Available' : 'Charging'),
    limitA,
    reservedA: limitA,
    currentA: all(currentA),
    limitedBy,
    transaction:
      car === undefined
        ? null
        : { transactionId: 7, sessionId: 's1', startedAt: at(-1), energyWh: car.energyWh ?? 12_400 },
  };
  const circuit = {
    loadA: all(10 + currentA),
    baseLoadA: all(10),
    reservedA: all(limitA),
    meter: 'fresh',
    next: null,
  } as const;
  const station = { circuitId: 'row-a', ocppVersion: '1.6', vendor: null, model: null } as const;
  const free: EvseState = {
    ...evse,
    status: 'Available',
    limitA: 0,
    currentA: all(0),
    limitedBy: null,
    transaction: null,
  };
  return {
    site: SITE,
    nowMs: NOW_MS,
    prices: PRICES,
    plan: car === undefined ? undefined : planOf(limitedBy, planA),
    sessions: car === undefined ? [] : [sessionOf(car)],
    state: {
      siteId: 'garage',
      name: 'Garage',
      at: at(0),
      site: 'protected',
      excess: [],
      circuits: [
        { ...circuit, id: 'grid', parentId: null, limitA: all(60), headroomA: all(5) },
        { ...circuit, id: 'row-a', parentId: 'grid', limitA: all(32), headroomA: all(1) },
      ],
      stations: [
        { ...station, id: '12', online: car?.online ?? true, control: car?.control ?? 'controlled', evses: [evse] },
        { ...station, id: '03', online: true, control: 'controlled', evses: [free] },
      ],
    },
  };
}

function sessionOf({ limitedBy = null, session, energyWh = 12_400 }: CarNow): Session {
  return {
    sessionId: 's1',
    transactionId: 7,
    stationId: '12',
    evseId: 1,
    idToken: 'CARD',
    startedAt: at(-1),
    endedAt: null,
    energyWh,
    energyWantedWh: 30_000,
    departure: at(4),
    priority: 5,
    needsUsed: { departure: at(4), energyWh: 30_000, priority: 5 },
    needsFrom: { departure: 'stated', energyWh: 'stated', priority: 'default' },
    plannedEnergyWh: 30_000,
    shortfallWh: 0,
    onTime: true,
    cost: 3,
    currency: 'SEK',
    limitA: 16,
    limitedBy,
    phasesInUse: ['L1', 'L2', 'L3'],
    ...session,
  };
}
