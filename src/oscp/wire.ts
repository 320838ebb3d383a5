import type { GridPorts } from '../peers/ports.js';
import { OSCP_VERSION } from './messages.js';
import type { OscpRole } from './peerState.js';

/** A message to the other side. */
export interface OutgoingMessage {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Below the base URL; a list: the spellings that are in use, the schemas' first. */
  readonly paths: readonly string[];
  readonly body: object;
  readonly correlationId?: string;
}

export type Delivery =
  | { readonly outcome: 'delivered'; readonly requestId: string }
  | { readonly outcome: 'refused' | 'failed'; readonly requestId: string; readonly reason: string };

const TIMEOUT_MS = 10_000;
const ANSWER_MAX_BYTES = 64 * 1024;

export interface Addressee {
  readonly baseUrl: string;
  readonly token: string;
}

/** One HTTP request, or two where the first spelling is not known there; never rejects. Nothing of the token gets into a reason. */
export async function deliver(
  { outbound, secrets }: Pick<GridPorts, 'outbound' | 'secrets'>,
  { baseUrl, token }: Addressee,
  { method, paths, body, correlationId }: OutgoingMessage,
): Promise<Delivery> {
  const requestId = secrets.make();
  let last: Delivery = { outcome: 'failed', requestId, reason: 'nothing was sent' };
  for (const path of paths) {
    const answer = await outbound.request({
      method,
      url: `${baseUrl}/${path}`,
      headers: {
        authorization: `Token ${token}`,
        'content-type': 'application/json',
        'x-request-id': requestId,
        ...(correlationId === undefined ? {} : { 'x-correlation-id': correlationId }),
      },
      body: JSON.stringify(body),
      timeoutMs: TIMEOUT_MS,
      answerMaxBytes: ANSWER_MAX_BYTES,
    });
    if (answer.outcome === 'refused') return { outcome: 'refused', requestId, reason: answer.reason };
    if (answer.outcome === 'failed') return { outcome: 'failed', requestId, reason: answer.reason };
    if (answer.status >= 200 && answer.status < 300) return { outcome: 'delivered', requestId };
    const isFinal = answer.status < 500 && answer.status !== 408 && answer.status !== 429;
    last = { outcome: isFinal ? 'refused' : 'failed', requestId, reason: `it answered ${answer.status}` };
    if (answer.status !== 404) return last;
  }
  return last;
}

/** What Evenkeel is to the other side. */
export function ourRole(theirs: OscpRole): 'fp' | 'co' {
  return theirs === 'flexibilityProvider' ? 'co' : 'fp';
}

/** Where the other side reaches us: an address of its own for each. */
export function ourBaseUrl(publicUrl: string, providerId: string, role: OscpRole): string {
  return `${publicUrl.replace(/\/+$/, '')}/oscp/${encodeURIComponent(providerId)}/${ourRole(role)}/${OSCP_VERSION}`;
}

export function registrationBody(token: string, baseUrl: string): object {
  return { token, version_url: [{ version: OSCP_VERSION, base_url: baseUrl }] };
}
