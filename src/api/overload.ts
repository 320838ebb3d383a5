import { getHeapStatistics } from 'node:v8';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../site/problem.js';
import type { ApiBounds } from './options.js';

/** The config of routes that protect a fuse: they are served however busy the service is, for refusing them sheds safety. */
export const SAFETY = { pressureHandler: () => undefined };

/** Refuses work on this scope's routes while the process is short of time or memory. */
export async function shedLoad(scope: FastifyInstance, bounds: ApiBounds): Promise<void> {
  await scope.register(underPressure, {
    maxEventLoopDelay: bounds.eventLoopDelayMaxMs,
    maxHeapUsedBytes: Math.floor(getHeapStatistics().heap_size_limit * bounds.heapUsedMaxShare),
    pressureHandler: refuse,
  });
}

function refuse(
  _request: FastifyRequest,
  _reply: FastifyReply,
  _type: string,
  value: number | undefined,
): Promise<void> | undefined {
  // Infinity: no delay was measured within the last second, which one long task is enough for. That is over by now.
  if (value === Number.POSITIVE_INFINITY) return undefined;
  const detail = 'The service has more to do than it can; only meter values and limits are taken now.';
  return Promise.reject(new Problem('OVERLOADED', detail));
}
