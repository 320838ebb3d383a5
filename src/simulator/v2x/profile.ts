import {
  dropAbsent,
  optionalInstantMs,
  optionalInteger,
  optionalNumber,
  optionalOneOf,
  optionalText,
  requiredInteger,
  requiredList,
  requiredNumber,
  requiredOneOf,
} from '../fields.js';
import { type JsonObject, RpcFailure } from '../rpc.js';
import type { OcppVersion } from '../stationDialect.js';
import type { ProfileKind, ProfilePurpose, RateUnit, StationProfile } from '../stationProfile.js';

export type Version2x = Exclude<OcppVersion, '1.6'>;

export const PURPOSES: readonly ProfilePurpose[] = [
  'ChargingStationExternalConstraints',
  'ChargingStationMaxProfile',
  'TxDefaultProfile',
  'TxProfile',
];
/** 2.1 has them; this station does not. */
const PURPOSES_21 = ['PriorityCharging', 'LocalGeneration'] as const;
const KINDS: readonly ProfileKind[] = ['Absolute', 'Recurring', 'Relative'];

/** A profile as it was sent, before anybody has judged it. */
export interface OfferedProfile {
  readonly profileId: number;
  readonly transactionId?: string;
  readonly stackLevel: number;
  readonly purpose: ProfilePurpose | (typeof PURPOSES_21)[number];
  readonly kind: ProfileKind | 'Dynamic';
  readonly recurrency?: 'Daily' | 'Weekly';
  readonly validFromMs?: number;
  readonly validToMs?: number;
  /** More than one are offers to an ISO 15118 car. */
  readonly schedules: readonly OfferedSchedule[];
  readonly asReceived: JsonObject;
}

export interface OfferedSchedule {
  readonly startMs?: number;
  readonly durationS?: number;
  readonly rateUnit: RateUnit;
  readonly periods: readonly OfferedPeriod[];
  readonly asReceived: JsonObject;
}

export interface OfferedPeriod {
  readonly startPeriodS: number;
  /** 2.1 has periods without one. */
  readonly limit?: number;
  readonly numberPhases?: number;
  readonly phaseToUse?: number;
  readonly asReceived: JsonObject;
}

/** Reads a ChargingProfileType. Throws RpcFailure naming the member at fault. */
export function parseProfile(payload: JsonObject, version: Version2x): OfferedProfile {
  const is21 = version === '2.1';
  const stackLevel = requiredInteger(payload, 'stackLevel');
  if (stackLevel < 0) throw new RpcFailure('PropertyConstraintViolation', 'stackLevel must not be negative');
  const purposes = is21 ? [...PURPOSES, ...PURPOSES_21] : PURPOSES;
  const kinds: readonly OfferedProfile['kind'][] = is21 ? [...KINDS, 'Dynamic'] : KINDS;
  return dropAbsent({
    profileId: requiredInteger(payload, 'id'),
    transactionId: optionalText(payload, 'transactionId'),
    stackLevel,
    purpose: requiredOneOf<OfferedProfile['purpose']>(payload, 'chargingProfilePurpose', purposes),
    kind: requiredOneOf(payload, 'chargingProfileKind', kinds),
    recurrency: optionalOneOf(payload, 'recurrencyKind', ['Daily', 'Weekly'] as const),
    validFromMs: optionalInstantMs(payload, 'validFrom'),
    validToMs: optionalInstantMs(payload, 'validTo'),
    schedules: someOf(requiredList(payload, 'chargingSchedule'), 'chargingSchedule', 3).map((schedule) =>
      parseSchedule(schedule, is21),
    ),
    asReceived: payload,
  });
}

function parseSchedule(payload: JsonObject, is21: boolean): OfferedSchedule {
  requiredInteger(payload, 'id');
  const periods = someOf(requiredList(payload, 'chargingSchedulePeriod'), 'chargingSchedulePeriod', 1024);
  return dropAbsent({
    startMs: optionalInstantMs(payload, 'startSchedule'),
    durationS: optionalInteger(payload, 'duration'),
    rateUnit: requiredOneOf(payload, 'chargingRateUnit', ['A', 'W'] as const),
    periods: periods.map((period) => parsePeriod(period, is21)),
    asReceived: payload,
  });
}

function parsePeriod(payload: JsonObject, is21: boolean): OfferedPeriod {
  const limit = is21 ? optionalNumber(payload, 'limit') : requiredNumber(payload, 'limit');
  if (limit !== undefined && limit < 0) {
    throw new RpcFailure('PropertyConstraintViolation', 'limit must not be negative');
  }
  return dropAbsent({
    startPeriodS: requiredInteger(payload, 'startPeriod'),
    limit,
    numberPhases: phases(payload, 'numberPhases'),
    phaseToUse: phases(payload, 'phaseToUse'),
    asReceived: payload,
  });
}

function phases(payload: JsonObject, name: string): number | undefined {
  const value = optionalInteger(payload, name);
  if (value !== undefined && ![1, 2, 3].includes(value)) {
    throw new RpcFailure('PropertyConstraintViolation', `${name} must be 1, 2 or 3`);
  }
  return value;
}

function someOf<T>(list: readonly T[], name: string, most: number): readonly T[] {
  if (list.length === 0 || list.length > most) {
    throw new RpcFailure('OccurenceConstraintViolation', `${name} must have 1 to ${most} members`);
  }
  return list;
}

/** One that was accepted, as the station keeps it: of several schedules it runs by the first. */
export function stationProfileOf(offered: OfferedProfile): StationProfile {
  const { purpose, kind } = offered;
  const [schedule] = offered.schedules;
  if (purpose === 'PriorityCharging' || purpose === 'LocalGeneration' || kind === 'Dynamic' || schedule === undefined) {
    throw new Error(`a profile of purpose ${purpose} and kind ${kind} was accepted`);
  }
  return dropAbsent({
    profileId: offered.profileId,
    transactionId: offered.transactionId,
    stackLevel: offered.stackLevel,
    purpose,
    kind,
    recurrency: offered.recurrency,
    validFromMs: offered.validFromMs,
    validToMs: offered.validToMs,
    startMs: schedule.startMs,
    durationS: schedule.durationS,
    rateUnit: schedule.rateUnit,
    periods: schedule.periods.map(({ startPeriodS, limit = 0, numberPhases }) =>
      dropAbsent({ startPeriodS, limit, numberPhases }),
    ),
    asReceived: offered.asReceived,
  });
}

/** As ReportChargingProfiles and NotifyChargingLimit write it; a profile of a remote start has learned its transaction. */
export function wireProfile(profile: StationProfile): JsonObject {
  const { transactionId, asReceived } = profile;
  if (asReceived !== undefined) return transactionId === undefined ? asReceived : { ...asReceived, transactionId };
  return {
    id: profile.profileId,
    stackLevel: profile.stackLevel,
    chargingProfilePurpose: profile.purpose,
    chargingProfileKind: profile.kind,
    chargingSchedule: [wireSchedule({ ...profile, scheduleId: 1 })],
  };
}

export function wireSchedule(
  of: Pick<StationProfile, 'startMs' | 'durationS' | 'rateUnit' | 'periods'> & { readonly scheduleId: number },
): JsonObject {
  return {
    id: of.scheduleId,
    ...(of.startMs === undefined ? {} : { startSchedule: new Date(of.startMs).toISOString() }),
    ...(of.durationS === undefined ? {} : { duration: of.durationS }),
    chargingRateUnit: of.rateUnit,
    chargingSchedulePeriod: of.periods.map(({ startPeriodS, limit }) => ({ startPeriod: startPeriodS, limit })),
  };
}
