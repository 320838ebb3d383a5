import { setImmediate as nextTurn } from 'node:timers/promises';
import { localMonths } from '../../../tariffs/calendar.js';
import { monthAfter } from '../../../tariffs/demand/months.js';
import type { Tariff } from '../../../tariffs/types.js';
import { quarterOf } from '../../site/energyShares.js';
import { QUARTER_MS, type QuarterRecord } from '../../site/history.js';
import type { SiteModel } from '../../site/model.js';
import type { HistoryPeriod, HistorySpan } from './historyService.js';
import { localPeriods, summarize } from './periods.js';
import { type KnownPeaks, monthsRemembered } from './rememberedPeaks.js';
import { type BothBills, type BothWorlds, bothBills, intervalsOf } from './siteBill.js';
import type { Stay } from './stay.js';
import { fullPowerCharge, uncontrolledQuarters } from './uncontrolled.js';

export interface MonthSources {
  readonly site: SiteModel;
  readonly tariffs: readonly Tariff[];
  readonly quarters: (span: HistorySpan) => Promise<readonly QuarterRecord[]>;
  readonly stays: (span: HistorySpan) => Promise<readonly Stay[]>;
  readonly nowMs: number;
}

export interface SiteMonth {
  /** YYYY-MM. */
  readonly month: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Months of a site one after the other, each with those before it that its demand charges remember, each read once. */
export class MonthBills {
  private readonly sources: MonthSources;
  private readonly remembered: number;
  private readonly known = new Map<string, BothWorlds>();
  private readonly knownPeaks: KnownPeaks = new WeakMap();

  constructor(sources: MonthSources) {
    this.sources = sources;
    this.remembered = monthsRemembered(sources.tariffs);
  }

  /** What of the month is over; empty where that is not a single quarter. */
  billedSpan({ startMs, endMs }: SiteMonth): HistorySpan {
    return { fromMs: startMs, toMs: Math.max(startMs, Math.min(endMs, quarterOf(this.sources.nowMs))) };
  }

  async period(month: SiteMonth): Promise<HistoryPeriod> {
    const { site, nowMs } = this.sources;
    const { quarters } = await this.data(month);
    const { fromMs, toMs } = this.billedSpan(month);
    // As billed; of a month that has just begun, its first minutes.
    const untilMs = fromMs < toMs ? toMs : nowMs;
    const hours = localPeriods('hour', site.timeZone, { fromMs: month.startMs, toMs: month.endMs });
    const past = quarters.filter(({ startMs }) => startMs < untilMs);
    const [period] = summarize([month], hours, past, untilMs);
    if (period === undefined) throw new Error(`${month.month} has not begun`);
    return period;
  }

  /** Rejects with NoPrice where energy has no price. There must be a tariff, and a quarter that is over. */
  async bills(month: SiteMonth): Promise<BothBills> {
    const { site, tariffs } = this.sources;
    const span = this.billedSpan(month);
    const before: BothWorlds[] = [];
    for (const one of this.monthsBefore(month)) before.push(await this.data(one));
    const whole = await this.data(month);
    const isOver = ({ startMs }: QuarterRecord) => startMs + QUARTER_MS <= span.toMs;
    return bothBills({
      site,
      tariffs,
      span,
      worlds: span.toMs === month.endMs ? whole : withQuarters(whole, isOver),
      before,
      known: this.knownPeaks,
    });
  }

  private monthsBefore({ month, startMs }: SiteMonth): readonly SiteMonth[] {
    if (this.remembered === 0) return [];
    const first = monthAfter(month, -this.remembered);
    const fromMs = startMs - (this.remembered + 1) * MONTH_LONGEST_MS;
    return localMonths(this.sources.site.timeZone, fromMs, startMs).filter((one) => one.month >= first);
  }

  private async data(month: SiteMonth): Promise<BothWorlds> {
    const known = this.known.get(month.month);
    if (known !== undefined) return known;
    const data = await this.read(month);
    this.known.set(month.month, data);
    // The months are asked for in ascending order.
    const [oldest] = [...this.known.keys()].sort();
    if (oldest !== undefined && this.known.size > this.remembered + 1) this.known.delete(oldest);
    return data;
  }

  private async read({ month, startMs, endMs }: SiteMonth): Promise<BothWorlds> {
    const { site } = this.sources;
    const span = { fromMs: startMs, toMs: endMs };
    const stays = await this.sources.stays(span);
    const charges = stays.map((stay) => fullPowerCharge(stay, site)).filter((charge) => charge !== undefined);
    await nextTurn();
    const quarters = await this.sources.quarters(span);
    await nextTurn();
    const would = uncontrolledQuarters(quarters, charges).filter(
      (one) => one.startMs >= startMs && one.startMs < endMs,
    );
    const intervals = { intervals: intervalsOf(quarters), uncontrolledIntervals: intervalsOf(would) };
    return { month, startMs, endMs, quarters, uncontrolled: would, ...intervals, charges };
  }
}

function withQuarters(worlds: BothWorlds, isTaken: (quarter: QuarterRecord) => boolean): BothWorlds {
  const quarters = worlds.quarters.filter(isTaken);
  const uncontrolled = worlds.uncontrolled.filter(isTaken);
  const intervals = { intervals: intervalsOf(quarters), uncontrolledIntervals: intervalsOf(uncontrolled) };
  return { ...worlds, quarters, uncontrolled, ...intervals };
}

const MONTH_LONGEST_MS = 31 * 86_400_000 + 7_200_000;
