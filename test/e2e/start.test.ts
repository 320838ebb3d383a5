import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sessionsOf, siteState } from './support/documents.js';
import { RawStation } from './support/rawStation.js';
import { ServiceProcess } from './support/serviceProcess.js';
import { PASSWORDS, putSmallSite, SMALL_SITE_ID, smallSite } from './support/smallSite.js';

const TIMEOUT = { timeout: 60_000 };
const SITE = `/v1/sites/${SMALL_SITE_ID}`;
let directory: string;
let dataDir: string;
const services: ServiceProcess[] = [];
const stations: RawStation[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-start-'));
  dataDir = join(directory, 'data');
});

afterEach(async () => {
  for (const station of stations.splice(0)) station.close();
  await Promise.all(services.splice(0).map((service) => service.kill()));
  await rm(directory, { recursive: true, force: true });
});

async function start(environment: Readonly<Record<string, string | undefined>> = {}): Promise<ServiceProcess> {
  const service = await ServiceProcess.start({ dataDir, environment });
  services.push(service);
  return service;
}

async function connect(service: ServiceProcess, stationId: string): Promise<RawStation> {
  const login = { url: service.stationsUrl, stationId, password: PASSWORDS[stationId] ?? '' };
  const station = await RawStation.connect(login);
  stations.push(station);
  expect(await station.boot()).toMatchObject({ status: 'Accepted' });
  return station;
}

describe('a wrong setting stops the start', () => {
  /** Exit code 1, and one line that names what to mend. */
  async function refusal(environment: Readonly<Record<string, string | undefined>>): Promise<string> {
    const service = ServiceProcess.spawn({ dataDir, environment });
    services.push(service);
    const ended = await service.ended;
    expect(ended, service.output).toEqual({ code: 1, signal: null });
    expect(service.stdout).toBe('');
    const lines = service.stderr.split('\n').filter((line) => line !== '');
    expect(lines).toHaveLength(1);
    return lines[0] ?? '';
  }

  test.each([
    ['PORT', 'http'],
    ['LOG_LEVEL', 'loud'],
    ['DATABASE_URL', 'mysql://127.0.0.1/evenkeel'],
  ])('%s=%s', TIMEOUT, async (name, value) => {
    expect(await refusal({ [name]: value })).toMatch(new RegExp(`^Evenkeel can not start: ${name} is `));
  });

  test('an admin key that is too short, which is not shown', TIMEOUT, async () => {
    const line = await refusal({ EVENKEEL_ADMIN_KEY: 'hunter2' });
    expect(line).toMatch(/^Evenkeel can not start: EVENKEEL_ADMIN_KEY .* at least 8 /);
    expect(line).not.toContain('hunter2');
  });

  test('a data directory that is a file', TIMEOUT, async () => {
    await writeFile(dataDir, 'not a directory');
    expect(await refusal({})).toContain(dataDir);
  });

  test('a port that another program has', TIMEOUT, async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      expect(await refusal({ PORT: String(port) })).toBe(
        `Evenkeel can not start: PORT=${port}: another program has this port. Stop it, or set PORT to a free one.`,
      );
    } finally {
      other.close();
    }
  });
});

describe('kill -9 loses nothing that was answered', () => {
  test(
    'a transaction that had just begun is there after the restart, and its start resent gets the same id',
    TIMEOUT,
    async () => {
      const before = await start();
      await putSmallSite(before.api);
      const beginning = {
        connectorId: 1,
        idTag: 'TAG1',
        meterStart: 4_711,
        timestamp: new Date(Date.now() - 2_000).toISOString(),
      };
      const { transactionId } = await (await connect(before, 'S1')).result('StartTransaction', beginning);
      await before.kill();

      const after = await start();
      const [session, ...others] = await sessionsOf(after.api, SMALL_SITE_ID);
      expect(session).toMatchObject({ transactionId, stationId: 'S1', idToken: 'TAG1', endedAt: null });
      expect(others).toEqual([]);
      const station = await connect(after, 'S1');
      expect(await station.result('StartTransaction', beginning)).toMatchObject({
        transactionId,
        idTagInfo: { status: 'Accepted' },
      });
      expect(await sessionsOf(after.api, SMALL_SITE_ID)).toHaveLength(1);

      const end = { transactionId, meterStop: 9_711, timestamp: new Date().toISOString(), reason: 'EVDisconnected' };
      await station.result('StopTransaction', end);
      await after.kill();

      const last = await start();
      expect(await sessionsOf(last.api, SMALL_SITE_ID)).toMatchObject([
        { transactionId, energyWh: 5_000, endReason: 'EVDisconnected', endedAt: expect.any(String) },
      ]);
      // The station missed the answer to its end as well: it is the same end, not another one.
      await (await connect(last, 'S1')).result('StopTransaction', end);
      expect(await sessionsOf(last.api, SMALL_SITE_ID)).toHaveLength(1);
    },
  );

  test('sites, credentials, limits and needs', TIMEOUT, async () => {
    const before = await start();
    await putSmallSite(before.api);
    const station = await connect(before, 'S1');
    await station.result('StartTransaction', {
      connectorId: 1,
      idTag: 'TAG1',
      meterStart: 0,
      timestamp: new Date().toISOString(),
    });
    const [session] = await sessionsOf(before.api, SMALL_SITE_ID);
    const hourMs = 3_600_000;
    await before.api.put(`${SITE}/limits/evening`, {
      circuitId: 'panel',
      limitA: { L1: 20, L2: 20, L3: 20 },
      from: new Date(Date.now() - hourMs).toISOString(),
      to: new Date(Date.now() + hourMs).toISOString(),
      source: 'owner',
    });
    const needs = { departure: new Date(Date.now() + 2 * hourMs).toISOString(), energyWh: 12_000, priority: 8 };
    await before.api.put(`${SITE}/sessions/${session?.sessionId}/needs`, needs);
    await before.kill();

    const after = await start();
    expect(await after.api.get(SITE)).toMatchObject(smallSite());
    const { circuits } = await siteState(after.api, SMALL_SITE_ID);
    expect(circuits.find(({ id }) => id === 'panel')?.limitA).toEqual({ L1: 20, L2: 20, L3: 20 });
    const [kept] = await sessionsOf(after.api, SMALL_SITE_ID);
    expect(kept).toMatchObject({ sessionId: session?.sessionId, energyWantedWh: 12_000, priority: 8 });
    expect(Date.parse(kept?.departure ?? '')).toBe(Date.parse(needs.departure));
    await connect(after, 'S2');
    const wrong = { url: after.stationsUrl, stationId: 'S2', password: 'another' };
    expect(await RawStation.refusal(wrong)).toBe(401);
  });
});

test(
  'an admin key is made on the first start only, shown that once, kept hashed, and still valid after kill -9',
  TIMEOUT,
  async () => {
    const unset = { EVENKEEL_ADMIN_KEY: undefined };
    const first = await start(unset);
    const key = /Admin key +(\S+)/.exec(first.stdout)?.[1] ?? '';
    expect(key).toMatch(/^ek_.{32,}$/);
    expect((await first.apiWith(key).request('GET', '/v1/sites')).status).toBe(200);
    expect((await first.apiWith(`${key}x`).request('GET', '/v1/sites')).status).toBe(401);
    await first.kill();

    const second = await start(unset);
    expect(second.output).not.toContain('Admin key');
    expect(second.output).not.toContain(key);
    expect((await second.apiWith(key).request('GET', '/v1/sites')).status).toBe(200);
    await second.stop();
    for (const name of await readdir(dataDir)) {
      expect((await readFile(join(dataDir, name))).includes(key), name).toBe(false);
    }
  },
);
