import { setImmediate as nextTurn } from 'node:timers/promises';
import { localMonths } from '../../../tariffs/calendar.js';
import { NoPrice } from '../../../tariffs/prices/noPrice.js';
import type { Clock } from '../../site/clock.js';
import { wattsPerAmpere } from '../../site/electricity.js';
import type { QuarterShare } from '../../site/energyShares.js';
import { QUARTER_MS } from '../../site/history.js';
import type { Evse, SiteModel } from '../../site/model.js';
import { Problem } from '../../site/problem.js';
import { evseOf } from '../../site/siteIndex.js';
import type { EndedSession, SiteState } from '../../site/state.js';
import type { Store } from '../../store/store.js';
import type { SiteTariffs } from '../tariffs/tariffRegistry.js';
import type { HistoryDesk } from './historyDesk.js';
import {
  type HistoryPeriod,
  type HistoryService,
  type HistorySpan,
  type MonthRecord,
  type Pages,
  type Resolution,
  SESSIONS_LOOKED_THROUGH,
  type SessionRecord,
  type SiteBill,
} from './historyService.js';
import { MonthBills, type SiteMonth } from './monthBills.js';
import { localPeriods, summarize } from './periods.js';
import { type EnergyCost, PriceBook } from './priceBook.js';
import { courseOf, type SessionCourse } from './sessionCourse.js';
import { endedStay, type Stay } from './stay.js';
import { openStayOf, stayPages, staysBetween } from './staysOf.js';
import { chargeShares, fullPowerCharge } from './uncontrolled.js';

export interface HistoryViewsOptions {
  readonly desk: Pick<HistoryDesk, 'quarters'>;
  readonly store: Pick<Store, 'listSessionsBetween' | 'listSessions'>;
  readonly clock: Clock;
  /** Throws Problem SITE_NOT_FOUND. */
  readonly stateOf: (siteId: string) => SiteState;
  readonly tariffsOf: (site: { readonly tariffIds: readonly string[] }) => SiteTariffs;
}

/** Cars that wait for a cheaper hour have not had their saving yet, while the peak they avoid is not avoided for good. */
const RUNNING_NOTE =
  'The month is not over: the saving so far compares only the energy taken until now, and may still turn either way.';

/** What is told of a site's past. Spans of years are read month by month, and the event loop gets its turn in between. */
export class HistoryViews implements HistoryService {
  private readonly options: HistoryViewsOptions;
  private readonly priceBooks = new Map<string, PriceBook>();

  constructor(options: HistoryViewsOptions) {
    this.options = options;
  }

  historyPeriods(siteId: string, query: HistorySpan & { readonly resolution: Resolution }): Pages<HistoryPeriod> {
    const { timeZone } = this.options.stateOf(siteId).site;
    return this.periodPages(siteId, timeZone, query);
  }

  historySessions(siteId: string, span: HistorySpan): Pages<SessionRecord> {
    return this.sessionPages(this.options.stateOf(siteId), span);
  }

  historyMonths(siteId: string, span: HistorySpan): Pages<MonthRecord> {
    return this.monthPages(this.options.stateOf(siteId), span);
  }

  async sessionCourse(siteId: string, sessionId: string): Promise<SessionCourse> {
    const state = this.options.stateOf(siteId);
    const nowMs = this.options.clock.nowMs();
    const stay = openStayOf(state, sessionId, nowMs) ?? (await this.endedStayOf(state, sessionId));
    if (stay === undefined) throw new Problem('SESSION_NOT_FOUND', `There is no session "${sessionId}".`);
    const evse = evseOf(state.index.stations.get(stay.stationId), stay.evseId);
    return courseOf(siteId, stay, { wattsPerA: wattsPerPhases(state.site, evse, stay.phases.length), nowMs });
  }

  private async endedStayOf(state: SiteState, sessionId: string): Promise<Stay | undefined> {
    const lately = state.endedSessions.find((session) => session.sessionId === sessionId);
    if (lately !== undefined) return endedStay(lately, state);
    const stored = await this.options.store.listSessions(state.site.siteId, { limit: SESSIONS_LOOKED_THROUGH });
    const found = stored.find((session) => session.sessionId === sessionId);
    // Written by this program, from the type that it is read as.
    return found === undefined ? undefined : endedStay(found.record as EndedSession, state);
  }

  async siteBill(siteId: string, month: string): Promise<SiteBill> {
    const { site } = this.options.stateOf(siteId);
    const { tariffs, missing } = this.options.tariffsOf(site);
    if (tariffs.length === 0) {
      throw new Problem('SITE_WITHOUT_TARIFF', `Site "${siteId}" names no tariff that is there.`, {
        details: { siteId, missing },
      });
    }
    const bills = this.monthBills(this.options.stateOf(siteId));
    const of = monthNamed(site.timeZone, month);
    const { fromMs, toMs } = bills.billedSpan(of);
    if (fromMs >= toMs) {
      throw new Problem('MONTH_NOT_BEGUN', `Of ${month} not a quarter of an hour is over yet.`, { field: 'month' });
    }
    const period = await bills.period(of);
    const { actual, uncontrolled, notes } = await bills.bills(of).catch(asProblem);
    return {
      siteId,
      month,
      startMs: fromMs,
      endMs: toMs,
      isComplete: toMs === of.endMs,
      period,
      bill: actual,
      uncontrolled,
      saving: uncontrolled.bill.total - actual.total,
      notes: [
        ...missing.map((id) => `Tariff "${id}" is named by the site and not there; it is left out.`),
        ...(toMs === of.endMs ? [] : [RUNNING_NOTE]),
        ...notes,
      ],
    };
  }

  /** What a stay's energy cost so far. */
  costOf(state: SiteState, stay: Stay): EnergyCost {
    const book = this.priceBook(state);
    return { cost: book.costOf(actualShares(stay)), currency: book.currency };
  }

  private async *periodPages(
    siteId: string,
    timeZone: string,
    { fromMs, toMs, resolution }: HistorySpan & { readonly resolution: Resolution },
  ): AsyncGenerator<readonly HistoryPeriod[]> {
    let isBegun = false;
    for (const month of localMonths(timeZone, fromMs, toMs)) {
      const nowMs = this.options.clock.nowMs();
      if (month.startMs >= nowMs) return;
      await nextTurn();
      const clipped = { fromMs: Math.max(fromMs, month.startMs), toMs: Math.min(toMs, month.endMs) };
      const periods = localPeriods(resolution, timeZone, clipped);
      const startMs = periods[0]?.startMs ?? clipped.fromMs;
      const endMs = periods.at(-1)?.endMs ?? clipped.toMs;
      const quarters = await this.options.desk.quarters(siteId, startMs, endMs);
      if (!isBegun && quarters.length === 0) continue;
      const hours = resolution === 'quarter' ? [] : localPeriods('hour', timeZone, { fromMs: startMs, toMs: endMs });
      const page = summarize(periods, hours, quarters, nowMs);
      const begun = isBegun ? page : page.slice(page.findIndex(({ energy }) => energy !== 'unknown'));
      isBegun = true;
      yield begun;
    }
  }

  private async *sessionPages(state: SiteState, span: HistorySpan): AsyncGenerator<readonly SessionRecord[]> {
    const { store, clock } = this.options;
    const book = this.priceBook(state);
    for await (const page of stayPages({ store, state, nowMs: clock.nowMs() }, span)) {
      const began = page.filter(({ startedAtMs }) => startedAtMs >= span.fromMs);
      if (began.length > 0) yield began.map((stay) => sessionRecord(state, stay, book));
    }
  }

  private async *monthPages(state: SiteState, span: HistorySpan): AsyncGenerator<readonly MonthRecord[]> {
    const bills = this.monthBills(state);
    let isBegun = false;
    for (const month of localMonths(state.site.timeZone, span.fromMs, span.toMs)) {
      if (month.startMs >= this.options.clock.nowMs()) return;
      const period = await bills.period(month);
      isBegun ||= period.energy !== 'unknown';
      if (isBegun) yield [{ ...period, month: month.month, ...(await this.monthCost(state, bills, month)) }];
    }
  }

  private async monthCost(
    { site }: SiteState,
    bills: MonthBills,
    month: SiteMonth,
  ): Promise<Pick<MonthRecord, 'currency' | 'cost' | 'uncontrolledCost' | 'saving'>> {
    const currency = this.options.tariffsOf(site).tariffs[0]?.currency ?? null;
    const { fromMs, toMs } = bills.billedSpan(month);
    const unknown = { currency, cost: null, uncontrolledCost: null, saving: null };
    if (currency === null || fromMs >= toMs) return unknown;
    try {
      const { actual, uncontrolled } = await bills.bills(month);
      const cost = actual.total;
      const uncontrolledCost = uncontrolled.bill.total;
      return { currency, cost, uncontrolledCost, saving: uncontrolledCost - cost };
    } catch (error) {
      if (error instanceof NoPrice) return unknown;
      throw error;
    }
  }

  private monthBills(state: SiteState): MonthBills {
    const { desk, store, clock, tariffsOf } = this.options;
    const { siteId } = state.site;
    const nowMs = clock.nowMs();
    return new MonthBills({
      site: state.site,
      tariffs: tariffsOf(state.site).tariffs,
      quarters: async ({ fromMs, toMs }) => desk.quarters(siteId, fromMs, toMs),
      stays: (span) => staysBetween({ store, state, nowMs }, span),
      nowMs,
    });
  }

  /** Kept as long as the site's tariffs stay what they are. */
  private priceBook({ site }: SiteState): PriceBook {
    const { tariffs } = this.options.tariffsOf(site);
    const known = this.priceBooks.get(site.siteId);
    if (known?.isOf(tariffs)) return known;
    const book = new PriceBook(tariffs);
    this.priceBooks.set(site.siteId, book);
    return book;
  }
}

function sessionRecord({ site }: SiteState, stay: Stay, book: PriceBook): SessionRecord {
  const { sessionId, stationId, evseId, idToken, startedAtMs, endedAtMs, energyWh, gridQuarters } = stay;
  const charge = fullPowerCharge(stay, site);
  const cost = book.costOf(actualShares(stay));
  return {
    sessionId,
    stationId,
    evseId,
    idToken,
    startedAtMs,
    endedAtMs,
    energyWh,
    gridEnergyWh: gridQuarters.wh.reduce((sum, wh) => sum + wh, 0),
    cost,
    uncontrolledCost: charge === undefined ? cost : book.costOf(chargeShares(charge)),
    currency: book.currency,
  };
}

function actualShares({ gridQuarters: { startMs, wh } }: Stay): readonly QuarterShare[] {
  return wh.map((energyWh, index) => ({ startMs: startMs + index * QUARTER_MS, energyWh }));
}

/** `month` is YYYY-MM of years that the API lets in. */
function monthNamed(timeZone: string, month: string): SiteMonth {
  const middleMs = Date.parse(`${month}-15T00:00:00Z`);
  const [found] = Number.isNaN(middleMs) ? [] : localMonths(timeZone, middleMs, middleMs + 1);
  if (found?.month !== month) throw new Problem('INVALID_REQUEST', `"${month}" is no month.`, { field: 'month' });
  return found;
}

function asProblem(error: unknown): never {
  if (!(error instanceof NoPrice)) throw error;
  const from = new Date(error.startMs).toISOString();
  const to = new Date(error.endMs).toISOString();
  throw new Problem('NO_PRICE', `From ${from} to ${to} nothing is published, and nothing earlier can stand in.`, {
    details: { from, to },
    cause: error,
  });
}

/** Of an ampere on each of so many phases. Of an EVSE that is gone the site's voltage is all that is known. */
function wattsPerPhases(site: SiteModel, evse: Evse | undefined, phases: number): number {
  const perPhaseW = evse === undefined ? site.voltageV : wattsPerAmpere(evse, site.voltageV) / evse.phases.length;
  return perPhaseW * phases;
}
