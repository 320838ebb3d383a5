import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { sessionsOf, siteState } from './support/documents.js';
import { RawStation } from './support/rawStation.js';
import { ServiceProcess } from './support/serviceProcess.js';
import { PASSWORDS, putSmallSite, SMALL_SITE_ID, smallSite } from './support/smallSite.js';
import { until } from './support/until.js';

const SITE = `/v1/sites/${SMALL_SITE_ID}`;
const TOKEN = 'TAG1';
let dataDir: string;
let service: ServiceProcess;
/** Charges all the time: whatever goes wrong, it must be there in the end. */
let charging: RawStation;
let transactionId: unknown;
const opened: RawStation[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-bad-input-'));
  service = await ServiceProcess.start({ dataDir });
  await putSmallSite(service.api);
  charging = await connect('S1');
  expect(await charging.boot()).toMatchObject({ status: 'Accepted' });
  const started = await charging.result('StartTransaction', {
    connectorId: 1,
    idTag: TOKEN,
    meterStart: 100,
    timestamp: new Date().toISOString(),
  });
  transactionId = started.transactionId;
}, 60_000);

/** Nothing is lost: neither the configuration, nor the transaction, nor the connection of whoever did nothing wrong. */
afterEach(async () => {
  expect(await service.api.get(SITE)).toMatchObject(smallSite());
  const state = await siteState(service.api, SMALL_SITE_ID);
  expect(state.stations.find(({ id }) => id === 'S1')).toMatchObject({
    online: true,
    evses: [{ transaction: { transactionId } }],
  });
  expect(charging.isOpen).toBe(true);
});

afterAll(async () => {
  for (const station of opened) station.close();
  await service?.kill();
  await rm(dataDir, { recursive: true, force: true });
});

async function connect(stationId: string, password = PASSWORDS[stationId]): Promise<RawStation> {
  const login = { url: service.stationsUrl, stationId };
  const station = await RawStation.connect(password === undefined ? login : { ...login, password });
  opened.push(station);
  return station;
}

test('a station that nobody made credentials for is refused with 401', async () => {
  const url = service.stationsUrl;
  expect(await RawStation.refusal({ url, stationId: 'STRANGER', password: 'whatever it is' })).toBe(401);
  expect(await RawStation.refusal({ url, stationId: 'S2' })).toBe(401);
  expect(await RawStation.refusal({ url, stationId: 'S2', password: 'not this one' })).toBe(401);
  // A failed attempt in its name takes nothing from the station itself.
  const rightful = await connect('S2');
  expect(await rightful.boot()).toMatchObject({ status: 'Accepted' });
});

test('a station that no site lists is told to wait, and accepted on its next boot once a site lists it', async () => {
  const unlisted = await connect('S3');
  const pending = await unlisted.boot();
  expect(pending).toMatchObject({ status: 'Pending' });
  expect(pending.interval).toBeGreaterThan(0);
  const home = {
    ...smallSite(),
    name: 'Home',
    stations: smallSite()
      .stations.slice(0, 1)
      .map((station) => ({ ...station, id: 'S3' })),
  };
  await service.api.put('/v1/sites/home', home);
  expect(await unlisted.boot()).toMatchObject({ status: 'Accepted' });
  await until(
    async () => (await siteState(service.api, 'home')).site === 'protected',
    'the new station has its failsafe, so its site is protected',
  );
});

test('a malformed frame is answered or passed over, and its connection goes on', async () => {
  for (const text of ['', '{"not": "a frame"}', '[2,"cut', '[]', '[7,"x",{}]', '[3,"never-asked",{}]'])
    charging.send(text);
  expect(await charging.call('DanceNow', {})).toMatchObject({ kind: 'error', code: 'NotImplemented' });
  expect(await charging.call('MeterValues', { connectorId: 'one' })).toMatchObject({ kind: 'error' });
  expect(await charging.call('StopTransaction', { transactionId })).toMatchObject({ kind: 'error' });
  expect(await charging.result('Heartbeat', {})).toHaveProperty('currentTime');
});

test('circuits that form a cycle are refused with 422 CIRCUIT_CYCLE', async () => {
  const [grid, panel] = smallSite().circuits;
  const circuits = [{ ...grid, parentId: 'panel' }, panel];
  const { status, body } = await service.api.request('PUT', SITE, { ...smallSite(), circuits });
  expect({ status, body }).toMatchObject({ status: 422, body: { code: 'CIRCUIT_CYCLE', status: 422 } });
  expect(JSON.stringify(body)).toMatch(/grid.*panel|panel.*grid/);
});

test('failsafes that do not fit are refused with circuit, phase and sum', async () => {
  const [grid, panel] = smallSite().circuits;
  const small = { ...panel, limitA: { L1: 25, L2: 11, L3: 25 } };
  const { status, body } = await service.api.request('PUT', SITE, { ...smallSite(), circuits: [grid, small] });
  expect({ status, body }).toMatchObject({
    status: 422,
    body: { code: 'FAILSAFE_EXCEEDS_LIMIT', circuitId: 'panel', phase: 'L2', sumA: 12 },
  });
});

test.each([
  ['a site without circuits', 'PUT', SITE, { ...smallSite(), circuits: [] }, 422, undefined],
  [
    'a limit on a circuit there is not',
    'PUT',
    `${SITE}/limits/x`,
    { circuitId: 'attic', powerLimitW: 1 },
    422,
    'CIRCUIT_UNKNOWN',
  ],
  [
    'a reading without numbers',
    'POST',
    `${SITE}/meter-values`,
    { circuitId: 'grid', currentA: { L1: 'much' } },
    422,
    undefined,
  ],
  ['a site that is not there', 'GET', '/v1/sites/nowhere/state', undefined, 404, 'SITE_NOT_FOUND'],
])('%s is refused with a problem document', async (_, method, path, document, expected, code) => {
  const { status, body } = await service.api.request(method, path, document);
  expect(body).toMatchObject({
    status,
    title: expect.any(String),
    detail: expect.any(String),
    code: code ?? expect.any(String),
  });
  expect([expected, 400]).toContain(status);
});

test('after all of it, a restart finds the same site and the transaction still open', { timeout: 60_000 }, async () => {
  const { port } = service;
  expect(await service.stop()).toEqual({ code: 0, signal: null });
  service = await ServiceProcess.start({ dataDir, port });
  const open = (await sessionsOf(service.api, SMALL_SITE_ID)).filter(({ endedAt }) => endedAt === null);
  expect(open.map(({ transactionId: id, idToken }) => [id, idToken])).toEqual([[transactionId, TOKEN]]);
  charging = await connect('S1');
});
