import { failsafeWarnings, foreseenDeficits } from '../plan/failsafe.js';
import { expandLimits, recurrenceRule, recursTooOften } from '../plan/limitWindows.js';
import type { Clock, RandomSource } from '../site/clock.js';
import type { SiteEvent } from '../site/events.js';
import type { EvseInSite } from '../site/mayDraw.js';
import type { CapacityLimit, SessionNeeds, SiteModel } from '../site/model.js';
import { Problem } from '../site/problem.js';
import { emptyState, reduce } from '../site/reduce.js';
import { evseOf } from '../site/siteIndex.js';
import { findEvse, findTransaction } from '../site/sites.js';
import type { EndedSession, SiteState } from '../site/state.js';
import type { StationCaller, StationHandler, StationRequest, StationResponses } from '../site/stationMessages.js';
import { validateSite } from '../site/validateSite.js';
import type { Store } from '../store/store.js';
import { commission } from './commissioning.js';
import { compositeView } from './compositeView.js';
import { StationCredentials } from './credentials.js';
import type { ControlMetrics, Log } from './ports.js';
import type {
  CircuitReading,
  CompositeScheduleView,
  PlanView,
  SessionView,
  SiteView,
  SmartChargingService,
  Warning,
} from './service.js';
import { SiteOwner } from './siteOwner.js';
import { snapshotOf, stateFromSnapshot } from './stateCodec.js';
import { StationCommands } from './stationCommands.js';
import { HEARTBEAT_INTERVAL_S, replyTo } from './stationRequests.js';
import { endedSessionView, openSessionView, sessionViews, siteView, type ViewContext } from './views.js';

export interface ChargingServiceOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Log;
  readonly metrics: ControlMetrics;
  readonly allowUnauthenticated: boolean;
  /** The gateway; given as a function because the two need each other. */
  readonly caller: () => StationCaller;
}

/** A station of no site is asked to come back after this. */
const PENDING_INTERVAL_S = 60;
const SNAPSHOT_EVERY_EVENTS = 5_000;
const SNAPSHOT_LOOK_MS = 30_000;
/** How far back the journal is kept beside the snapshot. */
const JOURNAL_KEPT_MS = 7 * 86_400_000;
const ANOMALIES_MAX_PER_S = 20;

/**
 * The service itself: every site's owner, and the answers to those who ask, be it a station or a person. Holds what belongs to no
 * single site; each site's own life is its SiteOwner's.
 */
export class ChargingService implements SmartChargingService, StationHandler {
  private readonly options: ChargingServiceOptions;
  private readonly owners = new Map<string, SiteOwner>();
  private readonly siteOfStation = new Map<string, string>();
  private readonly connections = new Map<
    string,
    { readonly connectionId: string; readonly ocppVersion: '1.6' | '2.0.1' | '2.1' }
  >();
  private readonly watchers = new Map<string, Set<(state: SiteView) => void>>();
  private readonly snapshotSeq = new Map<string, number>();
  private readonly credentials: StationCredentials;
  private readonly commands: StationCommands;
  private readonly unreadable = new Map<string, string>();
  private readonly commissioning = new Set<string>();
  /** Configurations are written one after the other: two sites may claim the same station at once. */
  private configuring: Promise<unknown> = Promise.resolve();
  private cancelSnapshots: (() => void) | undefined;
  private anomalies = { sinceMs: 0, count: 0 };
  private closed = false;

  constructor(options: ChargingServiceOptions) {
    this.options = options;
    this.credentials = new StationCredentials({
      store: options.store,
      allowUnauthenticated: options.allowUnauthenticated,
    });
    this.commands = new StationCommands({ caller: options.caller, findStation: (id) => this.stationOrUndefined(id) });
  }

  /** Reads every site from the store and takes it over. To be called once, before stations are let in. */
  async load(): Promise<void> {
    for (const siteId of await this.options.store.listSites()) {
      // One site that can't be read must not keep the others from being run.
      await this.loadSite(siteId).catch((error: unknown) => {
        const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.unreadable.set(siteId, error instanceof Error ? error.message : String(error));
        this.options.log.error({ siteId, error: detail }, 'this site could not be read from its journal');
      });
    }
    this.snapshotSoon();
  }

  private async loadSite(siteId: string): Promise<void> {
    const stored = await this.options.store.loadSite(siteId);
    const replayed = replay(stored);
    if (replayed === undefined) throw new Error('its journal holds no configuration');
    const owner = this.own(replayed.state, replayed.lastSeq);
    this.snapshotSeq.set(siteId, stored.snapshot?.seq ?? 0);
    owner.dispatch({ type: 'serviceStarted' });
    for (const session of replayed.state.endedSessions) await this.storeSession(siteId, session);
    owner.start();
  }

  /** What was accepted is on disk when it resolves. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancelSnapshots?.();
    for (const owner of this.owners.values()) await owner.close();
    for (const [siteId, owner] of this.owners) await this.snapshot(siteId, owner);
  }

  /** Reasons why the service can't do its work; none when it can. */
  async obstacles(): Promise<string[]> {
    const reasons: string[] = [];
    await this.options.store
      .ping()
      .catch((error: unknown) => reasons.push(`the store does not answer: ${String(error)}`));
    for (const [siteId, reason] of this.unreadable) reasons.push(`site ${siteId} could not be read: ${reason}`);
    for (const [siteId, owner] of this.owners) {
      if (owner.failure !== undefined) reasons.push(`site ${siteId}: ${String(owner.failure)}`);
    }
    return reasons;
  }

  counts(): { sites: number; stationsOnline: number; transactions: number } {
    let stationsOnline = 0;
    let transactions = 0;
    for (const { state } of this.owners.values()) {
      for (const station of state.stations.values()) {
        if (station.connection.status === 'online') stationsOnline += 1;
        for (const evse of station.evses.values()) if (evse.transaction !== null) transactions += 1;
      }
    }
    return { sites: this.owners.size, stationsOnline, transactions };
  }

  /** The loop of one site, for whoever looks inside: metrics and tests. */
  siteOwner(siteId: string): SiteOwner | undefined {
    return this.owners.get(siteId);
  }

  // Sites

  listSites(): readonly SiteModel[] {
    return [...this.owners.values()].map((owner) => owner.state.site).sort((a, b) => (a.siteId < b.siteId ? -1 : 1));
  }

  getSite(siteId: string): SiteModel {
    return this.owner(siteId).state.site;
  }

  putSite(site: SiteModel): Promise<SiteModel> {
    const run = this.configuring.then(() => this.configure(site));
    this.configuring = run.catch(() => undefined);
    return run;
  }

  private async configure(site: SiteModel): Promise<SiteModel> {
    validateSite(site);
    site.stations.forEach((station, index) => {
      const other = this.siteOfStation.get(station.id);
      if (other === undefined || other === site.siteId) return;
      throw new Problem('STATION_TAKEN', `Station "${station.id}" belongs to another site.`, {
        field: `/stations/${index}/id`,
        details: { stationId: station.id },
      });
    });
    const known = this.owners.get(site.siteId);
    const owner = known ?? this.own(emptyState(site), 0);
    const before = known?.state.site.stations.map(({ id }) => id) ?? [];
    owner.dispatch({ type: 'siteConfigured', site });
    for (const id of before) this.siteOfStation.delete(id);
    for (const { id } of site.stations) this.siteOfStation.set(id, site.siteId);
    await owner.durable().catch((error: unknown) => {
      if (known === undefined) this.forget(owner);
      throw error;
    });
    if (known === undefined) owner.start();
    this.announceConnected(owner);
    return owner.state.site;
  }

  /** Stations that connected before any site listed them. */
  private announceConnected(owner: SiteOwner): void {
    for (const { id } of owner.state.site.stations) {
      const connection = this.connections.get(id);
      const known = owner.state.stations.get(id)?.connection;
      if (connection === undefined || (known?.status === 'online' && known.connectionId === connection.connectionId))
        continue;
      owner.dispatch({ type: 'stationConnected', stationId: id, ...connection });
      this.commission(id);
    }
  }

  async deleteSite(siteId: string): Promise<void> {
    const owner = this.owner(siteId);
    await owner.close();
    this.forget(owner);
    await this.options.store.deleteSite(siteId);
  }

  private forget(owner: SiteOwner): void {
    this.owners.delete(owner.state.site.siteId);
    for (const { id } of owner.state.site.stations) this.siteOfStation.delete(id);
  }

  putCredentials(stationId: string, password: string): Promise<void> {
    return this.credentials.put(stationId, password);
  }

  // Limits

  listLimits(siteId: string): readonly CapacityLimit[] {
    return [...this.owner(siteId).state.limits.values()].sort((a, b) => (a.limitId < b.limitId ? -1 : 1));
  }

  getLimit(siteId: string, limitId: string): CapacityLimit {
    const limit = this.owner(siteId).state.limits.get(limitId);
    if (limit === undefined) throw new Problem('LIMIT_NOT_FOUND', `Site "${siteId}" has no limit "${limitId}".`);
    return limit;
  }

  async putLimit(
    siteId: string,
    limit: CapacityLimit,
  ): Promise<{ limit: CapacityLimit; warnings: readonly Warning[] }> {
    const owner = this.owner(siteId);
    checkLimit(owner.state.site, limit);
    owner.dispatch({ type: 'limitPut', limit });
    await owner.durable();
    const nowMs = this.options.clock.nowMs();
    const windows = expandLimits([limit], owner.state.site.timeZone, nowMs, nowMs + WARNING_HORIZON_MS);
    const deficits = foreseenDeficits(owner.state, windows, nowMs);
    const warnings = failsafeWarnings(deficits).map((warning) => ({
      code: 'FAILSAFE_EXCEEDS_LIMIT' as const,
      ...warning,
    }));
    return { limit, warnings };
  }

  async deleteLimit(siteId: string, limitId: string): Promise<void> {
    this.getLimit(siteId, limitId);
    const owner = this.owner(siteId);
    owner.dispatch({ type: 'limitDeleted', limitId });
    await owner.durable();
  }

  async putCircuitReading(siteId: string, reading: CircuitReading): Promise<void> {
    const owner = this.owner(siteId);
    const { circuitId, timestampMs, currentA } = reading;
    const circuit = owner.state.index.circuits.get(circuitId);
    if (circuit === undefined) {
      throw new Problem('CIRCUIT_UNKNOWN', `Site "${siteId}" has no circuit "${circuitId}".`, { field: '/circuitId' });
    }
    const ageMs = this.options.clock.nowMs() - timestampMs;
    // An old reading says nothing of now; it is taken and not counted.
    if (ageMs > circuit.meterStaleS * 1000) return;
    owner.dispatch({ type: 'circuitMetered', circuitId, currentA, limitA: owner.limitInForce(circuitId) });
  }

  // Sessions

  async putNeeds(siteId: string, sessionId: string, needs: SessionNeeds): Promise<SessionView> {
    const owner = this.owner(siteId);
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
    const owner = this.owner(siteId);
    const open = options.beforeMs === undefined ? sessionViews(this.viewContext(owner)) : [];
    const stored = await this.options.store.listSessions(siteId, options);
    return [...open, ...stored.map(({ record }) => endedSessionView(record as EndedSession))].slice(
      0,
      Math.max(options.limit, open.length),
    );
  }

  // Views

  getState(siteId: string): SiteView {
    return siteView(this.viewContext(this.owner(siteId)));
  }

  getPlan(siteId: string): PlanView {
    const { plan } = this.owner(siteId);
    if (plan === undefined) {
      return {
        siteId,
        computedAtMs: null,
        boundariesMs: [],
        sessions: [],
        circuits: [],
        cost: { energy: 0, demand: 0, shortfall: 0, total: 0 },
        gap: null,
      };
    }
    return {
      siteId,
      computedAtMs: plan.computedAtMs,
      boundariesMs: plan.boundariesMs,
      sessions: plan.sessions.map(({ sessionId, stationId, evseId, currentA, limitedBy }) => ({
        sessionId,
        stationId,
        evseId,
        currentA,
        limitedBy,
      })),
      circuits: plan.circuits,
      cost: plan.cost,
      gap: plan.gap,
    };
  }

  watch(siteId: string, onChange: (state: SiteView) => void): () => void {
    this.owner(siteId);
    const watchers = this.watchers.get(siteId) ?? new Set();
    this.watchers.set(siteId, watchers.add(onChange));
    return () => {
      watchers.delete(onChange);
      if (watchers.size === 0) this.watchers.delete(siteId);
    };
  }

  private readonly changed = new Set<string>();

  /** Readers are told at most a few times a second, and nothing is worked out for nobody. */
  private announce(siteId: string): void {
    if (this.closed || this.changed.has(siteId) || !this.watchers.has(siteId)) return;
    this.changed.add(siteId);
    this.options.clock.after(WATCH_GAP_MS, () => {
      this.changed.delete(siteId);
      const owner = this.owners.get(siteId);
      if (owner === undefined) return;
      const view = siteView(this.viewContext(owner));
      for (const onChange of this.watchers.get(siteId) ?? []) onChange(view);
    });
  }

  // Calls to stations

  async compositeSchedule(stationId: string, evseId: number, durationS: number): Promise<CompositeScheduleView> {
    const at = this.evse(stationId, evseId);
    return compositeView(at, durationS, { caller: this.options.caller(), nowMs: this.options.clock.nowMs() });
  }

  remoteStart(stationId: string, evseId: number, idToken: string): Promise<{ status: string }> {
    this.evse(stationId, evseId);
    return this.commands.status(stationId, { type: 'remoteStart', evseId, idToken });
  }

  remoteStop(stationId: string, transactionId: string): Promise<{ status: string }> {
    const evses = this.station(stationId).state.stations.get(stationId)?.evses ?? new Map();
    const open = [...evses.values()].find(
      (evse) => String(evse.transaction?.transactionId) === transactionId,
    )?.transaction;
    if (open === undefined || open === null) {
      throw new Problem('TRANSACTION_NOT_FOUND', `Station "${stationId}" has no open transaction ${transactionId}.`);
    }
    return this.commands.status(stationId, { type: 'remoteStop', transactionId: open.transactionId });
  }

  triggerMessage(
    stationId: string,
    message: 'BootNotification' | 'Heartbeat' | 'MeterValues' | 'StatusNotification',
    evseId?: number,
  ): Promise<{ status: string }> {
    if (evseId !== undefined) this.evse(stationId, evseId);
    return this.commands.status(stationId, { type: 'trigger', message, ...(evseId === undefined ? {} : { evseId }) });
  }

  reset(stationId: string, kind: 'Hard' | 'Soft'): Promise<{ status: string }> {
    return this.commands.status(stationId, { type: 'reset', kind });
  }

  unlock(stationId: string, evseId: number): Promise<{ status: string }> {
    this.evse(stationId, evseId);
    return this.commands.status(stationId, { type: 'unlock', evseId });
  }

  changeAvailability(stationId: string, evseId: number, operative: boolean): Promise<{ status: string }> {
    if (evseId !== 0) this.evse(stationId, evseId);
    return this.commands.status(stationId, { type: 'changeAvailability', evseId, operative });
  }

  getConfiguration(stationId: string, keys?: readonly string[]) {
    return this.commands.configuration(stationId, keys);
  }

  changeConfiguration(stationId: string, key: string, value: string): Promise<{ status: string }> {
    return this.commands.status(stationId, { type: 'changeConfiguration', key, value });
  }

  // What the gateway asks

  authenticate(stationId: string, password: string | undefined): Promise<boolean> {
    return this.credentials.verify(stationId, password);
  }

  connected(stationId: string, connection: { connectionId: string; ocppVersion: '1.6' | '2.0.1' | '2.1' }): void {
    this.connections.set(stationId, connection);
    const owner = this.stationOrUndefined(stationId);
    if (owner === undefined) {
      this.options.log.warn(
        { stationId },
        'a station that no site lists connected; it is told to wait until a site does',
      );
      return;
    }
    owner.dispatch({
      type: 'stationConnected',
      stationId,
      connectionId: connection.connectionId,
      ocppVersion: connection.ocppVersion,
    });
    this.commission(stationId);
  }

  disconnected(stationId: string, connectionId: string, reason: string): void {
    if (this.connections.get(stationId)?.connectionId !== connectionId) return;
    this.connections.delete(stationId);
    this.stationOrUndefined(stationId)?.dispatch({ type: 'stationDisconnected', stationId, reason });
  }

  isAccepted(stationId: string): boolean {
    return this.stationOrUndefined(stationId)?.state.stations.get(stationId)?.accepted ?? false;
  }

  async request<R extends StationRequest>(stationId: string, request: R): Promise<StationResponses[R['type']]> {
    // The reply's type follows the request's: replyTo answers each with its own.
    return (await this.answer(stationId, request)) as StationResponses[R['type']];
  }

  private async answer(stationId: string, request: StationRequest): Promise<StationResponses[StationRequest['type']]> {
    const owner = this.stationOrUndefined(stationId);
    const nowMs = this.options.clock.nowMs();
    if (owner === undefined) {
      if (request.type === 'heartbeat') return { currentTimeMs: nowMs };
      return { status: 'Pending', currentTimeMs: nowMs, intervalS: Math.min(PENDING_INTERVAL_S, HEARTBEAT_INTERVAL_S) };
    }
    const endedBefore = owner.state.endedSessions;
    const reply = replyTo(request, { state: owner.state, stationId, nowMs, random: this.options.random });
    if (reply.anomaly !== undefined) this.anomaly(stationId, reply.anomaly);
    if (reply.events.length > 0) owner.dispatch(...reply.events);
    if (request.type === 'boot') this.commission(stationId);
    if (reply.durable) await owner.durable();
    if (owner.state.endedSessions !== endedBefore) {
      const known = new Set(endedBefore);
      const fresh = owner.state.endedSessions.filter(
        (session) => session.stationId === stationId && !known.has(session),
      );
      for (const session of fresh) await this.storeSession(owner.state.site.siteId, session);
    }
    return reply.response;
  }

  anomaly(stationId: string, anomaly: { readonly kind: string; readonly detail: string }): void {
    const nowMs = this.options.clock.nowMs();
    if (nowMs - this.anomalies.sinceMs > 1000) this.anomalies = { sinceMs: nowMs, count: 0 };
    this.anomalies.count += 1;
    // A flood of them must not become a flood of log lines.
    if (this.anomalies.count <= ANOMALIES_MAX_PER_S)
      this.options.log.warn({ stationId, kind: anomaly.kind }, anomaly.detail);
  }

  private commission(stationId: string): void {
    const owner = this.stationOrUndefined(stationId);
    const connectionId = this.connections.get(stationId)?.connectionId;
    if (owner === undefined || connectionId === undefined) return;
    const key = `${stationId} ${connectionId}`;
    if (this.commissioning.has(key)) return;
    this.commissioning.add(key);
    const { clock, log, caller } = this.options;
    commission(stationId, connectionId, { owner, caller: caller(), clock, log })
      .catch((error: unknown) => log.error({ stationId, error: String(error) }, 'commissioning failed'))
      .finally(() => this.commissioning.delete(key));
  }

  // Owners

  private own(state: SiteState, lastSeq: number): SiteOwner {
    const { store, clock, random, log, metrics } = this.options;
    const owner = new SiteOwner({
      state,
      lastSeq,
      store,
      clock,
      random,
      log,
      metrics,
      caller: { call: (stationId, command, options) => this.options.caller().call(stationId, command, options) },
      onChange: (siteId) => this.announce(siteId),
    });
    this.owners.set(state.site.siteId, owner);
    for (const { id } of state.site.stations) this.siteOfStation.set(id, state.site.siteId);
    return owner;
  }

  private owner(siteId: string): SiteOwner {
    const owner = this.owners.get(siteId);
    if (owner === undefined) throw new Problem('SITE_NOT_FOUND', `There is no site "${siteId}".`);
    return owner;
  }

  private stationOrUndefined(stationId: string): SiteOwner | undefined {
    const siteId = this.siteOfStation.get(stationId);
    return siteId === undefined ? undefined : this.owners.get(siteId);
  }

  private station(stationId: string): SiteOwner {
    const owner = this.stationOrUndefined(stationId);
    if (owner === undefined) throw new Problem('STATION_NOT_FOUND', `No site lists the station "${stationId}".`);
    return owner;
  }

  private evse(stationId: string, evseId: number): EvseInSite {
    const owner = this.station(stationId);
    const at = findEvse(owner.state, stationId, evseId);
    if (at === undefined || evseOf(at.station, evseId) === undefined) {
      throw new Problem('EVSE_NOT_FOUND', `Station "${stationId}" has no EVSE ${evseId}.`);
    }
    return at;
  }

  private viewContext(owner: SiteOwner): ViewContext {
    return {
      state: owner.state,
      plan: owner.plan,
      handedOut: owner.handedOut,
      windows: owner.limitWindows(),
      nowMs: this.options.clock.nowMs(),
    };
  }

  private async storeSession(siteId: string, session: EndedSession): Promise<void> {
    const { sessionId, stationId, startedAtMs, endedAtMs } = session;
    await this.options.store.putSession({
      sessionId,
      siteId,
      stationId,
      startedMs: startedAtMs,
      endedMs: endedAtMs,
      record: session,
    });
  }

  private snapshotSoon(): void {
    this.cancelSnapshots = this.options.clock.after(SNAPSHOT_LOOK_MS, () => {
      void this.snapshots().finally(() => {
        if (!this.closed) this.snapshotSoon();
      });
    });
  }

  private async snapshots(): Promise<void> {
    for (const [siteId, owner] of this.owners) {
      if (owner.seq - (this.snapshotSeq.get(siteId) ?? 0) < SNAPSHOT_EVERY_EVENTS) continue;
      await this.snapshot(siteId, owner).catch((error: unknown) =>
        this.options.log.error({ siteId, error: String(error) }, 'no snapshot could be written'),
      );
    }
  }

  private async snapshot(siteId: string, owner: SiteOwner): Promise<void> {
    const { seq } = owner;
    if (seq === this.snapshotSeq.get(siteId) || !this.owners.has(siteId)) return;
    const state = snapshotOf(owner.state);
    await owner.durable();
    const nowMs = this.options.clock.nowMs();
    await this.options.store.saveSnapshot({ siteId, seq, atMs: nowMs, state, keepAfterMs: nowMs - JOURNAL_KEPT_MS });
    this.snapshotSeq.set(siteId, seq);
  }
}

const WATCH_GAP_MS = 250;
/** Warnings look at a recurring limit's next week. */
const WARNING_HORIZON_MS = 8 * 86_400_000;

function replay(stored: Awaited<ReturnType<Store['loadSite']>>): { state: SiteState; lastSeq: number } | undefined {
  let state = stored.snapshot === undefined ? undefined : stateFromSnapshot(stored.snapshot.state);
  let lastSeq = stored.snapshot?.seq ?? 0;
  for (const entry of stored.events) {
    // Written by this program: what it means is in the journal's own types.
    const event = entry.event as SiteEvent;
    if (state === undefined && event.type === 'siteConfigured') state = emptyState(event.site);
    if (state !== undefined) state = reduce(state, event, entry.atMs);
    lastSeq = Math.max(lastSeq, entry.seq);
  }
  return state === undefined ? undefined : { state, lastSeq };
}

function checkLimit(site: SiteModel, limit: CapacityLimit): void {
  if (!site.circuits.some(({ id }) => id === limit.circuitId)) {
    throw new Problem('CIRCUIT_UNKNOWN', `The site has no circuit "${limit.circuitId}".`, { field: '/circuitId' });
  }
  if (limit.limitA === undefined && limit.powerLimitW === undefined) {
    throw new Problem('INVALID_LIMIT', 'The limit says neither limitA nor powerLimitW.', { field: '/limitA' });
  }
  if (limit.toMs !== 'open' && limit.toMs <= limit.fromMs) {
    throw new Problem('INVALID_LIMIT', 'The limit ends before it begins.', { field: '/to' });
  }
  if (limit.recurrence === undefined) return;
  if (limit.toMs === 'open')
    throw new Problem('INVALID_LIMIT', 'A recurring limit needs an end of its first occurrence.', { field: '/to' });
  try {
    recurrenceRule(limit.recurrence, limit.fromMs, site.timeZone).next(new Date(limit.fromMs));
  } catch (error) {
    throw new Problem(
      'INVALID_RECURRENCE',
      `"${limit.recurrence}" can not be read: ${error instanceof Error ? error.message : String(error)}`,
      {
        field: '/recurrence',
        cause: error,
      },
    );
  }
  if (recursTooOften(limit.recurrence, limit.fromMs, site.timeZone)) {
    throw new Problem('INVALID_RECURRENCE', `"${limit.recurrence}" recurs too often, or too many times.`, {
      field: '/recurrence',
    });
  }
}
