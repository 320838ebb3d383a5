import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { SmartChargingService } from '../../control/service.js';
import { OPERATORS, reads } from '../accounts/access.js';
import { problemResponses } from '../problems.js';
import { StationParams } from '../schemas.js';
import { MessagesDocument, MessagesQuery, wantedMessages, writeMessages } from './messageDocument.js';

export const stationMessageRoutes: FastifyPluginAsyncTypebox<{ service: SmartChargingService }> = async (
  app,
  { service },
) => {
  app.get(
    '/stations/:stationId/messages',
    {
      config: reads('station', OPERATORS),
      schema: {
        tags: ['Stations'],
        operationId: 'listStationMessages',
        summary: 'What was said between the station and this service lately',
        description:
          'At most the last 500 messages, kept in memory: fewer on a busy service, none from before its last start. To follow, ask again with the cursor of the last answer.',
        params: StationParams,
        querystring: MessagesQuery,
        response: { 200: MessagesDocument, ...problemResponses('STATION_NOT_FOUND') },
      },
    },
    async ({ params: { stationId }, query }) => {
      const wanted = wantedMessages(query);
      return writeMessages(stationId, await service.messages.read(stationId, wanted), wanted);
    },
  );
};
