import { baseLoadA } from '../site/baseLoad.js';
import { QUARTER_MS, type QuarterRecord } from '../site/history.js';
import { type PerPhase, PHASES, perPhase } from '../site/phases.js';
import type { SiteState } from '../site/state.js';
import { isWeekend, localClock } from './localClock.js';
import { ascending, quantile } from './quantile.js';

// What a building will take, from what its meter said in the last weeks. Nothing is fitted: at each weekday and quarter of the local
// day, the median of what it took then, and, where a fuse must hold, what it stayed below four times out of five. A building that
// takes more or less than usual now is taken to come back to the usual within two hours.

/** How far back is looked: longer, and a season is mixed with the next. */
export const BUILDING_HISTORY_MS = 8 * 7 * 86_400_000;
/** With fewer samples of the same weekday and quarter all workdays count, or all days of the weekend; then all days. */
const SAMPLES_LEAST = 3;
const USUAL_SHARE = 0.5;
const CAUTIOUS_SHARE = 0.8;
/** So long after now nothing is left of what is unusual now. */
const UNUSUAL_FOR_MS = 2 * 3_600_000;
const QUARTERS_PER_DAY = 96;
const DAYS_PER_WEEK = 7;

/** What was learned of a site's metered circuits. */
export interface BuildingHistory {
  readonly circuits: ReadonlyMap<string, PerPhase<PhaseHistory>>;
  /** The place of an instant in `quarters` of a phase. */
  readonly quarterOfWeek: (atMs: number) => number;
}

interface PhaseHistory {
  /** Per weekday and quarter of the local day, Monday first; undefined where too little is known. */
  readonly quarters: readonly (QuarterLoad | undefined)[];
  /** The least and the most that was ever seen: no forecast is outside of it, unless the building is now. */
  readonly leastA: number;
  readonly mostA: number;
}

interface QuarterLoad {
  readonly usualA: number;
  readonly cautiousA: number;
}

/** Current over the slots of a plan. */
export interface CircuitForecast {
  /** The likeliest: for what energy and peaks cost. */
  readonly usualA: PerPhase<readonly number[]>;
  /** What is left free of it: for what a circuit has room for. */
  readonly cautiousA: PerPhase<readonly number[]>;
}

/** What flows now. */
export interface BuildingNow {
  readonly currentA: PerPhase<number>;
  /** 'fresh': measured. Otherwise what the circuit may draw at worst, which counts as long as its meter is silent. */
  readonly meter: 'fresh' | 'stale' | 'none';
}

export const NO_HISTORY: BuildingHistory = Object.freeze({ circuits: new Map(), quarterOfWeek: () => 0 });

/** Records of quarters that are over by nowMs, in any order; older ones than BUILDING_HISTORY_MS are left aside. Pure. */
export function buildingHistory(
  records: readonly QuarterRecord[],
  { timeZone, nowMs }: { readonly timeZone: string; readonly nowMs: number },
): BuildingHistory {
  const clock = localClock(timeZone);
  const quarterOfWeek = (atMs: number) => {
    const { weekday, minuteOfDay } = clock(atMs);
    return (weekday - 1) * QUARTERS_PER_DAY + Math.floor(minuteOfDay / 15);
  };
  const isWeekendQuarter = (quarter: number) =>
    isWeekend({ weekday: Math.floor(quarter / QUARTERS_PER_DAY) + 1, minuteOfDay: 0 });
  const samples = new Map<string, PerPhase<Map<number, number[]>>>();
  for (const { startMs, buildingA } of records) {
    if (startMs + QUARTER_MS > nowMs || startMs < nowMs - BUILDING_HISTORY_MS) continue;
    const quarter = quarterOfWeek(startMs);
    for (const [circuitId, currentA] of Object.entries(buildingA)) {
      const bins = samples.get(circuitId) ?? perPhase(() => new Map<number, number[]>());
      samples.set(circuitId, bins);
      for (const phase of PHASES) addSample(bins[phase], quarter, currentA[phase]);
    }
  }
  const circuits = new Map<string, PerPhase<PhaseHistory>>();
  for (const [circuitId, bins] of samples)
    circuits.set(
      circuitId,
      perPhase((phase) => phaseHistory(bins[phase], isWeekendQuarter)),
    );
  return { circuits, quarterOfWeek };
}

function addSample(bins: Map<number, number[]>, quarter: number, valueA: number): void {
  if (!Number.isFinite(valueA)) return;
  const bin = bins.get(quarter);
  if (bin === undefined) bins.set(quarter, [valueA]);
  else bin.push(valueA);
}

function phaseHistory(
  bins: ReadonlyMap<number, readonly number[]>,
  isWeekendQuarter: (quarter: number) => boolean,
): PhaseHistory {
  let leastA = Number.POSITIVE_INFINITY;
  let mostA = Number.NEGATIVE_INFINITY;
  for (const bin of bins.values()) {
    for (const valueA of bin) {
      leastA = Math.min(leastA, valueA);
      mostA = Math.max(mostA, valueA);
    }
  }
  const quarters = Array.from({ length: DAYS_PER_WEEK * QUARTERS_PER_DAY }, (_, quarter) => {
    const sameTime = Array.from(
      { length: DAYS_PER_WEEK },
      (_day, day) => day * QUARTERS_PER_DAY + (quarter % QUARTERS_PER_DAY),
    );
    const sameKind = sameTime.filter((other) => isWeekendQuarter(other) === isWeekendQuarter(quarter));
    for (const places of [[quarter], sameKind, sameTime]) {
      const values = places.flatMap((place) => bins.get(place) ?? []);
      if (values.length >= SAMPLES_LEAST) return quarterLoad(values);
    }
    return undefined;
  });
  return { quarters, leastA, mostA };
}

function quarterLoad(values: readonly number[]): QuarterLoad {
  const sorted = ascending(values);
  return { usualA: quantile(sorted, USUAL_SHARE), cautiousA: quantile(sorted, CAUTIOUS_SHARE) };
}

/** By circuit: the grid connection and every circuit of which something was learned. The others stay as they are now. */
export type BuildingForecast = ReadonlyMap<string, CircuitForecast>;

export function forecastBuilding(
  state: SiteState,
  history: BuildingHistory,
  boundariesMs: readonly number[],
): BuildingForecast {
  const [nowMs = 0] = boundariesMs;
  const known = state.site.circuits.filter(({ id, parentId }) => parentId === null || history.circuits.has(id));
  return new Map(
    known.map((circuit) => {
      const now = baseLoadA(state, circuit, nowMs);
      return [circuit.id, forecastCircuit(history, circuit.id, { now, boundariesMs })];
    }),
  );
}

/**
 * What a circuit's building is taken to draw over slots, [boundariesMs[t], boundariesMs[t + 1]), the first of which begins now; each
 * lies within a quarter by the clock. Where nothing was learned it stays as it is now. As long as its meter is silent it is never
 * left less room than its worst. Pure.
 */
export function forecastCircuit(
  history: BuildingHistory,
  circuitId: string,
  { now, boundariesMs }: { readonly now: BuildingNow; readonly boundariesMs: readonly number[] },
): CircuitForecast {
  const [nowMs = 0] = boundariesMs;
  const learned = history.circuits.get(circuitId);
  const nowQuarter = history.quarterOfWeek(nowMs);
  const quarters = boundariesMs.slice(0, -1).map((fromMs) => ({
    quarter: history.quarterOfWeek(fromMs),
    left: Math.max(0, 1 - (fromMs - nowMs) / UNUSUAL_FOR_MS),
  }));
  const over = (currentIn: (of: PhaseNow, slot: SlotOfWeek) => number) =>
    perPhase((phase) => {
      const known = learned?.[phase];
      const usualNowA = known?.quarters[nowQuarter]?.usualA;
      const of = { known, usualNowA, nowA: now.currentA[phase], isMeasured: now.meter === 'fresh' };
      return quarters.map((slot) => currentIn(of, slot));
    });
  return { usualA: over(usualIn), cautiousA: over(cautiousIn) };
}

interface PhaseNow {
  readonly known: PhaseHistory | undefined;
  readonly usualNowA: number | undefined;
  readonly nowA: number;
  readonly isMeasured: boolean;
}

interface SlotOfWeek {
  readonly quarter: number;
  /** How much of what is unusual now is left: 1 now, 0 after UNUSUAL_FOR_MS. */
  readonly left: number;
}

function usualIn({ known, usualNowA, nowA, isMeasured }: PhaseNow, { quarter, left }: SlotOfWeek): number {
  const usualA = known?.quarters[quarter]?.usualA;
  // What nobody measures is on no meter that a bill is made from.
  if (!isMeasured) return usualA ?? known?.leastA ?? 0;
  if (known === undefined || usualA === undefined) return nowA;
  const unusualA = usualNowA === undefined ? nowA - usualA : nowA - usualNowA;
  return within(usualA + unusualA * left, Math.min(known.leastA, nowA), Math.max(known.mostA, nowA));
}

function cautiousIn(of: PhaseNow, slot: SlotOfWeek): number {
  const { known, nowA, isMeasured } = of;
  const load = known?.quarters[slot.quarter];
  if (known === undefined || load === undefined) return nowA;
  if (!isMeasured) return Math.max(nowA, load.cautiousA);
  // Now it is known; the further ahead, the more is left free.
  const marginA = (load.cautiousA - load.usualA) * (1 - slot.left);
  return Math.min(usualIn(of, slot) + marginA, Math.max(known.mostA, nowA));
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
