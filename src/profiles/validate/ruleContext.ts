import type { InstalledProfile, OcppVersion, RateUnit } from '../composite/installedProfile.js';
import { parseInstant } from '../composite/instant.js';
import { readProfile } from '../composite/readProfile.js';
import { isGiven, UnreadableProfile, type Wire } from '../composite/wireMembers.js';

/** What a station can do, as it said. A member that is absent or 'unknown' refuses nothing: it is found out by trying. */
export interface ProfileStation {
  readonly evses?: readonly ProfileEvse[] | 'unknown';
  /** False: it has no smart charging at all. */
  readonly smartCharging?: boolean;
  readonly maxStackLevel?: number | 'unknown';
  readonly maxPeriods?: number | 'unknown';
  readonly maxProfilesInstalled?: number | 'unknown';
  /** An empty list says nothing. */
  readonly rateUnits?: readonly RateUnit[] | 'unknown';
  /** From 2.0.1: SmartChargingCtrlr.ACPhaseSwitchingSupported. */
  readonly acPhaseSwitching?: boolean;
  /** 2.1: ids up to this are the station's own. */
  readonly maxExternalConstraintsId?: number;
  /** 2.1: SupportedAdditionalPurposes. */
  readonly additionalPurposes?: readonly string[];
  /** 2.1: V2XChargingCtrlr.SupportedOperationModes. ChargingOnly needs no mention. */
  readonly operationModes?: readonly string[];
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
  readonly kind?: 'AC' | 'DC';
  /** Of an AC supply. */
  readonly supplyPhases?: number;
  /** 2.1: the grid phases of this DC EVSE can be chosen. Absent, it is like any other: it has none. */
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
  /** As on the wire. One that can't be read takes its place, and clashes with nothing. */
  readonly installed: readonly { readonly evseId: number; readonly profile: unknown }[];
  /** 'remoteStart': inside a RemoteStartTransaction or RequestStartTransaction. Default 'set'. */
  readonly origin?: 'set' | 'remoteStart';
}

/** What the rules are asked about. Members of the wire are read as they stand: a rule asks only for what it is about. */
export interface RuleContext {
  readonly input: ValidateInput;
  readonly wire: Wire;
  /** '' where it is no text: of an unknown purpose or kind nothing more is asked. */
  readonly purpose: string;
  readonly kind: string;
  readonly profileId: unknown;
  readonly schedules: readonly Wire[];
  readonly periods: readonly Wire[];
  /** Undefined: EVSE 0, or one that nothing is known of. */
  readonly evse: ProfileEvse | undefined;
  /** Those that an accepted profile with this id would not replace, as far as they can be read. */
  readonly others: readonly InstalledProfile[];
  /** Beside those, installed profiles that can't be read. */
  readonly unreadable: number;
  /** Of its EVSE. */
  readonly transactions: ValidateInput['transactions'];
}

/** One thing for which a station refuses a profile. */
export interface ProfileRule {
  /** The requirement's id, or the section of 1.6. */
  readonly rule: string;
  readonly reasonCode: string;
  readonly isBroken: (context: RuleContext) => boolean;
}

export function ruleContext(input: ValidateInput): RuleContext {
  const { ocppVersion, evseId } = input;
  const wire = asObject(input.profile);
  const schedules = (Array.isArray(wire.chargingSchedule) ? wire.chargingSchedule : [wire.chargingSchedule])
    .filter(isGiven)
    .map(asObject);
  const profileId = ocppVersion === '1.6' ? wire.chargingProfileId : wire.id;
  const installed = input.installed.map((one) => readable(ocppVersion, one));
  const others = installed.filter((one) => one !== undefined && one.profileId !== profileId);
  return {
    input,
    wire,
    purpose: textOf(wire.chargingProfilePurpose),
    kind: textOf(wire.chargingProfileKind),
    profileId,
    schedules,
    periods: schedules.flatMap(periodsOf),
    evse: knownEvses(input)?.find(({ id }) => id === evseId),
    others: others.filter((one) => one !== undefined),
    unreadable: installed.filter((one) => one === undefined).length,
    transactions: input.transactions.filter((transaction) => transaction.evseId === evseId),
  };
}

function readable(
  version: OcppVersion,
  { evseId, profile }: ValidateInput['installed'][number],
): InstalledProfile | undefined {
  try {
    return readProfile(version, evseId, profile);
  } catch (error) {
    if (error instanceof UnreadableProfile) return undefined;
    throw error;
  }
}

/** Undefined: the station did not say which it has. */
export function knownEvses({ station: { evses } }: ValidateInput): readonly ProfileEvse[] | undefined {
  return evses === 'unknown' ? undefined : evses;
}

/** One that the station is known not to have. 0 is the station itself. */
export function isUnknownEvse({ input, evse }: RuleContext): boolean {
  const { evseId } = input;
  if (evseId === 0) return false;
  return !(Number.isInteger(evseId) && evseId > 0) || (knownEvses(input) !== undefined && evse === undefined);
}

/** '' where it is none. Arbitrary JSON must not be made a text with String(): an object may have a toString of its own. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Ids of transactions are numbers in 1.6 and texts from 2.0.1 on: compared as text. */
export function transactionIdOf({ transactionId }: { readonly transactionId?: unknown }): string | undefined {
  return typeof transactionId === 'string' || typeof transactionId === 'number' ? String(transactionId) : undefined;
}

/** The profile is for a transaction that runs on its EVSE, as far as their ids are known. */
export function isOfTransaction({ wire, transactions }: RuleContext): boolean {
  const wanted = transactionIdOf(wire);
  return transactions.some((transaction) => {
    const running = transactionIdOf(transaction);
    return wanted === undefined || running === undefined || wanted === running;
  });
}

export function periodsOf(schedule: Wire): Wire[] {
  const periods = schedule.chargingSchedulePeriod;
  return Array.isArray(periods) ? periods.map(asObject) : [];
}

/** A number greater than what is known to be possible. */
export function exceeds(value: unknown, most: number | 'unknown' | undefined): boolean {
  return typeof most === 'number' && typeof value === 'number' && value > most;
}

export function startsAreAscending(schedule: Wire): boolean {
  const starts = periodsOf(schedule).map(({ startPeriod }) =>
    typeof startPeriod === 'number' ? startPeriod : Number.NaN,
  );
  return starts.every((startS, index) => index === 0 || startS > (starts[index - 1] ?? Number.NaN));
}

export function startsAtZero(schedule: Wire): boolean {
  return periodsOf(schedule)[0]?.startPeriod === 0;
}

/** Half-open; an instant that is none is left to the schema. */
export function validityOf({ validFrom, validTo }: Wire): { readonly fromMs: number; readonly toMs: number } {
  return {
    fromMs: parseInstant(textOf(validFrom)) ?? Number.NEGATIVE_INFINITY,
    toMs: parseInstant(textOf(validTo)) ?? Number.POSITIVE_INFINITY,
  };
}

export function recursSomehow({ recurrencyKind }: Wire): boolean {
  return recurrencyKind === 'Daily' || recurrencyKind === 'Weekly';
}

export function isUnitKnown({ input }: RuleContext, schedule: Wire): boolean {
  const { rateUnits } = input.station;
  const unit = schedule.chargingRateUnit;
  if (unit !== 'A' && unit !== 'W') return false;
  return rateUnits === undefined || rateUnits === 'unknown' || rateUnits.length === 0 || rateUnits.includes(unit);
}

/** As many as there may be, and this one comes on top of them. */
export function isFull({ input, others, unreadable }: Pick<RuleContext, 'input' | 'others' | 'unreadable'>): boolean {
  const { maxProfilesInstalled } = input.station;
  return typeof maxProfilesInstalled === 'number' && others.length + unreadable >= maxProfilesInstalled;
}

function asObject(value: unknown): Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Wire) : {};
}
