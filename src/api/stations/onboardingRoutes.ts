import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Tenancy } from '../../control/accounts/tenancy.js';
import type { SmartChargingService } from '../../control/service.js';
import { acts, caller, commands, OPERATORS, reads, withoutOthers } from '../accounts/access.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { StationParams } from '../schemas.js';
import { readStation, SiteDocument, writeSite } from '../sites/document.js';
import {
  AdoptionDocument,
  durationOf,
  OnboardingDocument,
  OpeningDocument,
  writeOnboarding,
} from './onboardingDocument.js';

const tags = ['Stations'];

export const onboardingRoutes: FastifyPluginAsyncTypebox<{ service: SmartChargingService; tenancy: Tenancy }> = async (
  app,
  { service, tenancy },
) => {
  app.post(
    '/onboarding',
    {
      config: acts('installation', OPERATORS),
      schema: {
        tags,
        operationId: 'openOnboarding',
        summary: 'Let stations that nobody knows wait to be taken in, for a while',
        description: 'They are told that they are pending, and nothing else is served to them.',
        body: OpeningDocument,
        response: { 200: OnboardingDocument, ...problemResponses(...WITH_BODY) },
      },
    },
    async ({ body, log, apiKeyId }) => {
      log.info({ minutes: durationOf(body) / 60_000, apiKeyId }, 'onboarding opened');
      return writeOnboarding(await service.onboarding.open(durationOf(body)));
    },
  );

  app.get(
    '/onboarding',
    {
      config: reads('installation', OPERATORS),
      schema: {
        tags,
        operationId: 'getOnboarding',
        summary: 'Stations that are connected and belong to no site',
        response: { 200: OnboardingDocument, ...problemResponses() },
      },
    },
    async () => writeOnboarding(await service.onboarding.view()),
  );

  app.delete(
    '/onboarding',
    {
      config: acts('installation', OPERATORS),
      schema: {
        tags,
        operationId: 'closeOnboarding',
        summary: 'Refuse stations that nobody knows, and send away those that wait',
        response: { 204: Type.Null({ description: 'It is closed.' }), ...problemResponses() },
      },
    },
    async ({ log, apiKeyId }, reply) => {
      await service.onboarding.close();
      log.info({ apiKeyId }, 'onboarding closed');
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/onboarding/:stationId/adopt',
    {
      config: commands('installation', OPERATORS),
      schema: {
        tags,
        operationId: 'adoptStation',
        summary: 'Put a station that waits into a site',
        description:
          'The password that it came with is its password from then on. Look at its address and its serial number first: what it says of itself is its own word.',
        params: StationParams,
        body: AdoptionDocument,
        response: {
          200: SiteDocument,
          ...problemResponses(
            'STATION_NOT_WAITING',
            'STATION_CONTESTED',
            'SITE_NOT_FOUND',
            'CIRCUIT_UNKNOWN',
            'STATION_TAKEN',
            'CURRENT_RANGE',
            'FAILSAFE_EXCEEDS_LIMIT',
            ...WITH_BODY,
          ),
        },
      },
    },
    async (request) => {
      const { params, body, log, apiKeyId } = request;
      const { siteId, ...station } = body;
      const principal = caller(request);
      await tenancy.requireSite(principal, siteId);
      const adopted = readStation({ ...station, id: params.stationId });
      const site = await withoutOthers(principal, () => service.onboarding.adopt(siteId, adopted));
      log.info({ siteId, stationId: params.stationId, apiKeyId }, 'station taken in');
      return writeSite(site);
    },
  );
};
