import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeUntilKilled, expectEachTold } from '../e2e/support/auditKills.js';
import { ServiceProcess } from '../e2e/support/serviceProcess.js';
import { until } from '../e2e/support/until.js';
import { OwnPostgres, postgresMissing } from '../support/ownPostgres.js';

// As test/e2e/audit.test.ts shows it of the embedded store, over Postgres: the service is killed, and then its database.

const missing = postgresMissing();
const TEST_AT_MOST_MS = 240_000;
const READY_AT_MOST_MS = 60_000;
const KILLS = 4;

describe.skipIf(missing !== undefined)(
  `the audit log in Postgres${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let postgres: OwnPostgres;
    let directory: string;
    let service: ServiceProcess | undefined;
    beforeAll(async () => {
      postgres = await OwnPostgres.start({ durable: true });
      directory = await mkdtemp(join(tmpdir(), 'evenkeel-audit-'));
    });
    afterAll(async () => {
      await service?.kill();
      await postgres?.stop();
      await rm(directory, { recursive: true, force: true });
    });

    it('has an entry for each change that is there, and none for what is not, whoever is killed', {
      timeout: TEST_AT_MOST_MS,
    }, async () => {
      const { url } = await postgres.newSchema();
      const environment = {
        LOG_LEVEL: 'fatal',
        DATABASE_URL: url,
        EVENKEEL_SMTP_URL: 'smtp://127.0.0.1:9',
        EVENKEEL_MAIL_FROM: 'evenkeel@example.com',
      };
      const start = async () => {
        service = await ServiceProcess.start({ dataDir: directory, environment });
        const { api } = service;
        const isReady = async () => (await api.request('GET', '/v1/sites/garage')).status !== 503;
        await until(isReady, 'the service serves its sites', { atMostMs: READY_AT_MOST_MS });
        return service;
      };
      for (let kill = 1; kill <= KILLS; kill += 1) {
        const running = await start();
        if (kill < KILLS) await changeUntilKilled(running, kill);
        else await changeUntilKilled(running, kill, () => postgres.kill());
      }
      await service?.kill();
      await postgres.startAgain();
      const { api } = await start();
      expect((await api.request('GET', '/v1/sites/garage')).status).toBe(200);
      await expectEachTold(api);
    });
  },
);
