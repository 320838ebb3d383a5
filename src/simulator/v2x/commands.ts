import type { CommandAnswer } from '../commandTarget.js';
import {
  optionalInteger,
  optionalText,
  requiredInteger,
  requiredObject,
  requiredOneOf,
  requiredText,
} from '../fields.js';
import { firstFree } from '../freeEvse.js';
import { type JsonObject, RpcFailure } from '../rpc.js';
import type { VirtualEvse } from '../virtualEvse.js';
import { type Around, type Command, rejected, status } from './answers.js';
import { DEVICE_COMMANDS } from './deviceCommands.js';
import { parseProfile, stationProfileOf } from './profile.js';
import { offerProfile } from './profileRules.js';
import { SMART_CHARGING_COMMANDS } from './smartCharging.js';

/** Throws RpcFailure where the answer is a CALLERROR. */
export function answerCommand(around: Around, action: string, payload: JsonObject): CommandAnswer {
  const command = COMMANDS.get(action);
  if (command !== undefined) return command(around, payload);
  if (KNOWN_BUT_UNSUPPORTED.has(action) || (around.version === '2.1' && KNOWN_BUT_UNSUPPORTED_21.has(action))) {
    throw new RpcFailure('NotSupported', `${action} is not supported`);
  }
  throw new RpcFailure('NotImplemented', `${action} is not known`);
}

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ...SMART_CHARGING_COMMANDS,
  ...DEVICE_COMMANDS,
  ['RequestStartTransaction', requestStartTransaction],
  ['RequestStopTransaction', requestStopTransaction],
  ['GetTransactionStatus', getTransactionStatus],
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
  'CertificateSigned',
  'ClearDisplayMessage',
  'ClearVariableMonitoring',
  'CostUpdated',
  'CustomerInformation',
  'DeleteCertificate',
  'GetDisplayMessages',
  'GetInstalledCertificateIds',
  'GetLocalListVersion',
  'GetLog',
  'GetMonitoringReport',
  'InstallCertificate',
  'PublishFirmware',
  'ReserveNow',
  'SendLocalList',
  'SetDisplayMessage',
  'SetMonitoringBase',
  'SetMonitoringLevel',
  'SetNetworkProfile',
  'SetVariableMonitoring',
  'UnpublishFirmware',
  'UpdateFirmware',
]);

const KNOWN_BUT_UNSUPPORTED_21 = new Set([
  'AFRRSignal',
  'AdjustPeriodicEventStream',
  'ChangeTransactionTariff',
  'ClearDERControl',
  'ClearTariffs',
  'GetDERControl',
  'GetPeriodicEventStream',
  'GetTariffs',
  'NotifyAllowedEnergyTransfer',
  'RequestBatterySwap',
  'SetDERControl',
  'SetDefaultTariff',
  'UpdateDynamicSchedule',
  'UsePriorityCharging',
]);

function requestStartTransaction(around: Around, payload: JsonObject): CommandAnswer {
  const { station, version, externalConstraintsIdMax } = around;
  const remoteStartId = requiredInteger(payload, 'remoteStartId');
  const token = requiredObject(payload, 'idToken');
  const who = { idToken: requiredText(token, 'idToken'), idTokenType: requiredText(token, 'type'), remoteStartId };
  const evseId = optionalInteger(payload, 'evseId');
  const offered =
    payload.chargingProfile === undefined
      ? undefined
      : parseProfile(requiredObject(payload, 'chargingProfile'), version);
  if (!station.isRegistered) return rejected('CSNotAccepted');
  const evse = evseId === undefined ? firstFree(station.evses) : station.evses.get(evseId);
  if (evse === undefined) return rejected(evseId === undefined ? 'TxInProgress' : 'UnknownEvse');
  if (!evse.isFree) return rejected('TxInProgress');
  if (!evse.operative) return rejected('NotEnabled');
  // K05: without smart charging, the profile is passed over, and the transaction begins all the same.
  if (offered === undefined || !around.settings.hasSmartCharging) {
    return started(evse, () => station.remoteStart(evse, who));
  }
  const verdict = offerProfile(station.profiles, {
    version,
    evseId: evse.id,
    profile: offered,
    origin: 'remoteStart',
    transaction: undefined,
    externalConstraintsIdMax,
  });
  if (!verdict.accepted) return rejected(verdict.reasonCode, verdict.rule);
  return started(evse, () => station.remoteStart(evse, { ...who, profile: stationProfileOf(offered) }));
}

/** Where the cable began a transaction, its id is known already. */
function started({ transaction }: VirtualEvse, then: () => void): CommandAnswer {
  const known = transaction === undefined ? {} : { transactionId: String(transaction.transactionId) };
  return { payload: { status: 'Accepted', ...known }, then };
}

function requestStopTransaction({ station }: Around, payload: JsonObject): CommandAnswer {
  const evse = runningOn(station.evses, requiredText(payload, 'transactionId'));
  if (!station.isRegistered) return rejected('CSNotAccepted');
  if (evse === undefined) return rejected('TxNotFound');
  return status('Accepted', () => station.endTransaction(evse, 'Remote'));
}

function getTransactionStatus({ station }: Around, payload: JsonObject): CommandAnswer {
  const transactionId = optionalText(payload, 'transactionId');
  const messagesInQueue = station.transactionMessagesWaiting > 0;
  if (transactionId === undefined) return { payload: { messagesInQueue } };
  return { payload: { ongoingIndicator: runningOn(station.evses, transactionId) !== undefined, messagesInQueue } };
}

function runningOn(evses: ReadonlyMap<number, VirtualEvse>, transactionId: string): VirtualEvse | undefined {
  return [...evses.values()].find(({ transaction }) => transaction?.transactionId === transactionId);
}

function triggerMessage(around: Around, payload: JsonObject): CommandAnswer {
  const { station } = around;
  const message = requiredText(payload, 'requestedMessage');
  const evseId = payload.evse === undefined ? undefined : requiredInteger(requiredObject(payload, 'evse'), 'id');
  const evses = [...station.evses.values()].filter(({ id }) => evseId === undefined || id === evseId);
  if (evses.length === 0) return rejected('UnknownEvse');
  switch (message) {
    case 'BootNotification':
      // F06.FR.17: not of a station that has been accepted.
      return station.isRegistered ? rejected('NotEnabled') : status('Accepted', () => station.sendBoot('Triggered'));
    case 'Heartbeat':
      return status('Accepted', () => station.sendHeartbeat());
    case 'StatusNotification':
      return status('Accepted', () => evses.forEach(({ id }) => void station.sendStatus(id)));
    case 'MeterValues':
      return status('Accepted', () => evses.forEach((evse) => void station.sendIdleSample(evse)));
    case 'TransactionEvent': {
      const running = evses.filter(({ transaction }) => transaction !== undefined);
      if (running.length === 0) return rejected('TxNotFound');
      return status('Accepted', () => running.forEach((evse) => void station.sendSample(evse)));
    }
    case 'FirmwareStatusNotification':
    case 'LogStatusNotification':
      return status('Accepted', () => station.send({ action: message, payload: { status: 'Idle' } }));
    default:
      return status('NotImplemented');
  }
}

function reset({ station, version }: Around, payload: JsonObject): CommandAnswer {
  const kinds = ['Immediate', 'OnIdle', ...(version === '2.1' ? ['ImmediateAndResume'] : [])];
  const kind = requiredOneOf(payload, 'type', kinds);
  // AllowReset of an EVSE is false: it resets as a whole.
  if (optionalInteger(payload, 'evseId') !== undefined) return rejected('UnsupportedParam');
  const transactions = kind === 'ImmediateAndResume' ? 'keep' : 'end';
  const request = { reason: 'ImmediateReset', transactions } as const;
  const isBusy = [...station.evses.values()].some(({ transaction }) => transaction !== undefined);
  if (kind !== 'OnIdle' || !isBusy) return status('Accepted', () => station.reset(request));
  return status('Scheduled', () => station.resetWhenIdle(request));
}

function unlockConnector({ station }: Around, payload: JsonObject): CommandAnswer {
  const evse = station.evses.get(requiredInteger(payload, 'evseId'));
  const connectorId = requiredInteger(payload, 'connectorId');
  if (evse === undefined || connectorId !== 1) return status('UnknownConnector');
  return status(evse.isFree ? 'Unlocked' : 'OngoingAuthorizedTransaction');
}

function changeAvailability({ station }: Around, payload: JsonObject): CommandAnswer {
  const words = ['Operative', 'Inoperative'] as const;
  const operative = requiredOneOf(payload, 'operationalStatus', words) === 'Operative';
  const evseId = payload.evse === undefined ? 0 : requiredInteger(requiredObject(payload, 'evse'), 'id');
  const affected = [...station.evses.values()].filter(({ id }) => evseId === 0 || id === evseId);
  if (affected.length === 0) return rejected('UnknownEvse');
  const answers = affected.map((one) => station.setOperative(one, operative));
  return status(answers.includes('Scheduled') ? 'Scheduled' : 'Accepted');
}

function dataTransfer(_around: Around, payload: JsonObject): CommandAnswer {
  requiredText(payload, 'vendorId');
  return status('UnknownVendorId');
}
