import type {
  AuthorizeResponse,
  BootNotificationResponse,
  DataTransferResponse,
  HeartbeatResponse,
  NotifyEVChargingNeedsResponse,
  NotifyEVChargingScheduleResponse,
  TransactionEventResponse,
} from 'typed-ocpp/dist/ocpp21/types.js';
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
  authorize: ({ status }): AuthorizeResponse => ({ idTokenInfo: { status } }),
  transactionTold: ({ status }): TransactionEventResponse =>
    status === undefined ? EMPTY : { idTokenInfo: { status } },
  meterValues: () => EMPTY,
  dataTransfer: ({ status, data }): Omit<DataTransferResponse, 'data'> & { readonly data?: string } => ({
    status,
    ...(data !== undefined && { data }),
  }),
  chargingLimit: () => EMPTY,
  chargingLimitCleared: () => EMPTY,
  chargingNeeds: ({ status }): NotifyEVChargingNeedsResponse => ({ status }),
  variablesReported: () => EMPTY,
  profilesReported: () => EMPTY,
  vehicleSchedule: ({ status }): NotifyEVChargingScheduleResponse => ({ status }),
  priorityCharging: () => EMPTY,
  notice: () => EMPTY,
  firmwareStatus: () => EMPTY,
  diagnosticsStatus: () => EMPTY,
  // Words of 1.6, which no message of these versions is translated to.
  transactionStarted: () => EMPTY,
  transactionEnded: () => EMPTY,
};

const EMPTY = Object.freeze({});
