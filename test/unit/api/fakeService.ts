import type { CalendarSpan, LimitCalendar } from '../../../src/control/limits/limitCalendar.js';
import type {
  CircuitReading,
  PlanView,
  SessionView,
  SiteView,
  SmartChargingService,
} from '../../../src/control/service.js';
import type { WantedProfiles } from '../../../src/control/stationReports.js';
import { TariffDesk } from '../../../src/control/tariffs/tariffDesk.js';
import { TariffRegistry } from '../../../src/control/tariffs/tariffRegistry.js';
import type { CapacityLimit, SessionNeeds, SiteModel } from '../../../src/site/model.js';
import { NO_CURRENT, perPhase } from '../../../src/site/phases.js';
import { Problem } from '../../../src/site/problem.js';
import { MemoryStore } from '../../support/memoryStore.js';
import { fakeCredentials } from './fakeCredentials.js';
import { FakeGridEvents } from './fakeGridEvents.js';
import { fakeHistory } from './fakeHistory.js';
import { fakeMessages } from './fakeMessages.js';
import { fakeOnboarding } from './fakeOnboarding.js';
import { fakeProfiles } from './fakeProfiles.js';
import { fakeWhy } from './fakeWhy.js';

/** 2026-01-14T13:20:00Z. */
export const NOW_MS = 1_768_396_800_000;
export const SESSION_ID = 'session-1';
export const TRANSACTION_ID = 4711;

/** A service without a core: it keeps what it is given, and answers fixed views for it. */
export class FakeService implements SmartChargingService {
  readonly sites = new Map<string, SiteModel>();
  /** The real one, over a store in memory: documents are its matter. */
  readonly tariffs = new TariffDesk({
    registry: new TariffRegistry({ store: new MemoryStore(), log: { info() {}, warn() {}, error() {} } }),
    clock: { nowMs: () => NOW_MS, after: () => () => {} },
    listSites: () => this.listSites(),
    getSite: (siteId) => this.getSite(siteId),
    inTurn: (change) => change(),
  });
  readonly limits = new Map<string, Map<string, CapacityLimit>>();
  readonly passwords = new Map<string, string>();
  readonly history = fakeHistory((siteId) => this.getSite(siteId), NOW_MS);
  readonly gridEvents = new FakeGridEvents((siteId) => this.getSite(siteId), NOW_MS);
  /** Stations whose quirks were. */
  readonly forgotten: string[] = [];
  readonly profiles = fakeProfiles((stationId) => this.siteOfStation(stationId), NOW_MS, this.forgotten);
  readonly onboarding = fakeOnboarding(
    (siteId) => this.getSite(siteId),
    (site) => this.putSite(site),
    NOW_MS,
  );
  readonly credentials = fakeCredentials((stationId) => this.siteOfStation(stationId), this.passwords);
  readonly messages = fakeMessages((stationId) => this.siteOfStation(stationId), NOW_MS);
  readonly why = fakeWhy((siteId) => this.getSite(siteId), NOW_MS);
  readonly readings: { readonly siteId: string; readonly reading: CircuitReading }[] = [];
  readonly calls: { readonly name: string; readonly args: readonly unknown[] }[] = [];
  readonly watchers = new Map<string, Set<(state: SiteView) => void>>();
  needs: SessionNeeds = {};
  protection: SiteView['protection'] = { status: 'protected' };
  /** Thrown by the next call, then forgotten. */
  failure: unknown;
  /** Makes every state different. */
  revision = 0;

  listSites(): readonly SiteModel[] {
    this.#fail();
    return [...this.sites.values()];
  }

  getSite(siteId: string): SiteModel {
    this.#fail();
    const site = this.sites.get(siteId);
    if (site === undefined) throw new Problem('SITE_NOT_FOUND', `There is no site "${siteId}".`);
    return site;
  }

  async putSite(site: SiteModel): Promise<SiteModel> {
    this.#fail();
    this.sites.set(site.siteId, site);
    return site;
  }

  async trySite(site: SiteModel): Promise<SiteModel> {
    return site;
  }

  async deleteSite(siteId: string): Promise<void> {
    this.getSite(siteId);
    this.sites.delete(siteId);
  }

  listLimits(siteId: string): readonly CapacityLimit[] {
    this.getSite(siteId);
    return [...(this.limits.get(siteId)?.values() ?? [])];
  }

  getLimit(siteId: string, limitId: string): CapacityLimit {
    this.getSite(siteId);
    const limit = this.limits.get(siteId)?.get(limitId);
    if (limit === undefined) throw new Problem('LIMIT_NOT_FOUND', `There is no limit "${limitId}".`);
    return limit;
  }

  async putLimit(siteId: string, limit: CapacityLimit) {
    const site = this.getSite(siteId);
    if (!site.circuits.some((circuit) => circuit.id === limit.circuitId)) {
      throw new Problem('CIRCUIT_UNKNOWN', `There is no circuit "${limit.circuitId}".`, { field: '/circuitId' });
    }
    const limits = this.limits.get(siteId) ?? new Map<string, CapacityLimit>();
    this.limits.set(siteId, limits.set(limit.limitId, limit));
    const limitA = limit.limitA?.L1 ?? 0;
    const warning = { code: 'FAILSAFE_EXCEEDS_LIMIT', circuitId: limit.circuitId, phase: 'L1' } as const;
    return { limit, warnings: limitA < 6 ? [{ ...warning, failsafeSumA: 6, limitA }] : [] };
  }

  async deleteLimit(siteId: string, limitId: string): Promise<void> {
    this.getLimit(siteId, limitId);
    this.limits.get(siteId)?.delete(limitId);
  }

  limitCalendar(siteId: string, span: CalendarSpan): LimitCalendar {
    const site = this.getSite(siteId);
    return {
      ...span,
      windows: this.listLimits(siteId).map(({ limitId, circuitId, source, fromMs }) => ({
        limitId,
        circuitId,
        source,
        fromMs,
        untilMs: null,
      })),
      circuits: site.circuits.map(({ id, limitA }) => ({ id, intervals: [{ ...span, limitA }] })),
    };
  }

  async putCircuitReading(siteId: string, reading: CircuitReading): Promise<void> {
    this.getSite(siteId);
    this.readings.push({ siteId, reading });
  }

  async putNeeds(siteId: string, sessionId: string, needs: SessionNeeds): Promise<SessionView> {
    this.getSite(siteId);
    if (sessionId !== SESSION_ID) throw new Problem('SESSION_NOT_FOUND', `There is no session "${sessionId}".`);
    this.needs = needs;
    return this.#session();
  }

  getState(siteId: string): SiteView {
    const site = this.getSite(siteId);
    return {
      siteId,
      name: site.name,
      atMs: NOW_MS + this.revision,
      protection: this.protection,
      circuits: site.circuits.map((circuit) => ({
        id: circuit.id,
        parentId: circuit.parentId,
        limitA: circuit.limitA,
        loadA: perPhase(() => 3.5),
        baseLoadA: NO_CURRENT,
        reservedA: perPhase(() => 16),
        headroomA: perPhase(() => -1),
        meter: 'none',
        limits: [
          {
            limitId: null,
            source: 'circuit',
            limitA: circuit.limitA,
            fromMs: null,
            untilMs: null,
            binding: ['L1', 'L2', 'L3'],
          },
        ],
        next: {
          atMs: NOW_MS + 3_600_000,
          limitA: circuit.limitA,
          chargingPowerLimitW: 4_200,
          begins: ['dimming'],
          ends: [],
        },
      })),
      stations: site.stations.map((station) => ({
        id: station.id,
        circuitId: station.circuitId,
        online: true,
        ocppVersion: '1.6',
        vendor: 'Acme',
        model: 'One',
        firmwareVersion: null,
        control: 'controlled',
        failsafe: { limitA: station.failsafeA, confirmed: true },
        quirks: [
          {
            quirk: 'takesNoZero',
            sentence: 'It takes no limit of 0.',
            learned: true,
            learnedMs: NOW_MS,
            seenOf: station.id,
            evidence: 'It did not take a 0, and took a 1.',
          },
          {
            quirk: 'clockUnknown',
            sentence: 'Its clock is not known.',
            learned: false,
            learnedMs: null,
            seenOf: station.id,
            evidence: 'Nothing has come.',
          },
        ],
        evses: station.evses.map((evse) => ({
          id: evse.id,
          kind: evse.kind,
          phases: evse.phases,
          status: 'Charging',
          limitA: 16,
          reservedA: 16,
          currentA: evse.id === 1 ? perPhase(() => 15.9) : 'unknown',
          limitedBy: { by: 'circuit', circuitId: station.circuitId, phase: 'L2' },
          externalLimits: [
            {
              source: 'SO',
              scope: 'station',
              isGridCritical: true,
              limit: 11_040,
              rateUnit: 'W',
              limitA: 16,
              untilMs: NOW_MS + 3_600_000,
            },
            {
              source: 'EMS',
              scope: 'evse',
              isGridCritical: false,
              limit: null,
              rateUnit: null,
              limitA: null,
              untilMs: null,
            },
          ],
          transaction: {
            transactionId: TRANSACTION_ID,
            sessionId: SESSION_ID,
            startedAtMs: NOW_MS - 60_000,
            energyWh: 120,
            priorityCharging: false,
          },
        })),
      })),
    };
  }

  async listSessions(siteId: string, options: { limit: number; beforeMs?: number }) {
    this.getSite(siteId);
    this.calls.push({ name: 'listSessions', args: [options] });
    return [this.#session()];
  }

  tryPlan(siteId: string, supposed: object): PlanView {
    this.calls.push({ name: 'tryPlan', args: [siteId, supposed] });
    return this.getPlan(siteId);
  }

  getPlan(siteId: string): PlanView {
    this.getSite(siteId);
    const perSlot = { L1: [10, 12], L2: [10, 12], L3: [10, 12] };
    return {
      siteId,
      computedAtMs: NOW_MS,
      boundariesMs: [NOW_MS, NOW_MS + 900_000, NOW_MS + 1_800_000],
      sessions: [
        {
          sessionId: SESSION_ID,
          stationId: 'CP001',
          evseId: 1,
          currentA: [10, 12],
          limitedBy: [
            { by: 'powerLimit', circuitId: 'row-a' },
            { by: 'station', reason: 'offline' },
          ],
        },
      ],
      circuits: [{ id: 'grid', limitA: perSlot, loadA: perSlot }],
      cost: { energy: 1, demand: 0, shortfall: 0, total: 1 },
      prices: {
        currency: 'SEK',
        from: 'fallback',
        publishedUntilMs: NOW_MS + 900_000,
        energyPricePerKwh: [1.25, -0.1],
        demandCharges: [
          {
            circuitId: 'grid',
            pricePerKw: 27,
            peakSoFarKw: 80,
            windowMs: 3_600_000,
            fromMs: NOW_MS,
            toMs: NOW_MS + 1_800_000,
          },
        ],
      },
      gap: null,
      lowerBound: 0.9,
      relaxedGap: 0.1,
      schedule: { computedAtMs: NOW_MS - 60_000, fromMs: NOW_MS + 900_000, status: 'optimal' },
    };
  }

  watch(siteId: string, onChange: (state: SiteView) => void): () => void {
    const watchers = this.watchers.get(siteId) ?? new Set();
    this.watchers.set(siteId, watchers.add(onChange));
    return () => watchers.delete(onChange);
  }

  /** Tells every watcher a state that is a new one. */
  change(siteId: string): void {
    this.revision += 1;
    const state = this.getState(siteId);
    for (const watcher of this.watchers.get(siteId) ?? []) watcher(state);
  }

  readonly installed = {
    list: async (stationId: string, wanted: WantedProfiles) => {
      this.#station(stationId);
      this.calls.push({ name: 'installed.list', args: [stationId, wanted] });
      const periods = [{ startPeriodS: 0, limit: 16, numberPhases: 3 }, { startPeriodS: 900 }];
      const profile = { profileId: 7, stackLevel: 1, purpose: 'ChargingStationExternalConstraints', kind: 'Absolute' };
      const schedules = [{ startMs: NOW_MS, durationS: 3_600, rateUnit: 'A' as const, periods }];
      const installed = { evseId: 0, source: 'EMS' as const, ...profile, validToMs: NOW_MS, schedules };
      return { stationId, isComplete: true, profiles: [installed] };
    },
    clear: async (stationId: string, profileId: number) => {
      this.#station(stationId);
      return this.#carryOut('installed.clear', stationId, profileId);
    },
  };

  async stationComposite(stationId: string) {
    this.#station(stationId);
    return { stationId, reported: { unavailable: 'The station is not connected.' } };
  }

  async clearCache(stationId: string) {
    this.#station(stationId);
    return this.#carryOut('clearCache', stationId);
  }

  async compositeSchedule(stationId: string, evseId: number, durationS: number) {
    this.#evse(stationId, evseId);
    return {
      stationId,
      evseId,
      computed: {
        startMs: NOW_MS,
        durationS,
        rateUnit: 'A' as const,
        periods: [
          { startPeriodS: 0, limit: 16, numberPhases: 3 },
          { startPeriodS: 900, limit: 'unlimited' as const },
        ],
      },
      reported: { unavailable: 'The station is not connected.' },
      differences: [{ fromMs: NOW_MS, toMs: NOW_MS + 900_000, computedA: 16, reportedA: 'unlimited' as const }],
    };
  }

  async remoteStart(stationId: string, evseId: number, idToken: string) {
    this.#evse(stationId, evseId);
    return this.#carryOut('remoteStart', stationId, evseId, idToken);
  }

  async remoteStop(stationId: string, transactionId: string) {
    this.#station(stationId);
    if (transactionId !== String(TRANSACTION_ID)) {
      throw new Problem('TRANSACTION_NOT_FOUND', `There is no transaction ${transactionId}.`);
    }
    return this.#carryOut('remoteStop', stationId, transactionId);
  }

  async usePriorityCharging(stationId: string, transactionId: string, activate: boolean) {
    this.#station(stationId);
    return this.#carryOut('usePriorityCharging', stationId, transactionId, activate);
  }

  async triggerMessage(stationId: string, message: string, evseId?: number) {
    this.#station(stationId);
    return this.#carryOut('trigger', stationId, message, evseId);
  }

  async reset(stationId: string, kind: 'Hard' | 'Soft') {
    this.#station(stationId);
    return this.#carryOut('reset', stationId, kind);
  }

  async unlock(stationId: string, evseId: number) {
    this.#evse(stationId, evseId);
    return this.#carryOut('unlock', stationId, evseId);
  }

  async changeAvailability(stationId: string, evseId: number, operative: boolean) {
    if (evseId === 0) this.#station(stationId);
    else this.#evse(stationId, evseId);
    return this.#carryOut('changeAvailability', stationId, evseId, operative);
  }

  async getConfiguration(stationId: string, keys?: readonly string[]) {
    this.#station(stationId);
    this.calls.push({ name: 'getConfiguration', args: [stationId, keys] });
    return { keys: [{ key: 'HeartbeatInterval', value: '300', readonly: false }], unknownKeys: ['Nonsense'] };
  }

  async changeConfiguration(stationId: string, key: string, value: string) {
    this.#station(stationId);
    return this.#carryOut('changeConfiguration', stationId, key, value);
  }

  siteOfStation(stationId: string): SiteModel {
    this.#station(stationId);
    const site = this.listSites().find(({ stations }) => stations.some(({ id }) => id === stationId));
    if (site === undefined) throw new Error('a station has a site');
    return site;
  }

  #carryOut(name: string, ...args: readonly unknown[]): { readonly status: string } {
    this.calls.push({ name, args });
    return { status: 'Accepted' };
  }

  #fail(): void {
    const failure = this.failure;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
  }

  #station(stationId: string) {
    this.#fail();
    const station = [...this.sites.values()].flatMap((site) => site.stations).find(({ id }) => id === stationId);
    if (station === undefined) throw new Problem('STATION_NOT_FOUND', `No site lists "${stationId}".`);
    return station;
  }

  #evse(stationId: string, evseId: number): void {
    if (!this.#station(stationId).evses.some(({ id }) => id === evseId)) {
      throw new Problem('EVSE_NOT_FOUND', `"${stationId}" has no EVSE ${evseId}.`);
    }
  }

  #session(): SessionView {
    return {
      sessionId: SESSION_ID,
      transactionId: TRANSACTION_ID,
      stationId: 'CP001',
      evseId: 1,
      idToken: 'DRIVER-1',
      startedAtMs: NOW_MS - 60_000,
      endedAtMs: null,
      energyWh: 120,
      energyWantedWh: this.needs.energyWh ?? null,
      departureMs: this.needs.departureMs ?? null,
      priority: this.needs.priority ?? 5,
      needsUsed: { departureMs: NOW_MS + 3_600_000, energyWh: null, priority: 5 },
      needsFrom: { departure: 'learned', energyWh: 'unknown', priority: 'unknown' },
      plannedEnergyWh: 18_000,
      shortfallWh: 12_000,
      onTime: false,
      cost: null,
      currency: null,
      limitA: 16,
      limitedBy: { by: 'vehicle' },
      phasesInUse: ['L1', 'L2', 'L3'],
      endReason: null,
    };
  }
}
