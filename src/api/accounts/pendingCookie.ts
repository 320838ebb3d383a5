import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PendingSignIn } from '../../control/accounts/identityProvider.js';

/** What a browser carries while it is at the identity provider. */
export interface Carried extends PendingSignIn {
  /** Where it goes afterwards, within this site. */
  readonly to: string;
}

const OVER_TLS = '__Host-evenkeel-oidc';
const PLAIN = 'evenkeel-oidc';
/** How long somebody may take to sign in there. */
const LASTS_S = 600;
const RANDOM = /^[A-Za-z0-9_-]{32,128}$/;
const PATH_MAX_CHARACTERS = 500;

/**
 * Given to this browser alone, so that what comes back counts only where it left from. Lax: it must come along when the provider sends
 * the browser back. It holds nothing that its owner may not see or change: with other values than ours nothing fits together.
 */
export function carryPending(request: FastifyRequest, reply: FastifyReply, carried: Carried): void {
  const value = Buffer.from(JSON.stringify(carried)).toString('base64url');
  reply.header('set-cookie', write(request, value, LASTS_S));
}

export function dropPending(request: FastifyRequest): string {
  return write(request, '', 0);
}

/** Undefined: there is none, or it is not one of ours. */
export function pendingIn(request: FastifyRequest): Carried | undefined {
  const name = isOverTls(request) ? OVER_TLS : PLAIN;
  const cookies = (request.headers.cookie ?? '').split(';').map((part) => part.trim());
  const value = cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
  if (value === undefined) return undefined;
  try {
    return readCarried(JSON.parse(Buffer.from(value, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}

/** Only into this very site: an address of somebody else's must not be reached from here. */
export function ownAddress(asked: unknown): string {
  const isOwn =
    typeof asked === 'string' &&
    asked.length <= PATH_MAX_CHARACTERS &&
    /^\/(?![/\\])[\x21-\x7e]*$/.test(asked) &&
    !asked.includes('\\');
  return isOwn && !asked.startsWith('/signin') && !asked.startsWith('/v1/') ? asked : '/';
}

function readCarried(value: unknown): Carried | undefined {
  const { state, nonce, codeVerifier, to } = Object(value) as Record<string, unknown>;
  if (!isRandom(state) || !isRandom(nonce) || !isRandom(codeVerifier)) return undefined;
  return { state, nonce, codeVerifier, to: ownAddress(to) };
}

function isRandom(value: unknown): value is string {
  return typeof value === 'string' && RANDOM.test(value);
}

function write(request: FastifyRequest, value: string, lastsS: number): string {
  const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${lastsS}`;
  return isOverTls(request) ? `${OVER_TLS}=${value}; ${attributes}; Secure` : `${PLAIN}=${value}; ${attributes}`;
}

function isOverTls({ protocol }: FastifyRequest): boolean {
  return protocol === 'https';
}
