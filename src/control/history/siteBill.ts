import { setImmediate as nextTurn } from 'node:timers/promises';
import { bill } from '../../../tariffs/bill/bill.js';
import { roundHalfUp } from '../../../tariffs/demand/roundHalfUp.js';
import type { Bill, MeteredInterval, Tariff } from '../../../tariffs/types.js';
import { QUARTER_MS, type QuarterRecord } from '../../site/history.js';
import type { SiteModel } from '../../site/model.js';
import type { HistorySpan, UncontrolledBill } from './historyService.js';
import { highest, quarterPowerW } from './periods.js';
import {
  isOneNumberAMonth,
  type KnownPeaks,
  type MonthRead,
  monthsRemembered,
  withMeasured,
} from './rememberedPeaks.js';
import { connectionLoad, type FullPowerCharge } from './uncontrolled.js';

/** A month of a site as it was, and as it would have been; ascending. */
export interface BothWorlds {
  readonly month: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly quarters: readonly QuarterRecord[];
  readonly uncontrolled: readonly QuarterRecord[];
  /** The same two, as they are billed. */
  readonly intervals: readonly MeteredInterval[];
  readonly uncontrolledIntervals: readonly MeteredInterval[];
  /** Whoever charges uncontrolled in it. */
  readonly charges: readonly FullPowerCharge[];
}

export interface Billed {
  readonly site: SiteModel;
  /** At least one, all of one currency. */
  readonly tariffs: readonly Tariff[];
  readonly span: HistorySpan;
  /** The month of the span; of one that runs, what is over of it. */
  readonly worlds: BothWorlds;
  /** The months before it that demand charges remember, ascending. */
  readonly before: readonly BothWorlds[];
  readonly known: KnownPeaks;
}

/** What the span cost, and what it would have. */
export interface BothBills {
  readonly actual: Bill;
  readonly uncontrolled: UncontrolledBill;
  readonly notes: readonly string[];
}

/** Rejects with NoPrice where energy has no price. */
export async function bothBills({ site, tariffs, span, worlds, before, known }: Billed): Promise<BothBills> {
  const { quarters, uncontrolled: would, charges } = worlds;
  const actual = await billOf(tariffs, { span, known, intervals: worlds.intervals, before });
  const pastWould = before.map((one) => ({ ...one, intervals: one.uncontrolledIntervals }));
  const uncontrolledBill = await billOf(tariffs, {
    span,
    known,
    intervals: worlds.uncontrolledIntervals,
    before: pastWould,
  });
  await nextTurn();
  const wouldWh = carsWhOf(would);
  const peaks = would.map((quarter) => ({ startMs: quarter.startMs, powerW: quarterPowerW(quarter) }));
  const uncontrolled: UncontrolledBill = {
    bill: uncontrolledBill,
    sessions: charges.filter((charge) => charge.fromMs < span.toMs && charge.toMs > span.fromMs).length,
    carsWh: wouldWh,
    peakQuarter: highest(peaks),
    connection: connectionLoad(site, buildingAsItWas(worlds), charges),
  };
  return { actual, uncontrolled, notes: shiftedNote(carsWhOf(quarters), wouldWh) };
}

interface Read {
  readonly span: HistorySpan;
  readonly intervals: readonly MeteredInterval[];
  readonly before: readonly MonthRead[];
  readonly known: KnownPeaks;
}

/** A tariff at a time, with a turn of the event loop between them: each takes milliseconds. */
async function billOf(tariffs: readonly Tariff[], read: Read): Promise<Bill> {
  const bills: Bill[] = [];
  for (const tariff of tariffs) {
    await nextTurn();
    bills.push(await billOfOne(tariff, read));
  }
  return sumOfBills(bills);
}

async function billOfOne(tariff: Tariff, { span, intervals, before, known }: Read): Promise<Bill> {
  // What drivers pay by session is no cost of the site.
  const options = { ...span, sessions: 'omit' } as const;
  if (monthsRemembered([tariff]) === 0) return bill(tariff, intervals, options);
  if (!isOneNumberAMonth(tariff, before)) {
    return bill(tariff, [...before.flatMap((one) => one.intervals), ...intervals], options);
  }
  for (const month of before) {
    withMeasured(tariff, [month], known);
    await nextTurn();
  }
  return bill(withMeasured(tariff, before, known), intervals, options);
}

export function intervalsOf(quarters: readonly QuarterRecord[]): readonly MeteredInterval[] {
  return quarters.map(({ startMs, importWh, exportWh }) => ({
    startMs,
    endMs: startMs + QUARTER_MS,
    importWh,
    exportWh,
  }));
}

/** As one bill of all of them: what several tariffs cost adds up. At least one, all of one currency. */
function sumOfBills(bills: readonly Bill[]): Bill {
  const [first, ...others] = bills;
  if (first === undefined) throw new Error('no bill to add up');
  if (others.length === 0) return first;
  const lines = bills.flatMap((one) => one.lines);
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  return {
    currency: first.currency,
    lines: [...lines].sort((a, b) => (a.month < b.month ? -1 : a.month > b.month ? 1 : 0)),
    total,
    totalRounded: roundHalfUp(total, smallestUnit(first.currency)),
    peaks: bills.flatMap(({ peaks }) => peaks),
    // Time without readings is noted by each.
    notes: [...new Set(bills.flatMap(({ notes }) => notes))],
  };
}

function smallestUnit(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return 10 ** -(format.resolvedOptions().maximumFractionDigits ?? 2);
}

/** The load of the building follows from what was, not from what would have been. */
function buildingAsItWas({ quarters, uncontrolled }: BothWorlds): readonly QuarterRecord[] {
  const known = new Map(quarters.map((quarter) => [quarter.startMs, quarter]));
  return uncontrolled.map((quarter) => known.get(quarter.startMs) ?? quarter);
}

/** Below this much, or this share, it is rounding. */
const SHIFTED_LEAST_WH = 50;
const SHIFTED_LEAST = 0.005;

function shiftedNote(tookWh: number, wouldWh: number): readonly string[] {
  const shiftedWh = Math.abs(tookWh - wouldWh);
  const kwh = (shiftedWh / 1_000).toFixed(1);
  if (shiftedWh <= Math.max(SHIFTED_LEAST_WH, SHIFTED_LEAST * tookWh)) return [];
  return tookWh > wouldWh
    ? [
        `Uncontrolled, ${kwh} kWh of what the cars took would have been taken before: the saving counts them as not paid.`,
      ]
    : [`Uncontrolled, ${kwh} kWh more would have been taken in this time, which really were taken later.`];
}

function carsWhOf(quarters: readonly QuarterRecord[]): number {
  return quarters.reduce((sum, { carsWh }) => sum + carsWh, 0);
}
