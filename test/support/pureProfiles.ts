import type { ChargingProfile } from '../../src/site/chargingProfile.js';
import type { ReportedProfile, StationCommand } from '../../src/site/stationMessages.js';

type Purpose = ChargingProfile['purpose'];
type Clearing = Extract<StationCommand, { type: 'clearChargingProfile' }>;
export type ProfilesRequest = Extract<StationCommand, { type: 'requestProfiles' }>;

export interface InstalledProfile {
  /** 0: the station, and a template for its EVSEs. */
  readonly evseId: number;
  readonly profile: ChargingProfile;
  /** By the station's clock. */
  readonly installedMs: number;
}

export interface ReportedAt {
  readonly evseId: number;
  readonly profile: ReportedProfile;
}

/** What a station knows when it is sent a profile. */
export interface Receiving {
  readonly evseId: number;
  readonly evses: number;
  readonly transactionId: ChargingProfile['transactionId'] | undefined;
  /** In a remote start a TxProfile names no transaction: it is that of the one which begins (K05.FR.02). */
  readonly inRemoteStart: boolean;
}

const DAY_MS = 86_400_000;
const VOLTAGE_V = 230;

/**
 * The charging profiles of a station with one EVSE, and what they add up to, as the specification says it. It shares nothing with the
 * code under test but the type of a profile, so that a mistake there is not made twice.
 */
export class PureProfiles {
  /** Those that win come first: of an EVSE before the template, then by level. */
  private installed: readonly InstalledProfile[] = [];
  /** Of the supply: watts without a number of phases spread over these. */
  private readonly phases: number;

  constructor(phases: number) {
    this.phases = phases;
  }

  get all(): readonly InstalledProfile[] {
    return this.installed;
  }

  newest(purpose: Purpose): ChargingProfile | undefined {
    return this.installed.find(({ profile }) => profile.purpose === purpose)?.profile;
  }

  /** In place of the one with its id, and of the one at its place, purpose and level. */
  install(added: InstalledProfile): void {
    const { evseId, profile } = added;
    const isReplaced = (other: InstalledProfile) =>
      other.profile.profileId === profile.profileId ||
      (other.evseId === evseId &&
        other.profile.purpose === profile.purpose &&
        other.profile.stackLevel === profile.stackLevel);
    this.installed = [...this.installed.filter((other) => !isReplaced(other)), added].sort(
      (a, b) => b.evseId - a.evseId || b.profile.stackLevel - a.profile.stackLevel,
    );
  }

  /** Answers whether there was any. An id alone decides; else all that is named must agree. */
  clear({ profileId, evseId, purpose, stackLevel }: Clearing): boolean {
    const isMeant = ({ evseId: at, profile }: InstalledProfile) =>
      profileId !== undefined
        ? profile.profileId === profileId
        : (evseId ?? at) === at &&
          (purpose ?? profile.purpose) === profile.purpose &&
          (stackLevel ?? profile.stackLevel) === profile.stackLevel;
    const kept = this.installed.filter((one) => !isMeant(one));
    const isAny = kept.length < this.installed.length;
    this.installed = kept;
    return isAny;
  }

  /** Those that agree with all that is named, as a report says them (K09); all of them are of the CSO. */
  reported({ evseId, profileIds, purpose, stackLevel, sources }: ProfilesRequest): ReportedAt[] {
    const isMeant = ({ evseId: at, profile }: InstalledProfile) =>
      (evseId ?? at) === at &&
      (profileIds ?? [profile.profileId]).includes(profile.profileId) &&
      (purpose ?? profile.purpose) === profile.purpose &&
      (stackLevel ?? profile.stackLevel) === profile.stackLevel &&
      (sources ?? ['CSO']).includes('CSO');
    return this.installed.filter(isMeant).map(({ evseId: at, profile }) => {
      const { schedule, transactionId, ...rest } = profile;
      const named = transactionId === undefined ? {} : { transactionId: String(transactionId) };
      return { evseId: at, profile: { ...rest, ...named, schedules: [schedule] } };
    });
  }

  /** Their transaction is over, or they were lost. */
  dropTxProfiles(): void {
    this.installed = this.installed.filter(({ profile }) => profile.purpose !== 'TxProfile');
  }

  /**
   * A per phase at an instant of the station's clock; undefined where no profile says anything. relativeFromMs: the start of the
   * transaction; where there is none, of one that would start now (K08.FR.06).
   */
  limitA(atMs: number, relativeFromMs: RelativeFrom): number | undefined {
    const ofCar =
      this.ofPurpose('TxProfile', atMs, relativeFromMs) ?? this.ofPurpose('TxDefaultProfile', atMs, relativeFromMs);
    const ofStation = this.ofPurpose('ChargingStationMaxProfile', atMs, relativeFromMs);
    if (ofCar === undefined || ofStation === undefined) return ofCar ?? ofStation;
    return Math.min(ofCar, ofStation);
  }

  private ofPurpose(purpose: Purpose, atMs: number, relativeFromMs: RelativeFrom): number | undefined {
    for (const one of this.installed) {
      if (one.profile.purpose !== purpose) continue;
      const limitA = this.ofProfile(one.profile, atMs, relativeFromMs(one));
      if (limitA !== undefined) return limitA;
    }
    return undefined;
  }

  private ofProfile(profile: ChargingProfile, atMs: number, relativeFromMs: number): number | undefined {
    const { validFromMs, validToMs, schedule } = profile;
    if (validFromMs !== undefined && atMs < validFromMs) return undefined;
    if (validToMs !== undefined && atMs >= validToMs) return undefined;
    const sinceMs = sinceStartMs(profile, atMs, relativeFromMs);
    if (sinceMs < 0) return undefined;
    if (schedule.durationS !== undefined && sinceMs >= schedule.durationS * 1000) return undefined;
    let current: ChargingProfile['schedule']['periods'][number] | undefined;
    for (const period of schedule.periods) {
      if (period.startPeriodS * 1000 > sinceMs) break;
      current = period;
    }
    if (current === undefined || schedule.rateUnit === 'A') return current?.limit;
    return current.limit / (VOLTAGE_V * (current.numberPhases ?? this.phases));
  }

  /** The instants in (fromMs, toMs) at which anything may change. */
  changesMs(fromMs: number, toMs: number, relativeFromMs: RelativeFrom): number[] {
    const times = new Set<number>();
    for (const one of this.installed) {
      const { validFromMs, validToMs, schedule, recurrency } = one.profile;
      for (const ms of [validFromMs, validToMs]) if (ms !== undefined) times.add(ms);
      const offsetsMs = schedule.periods.map(({ startPeriodS }) => startPeriodS * 1000);
      if (schedule.durationS !== undefined) offsetsMs.push(schedule.durationS * 1000);
      if (one.profile.kind !== 'Recurring') {
        const startMs = one.profile.kind === 'Relative' ? relativeFromMs(one) : (schedule.startMs ?? 0);
        for (const offsetMs of offsetsMs) times.add(startMs + offsetMs);
        continue;
      }
      const everyMs = recurrenceMs(recurrency);
      const firstMs = fromMs - sinceStartMs(one.profile, fromMs, 0);
      for (let startMs = firstMs; startMs < toMs; startMs += everyMs)
        for (const offsetMs of offsetsMs) times.add(startMs + offsetMs);
    }
    return [...times].filter((ms) => ms > fromMs && ms < toMs).sort((a, b) => a - b);
  }
}

/** What a Relative profile counts from. */
export type RelativeFrom = (one: InstalledProfile) => number;

function sinceStartMs({ kind, recurrency, schedule }: ChargingProfile, atMs: number, relativeFromMs: number): number {
  if (kind === 'Relative') return atMs - relativeFromMs;
  const sinceMs = atMs - (schedule.startMs ?? 0);
  if (kind === 'Absolute') return sinceMs;
  const everyMs = recurrenceMs(recurrency);
  return sinceMs - Math.floor(sinceMs / everyMs) * everyMs;
}

function recurrenceMs(recurrency: ChargingProfile['recurrency']): number {
  return recurrency === 'Weekly' ? 7 * DAY_MS : DAY_MS;
}

/** Why a station that keeps to the specification does not take a profile; undefined where it does. */
export function refusalOf(profile: ChargingProfile, receiving: Receiving): string | undefined {
  return misplaced(profile, receiving) ?? malformed(profile);
}

function misplaced({ purpose, kind, transactionId }: ChargingProfile, receiving: Receiving): string | undefined {
  const { evseId, evses, inRemoteStart } = receiving;
  if (evseId < 0 || evseId > evses) return 'no such EVSE (K01.FR.28)';
  if (inRemoteStart && (purpose !== 'TxProfile' || transactionId !== undefined))
    return 'a remote start takes a TxProfile without a transaction (K05.FR.02)';
  switch (purpose) {
    case 'TxDefaultProfile':
      return undefined;
    case 'ChargingStationMaxProfile':
      if (evseId !== 0) return 'a maximum is of the station (K04.FR.03)';
      return kind === 'Relative' ? 'a maximum is never relative (K01.FR.38)' : undefined;
    case 'TxProfile':
      if (evseId === 0) return 'a transaction is on an EVSE (K01.FR.16)';
      if (inRemoteStart) return undefined;
      if (transactionId === undefined) return 'of which transaction? (K01.FR.03)';
      return transactionId === receiving.transactionId ? undefined : 'no such transaction (K01.FR.33)';
  }
}

function malformed({ kind, recurrency, validFromMs, validToMs, schedule }: ChargingProfile): string | undefined {
  const { startMs, periods } = schedule;
  if (kind === 'Relative' && startMs !== undefined) return 'Relative has no start (K01.FR.41)';
  if (kind !== 'Relative' && startMs === undefined) return 'a start is missing (K01.FR.40)';
  if (kind === 'Recurring' && recurrency === undefined) return 'how often?';
  if (validFromMs !== undefined && validToMs !== undefined && validFromMs >= validToMs) return 'never valid';
  if (periods[0]?.startPeriodS !== 0) return 'the first period starts at 0 (K01.FR.31)';
  const ascends = periods.every(
    ({ startPeriodS }, index) => startPeriodS > (periods[index - 1]?.startPeriodS ?? Number.NEGATIVE_INFINITY),
  );
  return ascends ? undefined : 'periods ascend (K01.FR.35)';
}
