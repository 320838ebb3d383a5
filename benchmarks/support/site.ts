import { BenchStation, type GridPhase } from './benchStation.js';
import type { RunningService } from './service.js';

// A site of any size in which the grid connection binds: every car could take more than its share.

export const SITE_ID = 'bench';
export const CURRENT_MAX_A = 32;
const FAILSAFE_A = 6;
const STATIONS_PER_ROW = 50;
/** What each car gets while the building draws its least. */
const FIRST_SHARE_A = 20;
/** Of the cars' share, the building's least draw. */
const BASE_SHARE = 0.25;
/** What the building may take of the share before the cars' failsafes no longer fit. */
const BASE_RISES_A = FIRST_SHARE_A - FAILSAFE_A - 0.5;
export const PHASES: readonly GridPhase[] = ['L1', 'L2', 'L3'];

/** Mixed: half of them three-phase and wired in rotation, half one-phase, as the demo's. */
const WIRINGS: Readonly<Record<'mixed' | 'threePhase', readonly (readonly GridPhase[])[]>> = {
  mixed: [['L1', 'L2', 'L3'], ['L1'], ['L2', 'L3', 'L1'], ['L2'], ['L3', 'L1', 'L2'], ['L3']],
  threePhase: [['L1', 'L2', 'L3']],
};

export interface BenchSite {
  readonly stations: readonly BenchStation[];
  /** The same on each phase. */
  readonly limitA: number;
  readonly leastBaseA: number;
  /** Cars that load each phase. */
  readonly carsPerPhase: number;
}

export function benchSite(count: number, wiring: keyof typeof WIRINGS): BenchSite {
  const wirings = WIRINGS[wiring];
  const stations = Array.from(
    { length: count },
    (_, index) => new BenchStation(`CP${index}`, wirings[index % wirings.length] ?? PHASES, CURRENT_MAX_A),
  );
  const carsPerPhase = stations.filter(({ phases }) => phases.includes('L1')).length;
  const leastBaseA = Math.round(FIRST_SHARE_A * BASE_SHARE * carsPerPhase);
  return { stations, carsPerPhase, leastBaseA, limitA: leastBaseA + FIRST_SHARE_A * carsPerPhase };
}

async function putSite(service: RunningService, site: BenchSite): Promise<void> {
  await service.send('PUT', `/v1/sites/${SITE_ID}`, siteDocument(site));
}

/** Configures it, connects every station and has every car charging. */
export async function openSite(service: RunningService, site: BenchSite): Promise<void> {
  await putSite(service, site);
  await service.send(
    'POST',
    `/v1/sites/${SITE_ID}/meter-values`,
    readingDocument(() => site.leastBaseA),
  );
  await inBatches(site.stations, (station) => station.connect(service.port));
  await inBatches(site.stations, (station) => station.startCharging());
}

export function readingDocument(currentA: (phase: GridPhase) => number): unknown {
  return { circuitId: 'grid', currentA: eachPhase(currentA) };
}

function siteDocument({ stations, limitA, leastBaseA, carsPerPhase }: BenchSite): unknown {
  const rows = Math.ceil(stations.length / STATIONS_PER_ROW);
  const row = (index: number) => `row-${index % rows}`;
  return {
    name: 'Benchmark',
    timeZone: 'Europe/Stockholm',
    voltageV: 230,
    tariffIds: [],
    circuits: [
      {
        id: 'grid',
        limitA: eachPhase(() => limitA),
        baseLoadMaxA: eachPhase(() => leastBaseA + BASE_RISES_A * carsPerPhase),
        meterStaleS: 120,
      },
      ...Array.from({ length: rows }, (_, index) => ({
        id: row(index),
        parentId: 'grid',
        limitA: eachPhase(() => CURRENT_MAX_A * STATIONS_PER_ROW),
      })),
    ],
    stations: stations.map(({ id, phases, currentMaxA }, index) => ({
      id,
      circuitId: row(index),
      failsafeA: FAILSAFE_A,
      evses: [{ id: 1, kind: 'AC', phases, currentMinA: 6, currentMaxA }],
    })),
  };
}

export function eachPhase(value: (phase: GridPhase) => number): Record<GridPhase, number> {
  return { L1: value('L1'), L2: value('L2'), L3: value('L3') };
}

const BATCH = 50;

/** So many at a time: stations do not all come at once, and a crowd is not what is measured. */
export async function inBatches<T>(items: readonly T[], run: (item: T) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < items.length; first += BATCH) {
    await Promise.all(items.slice(first, first + BATCH).map(run));
  }
}
