import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { SmartChargingService } from '../../control/service.js';
import { acts, OPERATORS, reads } from '../accounts/access.js';
import { refuseBody } from '../jsonBody.js';
import { FROM_STATION, problemResponses, WITH_BODY } from '../problems.js';
import { CommandAnswer, StationParams } from '../schemas.js';
import {
  AvailabilityDocument,
  ConfigurationDocument,
  PriorityChargingDocument,
  ResetDocument,
  SettingDocument,
  TriggerDocument,
} from './document.js';

const tags = ['Stations'];
const WHOLE_STATION = 0;

export const stationMaintenanceRoutes: FastifyPluginAsyncTypebox<{ service: SmartChargingService }> = async (
  app,
  { service },
) => {
  app.post(
    '/stations/:stationId/trigger',
    {
      config: acts('station', OPERATORS),
      schema: {
        tags,
        operationId: 'triggerMessage',
        summary: 'Ask the station to send a message now',
        params: StationParams,
        body: TriggerDocument,
        response: {
          200: CommandAnswer,
          ...problemResponses('STATION_NOT_FOUND', 'EVSE_NOT_FOUND', ...FROM_STATION, ...WITH_BODY),
        },
      },
    },
    async ({ params, body }) => service.triggerMessage(params.stationId, body.message, body.evseId),
  );

  app.post(
    '/stations/:stationId/reset',
    {
      config: acts('station', OPERATORS),
      schema: {
        tags,
        operationId: 'reset',
        summary: 'Restart the station',
        params: StationParams,
        body: ResetDocument,
        response: { 200: CommandAnswer, ...problemResponses('STATION_NOT_FOUND', ...FROM_STATION, ...WITH_BODY) },
      },
    },
    async ({ params, body, log, apiKeyId }) => {
      log.info({ stationId: params.stationId, kind: body.kind, apiKeyId }, 'reset asked for');
      return service.reset(params.stationId, body.kind);
    },
  );

  app.post(
    '/stations/:stationId/availability',
    {
      config: acts('station', OPERATORS),
      schema: {
        tags,
        operationId: 'changeStationAvailability',
        summary: 'Take the whole station out of service, or back in',
        params: StationParams,
        body: AvailabilityDocument,
        response: { 200: CommandAnswer, ...problemResponses('STATION_NOT_FOUND', ...FROM_STATION, ...WITH_BODY) },
      },
    },
    async ({ params, body }) => service.changeAvailability(params.stationId, WHOLE_STATION, body.operative),
  );

  app.post(
    '/stations/:stationId/clear-cache',
    {
      config: acts('station', OPERATORS),
      schema: {
        tags,
        operationId: 'clearCache',
        summary: 'Have the station forget whom it let charge before',
        description: 'It asks again for each token: of use when tokens were taken off the list of the site.',
        params: StationParams,
        response: { 200: CommandAnswer, ...problemResponses('STATION_NOT_FOUND', ...FROM_STATION) },
      },
    },
    async (request) => {
      refuseBody(request.body);
      return service.clearCache(request.params.stationId);
    },
  );

  app.post(
    '/stations/:stationId/priority-charging',
    {
      config: acts('station', OPERATORS),
      schema: {
        tags,
        operationId: 'usePriorityCharging',
        summary: 'Have a transaction charged with priority, or no longer',
        description:
          'From OCPP 2.1 on: by a profile for priority that the station holds. While it does, the session goes before others.',
        params: StationParams,
        body: PriorityChargingDocument,
        response: {
          200: CommandAnswer,
          ...problemResponses('STATION_NOT_FOUND', 'TRANSACTION_NOT_FOUND', ...FROM_STATION, ...WITH_BODY),
        },
      },
    },
    async ({ params, body, log, apiKeyId }) => {
      const { transactionId, activate } = body;
      log.info({ stationId: params.stationId, transactionId, activate, apiKeyId }, 'priority charging asked for');
      return service.usePriorityCharging(params.stationId, transactionId, activate);
    },
  );

  app.get(
    '/stations/:stationId/configuration',
    {
      config: reads('station', OPERATORS),
      schema: {
        tags,
        operationId: 'getConfiguration',
        summary: "The station's settings, as it reports them",
        params: StationParams,
        querystring: Type.Object(
          {
            keys: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 4_000,
                description:
                  'Names, with commas between them. From OCPP 2.0.1 on: Component.Variable, such as SmartChargingCtrlr.RateUnit, Component[instance].Variable[instance], or EVSE@1.Power of one EVSE. Left out: all, which a station of 2.0.1 or later tells in a report that may take a minute.',
                examples: ['HeartbeatInterval,MeterValueSampleInterval'],
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: ConfigurationDocument, ...problemResponses('STATION_NOT_FOUND', ...FROM_STATION) },
      },
    },
    async ({ params, query }) => {
      const { keys, unknownKeys } = await service.getConfiguration(params.stationId, namesIn(query.keys));
      return { keys: keys.map((key) => ({ ...key })), unknownKeys: [...unknownKeys] };
    },
  );

  app.put(
    '/stations/:stationId/configuration',
    {
      config: acts('station', OPERATORS),
      schema: {
        tags,
        operationId: 'changeConfiguration',
        summary: "Change one of the station's settings",
        params: StationParams,
        body: SettingDocument,
        response: { 200: CommandAnswer, ...problemResponses('STATION_NOT_FOUND', ...FROM_STATION, ...WITH_BODY) },
      },
    },
    async ({ params, body, log, apiKeyId }) => {
      log.info({ stationId: params.stationId, key: body.key, apiKeyId }, 'station setting changed');
      return service.changeConfiguration(params.stationId, body.key, body.value);
    },
  );
};

function namesIn(list: string | undefined): readonly string[] | undefined {
  const names = list
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names === undefined || names.length === 0 ? undefined : names;
}
