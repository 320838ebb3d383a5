import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts } from '../../control/accounts/accounts.js';
import { Problem } from '../../site/problem.js';
import { pathOf } from '../problems.js';
import type { Access, PathParams, ReadBefore } from './access.js';

interface Before {
  readonly document: unknown;
  readonly siteId: string | null;
  readonly organisationId: string | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What a change is about to change, for the audit log. */
    before: Before | undefined;
  }
}

/**
 * Writes every change that was made into the audit log, before it is answered: where that fails, the caller is told so, and that the
 * change may have been made.
 */
export function auditChanges(scope: FastifyInstance, accounts: Accounts): void {
  scope.decorateRequest('before', undefined);
  scope.addHook('preHandler', async (request) => {
    const { access } = request.routeOptions.config;
    if (access === undefined || access.audit === 'none') return;
    const params = request.params as PathParams;
    const siteId = await siteOf(request, access, accounts);
    request.before = {
      document: access.audit === 'asked' ? null : await readBefore(access.audit, params, request),
      siteId,
      organisationId: await organisationOf({ access, params, siteId }, accounts),
    };
  });
  scope.addHook('onSend', async (request, reply, payload) => {
    const { access } = request.routeOptions.config;
    const { before, principal } = request;
    const isMade = reply.statusCode < 400 && before !== undefined && principal !== undefined && !isTrial(request);
    if (!isMade || access === undefined) return payload;
    const after = documentIn(reply, payload);
    const { siteId } = before;
    const organisationId =
      before.organisationId ??
      (await organisationOf({ access, params: request.params as PathParams, siteId }, accounts)) ??
      memberOf(after) ??
      memberOf(before.document) ??
      principal.organisationId;
    await accounts.audit.record({
      actor: principal,
      organisationId,
      siteId,
      action: request.routeOptions.schema?.operationId ?? request.method,
      target: pathOf(request.url),
      before: before.document,
      after,
      asked: access.audit === 'asked' ? (request.body ?? null) : null,
    });
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
  const isJson = String(reply.getHeader('content-type') ?? '').startsWith('application/json');
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
