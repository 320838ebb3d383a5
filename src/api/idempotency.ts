import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { KeptAnswer, KeptAnswers } from '../control/delegation/keptAnswers.js';
import { Problem } from '../site/problem.js';
import { caller } from './accounts/access.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A request that carries an Idempotency-Key is carried out once. */
    isRepeatable?: true;
  }
  interface FastifyRequest {
    /** To be called with the answer. */
    keepAnswer: ((answer: KeptAnswer | 'none') => Promise<void>) | undefined;
  }
}

/** The config of routes whose answers are kept for a day under the Idempotency-Key of the request. */
export const REPEATABLE = { isRepeatable: true } as const;

const HEADER = 'idempotency-key';
const KEY_MAX_CHARACTERS = 255;
const REPLAYED = 'idempotency-replayed';

export function answerRepeats(scope: FastifyInstance, keptAnswers: KeptAnswers): void {
  scope.decorateRequest('keepAnswer', undefined);
  scope.addHook('preHandler', async (request, reply) => {
    const key = request.headers[HEADER];
    if (request.routeOptions.config.isRepeatable !== true || key === undefined) return;
    if (typeof key !== 'string' || key === '' || key.length > KEY_MAX_CHARACTERS)
      throw new Problem('INVALID_REQUEST', `Idempotency-Key has 1 to ${KEY_MAX_CHARACTERS} characters.`, {
        field: 'Idempotency-Key',
      });
    const asked = fingerprintOf(request.method, request.url, request.body);
    const found = await keptAnswers.begin(caller(request).organisationId, key);
    if ('end' in found) {
      request.keepAnswer = async (answer) => found.end(answer === 'none' ? answer : { ...answer, fingerprint: asked });
      return;
    }
    if (found.fingerprint !== asked)
      throw new Problem('IDEMPOTENCY_CONFLICT', 'Another request was sent with this Idempotency-Key before.', {
        field: 'Idempotency-Key',
      });
    return reply.code(found.status).type(found.contentType).header(REPLAYED, 'true').send(found.body);
  });
  scope.addHook('onSend', async (request, reply, payload) => {
    const { keepAnswer } = request;
    if (keepAnswer === undefined) return payload;
    request.keepAnswer = undefined;
    // What failed on our side, or was refused for now, may be tried again under the same key.
    const isFinal = reply.statusCode < 400 && typeof payload === 'string';
    const contentType = String(reply.getHeader('content-type') ?? 'application/json');
    await keepAnswer(isFinal ? { fingerprint: '', status: reply.statusCode, contentType, body: payload } : 'none');
    return payload;
  });
}

function fingerprintOf(method: string, url: string, body: unknown): string {
  return createHash('sha256')
    .update(`${method} ${url}\n${JSON.stringify(body ?? null)}`)
    .digest('base64url');
}
