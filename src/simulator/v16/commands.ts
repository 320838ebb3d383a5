import type { CommandAnswer, CommandTarget } from '../commandTarget.js';
import {
  optionalInteger,
  optionalOneOf,
  requiredInteger,
  requiredObject,
  requiredOneOf,
  requiredText,
} from '../fields.js';
import { firstFree } from '../freeEvse.js';
import { type JsonObject, RpcFailure } from '../rpc.js';
import type { StationConfiguration } from './configuration.js';
import { optionalPurpose, parseStationProfile } from './profile.js';
import { clearProfiles, offerProfile } from './profileRules.js';

/** 1.6 allows a day and more; beyond a month a station would not compute it. */
const COMPOSITE_DURATION_MAX_S = 31 * 86_400;

/** The station, and what of it only 1.6 has in this form. */
interface Around {
  readonly station: CommandTarget;
  readonly configuration: StationConfiguration;
}

type Command = (around: Around, payload: JsonObject) => CommandAnswer;

/** Throws RpcFailure where the answer is a CALLERROR. */
export function answerCommand(around: Around, action: string, payload: JsonObject): CommandAnswer {
  const command = COMMANDS.get(action);
  if (command !== undefined) return command(around, payload);
  if (KNOWN_BUT_UNSUPPORTED.has(action)) throw new RpcFailure('NotSupported', `${action} is not supported`);
  throw new RpcFailure('NotImplemented', `${action} is not known`);
}

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['SetChargingProfile', setChargingProfile],
  ['ClearChargingProfile', clearChargingProfile],
  ['GetCompositeSchedule', getCompositeSchedule],
  ['GetConfiguration', getConfiguration],
  ['ChangeConfiguration', changeConfiguration],
  ['RemoteStartTransaction', remoteStartTransaction],
  ['RemoteStopTransaction', remoteStopTransaction],
  ['TriggerMessage', triggerMessage],
  ['Reset', reset],
  ['UnlockConnector', unlockConnector],
  ['ChangeAvailability', changeAvailability],
  ['DataTransfer', dataTransfer],
  // There is no cache to clear.
  ['ClearCache', () => status('Rejected')],
]);

const KNOWN_BUT_UNSUPPORTED = new Set([
  'CancelReservation',
  'GetDiagnostics',
  'GetLocalListVersion',
  'ReserveNow',
  'SendLocalList',
  'UpdateFirmware',
]);

const status = (word: string, then?: () => void): CommandAnswer =>
  then === undefined ? { payload: { status: word } } : { payload: { status: word }, then };

function setChargingProfile({ station }: Around, payload: JsonObject): CommandAnswer {
  const connectorId = requiredInteger(payload, 'connectorId');
  const profile = parseStationProfile(requiredObject(payload, 'csChargingProfiles'));
  const transaction = station.evses.get(connectorId)?.transaction;
  const verdict = offerProfile(station.profiles, { connectorId, profile, origin: 'set', transaction });
  if (!verdict.accepted) return status('Rejected');
  station.limitsChanged();
  return status('Accepted');
}

function clearChargingProfile({ station }: Around, payload: JsonObject): CommandAnswer {
  const profileId = optionalInteger(payload, 'id');
  const connectorId = optionalInteger(payload, 'connectorId');
  const purpose = optionalPurpose(payload);
  const stackLevel = optionalInteger(payload, 'stackLevel');
  const cleared = clearProfiles(station.profiles, { profileId, connectorId, purpose, stackLevel });
  if (cleared) station.limitsChanged();
  return status(cleared ? 'Accepted' : 'Unknown');
}

function getCompositeSchedule({ station }: Around, payload: JsonObject): CommandAnswer {
  const connectorId = requiredInteger(payload, 'connectorId');
  const durationS = requiredInteger(payload, 'duration');
  const rateUnit = optionalOneOf(payload, 'chargingRateUnit', ['A', 'W'] as const) ?? 'A';
  if (connectorId !== 0 && !station.evses.has(connectorId)) return status('Rejected');
  if (durationS <= 0 || durationS > COMPOSITE_DURATION_MAX_S) return status('Rejected');
  const startMs = station.nowMs();
  const periods = station.profiles.composite({ evseId: connectorId, startMs, durationS, rateUnit });
  const start = new Date(startMs).toISOString();
  return {
    payload: {
      status: 'Accepted',
      connectorId,
      scheduleStart: start,
      chargingSchedule: {
        duration: durationS,
        startSchedule: start,
        chargingRateUnit: rateUnit,
        chargingSchedulePeriod: periods.map(({ startPeriodS, limit }) => ({ startPeriod: startPeriodS, limit })),
      },
    },
  };
}

function getConfiguration({ configuration }: Around, payload: JsonObject): CommandAnswer {
  const keys: unknown = payload.key ?? [];
  if (!Array.isArray(keys) || !keys.every((key): key is string => typeof key === 'string')) {
    throw new RpcFailure('TypeConstraintViolation', 'key must be an array of strings');
  }
  const { known, unknown } = configuration.read(keys);
  return { payload: { configurationKey: known, ...(unknown.length === 0 ? {} : { unknownKey: unknown }) } };
}

function changeConfiguration({ station, configuration }: Around, payload: JsonObject): CommandAnswer {
  const key = requiredText(payload, 'key');
  const value = requiredText(payload, 'value');
  const answer = configuration.change(key, value);
  if (answer === 'Accepted' && key === 'AuthorizationKey') station.setPassword(value);
  return status(answer);
}

function remoteStartTransaction({ station }: Around, payload: JsonObject): CommandAnswer {
  const idToken = requiredText(payload, 'idTag');
  const connectorId = optionalInteger(payload, 'connectorId');
  const carried = payload.chargingProfile;
  const profile = carried === undefined ? undefined : parseStationProfile(requiredObject(payload, 'chargingProfile'));
  const evse = connectorId === undefined ? firstFree(station.evses) : station.evses.get(connectorId);
  if (!station.isRegistered || evse === undefined || evse.transaction !== undefined || !evse.operative) {
    return status('Rejected');
  }
  if (profile !== undefined) {
    const verdict = offerProfile(station.profiles, {
      connectorId: evse.id,
      profile,
      origin: 'remoteStart',
      transaction: undefined,
    });
    if (!verdict.accepted) return status('Rejected');
  }
  const start = profile === undefined ? { idToken } : { idToken, profile };
  return status('Accepted', () => station.remoteStart(evse, start));
}

function remoteStopTransaction({ station }: Around, payload: JsonObject): CommandAnswer {
  const transactionId = requiredInteger(payload, 'transactionId');
  const evse = [...station.evses.values()].find((candidate) => candidate.transaction?.transactionId === transactionId);
  if (!station.isRegistered || evse === undefined) return status('Rejected');
  return status('Accepted', () => station.endTransaction(evse, 'Remote'));
}

function triggerMessage({ station }: Around, payload: JsonObject): CommandAnswer {
  const message = requiredText(payload, 'requestedMessage');
  const connectorId = optionalInteger(payload, 'connectorId');
  const known = connectorId === undefined || connectorId === 0 || station.evses.has(connectorId);
  if (!known) return status('Rejected');
  const evses = connectorId
    ? [station.evses.get(connectorId)].filter((evse) => evse !== undefined)
    : [...station.evses.values()];
  switch (message) {
    case 'BootNotification':
      return status('Accepted', () => station.sendBoot('Triggered'));
    case 'Heartbeat':
      return status('Accepted', () => station.sendHeartbeat());
    case 'StatusNotification': {
      const ids = connectorId === undefined ? [0, ...station.evses.keys()] : [connectorId];
      return status('Accepted', () => ids.forEach((id) => void station.sendStatus(id)));
    }
    case 'MeterValues':
      return status('Accepted', () => evses.forEach((evse) => void station.sendSample(evse)));
    case 'DiagnosticsStatusNotification':
    case 'FirmwareStatusNotification':
      return status('Accepted', () => station.send({ action: message, payload: { status: 'Idle' } }));
    default:
      return status('NotImplemented');
  }
}

function reset({ station }: Around, payload: JsonObject): CommandAnswer {
  const kind = requiredOneOf(payload, 'type', ['Hard', 'Soft'] as const);
  const reason = kind === 'Hard' ? 'HardReset' : 'SoftReset';
  return status('Accepted', () => station.reset({ reason, transactions: 'end' }));
}

function unlockConnector({ station }: Around, payload: JsonObject): CommandAnswer {
  const evse = station.evses.get(requiredInteger(payload, 'connectorId'));
  if (evse === undefined) return status('NotSupported');
  return status('Unlocked', () => station.endTransaction(evse, 'UnlockCommand'));
}

function changeAvailability({ station }: Around, payload: JsonObject): CommandAnswer {
  const connectorId = requiredInteger(payload, 'connectorId');
  const operative = requiredOneOf(payload, 'type', ['Operative', 'Inoperative'] as const) === 'Operative';
  const evse = station.evses.get(connectorId);
  if (connectorId !== 0 && evse === undefined) return status('Rejected');
  const affected = evse === undefined ? [...station.evses.values()] : [evse];
  const answers = affected.map((one) => station.setOperative(one, operative));
  return status(answers.includes('Scheduled') ? 'Scheduled' : 'Accepted');
}

function dataTransfer(_around: Around, payload: JsonObject): CommandAnswer {
  requiredText(payload, 'vendorId');
  return status('UnknownVendorId');
}
