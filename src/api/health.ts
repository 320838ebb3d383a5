import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { ApiOptions } from './options.js';

const Readiness = Type.Object(
  { ready: Type.Boolean(), reasons: Type.Array(Type.String(), { description: 'What is not ready, if anything.' }) },
  { title: 'Readiness' },
);

type HealthOptions = Pick<ApiOptions, 'isReady' | 'metrics' | 'version'>;

/** Outside /v1 and without a key: for probes, and for Prometheus. */
export const healthRoutes: FastifyPluginAsyncTypebox<HealthOptions> = async (app, { isReady, metrics, version }) => {
  const tags = ['Operation'];

  app.get(
    '/healthz',
    {
      schema: {
        tags,
        operationId: 'getHealth',
        summary: 'Is the process up?',
        security: [],
        response: {
          200: Type.Object({ status: Type.Literal('ok'), version: Type.String() }, { title: 'Health' }),
        },
      },
    },
    async () => ({ status: 'ok' as const, version }),
  );

  app.get(
    '/readyz',
    {
      schema: {
        tags,
        operationId: 'getReadiness',
        summary: 'Can it serve?',
        security: [],
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (request, reply) => {
      try {
        const { ready, reasons } = await isReady();
        return reply.code(ready ? 200 : 503).send({ ready, reasons: [...reasons] });
      } catch (error) {
        request.log.error({ err: error }, 'readiness check failed');
        return reply.code(503).send({ ready: false, reasons: ['The readiness check itself failed; see the log.'] });
      }
    },
  );

  app.get(
    '/metrics',
    {
      schema: {
        tags,
        operationId: 'getMetrics',
        summary: 'Prometheus metrics',
        security: [],
        response: {
          200: { description: 'In the text format.', content: { 'text/plain': { schema: { type: 'string' } } } },
        },
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()),
  );
};
