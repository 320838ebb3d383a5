import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts } from '../control/accounts/accounts.js';
import type { Principal } from '../control/accounts/roles.js';
import { Problem } from '../site/problem.js';
import { PAGE_HEADER, sessionIdIn } from './accounts/cookie.js';
import type { ApiBounds, ApiOptions } from './options.js';
import { wrongTokensOf } from './wrongTokens.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; undefined only on routes that are for everybody. */
    principal: Principal | undefined;
    /** Asks once more; for answers that take long. */
    isStillAllowed: () => Promise<boolean>;
    /** Of the key or the user: tells them apart in the log without giving anything away. */
    apiKeyId: string;
  }
}

const KEY_MAX_CHARACTERS = 512;
const REALM = 'Bearer realm="evenkeel"';
const MINUTE_MS = 60_000;
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Lets only valid keys and sessions past, on every route of this scope that is not for everybody, and on its unknown addresses. Wrong
 * keys are counted per address: one that tried too many waits, whatever it sends meanwhile, so that a right guess can not be told
 * from a wrong one.
 */
export function authenticate(
  scope: FastifyInstance,
  { accounts }: Pick<ApiOptions, 'accounts'>,
  bounds: ApiBounds,
): void {
  const wrong = wrongTokensOf(scope, bounds);
  scope.decorateRequest('principal', undefined);
  scope.decorateRequest('apiKeyId', '');
  scope.decorateRequest('isStillAllowed', async () => false);
  scope.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.access?.roles === 'everybody') return;
    const principal =
      request.headers.authorization === undefined && sessionIdIn(request) !== undefined
        ? await bySession(request, reply, accounts)
        : await byKey(request, reply);
    request.principal = principal;
    request.apiKeyId = principal.id;
    request.isStillAllowed = async () => (await principalNow(request, accounts)) !== undefined;
  });

  async function byKey(request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    const key = bearerKey(request.headers.authorization);
    if (key === undefined) {
      reply.header('www-authenticate', REALM);
      throw new Problem('UNAUTHORIZED', 'The request has no "Authorization: Bearer KEY" header.');
    }
    if (await wrong.areTooMany(request, reply))
      throw new Problem('TOO_MANY_REQUESTS', 'Too many wrong keys came from this address.');
    const principal = await accounts.keys.authenticate(key);
    if (principal !== undefined) return principal;
    await wrong.count(request);
    request.log.info({ remoteAddress: request.ip }, 'wrong API key');
    reply.header('www-authenticate', `${REALM}, error="invalid_token"`);
    throw new Problem('UNAUTHORIZED', 'The key is not valid.');
  }
}

/** By what the request showed. */
async function principalNow(request: FastifyRequest, accounts: Accounts): Promise<Principal | undefined> {
  const key = bearerKey(request.headers.authorization);
  if (key !== undefined) return accounts.keys.authenticate(key);
  const sessionId = sessionIdIn(request);
  return sessionId === undefined ? undefined : accounts.signIns.authenticate(sessionId);
}

/** Browsers send a cookie along with whatever any page makes them send; the header only with what a page of ours does. */
async function bySession(request: FastifyRequest, reply: FastifyReply, accounts: Accounts): Promise<Principal> {
  const sessionId = sessionIdIn(request);
  const principal = sessionId === undefined ? undefined : await accounts.signIns.authenticate(sessionId);
  if (principal === undefined) {
    reply.header('www-authenticate', REALM);
    throw new Problem('UNAUTHORIZED', 'You were signed out.');
  }
  if (!READING.has(request.method) && request.headers[PAGE_HEADER] !== '1') {
    throw new Problem('PAGE_HEADER_MISSING', 'A request with a cookie that changes something has "X-Evenkeel: 1".');
  }
  return principal;
}

/** RFC 6750: the scheme in any case, one space or more, then the key. */
function bearerKey(header: string | undefined): string | undefined {
  const [scheme, key, ...rest] = header?.trim().split(/ +/) ?? [];
  if (scheme?.toLowerCase() !== 'bearer' || key === undefined || rest.length > 0) return undefined;
  return key.length <= KEY_MAX_CHARACTERS ? key : undefined;
}

/** The general bound, per key or user and address; far above what an honest client needs. */
export function requestLimit(bounds: ApiBounds) {
  return {
    max: bounds.requestsPerMinuteMax,
    timeWindow: MINUTE_MS,
    keyGenerator: (request: FastifyRequest) => `${request.apiKeyId}@${request.ip}`,
    errorResponseBuilder: (_request: FastifyRequest, { max }: { max: number }) =>
      new Problem('TOO_MANY_REQUESTS', `More than ${max} requests came within a minute.`),
  };
}
