import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { SmartChargingService } from '../../control/service.js';
import type { Clock } from '../../site/clock.js';
import { OPERATORS, reads } from '../accounts/access.js';
import { REPEATABLE } from '../idempotency.js';
import { LimitDocument, readLimit } from '../limits/document.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { EvseId, SiteParams, StationId } from '../schemas.js';
import { NeedsDocument, readNeeds } from '../sessions/document.js';
import { PlanDocument, writePlan } from '../state/plan.js';

const SESSIONS_MAX = 1_000;
const LIMITS_MAX = 100;

const SupposedDocument = Type.Object(
  {
    sessions: Type.Optional(
      Type.Array(
        Type.Object(
          { stationId: StationId, evseId: EvseId, needs: Type.Optional(NeedsDocument) },
          {
            additionalProperties: false,
            description: 'A car at this EVSE. Where one is already, only its needs change.',
          },
        ),
        { maxItems: SESSIONS_MAX },
      ),
    ),
    limits: Type.Optional(Type.Array(LimitDocument, { maxItems: LIMITS_MAX })),
  },
  {
    title: 'Supposed',
    additionalProperties: false,
    examples: [
      {
        sessions: [{ stationId: 'CP001', evseId: 1, needs: { energyWh: 20_000 } }],
        limits: [{ circuitId: 'grid', limitA: { L1: 40, L2: 40, L3: 40 } }],
      },
    ],
  },
);

export const dryRunRoutes: FastifyPluginAsyncTypebox<{
  service: Pick<SmartChargingService, 'tryPlan'>;
  clock: Clock;
}> = async (app, { service, clock }) => {
  app.post(
    '/sites/:siteId/plan/dry-run',
    {
      config: { ...reads('site', OPERATORS), ...REPEATABLE },
      schema: {
        tags: ['Delegation'],
        operationId: 'tryPlan',
        summary: 'What the plan would be with these cars and limits',
        description:
          'The next two hours, were all of it so at once, besides what is known. Nothing is kept, and nothing is sent to a station.',
        params: SiteParams,
        body: SupposedDocument,
        response: {
          200: PlanDocument,
          ...problemResponses(
            'SITE_NOT_FOUND',
            'EVSE_NOT_FOUND',
            'CIRCUIT_UNKNOWN',
            'INVALID_LIMIT',
            'INVALID_RECURRENCE',
            ...WITH_BODY,
          ),
        },
      },
    },
    async ({ params, body }) => {
      const sessions = (body.sessions ?? []).map(({ needs, ...at }) => ({
        ...at,
        ...(needs === undefined ? {} : { needs: readNeeds(needs) }),
      }));
      const limits = (body.limits ?? []).map((limit, index) =>
        readLimit(limit.limitId ?? `dry-run-${index}`, limit, clock.nowMs()),
      );
      return writePlan(service.tryPlan(params.siteId, { sessions, limits }));
    },
  );
};
