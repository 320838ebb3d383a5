import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { UpstreamDesk } from '../../control/upstreams.js';
import { caller, changes, makes, OPERATORS, type ReadBefore, reads } from '../accounts/access.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { UpstreamDocument, UpstreamId, UpstreamList, UpstreamView, writeUpstream } from './document.js';

const tags = ['Upstreams'];
const UpstreamParams = Type.Object({ upstreamId: UpstreamId });

export const upstreamRoutes: FastifyPluginAsyncTypebox<{ upstreams: UpstreamDesk }> = async (app, { upstreams }) => {
  const before: ReadBefore = async ({ upstreamId }, request) =>
    writeUpstream(await upstreams.get(caller(request), upstreamId));

  app.get(
    '/upstreams',
    {
      config: reads('organisation', OPERATORS),
      schema: {
        tags,
        operationId: 'listUpstreams',
        summary: 'List the back ends that stations reach through this service',
        response: { 200: UpstreamList, ...problemResponses() },
      },
    },
    async (request) => ({ upstreams: (await upstreams.list(caller(request))).map(writeUpstream) }),
  );

  app.get(
    '/upstreams/:upstreamId',
    {
      config: reads('organisation', OPERATORS),
      schema: {
        tags,
        operationId: 'getUpstream',
        summary: 'The upstream as stored, without its password',
        params: UpstreamParams,
        response: { 200: UpstreamView, ...problemResponses('UPSTREAM_NOT_FOUND') },
      },
    },
    async (request) => writeUpstream(await upstreams.get(caller(request), request.params.upstreamId)),
  );

  app.put(
    '/upstreams/:upstreamId',
    {
      config: makes('organisation', OPERATORS, before),
      schema: {
        tags,
        operationId: 'putUpstream',
        summary: 'Create or replace a back end that stations reach through this service',
        description:
          'Stations that connect to /proxy/{upstreamId}/{stationId} are passed on to {url}/{stationId}. Those that are connected come again by what is stored within a minute.',
        params: UpstreamParams,
        body: UpstreamDocument,
        response: { 200: UpstreamView, ...problemResponses('UPSTREAM_NOT_FOUND', ...WITH_BODY) },
      },
    },
    async (request) => writeUpstream(await upstreams.put(caller(request), request.params.upstreamId, request.body)),
  );

  app.delete(
    '/upstreams/:upstreamId',
    {
      config: changes('organisation', OPERATORS, before),
      schema: {
        tags,
        operationId: 'deleteUpstream',
        summary: 'Pass stations on to it no more',
        description: 'Those that are connected are closed within a minute.',
        params: UpstreamParams,
        response: { 204: Type.Null(), ...problemResponses('UPSTREAM_NOT_FOUND') },
      },
    },
    async (request, reply) => {
      await upstreams.delete(caller(request), request.params.upstreamId);
      return reply.code(204).send(null);
    },
  );
};
