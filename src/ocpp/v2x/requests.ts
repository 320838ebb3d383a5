import type {
  AuthorizeRequest,
  BootNotificationRequest,
  DataTransferRequest,
  FirmwareStatusNotificationRequest,
  LogStatusNotificationRequest,
  MeterValuesRequest,
  NotifyReportRequest,
  SecurityEventNotificationRequest,
  StatusNotificationRequest,
} from 'typed-ocpp/dist/ocpp21/types.js';
import type { ReportedVariable } from '../../site/stationMessages.js';
import { type DecodedRequest, NO_DOUBTS } from '../dialect.js';
import { believableInstant } from '../timestamp.js';
import { decoded, evseFailure, notice } from './decoded.js';
import { idTokenOf } from './idToken.js';
import { decodeMeterValues } from './meterValues.js';
import { decodeReportedProfiles } from './reportedProfiles.js';
import {
  decodeChargingLimit,
  decodeChargingNeeds,
  decodeClearedLimit,
  decodeVehicleSchedule,
} from './smartCharging.js';
import { decodeTransactionEvent } from './transactionEvent.js';
import { keyOf } from './variables.js';

/** What stations say in 2.0.1, and in 2.1 as well. Each takes a payload that its schema has accepted. */
export const REQUEST_DECODERS_2X = {
  BootNotification({ chargingStation }: BootNotificationRequest): DecodedRequest {
    const { serialNumber, firmwareVersion } = chargingStation;
    return decoded({
      type: 'boot',
      vendor: chargingStation.vendorName,
      model: chargingStation.model,
      ...(serialNumber !== undefined && { serialNumber }),
      ...(firmwareVersion !== undefined && { firmwareVersion }),
    });
  },

  Heartbeat: (): DecodedRequest => decoded({ type: 'heartbeat' }),

  StatusNotification(status: StatusNotificationRequest, receivedMs: number): DecodedRequest {
    const failure = evseFailure(status.evseId, 0);
    if (failure !== undefined) return { decoded: false, failure };
    const writtenMs = believableInstant(status.timestamp, receivedMs);
    return decoded(
      {
        type: 'status',
        evseId: status.evseId,
        ...(status.evseId > 0 && status.connectorId > 0 && { connectorId: status.connectorId }),
        status: status.connectorStatus,
        timestampMs: writtenMs === 'absurd' ? receivedMs : writtenMs,
      },
      writtenMs === 'absurd' ? { quarantined: 0, timestampsReplaced: 1 } : NO_DOUBTS,
    );
  },

  Authorize: ({ idToken }: AuthorizeRequest): DecodedRequest =>
    decoded({ type: 'authorize', idToken: idTokenOf(idToken) }),

  TransactionEvent: decodeTransactionEvent,

  MeterValues({ evseId, meterValue }: MeterValuesRequest, receivedMs: number): DecodedRequest {
    const failure = evseFailure(evseId, 0);
    if (failure !== undefined) return { decoded: false, failure };
    const { samples, quarantined, timestampsReplaced } = decodeMeterValues(meterValue, receivedMs);
    return decoded({ type: 'meterValues', evseId, samples, quarantined }, { quarantined, timestampsReplaced });
  },

  NotifyReport({ requestId, tbc, reportData = [] }: NotifyReportRequest): DecodedRequest {
    const variables = reportData.map((data): ReportedVariable => {
      const actual = data.variableAttribute.find(({ type = 'Actual' }) => type === 'Actual');
      const maximum = data.variableCharacteristics?.maxLimit;
      return {
        key: keyOf(data),
        ...(actual?.value !== undefined && { value: actual.value }),
        ...(maximum !== undefined && { maximum }),
        ...(actual?.mutability === 'ReadOnly' && { isReadOnly: true }),
      };
    });
    return decoded({ type: 'variablesReported', requestId, isLast: tbc !== true, variables });
  },

  NotifyEVChargingNeeds: decodeChargingNeeds,
  NotifyEVChargingSchedule: decodeVehicleSchedule,
  ReportChargingProfiles: decodeReportedProfiles,
  NotifyChargingLimit: decodeChargingLimit,
  ClearedChargingLimit: decodeClearedLimit,

  DataTransfer({ vendorId, messageId, data }: DataTransferRequest): DecodedRequest {
    const text = data === undefined || typeof data === 'string' ? data : JSON.stringify(data);
    return decoded({
      type: 'dataTransfer',
      vendorId,
      ...(messageId !== undefined && { messageId }),
      ...(text !== undefined && { data: text }),
    });
  },

  FirmwareStatusNotification: ({ status }: FirmwareStatusNotificationRequest): DecodedRequest =>
    decoded({ type: 'firmwareStatus', status }),
  PublishFirmwareStatusNotification: ({ status }: { readonly status: string }): DecodedRequest =>
    decoded({ type: 'firmwareStatus', status }),
  LogStatusNotification: ({ status }: LogStatusNotificationRequest): DecodedRequest =>
    decoded({ type: 'diagnosticsStatus', status }),

  SecurityEventNotification: ({ type }: SecurityEventNotificationRequest): DecodedRequest =>
    notice('SecurityEventNotification', {}, printable(type)),
  // No certificates are signed, installed or looked up here.
  SignCertificate: () => notice('SignCertificate', { status: 'Rejected' }, 'no certificates are signed here'),
  Get15118EVCertificate: () => notice('Get15118EVCertificate', { status: 'Failed', exiResponse: '' }),
  GetCertificateStatus: () => notice('GetCertificateStatus', { status: 'Failed' }),
  NotifyEvent: () => notice('NotifyEvent'),
  NotifyMonitoringReport: () => notice('NotifyMonitoringReport'),
  NotifyCustomerInformation: () => notice('NotifyCustomerInformation'),
  NotifyDisplayMessages: () => notice('NotifyDisplayMessages'),
  ReservationStatusUpdate: () => notice('ReservationStatusUpdate'),
} as const;

/** A station may put anything into a text that ends in a log. */
function printable(text: string): string {
  return text.replace(/[^\w .-]/g, '?');
}
