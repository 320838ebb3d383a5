import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { api, RequestFailure } from '../api/client.js';
import type { Plan, Session, SitePrices, SiteState, SiteSummary } from '../api/documents.js';
import { kept } from '../model/kept.js';
import { wasRefused } from '../session.js';
import { type Contact, contactAt, retryDelayMs } from './contact.js';
import { readEvents } from './eventReader.js';
import { Samples } from './samples.js';

/** Numbers that change faster can not be read. */
const SHOWN_AT_MOST_EVERY_MS = 1_000;
const LOOK_AT_CONTACT_EVERY_MS = 1_000;
/** Sessions and the plan, between the changes that the stream tells of. */
const SLOW_EVERY_MS = 15_000;
const PRICES_EVERY_MS = 600_000;
/** What is there for when the service is away. */
const SNAPSHOT_EVERY_MS = 60_000;
const SNAPSHOT_FIRST_MS = 3_000;
const DAY_MS = 86_400_000;
const PRICES_AHEAD_MS = 2 * DAY_MS;

export type Trouble =
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'noAnswer' }
  | { readonly kind: 'failed'; readonly detail: string };

/**
 * One site as it is now: first what the service knows, then each change as it comes, until `stop`. What it holds are signals; a
 * part that did not change stays the same object, so that only what changed is drawn again.
 */
export class SiteFeed {
  readonly siteId: string;
  readonly samples = new Samples();
  readonly #site = signal<SiteSummary | undefined>(undefined);
  readonly #state = signal<SiteState | undefined>(undefined);
  readonly #sessions = signal<readonly Session[]>([]);
  readonly #plan = signal<Plan | undefined>(undefined);
  readonly #prices = signal<SitePrices | undefined>(undefined);
  readonly #peakKw = signal<number | undefined>(undefined);
  readonly #contact = signal<Contact>({ kind: 'connecting' });
  readonly #trouble = signal<Trouble | undefined>(undefined);
  readonly #nowMs = signal(Date.now());
  readonly #ending = new AbortController();
  #timers: number[] = [];
  /** As it came: of four in a second one is read. */
  #newest: { readonly text: string; readonly heardMs: number } | undefined;
  /** Until all of a site is there nothing of it is shown: half of it would be wrong. */
  #isLoaded = false;
  #showTimer: number | undefined;
  #endStream = () => {};
  #lastShownMs = 0;
  #lastHeardMs: number | undefined;
  /** When what is shown was kept, until the service is heard. */
  #snapshotMs: number | undefined;
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
    for (let attempt = 0; !this.#ending.signal.aborted; attempt++) {
      try {
        this.#site.value = await api.site(this.siteId);
        this.#trouble.value = undefined;
        return;
      } catch (error) {
        if (await this.#isFinal(error)) return;
      }
      await this.#pause(retryDelayMs(attempt, Math.random()));
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
    batch(() => this.#setOpen(sessions, plan));
  }

  /** Shows them so, until the service says more. */
  showSessions(sessions: readonly Session[]): void {
    this.#sessions.value = kept({ all: this.#sessions.peek() }, { all: sessions }).all;
  }

  /** As `refresh`, where a failure says nothing new. */
  refreshQuietly(): void {
    void this.#quietly(() => this.refresh());
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#ending.signal.aborted) {
      const heardBefore = this.#lastHeardMs;
      try {
        await this.#follow();
      } catch (error) {
        if (await this.#isFinal(error)) return;
      }
      if (this.#lastHeardMs !== heardBefore) failures = 0;
      await this.#pause(retryDelayMs(failures, Math.random()));
      failures += 1;
    }
  }

  /** Asks for everything at once, since each answer takes a journey; ends with the stream, or with what first fails. */
  async #follow(): Promise<void> {
    this.#isLoaded = false;
    this.#newest = undefined;
    const ending = new AbortController();
    this.#endStream = () => ending.abort();
    const { signal } = ending;
    this.#ending.signal.addEventListener('abort', this.#endStream, { signal });
    try {
      await Promise.all([
        this.#load(),
        readEvents(this.siteId, { lastEventId: this.#lastEventId, signal }, ({ name, data, id }) =>
          this.#take(name, data, id),
        ),
      ]);
    } finally {
      ending.abort();
    }
  }

  async #load(): Promise<void> {
    const [site, sessions, plan] = await Promise.all([
      api.site(this.siteId),
      api.sessions(this.siteId),
      api.plan(this.siteId),
    ]);
    if (this.#ending.signal.aborted) return;
    batch(() => {
      this.#site.value = kept(this.#site.peek(), site);
      this.#trouble.value = undefined;
      this.#setOpen(sessions, plan);
      this.#isLoaded = true;
      if (this.#newest !== undefined) this.#heard();
    });
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
    if (id !== undefined) this.#lastEventId = id;
    if (name === 'gone') this.#trouble.value = { kind: 'missing' };
    if (name === 'state') this.#newest = { text: data, heardMs: Date.now() };
    if (this.#isLoaded) this.#heard();
  }

  #heard(): void {
    this.#lastHeardMs = Date.now();
    this.#snapshotMs = undefined;
    this.#look();
  }

  /** At most once a second, with the next frame, and not at all while nobody looks; what is old is replaced before it passes for new. */
  #show(): void {
    if (this.#newest === undefined || !this.#isLoaded || document.hidden) return;
    const waitMs = this.#lastShownMs + SHOWN_AT_MOST_EVERY_MS - Date.now();
    const isLive = this.#contact.peek().kind === 'live';
    if (!isLive || this.#state.peek() === undefined || waitMs > SHOWN_AT_MOST_EVERY_MS) {
      this.#showNewest();
      return;
    }
    this.#showTimer ??= window.setTimeout(
      () =>
        requestAnimationFrame(() => {
          this.#showTimer = undefined;
          this.#showNewest();
        }),
      Math.max(0, waitMs),
    );
  }

  #showNewest(): void {
    if (this.#newest === undefined || this.#ending.signal.aborted) return;
    const { text, heardMs } = this.#newest;
    this.#newest = undefined;
    this.#lastShownMs = Date.now();
    const newest = stateIn(text);
    if (newest === undefined) {
      this.#endStream();
      return;
    }
    this.#aheadMs = Date.parse(newest.at) - heardMs;
    const before = this.#state.peek();
    batch(() => {
      this.#nowMs.value = Date.now() + this.#aheadMs;
      this.#state.value = kept(before, newest);
      this.samples.take(newest, this.#nowMs.peek());
    });
    if (before === undefined) setTimeout(() => this.#keep(), SNAPSHOT_FIRST_MS);
    if (before !== undefined && haveOtherCars(before, newest)) {
      this.refreshQuietly();
    }
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
    if (this.#isLive()) this.refreshQuietly();
  }

  #isLive(): boolean {
    return !document.hidden && this.#contact.peek().kind === 'live';
  }

  #setOpen(sessions: readonly Session[], plan: Plan): void {
    this.showSessions(sessions.filter(({ endedAt }) => endedAt === null));
    this.#plan.value = kept(this.#plan.peek(), plan);
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
    const snapshot = {
      atMs: Date.now(),
      site,
      state,
      sessions: this.#sessions.peek(),
      plan: this.#plan.peek(),
      prices: this.#prices.peek(),
      peakKw: this.#peakKw.peek(),
    };
    // Fetched when there is time; where it can not be, nothing is kept.
    import('./snapshot.js').then(({ keepSnapshot }) => keepSnapshot(snapshot)).catch(() => undefined);
  }

  /** As it was last seen here, and said to be lost; answers whether there was anything. */
  async #showSnapshot(): Promise<boolean> {
    const snapshots = await import('./snapshot.js').catch(() => undefined);
    const last = await snapshots?.lastSnapshot(this.siteId);
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

/** Undefined: something on the way wrote something else. */
function stateIn(text: string): SiteState | undefined {
  try {
    return JSON.parse(text) as SiteState;
  } catch {
    return undefined;
  }
}

function haveOtherCars(before: SiteState, after: SiteState): boolean {
  if (before.stations.length !== after.stations.length) return true;
  return after.stations.some(({ evses }, at) =>
    evses.some(
      ({ transaction }, place) => transaction?.sessionId !== before.stations[at]?.evses[place]?.transaction?.sessionId,
    ),
  );
}
