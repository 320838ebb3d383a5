import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { SmartChargingService } from '../../control/service.js';
import type { Clock } from '../../site/clock.js';
import { changes, EVERY_ROLE, OPERATORS, type ReadBefore, reads } from '../accounts/access.js';
import { SAFETY } from '../overload.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { Instant, LimitId, SiteId, SiteParams } from '../schemas.js';
import { LimitDocument, LimitList, limitWriter, readLimit, StoredLimitDocument, writeWarnings } from './document.js';
import { LimitWindows, readSpan, SPAN_MAX_DAYS, writeCalendar } from './windowDocument.js';

const tags = ['Limits'];
const LimitParams = Type.Object({ siteId: SiteId, limitId: LimitId });

export const limitRoutes: FastifyPluginAsyncTypebox<{ service: SmartChargingService; clock: Clock }> = async (
  app,
  { service, clock },
) => {
  const before: ReadBefore = ({ siteId, limitId }) =>
    limitWriter(service.getSite(siteId))(service.getLimit(siteId, limitId));

  app.get(
    '/sites/:siteId/limits',
    {
      config: reads('site', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'listLimits',
        summary: 'List the temporary and recurring limits',
        params: SiteParams,
        response: { 200: LimitList, ...problemResponses('SITE_NOT_FOUND') },
      },
    },
    async ({ params }) => ({
      limits: service.listLimits(params.siteId).map(limitWriter(service.getSite(params.siteId))),
    }),
  );

  app.get(
    '/sites/:siteId/limits/:limitId',
    {
      config: reads('site', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'getLimit',
        summary: 'One limit',
        params: LimitParams,
        response: { 200: LimitDocument, ...problemResponses('SITE_NOT_FOUND', 'LIMIT_NOT_FOUND') },
      },
    },
    async ({ params }) => limitWriter(service.getSite(params.siteId))(service.getLimit(params.siteId, params.limitId)),
  );

  app.get(
    '/sites/:siteId/limit-windows',
    {
      config: reads('site', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'listLimitWindows',
        summary: 'When which limits hold, over a span',
        params: SiteParams,
        querystring: Type.Object(
          {
            from: Type.Optional({ ...Instant, description: 'Default: now.' }),
            to: Type.Optional({ ...Instant, description: `Default: a week later. At most ${SPAN_MAX_DAYS} days.` }),
          },
          { additionalProperties: false },
        ),
        response: { 200: LimitWindows, ...problemResponses('SITE_NOT_FOUND', 'TOO_MANY_LIMITS') },
      },
    },
    async ({ params, query }) => writeCalendar(service.limitCalendar(params.siteId, readSpan(query, clock.nowMs()))),
  );

  app.put(
    '/sites/:siteId/limits/:limitId',
    {
      config: { ...SAFETY, ...changes('site', OPERATORS, before) },
      schema: {
        tags,
        operationId: 'putLimit',
        summary: 'Create or replace a limit',
        description:
          'Never refused because failsafes do not fit: they are lowered for its time, and the warnings say where.',
        params: LimitParams,
        body: LimitDocument,
        response: {
          200: StoredLimitDocument,
          ...problemResponses(
            'SITE_NOT_FOUND',
            'CIRCUIT_UNKNOWN',
            'INVALID_LIMIT',
            'INVALID_RECURRENCE',
            'LIMIT_OF_GRID_EVENT',
            ...WITH_BODY,
          ),
        },
      },
    },
    async ({ params, body, log, apiKeyId }) => {
      const { limit, warnings } = await service.putLimit(params.siteId, readLimit(params.limitId, body, clock.nowMs()));
      log.info({ siteId: params.siteId, limitId: params.limitId, apiKeyId }, 'limit stored');
      return { ...limitWriter(service.getSite(params.siteId))(limit), warnings: writeWarnings(warnings) };
    },
  );

  app.delete(
    '/sites/:siteId/limits/:limitId',
    {
      config: changes('site', OPERATORS, before),
      schema: {
        tags,
        operationId: 'deleteLimit',
        summary: 'Delete a limit',
        params: LimitParams,
        response: {
          204: Type.Null({ description: 'It is gone.' }),
          ...problemResponses('SITE_NOT_FOUND', 'LIMIT_NOT_FOUND', 'LIMIT_OF_GRID_EVENT'),
        },
      },
    },
    async ({ params, log, apiKeyId }, reply) => {
      await service.deleteLimit(params.siteId, params.limitId);
      log.info({ siteId: params.siteId, limitId: params.limitId, apiKeyId }, 'limit deleted');
      return reply.code(204).send(null);
    },
  );
};
