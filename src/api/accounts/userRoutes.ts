import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Accounts } from '../../control/accounts/accounts.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { caller, changes, NOTHING, OWNERS, reads } from './access.js';
import { NewUser, UserChange, UserDocument, UserList, UserParams, writeUser } from './documents.js';

const tags = ['Accounts'];

export const userRoutes: FastifyPluginAsyncTypebox<{ accounts: Accounts }> = async (app, { accounts: { users } }) => {
  app.get(
    '/users',
    {
      config: reads('organisation', OWNERS),
      schema: {
        tags,
        operationId: 'listUsers',
        summary: 'List the users of the organisation',
        description: 'Admins see those of all organisations.',
        response: { 200: UserList, ...problemResponses() },
      },
    },
    async (request) => ({ users: (await users.list(caller(request))).map(writeUser) }),
  );

  app.get(
    '/users/:userId',
    {
      config: reads('organisation', OWNERS),
      schema: {
        tags,
        operationId: 'getUser',
        summary: 'One user',
        params: UserParams,
        response: { 200: UserDocument, ...problemResponses('USER_NOT_FOUND') },
      },
    },
    async (request) => writeUser(await users.get(caller(request), request.params.userId)),
  );

  app.post(
    '/users',
    {
      config: changes('organisation', OWNERS, NOTHING),
      schema: {
        tags,
        operationId: 'createUser',
        summary: 'Add a user',
        description: 'The first one is made with the admin key.',
        body: NewUser,
        response: {
          201: UserDocument,
          ...problemResponses('ROLE_TOO_WIDE', 'ORGANISATION_NOT_FOUND', 'EMAIL_TAKEN', ...WITH_BODY),
        },
      },
    },
    async (request, reply) => {
      const actor = caller(request);
      const { name = '', organisationId = actor.organisationId, ...details } = request.body;
      const user = await users.create(actor, { ...details, name, organisationId });
      request.log.info({ userId: user.userId, role: user.role, apiKeyId: actor.id }, 'user added');
      return reply.code(201).send(writeUser(user));
    },
  );

  app.put(
    '/users/:userId',
    {
      config: changes('organisation', OWNERS, async ({ userId }, request) =>
        writeUser(await users.get(caller(request), userId)),
      ),
      schema: {
        tags,
        operationId: 'putUser',
        summary: "Change a user's role, name, e-mail address or password",
        params: UserParams,
        body: UserChange,
        response: {
          200: UserDocument,
          ...problemResponses('ROLE_TOO_WIDE', 'USER_NOT_FOUND', 'EMAIL_TAKEN', ...WITH_BODY),
        },
      },
    },
    async (request) => {
      const { name = '', password, ...details } = request.body;
      const { userId } = request.params;
      const change = { ...details, name, ...(password === undefined ? {} : { password }) };
      const user = await users.replace(caller(request), userId, change);
      request.log.info({ userId, role: user.role, apiKeyId: request.apiKeyId }, 'user changed');
      return writeUser(user);
    },
  );

  app.delete(
    '/users/:userId',
    {
      config: changes('organisation', OWNERS, async ({ userId }, request) =>
        writeUser(await users.get(caller(request), userId)),
      ),
      schema: {
        tags,
        operationId: 'deleteUser',
        summary: 'Remove a user',
        description: 'Signed out everywhere at once. Keys that the user made stay: they are the organisation’s.',
        params: UserParams,
        response: {
          204: Type.Null({ description: 'It is gone.' }),
          ...problemResponses('ROLE_TOO_WIDE', 'USER_NOT_FOUND'),
        },
      },
    },
    async (request, reply) => {
      const { userId } = request.params;
      await users.delete(caller(request), userId);
      request.log.info({ userId, apiKeyId: request.apiKeyId }, 'user removed');
      return reply.code(204).send(null);
    },
  );
};
