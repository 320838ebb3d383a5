import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiBounds } from './options.js';

const MINUTE_MS = 60_000;

/** Counts wrong keys and tokens per address and minute, on the routes of one scope. */
export interface WrongTokens {
  /**
   * Whether too many came from the request's address: then it waits, whatever it sends meanwhile, so that a right guess can't be told from a
   * wrong one. The answer says how long.
   */
  readonly areTooMany: (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>;
  readonly count: (request: FastifyRequest) => Promise<void>;
}

/** The plugin for rate limits is to be registered first. */
export function wrongTokensOf(
  scope: FastifyInstance,
  { failedKeysPerMinuteMax }: Pick<ApiBounds, 'failedKeysPerMinuteMax'>,
): WrongTokens {
  const failures = scope.createRateLimit({ max: failedKeysPerMinuteMax, timeWindow: MINUTE_MS });
  return {
    areTooMany: async (request, reply) => {
      const seen = await failures(request, { increment: false });
      if (seen.isAllowed || seen.remaining > 0) return false;
      reply.header('retry-after', Math.max(1, seen.ttlInSeconds));
      return true;
    },
    count: async (request) => {
      await failures(request);
    },
  };
}
