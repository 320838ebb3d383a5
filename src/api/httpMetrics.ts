import type { FastifyInstance } from 'fastify';
import { Gauge, Histogram, type Registry } from 'prom-client';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its answer lasts as long as its reader stays. */
    endless?: true;
  }
}

const DURATION_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Counts and times every request by route template, never by address: addresses are the callers' and without end. */
export function measureRequests(app: FastifyInstance, registry: Registry): void {
  const duration = new Histogram({
    name: 'evenkeel_http_request_duration_seconds',
    help: 'Time to answer an HTTP request, by route and status. Event streams are not counted.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: DURATION_BUCKETS_S,
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    if (request.routeOptions.config.endless === true && reply.statusCode === 200) return;
    const route = request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');
    duration.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}

export function measureStreams(registry: Registry, count: () => number): void {
  new Gauge({
    name: 'evenkeel_event_streams',
    help: 'Event streams open now.',
    registers: [registry],
    collect() {
      this.set(count());
    },
  });
}
