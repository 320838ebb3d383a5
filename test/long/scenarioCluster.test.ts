import { describe } from 'vitest';
import { describeScenario } from '../e2e/support/scenarioChecks.js';
import { SeveralProcesses } from '../e2e/support/scenarioProcesses.js';
import { postgresMissing } from '../support/ownPostgres.js';
import { redisMissing } from '../support/ownRedis.js';

// The planner that owns the site is killed, and another takes over; then the gateway is.
describe('the main scenario', () => {
  const missing = postgresMissing() ?? redisMissing();
  for (const redis of ['redis', 'redis cluster'] as const) {
    describeScenario({
      where: `over Postgres and a ${redis === 'redis' ? 'Redis' : 'Redis Cluster'}, a gateway, two planners and an API`,
      missing,
      deathCount: 2,
      start: () => SeveralProcesses.start(redis),
    });
  }
});
