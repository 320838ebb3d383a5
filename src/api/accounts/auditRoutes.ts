import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Accounts } from '../../control/accounts/accounts.js';
import { Problem } from '../../site/problem.js';
import { problemResponses } from '../problems.js';
import { SiteId } from '../schemas.js';
import { caller, OWNERS, reads } from './access.js';
import { AuditList, writeAudit } from './documents.js';

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 500;
const CURSOR = /^(\d{1,15})\.([\w-]{1,64})$/;

export const auditRoutes: FastifyPluginAsyncTypebox<{ accounts: Accounts }> = async (app, { accounts }) => {
  app.get(
    '/audit',
    {
      config: reads('organisation', OWNERS),
      schema: {
        tags: ['Accounts'],
        operationId: 'listAudit',
        summary: 'Who changed what, and when',
        description: 'Newest first. Nothing in it can be changed or removed.',
        querystring: Type.Object(
          {
            siteId: Type.Optional(SiteId),
            before: Type.Optional(Type.String({ maxLength: 100, description: 'As `next` of the page before.' })),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT })),
          },
          { additionalProperties: false },
        ),
        response: { 200: AuditList, ...problemResponses('SITE_NOT_FOUND') },
      },
    },
    async (request) => {
      const actor = caller(request);
      const { siteId, before, limit = LIMIT_DEFAULT } = request.query;
      if (siteId !== undefined) await accounts.tenancy.requireSite(actor, siteId);
      const found = await accounts.audit.list(actor, {
        limit,
        ...(siteId === undefined ? {} : { siteId }),
        ...(before === undefined ? {} : { before: readCursor(before) }),
      });
      const last = found.length < limit ? undefined : found.at(-1);
      return { entries: found.map(writeAudit), next: last === undefined ? null : `${last.atMs}.${last.entryId}` };
    },
  );
};

function readCursor(text: string): { readonly atMs: number; readonly entryId: string } {
  const [, atMs, entryId] = CURSOR.exec(text) ?? [];
  if (atMs === undefined || entryId === undefined) {
    throw new Problem('INVALID_REQUEST', 'before is not what `next` said.', { field: 'before' });
  }
  return { atMs: Number(atMs), entryId };
}
