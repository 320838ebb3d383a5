import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import type { Accounts } from '../../control/accounts/accounts.js';
import { PROVIDER_FAILURES, type ProviderFailure } from '../../control/accounts/providerSignIns.js';
import { Problem } from '../../site/problem.js';
import { problemResponses } from '../problems.js';
import { reads, takesIn } from './access.js';
import { cookieFor, sessionIdIn } from './cookie.js';
import { carryPending, dropPending, ownAddress, pendingIn } from './pendingCookie.js';

const tags = ['Accounts'];
const BEGIN = '/sign-in/oidc';
const CALLBACK = `${BEGIN}/callback`;
/** To be registered with the provider, below the public address. */
export const OIDC_CALLBACK = `/v1${CALLBACK}`;
const SEE_OTHER = 303;
const Elsewhere = Type.Null({ description: 'Location says where the browser goes on.' });

const SignInMethods = Type.Object(
  {
    password: Type.Literal(true),
    oidc: Type.Optional(
      Type.Object({
        name: Type.String({ description: 'Of the provider, as people know it.' }),
        url: Type.String({ description: 'Where a browser is to go. ?to=/path leads there afterwards.' }),
      }),
    ),
  },
  { title: 'SignInMethods', examples: [{ password: true, oidc: { name: 'Example', url: '/v1/sign-in/oidc' } }] },
);

/** Signing in with an OpenID Connect provider. These addresses are for browsers. */
export const providerRoutes: FastifyPluginAsyncTypebox<{ accounts: Pick<Accounts, 'providerSignIns'> }> = async (
  app,
  { accounts: { providerSignIns } },
) => {
  app.get(
    '/sign-in/methods',
    {
      config: reads('caller', 'everybody'),
      schema: {
        tags,
        operationId: 'getSignInMethods',
        summary: 'How one can sign in here',
        security: [],
        response: { 200: SignInMethods, ...problemResponses() },
      },
    },
    async () => ({
      password: true as const,
      ...(providerSignIns === 'none' ? {} : { oidc: { name: providerSignIns.name, url: `/v1${BEGIN}` } }),
    }),
  );

  app.get(
    BEGIN,
    {
      config: takesIn('caller', 'everybody'),
      schema: {
        tags,
        operationId: 'beginProviderSignIn',
        summary: 'Lead a browser to the identity provider',
        description: 'NOT_FOUND where none is configured.',
        security: [],
        querystring: Type.Object(
          {
            to: Type.Optional(
              Type.String({ maxLength: 500, description: 'A path of this service to go to afterwards.' }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 303: Elsewhere, ...problemResponses('NOT_FOUND') },
      },
    },
    async (request, reply) => {
      const begun = await required().begin({ address: request.ip, sessionId: sessionIdIn(request) });
      if (begun.outcome === 'unavailable') return goBack(reply, 'unavailable');
      carryPending(request, reply, { ...begun.pending, to: ownAddress(request.query.to) });
      return reply.header('cache-control', 'no-store').redirect(begun.url, SEE_OTHER);
    },
  );

  app.get(
    CALLBACK,
    {
      config: takesIn('caller', 'everybody'),
      schema: {
        tags,
        operationId: 'completeProviderSignIn',
        summary: 'Where the identity provider sends the browser back to',
        description: `Signed in, or back at the sign-in page with ?oidc= one of ${PROVIDER_FAILURES.join(', ')}.`,
        security: [],
        response: { 303: Elsewhere, ...problemResponses('NOT_FOUND') },
      },
    },
    async (request, reply) => {
      const signIns = required();
      const carried = pendingIn(request);
      // Once: whatever comes of it, it does not count again.
      reply.header('set-cookie', dropPending(request));
      if (carried === undefined) return goBack(reply, 'refused');
      const { to, ...pending } = carried;
      const query = request.url.slice(request.url.indexOf('?') + 1);
      const entered = await signIns.complete(query, { pending, address: request.ip });
      if (entered.outcome !== 'signedIn') return goBack(reply, entered.outcome);
      reply.header('set-cookie', cookieFor(request, entered.sessionId));
      return reply.header('cache-control', 'no-store').redirect(to, SEE_OTHER);
    },
  );

  function required() {
    if (providerSignIns !== 'none') return providerSignIns;
    throw new Problem('NOT_FOUND', 'No identity provider is configured.');
  }
};

function goBack(reply: FastifyReply, failure: ProviderFailure) {
  return reply.header('cache-control', 'no-store').redirect(`/signin?oidc=${failure}`, SEE_OTHER);
}
