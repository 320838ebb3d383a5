import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Principal } from '../../control/accounts/roles.js';
import type { Tenancy } from '../../control/accounts/tenancy.js';
import type { WebhookDesk, WebhookReach } from '../../webhooks/webhookDesk.js';
import { acts, caller, changes, NOTHING, OPERATORS, type ReadBefore, reads } from '../accounts/access.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import {
  DeliveryList,
  MadeWebhookDocument,
  overlapMsOf,
  readTerms,
  SecretRotation,
  TestSent,
  WebhookDocument,
  WebhookList,
  WebhookParams,
  WebhookTermsDocument,
  writeDelivery,
  writeWebhook,
} from './document.js';

const tags = ['Notifications'];
const DELIVERIES_DEFAULT = 50;
const DELIVERIES_MAX = 200;

interface Options {
  readonly webhooks: WebhookDesk;
  readonly tenancy: Tenancy;
}

export const webhookRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { webhooks, tenancy }) => {
  const before: ReadBefore = async ({ webhookId }, request) =>
    writeWebhook(await webhooks.get(reachOf(caller(request)), webhookId));
  const requireSites = async (principal: Principal, siteIds: readonly string[] | undefined): Promise<void> => {
    for (const siteId of siteIds ?? []) await tenancy.requireSite(principal, siteId);
  };

  app.get(
    '/webhooks',
    {
      config: reads('organisation', OPERATORS),
      schema: {
        tags,
        operationId: 'listWebhooks',
        summary: 'List the webhooks of the organisation',
        description: 'Without their secrets, which nobody can read again. Admins see those of all organisations.',
        response: { 200: WebhookList, ...problemResponses() },
      },
    },
    async (request) => ({ webhooks: (await webhooks.list(reachOf(caller(request)))).map(writeWebhook) }),
  );

  app.get(
    '/webhooks/:webhookId',
    {
      config: reads('organisation', OPERATORS),
      schema: {
        tags,
        operationId: 'getWebhook',
        summary: 'One webhook',
        params: WebhookParams,
        response: { 200: WebhookDocument, ...problemResponses('WEBHOOK_NOT_FOUND') },
      },
    },
    async (request) => writeWebhook(await webhooks.get(reachOf(caller(request)), request.params.webhookId)),
  );

  app.post(
    '/webhooks',
    {
      config: changes('organisation', OPERATORS, NOTHING),
      schema: {
        tags,
        operationId: 'createWebhook',
        summary: 'Have an address told of events',
        description: 'The secret with which messages are signed is in this answer and nowhere else.',
        body: WebhookTermsDocument,
        response: {
          201: MadeWebhookDocument,
          ...problemResponses('ADDRESS_REFUSED', 'TOO_MANY_WEBHOOKS', 'SITE_NOT_FOUND', ...WITH_BODY),
        },
      },
    },
    async (request, reply) => {
      const principal = caller(request);
      await requireSites(principal, request.body.siteIds);
      const { webhook, secret } = await webhooks.create(principal.organisationId, readTerms(request.body));
      request.log.info({ webhookId: webhook.webhookId, apiKeyId: request.apiKeyId }, 'webhook made');
      return reply.code(201).send({ ...writeWebhook(webhook), secret });
    },
  );

  app.put(
    '/webhooks/:webhookId',
    {
      config: changes('organisation', OPERATORS, before),
      schema: {
        tags,
        operationId: 'putWebhook',
        summary: 'Change what a webhook is told, or where',
        description: 'Its secret stays. One that was disabled is enabled again.',
        params: WebhookParams,
        body: WebhookTermsDocument,
        response: {
          200: WebhookDocument,
          ...problemResponses('ADDRESS_REFUSED', 'WEBHOOK_NOT_FOUND', 'SITE_NOT_FOUND', ...WITH_BODY),
        },
      },
    },
    async (request) => {
      const principal = caller(request);
      const reach = reachOf(principal);
      const { webhookId } = request.params;
      await webhooks.get(reach, webhookId);
      await requireSites(principal, request.body.siteIds);
      request.log.info({ webhookId, apiKeyId: request.apiKeyId }, 'webhook changed');
      return writeWebhook(await webhooks.change(reach, webhookId, readTerms(request.body)));
    },
  );

  app.delete(
    '/webhooks/:webhookId',
    {
      config: changes('organisation', OPERATORS, before),
      schema: {
        tags,
        operationId: 'deleteWebhook',
        summary: 'Tell an address nothing any more',
        description: 'What still waits for it is not sent.',
        params: WebhookParams,
        response: { 204: Type.Null({ description: 'It is gone.' }), ...problemResponses('WEBHOOK_NOT_FOUND') },
      },
    },
    async (request, reply) => {
      const { webhookId } = request.params;
      await webhooks.delete(reachOf(caller(request)), webhookId);
      request.log.info({ webhookId, apiKeyId: request.apiKeyId }, 'webhook deleted');
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/webhooks/:webhookId/rotate',
    {
      config: changes('organisation', OPERATORS, before),
      schema: {
        tags,
        operationId: 'rotateWebhook',
        summary: 'Give the webhook a new secret',
        description:
          'For a while messages are signed by the old one too, so that the receiver can be changed in peace.',
        params: WebhookParams,
        body: SecretRotation,
        response: { 200: MadeWebhookDocument, ...problemResponses('WEBHOOK_NOT_FOUND', ...WITH_BODY) },
      },
    },
    async (request) => {
      const { webhookId } = request.params;
      const made = await webhooks.rotate(reachOf(caller(request)), webhookId, overlapMsOf(request.body));
      request.log.info({ webhookId, apiKeyId: request.apiKeyId }, 'secret of a webhook changed');
      return { ...writeWebhook(made.webhook), secret: made.secret };
    },
  );

  app.post(
    '/webhooks/:webhookId/test',
    {
      config: acts('organisation', OPERATORS),
      schema: {
        tags,
        operationId: 'testWebhook',
        summary: 'Send the webhook a message that says nothing',
        description: 'What became of it is among its deliveries.',
        params: WebhookParams,
        response: { 202: TestSent, ...problemResponses('WEBHOOK_NOT_FOUND', 'WEBHOOK_DISABLED') },
      },
    },
    async (request, reply) => {
      const messageId = await webhooks.test(reachOf(caller(request)), request.params.webhookId);
      return reply.code(202).send({ messageId });
    },
  );

  app.get(
    '/webhooks/:webhookId/deliveries',
    {
      config: reads('organisation', OPERATORS),
      schema: {
        tags,
        operationId: 'listWebhookDeliveries',
        summary: 'What was sent to a webhook, and what waits',
        description: 'Newest first. Those that ended are kept for three days, the newest thousand at most.',
        params: WebhookParams,
        querystring: Type.Object(
          {
            before: Type.Optional(Type.Integer({ minimum: 0, description: 'As `next` of the page before.' })),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: DELIVERIES_MAX, default: DELIVERIES_DEFAULT })),
          },
          { additionalProperties: false },
        ),
        response: { 200: DeliveryList, ...problemResponses('WEBHOOK_NOT_FOUND') },
      },
    },
    async (request) => {
      const { before: beforePosition, limit = DELIVERIES_DEFAULT } = request.query;
      const found = await webhooks.deliveries(reachOf(caller(request)), request.params.webhookId, {
        limit,
        ...(beforePosition === undefined ? {} : { beforePosition }),
      });
      const last = found.length < limit ? undefined : found.at(-1);
      return { deliveries: found.map(writeDelivery), next: last?.position ?? null };
    },
  );
};

function reachOf({ role, organisationId }: Principal): WebhookReach {
  return role === 'admin' ? 'every organisation' : organisationId;
}
