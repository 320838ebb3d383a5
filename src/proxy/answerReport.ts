import type { Dialect } from '../ocpp/dialect.js';
import { serialiseError, serialiseResult } from '../ocpp/frame.js';
import type { StationHandler } from '../site/stationMessages.js';
import type { RelayedCall } from './relayMessages.js';

/** Reports from 2.0.1 on: they answer whoever asked, which their requestId says. */
export const REPORT_ACTIONS: ReadonlySet<string> = new Set(['NotifyReport', 'ReportChargingProfiles']);

/** The answer to a report that we asked for, as a frame. */
export async function answerReport(
  call: RelayedCall,
  {
    dialect,
    handler,
    stationId,
  }: { readonly dialect: Dialect; readonly handler: StationHandler; readonly stationId: string },
): Promise<string> {
  const decoded = dialect.decodeRequest(call.action, call.payload, call.receivedMs);
  if (!decoded.decoded)
    return serialiseError(call.id, dialect.errorCode(decoded.failure.kind), decoded.failure.description);
  const { request, answer } = decoded;
  try {
    const response = await handler.request(stationId, request);
    return serialiseResult(call.id, JSON.stringify(answer ?? dialect.encodeResponse(request.type, response)));
  } catch {
    return serialiseError(call.id, dialect.errorCode('internal'), 'The service failed to handle this message.');
  }
}
