import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { SmartChargingService } from '../../control/service.js';
import { acts, commands, OPERATORS, READERS, reads } from '../accounts/access.js';
import { refuseBody } from '../jsonBody.js';
import { FROM_STATION, problemResponses, WITH_BODY } from '../problems.js';
import {
  CommandAnswer,
  EvseId,
  EvseParams,
  RemoteStartAnswer,
  StationId,
  StationParams,
  TransactionReference,
} from '../schemas.js';
import { CapabilitiesDocument, writeCapabilities } from './capabilitiesDocument.js';
import {
  AvailabilityDocument,
  CompositeScheduleDocument,
  IdTokenDocument,
  StationCompositeDocument,
  writeCompositeSchedule,
  writeStationComposite,
} from './document.js';
import { StationProfilesDocument, writeStationProfiles } from './profilesDocument.js';

const tags = ['Stations'];
const DURATION_DEFAULT_S = 86_400;
const DURATION_MAX_S = 7 * 86_400;

const CompositeQuery = Type.Object(
  {
    durationS: Type.Optional(Type.Integer({ minimum: 1, maximum: DURATION_MAX_S, default: DURATION_DEFAULT_S })),
    rateUnit: Type.Optional(
      Type.Enum(['A', 'W'], {
        description: 'What the station is asked to answer in. It may choose its own, which the answer names.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const stationRoutes: FastifyPluginAsyncTypebox<{ service: SmartChargingService }> = async (app, { service }) => {
  app.get(
    '/stations/:stationId/profiles',
    {
      config: reads('station', READERS),
      schema: {
        tags,
        operationId: 'getStationProfiles',
        summary: 'What the station may have installed, and what its EVSEs may draw by it',
        params: StationParams,
        response: { 200: StationProfilesDocument, ...problemResponses('STATION_NOT_FOUND') },
      },
    },
    async ({ params }) => writeStationProfiles(service.profiles.ofStation(params.stationId)),
  );

  app.get(
    '/stations/:stationId/capabilities',
    {
      config: reads('station', READERS),
      schema: {
        tags,
        operationId: 'getStationCapabilities',
        summary: 'What the station can do, as far as it is known',
        params: StationParams,
        response: { 200: CapabilitiesDocument, ...problemResponses('STATION_NOT_FOUND') },
      },
    },
    async ({ params }) => writeCapabilities(service.profiles.capabilitiesOf(params.stationId)),
  );

  app.delete(
    '/stations/:stationId/quirks',
    {
      config: commands('station', OPERATORS),
      schema: {
        tags,
        operationId: 'forgetQuirks',
        summary: 'Forget how the station takes its profiles',
        description:
          'After a repair or another configuration: what was learned of it, and of those of the same model and firmware at its site, is found out again.',
        params: StationParams,
        response: { 204: Type.Null({ description: 'It is forgotten.' }), ...problemResponses('STATION_NOT_FOUND') },
      },
    },
    async ({ params, log, apiKeyId }, reply) => {
      await service.profiles.forgetQuirks(params.stationId);
      log.info({ stationId: params.stationId, apiKeyId }, 'what was learned of the station is forgotten');
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/stations/:stationId/evses/:evseId/composite-schedule',
    {
      config: reads('station', READERS),
      schema: {
        tags,
        operationId: 'getCompositeSchedule',
        summary: 'The limit over time that an EVSE keeps to',
        params: EvseParams,
        querystring: CompositeQuery,
        response: { 200: CompositeScheduleDocument, ...problemResponses('STATION_NOT_FOUND', 'EVSE_NOT_FOUND') },
      },
    },
    async ({ params: { stationId, evseId }, query: { durationS = DURATION_DEFAULT_S, rateUnit } }) =>
      writeCompositeSchedule(await service.compositeSchedule(stationId, evseId, durationS, rateUnit)),
  );

  app.get(
    '/stations/:stationId/composite-schedule',
    {
      config: reads('station', READERS),
      schema: {
        tags,
        operationId: 'getStationComposite',
        summary: 'The limit over time that the station as a whole says it keeps to',
        params: StationParams,
        querystring: CompositeQuery,
        response: { 200: StationCompositeDocument, ...problemResponses('STATION_NOT_FOUND') },
      },
    },
    async ({ params: { stationId }, query: { durationS = DURATION_DEFAULT_S, rateUnit } }) =>
      writeStationComposite(await service.stationComposite(stationId, durationS, rateUnit)),
  );

  app.post(
    '/stations/:stationId/evses/:evseId/remote-start',
    {
      config: acts('station', OPERATORS),
      schema: {
        tags,
        operationId: 'remoteStart',
        summary: 'Start a transaction',
        description:
          "It begins with no more than the station's failsafe, by a charging profile that the request to the station carries; the plan takes over from there.",
        params: EvseParams,
        body: IdTokenDocument,
        response: {
          200: RemoteStartAnswer,
          ...problemResponses('STATION_NOT_FOUND', 'EVSE_NOT_FOUND', ...FROM_STATION, ...WITH_BODY),
        },
      },
    },
    async ({ params, body }) => service.remoteStart(params.stationId, params.evseId, body.idToken),
  );

  app.post(
    '/stations/:stationId/transactions/:transactionId/remote-stop',
    {
      config: acts('station', OPERATORS),
      schema: {
        tags,
        operationId: 'remoteStop',
        summary: 'Stop a transaction',
        params: Type.Object({ stationId: StationId, transactionId: TransactionReference }),
        response: {
          200: CommandAnswer,
          ...problemResponses('STATION_NOT_FOUND', 'TRANSACTION_NOT_FOUND', ...FROM_STATION),
        },
      },
    },
    async (request) => {
      refuseBody(request.body);
      return service.remoteStop(request.params.stationId, request.params.transactionId);
    },
  );

  app.post(
    '/stations/:stationId/evses/:evseId/unlock',
    {
      config: acts('station', OPERATORS),
      schema: {
        tags,
        operationId: 'unlock',
        summary: 'Unlock the cable',
        params: EvseParams,
        response: {
          200: CommandAnswer,
          ...problemResponses('STATION_NOT_FOUND', 'EVSE_NOT_FOUND', ...FROM_STATION),
        },
      },
    },
    async (request) => {
      refuseBody(request.body);
      return service.unlock(request.params.stationId, request.params.evseId);
    },
  );

  app.post(
    '/stations/:stationId/evses/:evseId/availability',
    {
      config: acts('station', OPERATORS),
      schema: {
        tags,
        operationId: 'changeAvailability',
        summary: 'Take an EVSE out of service, or back in',
        params: Type.Object({ stationId: StationId, evseId: EvseId }),
        body: AvailabilityDocument,
        response: {
          200: CommandAnswer,
          ...problemResponses('STATION_NOT_FOUND', 'EVSE_NOT_FOUND', ...FROM_STATION, ...WITH_BODY),
        },
      },
    },
    async ({ params, body }) => service.changeAvailability(params.stationId, params.evseId, body.operative),
  );
};
