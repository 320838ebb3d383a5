import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { instant } from '../conformance/support/bareStation.js';
import { Station2x } from '../conformance/support2x/station2x.js';
import { VERSIONS_2X, type Version2xUnderTest } from '../support/ocpp2xSchemas.js';
import { sessionsOf, siteState } from './support/documents.js';
import { ServiceProcess } from './support/serviceProcess.js';
import { PASSWORDS, putSmallSite, SMALL_SITE_ID } from './support/smallSite.js';
import { until } from './support/until.js';

const TIMEOUT = { timeout: 60_000 };
let directory: string;
const services: ServiceProcess[] = [];
const stations: Station2x[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-ocpp2x-'));
});
afterEach(async () => {
  for (const station of stations.splice(0)) station.close();
  await Promise.all(services.splice(0).map((service) => service.kill()));
  await rm(directory, { recursive: true, force: true });
});

async function start(): Promise<ServiceProcess> {
  const service = await ServiceProcess.start({ dataDir: join(directory, 'data') });
  services.push(service);
  return service;
}

async function connect(
  service: ServiceProcess,
  version: Version2xUnderTest,
  protocols: readonly string[] = [version.subprotocol],
): Promise<Station2x> {
  const login = { password: PASSWORDS.S1 ?? '', protocols };
  const station = await Station2x.connect(version, service.port, 'S1', login);
  stations.push(station);
  expect(await station.boot()).toMatchObject({ status: 'Accepted' });
  return station;
}

const event = (eventType: string, seqNo: number, energyWh: number, more: object = {}) => ({
  eventType,
  timestamp: instant(),
  triggerReason: 'Trigger',
  seqNo,
  transactionInfo: { transactionId: 'e7b3-1' },
  evse: { id: 1, connectorId: 1 },
  meterValue: [{ timestamp: instant(), sampledValue: [{ value: energyWh }] }],
  ...more,
});

describe.each(VERSIONS_2X)('the built service and OCPP $name', (version) => {
  test('a transaction is there after kill -9, goes on, and ends once', TIMEOUT, async () => {
    const before = await start();
    await putSmallSite(before.api);
    const first = await connect(before, version);
    const token = { idToken: { idToken: 'TAG1', type: 'ISO14443' } };
    const beginning = event('Started', 0, 4_711, token);
    expect(await first.ask('TransactionEvent', beginning)).toEqual({ idTokenInfo: { status: 'Accepted' } });
    await before.kill();

    const after = await start();
    const [session, ...others] = await sessionsOf(after.api, SMALL_SITE_ID);
    expect(session).toMatchObject({ transactionId: 'e7b3-1', stationId: 'S1', idToken: 'TAG1', endedAt: null });
    expect(others).toEqual([]);
    const station = await connect(after, version);
    // The station missed the answer: it is the same start, not another one.
    expect(await station.ask('TransactionEvent', beginning)).toEqual({ idTokenInfo: { status: 'Accepted' } });
    await until(() => station.profiles.all.length === 2, 'its failsafe and its profile are there', {
      otherwise: () => JSON.stringify(station.told),
    });
    const needs = { energyWh: 9_000 };
    await after.api.put(`/v1/sites/${SMALL_SITE_ID}/sessions/${session?.sessionId}/needs`, needs);
    expect(await sessionsOf(after.api, SMALL_SITE_ID)).toMatchObject([{ energyWantedWh: 9_000 }]);
    const stop = await after.api.request('POST', '/v1/stations/S1/transactions/e7b3-1/remote-stop');
    expect(stop).toEqual({ status: 200, body: { status: 'Accepted' } });
    expect(station.toldOf('RequestStopTransaction')).toEqual([{ transactionId: 'e7b3-1' }]);
    const end = event('Ended', 1, 9_711, { triggerReason: 'EVDeparted' });
    await station.ask('TransactionEvent', end);
    await after.kill();

    const last = await start();
    const ended = { transactionId: 'e7b3-1', energyWh: 5_000, endedAt: expect.any(String) };
    expect(await sessionsOf(last.api, SMALL_SITE_ID)).toMatchObject([ended]);
    await (await connect(last, version)).ask('TransactionEvent', end);
    expect(await sessionsOf(last.api, SMALL_SITE_ID)).toHaveLength(1);
  });

  test(
    'settings are asked for and changed by Component.Variable, and what it has is told as it reports it',
    TIMEOUT,
    async () => {
      const service = await start();
      await putSmallSite(service.api);
      const station = await connect(service, version);
      station.variables.set('SmartChargingCtrlr.RateUnit', 'A,W');
      const path = '/v1/stations/S1/configuration';
      expect(await service.api.get(`${path}?keys=SmartChargingCtrlr.RateUnit,EVSE@1.Power`)).toEqual({
        keys: [{ key: 'SmartChargingCtrlr.RateUnit', value: 'A,W', readonly: false }],
        unknownKeys: ['EVSE@1.Power'],
      });
      await service.api.put(path, { key: 'OCPPCommCtrlr.HeartbeatInterval', value: '600' });
      expect(station.variables.get('OCPPCommCtrlr.HeartbeatInterval')).toBe('600');
      const refused = await service.api.request('PUT', path, { key: 'HeartbeatInterval', value: '600' });
      expect(refused).toMatchObject({
        status: 400,
        body: { code: 'INVALID_REQUEST', detail: expect.stringContaining('Component.Variable') },
      });

      station.answers.set('GetBaseReport', ({ requestId }) => {
        const identity = {
          component: { name: 'SecurityCtrlr' },
          variable: { name: 'Identity' },
          variableAttribute: [{ value: 'S1', mutability: 'ReadOnly' }],
        };
        void station.ask('NotifyReport', { requestId, generatedAt: instant(), seqNo: 0, reportData: [identity] });
        return { status: 'Accepted' };
      });
      expect(await service.api.get(path)).toEqual({
        keys: [{ key: 'SecurityCtrlr.Identity', value: 'S1', readonly: true }],
        unknownKeys: [],
      });
      station.answers.set('GetChargingProfiles', ({ requestId }) => {
        const period = { startPeriod: 0, limit: 10 };
        const chargingProfile = [
          {
            id: 77,
            stackLevel: 3,
            chargingProfilePurpose: 'TxDefaultProfile',
            chargingProfileKind: 'Relative',
            chargingSchedule: [{ id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [period] }],
          },
        ];
        const report = { requestId, chargingLimitSource: 'CSO', evseId: 1, chargingProfile };
        void station.ask('ReportChargingProfiles', report);
        return { status: 'Accepted' };
      });
      const installed = '/v1/stations/S1/installed-profiles';
      expect(await service.api.get(`${installed}?evseId=1&purpose=TxDefaultProfile`)).toMatchObject({
        complete: true,
        profiles: [{ evseId: 1, source: 'CSO', profileId: 77, stackLevel: 3 }],
      });
      expect(await service.api.request('DELETE', `${installed}/77`)).toMatchObject({ body: { status: 'Accepted' } });
      expect(await service.api.request('DELETE', `${installed}/1`)).toMatchObject({ status: 400 });
      expect(station.toldOf('ClearChargingProfile')).toContainEqual({ chargingProfileId: 77 });
    },
  );

  test('the version is shown, and the newest that a station offers is taken', TIMEOUT, async () => {
    const service = await start();
    await putSmallSite(service.api);
    // Whatever the order that the station names them in.
    const offered = version.name === '2.1' ? ['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'] : ['ocpp1.6', 'ocpp2.0.1'];
    await connect(service, version, offered);
    const { stations: shown } = await siteState(service.api, SMALL_SITE_ID);
    expect(shown.find(({ id }) => id === 'S1')).toMatchObject({ online: true, ocppVersion: version.name });
  });
});
