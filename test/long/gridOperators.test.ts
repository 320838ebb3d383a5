import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Car, realClock, seededRandom, Ticker, VirtualStation } from '../../src/simulator/index.js';
import { siteState } from '../e2e/support/documents.js';
import type { ServiceApi } from '../e2e/support/serviceApi.js';
import { ServiceProcess } from '../e2e/support/serviceProcess.js';
import { PASSWORDS, putSmallSite, SMALL_SITE_ID } from '../e2e/support/smallSite.js';
import { until } from '../e2e/support/until.js';
import { CapacityProvider } from '../support/grid/capacityProvider.js';
import { Vtn } from '../support/grid/vtn.js';

// The whole way, in real time: a grid operator says over its own protocol what a site may take, and the meters of cars that charge over
// real OCPP show that it is kept to, from the first second on; without the operator, with it again, and over a kill of the service.

const TICK_MS = 250;
const VOLTAGE_V = 230;
const BEGINS_IN_MS = 40_000;
const BEFORE_W = 16_000;
const SITE = `/v1/sites/${SMALL_SITE_ID}`;
const CAR = { batteryWh: 77_000, soC: 0.2, phases: 3, currentMaxA: 16, reactionS: 1, rampUpAPerS: 10 } as const;
const ENVIRONMENT = { LOG_LEVEL: 'warn', EVENKEEL_ALLOWED_PRIVATE_NETS: '127.0.0.0/8' };

let dataDir: string;
let service: ServiceProcess;
let api: ServiceApi;
let provider: CapacityProvider;
let vtn: Vtn;
let stations: readonly VirtualStation[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-grid-'));
  provider = await CapacityProvider.start();
  vtn = await Vtn.start('3.1');
  service = await ServiceProcess.start({ dataDir, environment: ENVIRONMENT });
  api = service.api;
  await putSmallSite(api);
  const ticker = new Ticker(realClock, TICK_MS);
  stations = ['S1', 'S2'].map(
    (stationId, n) =>
      new VirtualStation({
        stationId,
        url: service.stationsUrl,
        password: PASSWORDS[stationId] ?? '',
        evses: [{ id: 1, terminals: 3, currentMaxA: 16 }],
        meterIntervalS: 3,
        random: seededRandom(n),
        ticker,
      }),
  );
  for (const station of stations) station.start();
  await until(() => stations.every((station) => station.isOnline), 'both stations are online');
  await until(async () => (await siteState(api, SMALL_SITE_ID)).site === 'protected', 'the failsafes are confirmed', {
    atMostMs: 30_000,
  });
  for (const station of stations) station.plugIn(1, new Car(CAR), { idToken: 'TAG' });
  await until(() => drawnW() > BEFORE_W, 'the cars take what the panel carries', { atMostMs: 60_000 });
}, 180_000);

afterAll(async () => {
  await Promise.all(stations.map((station) => station.stop()));
  await service?.stop();
  await provider?.stop();
  await vtn?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const sumOf = (amounts: readonly number[]) => amounts.reduce((sum, one) => sum + one, 0);
const offeredW = () => sumOf(stations.map((station) => station.offeredA(1) * 3 * VOLTAGE_V));
const drawnW = () => sumOf(stations.map((station) => sumOf(station.currentA(1)) * VOLTAGE_V));

/** What the cars draw never exceeds it from then on, looked at every 50 ms. */
async function keptTo(
  powerW: number,
  { fromMs, forMs }: { readonly fromMs: number; readonly forMs: number },
): Promise<void> {
  await until(() => Date.now() >= fromMs, 'it begins', { atMostMs: fromMs - Date.now() + 5_000 });
  let mostW = 0;
  await until(
    () => {
      mostW = Math.max(mostW, drawnW());
      return Date.now() > fromMs + forMs;
    },
    'it has lasted',
    { atMostMs: forMs + 10_000 },
  );
  expect(mostW).toBeLessThanOrEqual(powerW);
}

async function fellTo(powerW: number, what: string, atMostMs = 30_000): Promise<void> {
  await until(() => drawnW() <= powerW && offeredW() <= powerW, what, {
    atMostMs,
    otherwise: () => `${drawnW()} W flow, ${offeredW()} W are offered\n${service.output}`,
  });
}

it('keeps to a forecast of OSCP from its first second, to the fallback without heartbeats, and recovers', async () => {
  const bound = { siteId: SMALL_SITE_ID, circuitId: 'grid', groupId: 'g7', heartbeatS: 5, tokenA: 'first-token' };
  const { baseUrl } = (await api.put('/v1/oscp/providers/dso', bound)) as { readonly baseUrl: string };
  expect(await provider.register(baseUrl, 'first-token')).toBe(204);
  await until(() => provider.named('register').length === 1, 'the registration is answered');
  const behaviour = { heartbeat_interval: 2, measurement_configuration: ['CONTINUOUS'] };
  expect(await provider.send('handshake', { required_behaviour: behaviour })).toBe(204);
  await until(() => provider.named('heartbeat').length > 1, 'we are heard');
  expect(await provider.heartbeat(300)).toBe(204);

  const beginsMs = Date.now() + BEGINS_IN_MS;
  const block = (capacity: number, fromMs: number, toMs: number) => ({
    capacity,
    phase: 'ALL',
    unit: 'KW',
    start_time: new Date(fromMs).toISOString(),
    end_time: new Date(toMs).toISOString(),
  });
  const hourMs = 3_600_000;
  const say = (type: string, ...blocks: readonly object[]) =>
    provider.send('update_group_capacity_forecast', { group_id: 'g7', type, forecasted_blocks: blocks });
  expect(await say('FALLBACK_CONSUMPTION', block(8.4, beginsMs - hourMs, beginsMs + hourMs))).toBe(204);
  expect(
    await say('CONSUMPTION', block(30, Date.now() - 1_000, beginsMs), block(11, beginsMs, beginsMs + hourMs)),
  ).toBe(204);
  // Known beforehand: until shortly before, nobody is slowed down.
  await until(() => Date.now() > beginsMs - 12_000, 'it is near', { atMostMs: BEGINS_IN_MS });
  expect(drawnW()).toBeGreaterThan(BEFORE_W);
  await keptTo(11_000, { fromMs: beginsMs, forMs: 8_000 });
  expect(drawnW()).toBeGreaterThan(8_400);
  const { circuits } = await siteState(api, SMALL_SITE_ID);
  expect(circuits.find(({ id }) => id === 'grid')?.limits).toMatchObject([
    { limitId: null },
    { source: 'grid-operator', powerLimitW: 11_000, reason: 'Capacity forecast of dso (OSCP).' },
  ]);

  expect(await provider.heartbeat(2)).toBe(204);
  await fellTo(8_400, 'without heartbeats the fallback holds');
  expect(await api.get('/v1/oscp/providers/dso')).toMatchObject({ connection: 'away' });
  expect(await provider.heartbeat(300)).toBe(204);
  await until(() => drawnW() > 9_500, 'the forecast holds again', {
    atMostMs: 90_000,
    otherwise: () => `${drawnW()} W`,
  });
  await keptTo(11_000, { fromMs: Date.now(), forMs: 3_000 });
  expect((await api.request('DELETE', '/v1/oscp/providers/dso')).status).toBe(204);
  expect(provider.heard.at(-1)).toMatchObject({ name: 'register', method: 'DELETE' });
  await until(() => drawnW() > BEFORE_W, 'the cars have what the panel carries again', { atMostMs: 120_000 });
}, 400_000);

it('keeps to an event of OpenADR from its first second, while the VTN is lost and the service killed, and recovers', async () => {
  const ven = { siteId: SMALL_SITE_ID, vtnUrl: vtn.url, clientId: 'ven-1', clientSecret: 'the-vtn-secret', pollS: 5 };
  await api.put('/v1/openadr/vens/energy', ven);
  const beginsMs = Date.now() + BEGINS_IN_MS;
  vtn.put({
    id: 'e1',
    eventName: 'Cold evening',
    intervalPeriod: { start: new Date(beginsMs).toISOString(), duration: 'PT1H' },
    intervals: [{ id: 0, payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [11] }] }],
  });
  const limits = async () => ((await api.get(`${SITE}/grid-events`)) as { readonly events: readonly object[] }).events;
  await until(async () => (await limits()).length === 1, 'the event is known', { atMostMs: 20_000 });
  expect(drawnW()).toBeGreaterThan(BEFORE_W);
  await keptTo(11_000, { fromMs: beginsMs, forMs: 5_000 });

  vtn.faults.status = 503;
  const { port } = service;
  await service.kill();
  service = await ServiceProcess.start({ dataDir, port, environment: ENVIRONMENT });
  api = service.api;
  await until(() => stations.every((station) => station.isOnline), 'both stations are back', { atMostMs: 60_000 });
  await keptTo(11_000, { fromMs: Date.now(), forMs: 10_000 });
  expect(await limits()).toMatchObject([{ eventId: 'openadr.energy' }]);

  vtn.cancel('e1');
  delete vtn.faults.status;
  await until(async () => (await limits()).length === 0, 'the event is cancelled', { atMostMs: 30_000 });
  await until(() => drawnW() > BEFORE_W, 'the cars have what the panel carries again', { atMostMs: 120_000 });
}, 400_000);
