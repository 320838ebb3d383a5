import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { api, RequestFailure } from '../api/client.js';
import type { Needs, Plan, Session, SitePrices, SiteState, SiteSummary } from '../api/documents.js';
import { wasRefused } from '../session.js';
import { type Contact, contactAt, retryDelayMs } from './contact.js';
import { readEvents } from './eventReader.js';
import { kept } from './kept.js';
import { keepSnapshot, lastSnapshot } from './snapshot.js';

/** Numbers that change faster can not be read. */
const SHOWN_AT_MOST_EVERY_MS = 1_000;
const LOOK_AT_CONTACT_EVERY_MS = 1_000;
/** Sessions and the plan, between the changes that the stream tells of. */
const SLOW_EVERY_MS = 15_000;
const PRICES_EVERY_MS = 600_000;
/** What is there for when the service is away. */
const SNAPSHOT_EVERY_MS = 60_000;
const SNAPSHOT_FIRST_MS = 3_000;
const SAMPLE_EVERY_MS = 10_000;
/** An hour of one outlet. */
const SAMPLES_KEPT = 360;
const DAY_MS = 86_400_000;
const PRICES_AHEAD_MS = 2 * DAY_MS;

export type Trouble =
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'noAnswer' }
  | { readonly kind: 'failed'; readonly detail: string };

export interface Sample {
  readonly atMs: number;
  readonly currentA: number;
}

/**
 * One site as it is now: first what the service knows, then each change as it comes, until `stop`. What it holds are signals; a
 * part that did not change stays the same object, so that only what changed is drawn again.
 */
export class SiteFeed {
  readonly siteId: string;
  readonly #site = signal<SiteSummary | undefined>(undefined);
  readonly #state = signal<SiteState | undefined>(undefined);
  readonly #sessions = signal<readonly Session[]>([]);
  readonly #plan = signal<Plan | undefined>(undefined);
  readonly #prices = signal<SitePrices | undefined>(undefined);
  readonly #peakKw = signal<number | undefined>(undefined);
  readonly #contact = signal<Contact>({ kind: 'connecting' });
  readonly #trouble = signal<Trouble | undefined>(undefined);
  readonly #nowMs = signal(Date.now());
  readonly #samples = new Map<string, Sample[]>();
  readonly #sampleCount = signal(0);
  readonly #ending = new AbortController();
  #timers: number[] = [];
  #newest: SiteState | undefined;
  #lastShownMs = 0;
  #lastHeardMs: number | undefined;
  /** When what is shown was kept, until the service is heard. */
  #snapshotMs: number | undefined;
  #lastSampleMs = 0;
  #lastEventId: string | undefined;
  /** Of the service's clock before ours. */
  #aheadMs = 0;
  /** Set while it waits to try again; else the next wait is left out. */
  #endPause: (() => void) | undefined;
  #skipsPause = false;

  constructor(siteId: string) {
    this.siteId = siteId;
  }

  get site(): ReadonlySignal<SiteSummary | undefined> {
    return this.#site;
  }
  get state(): ReadonlySignal<SiteState | undefined> {
    return this.#state;
  }
  get sessions(): ReadonlySignal<readonly Session[]> {
    return this.#sessions;
  }
  get plan(): ReadonlySignal<Plan | undefined> {
    return this.#plan;
  }
  get prices(): ReadonlySignal<SitePrices | undefined> {
    return this.#prices;
  }
  /** The highest hour of the month so far. */
  get peakKw(): ReadonlySignal<number | undefined> {
    return this.#peakKw;
  }
  get contact(): ReadonlySignal<Contact> {
    return this.#contact;
  }
  get trouble(): ReadonlySignal<Trouble | undefined> {
    return this.#trouble;
  }
  /** By the service's clock; stands still while there is no contact, as what is shown does. */
  get nowMs(): ReadonlySignal<number> {
    return this.#nowMs;
  }
  /** Grows with every sample that was kept. */
  get sampleCount(): ReadonlySignal<number> {
    return this.#sampleCount;
  }

  /** What flowed since this page was opened, at most an hour of it. */
  samplesOf(stationId: string, evseId: number): readonly Sample[] {
    return this.#samples.get(`${stationId}/${evseId}`) ?? [];
  }

  start(): void {
    const every = (ms: number, run: () => void) => this.#timers.push(window.setInterval(run, ms));
    every(LOOK_AT_CONTACT_EVERY_MS, () => this.#look());
    every(SLOW_EVERY_MS, () => this.#isLive() && void this.#quietly(() => this.refresh()));
    every(PRICES_EVERY_MS, () => this.#isLive() && void this.#quietly(() => this.#loadRare()));
    every(SNAPSHOT_EVERY_MS, () => this.#keep());
    const signalled = { signal: this.#ending.signal };
    window.addEventListener('online', () => this.#comeBack(), signalled);
    document.addEventListener(
      'visibilitychange',
      () => (document.hidden ? this.#keep() : this.#shownAgain()),
      signalled,
    );
    void this.#run();
  }

  /** For those who see no cars: the site as it was set up, and what time it is. */
  async startStill(): Promise<void> {
    this.#timers.push(window.setInterval(() => (this.#nowMs.value = Date.now()), LOOK_AT_CONTACT_EVERY_MS));
    try {
      this.#site.value = await api.site(this.siteId);
    } catch (error) {
      await this.#isFinal(error);
    }
  }

  stop(): void {
    this.#ending.abort();
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    this.#comeBack();
  }

  /** What does not come by itself: sessions and the plan. */
  async refresh(): Promise<void> {
    const [sessions, plan] = await Promise.all([api.sessions(this.siteId), api.plan(this.siteId)]);
    if (this.#ending.signal.aborted) return;
    batch(() => {
      this.#setSessions(sessions.filter(({ endedAt }) => endedAt === null));
      this.#plan.value = kept(this.#plan.peek(), plan);
    });
  }

  /** Shown at once; where the service does not take it, what was before is shown again and the failure is thrown. */
  async changeNeeds(sessionId: string, needs: Needs): Promise<void> {
    const before = this.#sessions.peek();
    this.#setSessions(before.map((session) => (session.sessionId === sessionId ? withNeeds(session, needs) : session)));
    try {
      const stored = await api.putNeeds(this.siteId, sessionId, needs);
      this.#setSessions(this.#sessions.peek().map((session) => (session.sessionId === sessionId ? stored : session)));
    } catch (error) {
      this.#setSessions(before);
      throw error;
    }
    void this.#quietly(() => this.refresh());
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#ending.signal.aborted) {
      const heardBefore = this.#lastHeardMs;
      try {
        await this.#load();
        await readEvents(
          this.siteId,
          { lastEventId: this.#lastEventId, signal: this.#ending.signal },
          ({ name, data, id }) => this.#take(name, data, id),
        );
      } catch (error) {
        if (await this.#isFinal(error)) return;
      }
      if (this.#lastHeardMs !== heardBefore) failures = 0;
      await this.#pause(retryDelayMs(failures, Math.random()));
      failures += 1;
    }
  }

  async #load(): Promise<void> {
    const site = await api.site(this.siteId);
    this.#site.value = kept(this.#site.peek(), site);
    this.#trouble.value = undefined;
    await this.refresh();
    void this.#quietly(() => this.#loadRare());
  }

  async #loadRare(): Promise<void> {
    const nowMs = this.#nowMs.peek();
    const hourMs = Math.floor(nowMs / 3_600_000) * 3_600_000;
    const [prices, history] = await Promise.allSettled([
      api.prices(this.siteId, { fromMs: hourMs, toMs: hourMs + PRICES_AHEAD_MS }),
      api.months(this.siteId, nowMs),
    ]);
    batch(() => {
      if (prices.status === 'fulfilled') this.#prices.value = kept(this.#prices.peek(), prices.value);
      if (history.status === 'fulfilled') {
        const peakW = history.value.months.at(-1)?.peakHourW ?? null;
        this.#peakKw.value = peakW === null ? undefined : peakW / 1_000;
      }
    });
  }

  #take(name: string, data: string, id: string | undefined): void {
    this.#lastHeardMs = Date.now();
    this.#snapshotMs = undefined;
    if (id !== undefined) this.#lastEventId = id;
    if (name === 'gone') this.#trouble.value = { kind: 'missing' };
    if (name === 'state') {
      const state = JSON.parse(data) as SiteState;
      this.#aheadMs = Date.parse(state.at) - this.#lastHeardMs;
      this.#newest = state;
      this.#show();
    }
    this.#look();
  }

  /** At most once a second, and not at all while nobody looks. */
  #show(): void {
    const newest = this.#newest;
    if (newest === undefined || document.hidden) return;
    if (Date.now() - this.#lastShownMs < SHOWN_AT_MOST_EVERY_MS && this.#state.peek() !== undefined) return;
    this.#newest = undefined;
    this.#lastShownMs = Date.now();
    const before = this.#state.peek();
    batch(() => {
      this.#state.value = kept(before, newest);
      this.#sample(newest);
    });
    if (before === undefined) setTimeout(() => this.#keep(), SNAPSHOT_FIRST_MS);
    if (before !== undefined && transactions(before) !== transactions(newest)) {
      void this.#quietly(() => this.refresh());
    }
  }

  #sample(state: SiteState): void {
    const atMs = Date.now() + this.#aheadMs;
    if (atMs - this.#lastSampleMs < SAMPLE_EVERY_MS) return;
    this.#lastSampleMs = atMs;
    for (const station of state.stations) {
      for (const evse of station.evses) {
        if (evse.currentA === 'unknown' || evse.transaction === null) continue;
        const key = `${station.id}/${evse.id}`;
        const samples = this.#samples.get(key) ?? [];
        samples.push({ atMs, currentA: Math.max(evse.currentA.L1, evse.currentA.L2, evse.currentA.L3) });
        if (samples.length > SAMPLES_KEPT) samples.shift();
        this.#samples.set(key, samples);
      }
    }
    this.#sampleCount.value += 1;
  }

  #look(): void {
    this.#show();
    const contact: Contact =
      this.#snapshotMs === undefined
        ? contactAt(Date.now(), this.#lastHeardMs)
        : { kind: 'lost', sinceMs: this.#snapshotMs };
    if (JSON.stringify(contact) !== JSON.stringify(this.#contact.peek())) this.#contact.value = contact;
    if (contact.kind !== 'lost') this.#nowMs.value = Date.now() + this.#aheadMs;
  }

  #shownAgain(): void {
    this.#comeBack();
    this.#look();
    if (this.#isLive()) void this.#quietly(() => this.refresh());
  }

  #isLive(): boolean {
    return !document.hidden && this.#contact.peek().kind === 'live';
  }

  #setSessions(sessions: readonly Session[]): void {
    this.#sessions.value = kept({ all: this.#sessions.peek() }, { all: sessions }).all;
  }

  /** True where trying again would change nothing. */
  async #isFinal(error: unknown): Promise<boolean> {
    if (this.#ending.signal.aborted) return true;
    if (!(error instanceof RequestFailure) || error.status === 0) {
      const isShown = this.#state.peek() !== undefined || (await this.#showSnapshot());
      const isSilent = error instanceof RequestFailure;
      if (!isShown) this.#trouble.value = isSilent ? { kind: 'noAnswer' } : { kind: 'failed', detail: String(error) };
      return false;
    }
    if (error.status === 401) wasRefused();
    if (error.status === 403) this.#trouble.value = { kind: 'denied' };
    if (error.status === 404) this.#trouble.value = { kind: 'missing' };
    const isFinal = [401, 403, 404].includes(error.status);
    if (!isFinal && this.#state.peek() === undefined) this.#trouble.value = { kind: 'failed', detail: error.message };
    return isFinal;
  }

  #keep(): void {
    const [site, state] = [this.#site.peek(), this.#state.peek()];
    if (
      this.#ending.signal.aborted ||
      site === undefined ||
      state === undefined ||
      this.#contact.peek().kind !== 'live'
    )
      return;
    void keepSnapshot({
      atMs: Date.now(),
      site,
      state,
      sessions: this.#sessions.peek(),
      plan: this.#plan.peek(),
      prices: this.#prices.peek(),
      peakKw: this.#peakKw.peek(),
    });
  }

  /** As it was last seen here, and said to be lost; answers whether there was anything. */
  async #showSnapshot(): Promise<boolean> {
    const last = await lastSnapshot(this.siteId);
    if (last === undefined || this.#ending.signal.aborted || this.#state.peek() !== undefined) return false;
    batch(() => {
      this.#snapshotMs = last.atMs;
      this.#nowMs.value = last.atMs;
      this.#contact.value = { kind: 'lost', sinceMs: last.atMs };
      this.#site.value = last.site;
      this.#state.value = last.state;
      this.#sessions.value = last.sessions;
      this.#plan.value = last.plan;
      this.#prices.value = last.prices;
      this.#peakKw.value = last.peakKw;
    });
    return true;
  }

  async #pause(delayMs: number): Promise<void> {
    if (!this.#skipsPause && !this.#ending.signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, delayMs);
        this.#endPause = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#endPause = undefined;
    }
    this.#skipsPause = false;
  }

  /** What failed a moment ago may work now: the network, or the reader, is back. */
  #comeBack(): void {
    if (this.#endPause !== undefined) this.#endPause();
    else this.#skipsPause = true;
  }

  /** What is asked beside the stream may fail: the stream tells whether there is contact, and it is asked again later. */
  async #quietly(ask: () => Promise<void>): Promise<void> {
    try {
      await ask();
    } catch (error) {
      if (error instanceof RequestFailure && error.status === 401) wasRefused();
    }
  }
}

function transactions(state: SiteState): string {
  return state.stations.flatMap(({ evses }) => evses.map(({ transaction }) => transaction?.sessionId ?? '')).join();
}

function withNeeds(session: Session, needs: Needs): Session {
  const departure = needs.departure ?? null;
  const energyWh = needs.energyWh ?? null;
  const priority = needs.priority ?? session.priority;
  return {
    ...session,
    departure,
    energyWantedWh: energyWh,
    priority,
    needsUsed: {
      departure: departure ?? session.needsUsed?.departure ?? null,
      energyWh: energyWh ?? session.needsUsed?.energyWh ?? null,
      priority,
    },
  };
}
