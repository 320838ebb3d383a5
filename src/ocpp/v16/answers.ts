import type { GetCompositeScheduleResponse, GetConfigurationResponse } from 'typed-ocpp/dist/ocpp16/types.js';
import type { CommandResponses, StationCommand } from '../../site/stationMessages.js';
import type { JsonObject } from '../frame.js';
import { parseInstant } from '../timestamp.js';

/**
 * Some stations answer -1 in a composite where nothing limits them (MicroOcpp). Taken as a number it would look like the lowest
 * limit there is, so it is given as the field's own number for "explicitly unlimited".
 */
export const COMPOSITE_UNLIMITED = 999_999;

type AnswerDecoders = {
  /** Undefined: 1.6 has no such message. */
  readonly [T in StationCommand['type']]?: {
    readonly schema: string;
    /** Takes a payload that the schema has accepted. */
    readonly decode: (payload: JsonObject) => CommandResponses[T];
  };
};

export const ANSWER_DECODERS: AnswerDecoders = {
  setChargingProfile: { schema: 'SetChargingProfileResponse', decode: statusOnly },
  clearChargingProfile: { schema: 'ClearChargingProfileResponse', decode: statusOnly },
  getCompositeSchedule: {
    schema: 'GetCompositeScheduleResponse',
    decode: (payload) => compositeSchedule(payload as unknown as GetCompositeScheduleResponse),
  },
  getConfiguration: {
    schema: 'GetConfigurationResponse',
    decode: (payload) => configuration(payload as unknown as GetConfigurationResponse),
  },
  changeConfiguration: { schema: 'ChangeConfigurationResponse', decode: statusOnly },
  remoteStart: { schema: 'RemoteStartTransactionResponse', decode: statusOnly },
  remoteStop: { schema: 'RemoteStopTransactionResponse', decode: statusOnly },
  trigger: { schema: 'TriggerMessageResponse', decode: statusOnly },
  reset: { schema: 'ResetResponse', decode: statusOnly },
  unlock: { schema: 'UnlockConnectorResponse', decode: statusOnly },
  clearCache: { schema: 'ClearCacheResponse', decode: statusOnly },
  changeAvailability: { schema: 'ChangeAvailabilityResponse', decode: statusOnly },
  dataTransfer: {
    schema: 'DataTransferResponse',
    decode: (payload) => {
      const data = payload.data;
      return { status: String(payload.status), ...(typeof data === 'string' && { data }) };
    },
  },
};

function statusOnly(payload: JsonObject): { readonly status: string } {
  return { status: String(payload.status) };
}

function configuration(payload: GetConfigurationResponse): CommandResponses['getConfiguration'] {
  return {
    keys: (payload.configurationKey ?? []).map(({ key, value, readonly }) => ({
      key,
      ...(value !== undefined && { value }),
      readonly,
    })),
    unknownKeys: payload.unknownKey ?? [],
  };
}

function compositeSchedule(payload: GetCompositeScheduleResponse): CommandResponses['getCompositeSchedule'] {
  const { status, chargingSchedule } = payload;
  if (chargingSchedule === undefined) return { status };
  // The periods count from scheduleStart (1.6, 6.22); stations that leave it out may give the schedule's own start.
  const start = payload.scheduleStart ?? chargingSchedule.startSchedule;
  const startMs = start === undefined ? undefined : parseInstant(start);
  return {
    status,
    schedule: {
      ...(startMs !== undefined && { startMs }),
      ...(chargingSchedule.duration !== undefined && { durationS: chargingSchedule.duration }),
      rateUnit: chargingSchedule.chargingRateUnit,
      periods: chargingSchedule.chargingSchedulePeriod.map(({ startPeriod, limit, numberPhases }) => ({
        startPeriodS: startPeriod,
        limit: limit < 0 ? COMPOSITE_UNLIMITED : limit,
        ...(numberPhases !== undefined && { numberPhases }),
      })),
    },
  };
}
