import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { OscpAnswer, OscpService } from '../../oscp/oscpService.js';
import { PEER_ACCESS, requireDeclarations } from '../accounts/access.js';
import { answerElsewhere } from '../elsewhere.js';
import type { ApiBounds, ApiOptions } from '../options.js';
import { authenticatePeers } from '../peerAuthentication.js';

interface WireParams {
  readonly providerId: string;
  readonly ours: string;
  readonly message: string;
}

/** From one address: a heartbeat a second from each of many, and forecasts. */
const MESSAGES_PER_MINUTE_MAX = 6_000;
const METHODS = ['POST', 'PUT', 'DELETE'] as const;

/** What other sides of OSCP send: /oscp/{providerId}/{fp|co}/2.0/{message}, each with a token of its own. No part of the API's document. */
export async function oscpWireRoutes(
  app: FastifyInstance,
  { oscp, options, bounds }: { oscp: OscpService; options: ApiOptions; bounds: ApiBounds },
): Promise<void> {
  await app.register(rateLimit, { max: MESSAGES_PER_MINUTE_MAX, timeWindow: 60_000 });
  requireDeclarations(app);
  authenticatePeers(
    app,
    {
      scheme: 'Token',
      isToken: (request, token) => oscp.isToken((request.params as WireParams).providerId ?? '', token),
    },
    bounds,
  );
  answerElsewhere(app, options);

  for (const method of METHODS) {
    app.route<{ Params: WireParams }>({
      method,
      url: '/:providerId/:ours/2.0/:message',
      config: PEER_ACCESS,
      schema: { hide: true },
      handler: async (request, reply) => {
        const requestId = headerOf(request, 'x-request-id');
        if (requestId !== undefined) reply.header('x-correlation-id', requestId);
        const { providerId, ours, message } = request.params;
        const answer = await oscp.receive(providerId, {
          name: message,
          ours,
          method,
          requestId,
          correlationId: headerOf(request, 'x-correlation-id'),
          segmentIndex: headerOf(request, 'x-segment-index'),
          segmentCount: headerOf(request, 'x-segment-count'),
          body: request.body,
        });
        request.log.info({ providerId, message, status: answer.status }, 'OSCP message');
        return answer.status === 204 ? reply.code(204).send() : reply.code(answer.status).send(errorOf(answer));
      },
    });
  }
}

const HEADER_MAX_CHARACTERS = 200;

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value.slice(0, HEADER_MAX_CHARACTERS) : undefined;
}

/** As OSCP's error schema has it. */
function errorOf(answer: Exclude<OscpAnswer, { readonly status: 204 }>): object {
  const { detail, field } = answer;
  return { message: field === undefined ? detail : `${field}: ${detail}` };
}
