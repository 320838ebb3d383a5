import { type QuarterShare, quarterOf } from './energyShares.js';
import { QUARTER_MS, type QuarterRecord } from './history.js';
import { type PerPhase, perPhase } from './phases.js';

/** What is known of the last day, quarter by quarter; from it the history is written. Made by `reduce`, like all of SiteState. */
export interface HistoryState {
  /** The quarter of the last event; null before the first. */
  readonly running: QuarterState | null;
  /** Those before it, ascending, none older than QUARTERS_OPEN; one in which the service may not have run may be missing. */
  readonly closed: readonly QuarterState[];
}

/** The sums of one quarter. */
export interface QuarterState {
  readonly startMs: number;
  /** As the grid connection's own meter has it. */
  readonly meterImportWh: number;
  readonly meterExportWh: number;
  readonly meteredMs: number;
  /** On the grid side. */
  readonly carsWh: number;
  /** Per metered circuit, over the time for which its meter was heard. */
  readonly building: Readonly<Record<string, MeanCurrent>>;
}

export interface MeanCurrent {
  readonly meteredMs: number;
  readonly currentA: PerPhase<number>;
}

/** What a meter said from one instant on to another. */
export interface HeldReading {
  readonly circuitId: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly baseLoadA: PerPhase<number>;
  /** Through the grid connection: positive import, negative export. Absent for every other circuit. */
  readonly powerW?: number;
}

/** So many quarters, the running one included, still take what is learned late: a day, so that a station's night offline fits in. */
export const QUARTERS_OPEN = 96;

export const NO_HISTORY: HistoryState = Object.freeze({ running: null, closed: Object.freeze([]) });

/**
 * The same once it is atMs. `isWitnessed`: the service ran all the while, so that quarters without an event are known to have had
 * none. A clock that is set back opens nothing again.
 */
export function historyAt(history: HistoryState, atMs: number, isWitnessed: boolean): HistoryState {
  const startMs = quarterOf(atMs);
  const { running } = history;
  if (running === null) return { running: emptyQuarter(startMs), closed: history.closed };
  if (startMs <= running.startMs) return history;
  const openFromMs = startMs - (QUARTERS_OPEN - 1) * QUARTER_MS;
  const closed = [...history.closed, running].filter((quarter) => quarter.startMs >= openFromMs);
  if (isWitnessed) {
    const nextMs = Math.max(running.startMs + QUARTER_MS, openFromMs);
    for (let ms = nextMs; ms < startMs; ms += QUARTER_MS) closed.push(emptyQuarter(ms));
  }
  return { running: emptyQuarter(startMs), closed };
}

/** What cars took, on the grid side. From before what is still open it is spread evenly: it must make no peak that never was. */
export function withCars(history: HistoryState, shares: readonly QuarterShare[]): HistoryState {
  const { running } = history;
  const [first] = shares;
  if (running === null || first === undefined) return history;
  if (shares.length === 1 && first.startMs === running.startMs) {
    return { ...history, running: { ...running, carsWh: notNegative(running.carsWh + first.energyWh) } };
  }
  return openShares(running, shares).reduce(
    (amended, { startMs, energyWh }) =>
      amend(amended, startMs, (quarter) => ({ ...quarter, carsWh: notNegative(quarter.carsWh + energyWh) })),
    history,
  );
}

/** A correction downwards meets what was counted before, up to rounding. */
function notNegative(energyWh: number): number {
  return Math.max(0, energyWh);
}

/** The shares within what is open, with those before it spread over all of that. */
function openShares(running: QuarterState, shares: readonly QuarterShare[]): readonly QuarterShare[] {
  const openFromMs = running.startMs - (QUARTERS_OPEN - 1) * QUARTER_MS;
  const open = shares.filter(({ startMs }) => startMs >= openFromMs);
  const earlierWh = shares.reduce((sum, share) => sum + (share.startMs < openFromMs ? share.energyWh : 0), 0);
  if (earlierWh > 0) return [...open, ...evenly(earlierWh, openFromMs)];
  // What is taken back is taken where something was counted: it is that in the same proportion.
  const openWh = open.reduce((sum, { energyWh }) => sum + energyWh, 0);
  if (earlierWh === 0 || openWh === 0) return open;
  return open.map((share) => ({ ...share, energyWh: share.energyWh * (1 + earlierWh / openWh) }));
}

function evenly(energyWh: number, fromMs: number): readonly QuarterShare[] {
  return Array.from({ length: QUARTERS_OPEN }, (_, index) => ({
    startMs: fromMs + index * QUARTER_MS,
    energyWh: energyWh / QUARTERS_OPEN,
  }));
}

/** What a circuit's meter said holds until its next reading, or until it counts as silent. */
export function withReading(history: HistoryState, held: HeldReading): HistoryState {
  if (history.running === null) return history;
  const openFromMs = history.running.startMs - (QUARTERS_OPEN - 1) * QUARTER_MS;
  let amended = history;
  for (let startMs = Math.max(quarterOf(held.fromMs), openFromMs); startMs < held.toMs; startMs += QUARTER_MS) {
    const durationMs = Math.min(held.toMs, startMs + QUARTER_MS) - Math.max(held.fromMs, startMs);
    if (durationMs > 0) amended = amend(amended, startMs, (quarter) => metered(quarter, held, durationMs));
  }
  return amended;
}

function metered(quarter: QuarterState, { circuitId, baseLoadA, powerW }: HeldReading, ms: number): QuarterState {
  const building = { ...quarter.building, [circuitId]: meanCurrent(quarter.building[circuitId], baseLoadA, ms) };
  if (powerW === undefined) return { ...quarter, building };
  const energyWh = (powerW * ms) / 3_600_000;
  return {
    ...quarter,
    building,
    meteredMs: quarter.meteredMs + ms,
    meterImportWh: quarter.meterImportWh + Math.max(0, energyWh),
    meterExportWh: quarter.meterExportWh + Math.max(0, -energyWh),
  };
}

function meanCurrent(before: MeanCurrent | undefined, currentA: PerPhase<number>, ms: number): MeanCurrent {
  if (before === undefined) return { meteredMs: ms, currentA };
  const meteredMs = before.meteredMs + ms;
  const mean = perPhase(
    (phase) => before.currentA[phase] + ((currentA[phase] - before.currentA[phase]) * ms) / meteredMs,
  );
  return { meteredMs, currentA: mean };
}

/** A quarter that is missing is put in. */
function amend(history: HistoryState, startMs: number, change: (quarter: QuarterState) => QuarterState): HistoryState {
  const { running } = history;
  if (running === null) return history;
  if (startMs >= running.startMs) return { ...history, running: change(running) };
  const closed = [...history.closed];
  const index = closed.findLastIndex((quarter) => quarter.startMs <= startMs);
  const found = closed[index];
  if (found?.startMs === startMs) closed[index] = change(found);
  else closed.splice(index + 1, 0, change(emptyQuarter(startMs)));
  return { ...history, closed };
}

function emptyQuarter(startMs: number): QuarterState {
  return { startMs, meterImportWh: 0, meterExportWh: 0, meteredMs: 0, carsWh: 0, building: {} };
}

/** What is open, ascending, as of nowMs; the last one may still be running: then it is what it was so far. */
export function quarterRecords({ running, closed }: HistoryState, nowMs: number): readonly QuarterRecord[] {
  return (running === null ? closed : [...closed, running]).map((quarter) => recordOf(quarter, nowMs));
}

/**
 * While the connection's meter is heard, its word counts: a car may run on the site's own sun. Of the rest of the time the cars are
 * all that is known; they are taken to have drawn alike all along the quarter.
 */
function recordOf(quarter: QuarterState, nowMs: number): QuarterRecord {
  const elapsedMs = Math.min(QUARTER_MS, Math.max(1, quarter.meteredMs, nowMs - quarter.startMs));
  const unmeteredShare = 1 - Math.min(1, quarter.meteredMs / elapsedMs);
  return {
    startMs: quarter.startMs,
    importWh: quarter.meterImportWh + quarter.carsWh * unmeteredShare,
    exportWh: quarter.meterExportWh,
    carsWh: quarter.carsWh,
    meteredMs: quarter.meteredMs,
    buildingA: Object.fromEntries(Object.entries(quarter.building).map(([id, mean]) => [id, mean.currentA])),
  };
}
