import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Principal } from '../../control/accounts/roles.js';
import type { Tenancy } from '../../control/accounts/tenancy.js';
import type { SmartChargingService } from '../../control/service.js';
import type { Ocpi } from '../../ocpi/ocpi.js';
import type { SiteModel } from '../../site/model.js';
import {
  caller,
  changes,
  EVERY_ROLE,
  makes,
  OPERATORS,
  OWNERS,
  type ReadBefore,
  reads,
  withoutOthers,
} from '../accounts/access.js';
import { requirePeersOf } from '../ocpi/requirePeers.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { SiteParams } from '../schemas.js';
import { readSite, SiteDocument, SiteList, writeSite } from './document.js';

const tags = ['Sites'];

export interface SiteRoutesOptions {
  readonly service: SmartChargingService;
  readonly tenancy: Tenancy;
  /** Absent: no operators are spoken with. */
  readonly ocpi: Ocpi | undefined;
}

export const siteRoutes: FastifyPluginAsyncTypebox<SiteRoutesOptions> = async (app, { service, tenancy, ocpi }) => {
  const before: ReadBefore = ({ siteId }) => writeSite(service.getSite(siteId));
  const requirePeers = async (principal: Principal, site: SiteModel): Promise<void> => {
    if (ocpi === undefined) return;
    const organisationId =
      (await tenancy.organisationOf({ kind: 'site', id: site.siteId })) ?? principal.organisationId;
    const known = service.listSites().find(({ siteId }) => siteId === site.siteId);
    await requirePeersOf(site, { ocpi, organisationId, before: known });
  };

  app.get(
    '/sites',
    {
      config: reads('sites', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'listSites',
        summary: 'List the sites',
        response: { 200: SiteList, ...problemResponses() },
      },
    },
    async (request) => {
      const principal = caller(request);
      const sites = service.listSites();
      const visible = await tenancy.visible(
        principal,
        'site',
        sites.map(({ siteId }) => siteId),
      );
      return { sites: sites.filter(({ siteId }) => visible.has(siteId)).map((site) => writeFor(principal, site)) };
    },
  );

  app.get(
    '/sites/:siteId',
    {
      config: reads('site', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'getSite',
        summary: 'The site as stored, defaults written out',
        params: SiteParams,
        response: { 200: SiteDocument, ...problemResponses('SITE_NOT_FOUND') },
      },
    },
    async (request) => writeFor(caller(request), service.getSite(request.params.siteId)),
  );

  app.put(
    '/sites/:siteId',
    {
      config: makes('site', OPERATORS, before),
      schema: {
        tags,
        operationId: 'putSite',
        summary: 'Create or replace a site',
        description: 'In force, and stored for good, when the answer comes.',
        params: SiteParams,
        querystring: Type.Object(
          {
            dryRun: Type.Optional(
              Type.Enum(['true', 'false'], { description: 'true: answers what would be stored, and stores nothing.' }),
            ),
          },
          { additionalProperties: false },
        ),
        body: SiteDocument,
        response: {
          200: SiteDocument,
          ...problemResponses(
            'SITE_ID_MISMATCH',
            'INVALID_TIME_ZONE',
            'CIRCUIT_CYCLE',
            'CIRCUIT_ROOT',
            'CIRCUIT_UNKNOWN',
            'DUPLICATE_ID',
            'STATION_TAKEN',
            'CURRENT_RANGE',
            'FAILSAFE_EXCEEDS_LIMIT',
            'SITE_NOT_FOUND',
            'TARIFF_NOT_FOUND',
            'CURRENCY_MISMATCH',
            'OCPI_PEER_NOT_FOUND',
            ...WITH_BODY,
          ),
        },
      },
    },
    async (request) => {
      const site = readSite(request.params.siteId, request.body);
      const principal = caller(request);
      if (request.query.dryRun === 'true') {
        await tenancy.requireTariffsOf(principal, site, true);
        await requirePeers(principal, site);
        return writeSite(await withoutOthers(principal, () => service.trySite(site)));
      }
      const stored = await tenancy.claimFor(principal, { kind: 'site', id: site.siteId }, async () => {
        await tenancy.requireTariffsOf(principal, site, false);
        await requirePeers(principal, site);
        return withoutOthers(principal, () => service.putSite(site));
      });
      request.log.info({ siteId: stored.siteId, apiKeyId: request.apiKeyId }, 'site stored');
      return writeSite(stored);
    },
  );

  app.delete(
    '/sites/:siteId',
    {
      config: changes('site', OWNERS, before),
      schema: {
        tags,
        operationId: 'deleteSite',
        summary: 'Delete a site',
        params: SiteParams,
        response: { 204: Type.Null({ description: 'It is gone.' }), ...problemResponses('SITE_NOT_FOUND') },
      },
    },
    async (request, reply) => {
      await service.deleteSite(request.params.siteId);
      request.log.info({ siteId: request.params.siteId, apiKeyId: request.apiKeyId }, 'site deleted');
      return reply.code(204).send(null);
    },
  );
};

/** Energy providers see what a site can take, and nothing of its drivers. */
function writeFor({ role }: Principal, site: SiteModel) {
  const { idTokens, ...rest } = writeSite(site);
  return role === 'provider' || idTokens === undefined ? rest : { ...rest, idTokens };
}
