import type {
  ClearChargingProfileRequest,
  RemoteStartTransactionRequest,
  SetChargingProfileRequest,
  TriggerMessageRequest,
} from 'typed-ocpp/dist/ocpp16/types.js';
import { assertNever } from '../../site/assertNever.js';
import type { ChargingProfile, TransactionId } from '../../site/chargingProfile.js';
import { floorToDeciampere } from '../../site/electricity.js';
import type { StationCommand, TriggeredMessage } from '../../site/stationMessages.js';
import { formatInstant } from '../timestamp.js';

type WireProfile = SetChargingProfileRequest['csChargingProfiles'];

/** A command in 1.6's words. Validation against the schema follows; what 1.6 cannot say at all throws Unsayable. */
export function commandToWire(command: StationCommand): { readonly action: string; readonly payload: object } {
  switch (command.type) {
    case 'setChargingProfile':
      return {
        action: 'SetChargingProfile',
        payload: { connectorId: command.evseId, csChargingProfiles: profileToWire(command.profile) },
      };
    case 'clearChargingProfile':
      return { action: 'ClearChargingProfile', payload: clearToWire(command) };
    case 'getCompositeSchedule':
      return {
        action: 'GetCompositeSchedule',
        payload: {
          connectorId: command.evseId,
          duration: command.durationS,
          ...(command.rateUnit !== undefined && { chargingRateUnit: command.rateUnit }),
        },
      };
    case 'getConfiguration':
      return { action: 'GetConfiguration', payload: command.keys === undefined ? {} : { key: command.keys } };
    case 'changeConfiguration':
      return { action: 'ChangeConfiguration', payload: { key: command.key, value: command.value } };
    case 'remoteStart':
      return { action: 'RemoteStartTransaction', payload: remoteStartToWire(command) };
    case 'remoteStop':
      return {
        action: 'RemoteStopTransaction',
        payload: { transactionId: transactionIdToWire(command.transactionId) },
      };
    case 'trigger':
      return {
        action: 'TriggerMessage',
        payload: {
          requestedMessage: triggeredMessage(command.message),
          // 1.6: connectorId > 0; absent means every connector.
          ...(command.evseId !== undefined && command.evseId > 0 && { connectorId: command.evseId }),
        },
      };
    case 'reset':
      return { action: 'Reset', payload: { type: command.kind } };
    case 'unlock':
      return { action: 'UnlockConnector', payload: { connectorId: command.evseId } };
    case 'clearCache':
      return { action: 'ClearCache', payload: {} };
    case 'changeAvailability':
      return {
        action: 'ChangeAvailability',
        payload: { connectorId: command.evseId, type: command.operative ? 'Operative' : 'Inoperative' },
      };
    case 'dataTransfer':
      return {
        action: 'DataTransfer',
        payload: {
          vendorId: command.vendorId,
          ...(command.messageId !== undefined && { messageId: command.messageId }),
          ...(command.data !== undefined && { data: command.data }),
        },
      };
    case 'requestProfiles':
      throw new Unsayable('OCPP 1.6 has no way to ask a station which profiles it has.');
    case 'requestReport':
    case 'updateDynamicSchedule':
    case 'usePriorityCharging':
      throw new Unsayable(`OCPP 1.6 has no message for ${command.type}.`);
    default:
      return assertNever(command);
  }
}

/** The command has no form in OCPP 1.6. */
export class Unsayable extends Error {
  override readonly name = 'Unsayable';
}

function triggeredMessage(message: TriggeredMessage): TriggerMessageRequest['requestedMessage'] {
  if (message === 'TransactionEvent') throw new Unsayable('OCPP 1.6 has no TransactionEvent.');
  return message === 'LogStatusNotification' ? 'DiagnosticsStatusNotification' : message;
}

function profileToWire(profile: ChargingProfile): WireProfile {
  const { schedule } = profile;
  return {
    chargingProfileId: profile.profileId,
    ...(profile.transactionId !== undefined && { transactionId: transactionIdToWire(profile.transactionId) }),
    stackLevel: profile.stackLevel,
    chargingProfilePurpose: purposeToWire(profile.purpose),
    chargingProfileKind: profile.kind,
    ...(profile.recurrency !== undefined && { recurrencyKind: profile.recurrency }),
    ...(profile.validFromMs !== undefined && { validFrom: formatInstant(profile.validFromMs) }),
    ...(profile.validToMs !== undefined && { validTo: formatInstant(profile.validToMs) }),
    chargingSchedule: {
      ...(schedule.durationS !== undefined && { duration: schedule.durationS }),
      ...(schedule.startMs !== undefined && { startSchedule: formatInstant(schedule.startMs) }),
      chargingRateUnit: schedule.rateUnit,
      chargingSchedulePeriod: schedule.periods.map((period) => ({
        startPeriod: period.startPeriodS,
        // One decimal at most (1.6, 7.14), whoever made the profile; floor, so that no rounding ever offers more.
        limit: floorToDeciampere(nonNegative(period.limit)),
        ...(period.numberPhases !== undefined && { numberPhases: period.numberPhases }),
      })),
    },
  };
}

/** Some stations read a negative limit as none at all. */
function nonNegative(limit: number): number {
  if (limit < 0) throw new Unsayable('A limit can not be negative.');
  return limit;
}

function purposeToWire(purpose: ChargingProfile['purpose']): WireProfile['chargingProfilePurpose'] {
  return purpose === 'ChargingStationMaxProfile' ? 'ChargePointMaxProfile' : purpose;
}

function clearToWire(command: Extract<StationCommand, { type: 'clearChargingProfile' }>): ClearChargingProfileRequest {
  return {
    ...(command.profileId !== undefined && { id: command.profileId }),
    ...(command.evseId !== undefined && { connectorId: command.evseId }),
    ...(command.purpose !== undefined && { chargingProfilePurpose: purposeToWire(command.purpose) }),
    ...(command.stackLevel !== undefined && { stackLevel: command.stackLevel }),
  };
}

/** 1.6, 5.11: a profile in a remote start is a TxProfile, and there is no transaction to name yet. */
function remoteStartToWire(command: Extract<StationCommand, { type: 'remoteStart' }>): RemoteStartTransactionRequest {
  if (command.profile === undefined) return { connectorId: command.evseId, idTag: command.idToken };
  if (command.profile.purpose !== 'TxProfile') {
    throw new Unsayable(`A remote start carries a TxProfile, not a ${command.profile.purpose}.`);
  }
  const { transactionId: _unknownYet, ...chargingProfile } = profileToWire(command.profile);
  return { connectorId: command.evseId, idTag: command.idToken, chargingProfile };
}

function transactionIdToWire(transactionId: TransactionId): number {
  if (typeof transactionId === 'number') return transactionId;
  throw new Unsayable('OCPP 1.6 knows transactions by a number only.');
}
