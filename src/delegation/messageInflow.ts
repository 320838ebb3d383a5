import type { DelegatedMessage } from '../control/delegation/delegation.js';
import type { Dialect } from '../ocpp/dialect.js';
import type { StationRequest } from '../site/stationMessages.js';

export type ReadMessage = { readonly request: StationRequest | 'nothing' } | { readonly refused: string };

/** A message that a station wrote to its CSMS, as if it had come here. */
export function readMessage({ action, payload, answer, receivedMs }: DelegatedMessage, dialect: Dialect): ReadMessage {
  const decoded = dialect.decodeRequest(action, payload, receivedMs);
  if (!decoded.decoded) return { refused: `${action}: ${decoded.failure.description}` };
  const { request } = decoded;
  switch (request.type) {
    // Who may charge, and what time it is, the CSMS says.
    case 'authorize':
    case 'heartbeat':
      return { request: 'nothing' };
    case 'transactionStarted':
      return startedUnder(answer?.transactionId, request);
    default:
      return { request };
  }
}

/** In OCPP 1.6 it is the CSMS that gives a transaction its id. */
function startedUnder(
  transactionId: unknown,
  request: StationRequest & { readonly type: 'transactionStarted' },
): ReadMessage {
  if (typeof transactionId !== 'number' || !Number.isInteger(transactionId) || transactionId < 1)
    return { refused: 'StartTransaction: say in `answer` with which transactionId you answered it' };
  const { evseId, idToken, meterStartWh, timestampMs } = request;
  return {
    request: {
      type: 'transactionTold',
      event: 'Started',
      transactionId,
      seqNo: 0,
      timestampMs,
      isOffline: true,
      triggerReason: 'Authorized',
      evseId,
      idToken,
      samples: [{ timestampMs, energyWh: meterStartWh }],
      quarantined: 0,
    },
  };
}
