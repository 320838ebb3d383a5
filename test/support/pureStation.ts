import type { ChargingProfile, TransactionId } from '../../src/site/chargingProfile.js';
import type { CommandOutcome, CommandResponses, OcppVersion, StationCommand } from '../../src/site/stationMessages.js';
import { Follower } from './follower.js';
import {
  type InstalledProfile,
  type ProfilesRequest,
  PureProfiles,
  type RelativeFrom,
  type ReportedAt,
  refusalOf,
} from './pureProfiles.js';
import { isReporting, type Quirk } from './stationQuirks.js';

export interface PureStationOptions {
  readonly stationId: string;
  readonly currentMaxA: number;
  /** Of its supply. */
  readonly phases: number;
  readonly reactionMs: number;
  readonly skewMs: number;
  readonly quirks?: ReadonlySet<Quirk>;
}

/** A sleepy car that is paused this long does not resume. */
const FALLS_ASLEEP_MS = 60_000;
const STUCK_A = 9;
const EVSE_ID = 1;

interface Transaction {
  /** Its own, until the service has given it another. */
  id: TransactionId;
  readonly idToken: string;
  /** By the station's clock. */
  readonly startedMs: number;
}

/**
 * A station in virtual time that keeps to the specification, save for its quirks: what it holds decides what its car may draw.
 * Independent of the code under test: it knows profiles, not LimitSteps.
 */
export class PureStation {
  readonly stationId: string;
  readonly currentMaxA: number;
  readonly reactionMs: number;
  /** Its clock is this much ahead of ours. */
  readonly skewMs: number;
  readonly quirks: ReadonlySet<Quirk>;
  readonly profiles: PureProfiles;
  car: { readonly phases: number; readonly wantsA: number } | undefined;
  energyWh = 1_000;
  private transaction_: Transaction | undefined;
  private readonly car_ = new Follower();
  /** What the same car would draw if the station obeyed. */
  private readonly obedientCar = new Follower();
  /** It draws what it likes until it is next sent a profile. */
  private forgotten = false;
  private paused = false;
  private keptZero = false;
  private pausedSinceMs: number | undefined;
  private asleep = false;

  constructor({ stationId, currentMaxA, phases, reactionMs, skewMs, quirks = new Set() }: PureStationOptions) {
    this.stationId = stationId;
    this.currentMaxA = currentMaxA;
    this.reactionMs = reactionMs;
    this.skewMs = skewMs;
    this.quirks = quirks;
    this.profiles = new PureProfiles(phases);
  }

  get ocppVersion(): OcppVersion {
    return isReporting(this) ? '2.0.1' : '1.6';
  }

  get transactionId(): TransactionId | undefined {
    return this.transaction_?.id;
  }

  get transaction(): Readonly<Transaction> | undefined {
    return this.transaction_;
  }

  /** What it falls to without a transaction's profile. */
  get failsafe(): ChargingProfile | undefined {
    return this.profiles.newest('TxDefaultProfile');
  }

  begin(id: TransactionId, idToken: string, nowMs: number): void {
    this.transaction_ = { id, idToken, startedMs: nowMs + this.skewMs };
  }

  /** The service has told it how it calls this transaction. */
  rename(from: TransactionId, to: TransactionId): void {
    if (this.transaction_?.id === from) this.transaction_.id = to;
  }

  end(): void {
    this.transaction_ = undefined;
    this.profiles.dropTxProfiles();
  }

  /** What the car draws per phase: follows the limit, upwards at once, downwards within its reaction time. */
  get drawnA(): number {
    return this.car_.drawnA;
  }

  get obedientA(): number {
    return Math.min(this.obedientCar.drawnA, this.drawnA);
  }

  /** By what it holds. */
  limitA(nowMs: number): number {
    return this.limitAt(nowMs + this.skewMs, nowMs + this.skewMs);
  }

  /** What it holds for an instant of its own clock, seen from another. */
  private limitAt(stationMs: number, seenMs: number): number {
    const heldA = this.profiles.limitA(stationMs, this.relativeFrom(seenMs));
    return heldA === undefined ? this.currentMaxA : Math.min(this.currentMaxA, heldA);
  }

  private relativeFrom(seenMs: number): RelativeFrom {
    const fromMs = this.transaction_?.startedMs ?? seenMs;
    return this.quirks.has('relativeFromInstall') ? ({ installedMs }) => installedMs : () => fromMs;
  }

  /** What its car is offered: what it holds, where it obeys that. */
  offeredA(nowMs: number): number {
    const heldA = this.limitA(nowMs);
    const holdsAny = this.profiles.all.length > 0;
    if (this.forgotten || this.quirks.has('obeysNothing')) return this.currentMaxA;
    if (this.quirks.has('zeroIsNoLimit') && heldA === 0) return this.currentMaxA;
    if (this.keptZero) return 0;
    return holdsAny ? this.rounded(heldA) : heldA;
  }

  private rounded(heldA: number): number {
    if (this.quirks.has('staysAt9A')) return STUCK_A;
    if (this.quirks.has('roundsUp')) return Math.round(heldA);
    return this.quirks.has('roundsDown') ? Math.floor(heldA) : heldA;
  }

  /** Lets the car follow. To be called often. */
  follow(nowMs: number): void {
    const heldA = this.limitA(nowMs);
    this.notePause(heldA, nowMs);
    const car = this.transaction_ === undefined || this.asleep ? undefined : this.car;
    const isGone = this.car === undefined;
    this.car_.follow(car, this.offeredA(nowMs), { nowMs, reactionMs: this.reactionMs, isGone });
    this.obedientCar.follow(car, heldA, { nowMs, reactionMs: this.reactionMs, isGone });
  }

  private notePause(heldA: number, nowMs: number): void {
    if (this.transaction_ === undefined) {
      this.wake();
      return;
    }
    if (heldA === 0) this.keptZero ||= this.quirks.has('keepsZero');
    else if (this.paused) this.forgotten ||= this.quirks.has('fullPowerOnResume');
    this.paused = heldA === 0;
    this.pausedSinceMs = heldA < 6 ? (this.pausedSinceMs ?? nowMs) : undefined;
    const pausedMs = this.pausedSinceMs === undefined ? 0 : nowMs - this.pausedSinceMs;
    this.asleep ||= this.quirks.has('sleepyCars') && pausedMs >= FALLS_ASLEEP_MS;
  }

  /** Another car, or another start. */
  private wake(): void {
    this.keptZero = false;
    this.paused = false;
    this.pausedSinceMs = undefined;
    this.asleep = false;
  }

  /** A transaction's profile lives in memory; its transaction goes on. */
  reboot(): void {
    this.profiles.dropTxProfiles();
    this.keptZero = false;
  }

  reconnected(): void {
    const forgets = this.quirks.has('fullPowerOnReconnect');
    if (forgets || this.quirks.has('dropsTxOnReconnect')) this.profiles.dropTxProfiles();
    this.forgotten ||= forgets;
  }

  /** Once its car sleeps, or its station keeps 0 A, it takes no more whatever it is offered. */
  get willNotResume(): boolean {
    return this.asleep || this.keptZero;
  }

  answer(command: StationCommand, nowMs: number): CommandOutcome | 'silence' {
    switch (command.type) {
      case 'setChargingProfile':
        return this.setChargingProfile(command, nowMs);
      case 'clearChargingProfile':
        return answered({ status: this.profiles.clear(command) ? 'Accepted' : 'Unknown' });
      case 'getCompositeSchedule':
        return answered(this.compositeSchedule(command.durationS, nowMs));
      case 'requestProfiles':
        return answered({ status: this.isToReport(command) ? 'Accepted' : 'NoProfiles' });
      case 'getConfiguration':
        return this.quirks.has('tellsNothing') ? NOT_SUPPORTED : answered(this.configuration());
      case 'remoteStart':
        return answered({ status: this.remoteStart(command, nowMs) });
      case 'remoteStop':
        return answered({ status: this.remoteStop(command.transactionId) });
      default:
        return answered({ status: 'Accepted' });
    }
  }

  /** Begins where a car waits. Its profile belongs to what it begins. */
  private remoteStart(command: StationCommand & { type: 'remoteStart' }, nowMs: number): string {
    const { evseId, idToken, profile } = command;
    if (this.car === undefined || this.transaction_ !== undefined || evseId !== EVSE_ID) return 'Rejected';
    const installed = { evseId, installedMs: nowMs + this.skewMs };
    if (profile !== undefined && !this.takes({ ...installed, profile }, true)) return 'Rejected';
    this.begin(`local-${this.stationId}-${nowMs}`, idToken, nowMs);
    if (profile !== undefined) this.profiles.install({ ...installed, profile });
    return 'Accepted';
  }

  private remoteStop(transactionId: TransactionId): string {
    if (this.transaction_?.id !== transactionId) return 'Rejected';
    this.end();
    return 'Accepted';
  }

  private setChargingProfile(
    { evseId, profile }: StationCommand & { type: 'setChargingProfile' },
    nowMs: number,
  ): CommandOutcome | 'silence' {
    const isUnheard = this.quirks.has('refusesAbsolute') && profile.kind === 'Absolute';
    if (this.quirks.has('ignoresProfiles') || isUnheard) return 'silence';
    const installed = { evseId, profile, installedMs: nowMs + this.skewMs };
    const isTaken = this.takes(installed, false);
    if (isTaken) this.install(installed);
    return this.quirks.has('answersNoProfile') ? 'silence' : answered({ status: isTaken ? 'Accepted' : 'Rejected' });
  }

  private takes({ evseId, profile }: InstalledProfile, inRemoteStart: boolean): boolean {
    const receiving = { evseId, evses: 1, transactionId: this.transactionId, inRemoteStart };
    return !this.refuses(profile) && refusalOf(profile, receiving) === undefined;
  }

  private refuses({ purpose, kind, stackLevel, schedule: { rateUnit, periods } }: ChargingProfile): boolean {
    const { quirks } = this;
    const wattsOnly = quirks.has('takesWattsOnly') || quirks.has('takesWattsUnsaid');
    const onePeriod = quirks.has('holdsOnePeriod') || quirks.has('tellsNothing');
    return (
      quirks.has('refusesEveryProfile') ||
      this.refusesPurpose(purpose) ||
      (quirks.has('refusesRelative') && kind === 'Relative') ||
      (quirks.has('refusesRecurring') && kind === 'Recurring') ||
      (quirks.has('refusesStackLevels') && stackLevel > 0) ||
      (wattsOnly && rateUnit === 'A') ||
      (onePeriod && periods.length > 1) ||
      (quirks.has('refusesZero') && periods.some(({ limit }) => limit === 0)) ||
      (quirks.has('refusesTenths') && periods.some(({ limit }) => !Number.isInteger(limit / 0.1)))
    );
  }

  private refusesPurpose(purpose: ChargingProfile['purpose']): boolean {
    const { quirks } = this;
    switch (purpose) {
      case 'TxDefaultProfile':
        return quirks.has('refusesDefault') || quirks.has('takesMaxOnly');
      case 'TxProfile':
        return quirks.has('refusesTxProfile') || quirks.has('takesMaxOnly');
      case 'ChargingStationMaxProfile':
        return false;
    }
  }

  private install(installed: InstalledProfile): void {
    const isIgnored = this.quirks.has('ignoresTxProfile') && installed.profile.purpose === 'TxProfile';
    if (!isIgnored) this.profiles.install(installed);
    this.forgotten = false;
  }

  private compositeSchedule(durationS: number, nowMs: number): CommandResponses['getCompositeSchedule'] {
    if (this.quirks.has('refusesComposite')) return { status: 'Rejected' };
    const periods = this.quirks.has('emptyComposite') ? [] : this.compositePeriods(nowMs + this.skewMs, durationS);
    return { status: 'Accepted', schedule: { startMs: nowMs + this.skewMs, durationS, rateUnit: 'A', periods } };
  }

  private isToReport(command: ProfilesRequest): boolean {
    return !this.quirks.has('reportsNothing') && this.profiles.reported(command).length > 0;
  }

  /** What it agreed to report, each profile in a message of its own. */
  reportOf(command: ProfilesRequest): readonly ReportedAt[] {
    return this.isToReport(command) && !this.quirks.has('reportsNever') ? this.profiles.reported(command) : [];
  }

  /** From second to second, as it will be if nothing else comes. */
  private compositePeriods(startMs: number, durationS: number): { startPeriodS: number; limit: number }[] {
    const changes = this.profiles.changesMs(startMs, startMs + durationS * 1000, this.relativeFrom(startMs));
    const seconds = new Set([0, ...changes.map((ms) => Math.ceil((ms - startMs) / 1000))]);
    const periods: { startPeriodS: number; limit: number }[] = [];
    for (const startPeriodS of [...seconds].filter((second) => second < durationS)) {
      const limit = this.rounded(this.limitAt(startMs + startPeriodS * 1000, startMs));
      if (periods.at(-1)?.limit !== limit) periods.push({ startPeriodS, limit });
    }
    return periods;
  }

  private configuration(): CommandResponses['getConfiguration'] {
    const is16 = this.ocppVersion === '1.6';
    const [periods, unit] = is16
      ? (['ChargingScheduleMaxPeriods', 'ChargingScheduleAllowedChargingRateUnit'] as const)
      : (['SmartChargingCtrlr.PeriodsPerSchedule', 'SmartChargingCtrlr.RateUnit'] as const);
    const keys = [
      { key: periods, value: this.quirks.has('holdsOnePeriod') ? '1' : '12', readonly: true },
      ...(this.quirks.has('takesWattsOnly') ? [{ key: unit, value: is16 ? 'Power' : 'W', readonly: true }] : []),
    ];
    return { keys, unknownKeys: [] };
  }
}

const NOT_SUPPORTED: CommandOutcome = { outcome: 'error', code: 'NotSupported', description: '' };

function answered(response: CommandResponses[StationCommand['type']]): CommandOutcome {
  return { outcome: 'answered', response };
}
