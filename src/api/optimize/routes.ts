import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import type { ChargingPlan } from '../../../optimizer/index.js';
import type { Solver, SolverResult } from '../../plan/solver.js';
import { assertNever } from '../../site/assertNever.js';
import { Problem } from '../../site/problem.js';
import { EVERY_ROLE, takesIn } from '../accounts/access.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { OPTIMIZE_BODY_MAX_BYTES, refuseTooLarge, UNDER_WAY_PER_KEY_MAX } from './bounds.js';
import { PlanDocument, writePlan } from './planDocument.js';
import { ProblemDocument, readProblem } from './problemDocument.js';

/** When a key that has too many under way may try again. */
const RETRY_AFTER_S = 5;

export const optimizeRoutes: FastifyPluginAsyncTypebox<{ optimizer: Solver }> = async (app, { optimizer }) => {
  const underWay = new Map<string, number>();

  function refuseTooMany(apiKeyId: string, reply: FastifyReply): void {
    if ((underWay.get(apiKeyId) ?? 0) < UNDER_WAY_PER_KEY_MAX) return;
    reply.header('retry-after', RETRY_AFTER_S);
    throw new Problem('TOO_MANY_REQUESTS', `This key has ${UNDER_WAY_PER_KEY_MAX} problems being solved or waiting.`);
  }

  /** Counts it until its solving ends, also when its sender leaves before. */
  async function counted<T>(apiKeyId: string, run: () => Promise<T>): Promise<T> {
    underWay.set(apiKeyId, (underWay.get(apiKeyId) ?? 0) + 1);
    try {
      return await run();
    } finally {
      const others = (underWay.get(apiKeyId) ?? 1) - 1;
      if (others > 0) underWay.set(apiKeyId, others);
      else underWay.delete(apiKeyId);
    }
  }

  app.post(
    '/optimize',
    {
      config: takesIn('caller', EVERY_ROLE),
      bodyLimit: OPTIMIZE_BODY_MAX_BYTES,
      schema: {
        tags: ['Optimizer'],
        operationId: 'optimize',
        summary: 'The cheapest plan for a charging problem',
        description:
          'Stateless: nothing of the problem is stored, and no site is touched. One problem is solved at a time, beside the sites and never before them; a few may wait.',
        body: ProblemDocument,
        response: {
          200: PlanDocument,
          ...problemResponses('INVALID_PROBLEM', 'PROBLEM_TOO_LARGE', 'OPTIMIZER_TIMEOUT', ...WITH_BODY),
        },
      },
      // Before the body is read, and again when it is there.
      onRequest: async (request, reply) => refuseTooMany(request.apiKeyId, reply),
      preValidation: async (request) => refuseTooLarge(request.body),
    },
    async ({ body, apiKeyId }, reply) => {
      refuseTooMany(apiKeyId, reply);
      const { problem, options } = readProblem(body);
      const plan = planOf(await counted(apiKeyId, () => optimizer.solve(problem, options)));
      const answer: FastifyReply = reply.type('application/json; charset=utf-8');
      return answer.send(writePlan(plan));
    },
  );
};

/** Throws Problem where there is none. */
function planOf(result: SolverResult): ChargingPlan {
  switch (result.outcome) {
    case 'solved':
      return result.plan;
    case 'invalid':
      throw new Problem('INVALID_PROBLEM', `${result.detail}.`, {
        field: result.field,
        details: { problemCode: result.code },
      });
    case 'busy':
    case 'superseded':
      throw new Problem('OVERLOADED', 'As many problems wait as may; this one was not taken.');
    case 'timedOut':
      throw new Problem('OPTIMIZER_TIMEOUT', 'It took far longer than its time limit, and was ended.');
    case 'failed':
      throw new Error(`the optimizer failed: ${result.detail}`);
    default:
      return assertNever(result);
  }
}
