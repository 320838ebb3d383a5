import type { FastifyInstance } from 'fastify';
import type { ApiOptions } from './options.js';

/** What another process answers is handed to it as it came, after it was found allowed here. */
export function answerElsewhere(scope: FastifyInstance, { whereTo }: Pick<ApiOptions, 'whereTo'>): void {
  if (whereTo === undefined) return;
  scope.addHook('onRequest', async (request, reply) => {
    const { method, url, headers } = request;
    const answer = await whereTo({ method, url, headers });
    if (answer === 'here') return;
    reply.hijack();
    await answer(request.raw, reply.raw).catch((error: unknown) => {
      request.log.error({ err: error }, 'a request could not be handed on');
      reply.raw.destroy();
    });
  });
}
