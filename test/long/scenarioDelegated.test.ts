import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { DelegatedDeployment } from '../e2e/support/delegatedDeployment.js';
import { describeScenario } from '../e2e/support/scenarioChecks.js';

describe('the main scenario, with stations that a CSMS keeps', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-delegated-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  describeScenario({
    where: 'all stations at a CSMS',
    deathCount: 1,
    start: () => DelegatedDeployment.start(join(dataDir, 'all'), () => true),
  });

  describeScenario({
    where: 'row A direct, row B at a CSMS, under one fuse',
    deathCount: 1,
    start: () => DelegatedDeployment.start(join(dataDir, 'mixed'), (stationId) => stationId.startsWith('B')),
  });
});
