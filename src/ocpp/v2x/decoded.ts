import type { StationRequest } from '../../site/stationMessages.js';
import { type CallFailure, type DecodedRequest, type Doubts, NO_DOUBTS } from '../dialect.js';

/** More than any station has, and small enough to be an index anywhere. */
const EVSE_ID_MAX = 100_000;

/** Takes a payload that its schema has accepted. */
export type RequestDecoder = (payload: never, receivedMs: number) => DecodedRequest;

export function decoded(request: StationRequest, doubts: Doubts = NO_DOUBTS): DecodedRequest {
  return { decoded: true, request, doubts };
}

/** Taken, and answered as this says; it changes nothing here. */
export function notice(subject: string, answer: object = {}, concern?: string): DecodedRequest {
  const request: StationRequest = { type: 'notice', subject, ...(concern !== undefined && { concern }) };
  return { decoded: true, request, doubts: NO_DOUBTS, answer };
}

export function evseFailure(evseId: number, least: 0 | 1): CallFailure | undefined {
  if (evseId >= least && evseId <= EVSE_ID_MAX) return undefined;
  return { kind: 'property', description: `evseId must be between ${least} and ${EVSE_ID_MAX}.` };
}
