import { type FastifyBaseLogger, type FastifyRequest, type FastifyServerOptions, LogController } from 'fastify';
import type { ApiOptions } from './options.js';
import { pathOf } from './problems.js';

/** Members that must not reach the log, wherever in an entry they turn up (pino's wildcard matches one level). */
const SECRET = [
  'password',
  'currentPassword',
  'newPassword',
  'authorization',
  'cookie',
  'secret',
  'idToken',
  'idTokens',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** Requests are logged by method, path and status at debug: no header, query or body. Writes and failures have lines of their own. */
export function logging(logger: ApiOptions['logger']): Pick<FastifyServerOptions, 'logger' | 'logController'> {
  if (logger === undefined) return { logger: false };
  return {
    logger: {
      level: logger.level,
      ...(logger.stream === undefined ? {} : { stream: logger.stream }),
      redact: { paths: SECRET, censor: '[redacted]' },
      serializers: {
        req: (request: FastifyRequest) => ({
          method: request.method,
          path: pathOf(request.url),
          remoteAddress: request.ip,
        }),
      },
    },
    logController: new QuietLogController(),
  };
}

class QuietLogController extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(...[error, request, reply]: Parameters<LogController['requestCompleted']>): void {
    const log: FastifyBaseLogger = reply.log;
    const entry = { req: request, status: reply.statusCode, durationMs: reply.elapsedTime };
    if (error) log.error({ ...entry, err: error }, 'request failed on the way out');
    else log.debug(entry, 'request answered');
  }
}
