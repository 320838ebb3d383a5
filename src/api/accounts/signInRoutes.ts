import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import type { Accounts } from '../../control/accounts/accounts.js';
import type { Principal } from '../../control/accounts/roles.js';
import { principalOf } from '../../control/accounts/signIns.js';
import { Problem } from '../../site/problem.js';
import { refuseBody } from '../jsonBody.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { caller, commands, EVERY_ROLE, reads, takesIn } from './access.js';
import { giveCookie, sessionIdIn, takeCookie } from './cookie.js';
import { MeDocument, PasswordChange, SignInDocument } from './documents.js';

const tags = ['Accounts'];

export const signInRoutes: FastifyPluginAsyncTypebox<{ accounts: Accounts }> = async (app, { accounts }) => {
  const { signIns } = accounts;

  app.post(
    '/sign-in',
    {
      config: takesIn('caller', 'everybody'),
      schema: {
        tags,
        operationId: 'signIn',
        summary: 'Sign in with e-mail and password',
        description:
          'The answer gives a cookie that scripts can not read, with a new session id; a session from before ends. Over TLS it is Secure.',
        security: [],
        body: SignInDocument,
        response: { 200: MeDocument, ...problemResponses('SIGN_IN_FAILED', ...WITH_BODY) },
      },
    },
    async (request, reply) => {
      const from = { address: request.ip, sessionId: sessionIdIn(request) };
      const { sessionId, user } = await withWait(reply, () => signIns.signIn(request.body, from));
      giveCookie(request, reply, sessionId);
      return writeMe(principalOf(user), user.email);
    },
  );

  app.post(
    '/sign-out',
    {
      config: takesIn('caller', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'signOut',
        summary: 'End this session',
        response: { 204: Type.Null({ description: 'It is over.' }), ...problemResponses() },
      },
    },
    async (request, reply) => {
      refuseBody(request.body);
      const sessionId = sessionIdIn(request);
      if (sessionId !== undefined) await signIns.signOut(sessionId);
      takeCookie(request, reply);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/me',
    {
      config: reads('caller', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'getMe',
        summary: 'Who is signed in, or whose key this is',
        response: { 200: MeDocument, ...problemResponses() },
      },
    },
    async (request) => {
      const principal = caller(request);
      const email = principal.kind === 'user' ? (await accounts.users.get(principal, principal.id)).email : null;
      return writeMe(principal, email);
    },
  );

  app.put(
    '/me/password',
    {
      config: commands('caller', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'changePassword',
        summary: 'Change your password',
        description: 'Everything that you are signed in with ends, this session too.',
        body: PasswordChange,
        response: {
          204: Type.Null({ description: 'Sign in again.' }),
          ...problemResponses('WRONG_PASSWORD', 'USER_NOT_FOUND', ...WITH_BODY),
        },
      },
    },
    async (request, reply) => {
      const principal = caller(request);
      if (principal.kind !== 'user') throw new Problem('FORBIDDEN', 'A key has no password.');
      await withWait(reply, () => signIns.changePassword(principal.id, request.body, request.ip));
      takeCookie(request, reply);
      return reply.code(204).send(null);
    },
  );

  async function writeMe({ kind, id, name, role, organisationId, siteIds }: Principal, email: string | null) {
    const organisation = await accounts.organisations.require(organisationId);
    return {
      kind,
      id,
      name,
      email,
      role,
      organisationId,
      organisationName: organisation.name,
      siteIds: siteIds === 'all' ? null : [...siteIds],
    };
  }
};

/** 429 says how long to wait. */
async function withWait<T>(reply: FastifyReply, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem && typeof error.details.waitS === 'number') {
      reply.header('retry-after', error.details.waitS);
    }
    if (error instanceof Problem && error.code === 'SIGN_IN_FAILED') {
      reply.header('www-authenticate', 'Bearer realm="evenkeel"');
    }
    throw error;
  }
}
