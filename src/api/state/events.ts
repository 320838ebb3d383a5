import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { READERS, reads } from '../accounts/access.js';
import { problemResponses } from '../problems.js';
import { SiteParams } from '../schemas.js';
import type { EventStreams } from './eventStreams.js';

export const eventRoutes: FastifyPluginAsyncTypebox<{ streams: EventStreams }> = async (app, { streams }) => {
  // Fastify waits for open responses before it closes: they must be ended before that.
  app.addHook('preClose', async () => streams.closeAll());

  app.get(
    '/sites/:siteId/events',
    {
      config: { endless: true, ...reads('site', READERS) },
      exposeHeadRoute: false,
      schema: {
        tags: ['State'],
        operationId: 'watchState',
        summary: 'The state as it changes',
        description:
          'Server-sent events. `state` is the whole SiteState: at once, then after each change, at most four a second. `beat` comes every 5 s. `gone` comes when the site is deleted, and ends the stream. It also ends within 10 s of the end of the key or session with which it was asked for.',
        params: SiteParams,
        response: {
          200: {
            description: 'Does not end by itself.',
            content: { 'text/event-stream': { schema: { type: 'string' } } },
          },
          ...problemResponses('SITE_NOT_FOUND'),
        },
      },
    },
    (request, reply) => {
      const first = streams.admit(request.params.siteId);
      reply.hijack();
      streams.open(reply.raw, reply.getHeaders(), { first, isStillAllowed: request.isStillAllowed });
    },
  );
};
