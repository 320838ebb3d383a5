import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { DelegatedDeployment } from '../e2e/support/delegatedDeployment.js';
import { describeScenario } from '../e2e/support/scenarioChecks.js';
import { EmbeddedDeployment } from '../e2e/support/scenarioDeployment.js';
import { SeveralProcesses } from '../e2e/support/scenarioProcesses.js';
import { postgresMissing } from '../support/ownPostgres.js';
import { redisMissing } from '../support/ownRedis.js';

const isOfRowB = (stationId: string): boolean => stationId.startsWith('B');

describe('the main scenario, with stations that a CSMS keeps', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-delegated-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  describeScenario({
    where: 'all stations at a CSMS',
    deathCount: 1,
    start: async () => DelegatedDeployment.start(await EmbeddedDeployment.start(join(dataDir, 'all')), () => true),
  });

  describeScenario({
    where: 'row A direct, row B at a CSMS, under one fuse',
    deathCount: 1,
    start: async () => DelegatedDeployment.start(await EmbeddedDeployment.start(join(dataDir, 'mixed')), isOfRowB),
  });

  // The planner that gave the commands is killed: the CSMS goes on with another one's.
  describeScenario({
    where: 'row A direct, row B at a CSMS, over a gateway, two planners and an API',
    missing: postgresMissing() ?? redisMissing(),
    deathCount: 2,
    start: async () => DelegatedDeployment.start(await SeveralProcesses.start('redis'), isOfRowB),
  });
});
