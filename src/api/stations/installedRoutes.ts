import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { SmartChargingService } from '../../control/service.js';
import { acts, OPERATORS, READERS, reads } from '../accounts/access.js';
import { FROM_STATION, problemResponses } from '../problems.js';
import { CommandAnswer, StationId, StationParams } from '../schemas.js';
import {
  InstalledProfilesDocument,
  InstalledQuery,
  ProfileId,
  wantedProfiles,
  writeInstalledProfiles,
} from './installedDocument.js';

const tags = ['Stations'];

export const installedProfileRoutes: FastifyPluginAsyncTypebox<{ service: SmartChargingService }> = async (
  app,
  { service },
) => {
  app.get(
    '/stations/:stationId/installed-profiles',
    {
      config: reads('station', READERS),
      schema: {
        tags,
        operationId: 'getInstalledProfiles',
        summary: 'What charging profiles the station says that it has, whoever installed them',
        description:
          'Asks the station, and waits until it has reported all of them. From OCPP 2.0.1 on: 1.6 has no way to ask. What this service has sent is at /profiles.',
        params: StationParams,
        querystring: InstalledQuery,
        response: { 200: InstalledProfilesDocument, ...problemResponses('STATION_NOT_FOUND', ...FROM_STATION) },
      },
    },
    async ({ params, query }) =>
      writeInstalledProfiles(await service.installed.list(params.stationId, wantedProfiles(query))),
  );

  app.delete(
    '/stations/:stationId/installed-profiles/:profileId',
    {
      config: acts('station', OPERATORS),
      schema: {
        tags,
        operationId: 'clearInstalledProfile',
        summary: 'Take away a charging profile that somebody else left at the station',
        description:
          'Such as one of an earlier central system. Refused for the ids that this service writes itself: those profiles keep the fuses.',
        params: Type.Object({ stationId: StationId, profileId: ProfileId }),
        response: { 200: CommandAnswer, ...problemResponses('STATION_NOT_FOUND', ...FROM_STATION) },
      },
    },
    async ({ params, log, apiKeyId }) => {
      log.info({ stationId: params.stationId, profileId: params.profileId, apiKeyId }, 'a profile is to be cleared');
      return service.installed.clear(params.stationId, params.profileId);
    },
  );
};
