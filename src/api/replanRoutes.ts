import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { Problem } from '../site/problem.js';
import { ADMINS, reads } from './accounts/access.js';
import type { ApiOptions } from './options.js';
import { problemResponses } from './problems.js';
import { SiteId } from './schemas.js';

const SHOWN_MAX = 100;

const FailedReplans = Type.Object(
  {
    failed: Type.Array(
      Type.Object({
        siteId: SiteId,
        why: Type.String({ description: 'What woke the site: `tariff`, `horizon` or `api`.' }),
        attempts: Type.Integer({ minimum: 0 }),
        reason: Type.String({ description: 'Of the last attempt.' }),
        failedAt: Type.String({ format: 'date-time' }),
      }),
    ),
  },
  { title: 'FailedReplans' },
);

/** What the queue that wakes the owners of sites gave up on. */
export const replanRoutes: FastifyPluginAsyncTypebox<Pick<ApiOptions, 'failedReplans'>> = async (
  app,
  { failedReplans },
) => {
  app.get(
    '/replan-jobs/failed',
    {
      config: reads('installation', ADMINS),
      schema: {
        tags: ['State'],
        operationId: 'listFailedReplans',
        summary: 'Sites that could not be planned anew when something changed',
        description:
          'Where several processes share the sites: the newest 100, newest first. A site plans itself also without being woken, so that this tells of a planner that was missing, not of a site that stands still.',
        response: { 200: FailedReplans, ...problemResponses('OVERLOADED') },
      },
    },
    async () => {
      const jobs = await failedReplans?.(SHOWN_MAX).catch(() => {
        throw new Problem('OVERLOADED', 'The queue can not be read: Redis does not answer.');
      });
      return {
        failed: (jobs ?? []).map(({ siteId, why, attempts, reason, failedMs }) => ({
          siteId,
          why,
          attempts,
          reason,
          failedAt: new Date(failedMs).toISOString(),
        })),
      };
    },
  );
};
