import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { PROBLEMS, Problem, type ProblemCode } from '../site/problem.js';

/** When a busy service may be asked again. */
const RETRY_AFTER_S = 5;
const PROBLEM_MEDIA_TYPE = 'application/problem+json';

const ProblemDocument = Type.Object(
  {
    type: Type.String({ description: 'A URN that ends in the code.' }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String({ description: 'What is wrong this time.' }),
    code: Type.Enum(Object.keys(PROBLEMS) as ProblemCode[], { description: 'Stable: programs decide by it.' }),
    field: Type.Optional(
      Type.String({ description: "A JSON pointer into the body, or the name of the address's parameter." }),
    ),
    fix: Type.String({ description: 'What to do about it.' }),
    instance: Type.String({ description: 'The path that was asked.' }),
    requestId: Type.String({ description: 'Finds the request in the log.' }),
  },
  {
    title: 'Problem',
    description: 'RFC 9457. Further members, such as circuitId, phase and failsafeSumA, depend on the code.',
    examples: [
      {
        type: 'urn:evenkeel:problem:SITE_NOT_FOUND',
        title: PROBLEMS.SITE_NOT_FOUND.title,
        status: PROBLEMS.SITE_NOT_FOUND.status,
        detail: 'There is no site "depot-nord".',
        code: 'SITE_NOT_FOUND',
        fix: PROBLEMS.SITE_NOT_FOUND.fix,
        instance: '/v1/sites/depot-nord',
        requestId: 'req-1',
      },
    ],
  },
);

const EVERYWHERE: readonly ProblemCode[] = [
  'INVALID_REQUEST',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'PAGE_HEADER_MISSING',
  'TOO_MANY_REQUESTS',
  'INTERNAL',
  'OVERLOADED',
];
export const WITH_BODY: readonly ProblemCode[] = ['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];
export const FROM_STATION: readonly ProblemCode[] = ['STATION_OFFLINE', 'STATION_REFUSED', 'STATION_TIMEOUT'];

/** Describes a route's refusals, by status, beside its own answers. Typed as empty: they are not what its handler returns. */
export function problemResponses(...codes: readonly ProblemCode[]): Record<never, never> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of [...codes, ...EVERYWHERE]) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const content = { [PROBLEM_MEDIA_TYPE]: { schema: ProblemDocument } };
  return Object.fromEntries(
    [...byStatus].map(([status, its]) => [
      status,
      { description: its.map((code) => `${code}: ${PROBLEMS[code].title}.`).join(' '), content },
    ]),
  );
}

function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, title, fix } = PROBLEMS[problem.code];
  const members = {
    type: `urn:evenkeel:problem:${problem.code}`,
    title,
    status,
    detail: problem.message,
    code: problem.code,
    ...(problem.field === undefined ? {} : { field: problem.field }),
    fix,
    instance: pathOf(request.url),
    requestId: request.id,
  };
  if (problem.code === 'OVERLOADED' && !reply.hasHeader('retry-after')) reply.header('retry-after', RETRY_AFTER_S);
  // Details come last, and replace no member that RFC 9457 or we have given a meaning.
  const document = { ...members, ...problem.details, ...members };
  return reply.code(status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(document));
}

/** Everything that is thrown while a request is handled ends here. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  if (problem.code === 'INTERNAL') request.log.error({ err: error }, 'request failed');
  else request.log.debug({ code: problem.code, field: problem.field }, 'request refused');
  return sendProblem(request, reply, problem);
}

/** What Fastify and its plugins throw, in our words; what nobody foresaw becomes INTERNAL and tells nothing. */
function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { code, statusCode } = (error ?? {}) as Partial<FastifyError>;
  switch (code) {
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Problem('INVALID_REQUEST', 'The body is not as long as Content-Length says.');
    case 'FST_ERR_BAD_URL':
      return new Problem('INVALID_REQUEST', 'The address holds a percent sign that encodes nothing.');
    default:
      return byStatus(statusCode, error);
  }
}

function byStatus(status: number | undefined, cause: unknown): Problem {
  switch (status) {
    case 400:
      return new Problem('INVALID_REQUEST', 'The request could not be read.');
    case 404:
      return new Problem('NOT_FOUND', 'Nothing is at this address.');
    case 413:
      return new Problem('PAYLOAD_TOO_LARGE', 'The body is larger than this address takes.');
    case 415:
      return new Problem('UNSUPPORTED_MEDIA_TYPE', 'The Content-Type is not application/json.');
    default:
      return new Problem('INTERNAL', 'Something failed that should not have.', { cause });
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route of the API, those of /docs included. */
    readonly knownRoutes: readonly KnownRoute[];
  }
}

/** A route as it was registered: its address with ":parameters". */
export interface KnownRoute {
  readonly method: string;
  readonly url: string;
}

/** Collects every route registered after it, so that a wrong method can be told from a wrong address. */
export function collectRoutes(app: FastifyInstance): readonly KnownRoute[] {
  const routes: KnownRoute[] = [];
  app.decorate('knownRoutes', routes);
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of Array.isArray(method) ? method : [method]) routes.push({ method: one, url });
  });
  return routes;
}

export function notFoundHandler(routes: readonly KnownRoute[]) {
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = pathOf(request.url);
    const allowed = [
      ...new Set(routes.filter((route) => matches(route.url, path)).map((route) => route.method)),
    ].sort();
    if (allowed.length === 0) {
      return sendProblem(request, reply, new Problem('NOT_FOUND', `Nothing is at ${path.slice(0, 200)}.`));
    }
    reply.header('allow', allowed.join(', '));
    const detail = `${request.method} is not possible here; ${allowed.join(', ')} is.`;
    return sendProblem(request, reply, new Problem('METHOD_NOT_ALLOWED', detail));
  };
}

function matches(template: string, path: string): boolean {
  if (template.includes('*')) return false;
  const wanted = template.split('/');
  const given = path.split('/');
  return wanted.length === given.length && wanted.every((part, index) => part.startsWith(':') || part === given[index]);
}

export function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

/** Bytes that are no HTTP at all: there is no request to answer, so the problem is written to the socket by hand. */
export function handleClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, title, fix } = PROBLEMS.INVALID_REQUEST;
  const detail =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 'The request has too many or too long headers.'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? 'The request did not arrive in time.'
        : 'This is not HTTP.';
  const body = JSON.stringify({
    type: 'urn:evenkeel:problem:INVALID_REQUEST',
    title,
    status,
    detail,
    code: 'INVALID_REQUEST',
    fix,
  });
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
