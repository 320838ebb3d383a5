import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeScenario } from './support/scenarioChecks.js';
import { EmbeddedDeployment } from './support/scenarioDeployment.js';

// The same, over Postgres and Redis: test/long/scenarioCluster.test.ts.
describe('the main scenario', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-scenario-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  describeScenario({
    where: 'in one process with its file',
    deathCount: 1,
    start: () => EmbeddedDeployment.start(join(dataDir, 'data')),
  });
});
