import {
  dropAbsent,
  optionalInstantMs,
  optionalInteger,
  optionalNumber,
  optionalOneOf,
  requiredInteger,
  requiredList,
  requiredNumber,
  requiredObject,
  requiredOneOf,
} from '../fields.js';
import { type JsonObject, RpcFailure } from '../rpc.js';
import type { ProfilePurpose, StationPeriod, StationProfile } from '../stationProfile.js';

const PURPOSES = {
  ChargePointMaxProfile: 'ChargingStationMaxProfile',
  TxDefaultProfile: 'TxDefaultProfile',
  TxProfile: 'TxProfile',
} as const satisfies Record<string, ProfilePurpose>;
type WirePurpose = keyof typeof PURPOSES;
const WIRE_PURPOSES: readonly WirePurpose[] = ['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'];

/** Reads `csChargingProfiles` (or a remote start's `chargingProfile`). Throws RpcFailure naming the member at fault. */
export function parseStationProfile(payload: JsonObject): StationProfile {
  const schedule = requiredObject(payload, 'chargingSchedule');
  const stackLevel = requiredInteger(payload, 'stackLevel');
  if (stackLevel < 0) throw new RpcFailure('PropertyConstraintViolation', 'stackLevel must not be negative');
  return dropAbsent({
    profileId: requiredInteger(payload, 'chargingProfileId'),
    transactionId: optionalInteger(payload, 'transactionId'),
    stackLevel,
    purpose: PURPOSES[requiredOneOf(payload, 'chargingProfilePurpose', WIRE_PURPOSES)],
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

/** The purpose that a ClearChargingProfile names, if any. */
export function optionalPurpose(payload: JsonObject): ProfilePurpose | undefined {
  const word = optionalOneOf(payload, 'chargingProfilePurpose', WIRE_PURPOSES);
  return word === undefined ? undefined : PURPOSES[word];
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
