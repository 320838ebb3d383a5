import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../site/problem.js';
import type { ApiBounds, ApiOptions } from './options.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The first 16 hex digits of the key's SHA-256: tells keys apart in the log without giving them away. */
    apiKeyId: string;
  }
}

const KEY_MAX_CHARACTERS = 512;
const REALM = 'Bearer realm="evenkeel"';
const MINUTE_MS = 60_000;

/**
 * Lets only valid keys past, on every route of this scope and on its unknown addresses. Wrong keys are counted per address:
 * one that tried too many waits, whatever it sends meanwhile, so that a right guess can not be told from a wrong one.
 */
export function requireKey(scope: FastifyInstance, { isValidKey }: ApiOptions, bounds: ApiBounds): void {
  const failures = scope.createRateLimit({ max: bounds.failedKeysPerMinuteMax, timeWindow: MINUTE_MS });
  scope.decorateRequest('apiKeyId', '');
  scope.addHook('onRequest', async (request, reply) => {
    const key = bearerKey(request.headers.authorization);
    if (key === undefined) {
      reply.header('www-authenticate', REALM);
      throw new Problem('UNAUTHORIZED', 'The request has no "Authorization: Bearer KEY" header.');
    }
    const seen = await failures(request, { increment: false });
    if (!seen.isAllowed && seen.remaining === 0) throw tooManyFailures(reply, seen.ttlInSeconds);
    if (!(await isValidKey(key))) {
      await failures(request);
      request.log.info({ remoteAddress: request.ip }, 'wrong API key');
      reply.header('www-authenticate', `${REALM}, error="invalid_token"`);
      throw new Problem('UNAUTHORIZED', 'The key is not valid.');
    }
    request.apiKeyId = createHash('sha256').update(key).digest('hex').slice(0, 16);
  });
}

function tooManyFailures(reply: FastifyReply, retryAfterS: number): Problem {
  reply.header('retry-after', Math.max(1, retryAfterS));
  return new Problem('TOO_MANY_REQUESTS', 'Too many wrong keys came from this address.');
}

/** RFC 6750: the scheme in any case, one space or more, then the key. */
function bearerKey(header: string | undefined): string | undefined {
  const [scheme, key, ...rest] = header?.trim().split(/ +/) ?? [];
  if (scheme?.toLowerCase() !== 'bearer' || key === undefined || rest.length > 0) return undefined;
  return key.length <= KEY_MAX_CHARACTERS ? key : undefined;
}

/** The general bound, per key and address; far above what an honest client needs. */
export function requestLimit(bounds: ApiBounds) {
  return {
    max: bounds.requestsPerMinuteMax,
    timeWindow: MINUTE_MS,
    keyGenerator: (request: FastifyRequest) => `${request.apiKeyId}@${request.ip}`,
    errorResponseBuilder: (_request: FastifyRequest, { max }: { max: number }) =>
      new Problem('TOO_MANY_REQUESTS', `More than ${max} requests came within a minute.`),
  };
}
