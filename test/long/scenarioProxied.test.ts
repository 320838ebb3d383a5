import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeScenario } from '../e2e/support/scenarioChecks.js';
import { ProxiedDeployment } from '../e2e/support/scenarioProxied.js';

// As test/e2e/scenario.test.ts, but every station talks to a CSMS of its own through the service, which lets that answer.
describe('the main scenario', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-scenario-proxied-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  describeScenario({
    where: 'in one process, through which each station goes on to its CSMS',
    deathCount: 1,
    start: () => ProxiedDeployment.start(join(dataDir, 'data')),
  });
});
