import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/**
 * 'answered': the response has gone out. 'unsent': nothing was carried out; another may be asked. 'broken': it may have been carried
 * out, and nothing was answered.
 */
export type ForwardOutcome = 'answered' | 'unsent' | 'broken';

export interface Forwarding {
  readonly baseUrl: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
  readonly nodeId: string;
  /** Aborted when nothing is to be expected any more; an answer that has begun goes on. */
  readonly giveUp?: AbortSignal;
  /** Aborted when this process goes down: then an event stream ends, which would never end by itself. */
  readonly closing: AbortSignal;
}

/** A request that another process has forwarded is answered there or not at all. */
export const FORWARDED_HEADER = 'x-evenkeel-forwarded';
/** On a 503: another process is to be asked. */
export const NOT_OWNER_HEADER = 'x-evenkeel-not-owner';
const SOCKETS_MAX = 256;
const CONNECT_AT_MOST_MS = 2_000;
/** Of one connection, and not to be handed on. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
  'te',
  'trailer',
];
const agents = {
  'http:': new HttpAgent({ keepAlive: true, maxSockets: SOCKETS_MAX }),
  'https:': new HttpsAgent({ keepAlive: true, maxSockets: SOCKETS_MAX }),
};
const NOT_SENT_CODES: readonly unknown[] = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'];

/** Asks another process in the caller's name, and hands its answer on as it comes: an event stream too. */
export function forwardOnce({
  baseUrl,
  request,
  response,
  body,
  nodeId,
  giveUp,
  closing,
}: Forwarding): Promise<ForwardOutcome> {
  const url = new URL(request.url ?? '/', baseUrl);
  const isTls = url.protocol === 'https:';
  const headers = { ...request.headers, [FORWARDED_HEADER]: nodeId, 'content-length': String(body.length) };
  for (const name of HOP_BY_HOP) if (name !== 'content-length') delete (headers as Record<string, unknown>)[name];
  return new Promise((resolve) => {
    const end = (outcome: ForwardOutcome): void => {
      clearTimeout(timer);
      giveUp?.removeEventListener('abort', onGiveUp);
      // Another is asked for the same reader: each that was would leave a listener with him.
      if (outcome !== 'answered') response.off('close', onLeft);
      resolve(outcome);
    };
    const send = isTls ? httpsRequest : httpRequest;
    const asked = send(url, { method: request.method, headers, agent: isTls ? agents['https:'] : agents['http:'] });
    let isConnected = false;
    const timer = setTimeout(() => {
      if (!isConnected) asked.destroy(new Error('no connection'));
    }, CONNECT_AT_MOST_MS);
    asked.on('socket', (socket) => {
      // One that is kept never connects again: it would gather a listener with each request.
      if (!socket.connecting) isConnected = true;
      else
        socket.once('connect', () => {
          isConnected = true;
        });
    });
    const onGiveUp = (): void => {
      asked.destroy(new Error('the site has another owner'));
    };
    giveUp?.addEventListener('abort', onGiveUp);
    asked.on('error', (error: Error & { readonly code?: string }) => {
      if (response.headersSent) response.destroy();
      if (response.headersSent) end('answered');
      // A kept connection that the other side had ended meanwhile.
      else if (asked.reusedSocket && error.code === 'ECONNRESET') end('unsent');
      else end(!isConnected || NOT_SENT_CODES.includes(error.code) ? 'unsent' : 'broken');
    });
    asked.on('response', (answer) => {
      if (answer.headers[NOT_OWNER_HEADER] !== undefined) {
        answer.resume();
        end('unsent');
        return;
      }
      const kept = Object.entries(answer.headers).filter(
        ([name]) => !HOP_BY_HOP.includes(name) || name === 'content-length',
      );
      response.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept));
      if (isEventStream(answer)) endOnce(closing, response, asked);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
      answer.on('aborted', () => response.destroy());
      end('answered');
    });
    // A reader that leaves a stream leaves it at its owner too.
    const onLeft = (): void => {
      asked.destroy();
    };
    response.on('close', onLeft);
    asked.end(body);
  });
}

function isEventStream({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.startsWith('text/event-stream') === true;
}

function endOnce(closing: AbortSignal, response: ServerResponse, asked: ClientRequest): void {
  const end = (): void => {
    response.end();
    asked.destroy();
  };
  if (closing.aborted) end();
  closing.addEventListener('abort', end);
  response.once('close', () => closing.removeEventListener('abort', end));
}

export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | 'tooLarge'> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    size += (piece as Buffer).length;
    if (size > maxBytes) return 'tooLarge';
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces);
}
