import type {
  GetCompositeScheduleResponse,
  GetVariablesResponse,
  SetVariablesResponse,
} from 'typed-ocpp/dist/ocpp21/types.js';
import type { CommandResponses, StationCommand } from '../../site/stationMessages.js';
import type { JsonObject } from '../frame.js';
import { parseInstant } from '../timestamp.js';
import { heldLimit } from './smartCharging.js';
import { keyOf } from './variables.js';

/** Where nothing limits a station: the field's own number for that. Taken as it came, -1 would look like the lowest limit there is. */
const COMPOSITE_UNLIMITED = 999_999;

type AnswerDecoders = {
  readonly [T in StationCommand['type']]: {
    /** Of the command as it was given: its answer's schema is named after the action. */
    readonly schema: (command: Extract<StationCommand, { type: T }>) => string;
    /** Takes a payload that the schema has accepted. */
    readonly decode: (payload: JsonObject) => CommandResponses[T];
  };
};

export const ANSWER_DECODERS: AnswerDecoders = {
  setChargingProfile: statusOf('SetChargingProfileResponse'),
  clearChargingProfile: statusOf('ClearChargingProfileResponse'),
  requestProfiles: statusOf('GetChargingProfilesResponse'),
  getCompositeSchedule: {
    schema: () => 'GetCompositeScheduleResponse',
    decode: (payload) => compositeSchedule(payload as unknown as GetCompositeScheduleResponse),
  },
  getConfiguration: {
    schema: () => 'GetVariablesResponse',
    decode: (payload) => configuration(payload as unknown as GetVariablesResponse),
  },
  changeConfiguration: {
    schema: () => 'SetVariablesResponse',
    decode: (payload) => {
      const { setVariableResult } = payload as unknown as SetVariablesResponse;
      return { status: setVariableResult[0]?.attributeStatus ?? 'Rejected' };
    },
  },
  requestReport: {
    schema: ({ keys }) => (keys === undefined ? 'GetBaseReportResponse' : 'GetReportResponse'),
    decode: statusOnly,
  },
  remoteStart: statusOf('RequestStartTransactionResponse'),
  remoteStop: statusOf('RequestStopTransactionResponse'),
  trigger: statusOf('TriggerMessageResponse'),
  reset: statusOf('ResetResponse'),
  unlock: statusOf('UnlockConnectorResponse'),
  clearCache: statusOf('ClearCacheResponse'),
  changeAvailability: statusOf('ChangeAvailabilityResponse'),
  dataTransfer: {
    schema: () => 'DataTransferResponse',
    decode: ({ status, data }) => {
      const text = data === undefined || typeof data === 'string' ? data : JSON.stringify(data);
      return { status: String(status), ...(text !== undefined && { data: text }) };
    },
  },
  updateDynamicSchedule: statusOf('UpdateDynamicScheduleResponse'),
  usePriorityCharging: statusOf('UsePriorityChargingResponse'),
};

function statusOf(schema: string) {
  return { schema: () => schema, decode: statusOnly };
}

function statusOnly(payload: JsonObject): { readonly status: string } {
  return { status: String(payload.status) };
}

/** Whether a variable can be written is not said here: a report would tell. */
function configuration({ getVariableResult }: GetVariablesResponse): CommandResponses['getConfiguration'] {
  const unknownKeys: string[] = [];
  const keys: CommandResponses['getConfiguration']['keys'][number][] = [];
  for (const result of getVariableResult) {
    const key = keyOf(result);
    const { attributeStatus, attributeValue } = result;
    if (attributeStatus === 'Accepted') {
      keys.push({ key, ...(attributeValue !== undefined && { value: attributeValue }), readonly: false });
    } else if (attributeStatus === 'Rejected') keys.push({ key, readonly: false });
    else unknownKeys.push(key);
  }
  return { keys, unknownKeys };
}

function compositeSchedule({
  status,
  schedule,
}: GetCompositeScheduleResponse): CommandResponses['getCompositeSchedule'] {
  if (schedule === undefined) return { status };
  const startMs = parseInstant(schedule.scheduleStart);
  return {
    status,
    schedule: {
      ...(startMs !== undefined && { startMs }),
      durationS: schedule.duration,
      rateUnit: schedule.chargingRateUnit,
      periods: schedule.chargingSchedulePeriod.map((period) => ({
        startPeriodS: period.startPeriod,
        // Phases may have limits of their own: the highest is what one of them may draw.
        limit: heldLimit(period) ?? COMPOSITE_UNLIMITED,
        ...(period.numberPhases !== undefined && { numberPhases: period.numberPhases }),
      })),
    },
  };
}
