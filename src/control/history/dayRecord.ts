import { QUARTER_MS, type QuarterRecord } from '../../site/history.js';
import { type PerPhase, PHASES } from '../../site/phases.js';

// A day of a site's history as it is stored: columns of whole numbers, because a site has 35,040 quarters a year, for years.

/** Days of the store are those of UTC. */
export const DAY_MS = 86_400_000;
export const QUARTERS_PER_DAY = DAY_MS / QUARTER_MS;

const VERSION = 1;

/** The same number in every quarter is written once. Null: there is no record of that quarter, or of that circuit in it. */
type Column = number | readonly (number | null)[];

interface DayRecord {
  readonly version: typeof VERSION;
  /** Of the day's quarters, the first and how many from it on the columns have. */
  readonly first: number;
  readonly count: number;
  readonly importWh: Column;
  readonly exportWh: Column;
  readonly carsWh: Column;
  readonly meteredS: Column;
  /** Per circuit and phase, in tenths of an ampere. */
  readonly buildingDeciA: Readonly<Record<string, readonly [Column, Column, Column]>>;
}

/** When the day of an instant began, in UTC. */
export function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}

/** Quarters of one day, ascending, at least one, as they are stored. Energy and seconds are rounded to whole numbers. */
export function encodeDay(quarters: readonly QuarterRecord[]): unknown {
  const indexOf = ({ startMs }: QuarterRecord) => Math.round((startMs - dayOf(startMs)) / QUARTER_MS);
  const indices = quarters.map(indexOf);
  const first = Math.min(...indices);
  const count = Math.max(...indices) - first + 1;
  const byIndex = new Map(quarters.map((quarter) => [indexOf(quarter), quarter]));
  const column = (of: (quarter: QuarterRecord) => number | undefined): Column => {
    const values = Array.from({ length: count }, (_, offset) => {
      const quarter = byIndex.get(first + offset);
      const value = quarter === undefined ? undefined : of(quarter);
      return value === undefined ? null : Math.round(value);
    });
    const [same] = values;
    return same !== null && same !== undefined && values.every((value) => value === same) ? same : values;
  };
  const circuitIds = [...new Set(quarters.flatMap(({ buildingA }) => Object.keys(buildingA)))].sort();
  const ofPhase = (circuitId: string, phase: keyof PerPhase<number>) =>
    column(({ buildingA }) => {
      const currentA = buildingA[circuitId]?.[phase];
      return currentA === undefined ? undefined : currentA * 10;
    });
  const record: DayRecord = {
    version: VERSION,
    first,
    count,
    importWh: column(({ importWh }) => importWh),
    exportWh: column(({ exportWh }) => exportWh),
    carsWh: column(({ carsWh }) => carsWh),
    meteredS: column(({ meteredMs }) => meteredMs / 1_000),
    buildingDeciA: Object.fromEntries(
      circuitIds.map((id) => [id, [ofPhase(id, 'L1'), ofPhase(id, 'L2'), ofPhase(id, 'L3')]]),
    ),
  };
  return record;
}

/** Throws where it was written by another version. */
export function decodeDay(dayMs: number, stored: unknown): readonly QuarterRecord[] {
  if (!isDayRecord(stored)) {
    const day = new Date(dayMs).toISOString().slice(0, 10);
    throw new Error(`The history of ${day} was written by a version of Evenkeel that this one does not know.`);
  }
  const circuits = Object.entries(stored.buildingDeciA);
  const quarters: QuarterRecord[] = [];
  for (let offset = 0; offset < stored.count; offset++) {
    const importWh = valueAt(stored.importWh, offset);
    if (importWh === undefined) continue;
    quarters.push({
      startMs: dayMs + (stored.first + offset) * QUARTER_MS,
      importWh,
      exportWh: valueAt(stored.exportWh, offset) ?? 0,
      carsWh: valueAt(stored.carsWh, offset) ?? 0,
      meteredMs: (valueAt(stored.meteredS, offset) ?? 0) * 1_000,
      buildingA: buildingAt(circuits, offset),
    });
  }
  return quarters;
}

function buildingAt(
  circuits: readonly (readonly [string, readonly [Column, Column, Column]])[],
  offset: number,
): Readonly<Record<string, PerPhase<number>>> {
  const buildingA: Record<string, PerPhase<number>> = {};
  for (const [circuitId, columns] of circuits) {
    const [L1, L2, L3] = PHASES.map((_, phase) => valueAt(columns[phase] ?? 0, offset));
    if (L1 === undefined || L2 === undefined || L3 === undefined) continue;
    buildingA[circuitId] = { L1: L1 / 10, L2: L2 / 10, L3: L3 / 10 };
  }
  return buildingA;
}

function valueAt(column: Column, offset: number): number | undefined {
  return typeof column === 'number' ? column : (column[offset] ?? undefined);
}

/** Written by encodeDay of the same version, and read back from our own store. */
function isDayRecord(stored: unknown): stored is DayRecord {
  return typeof stored === 'object' && stored !== null && 'version' in stored && stored.version === VERSION;
}
