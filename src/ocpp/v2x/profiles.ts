import type {
  ChargingProfileType,
  ClearChargingProfileRequest,
  GetChargingProfilesRequest,
} from 'typed-ocpp/dist/ocpp21/types.js';
import type { ChargingProfile, TransactionId } from '../../site/chargingProfile.js';
import { floorToDeciampere } from '../../site/electricity.js';
import type { StationCommand } from '../../site/stationMessages.js';
import { formatInstant } from '../timestamp.js';
import { Unsayable } from './unsayable.js';

export function profileToWire(profile: ChargingProfile): ChargingProfileType {
  const { schedule } = profile;
  return {
    id: profile.profileId,
    stackLevel: profile.stackLevel,
    chargingProfilePurpose: profile.purpose,
    chargingProfileKind: profile.kind,
    ...(profile.recurrency !== undefined && { recurrencyKind: profile.recurrency }),
    ...(profile.validFromMs !== undefined && { validFrom: formatInstant(profile.validFromMs) }),
    ...(profile.validToMs !== undefined && { validTo: formatInstant(profile.validToMs) }),
    ...(profile.transactionId !== undefined && { transactionId: transactionIdToWire(profile.transactionId) }),
    chargingSchedule: [
      {
        // One schedule a profile: more are for cars that choose among them (ISO 15118).
        id: profile.profileId,
        ...(schedule.startMs !== undefined && { startSchedule: formatInstant(schedule.startMs) }),
        ...(schedule.durationS !== undefined && { duration: schedule.durationS }),
        chargingRateUnit: schedule.rateUnit,
        chargingSchedulePeriod: schedule.periods.map(({ startPeriodS, limit, numberPhases }) => ({
          startPeriod: startPeriodS,
          // One decimal at most, whoever made the profile; floor, so that no rounding ever offers more.
          limit: floorToDeciampere(nonNegative(limit)),
          ...(numberPhases !== undefined && { numberPhases }),
        })),
      },
    ],
  };
}

/** OCPP 2.0.1 K05.FR.02: what comes with a start is a TxProfile, and there is no transaction to name yet. */
export function startProfileToWire(profile: ChargingProfile): ChargingProfileType {
  if (profile.purpose !== 'TxProfile')
    throw new Unsayable(`A remote start carries a TxProfile, not a ${profile.purpose}.`);
  const { transactionId: _unknownYet, ...chargingProfile } = profileToWire(profile);
  return chargingProfile;
}

/** An id says it all; else only those criteria that were given. */
export function clearToWire(
  command: Extract<StationCommand, { type: 'clearChargingProfile' }>,
): ClearChargingProfileRequest {
  if (command.profileId !== undefined) return { chargingProfileId: command.profileId };
  return {
    chargingProfileCriteria: {
      ...(command.evseId !== undefined && { evseId: command.evseId }),
      ...(command.purpose !== undefined && { chargingProfilePurpose: command.purpose }),
      ...(command.stackLevel !== undefined && { stackLevel: command.stackLevel }),
    },
  };
}

export function profilesRequestToWire(
  command: Extract<StationCommand, { type: 'requestProfiles' }>,
  requestId: number,
): GetChargingProfilesRequest {
  const { evseId, profileIds, purpose, stackLevel, sources } = command;
  return {
    requestId,
    ...(evseId !== undefined && { evseId }),
    chargingProfile: {
      ...(purpose !== undefined && { chargingProfilePurpose: purpose }),
      ...(stackLevel !== undefined && { stackLevel }),
      ...(profileIds !== undefined && { chargingProfileId: [...profileIds] }),
      ...(sources !== undefined && { chargingLimitSource: [...sources] }),
    },
  };
}

export function transactionIdToWire(transactionId: TransactionId): string {
  if (typeof transactionId === 'string') return transactionId;
  throw new Unsayable('From OCPP 2.0.1 on transactions are known by a text only.');
}

/** Some stations read a negative limit as none at all. */
export function nonNegative(limit: number): number {
  if (limit < 0) throw new Unsayable('A limit can not be negative.');
  return limit;
}
