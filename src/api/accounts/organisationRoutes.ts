import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Accounts } from '../../control/accounts/accounts.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { ADMINS, changes, reads } from './access.js';
import {
  OrganisationChange,
  OrganisationDocument,
  OrganisationList,
  OrganisationParams,
  writeOrganisation,
} from './documents.js';

const tags = ['Accounts'];

export const organisationRoutes: FastifyPluginAsyncTypebox<{ accounts: Accounts }> = async (
  app,
  { accounts: { organisations } },
) => {
  const before = async ({ organisationId }: { readonly organisationId: string }) =>
    writeOrganisation(await organisations.require(organisationId));

  app.get(
    '/organisations',
    {
      config: reads('organisation', ADMINS),
      schema: {
        tags,
        operationId: 'listOrganisations',
        summary: 'List the organisations',
        response: { 200: OrganisationList, ...problemResponses() },
      },
    },
    async () => ({ organisations: (await organisations.list()).map(writeOrganisation) }),
  );

  app.get(
    '/organisations/:organisationId',
    {
      config: reads('organisation', ADMINS),
      schema: {
        tags,
        operationId: 'getOrganisation',
        summary: 'One organisation',
        params: OrganisationParams,
        response: { 200: OrganisationDocument, ...problemResponses('ORGANISATION_NOT_FOUND') },
      },
    },
    async ({ params }) => before(params),
  );

  app.put(
    '/organisations/:organisationId',
    {
      config: changes('organisation', ADMINS, before),
      schema: {
        tags,
        operationId: 'putOrganisation',
        summary: 'Create or rename an organisation',
        params: OrganisationParams,
        body: OrganisationChange,
        response: { 200: OrganisationDocument, ...problemResponses(...WITH_BODY) },
      },
    },
    async ({ params: { organisationId }, body, log, apiKeyId }) => {
      const stored = await organisations.put(organisationId, body.name);
      log.info({ organisationId, apiKeyId }, 'organisation stored');
      return writeOrganisation(stored);
    },
  );

  app.delete(
    '/organisations/:organisationId',
    {
      config: changes('organisation', ADMINS, before),
      schema: {
        tags,
        operationId: 'deleteOrganisation',
        summary: 'Delete an organisation that nothing belongs to',
        params: OrganisationParams,
        response: {
          204: Type.Null({ description: 'It is gone.' }),
          ...problemResponses('ORGANISATION_NOT_FOUND', 'ORGANISATION_IN_USE'),
        },
      },
    },
    async ({ params: { organisationId }, log, apiKeyId }, reply) => {
      await organisations.delete(organisationId);
      log.info({ organisationId, apiKeyId }, 'organisation deleted');
      return reply.code(204).send(null);
    },
  );
};
