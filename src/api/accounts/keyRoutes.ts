import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Accounts } from '../../control/accounts/accounts.js';
import { parseInstant, writeInstant } from '../instant.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { caller, changes, NOTHING, OWNERS, type ReadBefore, reads } from './access.js';
import {
  KeyDocument,
  KeyList,
  KeyParams,
  MadeKey,
  NewKeyDocument,
  overlapMsOf,
  RotatedKey,
  Rotation,
  writeKey,
} from './documents.js';

const tags = ['Accounts'];

export const keyRoutes: FastifyPluginAsyncTypebox<{ accounts: Accounts }> = async (app, { accounts: { keys } }) => {
  const before: ReadBefore = async ({ keyId }, request) => writeKey(await keys.get(caller(request), keyId));

  app.get(
    '/keys',
    {
      config: reads('organisation', OWNERS),
      schema: {
        tags,
        operationId: 'listKeys',
        summary: 'List the keys of the organisation',
        description: 'Without their secrets, which nobody can read again. Admins see those of all organisations.',
        response: { 200: KeyList, ...problemResponses() },
      },
    },
    async (request) => ({ keys: (await keys.list(caller(request))).map(writeKey) }),
  );

  app.get(
    '/keys/:keyId',
    {
      config: reads('organisation', OWNERS),
      schema: {
        tags,
        operationId: 'getKey',
        summary: 'One key',
        params: KeyParams,
        response: { 200: KeyDocument, ...problemResponses('KEY_NOT_FOUND') },
      },
    },
    async (request) => writeKey(await keys.get(caller(request), request.params.keyId)),
  );

  app.post(
    '/keys',
    {
      config: changes('organisation', OWNERS, NOTHING),
      schema: {
        tags,
        operationId: 'createKey',
        summary: 'Make a key for a program',
        description: 'The secret is in this answer and nowhere else.',
        body: NewKeyDocument,
        response: { 201: MadeKey, ...problemResponses('ROLE_TOO_WIDE', 'ORGANISATION_NOT_FOUND', ...WITH_BODY) },
      },
    },
    async (request, reply) => {
      const actor = caller(request);
      const { name, role, siteIds = null, expiresAt, organisationId = actor.organisationId } = request.body;
      const expiresMs = expiresAt === undefined ? null : parseInstant(expiresAt, '/expiresAt');
      const made = await keys.create(actor, { name, role, siteIds, expiresMs, organisationId });
      request.log.info({ keyId: made.key.keyId, role, apiKeyId: actor.id }, 'key made');
      return reply.code(201).send({ ...writeKey(made.key), key: made.secret });
    },
  );

  app.post(
    '/keys/:keyId/rotate',
    {
      config: changes('organisation', OWNERS, before),
      schema: {
        tags,
        operationId: 'rotateKey',
        summary: 'Give the key a new secret',
        description: 'The old one is taken beside it for a while, so that programs can be changed one by one.',
        params: KeyParams,
        body: Rotation,
        response: { 200: RotatedKey, ...problemResponses('ROLE_TOO_WIDE', 'KEY_NOT_FOUND', ...WITH_BODY) },
      },
    },
    async (request) => {
      const { keyId } = request.params;
      const { key, secret, oldExpiresMs } = await keys.rotate(caller(request), keyId, overlapMsOf(request.body));
      request.log.info({ keyId, apiKeyId: request.apiKeyId }, 'key rotated');
      return { ...writeKey(key), key: secret, oldKeyExpiresAt: writeInstant(oldExpiresMs) };
    },
  );

  app.delete(
    '/keys/:keyId',
    {
      config: changes('organisation', OWNERS, before),
      schema: {
        tags,
        operationId: 'revokeKey',
        summary: 'Revoke a key',
        description: 'It is taken no more, from now on. It stays on the list, with the time of this.',
        params: KeyParams,
        response: {
          204: Type.Null({ description: 'It is revoked.' }),
          ...problemResponses('ROLE_TOO_WIDE', 'KEY_NOT_FOUND'),
        },
      },
    },
    async (request, reply) => {
      const { keyId } = request.params;
      await keys.revoke(caller(request), keyId);
      request.log.info({ keyId, apiKeyId: request.apiKeyId }, 'key revoked');
      return reply.code(204).send(null);
    },
  );
};
