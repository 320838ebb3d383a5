import type {
  AuthorizeResponse,
  BootNotificationResponse,
  DataTransferResponse,
  HeartbeatResponse,
  StartTransactionResponse,
  StopTransactionResponse,
} from 'typed-ocpp/dist/ocpp16/types.js';
import type { TransactionId } from '../../site/chargingProfile.js';
import type { StationRequest, StationResponses } from '../../site/stationMessages.js';
import { formatInstant } from '../timestamp.js';

type ResponseEncoders = { readonly [T in StationRequest['type']]: (response: StationResponses[T]) => object };

export const RESPONSE_ENCODERS: ResponseEncoders = {
  boot: ({ status, currentTimeMs, intervalS }): BootNotificationResponse => ({
    status,
    currentTime: formatInstant(currentTimeMs),
    interval: Math.round(intervalS),
  }),
  heartbeat: ({ currentTimeMs }): HeartbeatResponse => ({ currentTime: formatInstant(currentTimeMs) }),
  status: () => EMPTY,
  authorize: ({ status }): AuthorizeResponse => ({ idTagInfo: { status } }),
  transactionStarted: ({ transactionId, status }): StartTransactionResponse => ({
    transactionId: wireTransactionId(transactionId),
    idTagInfo: { status },
  }),
  transactionEnded: ({ status }): StopTransactionResponse => (status === undefined ? EMPTY : { idTagInfo: { status } }),
  meterValues: () => EMPTY,
  dataTransfer: ({ status, data }): DataTransferResponse => ({ status, ...(data !== undefined && { data }) }),
  // 1.6 has no such messages.
  chargingLimit: () => EMPTY,
  chargingLimitCleared: () => EMPTY,
  transactionTold: () => EMPTY,
  chargingNeeds: () => EMPTY,
  variablesReported: () => EMPTY,
  profilesReported: () => EMPTY,
  vehicleSchedule: () => EMPTY,
  priorityCharging: () => EMPTY,
  notice: () => EMPTY,
  firmwareStatus: () => EMPTY,
  diagnosticsStatus: () => EMPTY,
};

const EMPTY = Object.freeze({});

/** 1.6 knows transactions by a 32-bit number. */
function wireTransactionId(transactionId: TransactionId): number {
  if (typeof transactionId === 'number' && Number.isInteger(transactionId)) return transactionId;
  throw new Error(`OCPP 1.6 needs an integer transactionId, not ${JSON.stringify(transactionId)}.`);
}
