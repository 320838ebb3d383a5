import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { SmartChargingService } from '../../control/service.js';
import type { Clock } from '../../site/clock.js';
import { OPERATORS, READERS, reads, takesIn } from '../accounts/access.js';
import { parseInstant, writeInstant } from '../instant.js';
import { SAFETY } from '../overload.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { SiteParams } from '../schemas.js';
import { ReadingDocument, SiteState, writeState } from './document.js';
import { PlanDocument, writePlan } from './plan.js';

export const stateRoutes: FastifyPluginAsyncTypebox<{ service: SmartChargingService; clock: Clock }> = async (
  app,
  { service, clock },
) => {
  app.get(
    '/sites/:siteId/state',
    {
      config: reads('site', READERS),
      schema: {
        tags: ['State'],
        operationId: 'getState',
        summary: 'Circuits and stations as they are now',
        params: SiteParams,
        response: { 200: SiteState, ...problemResponses('SITE_NOT_FOUND') },
      },
    },
    async ({ params }) => writeState(service.getState(params.siteId)),
  );

  app.get(
    '/sites/:siteId/plan',
    {
      config: reads('site', READERS),
      schema: {
        tags: ['State'],
        operationId: 'getPlan',
        summary: 'What is planned, and why no more',
        params: SiteParams,
        response: { 200: PlanDocument, ...problemResponses('SITE_NOT_FOUND') },
      },
    },
    async ({ params }) => writePlan(service.getPlan(params.siteId)),
  );

  app.post(
    '/sites/:siteId/meter-values',
    {
      config: { ...SAFETY, ...takesIn('site', OPERATORS) },
      schema: {
        tags: ['Sites'],
        operationId: 'postMeterValues',
        summary: "A reading of a circuit's own meter",
        params: SiteParams,
        body: ReadingDocument,
        response: { 200: ReadingDocument, ...problemResponses('SITE_NOT_FOUND', 'CIRCUIT_UNKNOWN', ...WITH_BODY) },
      },
    },
    async ({ params, body }) => {
      const { timestamp, ...reading } = body;
      const timestampMs = timestamp === undefined ? clock.nowMs() : parseInstant(timestamp, '/timestamp');
      await service.putCircuitReading(params.siteId, { ...reading, timestampMs });
      return { ...reading, timestamp: writeInstant(timestampMs) };
    },
  );
};
