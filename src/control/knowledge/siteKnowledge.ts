import type { MeteredInterval, Tariff } from '../../../tariffs/types.js';
import { type BuildingHistory, NO_HISTORY } from '../../plan/buildingForecast.js';
import { withPeaks } from '../../plan/demandMemory.js';
import { NOTHING_LEARNED, type StayHistory } from '../../plan/learnedDefaults.js';
import { FREE, type PricesOver } from '../../plan/prices.js';
import { tariffPrices } from '../../plan/tariffPrices.js';
import type { Clock } from '../../site/clock.js';
import { quarterRecords } from '../../site/historyState.js';
import { historyNow } from '../../site/meteredHistory.js';
import type { SiteModel } from '../../site/model.js';
import type { SiteState } from '../../site/state.js';
import type { Log } from '../ports.js';
import { intervalOf, NOTHING, type PastSources, peaksFor, readLearned } from './learned.js';
import type { Turns } from './turns.js';

/** What a schedule rests on besides the site's state. */
export interface Knowledge {
  readonly prices: PricesOver;
  readonly building: BuildingHistory;
  readonly stays: StayHistory;
}

/** Where it is from. */
export interface KnowledgeSources extends PastSources {
  readonly tariffs: {
    /** Those that the site names: which there are, in its order, and which not. */
    ofSite(site: SiteModel): { readonly tariffs: readonly Tariff[]; readonly missing: readonly string[] };
    /** Calls back when a tariff became another, came or went; the answer ends it. */
    onChange(listener: (tariffId: string) => void): () => void;
  };
  /** The past of all sites is read one after the other. */
  readonly turns: Turns;
}

export interface SiteKnowledgeOptions {
  /** Absent: nothing costs anything, and nothing is learned. */
  readonly sources: KnowledgeSources | undefined;
  readonly state: () => SiteState;
  readonly clock: Clock;
  readonly log: Log;
  /** There are other prices, or more is known. */
  readonly onNews: () => void;
}

/** What was learned changes slowly; the last day is in the site's own state, and need not be read. */
const READ_EVERY_MS = 3_600_000;
const RETRY_MS = 60_000;

/**
 * Keeps at hand what a site's schedule rests on: prices, the peaks of the month, what its building usually takes, how long its cars
 * usually stay. The past is read from the store now and then; who asks never waits, and gets what was known last.
 */
export class SiteKnowledge {
  private readonly options: SiteKnowledgeOptions;
  private learned = NOTHING;
  /** The configuration it was read for. */
  private readFor: SiteModel | undefined;
  private isReading = false;
  private cancelTimer: (() => void) | undefined;
  private cancelTariffs: (() => void) | undefined;
  private closed = false;

  constructor(options: SiteKnowledgeOptions) {
    this.options = options;
  }

  start(): void {
    const { sources, state, onNews } = this.options;
    this.cancelTariffs = sources?.tariffs.onChange((tariffId) => {
      if (!state().site.tariffIds.includes(tariffId)) return;
      onNews();
      this.readSoon(0);
    });
    this.readSoon(0);
  }

  close(): void {
    this.closed = true;
    this.cancelTimer?.();
    this.cancelTariffs?.();
  }

  get stays(): StayHistory {
    return this.learned.stays;
  }

  /** As of now. */
  current(): Knowledge {
    const { sources, state: stateNow } = this.options;
    if (sources === undefined) return { prices: FREE, building: NO_HISTORY, stays: NOTHING_LEARNED };
    const state = stateNow();
    // A site that names other tariffs, or is to learn its defaults, need not wait an hour.
    if (this.readFor !== undefined && this.readFor !== state.site) this.readSoon(0);
    const { building, stays, past } = this.learned;
    const circuitId = state.site.circuits.find(({ parentId }) => parentId === null)?.id ?? '';
    const named = sources.tariffs.ofSite(state.site);
    const areSomeMissing = named.missing.length > 0;
    const tariffs = named.tariffs.map((tariff) => {
      const known = peaksFor(tariff, past);
      return known === undefined ? tariff : withPeaks(tariff, known.peaks);
    });
    return { prices: tariffPrices({ tariffs, areSomeMissing, soFar: this.soFar(state), circuitId }), building, stays };
  }

  /** Of its last day, up to now, the state knows better than what was read. */
  private soFar(state: SiteState): readonly MeteredInterval[] {
    const nowMs = this.options.clock.nowMs();
    const live = quarterRecords(historyNow(state, nowMs), nowMs).map((record) => intervalOf(record, nowMs));
    const liveFromMs = live[0]?.startMs ?? Number.POSITIVE_INFINITY;
    return [...this.learned.monthSoFar.filter(({ startMs }) => startMs < liveFromMs), ...live];
  }

  private readSoon(delayMs: number): void {
    if (this.closed || this.isReading || this.options.sources === undefined) return;
    this.cancelTimer?.();
    this.cancelTimer = this.options.clock.after(delayMs, () => {
      if (this.options.sources !== undefined) void this.read(this.options.sources);
    });
  }

  private async read(sources: KnowledgeSources): Promise<void> {
    this.isReading = true;
    const { clock, log, onNews } = this.options;
    let nextMs = READ_EVERY_MS;
    try {
      this.learned = await sources.turns.take(() => {
        const { site } = this.options.state();
        this.readFor = site;
        const { tariffs } = sources.tariffs.ofSite(site);
        return readLearned(sources, { site, tariffs, nowMs: clock.nowMs() }, this.learned);
      });
      if (!this.closed) onNews();
    } catch (error) {
      nextMs = RETRY_MS;
      const { siteId } = this.options.state().site;
      log.warn(
        { siteId, error: String(error) },
        'the past of this site could not be read; planning with what was known',
      );
    } finally {
      this.isReading = false;
      this.readSoon(nextMs);
    }
  }
}
