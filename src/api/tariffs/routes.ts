import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Tenancy } from '../../control/accounts/tenancy.js';
import type { SmartChargingService } from '../../control/service.js';
import type { TariffUpload } from '../../control/tariffs/tariffService.js';
import { Problem, type ProblemCode } from '../../site/problem.js';
import { caller, changes, EVERY_ROLE, makes, PROVIDERS, type ReadBefore, reads } from '../accounts/access.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { TariffId } from '../schemas.js';
import { acceptTariffDocuments, TARIFF_BODY_MAX_BYTES } from './body.js';
import { TariffDocument, TariffList, withoutOurs, writeSummary, writeTariff } from './document.js';
import { nativeMembers } from './nativeDocument.js';
import { readUpload, UploadQuery, type UploadQueryValues } from './upload.js';

const tags = ['Tariffs'];
const TariffParams = Type.Object({ tariffId: TariffId });

const FROM_DOCUMENT: readonly ProblemCode[] = [
  'INVALID_TARIFF',
  'TARIFF_NOT_EXPRESSIBLE',
  'TARIFF_OVERLAP',
  'TARIFF_NOT_PUBLISHED',
  'CURRENCY_MISMATCH',
  ...WITH_BODY,
];

/** tariffs/ says what is wrong with a document, so that almost anything is let through to it. */
const documentBody = {
  content: {
    'application/json': {
      schema: Type.Union([
        Type.Object(nativeMembers, {
          description: 'format=evenkeel, the default; tariffId, updatedAt and warnings may stand in it.',
        }),
        Type.Object({}, { description: 'format=ocpi: a Tariff of OCPI 2.2.1 or 2.3. format=openadr3: an event.' }),
        Type.Array(Type.Object({}), { description: 'format=openadr3: events.' }),
      ]),
    },
    'application/xml': { schema: Type.String({ description: 'ENTSO-E Publication_MarketDocument (A44).' }) },
    'text/xml': { schema: Type.String({ description: 'As application/xml.' }) },
    'text/csv': { schema: Type.String({ description: 'A table of prices, with a header.' }) },
    'text/plain': { schema: Type.String({ description: 'What ?format= says.' }) },
  },
};

interface UploadRequest {
  readonly jsonText: string;
  readonly headers: { readonly 'content-type'?: string | undefined };
  readonly body: unknown;
  readonly query: UploadQueryValues;
  readonly params: { readonly tariffId: string };
}

/** JSON is handed on as text, in which the reader sees more, unless the service's own members must be taken out of it. */
function uploadOf({ headers, body, jsonText, query, params }: UploadRequest): TariffUpload {
  const [mediaType = ''] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const upload = readUpload({ mediaType: mediaType.trim(), body, query });
  const content = upload.format === 'evenkeel' ? withoutOurs(body, params.tariffId) : body;
  return { ...upload, content: content === body && jsonText !== '' ? jsonText : content };
}

export const tariffRoutes: FastifyPluginAsyncTypebox<{ service: SmartChargingService; tenancy: Tenancy }> = async (
  app,
  { service, tenancy },
) => {
  const { tariffs } = service;
  const before: ReadBefore = ({ tariffId }) => writeTariff(tariffs.getTariff(tariffId));
  acceptTariffDocuments(app);

  app.get(
    '/tariffs',
    {
      config: reads('organisation', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'listTariffs',
        summary: 'List the tariffs',
        response: { 200: TariffList, ...problemResponses() },
      },
    },
    async (request) => {
      const all = tariffs.listTariffs();
      const visible = await tenancy.visible(
        caller(request),
        'tariff',
        all.map(({ tariffId }) => tariffId),
      );
      return { tariffs: all.filter(({ tariffId }) => visible.has(tariffId)).map(writeSummary) };
    },
  );

  app.get(
    '/tariffs/:tariffId',
    {
      config: reads('tariff', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'getTariff',
        summary: 'The tariff as stored, in the native format',
        params: TariffParams,
        querystring: Type.Object({}, { additionalProperties: false }),
        response: { 200: TariffDocument, ...problemResponses('TARIFF_NOT_FOUND') },
      },
    },
    async ({ params }) => writeTariff(tariffs.getTariff(params.tariffId)),
  );

  app.put(
    '/tariffs/:tariffId',
    {
      config: makes('tariff', PROVIDERS, before),
      bodyLimit: TARIFF_BODY_MAX_BYTES,
      schema: {
        tags,
        operationId: 'putTariff',
        summary: 'Create or replace a tariff',
        description:
          'In any of the formats; answered in the native one. Sites that name it plan by it at once. The same content again changes nothing.',
        params: TariffParams,
        querystring: Type.Object(
          {
            ...UploadQuery,
            dryRun: Type.Optional(
              Type.Enum(['true', 'false'], { description: 'true: answers what would be stored, and stores nothing.' }),
            ),
          },
          { additionalProperties: false },
        ),
        body: documentBody,
        response: { 200: TariffDocument, ...problemResponses('TARIFF_NOT_FOUND', ...FROM_DOCUMENT) },
      },
    },
    async (request) => {
      const { tariffId } = request.params;
      const upload = uploadOf(request);
      if (request.query.dryRun === 'true') return writeTariff(tariffs.tryTariff(tariffId, upload));
      const stored = await tenancy.claimFor(caller(request), { kind: 'tariff', id: tariffId }, () =>
        tariffs.putTariff(tariffId, upload),
      );
      request.log.info({ tariffId, format: upload.format, apiKeyId: request.apiKeyId }, 'tariff stored');
      return writeTariff(stored);
    },
  );

  app.post(
    '/tariffs/:tariffId/prices',
    {
      config: changes('tariff', PROVIDERS, before),
      bodyLimit: TARIFF_BODY_MAX_BYTES,
      schema: {
        tags,
        operationId: 'addPrices',
        summary: 'Add published prices to a tariff',
        description:
          "By interval: the newest publication wins, and what is not named stays. Zone and currency are the tariff's unless the document names them.",
        params: TariffParams,
        querystring: Type.Object(
          {
            ...UploadQuery,
            component: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 100,
                description: 'The id of the price series, where the tariff has several.',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        body: documentBody,
        response: { 200: TariffDocument, ...problemResponses('TARIFF_NOT_FOUND', ...FROM_DOCUMENT) },
      },
    },
    async (request) => {
      const { tariffId } = request.params;
      refuseTerms(request.query);
      const upload = uploadOf(request);
      const stored = await tariffs.addPrices(tariffId, upload, request.query.component);
      request.log.info({ tariffId, format: upload.format, apiKeyId: request.apiKeyId }, 'prices added');
      return writeTariff(stored);
    },
  );

  app.delete(
    '/tariffs/:tariffId',
    {
      config: changes('tariff', PROVIDERS, before),
      schema: {
        tags,
        operationId: 'deleteTariff',
        summary: 'Delete a tariff that no site names',
        params: TariffParams,
        response: {
          204: Type.Null({ description: 'It is gone.' }),
          ...problemResponses('TARIFF_NOT_FOUND', 'TARIFF_IN_USE'),
        },
      },
    },
    async ({ params, log, apiKeyId }, reply) => {
      await tariffs.deleteTariff(params.tariffId);
      await tenancy.release({ kind: 'tariff', id: params.tariffId });
      log.info({ tariffId: params.tariffId, apiKeyId }, 'tariff deleted');
      return reply.code(204).send(null);
    },
  );
};

/** Of a tariff that is there, only its prices are added to. */
function refuseTerms({ name, vatPercent }: UploadQueryValues): void {
  const field = name !== undefined ? 'name' : vatPercent !== undefined ? 'vatPercent' : undefined;
  if (field === undefined) return;
  throw new Problem('INVALID_REQUEST', `${field} is the tariff's own; to change it, PUT the tariff.`, { field });
}
