import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Tenancy } from '../../control/accounts/tenancy.js';
import type { VenService, VenView } from '../../openadr/venService.js';
import { Problem } from '../../site/problem.js';
import { caller, changes, EVERY_ROLE, PROVIDERS, type ReadBefore, reads } from '../accounts/access.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { readVen, StoredVenDocument, VenDocument, VenId, VenList, writeVen } from './document.js';

const tags = ['Grid'];
const VenParams = Type.Object({ venId: VenId });

/** VENs of OpenADR, as people configure them. What is another organisation's is as if it were not there. */
export const venRoutes: FastifyPluginAsyncTypebox<{
  vens: VenService;
  tenancy: Tenancy;
  publicUrl: string | undefined;
}> = async (app, { vens, tenancy, publicUrl }) => {
  const own = async (request: FastifyRequest, venId: string): Promise<VenView> => {
    const { role, organisationId } = caller(request);
    const ven = await vens.get(venId);
    if (role === 'admin' || ven.organisationId === organisationId) return ven;
    throw new Problem('OPENADR_VEN_NOT_FOUND', `There is no OpenADR VEN "${venId}".`);
  };
  const before: ReadBefore = async ({ venId }, request) => writeVen(await own(request, venId));

  app.get(
    '/openadr/vens',
    {
      config: reads('organisation', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'listOpenAdrVens',
        summary: 'List the VENs of OpenADR',
        response: { 200: VenList, ...problemResponses() },
      },
    },
    async (request) => {
      const { role, organisationId } = caller(request);
      return { vens: (await vens.list(role === 'admin' ? 'all' : organisationId)).map(writeVen) };
    },
  );

  app.get(
    '/openadr/vens/:venId',
    {
      config: reads('organisation', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'getOpenAdrVen',
        summary: 'One VEN, and the events that it knows',
        params: VenParams,
        response: { 200: StoredVenDocument, ...problemResponses('OPENADR_VEN_NOT_FOUND') },
      },
    },
    async (request) => writeVen(await own(request, request.params.venId)),
  );

  app.put(
    '/openadr/vens/:venId',
    {
      config: changes('organisation', PROVIDERS, before),
      schema: {
        tags,
        operationId: 'putOpenAdrVen',
        summary: "Keep to a VTN's events, or change how",
        params: VenParams,
        body: VenDocument,
        response: {
          200: StoredVenDocument,
          ...problemResponses(
            'SITE_NOT_FOUND',
            'TARIFF_NOT_FOUND',
            'CIRCUIT_UNKNOWN',
            'OPENADR_VEN_NOT_FOUND',
            'PEER_OF_ANOTHER_SITE',
            'PEER_URL_REFUSED',
            'SITE_UNAVAILABLE',
            ...WITH_BODY,
          ),
        },
      },
    },
    async (request) => {
      const { venId } = request.params;
      const { siteId, clientSecret, tariffId } = request.body;
      const principal = caller(request);
      await tenancy.requireSite(principal, siteId);
      await own(request, venId).catch((error: unknown) => refuseOthers(error, vens, venId));
      const organisationId = (await tenancy.organisationOf({ kind: 'site', id: siteId })) ?? principal.organisationId;
      const config = readVen(venId, request.body, publicUrl ?? `${request.protocol}://${request.host}`);
      const owner = { organisationId, ...(clientSecret === undefined ? {} : { clientSecret }) };
      const store = () => vens.put(venId, config, owner);
      // Its prices become a tariff of the organisation, which is its own from now on.
      const stored =
        tariffId === undefined
          ? await store()
          : await tenancy.claimFor(principal, { kind: 'tariff', id: tariffId }, store);
      request.log.info({ siteId, venId, apiKeyId: principal.id }, 'OpenADR VEN stored');
      return writeVen(stored);
    },
  );

  app.delete(
    '/openadr/vens/:venId',
    {
      config: changes('organisation', PROVIDERS, before),
      schema: {
        tags,
        operationId: 'deleteOpenAdrVen',
        summary: 'Ask the VTN no more, and take its limits away',
        params: VenParams,
        response: {
          204: Type.Null({ description: 'It is gone. Prices that it brought stay in their tariff.' }),
          ...problemResponses('OPENADR_VEN_NOT_FOUND', 'SITE_UNAVAILABLE'),
        },
      },
    },
    async (request, reply) => {
      const { venId } = request.params;
      await own(request, venId);
      await vens.delete(venId);
      request.log.info({ venId, apiKeyId: caller(request).id }, 'OpenADR VEN deleted');
      return reply.code(204).send(null);
    },
  );
};

/** One that is not there yet is made; another organisation's is not there, and can not be made either. */
async function refuseOthers(error: unknown, vens: VenService, venId: string): Promise<void> {
  const isNew = await vens.get(venId).then(
    () => false,
    () => true,
  );
  if (!isNew) throw error;
}
