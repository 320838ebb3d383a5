import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  Car,
  type Fault,
  realClock,
  Ticker,
  VirtualStation,
  type VirtualStationOptions,
} from '../../src/simulator/index.js';
import { TestCentral } from './simulatorCentral.js';

const TICK_MS = 50;
const stations: VirtualStation[] = [];
let central: TestCentral;

beforeEach(async () => {
  central = await TestCentral.listen();
});

afterEach(async () => {
  await Promise.all(stations.splice(0).map((station) => station.stop()));
  await central.close();
  expect(central.violations).toEqual([]);
});

function newStation(options: Partial<VirtualStationOptions> = {}): VirtualStation {
  const station = new VirtualStation({
    stationId: 'CP001',
    url: central.url,
    evses: [{ id: 1, terminals: 3, currentMaxA: 32 }],
    ticker: new Ticker(realClock, TICK_MS),
    backOffMinMs: 50,
    backOffMaxMs: 200,
    meterIntervalS: 1,
    ...options,
  });
  stations.push(station);
  return station;
}

const quickCar = (options: Partial<ConstructorParameters<typeof Car>[0]> = {}): Car =>
  new Car({ batteryWh: 60_000, soC: 0.3, phases: 3, currentMaxA: 32, reactionS: 0.1, rampUpAPerS: 1000, ...options });

async function charging(station: VirtualStation, evseId = 1): Promise<number> {
  station.plugIn(evseId, quickCar(), { idToken: 'TAG1' });
  await central.received('StartTransaction');
  await central.until(() => station.transactions.at(-1)?.transactionId !== 'unidentified', 'a transaction id');
  const transactionId = station.transactions.at(-1)?.transactionId;
  if (typeof transactionId !== 'number') throw new Error('no id');
  return transactionId;
}

const profile = (over: Record<string, unknown> = {}, schedule: Record<string, unknown> = {}) => ({
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Absolute',
  chargingSchedule: {
    startSchedule: new Date(Date.now() - 60_000).toISOString(),
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }],
    ...schedule,
  },
  ...over,
});

const setProfile = (csChargingProfiles: unknown, connectorId = 1) =>
  central.call('CP001', 'SetChargingProfile', { connectorId, csChargingProfiles });

const drawn = (station: VirtualStation): number => Math.max(...station.currentA(1));

test('boots with Basic auth and says what state each connector is in', async () => {
  const station = newStation({ password: 'open sesame' });
  station.start();
  await central.received('BootNotification');
  await central.until(() => central.of('StatusNotification').length === 2, 'two statuses');
  expect(central.authorizations).toEqual([`Basic ${Buffer.from('CP001:open sesame').toString('base64')}`]);
  expect(central.of('StatusNotification').map((call) => [call.payload.connectorId, call.payload.status])).toEqual([
    [0, 'Available'],
    [1, 'Available'],
  ]);
  expect(station.isOnline).toBe(true);
});

test('boots again after the interval while it is Pending, and says nothing else before it is accepted', async () => {
  let boots = 0;
  central.answers.set('BootNotification', () => {
    boots += 1;
    return { status: boots < 3 ? 'Pending' : 'Accepted', currentTime: new Date().toISOString(), interval: 1 };
  });
  const station = newStation();
  station.start();
  station.plugIn(1, quickCar(), { idToken: 'TAG1' });
  await central.until(() => station.isOnline, 'the third boot');
  await central.received('StartTransaction');
  expect(central.calls.slice(0, 3).map((call) => call.action)).toEqual(Array(3).fill('BootNotification'));
});

test('a car charges, is metered per terminal, follows a TxProfile and falls back when its transaction ends', async () => {
  const station = newStation();
  station.start();
  const transactionId = await charging(station);
  await central.until(() => drawn(station) === 32, 'full current');
  expect(await setProfile(profile({ transactionId }))).toEqual({ status: 'Accepted' });
  expect(station.limitA(1)).toBe(10);
  await central.until(() => drawn(station) === 10, 'the lower current');

  const before = central.of('MeterValues').length;
  const sample = await central.received('MeterValues', before + 2);
  expect(sample.payload.transactionId).toBe(transactionId);
  const values = sample.payload.meterValue[0].sampledValue;
  const currents = values.filter((value: { measurand: string }) => value.measurand === 'Current.Import');
  expect(currents.map((value: { phase: string; value: string }) => [value.phase, value.value])).toEqual([
    ['L1', '10.00'],
    ['L2', '10.00'],
    ['L3', '10.00'],
  ]);
  const byName = (name: string) => values.find((value: { measurand: string }) => value.measurand === name)?.value;
  expect(byName('Power.Active.Import')).toBe('6900');
  expect(byName('Current.Offered')).toBe('10.0');

  station.unplug(1);
  const stop = await central.received('StopTransaction');
  expect(stop.payload).toMatchObject({ transactionId, reason: 'EVDisconnected' });
  expect(station.limitA(1)).toBe(32);
});

test('records a transaction while offline and delivers it in order, with its own times, when the network is back', async () => {
  const station = newStation({ meterValuesMax: 2 });
  station.start();
  await central.until(() => station.isOnline, 'online');
  station.disconnect(4_000);
  const startedMs = Date.now();
  station.plugIn(1, quickCar(), { idToken: 'TAG1' });
  await new Promise((resolve) => setTimeout(resolve, 3_300));
  station.unplug(1);
  const endedMs = Date.now();
  expect(station.transactionMessagesWaiting).toBe(4);
  await central.received('StopTransaction');
  const record = central.calls.filter((call) => /Transaction|MeterValues/.test(call.action));
  expect(record.map((call) => call.action)).toEqual([
    'StartTransaction',
    'MeterValues',
    'MeterValues',
    'StopTransaction',
  ]);
  expect(Math.abs(Date.parse(record[0]?.payload.timestamp) - startedMs)).toBeLessThan(200);
  expect(Math.abs(Date.parse(record[3]?.payload.timestamp) - endedMs)).toBeLessThan(200);
  expect(new Set(record.slice(1).map((call) => call.payload.transactionId))).toEqual(new Set([1000]));
  expect(central.of('BootNotification')).toHaveLength(1);
});

test('sends a StartTransaction that nobody answered again, until it is answered', async () => {
  let asked = 0;
  central.answers.set('StartTransaction', () => {
    asked += 1;
    return asked < 3 ? 'silence' : { transactionId: 7, idTagInfo: { status: 'Accepted' } };
  });
  const station = newStation({ callTimeoutMs: 200 });
  station.start();
  station.plugIn(1, quickCar(), { idToken: 'TAG1' });
  await central.until(() => station.transactions[0]?.transactionId === 7, 'an id');
  expect(asked).toBe(3);
});

test('stops a transaction whose idToken is refused', async () => {
  central.answers.set('StartTransaction', { transactionId: 8, idTagInfo: { status: 'Blocked' } });
  const station = newStation();
  station.start();
  station.plugIn(1, quickCar(), { idToken: 'STOLEN' });
  const stop = await central.received('StopTransaction');
  expect(stop.payload).toMatchObject({ transactionId: 8, reason: 'DeAuthorized' });
  expect(station.status(1)).toBe('Finishing');
});

test('refuses what a station must refuse', async () => {
  const station = newStation({ capabilities: { rateUnits: ['A'], stackLevelMax: 2, periodsMax: 2 } });
  station.start();
  await central.until(() => station.isOnline, 'online');
  expect(await setProfile(profile())).toEqual({ status: 'Rejected' });
  const transactionId = await charging(station);
  const max = { chargingProfilePurpose: 'ChargePointMaxProfile' };
  const threePeriods = [0, 60, 120].map((startPeriod) => ({ startPeriod, limit: 8 }));
  expect(await setProfile(profile({ transactionId: transactionId + 1 }))).toEqual({ status: 'Rejected' });
  expect(await setProfile(profile(max), 1)).toEqual({ status: 'Rejected' });
  expect(await setProfile(profile({ stackLevel: 3 }))).toEqual({ status: 'Rejected' });
  expect(await setProfile(profile({}, { chargingRateUnit: 'W' }))).toEqual({ status: 'Rejected' });
  expect(await setProfile(profile({}, { chargingSchedulePeriod: threePeriods }))).toEqual({ status: 'Rejected' });
  expect((await setProfile(profile(max), 9)).slice(0, 3)).toEqual([
    4,
    expect.any(String),
    'PropertyConstraintViolation',
  ]);
  const negative = [{ startPeriod: 0, limit: -1 }];
  expect((await setProfile(profile({}, { chargingSchedulePeriod: negative })))[2]).toBe('PropertyConstraintViolation');
  expect((await central.call('CP001', 'SetChargingProfile', { connectorId: 1 }))[2]).toBe(
    'OccurenceConstraintViolation',
  );
  expect((await central.call('CP001', 'ReserveNow', {}))[2]).toBe('NotSupported');
  expect((await central.call('CP001', 'MakeCoffee', {}))[2]).toBe('NotImplemented');
  expect(station.limitA(1)).toBe(32);
  expect(await setProfile(profile(max), 0)).toEqual({ status: 'Accepted' });
  expect(station.limitA(1)).toBe(10);
});

test('a remote start with a TxProfile holds from its first ampere, a remote stop ends it', async () => {
  const station = newStation();
  station.start();
  await central.until(() => station.isOnline, 'online');
  station.plugIn(1, quickCar());
  expect(station.status(1)).toBe('Preparing');
  const chargingProfile = profile();
  const start = { connectorId: 1, idTag: 'APP', chargingProfile };
  expect(await central.call('CP001', 'RemoteStartTransaction', start)).toEqual({ status: 'Accepted' });
  await central.received('StartTransaction');
  expect(station.offeredA(1)).toBe(10);
  await central.until(() => typeof station.transactions[0]?.transactionId === 'number', 'an id');
  const { transactionId } = station.transactions[0] ?? {};
  expect(await central.call('CP001', 'RemoteStopTransaction', { transactionId })).toEqual({ status: 'Accepted' });
  expect((await central.received('StopTransaction')).payload.reason).toBe('Remote');
  expect(await central.call('CP001', 'RemoteStopTransaction', { transactionId })).toEqual({ status: 'Rejected' });
});

test('answers its configuration, changes it, and reports its composite schedule', async () => {
  const station = newStation();
  station.start();
  await central.until(() => station.isOnline, 'online');
  const answer = await central.call('CP001', 'GetConfiguration', { key: ['ChargingScheduleMaxPeriods', 'Nonsense'] });
  expect(answer).toEqual({
    configurationKey: [{ key: 'ChargingScheduleMaxPeriods', readonly: true, value: '24' }],
    unknownKey: ['Nonsense'],
  });
  const change = (key: string, value: string) => central.call('CP001', 'ChangeConfiguration', { key, value });
  expect(await change('MeterValueSampleInterval', '2')).toEqual({ status: 'Accepted' });
  expect(await change('MeterValueSampleInterval', 'soon')).toEqual({ status: 'Rejected' });
  expect(await change('MeterValuesSampledData', 'Current.Import,Sunshine')).toEqual({ status: 'Rejected' });
  expect(await change('ChargeProfileMaxStackLevel', '3')).toEqual({ status: 'Rejected' });
  expect(await change('Nonsense', '1')).toEqual({ status: 'NotSupported' });

  const twoPeriods = [
    { startPeriod: 0, limit: 6 },
    { startPeriod: 600, limit: 16 },
  ];
  const start = new Date(Date.now() - 300_000).toISOString();
  const schedule = { startSchedule: start, duration: 1200, chargingSchedulePeriod: twoPeriods };
  await setProfile(profile({ chargingProfilePurpose: 'TxDefaultProfile' }, schedule), 0);
  const composite = await central.call('CP001', 'GetCompositeSchedule', { connectorId: 1, duration: 3600 });
  expect(composite.status).toBe('Accepted');
  const periods = composite.chargingSchedule.chargingSchedulePeriod;
  expect(periods.map((period: { limit: number }) => period.limit)).toEqual([6, 16, 32]);
  expect(periods[1].startPeriod).toBeGreaterThanOrEqual(298);
  expect(periods[1].startPeriod).toBeLessThanOrEqual(300);
  expect(await central.call('CP001', 'GetCompositeSchedule', { connectorId: 5, duration: 60 })).toEqual({
    status: 'Rejected',
  });
  expect(await central.call('CP001', 'ClearChargingProfile', { id: 1 })).toEqual({ status: 'Accepted' });
  expect(await central.call('CP001', 'ClearChargingProfile', { id: 1 })).toEqual({ status: 'Unknown' });
});

test('a reboot loses TxProfiles, keeps the defaults, and either ends the transaction or keeps it', async () => {
  const station = newStation({ rebootMs: 300 });
  station.start();
  const transactionId = await charging(station);
  await setProfile(
    profile(
      { chargingProfileId: 2, chargingProfilePurpose: 'TxDefaultProfile' },
      { chargingSchedulePeriod: [{ startPeriod: 0, limit: 7 }] },
    ),
    0,
  );
  await setProfile(profile({ transactionId }, { chargingSchedulePeriod: [{ startPeriod: 0, limit: 20 }] }));
  await central.until(() => drawn(station) === 20, '20 A');
  station.reboot({ transactions: 'keep' });
  expect(drawn(station)).toBe(0);
  await central.received('BootNotification', 2);
  await central.until(() => drawn(station) === 7, 'the default');
  expect(central.of('StopTransaction')).toHaveLength(0);

  expect(await central.call('CP001', 'Reset', { type: 'Hard' })).toEqual({ status: 'Accepted' });
  expect((await central.received('StopTransaction')).payload).toMatchObject({ transactionId, reason: 'HardReset' });
  await central.received('StartTransaction', 2);
  await central.until(() => drawn(station) === 7, 'charging again');
});

test('availability, unlocking and triggered messages', async () => {
  const station = newStation();
  station.start();
  await charging(station);
  const change = (type: string) => central.call('CP001', 'ChangeAvailability', { connectorId: 1, type });
  expect(await change('Inoperative')).toEqual({ status: 'Scheduled' });
  expect(await central.call('CP001', 'UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' });
  await central.until(() => station.status(1) === 'Unavailable', 'Unavailable');
  expect(await change('Operative')).toEqual({ status: 'Accepted' });
  const heartbeats = central.of('Heartbeat').length;
  const trigger = (requestedMessage: string, connectorId?: number) =>
    central.call('CP001', 'TriggerMessage', {
      requestedMessage,
      ...(connectorId === undefined ? {} : { connectorId }),
    });
  expect(await trigger('Heartbeat')).toEqual({ status: 'Accepted' });
  await central.received('Heartbeat', heartbeats + 1);
  expect(await trigger('StatusNotification', 7)).toEqual({ status: 'Rejected' });
  const meters = central.of('MeterValues').length;
  await trigger('MeterValues', 1);
  const sample = await central.received('MeterValues', meters + 1);
  expect(sample.payload.meterValue[0].sampledValue[0].context).toBe('Trigger');
  expect((await central.call('CP001', 'DataTransfer', { vendorId: 'x' })).status).toBe('UnknownVendorId');
});

const lower = () => setProfile(profile({ chargingProfilePurpose: 'TxDefaultProfile' }));

test.each<{ fault: Fault; answer: unknown; limitA: number }>([
  { fault: { kind: 'reject', action: 'SetChargingProfile' }, answer: { status: 'Rejected' }, limitA: 32 },
  { fault: { kind: 'drop', action: '*', executed: true }, answer: ['timeout'], limitA: 10 },
  { fault: { kind: 'drop', action: 'SetChargingProfile' }, answer: ['timeout'], limitA: 32 },
  { fault: { kind: 'ignore' }, answer: { status: 'Accepted' }, limitA: 32 },
  { fault: { kind: 'delay', action: 'SetChargingProfile', delayMs: 300 }, answer: { status: 'Accepted' }, limitA: 10 },
])('fault $fault', async ({ fault, answer, limitA }) => {
  const station = newStation();
  station.start();
  await charging(station);
  station.setFault(fault);
  const askedMs = Date.now();
  const given = await central.call(
    'CP001',
    'SetChargingProfile',
    { connectorId: 1, csChargingProfiles: profile({ chargingProfilePurpose: 'TxDefaultProfile' }) },
    600,
  );
  expect(given).toEqual(answer);
  expect(station.limitA(1)).toBe(limitA);
  if (fault.kind === 'delay') expect(Date.now() - askedMs).toBeGreaterThanOrEqual(290);
  station.clearFault();
  expect(await lower()).toEqual({ status: 'Accepted' });
  expect(station.limitA(1)).toBe(10);
});

test('a call error, a refused composite, a skewed clock and phantom zeros', async () => {
  const station = newStation({ evses: [{ id: 1, terminals: 1, currentMaxA: 32 }] });
  station.start();
  await charging(station);
  station.setFault({ kind: 'callError', action: 'ClearChargingProfile', code: 'NotSupported' });
  expect((await central.call('CP001', 'ClearChargingProfile', {}))[2]).toBe('NotSupported');
  station.setFault({ kind: 'reject', action: 'GetCompositeSchedule' });
  expect(await central.call('CP001', 'GetCompositeSchedule', { connectorId: 1, duration: 60 })).toEqual({
    status: 'Rejected',
  });
  station.clearFault('reject');
  station.setFault({ kind: 'phantomZeros' });
  station.setFault({ kind: 'clockSkew', skewMs: -90_000 });
  await central.call('CP001', 'TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 1 });
  await central.until(() => {
    const [meterValue] = central.of('MeterValues').at(-1)?.payload.meterValue ?? [];
    const currents = meterValue?.sampledValue.filter((value: { phase?: string }) => value.phase?.startsWith('L'));
    return currents?.length === 3 && Date.now() - Date.parse(meterValue.timestamp) > 85_000;
  }, 'a late sample with three phases');
  // A profile that starts now has not started by a clock that is behind.
  const now = { startSchedule: new Date().toISOString() };
  await setProfile(profile({ chargingProfilePurpose: 'TxDefaultProfile' }, now));
  expect(station.limitA(1)).toBe(32);
  station.clearFault('clockSkew');
  expect(station.limitA(1)).toBe(10);
});

test('comes back by itself when the central system was down', async () => {
  const { port } = central;
  const station = newStation();
  station.start();
  await central.until(() => station.isOnline, 'online');
  await central.close();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(station.isOnline).toBe(false);
  central = await TestCentral.listen(port);
  await central.until(() => station.isOnline, 'online again');
  expect(central.of('BootNotification')).toHaveLength(0);
});
