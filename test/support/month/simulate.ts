import { QUARTER_MS, type QuarterRecord } from '../../../src/site/history.js';
import { type PerPhase, PHASES, type Phase, perPhase } from '../../../src/site/phases.js';
import { bill, type MeteredInterval } from '../../../tariffs/index.js';
import { type Market, tariffsOf } from './prices.js';
import { STEP_MS, type Stay } from './stays.js';

// A site's month in steps of five minutes. Cars take what they are given, as long as they want more; the meter writes a record per
// quarter of an hour, and the bill is made of those.

export const VOLTAGE_V = 230;
/** The least a pilot can offer: below it a car takes nothing. */
const CURRENT_MIN_A = 6;
const MS_PER_HOUR = 3_600_000;

export interface World {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stays: readonly Stay[];
  readonly buildingA: (atMs: number) => PerPhase<number>;
  readonly market: Market;
  /** Of the main fuse, per phase. */
  readonly fuseA: number;
}

/** A car that is there. */
export interface Present {
  readonly stay: Stay;
  readonly deliveredWh: number;
}

export interface Moment {
  readonly nowMs: number;
  readonly present: readonly Present[];
  readonly buildingA: PerPhase<number>;
  /** Of all quarters that are over. */
  readonly records: readonly QuarterRecord[];
  /** What was taken in the quarter that runs. */
  readonly running: MeteredInterval | undefined;
}

export interface Controller {
  /** What each car is given over the step that begins now, A per phase. Cars that are not named get nothing. */
  give(moment: Moment): ReadonlyMap<Stay, number>;
}

export interface MonthOutcome {
  readonly cost: number;
  /** By departure, of all cars. */
  readonly deliveredWh: number;
  readonly wantedWh: number;
  /** What each got. */
  readonly byStay: ReadonlyMap<Stay, number>;
  /** The highest current on any phase, and for how much of the time it was above the fuse. */
  readonly peakA: number;
  readonly overFuseHours: number;
  /** The hour that the effekttariff's mean counts, kW. */
  readonly countedPeaksKw: readonly number[];
  readonly records: readonly QuarterRecord[];
}

interface Car extends Present {
  deliveredWh: number;
}

export function simulate(world: World, controller: Controller): MonthOutcome {
  const { fromMs, toMs, stays } = world;
  const byStay = new Map<Stay, number>();
  const records: QuarterRecord[] = [];
  let quarter = emptyQuarter(fromMs);
  let present: Car[] = [];
  let next = 0;
  let peakA = 0;
  let overMs = 0;
  for (let nowMs = fromMs; nowMs < toMs; nowMs += STEP_MS) {
    for (const car of present) if (car.stay.departureMs <= nowMs) byStay.set(car.stay, car.deliveredWh);
    present = present.filter(({ stay }) => stay.departureMs > nowMs);
    for (let stay = stays[next]; stay !== undefined && stay.arrivalMs <= nowMs; stay = stays[++next])
      if (stay.departureMs > nowMs) present.push({ stay, deliveredWh: 0 });
    if (nowMs % QUARTER_MS === 0 && nowMs > fromMs) {
      records.push(closed(quarter));
      quarter = emptyQuarter(nowMs);
    }
    const buildingA = world.buildingA(nowMs);
    const running = nowMs === quarter.startMs ? undefined : intervalOf(quarter.startMs, nowMs, quarter.importWh);
    const given = controller.give({ nowMs, present, buildingA, records, running });
    const loadA = charge(present, given, buildingA);
    addStep(quarter, buildingA, loadA);
    const highestA = Math.max(...PHASES.map((phase) => loadA[phase]));
    peakA = Math.max(peakA, highestA);
    if (highestA > world.fuseA + 1e-6) overMs += STEP_MS;
  }
  records.push(closed(quarter));
  for (const car of present) byStay.set(car.stay, car.deliveredWh);
  const billed = bill(tariffsOf(world.market, toMs), records.map(intervalOfRecord));
  return {
    cost: billed.total,
    deliveredWh: [...byStay.values()].reduce((sum, wh) => sum + wh, 0),
    wantedWh: stays.reduce((sum, { wantedWh }) => sum + wantedWh, 0),
    byStay,
    peakA,
    overFuseHours: overMs / MS_PER_HOUR,
    countedPeaksKw: billed.peaks.filter(({ counted }) => counted).map(({ powerKw }) => powerKw),
    records,
  };
}

/** Lets the cars take it; answers what flows through the grid connection. */
function charge(
  present: readonly Car[],
  given: ReadonlyMap<Stay, number>,
  buildingA: PerPhase<number>,
): PerPhase<number> {
  const loadA: Record<Phase, number> = { ...buildingA };
  for (const car of present) {
    const { outlet, wantedWh } = car.stay;
    const offeredA = Math.min(given.get(car.stay) ?? 0, outlet.currentMaxA);
    if (offeredA < CURRENT_MIN_A - 1e-9) continue;
    const whPerAmpere = (VOLTAGE_V * outlet.phases.length * STEP_MS) / MS_PER_HOUR;
    const currentA = Math.min(offeredA, (wantedWh - car.deliveredWh) / whPerAmpere);
    car.deliveredWh += currentA * whPerAmpere;
    for (const phase of outlet.phases) loadA[phase] += currentA;
  }
  return loadA;
}

interface RunningQuarter {
  readonly startMs: number;
  importWh: number;
  carsWh: number;
  readonly buildingA: Record<Phase, number>;
}

function emptyQuarter(startMs: number): RunningQuarter {
  return { startMs, importWh: 0, carsWh: 0, buildingA: { L1: 0, L2: 0, L3: 0 } };
}

function addStep(quarter: RunningQuarter, buildingA: PerPhase<number>, loadA: PerPhase<number>): void {
  const hours = STEP_MS / MS_PER_HOUR;
  for (const phase of PHASES) {
    quarter.importWh += loadA[phase] * VOLTAGE_V * hours;
    quarter.carsWh += (loadA[phase] - buildingA[phase]) * VOLTAGE_V * hours;
    quarter.buildingA[phase] += (buildingA[phase] * STEP_MS) / QUARTER_MS;
  }
}

function closed({ startMs, importWh, carsWh, buildingA }: RunningQuarter): QuarterRecord {
  const grid = perPhase((phase) => buildingA[phase]);
  return { startMs, importWh, exportWh: 0, carsWh, meteredMs: QUARTER_MS, buildingA: { grid } };
}

export function intervalOfRecord({ startMs, importWh }: QuarterRecord): MeteredInterval {
  return intervalOf(startMs, startMs + QUARTER_MS, importWh);
}

function intervalOf(startMs: number, endMs: number, importWh: number): MeteredInterval {
  return { startMs, endMs, importWh };
}
