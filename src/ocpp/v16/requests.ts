import type {
  AuthorizeRequest,
  BootNotificationRequest,
  DataTransferRequest,
  DiagnosticsStatusNotificationRequest,
  FirmwareStatusNotificationRequest,
  LogStatusNotificationRequest,
  MeterValuesRequest,
  SecurityEventNotificationRequest,
  SignCertificateResponse,
  SignedFirmwareStatusNotificationRequest,
  StartTransactionRequest,
  StatusNotificationRequest,
  StopTransactionRequest,
} from 'typed-ocpp/dist/ocpp16/types.js';
import { type CallFailure, type DecodedRequest, NO_DOUBTS } from '../dialect.js';
import { METER_ENERGY_MAX_WH } from '../meterReading.js';
import { believableInstant } from '../timestamp.js';
import { decodeMeterValues } from './meterValues.js';

/** OCPP 1.6 has no bound; more than any station has, and small enough to be an index anywhere. */
const CONNECTOR_ID_MAX = 100_000;

/** Each takes a payload that its schema has accepted. */
export const REQUEST_DECODERS = {
  BootNotification(boot: BootNotificationRequest): DecodedRequest {
    const serialNumber = boot.chargePointSerialNumber ?? boot.chargeBoxSerialNumber;
    return decoded({
      type: 'boot',
      vendor: boot.chargePointVendor,
      model: boot.chargePointModel,
      ...(serialNumber !== undefined && { serialNumber }),
      ...(boot.firmwareVersion !== undefined && { firmwareVersion: boot.firmwareVersion }),
    });
  },

  Heartbeat(): DecodedRequest {
    return decoded({ type: 'heartbeat' });
  },

  StatusNotification(status: StatusNotificationRequest, receivedMs: number): DecodedRequest {
    const failure = connectorFailure(status.connectorId, 0);
    if (failure !== undefined) return { decoded: false, failure };
    const writtenMs = status.timestamp === undefined ? undefined : believableInstant(status.timestamp, receivedMs);
    return {
      decoded: true,
      request: {
        type: 'status',
        evseId: status.connectorId,
        status: status.status,
        // "NoError" is the absence of one.
        ...(status.errorCode !== 'NoError' && { errorCode: status.errorCode }),
        ...(status.info !== undefined && { info: status.info }),
        ...(status.vendorErrorCode !== undefined && { vendorErrorCode: status.vendorErrorCode }),
        ...(writtenMs !== undefined && { timestampMs: writtenMs === 'absurd' ? receivedMs : writtenMs }),
      },
      doubts: writtenMs === 'absurd' ? ONE_TIMESTAMP : NO_DOUBTS,
    };
  },

  Authorize(authorize: AuthorizeRequest): DecodedRequest {
    return decoded({ type: 'authorize', idToken: authorize.idTag });
  },

  StartTransaction(start: StartTransactionRequest, receivedMs: number): DecodedRequest {
    const failure = connectorFailure(start.connectorId, 1);
    if (failure !== undefined) return { decoded: false, failure };
    const writtenMs = believableInstant(start.timestamp, receivedMs);
    const meter = believableRegister(start.meterStart);
    return {
      decoded: true,
      request: {
        type: 'transactionStarted',
        evseId: start.connectorId,
        idToken: start.idTag,
        meterStartWh: meter.energyWh,
        timestampMs: writtenMs === 'absurd' ? receivedMs : writtenMs,
      },
      doubts: { quarantined: meter.quarantined, timestampsReplaced: writtenMs === 'absurd' ? 1 : 0 },
    };
  },

  StopTransaction(stop: StopTransactionRequest, receivedMs: number): DecodedRequest {
    const failure = transactionFailure(stop.transactionId);
    if (failure !== undefined) return { decoded: false, failure };
    const writtenMs = believableInstant(stop.timestamp, receivedMs);
    const meter = believableRegister(stop.meterStop);
    const data = decodeMeterValues(stop.transactionData ?? [], receivedMs);
    return {
      decoded: true,
      request: {
        type: 'transactionEnded',
        transactionId: stop.transactionId,
        ...(stop.idTag !== undefined && { idToken: stop.idTag }),
        meterStopWh: meter.energyWh,
        timestampMs: writtenMs === 'absurd' ? receivedMs : writtenMs,
        // Absent means Local (1.6, 6.49).
        reason: stop.reason ?? 'Local',
        samples: data.samples,
      },
      doubts: {
        quarantined: meter.quarantined + data.quarantined,
        timestampsReplaced: data.timestampsReplaced + (writtenMs === 'absurd' ? 1 : 0),
      },
    };
  },

  MeterValues(meter: MeterValuesRequest, receivedMs: number): DecodedRequest {
    const failure =
      connectorFailure(meter.connectorId, 0) ??
      (meter.transactionId === undefined ? undefined : transactionFailure(meter.transactionId));
    if (failure !== undefined) return { decoded: false, failure };
    const { samples, quarantined, timestampsReplaced } = decodeMeterValues(meter.meterValue, receivedMs);
    return {
      decoded: true,
      request: {
        type: 'meterValues',
        evseId: meter.connectorId,
        ...(meter.transactionId !== undefined && { transactionId: meter.transactionId }),
        samples,
        quarantined,
      },
      doubts: quarantined === 0 && timestampsReplaced === 0 ? NO_DOUBTS : { quarantined, timestampsReplaced },
    };
  },

  DataTransfer(transfer: DataTransferRequest): DecodedRequest {
    return decoded({
      type: 'dataTransfer',
      vendorId: transfer.vendorId,
      ...(transfer.messageId !== undefined && { messageId: transfer.messageId }),
      ...(transfer.data !== undefined && { data: transfer.data }),
    });
  },

  DiagnosticsStatusNotification(diagnostics: DiagnosticsStatusNotificationRequest): DecodedRequest {
    return decoded({ type: 'diagnosticsStatus', status: diagnostics.status });
  },

  FirmwareStatusNotification(firmware: FirmwareStatusNotificationRequest): DecodedRequest {
    return decoded({ type: 'firmwareStatus', status: firmware.status });
  },

  // What the security whitepaper added. A type is the station's own text, which ends in a log.
  SecurityEventNotification: ({ type }: SecurityEventNotificationRequest): DecodedRequest =>
    decoded({ type: 'notice', subject: 'SecurityEventNotification', concern: type.replace(/[^\w .-]/g, '?') }),
  LogStatusNotification: ({ status }: LogStatusNotificationRequest): DecodedRequest =>
    decoded({ type: 'diagnosticsStatus', status }),
  SignedFirmwareStatusNotification: ({ status }: SignedFirmwareStatusNotificationRequest): DecodedRequest =>
    decoded({ type: 'firmwareStatus', status }),
  SignCertificate: (): DecodedRequest => ({
    decoded: true,
    request: { type: 'notice', subject: 'SignCertificate', concern: 'no certificates are signed here' },
    doubts: NO_DOUBTS,
    answer: { status: 'Rejected' } satisfies SignCertificateResponse,
  }),
} as const;

export type RequestAction = keyof typeof REQUEST_DECODERS;

const ONE_TIMESTAMP = Object.freeze({ quarantined: 0, timestampsReplaced: 1 });

function decoded(request: Extract<DecodedRequest, { decoded: true }>['request']): DecodedRequest {
  return { decoded: true, request, doubts: NO_DOUBTS };
}

function connectorFailure(connectorId: number, least: 0 | 1): CallFailure | undefined {
  if (connectorId >= least && connectorId <= CONNECTOR_ID_MAX) return undefined;
  return { kind: 'property', description: `connectorId must be between ${least} and ${CONNECTOR_ID_MAX}.` };
}

/** JSON's integers reach beyond those that a double can tell apart: 2^53 and 2^53 + 1 would be one transaction. */
function transactionFailure(transactionId: number): CallFailure | undefined {
  if (Number.isSafeInteger(transactionId)) return undefined;
  return { kind: 'property', description: 'transactionId is not an integer that can be told from its neighbours.' };
}

/** An impossible register is pulled into range and counted: refusing the message would lose the transaction. */
function believableRegister(registerWh: number): { readonly energyWh: number; readonly quarantined: 0 | 1 } {
  if (registerWh >= 0 && registerWh <= METER_ENERGY_MAX_WH) return { energyWh: registerWh, quarantined: 0 };
  return { energyWh: registerWh < 0 ? 0 : METER_ENERGY_MAX_WH, quarantined: 1 };
}
