import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Car, VirtualStation } from '../../src/simulator/index.js';
import { siteState } from '../e2e/support/documents.js';
import { ServiceProcess } from '../e2e/support/serviceProcess.js';
import { SMALL_SITE_ID, smallSite } from '../e2e/support/smallSite.js';
import { until } from '../e2e/support/until.js';
import { TestCsms } from '../support/testCsms.js';

// A station of OCPP 2.0.1 whose CSMS is away while cars come and go, and while the service is killed and started again.

const STATION = 'S1';
const PASSWORD = 'the first station';
const METER_INTERVAL_S = 1;
/** What was under way when somebody died is told again. */
const REPEATED_MAX = 6;

interface Told {
  readonly eventType: string;
  readonly seqNo: number;
  readonly transactionInfo: { readonly transactionId: string };
}

describe('a station whose CSMS is away for a while', () => {
  let dataDir: string;
  let csms: TestCsms;
  let service: ServiceProcess;
  let station: VirtualStation;

  const environment = { LOG_LEVEL: 'warn', EVENKEEL_ALLOWED_PRIVATE_NETS: '127.0.0.0/8' };
  const told = () => csms.calls('TransactionEvent') as unknown as readonly Told[];
  const drawnA = () => station.currentA(1)[0] ?? 0;
  const open = () => station.transactions.filter(({ end }) => end === undefined).length;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-island-'));
    csms = await TestCsms.listen('ocpp2.0.1', [STATION]);
    service = await ServiceProcess.start({ dataDir: join(dataDir, 'data'), environment });
    await service.api.put(`/v1/sites/${SMALL_SITE_ID}`, { ...smallSite(), meterIntervalS: METER_INTERVAL_S });
    await service.api.put(`/v1/stations/${STATION}/credentials`, { password: PASSWORD });
    const credentials = { password: 'for the CSMS' };
    await service.api.put('/v1/upstreams/csms', { url: csms.url, credentials, onLoss: 'island' });
    station = new VirtualStation({
      stationId: STATION,
      ocppVersion: '2.0.1',
      url: service.stationsUrl.replace('/ocpp', '/proxy/csms'),
      password: PASSWORD,
      evses: [{ id: 1, terminals: 3, currentMaxA: 16 }],
      meterIntervalS: METER_INTERVAL_S,
      authorizeBeforeStart: true,
      backOffMinMs: 100,
      backOffMaxMs: 500,
    });
    station.start();
    await until(() => station.isOnline, 'the station is online', { otherwise: () => service.output });
    await charges();
  }, 120_000);

  afterAll(async () => {
    await station?.stop();
    await service?.stop();
    await csms?.close();
    await rm(dataDir, { recursive: true, force: true });
  }, 60_000);

  async function charges(idToken = 'ANNA'): Promise<void> {
    station.plugIn(1, new Car({ batteryWh: 80_000, soC: 0.1, phases: 3, currentMaxA: 16, reactionS: 0.5 }), {
      idToken,
    });
    await until(() => drawnA() > 6, 'its site gives the car more than it falls to', {
      atMostMs: 60_000,
      otherwise: () => `${drawnA()} A\n${service.output}`,
    });
  }

  async function leaves(): Promise<void> {
    station.unplug(1);
    await until(() => open() === 0, 'the transaction is over');
  }

  it('is served by its site meanwhile, and its CSMS hears of every transaction afterwards, over a kill -9', async () => {
    csms.stations.clear();
    csms.unknownStatus = 503;
    csms.socket?.terminate();
    await leaves();
    await charges();
    const { port } = service;
    await service.kill();
    service = await ServiceProcess.start({ dataDir: join(dataDir, 'data'), port, environment });
    await until(() => station.isOnline, 'it is let in without its CSMS', {
      atMostMs: 30_000,
      otherwise: () => service.output,
    });
    await until(async () => (await siteState(service.api, SMALL_SITE_ID)).site !== 'unprotected', 'its site keeps it');
    await leaves();
    await charges();
    const missed = told().length;
    csms.stations.add(STATION);
    await until(() => told().length > missed, 'its CSMS is back', { atMostMs: 60_000 });
    await leaves();
    const ids = station.transactions.map(({ transactionId }) => String(transactionId));
    const ended = () =>
      new Set(told().flatMap((one) => (one.eventType === 'Ended' ? [one.transactionInfo.transactionId] : [])));
    await until(() => ids.every((id) => ended().has(id)), 'its CSMS knows the end of each', {
      atMostMs: 60_000,
      otherwise: () => `${ids.join()}: ${[...ended()].join()}\n${service.output}`,
    });
    expect(ids).toHaveLength(3);
    for (const id of ids) {
      const numbers = told().flatMap((one) => (one.transactionInfo.transactionId === id ? [one.seqNo] : []));
      const once = numbers.filter((number, index) => numbers.indexOf(number) === index);
      expect(once, `all of ${id}, in order`).toEqual(Array.from({ length: once.length }, (_, n) => n));
      expect(numbers.length - once.length).toBeLessThanOrEqual(REPEATED_MAX);
    }
    const { sessions } = Object(await service.api.get(`/v1/sites/${SMALL_SITE_ID}/sessions?limit=100`));
    expect(sessions).toHaveLength(3);
  }, 300_000);
});
