import type { CapacityLimit, SessionNeeds, SiteModel } from '../site/model.js';
import { Problem } from '../site/problem.js';
import { emptyState } from '../site/reduce.js';
import { findTransaction } from '../site/sites.js';
import type { EndedSession } from '../site/state.js';
import type { SecurityProfile, TriggeredMessage } from '../site/stationMessages.js';
import { validateSite } from '../site/validateSite.js';
import { StationCredentials } from './credentials.js';
import { CredentialsDesk } from './credentialsDesk.js';
import { dryRun } from './dryRun.js';
import { HistoryDesk } from './history/historyDesk.js';
import { HistoryViews } from './history/historyViews.js';
import { Turns } from './knowledge/turns.js';
import { checkLimit, refuseOfGridEvent } from './limits/checkLimit.js';
import { GridEvents } from './limits/gridEvents.js';
import { type CalendarSpan, type LimitCalendar, limitCalendar } from './limits/limitCalendar.js';
import { warningsOf } from './limits/warnings.js';
import { missingPrices } from './notifications/missingPrices.js';
import type { SiteNotices } from './notifications/noticeDesk.js';
import { siteConditions } from './notifications/siteConditions.js';
import { OnboardingDesk, type OnboardingRooms, roomsHere } from './onboardingDesk.js';
import { planView } from './planView.js';
import { InstalledProfiles } from './profiles/installedProfiles.js';
import { StationProfiles } from './profiles/stationProfiles.js';
import type { CircuitReading, PlanView, SessionView, SiteView, SmartChargingService, Warning } from './service.js';
import type { SiteOwner } from './siteOwner.js';
import { SiteRegistry, type SiteRegistryOptions } from './siteRegistry.js';
import { SiteWatchers } from './siteWatchers.js';
import { StationCalls } from './stationCalls.js';
import { StationCommands } from './stationCommands.js';
import { StationDesk } from './stationDesk.js';
import { type MessageSource, StationMessageDesk } from './stationMessageDesk.js';
import { StationReports } from './stationReports.js';
import type { Supposed } from './supposed.js';
import { refuseMixedCurrencies } from './tariffs/currencies.js';
import { TariffDesk } from './tariffs/tariffDesk.js';
import { TariffRegistry } from './tariffs/tariffRegistry.js';
import { endedSessionView, openSessionView, sessionViews, siteView, type ViewContext } from './views.js';
import { WhyDesk } from './why/whyDesk.js';

export interface ChargingServiceOptions extends Omit<SiteRegistryOptions, 'onChange'> {
  readonly allowUnauthenticated: boolean;
  /** Ends a station's connection if its security profile is below that. Absent: there are none. */
  readonly cutOff?: (stationId: string, below: SecurityProfile) => void;
  /** Sites of other processes, as they were configured when last heard of. Absent: there are none. */
  readonly sitesElsewhere?: () => readonly SiteModel[];
  /** Where stations without a site are. Absent: at this process. */
  readonly onboardingRooms?: OnboardingRooms;
  /** Where what was said with stations is kept. Absent: nothing is. */
  readonly messageSource?: MessageSource;
}

const NO_MESSAGES: MessageSource = { read: async () => ({ messages: [], hasMore: false, isComplete: true }) };

/** The service itself, as people and programs ask it. Stations are received at its desk; each site's own life is its SiteOwner's. */
export class ChargingService implements SmartChargingService {
  readonly sites: SiteRegistry;
  /** Every tariff, for those that plan and bill by them. */
  readonly tariffRegistry: TariffRegistry;
  readonly tariffs: TariffDesk;
  readonly gridEvents: GridEvents;
  readonly profiles: StationProfiles;
  readonly installed: InstalledProfiles;
  readonly why: WhyDesk;
  readonly messages: StationMessageDesk;
  readonly credentials: CredentialsDesk;
  readonly onboarding: OnboardingDesk;
  /** The quarters of every site, for those that bill and learn by them. */
  readonly historyDesk: HistoryDesk;
  readonly history: HistoryViews;
  /** What the gateway talks to. */
  readonly stations: StationDesk;
  private readonly options: ChargingServiceOptions;
  private readonly calls: StationCalls;
  private readonly watchers: SiteWatchers;
  /** Configurations are written one after the other: two sites may claim the same station, or a site and its tariff change, at once. */
  private configuring: Promise<unknown> = Promise.resolve();

  constructor(options: ChargingServiceOptions) {
    this.options = options;
    const { store, allowUnauthenticated, caller } = options;
    const credentials = new StationCredentials({ store, allowUnauthenticated });
    this.tariffRegistry = new TariffRegistry(options);
    this.sites = new SiteRegistry({
      ...options,
      onChange: (siteId) => {
        this.why.changed(siteId);
        this.watchers.announce(siteId);
      },
      onRead: (state) => this.historyDesk.recover(state),
      onLeft: (siteId) => {
        this.historyDesk.forget(siteId);
        options.onLeft?.(siteId);
      },
      knowledge: {
        tariffs: this.tariffRegistry,
        quarters: (siteId, fromMs, toMs) => this.historyDesk.quarters(siteId, fromMs, toMs),
        sessions: options.store,
        turns: new Turns(options.clock),
      },
    });
    this.watchers = new SiteWatchers({
      clock: options.clock,
      viewOf: (siteId) => {
        const owner = this.sites.find(siteId);
        return owner === undefined ? undefined : siteView(this.viewContext(owner));
      },
    });
    this.tariffs = new TariffDesk({
      registry: this.tariffRegistry,
      clock: options.clock,
      listSites: () => [...this.listSites(), ...(options.sitesElsewhere?.() ?? [])],
      getSite: (siteId) => this.getSite(siteId),
      inTurn: (change) => this.inTurn(change),
    });
    this.historyDesk = new HistoryDesk({ ...options, sites: this.sites });
    this.history = new HistoryViews({
      ...options,
      desk: this.historyDesk,
      stateOf: (siteId) => this.sites.owner(siteId).state,
      tariffsOf: (site) => this.tariffRegistry.ofSite(site),
    });
    this.gridEvents = new GridEvents({ clock: options.clock, ownerOf: (siteId) => this.sites.owner(siteId) });
    this.profiles = new StationProfiles({
      clock: options.clock,
      ownerOfStation: (stationId) => this.sites.requireOwnerOfStation(stationId),
    });
    this.why = new WhyDesk({
      ...options,
      find: (siteId) => this.sites.find(siteId),
      viewContext: (siteId) => this.viewContext(this.sites.owner(siteId)),
    });
    this.messages = new StationMessageDesk({
      source: options.messageSource ?? NO_MESSAGES,
      requireStation: (stationId) => void this.sites.requireOwnerOfStation(stationId),
    });
    const commands = new StationCommands({ caller, findStation: (id) => this.sites.ownerOfStation(id) });
    const reports = new StationReports({ ...options, commands });
    this.installed = new InstalledProfiles({ reports, commands });
    this.stations = new StationDesk({ ...options, sites: this.sites, credentials, reports });
    const versionOf = (stationId: string) => this.stations.connectionOf(stationId)?.ocppVersion;
    this.calls = new StationCalls({ ...options, sites: this.sites, commands, reports, versionOf });
    this.credentials = new CredentialsDesk({
      ...options,
      credentials,
      connectionOf: (stationId) => this.stations.connectionOf(stationId),
      requireStation: (stationId) => void this.sites.requireOwnerOfStation(stationId),
    });
    this.onboarding = new OnboardingDesk({
      ...options,
      credentials,
      rooms: options.onboardingRooms ?? roomsHere(this.stations.waiting, () => this.stations.siteless()),
      changeSite: (siteId, change) => this.inTurn(() => this.configure(change(this.getSite(siteId)))),
    });
  }

  /** Reads every tariff and site from the store and takes them over. To be called once, before stations are let in. */
  async load(): Promise<void> {
    await this.tariffRegistry.load();
    await this.sites.load();
    this.historyDesk.start();
  }

  /** What was accepted is on disk when it resolves. */
  async close(): Promise<void> {
    this.watchers.close();
    this.why.close();
    await this.historyDesk.close();
    await this.sites.close();
  }

  listSites(): readonly SiteModel[] {
    return this.sites.list().map((owner) => owner.state.site);
  }

  getSite(siteId: string): SiteModel {
    return this.sites.owner(siteId).state.site;
  }

  putSite(site: SiteModel): Promise<SiteModel> {
    return this.inTurn(() => this.configure(site));
  }

  /** In turn with what is under way. What only another process can know (whose station it is) is said when it is put. */
  trySite(site: SiteModel): Promise<SiteModel> {
    return this.inTurn(async () => {
      this.refuseUnfit(site);
      return site;
    });
  }

  private inTurn<T>(change: () => Promise<T>): Promise<T> {
    const run = this.configuring.then(change);
    this.configuring = run.catch(() => undefined);
    return run;
  }

  private refuseUnfit(site: SiteModel): void {
    validateSite(site);
    refuseMixedCurrencies(site, (tariffId) => this.tariffRegistry.find(tariffId)?.tariff, '/tariffIds');
    site.stations.forEach((station, index) => {
      const other = this.sites.ownerOfStation(station.id)?.state.site.siteId;
      if (other === undefined || other === site.siteId) return;
      throw new Problem('STATION_TAKEN', `Station "${station.id}" belongs to another site.`, {
        field: `/stations/${index}/id`,
        details: { stationId: station.id },
      });
    });
    this.sites.refuseUnreadable(site.siteId);
  }

  private async configure(site: SiteModel): Promise<SiteModel> {
    this.refuseUnfit(site);
    if (this.sites.find(site.siteId) === undefined) await this.options.ownership?.take(site.siteId);
    await this.claimStations(site);
    // Looked up again: it may have become another's meanwhile.
    const known = this.sites.find(site.siteId);
    const before = known?.state.site.stations.map(({ id }) => id) ?? [];
    const owner = known ?? this.sites.own(emptyState(site), 0);
    owner.dispatch({ type: 'siteConfigured', site });
    this.sites.listStations(owner, before);
    await owner.durable().catch((error: unknown) => {
      if (known === undefined) this.sites.abandon(owner);
      throw error;
    });
    if (known === undefined) owner.start();
    this.stations.announceConnected(owner);
    this.options.ownership?.configured(site.siteId, stationIdsOf(site));
    return owner.state.site;
  }

  /** Where processes share the sites, the store knows which site lists which station. */
  private async claimStations(site: SiteModel): Promise<void> {
    const { ownership, store } = this.options;
    if (ownership === undefined) return;
    await store.putStations(site.siteId, stationIdsOf(site), ownership.tokenOf(site.siteId)).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'STATION_TAKEN')) throw error;
      throw new Problem('STATION_TAKEN', error.message, { field: '/stations' });
    });
  }

  /** Takes over a site whose lease this process has: it is read from the store, and goes on from there. */
  async takeOver(siteId: string): Promise<void> {
    const owner = await this.sites.takeOver(siteId);
    this.stations.announceConnected(owner);
    this.options.ownership?.configured(siteId, stationIdsOf(owner.state.site));
    // One that came from elsewhere with its journal is not in the directory yet.
    await this.claimStations(owner.state.site);
  }

  async deleteSite(siteId: string): Promise<void> {
    await this.sites.delete(this.sites.owner(siteId));
  }

  // Limits

  listLimits(siteId: string): readonly CapacityLimit[] {
    return [...this.sites.owner(siteId).state.limits.values()].sort((a, b) => (a.limitId < b.limitId ? -1 : 1));
  }

  getLimit(siteId: string, limitId: string): CapacityLimit {
    const limit = this.sites.owner(siteId).state.limits.get(limitId);
    if (limit === undefined) throw new Problem('LIMIT_NOT_FOUND', `Site "${siteId}" has no limit "${limitId}".`);
    return limit;
  }

  async putLimit(
    siteId: string,
    limit: CapacityLimit,
  ): Promise<{ limit: CapacityLimit; warnings: readonly Warning[] }> {
    const owner = this.sites.owner(siteId);
    checkLimit(owner.state.site, limit);
    refuseOfGridEvent(owner.state, limit.limitId);
    owner.dispatch({ type: 'limitPut', limit });
    await owner.durable();
    return { limit, warnings: warningsOf(owner.state, [limit], this.options.clock.nowMs()) };
  }

  async deleteLimit(siteId: string, limitId: string): Promise<void> {
    this.getLimit(siteId, limitId);
    const owner = this.sites.owner(siteId);
    refuseOfGridEvent(owner.state, limitId);
    owner.dispatch({ type: 'limitDeleted', limitId });
    await owner.durable();
  }

  limitCalendar(siteId: string, span: CalendarSpan): LimitCalendar {
    return limitCalendar(this.sites.owner(siteId).state, span);
  }

  async putCircuitReading(siteId: string, reading: CircuitReading): Promise<void> {
    const owner = this.sites.owner(siteId);
    const { timestampMs, ...read } = reading;
    const { circuitId } = read;
    const circuit = owner.state.index.circuits.get(circuitId);
    if (circuit === undefined) {
      throw new Problem('CIRCUIT_UNKNOWN', `Site "${siteId}" has no circuit "${circuitId}".`, { field: '/circuitId' });
    }
    const ageMs = this.options.clock.nowMs() - timestampMs;
    // An old reading says nothing of now; it is taken and not counted.
    if (ageMs > circuit.meterStaleS * 1000) return;
    owner.dispatch({ type: 'circuitMetered', ...read, ...owner.limitsInForce(circuitId) });
  }

  // Sessions

  async putNeeds(siteId: string, sessionId: string, needs: SessionNeeds): Promise<SessionView> {
    const owner = this.sites.owner(siteId);
    const before = findTransaction(owner.state, sessionId);
    if (before === undefined)
      throw new Problem('SESSION_NOT_FOUND', `Site "${siteId}" has no open session "${sessionId}".`);
    owner.dispatch({ type: 'needsPut', sessionId, needs });
    await owner.durable();
    const at = findTransaction(owner.state, sessionId);
    const transaction = at?.evseState.transaction;
    if (at === undefined || transaction === null || transaction === undefined) {
      throw new Problem('SESSION_NOT_FOUND', `Session "${sessionId}" has just ended.`);
    }
    return openSessionView(this.viewContext(owner), at, transaction);
  }

  async listSessions(siteId: string, options: { limit: number; beforeMs?: number }): Promise<readonly SessionView[]> {
    const owner = this.sites.owner(siteId);
    const context = this.viewContext(owner);
    const open = options.beforeMs === undefined ? sessionViews(context) : [];
    const stored = await this.options.store.listSessions(siteId, options);
    return [...open, ...stored.map(({ record }) => endedSessionView(context, record as EndedSession))].slice(
      0,
      Math.max(options.limit, open.length),
    );
  }

  // Views

  getState(siteId: string): SiteView {
    return siteView(this.viewContext(this.sites.owner(siteId)));
  }

  getPlan(siteId: string): PlanView {
    const { plan, schedule } = this.sites.owner(siteId);
    return planView(siteId, plan, schedule);
  }

  tryPlan(siteId: string, supposed: Supposed): PlanView {
    const { state, schedule } = this.sites.owner(siteId);
    return dryRun(state, supposed, { nowMs: this.options.clock.nowMs(), schedule });
  }

  watch(siteId: string, onChange: (state: SiteView) => void): () => void {
    this.sites.owner(siteId);
    return this.watchers.watch(siteId, onChange);
  }

  // Calls to stations

  compositeSchedule(stationId: string, evseId: number, durationS: number, rateUnit?: 'A' | 'W') {
    return this.calls.compositeSchedule(stationId, evseId, durationS, rateUnit);
  }

  stationComposite(stationId: string, durationS: number, rateUnit?: 'A' | 'W') {
    return this.calls.stationComposite(stationId, durationS, rateUnit);
  }

  remoteStart(stationId: string, evseId: number, idToken: string) {
    return this.calls.remoteStart(stationId, evseId, idToken);
  }

  async remoteStop(stationId: string, transactionId: string) {
    return this.calls.remoteStop(stationId, transactionId);
  }

  usePriorityCharging(stationId: string, transactionId: string, activate: boolean) {
    return this.calls.usePriorityCharging(stationId, transactionId, activate);
  }

  async triggerMessage(stationId: string, message: TriggeredMessage, evseId?: number) {
    return this.calls.triggerMessage(stationId, message, evseId);
  }

  reset(stationId: string, kind: 'Hard' | 'Soft') {
    return this.calls.reset(stationId, kind);
  }

  async unlock(stationId: string, evseId: number) {
    return this.calls.unlock(stationId, evseId);
  }

  clearCache(stationId: string) {
    return this.calls.clearCache(stationId);
  }

  async changeAvailability(stationId: string, evseId: number, operative: boolean) {
    return this.calls.changeAvailability(stationId, evseId, operative);
  }

  getConfiguration(stationId: string, keys?: readonly string[]) {
    return this.calls.getConfiguration(stationId, keys);
  }

  changeConfiguration(stationId: string, key: string, value: string) {
    return this.calls.changeConfiguration(stationId, key, value);
  }

  /** What is the case at a site of this process that somebody should know of. Undefined: it is not one. */
  noticesOf(siteId: string): SiteNotices | undefined {
    const owner = this.sites.find(siteId);
    if (owner === undefined) return undefined;
    const { site } = owner.state;
    const now = siteConditions({ context: this.viewContext(owner), failures: owner.failures });
    const prices = missingPrices(site, this.tariffRegistry.ofSite(site), this.options.clock.nowMs());
    return { site, conditions: [...now, ...prices] };
  }

  private viewContext(owner: SiteOwner): ViewContext {
    return {
      state: owner.state,
      plan: owner.plan,
      schedule: owner.schedule,
      handedOut: owner.handedOut,
      windows: owner.limitWindows(),
      nowMs: this.options.clock.nowMs(),
      stays: owner.stays,
      costOf: (stay) => this.history.costOf(owner.state, stay),
    };
  }
}

function stationIdsOf(site: SiteModel): readonly string[] {
  return site.stations.map(({ id }) => id);
}
