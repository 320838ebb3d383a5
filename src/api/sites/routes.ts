import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { SmartChargingService } from '../../control/service.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { SiteParams } from '../schemas.js';
import { readSite, SiteDocument, SiteList, writeSite } from './document.js';

const tags = ['Sites'];

export const siteRoutes: FastifyPluginAsyncTypebox<{ service: SmartChargingService }> = async (app, { service }) => {
  app.get(
    '/sites',
    {
      schema: {
        tags,
        operationId: 'listSites',
        summary: 'List the sites',
        response: { 200: SiteList, ...problemResponses() },
      },
    },
    async () => ({ sites: service.listSites().map(writeSite) }),
  );

  app.get(
    '/sites/:siteId',
    {
      schema: {
        tags,
        operationId: 'getSite',
        summary: 'The site as stored, defaults written out',
        params: SiteParams,
        response: { 200: SiteDocument, ...problemResponses('SITE_NOT_FOUND') },
      },
    },
    async (request) => writeSite(service.getSite(request.params.siteId)),
  );

  app.put(
    '/sites/:siteId',
    {
      schema: {
        tags,
        operationId: 'putSite',
        summary: 'Create or replace a site',
        description: 'In force, and stored for good, when the answer comes.',
        params: SiteParams,
        querystring: Type.Object(
          {
            dryRun: Type.Optional(
              Type.Enum(['true', 'false'], { description: 'true: answers what would be stored, and stores nothing.' }),
            ),
          },
          { additionalProperties: false },
        ),
        body: SiteDocument,
        response: {
          200: SiteDocument,
          ...problemResponses(
            'SITE_ID_MISMATCH',
            'INVALID_TIME_ZONE',
            'CIRCUIT_CYCLE',
            'CIRCUIT_ROOT',
            'CIRCUIT_UNKNOWN',
            'DUPLICATE_ID',
            'STATION_TAKEN',
            'CURRENT_RANGE',
            'FAILSAFE_EXCEEDS_LIMIT',
            'CURRENCY_MISMATCH',
            ...WITH_BODY,
          ),
        },
      },
    },
    async (request) => {
      const site = readSite(request.params.siteId, request.body);
      if (request.query.dryRun === 'true') return writeSite(await service.trySite(site));
      const stored = await service.putSite(site);
      request.log.info({ siteId: stored.siteId, apiKeyId: request.apiKeyId }, 'site stored');
      return writeSite(stored);
    },
  );

  app.delete(
    '/sites/:siteId',
    {
      schema: {
        tags,
        operationId: 'deleteSite',
        summary: 'Delete a site',
        params: SiteParams,
        response: { 204: Type.Null({ description: 'It is gone.' }), ...problemResponses('SITE_NOT_FOUND') },
      },
    },
    async (request, reply) => {
      await service.deleteSite(request.params.siteId);
      request.log.info({ siteId: request.params.siteId, apiKeyId: request.apiKeyId }, 'site deleted');
      return reply.code(204).send(null);
    },
  );
};
