import type { ChargingProfile } from '../../src/site/chargingProfile.js';
import type { CommandOutcome, CommandResponses, StationCommand } from '../../src/site/stationMessages.js';
import { Follower } from './follower.js';
import type { Quirk } from './stationQuirks.js';

export interface PureStationOptions {
  readonly stationId: string;
  readonly currentMaxA: number;
  /** Of its supply. */
  readonly phases: number;
  readonly reactionMs: number;
  readonly skewMs: number;
  readonly quirks?: ReadonlySet<Quirk>;
}

const VOLTAGE_V = 230;
/** A sleepy car that is paused this long does not resume. */
const FALLS_ASLEEP_MS = 60_000;
const STUCK_A = 9;

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
  failsafe: ChargingProfile | undefined;
  tx: ChargingProfile | undefined;
  transactionId: number | string | undefined;
  car: { readonly phases: number; readonly wantsA: number } | undefined;
  energyWh = 1_000;
  private readonly phases: number;
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
    this.phases = phases;
    this.reactionMs = reactionMs;
    this.skewMs = skewMs;
    this.quirks = quirks;
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
    const stationNow = nowMs + this.skewMs;
    const tx =
      this.tx !== undefined && this.tx.transactionId === this.transactionId
        ? this.limitOf(this.tx, stationNow)
        : undefined;
    return Math.min(
      this.currentMaxA,
      tx ?? (this.failsafe === undefined ? undefined : this.limitOf(this.failsafe, stationNow)) ?? this.currentMaxA,
    );
  }

  /** What its car is offered: what it holds, where it obeys that. */
  offeredA(nowMs: number): number {
    const heldA = this.limitA(nowMs);
    const holdsAny = this.tx !== undefined || this.failsafe !== undefined;
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
    const car = this.transactionId === undefined || this.asleep ? undefined : this.car;
    const isGone = this.car === undefined;
    this.car_.follow(car, this.offeredA(nowMs), { nowMs, reactionMs: this.reactionMs, isGone });
    this.obedientCar.follow(car, heldA, { nowMs, reactionMs: this.reactionMs, isGone });
  }

  private notePause(heldA: number, nowMs: number): void {
    if (this.transactionId === undefined) {
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

  reboot(): void {
    this.tx = undefined;
    this.keptZero = false;
  }

  reconnected(): void {
    if (this.quirks.has('dropsTxOnReconnect')) this.tx = undefined;
    if (!this.quirks.has('fullPowerOnReconnect')) return;
    this.tx = undefined;
    this.forgotten = true;
  }

  /** Once its car sleeps, or its station keeps 0 A, it takes no more whatever it is offered. */
  get willNotResume(): boolean {
    return this.asleep || this.keptZero;
  }

  answer(command: StationCommand, nowMs: number): CommandOutcome | 'silence' {
    switch (command.type) {
      case 'setChargingProfile':
        return this.setChargingProfile(command.profile);
      case 'getCompositeSchedule':
        return answered(this.compositeSchedule(command.durationS, nowMs));
      case 'getConfiguration':
        return this.quirks.has('tellsNothing') ? NOT_SUPPORTED : answered(this.configuration());
      default:
        return answered({ status: 'Accepted' });
    }
  }

  private setChargingProfile(profile: ChargingProfile): CommandOutcome | 'silence' {
    if (this.quirks.has('ignoresProfiles')) return 'silence';
    const status = this.refuses(profile) ? 'Rejected' : this.install(profile);
    return this.quirks.has('answersNoProfile') ? 'silence' : answered({ status });
  }

  private refuses({ purpose, stackLevel, schedule: { rateUnit, periods } }: ChargingProfile): boolean {
    const { quirks } = this;
    const wattsOnly = quirks.has('takesWattsOnly') || quirks.has('takesWattsUnsaid');
    const onePeriod = quirks.has('holdsOnePeriod') || quirks.has('tellsNothing');
    return (
      quirks.has('refusesEveryProfile') ||
      (quirks.has('refusesDefault') && purpose === 'TxDefaultProfile') ||
      (quirks.has('refusesStackLevels') && stackLevel > 0) ||
      (wattsOnly && rateUnit === 'A') ||
      (onePeriod && periods.length > 1) ||
      (quirks.has('refusesZero') && periods.some(({ limit }) => limit === 0)) ||
      (quirks.has('refusesTenths') && periods.some(({ limit }) => !Number.isInteger(limit / 0.1)))
    );
  }

  private install(profile: ChargingProfile): string {
    if (profile.purpose === 'TxDefaultProfile') this.failsafe = profile;
    else if (profile.transactionId === undefined || profile.transactionId !== this.transactionId) return 'Rejected';
    else this.tx = profile;
    this.forgotten = false;
    return 'Accepted';
  }

  private compositeSchedule(durationS: number, nowMs: number): CommandResponses['getCompositeSchedule'] {
    if (this.quirks.has('refusesComposite')) return { status: 'Rejected' };
    const reportedA = (ms: number) => this.rounded(this.limitA(ms));
    return {
      status: 'Accepted',
      schedule: {
        startMs: nowMs + this.skewMs,
        durationS,
        rateUnit: 'A',
        periods: this.quirks.has('emptyComposite') ? [] : compositePeriods(reportedA, nowMs, durationS),
      },
    };
  }

  private configuration(): CommandResponses['getConfiguration'] {
    const keys = [
      { key: 'ChargingScheduleMaxPeriods', value: this.quirks.has('holdsOnePeriod') ? '1' : '12', readonly: true },
      ...(this.quirks.has('takesWattsOnly')
        ? [{ key: 'ChargingScheduleAllowedChargingRateUnit', value: 'Power', readonly: true }]
        : []),
    ];
    return { keys, unknownKeys: [] };
  }

  private limitOf(profile: ChargingProfile, stationNowMs: number): number | undefined {
    const { startMs = 0, durationS, periods, rateUnit } = profile.schedule;
    const atS = (stationNowMs - startMs) / 1000;
    if (atS < 0 || (durationS !== undefined && atS >= durationS)) return undefined;
    const period = periods.findLast(({ startPeriodS }) => startPeriodS <= atS);
    if (period === undefined || rateUnit === 'A') return period?.limit;
    return period.limit / (VOLTAGE_V * (period.numberPhases ?? this.phases));
  }
}

const NOT_SUPPORTED: CommandOutcome = { outcome: 'error', code: 'NotSupported', description: '' };

function answered(response: CommandResponses[StationCommand['type']]): CommandOutcome {
  return { outcome: 'answered', response };
}

function compositePeriods(limitAt: (ms: number) => number, nowMs: number, durationS: number) {
  const periods: { startPeriodS: number; limit: number }[] = [];
  for (let second = 0; second < durationS; second++) {
    const limit = limitAt(nowMs + second * 1000);
    if (periods.at(-1)?.limit !== limit) periods.push({ startPeriodS: second, limit });
  }
  return periods;
}
