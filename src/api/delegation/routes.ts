import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Tenancy } from '../../control/accounts/tenancy.js';
import type { DelegationService } from '../../control/delegation/delegation.js';
import type { SmartChargingService } from '../../control/service.js';
import { caller, OPERATORS, READERS, reads, takesIn } from '../accounts/access.js';
import { REPEATABLE } from '../idempotency.js';
import { SAFETY } from '../overload.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { StationParams, TransactionReference } from '../schemas.js';
import {
  CapabilitiesDocument,
  ClosedDocument,
  CommandPageDocument,
  ConnectionAnswer,
  ConnectionDocument,
  ResultDocument,
  readConnection,
  readResult,
  writeCapabilities,
  writeClosed,
  writeConnection,
  writePage,
} from './documents.js';
import {
  MessagesAnswer,
  MessagesDocument,
  ReadingsAnswer,
  ReadingsDocument,
  readMessages,
  readReadings,
  readTransaction,
  TransactionAnswer,
  TransactionDocument,
  writeTransaction,
} from './inflowDocuments.js';

const tags = ['Delegation'];
/** Below what proxies between commonly wait for an answer. */
const WAIT_MAX_S = 25;
/** How often it is looked which sites are the caller's, while it waits. */
const LOOK_EVERY_MS = 1_000;
const OF_STATION = ['STATION_NOT_FOUND', 'STATION_NOT_DELEGATED'] as const;
/** They keep fuses: they are taken while the service is busy. */
const taken = { ...SAFETY, ...takesIn('station', OPERATORS) };

const CommandParams = Type.Object({
  commandId: Type.String({ minLength: 1, maxLength: 200, description: 'As GET /v1/commands gave it.' }),
});

export interface DelegationRoutesOptions {
  readonly delegation: DelegationService;
  readonly service: Pick<SmartChargingService, 'listSites'>;
  readonly tenancy: Pick<Tenancy, 'visible'>;
}

/** For a CSMS that keeps its stations and has this service do the smart charging. */
export const delegationRoutes: FastifyPluginAsyncTypebox<DelegationRoutesOptions> = async (
  app,
  { delegation, service, tenancy },
) => {
  app.put(
    '/stations/:stationId/connection',
    {
      config: taken,
      schema: {
        tags,
        operationId: 'putStationConnection',
        summary: 'Tell whether you have a connection to a station',
        params: StationParams,
        body: ConnectionDocument,
        response: { 200: ConnectionAnswer, ...problemResponses(...OF_STATION, ...WITH_BODY) },
      },
    },
    async ({ params, body }) =>
      writeConnection(await delegation.tellConnection(params.stationId, readConnection(body))),
  );

  app.get(
    '/stations/:stationId/connection',
    {
      config: reads('station', READERS),
      schema: {
        tags,
        operationId: 'getStationConnection',
        summary: 'Whether a station counts as connected',
        params: StationParams,
        response: { 200: ConnectionAnswer, ...problemResponses(...OF_STATION) },
      },
    },
    async ({ params }) => writeConnection(delegation.connection(params.stationId)),
  );

  app.put(
    '/stations/:stationId/capabilities',
    {
      config: taken,
      schema: {
        tags,
        operationId: 'putStationCapabilities',
        summary: 'Tell what a station can hold of charging profiles',
        params: StationParams,
        body: CapabilitiesDocument,
        response: { 200: CapabilitiesDocument, ...problemResponses(...OF_STATION, ...WITH_BODY) },
      },
    },
    async ({ params, body }) => writeCapabilities(await delegation.tellCapabilities(params.stationId, body)),
  );

  app.put(
    '/stations/:stationId/transactions/:transactionId',
    {
      config: taken,
      schema: {
        tags,
        operationId: 'putTransaction',
        summary: 'Tell of a transaction: its beginning, its changes, its end',
        description: 'transactionId is the one on the wire: profiles for the transaction name it.',
        params: Type.Object({ ...StationParams.properties, transactionId: TransactionReference }),
        body: TransactionDocument,
        response: {
          200: TransactionAnswer,
          ...problemResponses(
            ...OF_STATION,
            'STATION_OFFLINE',
            'EVSE_NOT_FOUND',
            'TRANSACTION_NOT_FOUND',
            'STALE_REV',
            ...WITH_BODY,
          ),
        },
      },
    },
    async ({ params, body }) =>
      writeTransaction(await delegation.tellTransaction(params.stationId, params.transactionId, readTransaction(body))),
  );

  app.post(
    '/stations/:stationId/meter-values',
    {
      config: { ...taken, ...REPEATABLE },
      schema: {
        tags,
        operationId: 'postStationMeterValues',
        summary: "Tell what a station's meters say",
        description:
          'Numbered, so that what comes twice is dropped and what is missing is known. A reading that is missing says nothing; it is not 0.',
        params: StationParams,
        body: ReadingsDocument,
        response: {
          200: ReadingsAnswer,
          ...problemResponses(...OF_STATION, 'STATION_OFFLINE', 'EVSE_NOT_FOUND', 'SEQ_REUSED', ...WITH_BODY),
        },
      },
    },
    async ({ params, body }) => {
      const { ackedSeq, missing } = await delegation.takeMeterValues(params.stationId, readReadings(body));
      return { ackedSeq, missing: [...missing] };
    },
  );

  app.post(
    '/stations/:stationId/messages',
    {
      config: { ...taken, ...REPEATABLE },
      schema: {
        tags,
        operationId: 'postStationMessages',
        summary: 'Hand on what a station wrote, as it wrote it',
        description:
          'Instead of transactions and meter values as documents: the OCPP of the station, in its order. What is read of it is the same as of a station that connects here.',
        params: StationParams,
        body: MessagesDocument,
        response: { 200: MessagesAnswer, ...problemResponses(...OF_STATION, 'STATION_OFFLINE', ...WITH_BODY) },
      },
    },
    async ({ params, body }) => {
      const { refused, ...rest } = await delegation.takeMessages(params.stationId, readMessages(body));
      return { ...rest, refused: [...refused] };
    },
  );

  app.get(
    '/commands',
    {
      config: { ...SAFETY, ...reads('sites', OPERATORS) },
      schema: {
        tags,
        operationId: 'listCommands',
        summary: 'Ask for commands for your stations, and wait for them',
        description:
          'At least once: a command is given again to whoever asks with an earlier cursor, until its result is there. The first result counts.',
        querystring: Type.Object(
          {
            after: Type.Optional(
              Type.String({
                maxLength: 2_000,
                description: 'The cursor of the last answer. Left out: all that are open.',
              }),
            ),
            wait: Type.Optional(
              Type.Integer({
                minimum: 0,
                maximum: WAIT_MAX_S,
                default: 0,
                description: 'Seconds, while there is none.',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: CommandPageDocument, ...problemResponses('CURSOR_GONE') },
      },
    },
    async (request, reply) => {
      const { after, wait = 0 } = request.query;
      const from = after === undefined || after === '' || after === '0' ? 'start' : after;
      let isGone = false;
      let stopWaiting: () => void = () => undefined;
      reply.raw.once('close', () => {
        isGone = true;
        stopWaiting();
      });
      // A site that is made while somebody waits is theirs too: its first commands must not be passed over.
      for (let leftMs = wait * 1_000; ; leftMs -= LOOK_EVERY_MS) {
        const siteIds = service.listSites().map(({ siteId }) => siteId);
        const visible = await tenancy.visible(caller(request), 'site', siteIds);
        const page = await delegation.commands({
          after: from,
          waitMs: Math.max(0, Math.min(leftMs, LOOK_EVERY_MS)),
          isVisible: (siteId) => visible.has(siteId),
          onGone: (stop) => {
            stopWaiting = stop;
          },
        });
        const isOver = leftMs <= LOOK_EVERY_MS || isGone || delegation.isClosing;
        if (page.commands.length > 0 || isOver) return writePage(page);
      }
    },
  );

  app.post(
    '/commands/:commandId/result',
    {
      config: { ...SAFETY, ...takesIn('command', OPERATORS), ...REPEATABLE },
      schema: {
        tags,
        operationId: 'postCommandResult',
        summary: 'Tell what became of a command',
        params: CommandParams,
        body: ResultDocument,
        response: {
          200: ClosedDocument,
          ...problemResponses('COMMAND_NOT_FOUND', 'COMMAND_CLOSED', 'INVALID_RESULT', ...WITH_BODY),
        },
      },
    },
    async ({ params, body }) => writeClosed(await delegation.takeResult(params.commandId, readResult(body))),
  );
};
