import { getHeapStatistics } from 'node:v8';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../site/problem.js';
import type { ApiBounds } from './options.js';

const RETRY_AFTER_S = 5;

/** The config of routes that protect a fuse: they are served however busy the service is, for refusing them sheds safety. */
export const SAFETY = { pressureHandler: () => undefined };

class Overloaded extends Problem {
  constructor() {
    super('OVERLOADED', 'The service has more to do than it can; only meter values and limits are taken now.');
  }
}

/** Refuses work on this scope's routes while the process is short of time or memory. */
export async function shedLoad(scope: FastifyInstance, bounds: ApiBounds): Promise<void> {
  await scope.register(underPressure, {
    maxEventLoopDelay: bounds.eventLoopDelayMaxMs,
    maxHeapUsedBytes: Math.floor(getHeapStatistics().heap_size_limit * bounds.heapUsedMaxShare),
    retryAfter: RETRY_AFTER_S,
    customError: Overloaded,
  });
}
