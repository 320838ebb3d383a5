import type { TransactionEventRequest } from 'typed-ocpp/dist/ocpp21/types.js';
import type { EvseStatus, TransactionTold } from '../../site/stationMessages.js';
import type { CallFailure, DecodedRequest } from '../dialect.js';
import { believableInstant } from '../timestamp.js';
import { decoded, evseFailure } from './decoded.js';
import { idTokenOf } from './idToken.js';
import { decodeMeterValues } from './meterValues.js';

export function decodeTransactionEvent(told: TransactionEventRequest, receivedMs: number): DecodedRequest {
  const { transactionInfo, evse, idToken } = told;
  const failure = failureOf(told);
  if (failure !== undefined) return { decoded: false, failure };
  const writtenMs = believableInstant(told.timestamp, receivedMs);
  const meter = decodeMeterValues(told.meterValue ?? [], receivedMs);
  const status = statusOf(transactionInfo.chargingState);
  const request: TransactionTold = {
    type: 'transactionTold',
    event: told.eventType,
    transactionId: transactionInfo.transactionId,
    seqNo: told.seqNo,
    timestampMs: writtenMs === 'absurd' ? receivedMs : writtenMs,
    isOffline: told.offline === true,
    triggerReason: told.triggerReason,
    ...(evse !== undefined && evse.id > 0 && { evseId: evse.id }),
    ...(idToken !== undefined && { idToken: idTokenOf(idToken) }),
    ...(status !== undefined && { status }),
    ...(transactionInfo.stoppedReason !== undefined && { stoppedReason: transactionInfo.stoppedReason }),
    samples: meter.samples,
    quarantined: meter.quarantined,
  };
  const timestampsReplaced = meter.timestampsReplaced + (writtenMs === 'absurd' ? 1 : 0);
  return decoded(request, { quarantined: meter.quarantined, timestampsReplaced });
}

function failureOf({ transactionInfo, seqNo, evse }: TransactionEventRequest): CallFailure | undefined {
  if (transactionInfo.transactionId === '')
    return { kind: 'property', description: 'transactionInfo/transactionId must not be empty.' };
  if (!Number.isSafeInteger(seqNo) || seqNo < 0)
    return { kind: 'property', description: 'seqNo must be an integer from 0 on.' };
  return evse === undefined ? undefined : evseFailure(evse.id, 0);
}

type ChargingState = NonNullable<TransactionEventRequest['transactionInfo']['chargingState']>;

/** Idle says only that no car is there: whether one is still to come, or has gone, is not said. */
function statusOf(state: ChargingState | undefined): EvseStatus | undefined {
  switch (state) {
    case 'Charging':
    case 'SuspendedEV':
    case 'SuspendedEVSE':
      return state;
    case 'EVConnected':
      return 'Preparing';
    default:
      return undefined;
  }
}
