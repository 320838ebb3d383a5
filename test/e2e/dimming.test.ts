import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Car, realClock, seededRandom, Ticker, VirtualStation } from '../../src/simulator/index.js';
import { siteState } from './support/documents.js';
import type { ServiceApi } from './support/serviceApi.js';
import { ServiceProcess } from './support/serviceProcess.js';
import { PASSWORDS, putSmallSite, SMALL_SITE_ID } from './support/smallSite.js';
import { until } from './support/until.js';

// Two stations that charge over real OCPP are dimmed by the grid operator, over the real API.

const TICK_MS = 250;
const VOLTAGE_V = 230;
/** A round trip, a look at the station's composite schedule, and a car that follows within its reaction time. */
const FOLLOWS_WITHIN_MS = 15_000;
/** Until no copy of what was told before can be on its way any more, and one look at the composite schedule after that. */
const CONFIRMED_WITHIN_MS = 30_000;
const SITE = `/v1/sites/${SMALL_SITE_ID}`;

const CAR = { batteryWh: 77_000, soC: 0.2, phases: 3, currentMaxA: 16, reactionS: 1, rampUpAPerS: 10 } as const;

let dataDir: string;
let service: ServiceProcess;
let api: ServiceApi;
let stations: readonly VirtualStation[];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-dimming-'));
  service = await ServiceProcess.start({ dataDir, environment: { LOG_LEVEL: 'warn' } });
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
    atMostMs: 20_000,
  });
  for (const station of stations) station.plugIn(1, new Car(CAR), { idToken: 'TAG' });
  await until(() => offeredW() > 16_000, 'the cars have what the panel carries', { atMostMs: 30_000 });
}, 120_000);

afterAll(async () => {
  await Promise.all((stations ?? []).map((station) => station.stop()));
  await service?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const offeredW = () => stations.reduce((sum, station) => sum + station.offeredA(1) * 3 * VOLTAGE_V, 0);
const grid = async () => (await siteState(api, SMALL_SITE_ID)).circuits.find(({ id }) => id === 'grid');

describe('a site that charges', () => {
  it('is dimmed to what §14a leaves it, says why and until when, and is given back what it had', async () => {
    const to = new Date(Date.now() + 3_600_000).toISOString();
    const stored = await api.put(`${SITE}/limits/dimming`, {
      circuitId: 'grid',
      section14a: { mode: 'ems' },
      to,
      source: 'grid-operator',
      reason: 'The substation is overloaded.',
    });
    // Two points: 4.2 kW and 0.8 · 4.2 kW. Two failsafes of 6 A on three phases are 8.28 kW.
    expect(stored).toMatchObject({
      section14a: { chargePoints: 2, leastPowerW: 7_560, chargingPowerW: 7_560 },
      warnings: [{ code: 'FAILSAFE_EXCEEDS_LIMIT', failsafeSumW: 8_280, limitW: 7_560 }],
    });
    await until(() => offeredW() <= 7_560, 'the cars are told to take no more', {
      atMostMs: FOLLOWS_WITHIN_MS,
      otherwise: () => `they are offered ${offeredW()} W`,
    });
    await until(async () => (await siteState(api, SMALL_SITE_ID)).site === 'protected', 'that is confirmed', {
      atMostMs: CONFIRMED_WITHIN_MS,
    });
    expect(await grid()).toMatchObject({
      chargingPowerLimitW: 7_560,
      limits: [{ limitId: null }, { limitId: 'dimming', until: to, reason: 'The substation is overloaded.' }],
      next: { at: to, ends: ['dimming'] },
    });
    expect((await api.request('DELETE', `${SITE}/limits/dimming`)).status).toBe(204);
    await until(() => offeredW() > 16_000, 'the cars have what the panel carries again', { atMostMs: 60_000 });
  }, 120_000);

  it('keeps to an OpenADR event, though the service is killed while it holds', async () => {
    await api.put(`${SITE}/grid-events/storm`, {
      intervalPeriod: { start: new Date(Date.now() - 1_000).toISOString(), duration: 'PT1H' },
      payloadDescriptors: [
        { objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'KW' },
      ],
      intervals: [{ id: 0, payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [10] }] }],
    });
    const { port } = service;
    await service.kill();
    service = await ServiceProcess.start({ dataDir, port, environment: { LOG_LEVEL: 'warn' } });
    api = service.api;
    await until(() => stations.every((station) => station.isOnline), 'both stations are back', { atMostMs: 30_000 });
    await until(() => offeredW() <= 10_000, 'the cars are told to take no more', { atMostMs: FOLLOWS_WITHIN_MS });
    expect((await grid())?.limits).toMatchObject([{ limitId: null }, { limitId: 'storm.0', powerLimitW: 10_000 }]);
  }, 120_000);
});
