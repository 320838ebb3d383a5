import type { FastifyReply, FastifyRequest } from 'fastify';
import { SIGNED_IN_MAX_MS } from '../../control/accounts/signIns.js';

/** Over TLS browsers take this name only from this very host, over TLS: no other can plant one. */
const OVER_TLS = '__Host-evenkeel';
/** Where the port is plain, or another process has taken the request on. */
const PLAIN = 'evenkeel';
const SESSION_ID = /^[A-Za-z0-9_-]{43}$/;

/** A request of a browser that changes something shows with this header that a page of ours sent it. */
export const PAGE_HEADER = 'x-evenkeel';

export function sessionIdIn(request: FastifyRequest): string | undefined {
  const cookies = new Map<string, string>();
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0) cookies.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  const found = cookies.get(OVER_TLS) ?? (isOverTls(request) ? undefined : cookies.get(PLAIN));
  return found !== undefined && SESSION_ID.test(found) ? found : undefined;
}

export function giveCookie(request: FastifyRequest, reply: FastifyReply, sessionId: string): void {
  reply.header('set-cookie', cookieFor(request, sessionId));
}

export function cookieFor(request: FastifyRequest, sessionId: string): string {
  return write(request, sessionId, SIGNED_IN_MAX_MS / 1_000);
}

export function takeCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('set-cookie', write(request, '', 0));
}

/** Scripts can not read it, and it comes with requests of our own pages only. */
function write(request: FastifyRequest, value: string, lastsS: number): string {
  const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${lastsS}`;
  return isOverTls(request) ? `${OVER_TLS}=${value}; ${attributes}; Secure` : `${PLAIN}=${value}; ${attributes}`;
}

function isOverTls({ protocol }: FastifyRequest): boolean {
  return protocol === 'https';
}
