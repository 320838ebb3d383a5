import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sessionsOf } from '../e2e/support/documents.js';
import { RawStation } from '../e2e/support/rawStation.js';
import { ServiceProcess } from '../e2e/support/serviceProcess.js';
import { PASSWORDS, putSmallSite, SMALL_SITE_ID } from '../e2e/support/smallSite.js';
import { until } from '../e2e/support/until.js';
import { OwnPostgres, postgresMissing } from '../support/ownPostgres.js';

const TIMEOUT = { timeout: 120_000 };
const CLI = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const missing = postgresMissing();

describe.skipIf(missing !== undefined)(
  `the service on Postgres${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let postgres: OwnPostgres;
    let dataDir: string;
    const services: ServiceProcess[] = [];
    const stations: RawStation[] = [];

    beforeAll(async () => {
      postgres = await OwnPostgres.start({ durable: true });
      dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-postgres-e2e-'));
    });
    afterAll(async () => {
      await postgres?.stop();
      await rm(dataDir, { recursive: true, force: true });
    });
    afterEach(async () => {
      for (const station of stations.splice(0)) station.close();
      await Promise.all(services.splice(0).map((service) => service.kill()));
    });

    async function start(environment: Readonly<Record<string, string | undefined>>): Promise<ServiceProcess> {
      const service = await ServiceProcess.start({ dataDir, environment });
      services.push(service);
      return service;
    }

    async function connect(service: ServiceProcess): Promise<RawStation> {
      const login = { url: service.stationsUrl, stationId: 'S1', password: PASSWORDS.S1 ?? '' };
      const station = await RawStation.connect(login);
      stations.push(station);
      // On a database that others may share, the service first takes the sites that nobody has.
      const isAccepted = async () => (await station.boot()).status === 'Accepted';
      await until(isAccepted, 'the station is accepted', { atMostMs: 20_000 });
      return station;
    }

    test(
      'of several processes that start at once with an empty database one makes the admin key',
      TIMEOUT,
      async () => {
        const { url } = await postgres.newSchema();
        const started = await Promise.all(
          [1, 2, 3].map(() => start({ DATABASE_URL: url, EVENKEEL_ADMIN_KEY: undefined })),
        );
        const shown = started.flatMap(({ stdout }) => /Admin key +(\S+)/.exec(stdout)?.[1] ?? []);
        expect(shown).toHaveLength(1);
        for (const service of started)
          expect((await service.apiWith(shown[0] ?? '').request('GET', '/v1/sites')).status).toBe(200);
      },
    );

    const beginning = {
      connectorId: 1,
      idTag: 'TAG1',
      meterStart: 4_711,
      timestamp: new Date(Date.now() - 60_000).toISOString(),
    };

    test(
      'takes over what one file held, and loses no transaction when Postgres is killed, nor when it is',
      TIMEOUT,
      async () => {
        const embedded = await start({});
        await putSmallSite(embedded.api);
        const { transactionId } = await (await connect(embedded)).result('StartTransaction', beginning);
        await embedded.stop();
        const copy = spawn(process.execPath, [CLI, 'migrate', '--from', dataDir], {
          env: { PATH: process.env.PATH, DATABASE_URL: postgres.url },
          stdio: 'ignore',
        });
        expect(await once(copy, 'close')).toEqual([0, null]);

        const service = await start({ DATABASE_URL: postgres.url });
        const station = await connect(service);
        expect(await sessionsOf(service.api, SMALL_SITE_ID)).toMatchObject([{ transactionId, endedAt: null }]);

        await postgres.kill();
        const end = { transactionId, meterStop: 9_711, timestamp: new Date().toISOString(), reason: 'EVDisconnected' };
        // Answered once it is stored, or never.
        const told = station.result('StopTransaction', end).catch(() => undefined);
        await until(async () => (await readiness(service)).status === 503, 'the service says that it is not ready');
        expect((await readiness(service)).text).toContain('the store does not answer');
        await postgres.startAgain();
        await until(async () => (await readiness(service)).status === 200, 'the service is ready again', {
          atMostMs: 20_000,
        });
        // As a station does that was not answered: it tells it again. Told twice, it is the same end.
        station.close();
        await told;
        await (await connect(service)).result('StopTransaction', end);
        await service.kill();

        const last = await start({ DATABASE_URL: postgres.url });
        // Nobody has the site until the lease of the one that was killed has run out.
        await connect(last);
        expect(await sessionsOf(last.api, SMALL_SITE_ID)).toMatchObject([
          { transactionId, energyWh: 5_000, endReason: 'EVDisconnected', endedAt: expect.any(String) },
        ]);
      },
    );
  },
);

async function readiness(service: ServiceProcess): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${service.httpUrl}/readyz`);
  return { status: response.status, text: await response.text() };
}
