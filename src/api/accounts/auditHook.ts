import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Attendant, attend } from '../../audit/attendance.js';
import type { Accounts } from '../../control/accounts/accounts.js';
import { Problem } from '../../site/problem.js';
import { pathOf } from '../problems.js';
import { type Access, caller, type PathParams, type ReadBefore } from './access.js';

interface Audited {
  readonly attendant: Attendant;
  readonly before: unknown;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What the audit log will tell of this request. */
    audited: Audited | undefined;
  }
}

/**
 * Has every change that is made written into the audit log, with the change itself (docs/decisions/0025). What came of it is added
 * before it is answered: where that fails, the caller is told so, and that the change may have been made.
 */
export function auditChanges(scope: FastifyInstance, accounts: Accounts): void {
  const { audit } = accounts;
  scope.decorateRequest('audited', undefined);
  scope.addHook('preHandler', async (request) => {
    const { access } = request.routeOptions.config;
    if (access === undefined || access.audit === 'none' || isTrial(request)) return;
    const params = request.params as PathParams;
    const siteId = await siteOf(request, access, accounts);
    const before = typeof access.audit === 'string' ? null : await readBefore(access.audit, params, request);
    const actor = caller(request);
    const organisationId =
      (await organisationOf({ access, params, siteId }, accounts)) ??
      params.organisationId ??
      memberOf(before) ??
      memberOf(request.body) ??
      actor.organisationId;
    const attendant = audit.open({
      actor,
      organisationId,
      siteId,
      action: request.routeOptions.schema?.operationId ?? request.method,
      target: pathOf(request.url),
      asked: request.body ?? null,
    });
    request.audited = { attendant, before };
    if (access.audit === 'askedBefore') await audit.begin(attendant);
  });
  // By a callback, in which the handler is called: what it writes, and has written, is written within.
  scope.addHook('preHandler', ({ audited }, _reply, done) => {
    attend(audited === undefined ? [] : [audited.attendant], done);
  });
  scope.addHook('onSend', async (request, reply, payload) => {
    const { audited } = request;
    if (audited === undefined) return payload;
    request.audited = undefined;
    const { attendant, before } = audited;
    const after = documentIn(reply, payload);
    const asked = typeof request.routeOptions.config.access?.audit === 'string' ? (request.body ?? null) : null;
    if (reply.statusCode < 400) {
      await audit.end(attendant, { outcome: 'made', before, after, asked });
      return payload;
    }
    // What was begun, and failed, is told all the same; that this can not be written is no news to who is told of an error.
    await audit
      .end(attendant, { outcome: 'failed', before: null, after, asked: request.body ?? null })
      .catch((error: unknown) => request.log.error({ err: error }, 'what came of a change could not be written down'));
    return payload;
  });
}

async function siteOf(request: FastifyRequest, { reach }: Access, { tenancy }: Accounts): Promise<string | null> {
  const params = request.params as Partial<PathParams>;
  if (reach === 'site') return params.siteId ?? null;
  if (reach === 'station' && params.stationId !== undefined)
    return (await tenancy.siteOfStation(params.stationId)) ?? null;
  const { body } = request;
  const named = typeof body === 'object' && body !== null && 'siteId' in body ? body.siteId : undefined;
  return typeof named === 'string' ? named : null;
}

async function organisationOf(
  { access: { reach }, params, siteId }: { access: Access; params: PathParams; siteId: string | null },
  { tenancy }: Accounts,
): Promise<string | undefined> {
  if (siteId !== null) return tenancy.organisationOf({ kind: 'site', id: siteId });
  return reach === 'tariff' ? tenancy.organisationOf({ kind: 'tariff', id: params.tariffId }) : undefined;
}

async function readBefore(read: ReadBefore, params: PathParams, request: FastifyRequest): Promise<unknown> {
  try {
    return (await read(params, request)) ?? null;
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

function isTrial({ query }: FastifyRequest): boolean {
  return typeof query === 'object' && query !== null && 'dryRun' in query && query.dryRun === 'true';
}

function documentIn(reply: FastifyReply, payload: unknown): unknown {
  const isJson = /^application\/(problem\+)?json\b/.test(String(reply.getHeader('content-type') ?? ''));
  return isJson && typeof payload === 'string' ? JSON.parse(payload) : null;
}

/** Whose a user or a key is. */
function memberOf(document: unknown): string | undefined {
  const found =
    typeof document === 'object' && document !== null && 'organisationId' in document
      ? document.organisationId
      : undefined;
  return typeof found === 'string' ? found : undefined;
}
