import type { Clock } from '../../site/clock.js';
import { quarterOf } from '../../site/energyShares.js';
import { QUARTER_MS, type QuarterRecord } from '../../site/history.js';
import { type HistoryState, quarterRecords } from '../../site/historyState.js';
import { historyNow } from '../../site/meteredHistory.js';
import type { SiteState } from '../../site/state.js';
import type { Store } from '../../store/store.js';
import type { Log } from '../ports.js';
import { DAY_MS, dayOf, decodeDay, encodeDay } from './dayRecord.js';

interface LiveSite {
  readonly state: SiteState;
}

export interface HistoryDeskOptions {
  readonly store: Pick<Store, 'putHistoryDays' | 'listHistoryDays'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly sites: { list(): readonly LiveSite[]; find(siteId: string): LiveSite | undefined };
  /** Where several processes share the store: the token that everything of a site is written with. */
  readonly ownership?: { tokenOf(siteId: string): number | undefined } | undefined;
}

/** A quarter is written at the latest so long after it is over; until then it is in its site's own state, which is on disk too. */
const WRITE_EVERY_MS = 300_000;

interface StoredDay {
  readonly quarters: readonly QuarterRecord[];
  readonly text: string;
}

/** By the beginning of each day. */
type Days = ReadonlyMap<number, StoredDay>;

interface Written {
  /** What was looked at when it was last written: while it is the same there is nothing new. */
  readonly closed: HistoryState['closed'];
  readonly untilMs: number;
  readonly days: Days;
}

/**
 * Keeps the quarters of every site for years: writes those that are over, a row per day, and reads them together with those that
 * are not written yet. What is learned late of a quarter is written over it, as long as its site's state still takes it.
 */
export class HistoryDesk {
  private readonly options: HistoryDeskOptions;
  private readonly written = new Map<string, Written>();
  private writing: Promise<void> = Promise.resolve();
  private cancelTimer: (() => void) | undefined;
  private closed = false;

  constructor(options: HistoryDeskOptions) {
    this.options = options;
  }

  /** Writes from now on. */
  start(): void {
    this.writeSoon();
  }

  /**
   * Writes what a site's state has of before this process, as it was read from the journal: after an outage of more than a day the
   * state forgets it. A failure is told to the log.
   */
  async recover({ site, history }: SiteState): Promise<void> {
    const nowMs = this.options.clock.nowMs();
    const over = quarterRecords(history, nowMs).filter(({ startMs }) => startMs < quarterOf(nowMs));
    await this.writeDays(site.siteId, over).catch((error: unknown) => this.failed(site.siteId, error));
  }

  /** The site is another's now, who writes its days: what is known here of them grows old. */
  forget(siteId: string): void {
    this.written.delete(siteId);
  }

  /** Every quarter that is over is on disk when it resolves. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancelTimer?.();
    await this.write();
  }

  /**
   * The quarters that overlap [fromMs, toMs), ascending; the last one may still be running: then it is what it was so far. Those of
   * which nothing is known are missing. Of a site that is gone, what is stored.
   */
  async quarters(siteId: string, fromMs: number, toMs: number): Promise<readonly QuarterRecord[]> {
    const stored = await this.options.store.listHistoryDays(siteId, { fromMs: dayOf(fromMs), toMs });
    const known = stored.flatMap(({ dayMs, record }) => decodeDay(dayMs, record));
    const state = this.options.sites.find(siteId)?.state;
    const nowMs = this.options.clock.nowMs();
    const live = state === undefined ? [] : quarterRecords(historyNow(state, nowMs), nowMs);
    return merged(known, live).filter(({ startMs }) => startMs + QUARTER_MS > fromMs && startMs < toMs);
  }

  /** Writes what is new of every site; resolves when it is on disk, or the log says why it is not. */
  write(): Promise<void> {
    this.writing = this.writing.then(() => this.writeSites());
    return this.writing;
  }

  private writeSoon(): void {
    this.cancelTimer = this.options.clock.after(WRITE_EVERY_MS, () => {
      void this.write().finally(() => {
        if (!this.closed) this.writeSoon();
      });
    });
  }

  private async writeSites(): Promise<void> {
    const sites = this.options.sites.list();
    const siteIds = new Set(sites.map(({ state }) => state.site.siteId));
    for (const siteId of this.written.keys()) if (!siteIds.has(siteId)) this.written.delete(siteId);
    for (const { state } of sites) {
      await this.writeSite(state).catch((error: unknown) => this.failed(state.site.siteId, error));
    }
  }

  private failed(siteId: string, error: unknown): void {
    const message = 'the history of this site could not be written; trying again';
    this.options.log.error({ siteId, error: String(error) }, message);
  }

  private async writeSite(state: SiteState): Promise<void> {
    const { siteId } = state.site;
    const nowMs = this.options.clock.nowMs();
    const untilMs = quarterOf(nowMs);
    const before = this.written.get(siteId);
    if (before?.closed === state.history.closed && before.untilMs === untilMs) return;
    const over = quarterRecords(historyNow(state, nowMs), nowMs).filter(({ startMs }) => startMs < untilMs);
    const days = await this.writeDays(siteId, over, before?.days);
    if (this.options.sites.find(siteId) === undefined) return;
    this.written.set(siteId, { closed: state.history.closed, untilMs, days });
  }

  /** Answers those days as they are stored now. */
  private async writeDays(siteId: string, over: readonly QuarterRecord[], known: Days = new Map()): Promise<Days> {
    const days = new Map<number, StoredDay>();
    for (const dayMs of new Set(over.map(({ startMs }) => dayOf(startMs)))) {
      const stored = known.get(dayMs) ?? (await this.storedDay(siteId, dayMs));
      const ofDay = over.filter(({ startMs }) => dayOf(startMs) === dayMs);
      const quarters = merged(stored.quarters, ofDay);
      const record = encodeDay(quarters);
      const text = JSON.stringify(record);
      if (text !== stored.text) {
        const token = this.options.ownership?.tokenOf(siteId);
        await this.options.store.putHistoryDays(siteId, [{ dayMs, record }], token);
      }
      days.set(dayMs, { quarters, text });
    }
    return days;
  }

  private async storedDay(siteId: string, dayMs: number): Promise<StoredDay> {
    const [stored] = await this.options.store.listHistoryDays(siteId, { fromMs: dayMs, toMs: dayMs + DAY_MS });
    if (stored === undefined) return { quarters: [], text: '' };
    return { quarters: decodeDay(dayMs, stored.record), text: JSON.stringify(stored.record) };
  }
}

/** Both ascending. Where both know a quarter, the newer word counts. */
function merged(older: readonly QuarterRecord[], newer: readonly QuarterRecord[]): readonly QuarterRecord[] {
  if (older.length === 0 || newer.length === 0) return older.length === 0 ? newer : older;
  const byStart = new Map(older.map((quarter) => [quarter.startMs, quarter]));
  for (const quarter of newer) byStart.set(quarter.startMs, quarter);
  return [...byStart.values()].sort((a, b) => a.startMs - b.startMs);
}
