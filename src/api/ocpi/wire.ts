import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { envelope } from '../../ocpi/envelope.js';
import { OcpiFault, STATUS } from '../../ocpi/fault.js';
import type { Ocpi } from '../../ocpi/ocpi.js';
import type { OcpiReply } from '../../ocpi/ocpiDesk.js';
import type { Peer } from '../../ocpi/peers.js';
import type { Clock } from '../../site/clock.js';
import { PROBLEMS, Problem } from '../../site/problem.js';
import { requireDeclarations } from '../accounts/access.js';
import type { ApiBounds } from '../options.js';
import { shedLoad } from '../overload.js';
import { wrongTokensOf } from '../wrongTokens.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Below /ocpi. 'anyToken': also with the token of a registration that is still to come. 'functional': its headers say from whom to whom. */
    ocpi?: 'anyToken' | 'functional';
  }
  interface FastifyRequest {
    /** Who asks, below /ocpi. */
    ocpiPeer: Peer | undefined;
  }
}

const MINUTE_MS = 60_000;
const PEER_REQUESTS_PER_MINUTE_MAX = 6_000;
const ECHOED = ['x-request-id', 'x-correlation-id'] as const;
const ECHOED_VALUE = /^[\x21-\x7e]{1,100}$/;
const PARTY = /^[A-Za-z0-9*]{1,3}$/;
const UNAUTHORIZED = 401;
const TOO_MANY = 429;

export interface WireOptions {
  readonly ocpi: Ocpi;
  readonly clock: Clock;
  readonly bounds: ApiBounds;
}

/** What holds for every address below /ocpi: whose token it is, how answers and refusals look, which headers come back. */
export async function speakOcpi(scope: FastifyInstance, { ocpi, clock, bounds }: WireOptions): Promise<void> {
  await shedLoad(scope, bounds);
  await scope.register(rateLimit, {
    max: PEER_REQUESTS_PER_MINUTE_MAX,
    timeWindow: MINUTE_MS,
    errorResponseBuilder: () => new OcpiFault(STATUS.client, 'Too many requests came within a minute.', TOO_MANY),
  });
  requireDeclarations(scope);
  scope.decorateRequest('ocpiPeer', undefined);
  const wrong = wrongTokensOf(scope, bounds);

  scope.addHook('onRequest', async (request, reply) => {
    for (const name of ECHOED) echo(request, reply, name);
    if (request.is404) return;
    if (await wrong.areTooMany(request, reply))
      throw new OcpiFault(STATUS.client, 'Too many wrong tokens came from this address.', TOO_MANY);
    const { authorization } = request.headers;
    const known = await ocpi.authenticate(authorization);
    const { ocpi: kind } = request.routeOptions.config;
    const isEnough = known?.token.kind === 'registered' || kind === 'anyToken';
    if (known === undefined || !isEnough) {
      if (authorization !== undefined && known === undefined) await wrong.count(request);
      reply.header('www-authenticate', 'Token');
      throw new OcpiFault(STATUS.client, 'The request has no valid "Authorization: Token …" header.', UNAUTHORIZED);
    }
    request.ocpiPeer = known.peer;
    if (kind === 'functional') routeBack(request, reply, known.peer);
  });
  scope.setErrorHandler((error, request, reply) => refuse(error, { request, reply, nowMs: clock.nowMs() }));
  scope.setNotFoundHandler((request, reply) =>
    refuse(new OcpiFault(STATUS.client, 'Nothing is at this address.', 404), { request, reply, nowMs: clock.nowMs() }),
  );
}

export function peerOf({ ocpiPeer }: FastifyRequest): Peer {
  if (ocpiPeer === undefined) throw new OcpiFault(STATUS.client, 'Nobody showed a token.', UNAUTHORIZED);
  return ocpiPeer;
}

export function answer(reply: FastifyReply, nowMs: number, told: Partial<OcpiReply> = {}): FastifyReply {
  const { data, statusCode = STATUS.ok, message, httpStatus = 200 } = told;
  return reply.code(httpStatus).send(envelope(nowMs, { data, statusCode, message }));
}

interface Refusing {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly nowMs: number;
}

function refuse(error: unknown, { request, reply, nowMs }: Refusing): FastifyReply {
  if (error instanceof OcpiFault) {
    const { statusCode, message, httpStatus } = error;
    return answer(reply, nowMs, { statusCode, message, httpStatus });
  }
  if (error instanceof Problem) {
    const { status } = PROBLEMS[error.code];
    const isServer = status >= 500;
    // Only what HTTP itself is at fault with is its to refuse.
    const httpStatus = isServer || error.code === 'INVALID_REQUEST' || status === 413 || status === 415 ? status : 200;
    const statusCode = isServer ? STATUS.server : STATUS.parameters;
    return answer(reply, nowMs, { statusCode, message: error.message, httpStatus });
  }
  const { statusCode: httpStatus } = Object(error) as { readonly statusCode?: number };
  if (httpStatus !== undefined && httpStatus >= 400 && httpStatus < 500)
    return answer(reply, nowMs, { statusCode: STATUS.client, message: 'The request could not be read.', httpStatus });
  request.log.error({ err: error }, 'a request of an OCPI peer failed');
  return answer(reply, nowMs, { statusCode: STATUS.server, message: 'Something failed that should not have.' });
}

function echo(request: FastifyRequest, reply: FastifyReply, name: (typeof ECHOED)[number]): void {
  const value = request.headers[name];
  if (typeof value === 'string' && ECHOED_VALUE.test(value)) reply.header(name, value);
}

/** To whom it came from; from whom it was for, or else from us. */
function routeBack({ headers }: FastifyRequest, reply: FastifyReply, { party }: Peer): void {
  const of = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' && PARTY.test(value) ? value : undefined;
  };
  const [toCountry, toParty] = [of('ocpi-from-country-code'), of('ocpi-from-party-id')];
  if (toCountry !== undefined && toParty !== undefined) {
    reply.header('ocpi-to-country-code', toCountry);
    reply.header('ocpi-to-party-id', toParty);
  }
  reply.header('ocpi-from-country-code', of('ocpi-to-country-code') ?? party.countryCode);
  reply.header('ocpi-from-party-id', of('ocpi-to-party-id') ?? party.partyId);
}
