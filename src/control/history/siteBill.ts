import { setImmediate as nextTurn } from 'node:timers/promises';
import { bill } from '../../../tariffs/bill/bill.js';
import { roundHalfUp } from '../../../tariffs/demand/roundHalfUp.js';
import type { Bill, MeteredInterval, Tariff } from '../../../tariffs/types.js';
import { QUARTER_MS, type QuarterRecord } from '../../site/history.js';
import type { SiteModel } from '../../site/model.js';
import type { HistorySpan, UncontrolledBill } from './historyService.js';
import { highest, quarterPowerW } from './periods.js';
import { connectionLoad, type FullPowerCharge } from './uncontrolled.js';

/** A site's quarters as they were, and as they would have been; ascending. */
export interface BothWorlds {
  readonly quarters: readonly QuarterRecord[];
  readonly uncontrolled: readonly QuarterRecord[];
  /** Whoever charges uncontrolled in it. */
  readonly charges: readonly FullPowerCharge[];
}

export interface Billed {
  readonly site: SiteModel;
  /** At least one, all of one currency. */
  readonly tariffs: readonly Tariff[];
  readonly span: HistorySpan;
  /** Of the span, all of it over. */
  readonly worlds: BothWorlds;
  /** Of the months before that demand charges remember. */
  readonly before: Omit<BothWorlds, 'charges'>;
}

/** What the span cost, and what it would have. */
export interface BothBills {
  readonly actual: Bill;
  readonly uncontrolled: UncontrolledBill;
  readonly notes: readonly string[];
}

/** Rejects with NoPrice where energy has no price. */
export async function bothBills({ site, tariffs, span, worlds, before }: Billed): Promise<BothBills> {
  const { quarters, uncontrolled: would, charges } = worlds;
  const actual = await billOf(tariffs, [...before.quarters, ...quarters], span);
  const uncontrolledBill = await billOf(tariffs, [...before.uncontrolled, ...would], span);
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

/** A tariff at a time, with a turn of the event loop between them: each takes milliseconds, and some look at a whole year. */
async function billOf(
  tariffs: readonly Tariff[],
  quarters: readonly QuarterRecord[],
  span: HistorySpan,
): Promise<Bill> {
  const intervals = quarters.map(
    ({ startMs, importWh, exportWh }): MeteredInterval => ({
      startMs,
      endMs: startMs + QUARTER_MS,
      importWh,
      exportWh,
    }),
  );
  const bills: Bill[] = [];
  for (const tariff of tariffs) {
    await nextTurn();
    // What drivers pay by session is no cost of the site.
    bills.push(bill(tariff, intervals, { ...span, sessions: 'omit' }));
  }
  return sumOfBills(bills);
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

/** Below this share it is rounding. */
const SHIFTED_LEAST = 0.005;

function shiftedNote(tookWh: number, wouldWh: number): readonly string[] {
  const kwh = (Math.abs(tookWh - wouldWh) / 1_000).toFixed(1);
  if (Math.abs(tookWh - wouldWh) <= SHIFTED_LEAST * tookWh) return [];
  return tookWh > wouldWh
    ? [
        `Uncontrolled, ${kwh} kWh of what the cars took would have been taken before: the saving counts them as not paid.`,
      ]
    : [`Uncontrolled, ${kwh} kWh more would have been taken in this time, which really were taken later.`];
}

/** How many months before the billed one its demand charges look at. */
export function monthsRemembered(tariffs: readonly Tariff[]): number {
  const ofComponents = tariffs.flatMap(({ components }) =>
    components.map((component) => {
      if (component.kind !== 'demandCharge') return 0;
      const { memory, overMonths = 1 } = component;
      const remembered = memory === undefined ? 0 : memory.kind === 'previousMonth' ? 1 : memory.months;
      return remembered + overMonths - 1;
    }),
  );
  return Math.max(0, ...ofComponents);
}

function carsWhOf(quarters: readonly QuarterRecord[]): number {
  return quarters.reduce((sum, { carsWh }) => sum + carsWh, 0);
}
