import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { SmartChargingService } from '../../control/service.js';
import type { SecurityProfile } from '../../site/stationMessages.js';
import { changes, commands, OPERATORS, reads } from '../accounts/access.js';
import { refuseBody } from '../jsonBody.js';
import { FROM_STATION, problemResponses, WITH_BODY } from '../problems.js';
import { StationParams } from '../schemas.js';
import { CredentialsDocument, CredentialsView, KeyChangeAnswer } from './document.js';

const tags = ['Stations'];

export const credentialsRoutes: FastifyPluginAsyncTypebox<{ service: SmartChargingService }> = async (
  app,
  { service },
) => {
  app.put(
    '/stations/:stationId/credentials',
    {
      config: changes('station', OPERATORS, ({ stationId }) => service.credentials.get(stationId)),
      schema: {
        tags,
        operationId: 'putCredentials',
        summary: "Set the station's password, or how securely it must connect",
        description:
          'The password is never answered, logged or kept as it is. A connection that was let in by what holds no more is ended at once.',
        params: StationParams,
        body: CredentialsDocument,
        response: { 200: CredentialsView, ...problemResponses('STATION_NOT_FOUND', ...WITH_BODY) },
      },
    },
    async ({ params, body, log, apiKeyId }) => {
      const { password, securityProfileMin } = body;
      const view = await service.credentials.put(params.stationId, {
        ...(password === undefined ? {} : { password }),
        // The schema has seen to its range.
        ...(securityProfileMin === undefined ? {} : { securityProfileMin: securityProfileMin as SecurityProfile }),
      });
      log.info({ stationId: params.stationId, securityProfileMin, apiKeyId }, 'credentials stored');
      return view;
    },
  );

  app.get(
    '/stations/:stationId/credentials',
    {
      config: reads('station', OPERATORS),
      schema: {
        tags,
        operationId: 'getCredentials',
        summary: 'How the station shows who it is',
        params: StationParams,
        response: { 200: CredentialsView, ...problemResponses('STATION_NOT_FOUND') },
      },
    },
    async ({ params }) => service.credentials.get(params.stationId),
  );

  app.delete(
    '/stations/:stationId/credentials',
    {
      config: changes('station', OPERATORS, ({ stationId }) => service.credentials.get(stationId)),
      schema: {
        tags,
        operationId: 'revokeCredentials',
        summary: 'Take its password from the station',
        description:
          'It is disconnected at once, unless it came with a certificate, and let in by no password until another one is set.',
        params: StationParams,
        response: { 200: CredentialsView, ...problemResponses('STATION_NOT_FOUND') },
      },
    },
    async ({ params, log, apiKeyId }) => {
      const view = await service.credentials.revoke(params.stationId);
      log.info({ stationId: params.stationId, apiKeyId }, 'credentials revoked');
      return view;
    },
  );

  app.post(
    '/stations/:stationId/credentials/rotate',
    {
      config: commands('station', OPERATORS),
      schema: {
        tags,
        operationId: 'rotateCredentials',
        summary: 'Give the station a new random password',
        description:
          'It is sent to the station, and told to nobody else. The old one stays valid until the station has connected with the new one.',
        params: StationParams,
        response: {
          200: KeyChangeAnswer,
          ...problemResponses('STATION_NOT_FOUND', 'KEY_CHANGE_IMPOSSIBLE', 'KEY_CHANGE_PENDING', ...FROM_STATION),
        },
      },
    },
    async (request) => {
      refuseBody(request.body);
      const { params, log, apiKeyId } = request;
      log.info({ stationId: params.stationId, apiKeyId }, 'a new password is being sent to the station');
      return service.credentials.rotate(params.stationId);
    },
  );
};
