import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../e2e/support/until.js';
import { HOUR_MS, MINUTE_MS } from '../../support/builders.js';
import { instant } from '../support/bareStation.js';
import { type Service2x, SITE_ID, startService2x } from '../support2x/service2x.js';
import { Station16 } from './station16.js';

// The names begin with the test cases of the certification list for a central system of OCPP 1.6. The whole core of the
// service answers, over a real socket; the station is a bare client.

let rig: Service2x;
let station: Station16;

beforeEach(async () => {
  rig = await startService2x({ idTokens: ['TAG', 'OTHER'] });
  station = await Station16.connect(rig.running.port);
});
afterEach(async () => {
  station.close();
  await rig.stop();
});

const evse = () => rig.service.getState(SITE_ID).stations[0]?.evses[0];
const sessions = () => rig.service.listSessions(SITE_ID, { limit: 10 });
const ACCEPTED = { idTagInfo: { status: 'Accepted' } };

/** A car charges; the transaction's id. */
async function charging(): Promise<unknown> {
  await station.status('Preparing');
  const { transactionId } = await station.start('TAG');
  await station.status('Charging');
  expect(evse()).toMatchObject({ status: 'Charging', transaction: { transactionId } });
  return transactionId;
}

/** It ends as the station says; the EVSE is free again. */
async function ends(transactionId: unknown, reason: string): Promise<void> {
  await station.status('Finishing');
  expect(await station.stop(transactionId, { reason })).toEqual(ACCEPTED);
  await station.status('Available');
  expect(evse()).toMatchObject({ status: 'Available', transaction: null });
  expect(await sessions()).toMatchObject([{ transactionId, endReason: reason }]);
}

describe('OCPP 1.6 core: booting', () => {
  it('TC_001 a cold boot: accepted, then the status of each connector, then heartbeats', async () => {
    expect(await station.boot()).toMatchObject({
      status: 'Accepted',
      interval: expect.toSatisfy((s) => s >= 270 && s <= 330),
      currentTime: expect.any(String),
    });
    for (const connectorId of [0, 1]) expect(await station.status('Available', { connectorId })).toEqual({});
    expect(await station.ask('Heartbeat', {})).toHaveProperty('currentTime');
    expect(evse()?.status).toBe('Available');
  });

  it('TC_032_1 after a power failure it boots again, and ends what ran', async () => {
    await station.boot();
    const transactionId = await charging();
    station.close();
    station = await Station16.connect(rig.running.port);
    expect(await station.boot()).toMatchObject({ status: 'Accepted' });
    await ends(transactionId, 'PowerLoss');
  });

  it.each([
    ['TC_013', 'Hard'],
    ['TC_014', 'Soft'],
  ] as const)('%s a %s reset, after which it boots again', async (_id, kind) => {
    await station.boot();
    expect(await rig.service.reset('A', kind)).toEqual({ status: 'Accepted' });
    expect(station.toldOf('Reset')).toEqual([{ type: kind }]);
    station.close();
    station = await Station16.connect(rig.running.port);
    expect(await station.boot()).toMatchObject({ status: 'Accepted' });
    expect(await station.status('Available')).toEqual({});
  });
});

describe('OCPP 1.6 core: sessions', () => {
  beforeEach(() => station.boot());

  it('TC_003 the cable first, then the token', async () => {
    await station.status('Preparing');
    expect(await station.authorize('TAG')).toEqual(ACCEPTED);
    const started = await station.start('TAG');
    expect(started).toEqual({ transactionId: expect.any(Number), ...ACCEPTED });
    await station.status('Charging');
    expect(evse()).toMatchObject({ status: 'Charging', transaction: { transactionId: started.transactionId } });
    expect(await sessions()).toMatchObject([{ idToken: 'TAG' }]);
  });

  it('TC_004_1 the token first, then the cable', async () => {
    expect(await station.authorize('TAG')).toEqual(ACCEPTED);
    await charging();
  });

  it('TC_004_2 the token first, and no cable in time', async () => {
    expect(await station.authorize('TAG')).toEqual(ACCEPTED);
    await station.status('Preparing');
    await station.status('Available');
    expect(evse()).toMatchObject({ status: 'Available', transaction: null });
    expect(await sessions()).toEqual([]);
  });

  it('TC_005_1 the cable is pulled at the car', async () => {
    const transactionId = await charging();
    await station.status('SuspendedEV');
    await ends(transactionId, 'EVDisconnected');
  });

  it('TC_007 a token that the station knows already starts without being asked for', async () => {
    await charging();
  });

  it('TC_023_1 a token that the site does not list is Invalid', async () => {
    expect(await station.authorize('STRANGER')).toEqual({ idTagInfo: { status: 'Invalid' } });
    expect(await sessions()).toEqual([]);
  });

  it('TC_024 a lock that fails is a fault of the connector', async () => {
    expect(await station.authorize('TAG')).toEqual(ACCEPTED);
    await station.status('Preparing');
    expect(await station.status('Faulted', { errorCode: 'ConnectorLockFailure' })).toEqual({});
    expect(evse()).toMatchObject({ status: 'Faulted', transaction: null });
  });

  it('TC_037_1 one that began while the station was offline keeps its own time', async () => {
    const started = await station.start('TAG', { agoMs: HOUR_MS });
    expect(started).toMatchObject(ACCEPTED);
    await station.status('Charging');
    expect(Math.abs((evse()?.transaction?.startedAtMs ?? 0) - (Date.now() - HOUR_MS))).toBeLessThan(10_000);
  });

  it('TC_037_3 one that began offline with a token that is not listed is told so, and its end is taken', async () => {
    const started = await station.start('STRANGER', { agoMs: HOUR_MS });
    expect(started).toMatchObject({ idTagInfo: { status: 'Invalid' } });
    await station.status('Charging');
    await ends(started.transactionId, 'DeAuthorized');
  });

  it('TC_039 one that began and ended while the station was offline', async () => {
    const { transactionId } = await station.start('TAG', { agoMs: 2 * HOUR_MS });
    expect(await station.stop(transactionId, { reason: 'Local', agoMs: HOUR_MS })).toEqual(ACCEPTED);
    const [session] = await sessions();
    expect(session).toMatchObject({ transactionId, energyWh: 1_000, endReason: 'Local' });
    expect(Math.abs((session?.endedAtMs ?? 0) - (Date.now() - HOUR_MS))).toBeLessThan(MINUTE_MS);
  });
});

describe('OCPP 1.6 core: from afar', () => {
  beforeEach(() => station.boot());

  const remoteStart = () => rig.service.remoteStart('A', 1, 'TAG');

  it('TC_010 a start where the cable is in', async () => {
    await station.status('Preparing');
    expect(await remoteStart()).toEqual({ status: 'Accepted' });
    expect(station.lastOf('RemoteStartTransaction')).toMatchObject({ connectorId: 1, idTag: 'TAG' });
    expect(await station.authorize('TAG')).toEqual(ACCEPTED);
    expect(await station.start('TAG')).toMatchObject(ACCEPTED);
    await station.status('Charging');
    expect(await sessions()).toMatchObject([{ idToken: 'TAG', endedAtMs: null }]);
  });

  it('TC_011_1 a start before the cable', async () => {
    expect(await remoteStart()).toEqual({ status: 'Accepted' });
    expect(await station.authorize('TAG')).toEqual(ACCEPTED);
    await charging();
  });

  it('TC_011_2 a start to which no cable comes', async () => {
    expect(await remoteStart()).toEqual({ status: 'Accepted' });
    await station.status('Preparing');
    await station.status('Available');
    expect(evse()).toMatchObject({ status: 'Available', transaction: null });
    expect(await sessions()).toEqual([]);
  });

  it('TC_012 a stop', async () => {
    const transactionId = await charging();
    expect(await rig.service.remoteStop('A', String(transactionId))).toEqual({ status: 'Accepted' });
    expect(station.toldOf('RemoteStopTransaction')).toEqual([{ transactionId }]);
    await ends(transactionId, 'Remote');
  });

  it('TC_026 a start that is refused', async () => {
    station.answers.set('RemoteStartTransaction', () => ({ status: 'Rejected' }));
    expect(await remoteStart()).toMatchObject({ status: 'Rejected' });
    expect(await sessions()).toEqual([]);
  });

  it('TC_028 a stop that is refused leaves the transaction as it is', async () => {
    const transactionId = await charging();
    station.answers.set('RemoteStopTransaction', () => ({ status: 'Rejected' }));
    expect(await rig.service.remoteStop('A', String(transactionId))).toEqual({ status: 'Rejected' });
    expect(evse()?.transaction).toMatchObject({ transactionId });
  });

  it.each([
    ['TC_017_1', 'Unlocked'],
    ['TC_017_2', 'NotSupported'],
    ['TC_030', 'UnlockFailed'],
  ])('%s unlocking, answered %s', async (_id, status) => {
    station.answers.set('UnlockConnector', () => ({ status }));
    expect(await rig.service.unlock('A', 1)).toEqual({ status });
    expect(station.toldOf('UnlockConnector')).toEqual([{ connectorId: 1 }]);
  });

  it('TC_018_1 unlocking while it charges ends the transaction', async () => {
    const transactionId = await charging();
    expect(await rig.service.unlock('A', 1)).toEqual({ status: 'Unlocked' });
    await ends(transactionId, 'UnlockCommand');
  });

  it('TC_031 unlocking a connector that the station does not know; one that the site does not list is not asked for', async () => {
    station.answers.set('UnlockConnector', () => ({ status: 'NotSupported' }));
    expect(await rig.service.unlock('A', 1)).toEqual({ status: 'NotSupported' });
    await expect(rig.service.unlock('A', 9)).rejects.toThrow(/no EVSE 9/);
    expect(station.toldOf('UnlockConnector')).toHaveLength(1);
  });

  it('changing the availability of a connector, and of the station', async () => {
    station.answers.set('ChangeAvailability', () => ({ status: 'Scheduled' }));
    expect(await rig.service.changeAvailability('A', 1, false)).toEqual({ status: 'Scheduled' });
    await rig.service.changeAvailability('A', 0, true);
    expect(station.toldOf('ChangeAvailability')).toEqual([
      { connectorId: 1, type: 'Inoperative' },
      { connectorId: 0, type: 'Operative' },
    ]);
  });

  it('TC_061 the station is to forget whom it let charge before', async () => {
    expect(await rig.service.clearCache('A')).toEqual({ status: 'Accepted' });
    expect(station.toldOf('ClearCache')).toEqual([{}]);
  });

  it('TC_054 each message that can be asked for, and what comes of it', async () => {
    const commissioned = station.toldOf('TriggerMessage').length;
    const meterValue = [{ timestamp: instant(), sampledValue: [{ value: '10' }] }];
    for (const [asked, requestedMessage, payload] of [
      ['MeterValues', 'MeterValues', { connectorId: 1, meterValue }],
      ['Heartbeat', 'Heartbeat', {}],
      ['StatusNotification', 'StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' }],
      ['LogStatusNotification', 'DiagnosticsStatusNotification', { status: 'Idle' }],
      ['FirmwareStatusNotification', 'FirmwareStatusNotification', { status: 'Idle' }],
      ['BootNotification', 'BootNotification', { chargePointVendor: 'Bare', chargePointModel: 'Client' }],
    ] as const) {
      expect(await rig.service.triggerMessage('A', asked)).toEqual({ status: 'Accepted' });
      expect(station.toldOf('TriggerMessage').slice(commissioned)).toContainEqual({ requestedMessage });
      await station.ask(requestedMessage, payload);
    }
    await expect(rig.service.triggerMessage('A', 'TransactionEvent')).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });

  it('TC_055 asking for a message that is refused', async () => {
    station.answers.set('TriggerMessage', () => ({ status: 'Rejected' }));
    expect(await rig.service.triggerMessage('A', 'MeterValues', 1)).toEqual({ status: 'Rejected' });
    expect(station.toldOf('TriggerMessage')).toContainEqual({ requestedMessage: 'MeterValues', connectorId: 1 });
  });
});

describe('OCPP 1.6 core: settings and data', () => {
  beforeEach(() => station.boot());

  it('TC_019_1 all settings', async () => {
    const answer = await rig.service.getConfiguration('A');
    expect(station.toldOf('GetConfiguration')).toContainEqual({});
    expect(answer.keys.map(({ key }) => key)).toContain('SupportedFeatureProfiles');
  });

  it('TC_019_2 one setting', async () => {
    const value = station.settings.get('SupportedFeatureProfiles');
    expect(await rig.service.getConfiguration('A', ['SupportedFeatureProfiles', 'Nonsense'])).toEqual({
      keys: [{ key: 'SupportedFeatureProfiles', value, readonly: false }],
      unknownKeys: ['Nonsense'],
    });
    expect(station.toldOf('GetConfiguration')).toContainEqual({ key: ['SupportedFeatureProfiles', 'Nonsense'] });
  });

  const change = () => rig.service.changeConfiguration('A', 'MeterValueSampleInterval', '60');

  it('TC_021 changing a setting', async () => {
    expect(await change()).toEqual({ status: 'Accepted' });
    expect(station.toldOf('ChangeConfiguration')).toContainEqual({ key: 'MeterValueSampleInterval', value: '60' });
  });

  it.each([
    ['TC_040_1', 'NotSupported'],
    ['TC_040_2', 'Rejected'],
  ])('%s changing a setting, answered %s', async (_id, status) => {
    station.answers.set('ChangeConfiguration', () => ({ status }));
    expect(await change()).toEqual({ status });
  });

  it('TC_064 data of a vendor that is not known', async () => {
    expect(await station.ask('DataTransfer', { vendorId: 'Unrecognized' })).toEqual({ status: 'UnknownVendorId' });
  });

  it('statuses of firmware and diagnostics, and what the security whitepaper added, are answered', async () => {
    expect(await station.ask('FirmwareStatusNotification', { status: 'Downloading' })).toEqual({});
    expect(await station.ask('DiagnosticsStatusNotification', { status: 'Uploading' })).toEqual({});
    expect(await station.ask('LogStatusNotification', { status: 'Uploaded' })).toEqual({});
    expect(await station.ask('SignedFirmwareStatusNotification', { status: 'Installed' })).toEqual({});
    const event = { type: 'InvalidChargePointCertificate', timestamp: instant() };
    expect(await station.ask('SecurityEventNotification', event)).toEqual({});
    await until(() => rig.anomalies.includes('stationNotice'), 'it is written to the log');
    expect(await station.ask('SignCertificate', { csr: 'csr' })).toEqual({ status: 'Rejected' });
  });
});
