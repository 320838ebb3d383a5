import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { SmartChargingService } from '../../control/service.js';
import { changes, EVERY_ROLE, PROVIDERS, type ReadBefore, reads } from '../accounts/access.js';
import { SAFETY } from '../overload.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { GridEventId, SiteId, SiteParams } from '../schemas.js';
import {
  GridEventDocument,
  GridEventList,
  GridEventUpload,
  gridEventWriter,
  StoredGridEventDocument,
  writeStoredGridEvent,
} from './eventDocument.js';

const tags = ['Limits'];
const GridEventParams = Type.Object({ siteId: SiteId, eventId: GridEventId });

export const gridEventRoutes: FastifyPluginAsyncTypebox<{ service: SmartChargingService }> = async (
  app,
  { service },
) => {
  const { gridEvents } = service;
  const before: ReadBefore = ({ siteId, eventId }) =>
    gridEventWriter(service.getSite(siteId))(gridEvents.getGridEvent(siteId, eventId));

  app.get(
    '/sites/:siteId/grid-events',
    {
      config: reads('site', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'listGridEvents',
        summary: 'List the grid events',
        params: SiteParams,
        response: { 200: GridEventList, ...problemResponses('SITE_NOT_FOUND') },
      },
    },
    async ({ params }) => ({
      events: gridEvents.listGridEvents(params.siteId).map(gridEventWriter(service.getSite(params.siteId))),
    }),
  );

  app.get(
    '/sites/:siteId/grid-events/:eventId',
    {
      config: reads('site', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'getGridEvent',
        summary: 'One grid event',
        params: GridEventParams,
        response: { 200: GridEventDocument, ...problemResponses('SITE_NOT_FOUND', 'GRID_EVENT_NOT_FOUND') },
      },
    },
    async ({ params }) =>
      gridEventWriter(service.getSite(params.siteId))(gridEvents.getGridEvent(params.siteId, params.eventId)),
  );

  app.put(
    '/sites/:siteId/grid-events/:eventId',
    {
      config: { ...SAFETY, ...changes('site', PROVIDERS, before) },
      schema: {
        tags,
        operationId: 'putGridEvent',
        summary: 'Create or replace a grid event',
        description:
          'All its limits at once, in place of those it had. An event that is cancelled takes its limits away. Never refused because failsafes do not fit.',
        params: GridEventParams,
        body: GridEventUpload,
        response: {
          200: StoredGridEventDocument,
          ...problemResponses(
            'SITE_NOT_FOUND',
            'INVALID_GRID_EVENT',
            'TOO_MANY_LIMITS',
            'LIMIT_ID_TAKEN',
            ...WITH_BODY,
          ),
        },
      },
    },
    async ({ params, body, log, apiKeyId }) => {
      const { siteId, eventId } = params;
      const event = await gridEvents.putGridEvent(siteId, eventId, body);
      log.info({ siteId, eventId, limits: event.limits.length, apiKeyId }, 'grid event stored');
      return writeStoredGridEvent(service.getSite(siteId), event);
    },
  );

  app.delete(
    '/sites/:siteId/grid-events/:eventId',
    {
      config: changes('site', PROVIDERS, before),
      schema: {
        tags,
        operationId: 'deleteGridEvent',
        summary: 'Delete a grid event and its limits',
        params: GridEventParams,
        response: {
          204: Type.Null({ description: 'It is gone.' }),
          ...problemResponses('SITE_NOT_FOUND', 'GRID_EVENT_NOT_FOUND'),
        },
      },
    },
    async ({ params, log, apiKeyId }, reply) => {
      await gridEvents.deleteGridEvent(params.siteId, params.eventId);
      log.info({ siteId: params.siteId, eventId: params.eventId, apiKeyId }, 'grid event deleted');
      return reply.code(204).send(null);
    },
  );
};
