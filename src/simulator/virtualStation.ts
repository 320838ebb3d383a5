import type { Car } from './car.js';
import { StationConfiguration } from './configuration.js';
import { type Fault, type FaultKind, FaultSet } from './faults.js';
import { answerCall } from './faultyAnswers.js';
import { Outbox } from './outbox.js';
import { ProfileEngine } from './profileEngine.js';
import { Registration } from './registration.js';
import { SessionControl } from './sessionControl.js';
import { StationClock } from './stationClock.js';
import type { CommandTarget } from './stationCommands.js';
import type { StationEvent } from './stationEvents.js';
import { StationLink } from './stationLink.js';
import {
  DEFAULT_CAPABILITIES,
  type FilledStationOptions,
  STATION_DEFAULTS,
  type VirtualStationOptions,
} from './stationOptions.js';
import { StatusReporter } from './statusReporter.js';
import { realClock, realRandom, type SimulatorClock, type SimulatorRandom, Ticker } from './time.js';
import { TransactionLog, type TransactionRecord } from './transactionLog.js';
import { type ConnectorStatus, VirtualEvse } from './virtualEvse.js';

/** Between the answer to a Reset and the reset. */
const RESET_GRACE_MS = 300;
/** A change of the pilot smaller than this is not worth an event. */
const LIMIT_EVENT_MIN_A = 0.05;

/**
 * A charging station that speaks OCPP 1.6J over a real socket: outlets, cables, meters and firmware, with its faults. It shares no
 * code with the service it talks to.
 */
export class VirtualStation {
  readonly stationId: string;
  readonly #options: FilledStationOptions;
  readonly #clock: SimulatorClock;
  readonly #random: SimulatorRandom;
  readonly #ticker: Ticker;
  readonly #stationClock: StationClock;
  readonly #evses: ReadonlyMap<number, VirtualEvse>;
  readonly #profiles: ProfileEngine;
  readonly #configuration: StationConfiguration;
  readonly #faults = new FaultSet();
  readonly #link: StationLink;
  readonly #outbox: Outbox;
  readonly #log: TransactionLog;
  readonly #sessions: SessionControl;
  readonly #statuses: StatusReporter;
  readonly #registration: Registration;
  readonly #target: CommandTarget;
  /** What each outlet goes on offering while the station ignores its profiles. */
  readonly #ignoredLimitA = new Map<number, number>();
  readonly #eventLimitA = new Map<number, number>();
  /** Cars that a reboot keeps waiting: charged, or charged again, when the station is up. */
  readonly #interrupted = new Set<VirtualEvse>();
  #hasConnected = false;
  #rebooting = false;
  #nextPingMs = 0;
  #leaveTicker: (() => void) | undefined;
  #cancelPowerUp: (() => void) | undefined;

  constructor(options: VirtualStationOptions) {
    this.stationId = options.stationId;
    this.#options = { ...STATION_DEFAULTS, ...options };
    this.#clock = options.clock ?? realClock;
    this.#random = options.random ?? realRandom;
    this.#ticker = options.ticker ?? new Ticker(this.#clock);
    this.#stationClock = new StationClock(this.#clock);
    const { voltageV, energySpeed } = this.#options;
    this.#evses = new Map(
      options.evses.map(({ id, terminals, currentMaxA, registerWh = 0 }) => [
        id,
        new VirtualEvse({ id, supply: { terminals, currentMaxA, voltageV }, energySpeed, registerWh }),
      ]),
    );
    const capabilities = { ...DEFAULT_CAPABILITIES, ...options.capabilities };
    this.#profiles = new ProfileEngine(capabilities, new Map([...this.#evses].map(([id, evse]) => [id, evse.supply])));
    this.#configuration = new StationConfiguration({
      connectors: this.#evses.size,
      capabilities,
      meterIntervalS: this.#options.meterIntervalS,
    });
    this.#target = this.#commandTarget();
    this.#link = new StationLink(
      this.#options,
      { clock: this.#clock, random: this.#random },
      {
        opened: () => this.#opened(),
        closed: (detail) => this.#closed(detail),
        called: (call, send) => {
          const answer = answerCall(call, send, { target: this.#target, faults: this.#faults, clock: this.#clock });
          this.#emit({ type: 'command', action: call.action, answer });
        },
      },
    );
    this.#outbox = new Outbox((action, payload) => this.#link.call(action, payload), this.#clock, {
      meterValuesMax: this.#options.meterValuesMax,
      attemptsMax: () => this.#configuration.integer('TransactionMessageAttempts'),
      retryIntervalMs: () => this.#configuration.integer('TransactionMessageRetryInterval') * 1000,
    });
    this.#log = new TransactionLog({
      outbox: this.#outbox,
      profiles: this.#profiles,
      configuration: this.#configuration,
      nowMs: () => this.#stationClock.nowMs(),
      isSilent: () => this.#faults.get('silentMeter') !== undefined,
      zeroTerminals: () => {
        const phantom = this.#faults.get('phantomZeros');
        return phantom === undefined ? 'none' : (phantom.terminals ?? 'missing');
      },
      emit: (event) => this.#emit(event),
      refused: (evse) => this.#sessions.end(evse, 'DeAuthorized'),
    });
    this.#sessions = new SessionControl({
      outbox: this.#outbox,
      log: this.#log,
      configuration: this.#configuration,
      clock: this.#clock,
      random: this.#random,
      authorizeBeforeStart: this.#options.authorizeBeforeStart,
      isOnline: () => this.isOnline,
      changed: () => this.#refresh(),
    });
    this.#statuses = new StatusReporter({
      evses: this.#evses,
      outbox: this.#outbox,
      nowMs: () => this.#stationClock.nowMs(),
      emit: (event) => this.#emit(event),
    });
    const { vendor, model, firmwareVersion } = this.#options;
    this.#registration = new Registration({
      bootPayload: {
        chargePointVendor: vendor,
        chargePointModel: model,
        chargePointSerialNumber: this.stationId.slice(0, 25),
        firmwareVersion,
      },
      outbox: this.#outbox,
      configuration: this.#configuration,
      clock: this.#clock,
      stationClock: this.#stationClock,
      emit: (event) => this.#emit(event),
      isConnected: () => this.#link.isOpen,
      accepted: () => {
        this.#statuses.forget();
        this.#refresh();
      },
    });
  }

  /** Powers up: the outlets live and the socket comes and goes by itself until `stop`. */
  start(): void {
    this.#leaveTicker ??= this.#ticker.add((nowMs) => this.#tick(nowMs));
    this.#link.start();
  }

  /** Takes it out of the simulation: time stands still for its cars, the socket closes. */
  async stop(): Promise<void> {
    this.#leaveTicker?.();
    this.#leaveTicker = undefined;
    this.#cancelPowerUp?.();
    this.#registration.closed();
    await this.#link.stop();
  }

  get isOnline(): boolean {
    return this.#link.isOpen && this.#registration.isAccepted;
  }

  get evseIds(): readonly number[] {
    return [...this.#evses.keys()];
  }

  /** Oldest first, open ones too. */
  get transactions(): readonly TransactionRecord[] {
    return this.#log.records;
  }

  /** Starts, stops and meter values that the central system has not answered yet. */
  get transactionMessagesWaiting(): number {
    return this.#outbox.transactionCallsWaiting;
  }

  get faults(): readonly Fault[] {
    return this.#faults.list();
  }

  /** A per terminal now, L1 first. */
  currentA(evseId: number): readonly number[] {
    const evse = this.#evse(evseId);
    evse.advance(this.#clock.nowMs());
    return evse.terminalCurrentA();
  }

  /** A per phase that the outlet lets a car have now: its hardware's and its profiles', with or without a car. */
  limitA(evseId: number): number {
    return this.#appliedLimitA(this.#evse(evseId));
  }

  /** A per phase on the pilot now: 0 while paused or without a transaction. */
  offeredA(evseId: number): number {
    return this.#evse(evseId).offeredA;
  }

  status(evseId: number): ConnectorStatus {
    return this.#evse(evseId).status();
  }

  car(evseId: number): Car | undefined {
    return this.#evse(evseId).car;
  }

  energyRegisterWh(evseId: number): number {
    const evse = this.#evse(evseId);
    evse.advance(this.#clock.nowMs());
    return evse.registerWh;
  }

  /** With an idToken a transaction starts by itself; without one the cable waits for a remote start. */
  plugIn(evseId: number, car: Car, options: { readonly idToken?: string } = {}): void {
    const evse = this.#evse(evseId);
    if (evse.car !== undefined) throw new Error(`${this.stationId} outlet ${evseId} has a car already`);
    evse.plug(car, options.idToken);
    if (this.#rebooting) this.#interrupted.add(evse);
    else this.#sessions.plugged(evse);
    this.#refresh();
  }

  /** Ends the transaction, if one runs, and gives the car back. */
  unplug(evseId: number): Car | undefined {
    const evse = this.#evse(evseId);
    this.#sessions.end(evse, 'EVDisconnected');
    const car = evse.unplug();
    this.#refresh();
    return car;
  }

  /** The driver ends it at the station; the cable stays. */
  stopTransaction(evseId: number, reason = 'Local'): void {
    this.#sessions.end(this.#evse(evseId), reason);
  }

  setFault(fault: Fault): void {
    this.#faults.set(fault);
    if (fault.kind === 'ignore') {
      for (const evse of this.#evses.values()) {
        this.#ignoredLimitA.set(evse.id, fault.limitA ?? this.#profileLimitA(evse));
      }
    }
    if (fault.kind === 'clockSkew') this.#stationClock.skew(fault.skewMs);
    if (fault.kind === 'frozenClock') this.#stationClock.freeze();
    this.#refresh();
  }

  /** Without an action, every fault of the kind; without a kind, all. */
  clearFault(kind?: FaultKind, action?: string): void {
    this.#faults.clear(kind, action);
    if (this.#faults.get('ignore') === undefined) this.#ignoredLimitA.clear();
    if (this.#faults.get('clockSkew') === undefined && this.#faults.get('frozenClock') === undefined) {
      this.#stationClock.heal();
    }
    this.#refresh();
  }

  /** As a cut cable; it tries to come back after that long. Cars go on charging by the profiles it has. */
  disconnect(durationMs: number): void {
    this.#link.drop(durationMs);
  }

  /** A power cycle: the cars pause, TxProfiles are lost (unless they survive), and after downMs it boots. */
  reboot(
    options: { readonly downMs?: number; readonly transactions?: 'keep' | 'end'; readonly reason?: string } = {},
  ): void {
    const { downMs = this.#options.rebootMs, transactions = 'end', reason = 'Reboot' } = options;
    this.#rebooting = true;
    for (const evse of this.#evses.values()) {
      const endsNow = transactions === 'end' && evse.transaction !== undefined;
      if (endsNow && this.#options.resumeAfterReboot) this.#interrupted.add(evse);
      if (endsNow) this.#sessions.end(evse, reason);
      evse.advance(this.#clock.nowMs());
      evse.awaitedStart = undefined;
      evse.setPowered(false);
    }
    if (!this.#options.txProfilesSurviveReboot) this.#profiles.loseTxProfiles();
    this.#registration.forget();
    this.#emit({ type: 'rebooting', downMs });
    this.#link.drop(downMs);
    this.#cancelPowerUp?.();
    this.#cancelPowerUp = this.#clock.after(downMs, () => this.#powerUp());
  }

  #powerUp(): void {
    this.#rebooting = false;
    for (const evse of this.#evses.values()) {
      evse.setPowered(true);
    }
    for (const evse of this.#interrupted) this.#sessions.plugged(evse);
    this.#interrupted.clear();
    this.#refresh();
  }

  // The connection.

  #opened(): void {
    this.#emit({ type: 'connected' });
    if (this.#hasConnected && this.#faults.get('forgetful') !== undefined) this.#profiles.loseTxProfiles();
    this.#hasConnected = true;
    this.#nextPingMs = 0;
    if (this.#options.bootOnReconnect) this.#registration.forget();
    this.#registration.opened();
    this.#refresh();
  }

  #closed(detail: string): void {
    this.#registration.closed();
    this.#emit({ type: 'disconnected', detail });
  }

  // The beat.

  #tick(nowMs: number): void {
    for (const evse of this.#evses.values()) {
      evse.advance(nowMs);
      const departureMs = evse.car?.options.departureMs;
      if (departureMs !== undefined && nowMs >= departureMs) this.unplug(evse.id);
    }
    this.#refresh();
    if (this.#rebooting) return;
    for (const evse of this.#evses.values()) this.#sessions.tick(evse, nowMs);
    this.#registration.heartbeatIfDue(nowMs);
    this.#pingIfDue(nowMs);
  }

  #pingIfDue(nowMs: number): void {
    const intervalMs = this.#configuration.integer('WebSocketPingInterval') * 1000;
    if (intervalMs === 0 || !this.#link.isOpen || nowMs < this.#nextPingMs) return;
    const isFirst = this.#nextPingMs === 0;
    this.#nextPingMs = nowMs + intervalMs;
    if (!isFirst) this.#link.ping();
  }

  /** Brings the pilots to what the profiles say now, and the statuses to what follows from that. */
  #refresh(): void {
    const nowMs = this.#clock.nowMs();
    for (const evse of this.#evses.values()) {
      evse.offer(nowMs, this.#appliedLimitA(evse));
      const before = this.#eventLimitA.get(evse.id) ?? 0;
      if (Math.abs(evse.offeredA - before) < LIMIT_EVENT_MIN_A) continue;
      this.#eventLimitA.set(evse.id, evse.offeredA);
      this.#emit({ type: 'limit', evseId: evse.id, limitA: evse.offeredA });
    }
    if (!this.#rebooting) this.#statuses.update(this.isOnline);
  }

  #appliedLimitA(evse: VirtualEvse): number {
    const ignoredA = this.#ignoredLimitA.get(evse.id);
    return ignoredA === undefined ? this.#profileLimitA(evse) : Math.min(ignoredA, evse.supply.currentMaxA);
  }

  #profileLimitA(evse: VirtualEvse): number {
    return this.#profiles.limitA(evse.id, this.#stationClock.nowMs());
  }

  #evse(evseId: number): VirtualEvse {
    const evse = this.#evses.get(evseId);
    if (evse === undefined) throw new Error(`${this.stationId} has no outlet ${evseId}`);
    return evse;
  }

  #emit(event: StationEvent): void {
    this.#options.onEvent?.(event);
  }

  #commandTarget(): CommandTarget {
    const station = this;
    return {
      evses: this.#evses,
      profiles: this.#profiles,
      configuration: this.#configuration,
      get isRegistered() {
        return station.#registration.isAccepted;
      },
      nowMs: () => this.#stationClock.nowMs(),
      limitsChanged: () => this.#refresh(),
      remoteStart: (evse, idToken, profile) => this.#sessions.remoteStart(evse, idToken, profile),
      endTransaction: (evse, reason) => this.#sessions.end(evse, reason),
      setOperative: (evse, operative) => this.#sessions.setOperative(evse, operative),
      reset: (kind) => {
        this.#clock.after(RESET_GRACE_MS, () => this.reboot({ reason: kind === 'Hard' ? 'HardReset' : 'SoftReset' }));
      },
      sendBoot: () => this.#registration.boot(),
      sendHeartbeat: () => this.#registration.heartbeat(),
      sendStatus: (connectorId) => this.#statuses.send(connectorId),
      sendMeterValues: (evse) => {
        evse.advance(this.#clock.nowMs());
        this.#log.sample(evse, 'Trigger');
      },
      sendIdleReport: (action) => this.#outbox.push({ action, payload: { status: 'Idle' } }),
      setPassword: (password) => this.#link.setPassword(password),
    };
  }
}
