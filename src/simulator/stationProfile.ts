import {
  optionalInstantMs,
  optionalInteger,
  optionalNumber,
  optionalOneOf,
  requiredInteger,
  requiredList,
  requiredNumber,
  requiredObject,
  requiredOneOf,
} from './fields.js';
import { type JsonObject, RpcFailure } from './rpc.js';

export type RateUnit = 'A' | 'W';
export type ProfilePurpose = 'ChargePointMaxProfile' | 'TxDefaultProfile' | 'TxProfile';
export const PROFILE_PURPOSES: readonly ProfilePurpose[] = ['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'];

/** A charging profile as a station keeps it: what came over the wire, with instants in epoch milliseconds. */
export interface StationProfile {
  readonly profileId: number;
  readonly transactionId?: number;
  readonly stackLevel: number;
  readonly purpose: ProfilePurpose;
  readonly kind: 'Absolute' | 'Recurring' | 'Relative';
  readonly recurrency?: 'Daily' | 'Weekly';
  readonly validFromMs?: number;
  /** Exclusive. */
  readonly validToMs?: number;
  readonly startMs?: number;
  readonly durationS?: number;
  readonly rateUnit: RateUnit;
  readonly periods: readonly StationPeriod[];
}

export interface StationPeriod {
  readonly startPeriodS: number;
  /** A per phase, or W in total. */
  readonly limit: number;
  readonly numberPhases?: number;
}

/** Reads `csChargingProfiles` (or a remote start's `chargingProfile`). Throws RpcFailure naming the member at fault. */
export function parseStationProfile(payload: JsonObject): StationProfile {
  const schedule = requiredObject(payload, 'chargingSchedule');
  const stackLevel = requiredInteger(payload, 'stackLevel');
  if (stackLevel < 0) throw new RpcFailure('PropertyConstraintViolation', 'stackLevel must not be negative');
  return dropAbsent({
    profileId: requiredInteger(payload, 'chargingProfileId'),
    transactionId: optionalInteger(payload, 'transactionId'),
    stackLevel,
    purpose: requiredOneOf(payload, 'chargingProfilePurpose', PROFILE_PURPOSES),
    kind: requiredOneOf(payload, 'chargingProfileKind', ['Absolute', 'Recurring', 'Relative'] as const),
    recurrency: optionalOneOf(payload, 'recurrencyKind', ['Daily', 'Weekly'] as const),
    validFromMs: optionalInstantMs(payload, 'validFrom'),
    validToMs: optionalInstantMs(payload, 'validTo'),
    startMs: optionalInstantMs(schedule, 'startSchedule'),
    durationS: optionalInteger(schedule, 'duration'),
    rateUnit: requiredOneOf(schedule, 'chargingRateUnit', ['A', 'W'] as const),
    periods: requiredList(schedule, 'chargingSchedulePeriod').map(parsePeriod),
  });
}

function parsePeriod(payload: JsonObject): StationPeriod {
  const limit = requiredNumber(payload, 'limit');
  if (limit < 0) throw new RpcFailure('PropertyConstraintViolation', 'limit must not be negative');
  const numberPhases = optionalNumber(payload, 'numberPhases');
  if (numberPhases !== undefined && ![1, 2, 3].includes(numberPhases)) {
    throw new RpcFailure('PropertyConstraintViolation', 'numberPhases must be 1, 2 or 3');
  }
  return dropAbsent({ startPeriodS: requiredInteger(payload, 'startPeriod'), limit, numberPhases });
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Optional members that are absent are left out, not set to undefined. */
function dropAbsent<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Present<T>;
}
