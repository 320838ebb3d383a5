import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Tenancy } from '../../control/accounts/tenancy.js';
import type { OscpProviderView, OscpService } from '../../oscp/oscpService.js';
import { Problem } from '../../site/problem.js';
import { acts, caller, changes, EVERY_ROLE, PROVIDERS, type ReadBefore, reads } from '../accounts/access.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import {
  OscpAdjustment,
  OscpProviderDocument,
  OscpProviderId,
  OscpProviderList,
  readAdjustment,
  readProvider,
  StoredOscpProviderDocument,
  writeProvider,
} from './document.js';

const tags = ['Grid'];
const ProviderParams = Type.Object({ providerId: OscpProviderId });

/** Other sides of OSCP, as people configure them. What is another organisation's is as if it were not there. */
export const oscpRoutes: FastifyPluginAsyncTypebox<{
  oscp: OscpService;
  tenancy: Tenancy;
  publicUrl: string | undefined;
}> = async (app, { oscp, tenancy, publicUrl }) => {
  const own = async (request: FastifyRequest, providerId: string): Promise<OscpProviderView> => {
    const { role, organisationId } = caller(request);
    const provider = await oscp.get(providerId);
    if (role === 'admin' || provider.organisationId === organisationId) return provider;
    throw new Problem('OSCP_PROVIDER_NOT_FOUND', `There is no OSCP provider "${providerId}".`);
  };
  const before: ReadBefore = async ({ providerId }, request) => writeProvider(await own(request, providerId));

  app.get(
    '/oscp/providers',
    {
      config: reads('organisation', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'listOscpProviders',
        summary: 'List the other sides of OSCP',
        response: { 200: OscpProviderList, ...problemResponses() },
      },
    },
    async (request) => {
      const { role, organisationId } = caller(request);
      const providers = await oscp.list(role === 'admin' ? 'all' : organisationId);
      return { providers: providers.map(writeProvider) };
    },
  );

  app.get(
    '/oscp/providers/:providerId',
    {
      config: reads('organisation', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'getOscpProvider',
        summary: 'One other side of OSCP, and what it forecasts',
        params: ProviderParams,
        response: { 200: StoredOscpProviderDocument, ...problemResponses('OSCP_PROVIDER_NOT_FOUND') },
      },
    },
    async (request) => writeProvider(await own(request, request.params.providerId)),
  );

  app.put(
    '/oscp/providers/:providerId',
    {
      config: changes('organisation', PROVIDERS, before),
      schema: {
        tags,
        operationId: 'putOscpProvider',
        summary: 'Bind an OSCP capacity provider to a circuit, or change that',
        description:
          'Another versionUrl or tokenA begins the registration anew; all else leaves it as it is. What was forecast stays.',
        params: ProviderParams,
        body: OscpProviderDocument,
        response: {
          200: StoredOscpProviderDocument,
          ...problemResponses(
            'SITE_NOT_FOUND',
            'CIRCUIT_UNKNOWN',
            'OSCP_PROVIDER_NOT_FOUND',
            'PEER_OF_ANOTHER_SITE',
            'PEER_URL_REFUSED',
            'SITE_UNAVAILABLE',
            ...WITH_BODY,
          ),
        },
      },
    },
    async (request) => {
      const { providerId } = request.params;
      const { siteId, tokenA } = request.body;
      const principal = caller(request);
      await tenancy.requireSite(principal, siteId);
      await own(request, providerId).catch((error: unknown) => refuseOthers(error, oscp, providerId));
      const organisationId = (await tenancy.organisationOf({ kind: 'site', id: siteId })) ?? principal.organisationId;
      const config = readProvider(providerId, request.body, publicUrl ?? `${request.protocol}://${request.host}`);
      const stored = await oscp.put(providerId, config, {
        organisationId,
        ...(tokenA === undefined ? {} : { tokenA }),
      });
      request.log.info({ siteId, providerId, apiKeyId: principal.id }, 'OSCP provider stored');
      return writeProvider(stored);
    },
  );

  app.delete(
    '/oscp/providers/:providerId',
    {
      config: changes('organisation', PROVIDERS, before),
      schema: {
        tags,
        operationId: 'deleteOscpProvider',
        summary: 'Unregister, and take its limits away',
        params: ProviderParams,
        response: {
          204: Type.Null({ description: 'It is gone.' }),
          ...problemResponses('OSCP_PROVIDER_NOT_FOUND', 'SITE_UNAVAILABLE'),
        },
      },
    },
    async (request, reply) => {
      const { providerId } = request.params;
      await own(request, providerId);
      await oscp.delete(providerId);
      request.log.info({ providerId, apiKeyId: caller(request).id }, 'OSCP provider deleted');
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/oscp/providers/:providerId/adjustments',
    {
      config: acts('organisation', PROVIDERS),
      schema: {
        tags,
        operationId: 'askOscpProvider',
        summary: 'Ask for other capacities',
        description: 'AdjustGroupCapacityForecast. It may be answered by a forecast; until then nothing changes.',
        params: ProviderParams,
        body: OscpAdjustment,
        response: {
          200: Type.Object({ requestId: Type.String() }, { title: 'OscpAdjustmentAnswer' }),
          ...problemResponses('OSCP_PROVIDER_NOT_FOUND', 'PEER_NOT_CONNECTED', 'SITE_UNAVAILABLE', ...WITH_BODY),
        },
      },
    },
    async (request) => {
      const { providerId } = request.params;
      await own(request, providerId);
      return oscp.adjust(providerId, readAdjustment(request.body));
    },
  );
};

/** One that is not there yet is made; another organisation's is not there, and can not be made either. */
async function refuseOthers(error: unknown, oscp: OscpService, providerId: string): Promise<void> {
  const isNew = await oscp.get(providerId).then(
    () => false,
    () => true,
  );
  if (!isNew) throw error;
}
