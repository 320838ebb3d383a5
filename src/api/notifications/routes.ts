import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Principal } from '../../control/accounts/roles.js';
import type { Tenancy } from '../../control/accounts/tenancy.js';
import type { RecipientDesk, RecipientReach } from '../../mail/recipientDesk.js';
import { caller, changes, OPERATORS, type ReadBefore, reads } from '../accounts/access.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import {
  RecipientDocument,
  RecipientList,
  RecipientParams,
  RecipientTerms,
  readRecipient,
  writeRecipient,
} from './document.js';

const tags = ['Notifications'];

interface Options {
  readonly recipients: RecipientDesk;
  readonly tenancy: Tenancy;
}

export const notificationRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { recipients, tenancy }) => {
  const before: ReadBefore = async ({ recipientId }, request) =>
    writeRecipient(await recipients.get(reachOf(caller(request)), recipientId));

  app.get(
    '/notifications/recipients',
    {
      config: reads('organisation', OPERATORS),
      schema: {
        tags,
        operationId: 'listMailRecipients',
        summary: 'List who is told by e-mail',
        description: 'Admins see those of all organisations.',
        response: { 200: RecipientList, ...problemResponses() },
      },
    },
    async (request) => ({ recipients: (await recipients.list(reachOf(caller(request)))).map(writeRecipient) }),
  );

  app.get(
    '/notifications/recipients/:recipientId',
    {
      config: reads('organisation', OPERATORS),
      schema: {
        tags,
        operationId: 'getMailRecipient',
        summary: 'One recipient',
        params: RecipientParams,
        response: { 200: RecipientDocument, ...problemResponses('RECIPIENT_NOT_FOUND') },
      },
    },
    async (request) => writeRecipient(await recipients.get(reachOf(caller(request)), request.params.recipientId)),
  );

  app.put(
    '/notifications/recipients/:recipientId',
    {
      config: changes('organisation', OPERATORS, before),
      schema: {
        tags,
        operationId: 'putMailRecipient',
        summary: 'Have somebody told by e-mail',
        description: 'What happens within half a minute is told in one mail.',
        params: RecipientParams,
        body: RecipientTerms,
        response: {
          200: RecipientDocument,
          ...problemResponses(
            'RECIPIENT_NOT_FOUND',
            'SITE_NOT_FOUND',
            'MAIL_NOT_SET_UP',
            'TOO_MANY_RECIPIENTS',
            ...WITH_BODY,
          ),
        },
      },
    },
    async (request) => {
      const principal = caller(request);
      const { recipientId } = request.params;
      for (const siteId of request.body.siteIds ?? []) await tenancy.requireSite(principal, siteId);
      const by = { reach: reachOf(principal), organisationId: principal.organisationId };
      const stored = await recipients.put(by, recipientId, readRecipient(request.body));
      request.log.info({ recipientId, apiKeyId: request.apiKeyId }, 'recipient stored');
      return writeRecipient(stored);
    },
  );

  app.delete(
    '/notifications/recipients/:recipientId',
    {
      config: changes('organisation', OPERATORS, before),
      schema: {
        tags,
        operationId: 'deleteMailRecipient',
        summary: 'Tell somebody nothing by e-mail any more',
        params: RecipientParams,
        response: { 204: Type.Null({ description: 'It is gone.' }), ...problemResponses('RECIPIENT_NOT_FOUND') },
      },
    },
    async (request, reply) => {
      const { recipientId } = request.params;
      await recipients.delete(reachOf(caller(request)), recipientId);
      request.log.info({ recipientId, apiKeyId: request.apiKeyId }, 'recipient deleted');
      return reply.code(204).send(null);
    },
  );
};

function reachOf({ role, organisationId }: Principal): RecipientReach {
  return role === 'admin' ? 'every organisation' : organisationId;
}
