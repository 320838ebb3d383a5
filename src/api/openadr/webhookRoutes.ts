import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import type { VenService } from '../../openadr/venService.js';
import { PEER_ACCESS, reads, requireDeclarations } from '../accounts/access.js';
import { answerElsewhere } from '../elsewhere.js';
import type { ApiBounds, ApiOptions } from '../options.js';
import { authenticatePeers } from '../peerAuthentication.js';

const NOTIFICATIONS_PER_MINUTE_MAX = 600;
const ECHO = /^[\w.~-]{1,256}$/;

interface Params {
  readonly venId: string;
}

/** What VTNs send: /openadr/{venId}/notifications. A notification is not believed, it brings the next poll forward. */
export async function openAdrWebhookRoutes(
  app: FastifyInstance,
  { vens, options, bounds }: { vens: VenService; options: ApiOptions; bounds: ApiBounds },
): Promise<void> {
  await app.register(rateLimit, { max: NOTIFICATIONS_PER_MINUTE_MAX, timeWindow: 60_000 });
  requireDeclarations(app);

  // While it makes a subscription a VTN tries the address out, with or without the token.
  app.get<{ Params: Params; Querystring: { readonly echo?: unknown } }>(
    '/:venId/notifications',
    { config: reads('caller', 'everybody'), schema: { hide: true } },
    async ({ query: { echo } }, reply) => {
      const isEcho = typeof echo === 'string' && ECHO.test(echo);
      return reply
        .code(isEcho ? 200 : 400)
        .type('text/plain; charset=utf-8')
        .send(isEcho ? echo : '');
    },
  );

  await app.register(async (scope) => {
    authenticatePeers(
      scope,
      { scheme: 'Bearer', isToken: (request, token) => vens.isToken((request.params as Params).venId ?? '', token) },
      bounds,
    );
    answerElsewhere(scope, options);
    scope.post<{ Params: Params }>(
      '/:venId/notifications',
      { config: PEER_ACCESS, schema: { hide: true } },
      async ({ params: { venId }, log }, reply) => {
        log.info({ venId }, 'OpenADR notification');
        vens.poke(venId);
        return reply.code(200).send({});
      },
    );
  });
}
