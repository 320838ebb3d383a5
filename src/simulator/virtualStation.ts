import type { Car } from './car.js';
import type { ChargingNeeds } from './chargingNeeds.js';
import type { CommandTarget } from './commandTarget.js';
import { dialectFor } from './dialects.js';
import { type ExternalLimit, ExternalLimits } from './externalLimits.js';
import { type Fault, type FaultKind, FaultSet } from './faults.js';
import { answerCall } from './faultyAnswers.js';
import { Outbox } from './outbox.js';
import { outletsOf, profilesOf } from './outlets.js';
import { Pilots } from './pilots.js';
import { PowerCycle, type RebootOptions } from './powerCycle.js';
import type { ProfileEngine } from './profileEngine.js';
import { Registration } from './registration.js';
import { SessionControl } from './sessionControl.js';
import { StationClock } from './stationClock.js';
import type { StationDialect } from './stationDialect.js';
import type { StationEvent } from './stationEvents.js';
import { StationLink } from './stationLink.js';
import { type FilledStationOptions, filled, type VirtualStationOptions } from './stationOptions.js';
import { commandTargetOf } from './stationTarget.js';
import { StatusReporter } from './statusReporter.js';
import { realClock, realRandom, type SimulatorClock, type SimulatorRandom, Ticker } from './time.js';
import { TransactionLog, type TransactionRecord } from './transactionLog.js';
import type { ConnectorStatus, VirtualEvse } from './virtualEvse.js';

/**
 * A charging station that speaks OCPP 1.6J, 2.0.1 or 2.1 over a real socket: outlets, cables, meters and firmware, with its faults.
 * It shares no code with the service it talks to.
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
  readonly #dialect: StationDialect;
  readonly #pilots: Pilots;
  readonly #faults = new FaultSet();
  readonly #link: StationLink;
  readonly #outbox: Outbox;
  readonly #log: TransactionLog;
  readonly #sessions: SessionControl;
  readonly #statuses: StatusReporter;
  readonly #externalLimits: ExternalLimits;
  readonly #registration: Registration;
  readonly #power: PowerCycle;
  readonly #target: CommandTarget;
  #hasConnected = false;
  #nextPingMs = 0;
  #leaveTicker: (() => void) | undefined;

  constructor(options: VirtualStationOptions) {
    this.stationId = options.stationId;
    this.#options = filled(options);
    this.#clock = options.clock ?? realClock;
    this.#random = options.random ?? realRandom;
    this.#ticker = options.ticker ?? new Ticker(this.#clock);
    this.#stationClock = new StationClock(this.#clock);
    this.#evses = outletsOf(this.#options);
    this.#profiles = profilesOf(this.#options, this.#evses);
    const stationNowMs = (): number => this.#stationClock.nowMs();
    const dialect = dialectFor({
      options: this.#options,
      evses: this.#evses,
      profiles: this.#profiles,
      nowMs: stationNowMs,
    });
    this.#dialect = dialect;
    this.#pilots = new Pilots({
      evses: this.#evses,
      profiles: this.#profiles,
      nowMs: () => this.#clock.nowMs(),
      stationNowMs,
      emit: (event) => this.#emit(event),
    });
    this.#link = new StationLink(
      { ...this.#options, frames: dialect.frames },
      { clock: this.#clock, random: this.#random },
      {
        opened: () => this.#opened(),
        closed: (detail) => this.#closed(detail),
        called: (call, send) => {
          const answer = answerCall(call, send, {
            target: this.#target,
            dialect,
            faults: this.#faults,
            clock: this.#clock,
          });
          this.#emit({ type: 'command', action: call.action, answer });
        },
        told: (frame) => {
          const action = frame.type === 'send' ? frame.action : 'CALLRESULTERROR';
          const answer = frame.type === 'send' ? 'heard' : `${frame.code}: ${frame.description}`;
          this.#emit({ type: 'command', action, answer });
        },
      },
    );
    this.#outbox = new Outbox((action, payload) => this.#link.call(action, payload), this.#clock, {
      meterValuesMax: this.#options.meterValuesMax,
      attemptsMax: () => dialect.settings.attemptsMax,
      retryIntervalMs: () => dialect.settings.retryIntervalS * 1000,
    });
    this.#log = new TransactionLog({
      outbox: this.#outbox,
      profiles: this.#profiles,
      dialect,
      nowMs: stationNowMs,
      isOnline: () => this.isOnline,
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
      dialect,
      clock: this.#clock,
      random: this.#random,
      authorizeBeforeStart: this.#options.authorizeBeforeStart,
      isOnline: () => this.isOnline,
      changed: () => this.#refresh(),
    });
    this.#statuses = new StatusReporter({
      evses: this.#evses,
      outbox: this.#outbox,
      dialect,
      nowMs: stationNowMs,
      emit: (event) => this.#emit(event),
    });
    this.#externalLimits = new ExternalLimits({
      profiles: this.#profiles,
      outbox: this.#outbox,
      nowMs: stationNowMs,
      idMax: this.#options.externalConstraintsIdMax,
      setCall: (limit) => dialect.externalLimitSet(limit),
      clearedCall: (limit) => dialect.externalLimitCleared(limit),
    });
    this.#registration = new Registration({
      bootPayload: (reason) => dialect.boot(reason),
      outbox: this.#outbox,
      settings: dialect.settings,
      clock: this.#clock,
      stationClock: this.#stationClock,
      emit: (event) => this.#emit(event),
      isConnected: () => this.#link.isOpen,
      accepted: () => {
        this.#statuses.forget();
        this.#refresh();
      },
    });
    this.#power = new PowerCycle({
      options: this.#options,
      evses: this.#evses,
      profiles: this.#profiles,
      sessions: this.#sessions,
      registration: this.#registration,
      link: this.#link,
      clock: this.#clock,
      emit: (event) => this.#emit(event),
      changed: () => this.#refresh(),
    });
    this.#target = commandTargetOf({
      stationId: this.stationId,
      evses: this.#evses,
      profiles: this.#profiles,
      registration: this.#registration,
      sessions: this.#sessions,
      statuses: this.#statuses,
      power: this.#power,
      log: this.#log,
      outbox: this.#outbox,
      link: this.#link,
      clock: this.#clock,
      stationClock: this.#stationClock,
      changed: () => this.#refresh(),
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
    this.#power.stop();
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
    return this.#pilots.limitA(this.#evse(evseId));
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
    if (this.#power.isDown) this.#power.keepWaiting(evse);
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

  /** As by an energy management system beside it, or the grid's operator. Replaces what the same source said of the same EVSE. */
  setExternalLimit(limit: Omit<ExternalLimit, 'startMs' | 'evseId'> & { readonly evseId?: number }): void {
    this.#externalLimits.set({ evseId: 0, ...limit, startMs: this.#stationClock.nowMs() });
    this.#rateChanged(limit.evseId ?? 0);
    this.#refresh();
  }

  clearExternalLimit(source: ExternalLimit['source'], evseId = 0): void {
    if (this.#externalLimits.clear(source, evseId)) this.#rateChanged(evseId);
    this.#refresh();
  }

  #rateChanged(evseId: number): void {
    for (const evse of this.#evses.values()) if (evseId === 0 || evseId === evse.id) this.#log.rateChanged(evse);
  }

  /** The car has said what it needs. Answers what the central system said to it, or why nobody could be asked. */
  notifyChargingNeeds(evseId: number, needs: ChargingNeeds): Promise<string> {
    const call = this.#dialect.chargingNeeds(this.#evse(evseId).id, needs, this.#stationClock.nowMs());
    if (call === undefined) throw new Error(`OCPP ${this.#dialect.ocppVersion} can't say what a car needs`);
    return new Promise((resolve) => {
      this.#outbox.push({
        ...call,
        ended: (outcome) => resolve(outcome.outcome === 'result' ? String(outcome.payload.status) : outcome.outcome),
      });
    });
  }

  setFault(fault: Fault): void {
    this.#faults.set(fault);
    if (fault.kind === 'ignore') this.#pilots.ignoreProfiles(fault.limitA);
    if (fault.kind === 'clockSkew') this.#stationClock.skew(fault.skewMs);
    if (fault.kind === 'frozenClock') this.#stationClock.freeze();
    this.#refresh();
  }

  /** Without an action, every fault of the kind; without a kind, all. */
  clearFault(kind?: FaultKind, action?: string): void {
    this.#faults.clear(kind, action);
    if (this.#faults.get('ignore') === undefined) this.#pilots.obeyProfiles();
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
  reboot(options: RebootOptions = {}): void {
    this.#power.reboot(options);
  }

  // The connection.

  #opened(): void {
    this.#emit({ type: 'connected' });
    if (this.#hasConnected && this.#faults.get('forgetful') !== undefined) this.#profiles.loseTxProfiles();
    this.#hasConnected = true;
    this.#nextPingMs = 0;
    if (this.#options.bootOnReconnect) this.#registration.forget('Reconnect');
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
    if (this.#power.isDown) return;
    for (const evse of this.#evses.values()) this.#sessions.tick(evse, nowMs);
    this.#power.tick();
    this.#registration.heartbeatIfDue(nowMs);
    this.#pingIfDue(nowMs);
  }

  #pingIfDue(nowMs: number): void {
    const intervalMs = this.#dialect.settings.pingIntervalS * 1000;
    if (intervalMs === 0 || !this.#link.isOpen || nowMs < this.#nextPingMs) return;
    const isFirst = this.#nextPingMs === 0;
    this.#nextPingMs = nowMs + intervalMs;
    if (!isFirst) this.#link.ping();
  }

  /** Brings the pilots to what the profiles say now, and what the station says to what follows from that. */
  #refresh(): void {
    this.#pilots.set();
    if (this.#power.isDown) return;
    for (const evse of this.#evses.values()) this.#log.watch(evse);
    for (const evseId of this.#externalLimits.update(this.isOnline)) this.#rateChanged(evseId);
    this.#statuses.update(this.isOnline);
  }

  #evse(evseId: number): VirtualEvse {
    const evse = this.#evses.get(evseId);
    if (evse === undefined) throw new Error(`${this.stationId} has no outlet ${evseId}`);
    return evse;
  }

  #emit(event: StationEvent): void {
    this.#options.onEvent?.(event);
  }
}
