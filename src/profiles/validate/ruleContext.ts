import type { InstalledProfile, OcppVersion, RateUnit } from '../composite/installedProfile.js';
import { readProfile } from '../composite/readProfile.js';

/** What a station can do, as it said. A member that is absent or 'unknown' refuses nothing: it is found out by trying. */
export interface ProfileStation {
  readonly evses: readonly ProfileEvse[];
  /** False: it has no smart charging at all. */
  readonly smartCharging?: boolean;
  readonly maxStackLevel?: number | 'unknown';
  readonly maxPeriods?: number | 'unknown';
  readonly maxProfilesInstalled?: number | 'unknown';
  readonly rateUnits?: readonly RateUnit[] | 'unknown';
  /** 2.0.1: SmartChargingCtrlr.ACPhaseSwitchingSupported. */
  readonly acPhaseSwitching?: boolean;
  /** 2.1: ids up to this are the station's own. */
  readonly maxExternalConstraintsId?: number;
  /** 2.1: SupportedAdditionalPurposes. */
  readonly additionalPurposes?: readonly string[];
  /** 2.1: what else the SmartChargingCtrlr says it supports. */
  readonly supports?: {
    readonly dynamicProfiles?: boolean;
    readonly useLocalTime?: boolean;
    readonly randomizedDelay?: boolean;
    readonly limitAtSoC?: boolean;
    readonly evseSleep?: boolean;
  };
}

export interface ProfileEvse {
  readonly id: number;
  /** Default AC. */
  readonly kind?: 'AC' | 'DC';
  /** Of an AC supply. Default 3. */
  readonly supplyPhases?: number;
  /** 2.1: a DC EVSE whose grid phases can be chosen. */
  readonly dcInputPhaseControl?: boolean;
}

export interface ValidateInput {
  readonly ocppVersion: OcppVersion;
  /** Exactly as on that version's wire. */
  readonly profile: unknown;
  readonly evseId: number;
  readonly station: ProfileStation;
  /** Those that run. */
  readonly transactions: readonly { readonly evseId: number; readonly transactionId?: number | string }[];
  /** As on the wire. */
  readonly installed: readonly { readonly evseId: number; readonly profile: unknown }[];
  /** 'remoteStart': inside a RemoteStartTransaction or RequestStartTransaction. Default 'set'. */
  readonly origin?: 'set' | 'remoteStart';
}

export type Wire = Readonly<Record<string, unknown>>;

/** What the rules are asked about. Members of the wire are read as they stand: a rule asks only for what it is about. */
export interface RuleContext {
  readonly input: ValidateInput;
  readonly wire: Wire;
  readonly purpose: unknown;
  readonly kind: unknown;
  readonly profileId: unknown;
  readonly schedules: readonly Wire[];
  readonly periods: readonly Wire[];
  /** Undefined: EVSE 0, or one that there is not. */
  readonly evse: ProfileEvse | undefined;
  /** Those that an accepted profile with this id would not replace. */
  readonly others: readonly InstalledProfile[];
  readonly transaction: ValidateInput['transactions'][number] | undefined;
}

/** One thing for which a station refuses a profile. */
export interface ProfileRule {
  /** The requirement's id, or the section of 1.6. */
  readonly rule: string;
  readonly reasonCode: string;
  readonly isBroken: (context: RuleContext) => boolean;
}

export function ruleContext(input: ValidateInput): RuleContext {
  const wire = asObject(input.profile);
  const schedules = (Array.isArray(wire.chargingSchedule) ? wire.chargingSchedule : [wire.chargingSchedule])
    .filter((schedule: unknown) => schedule !== undefined && schedule !== null)
    .map(asObject);
  const profileId = input.ocppVersion === '1.6' ? wire.chargingProfileId : wire.id;
  return {
    input,
    wire,
    purpose: wire.chargingProfilePurpose,
    kind: wire.chargingProfileKind,
    profileId,
    schedules,
    periods: schedules.flatMap(periodsOf),
    evse: input.station.evses.find(({ id }) => id === input.evseId),
    others: input.installed
      .map(({ evseId, profile }) => readProfile(input.ocppVersion, evseId, profile))
      .filter((installed) => installed.profileId !== profileId),
    transaction: input.transactions.find(({ evseId }) => evseId === input.evseId),
  };
}

export function periodsOf(schedule: Wire): Wire[] {
  const periods = schedule.chargingSchedulePeriod;
  return Array.isArray(periods) ? periods.map(asObject) : [];
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A number greater than what is known to be possible. */
export function exceeds(value: unknown, most: number | 'unknown' | undefined): boolean {
  return typeof most === 'number' && typeof value === 'number' && value > most;
}

export function startsAreAscending(schedule: Wire): boolean {
  const starts = periodsOf(schedule).map(({ startPeriod }) => Number(startPeriod));
  return starts.every((startS, index) => index === 0 || startS > (starts[index - 1] ?? 0));
}

export function startsAtZero(schedule: Wire): boolean {
  return periodsOf(schedule)[0]?.startPeriod === 0;
}

export function validityOf({ validFrom, validTo }: Wire): { readonly fromMs: number; readonly toMs: number } {
  return {
    fromMs: typeof validFrom === 'string' ? Date.parse(validFrom) : Number.NEGATIVE_INFINITY,
    toMs: typeof validTo === 'string' ? Date.parse(validTo) : Number.POSITIVE_INFINITY,
  };
}

export function isUnitKnown({ input }: RuleContext, schedule: Wire): boolean {
  const { rateUnits } = input.station;
  const unit = schedule.chargingRateUnit;
  if (unit !== 'A' && unit !== 'W') return false;
  return rateUnits === undefined || rateUnits === 'unknown' || rateUnits.includes(unit);
}

/** As many as there may be, and this one comes on top of them. */
export function isFull({ input, others }: RuleContext): boolean {
  const { maxProfilesInstalled } = input.station;
  return typeof maxProfilesInstalled === 'number' && others.length >= maxProfilesInstalled;
}

function asObject(value: unknown): Wire {
  return typeof value === 'object' && value !== null ? (value as Wire) : {};
}
