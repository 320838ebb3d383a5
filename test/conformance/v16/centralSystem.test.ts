import { Ajv } from 'ajv';
import formatsModule from 'ajv-formats';
import * as officialSchemas from 'typed-ocpp/dist/ocpp16/schemas.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChargingProfile } from '../../../src/site/chargingProfile.js';
import type { CommandOutcome, StationCommand } from '../../../src/site/stationMessages.js';
import {
  bootedStation,
  connectStation,
  type RunningGateway,
  startGateway,
  type TestStation,
} from '../../unit/gateway/gatewayFixture.js';

// The names begin with the test case of the OCPP 1.6 compliance list that the behaviour belongs to. Everything that leaves is held
// against the official schemas by a validator of the test's own.

const ajv = new Ajv({ strict: false, multipleOfPrecision: 6 });
formatsModule.default(ajv);
const schemas: Readonly<Record<string, object | undefined>> = officialSchemas;

function expectSchema(name: string, payload: unknown): void {
  const schema = schemas[name];
  if (schema === undefined) throw new Error(`There is no schema ${name}.`);
  ajv.validate(schema, payload);
  expect(ajv.errors ?? []).toEqual([]);
}

let running: RunningGateway;
let station: TestStation;
beforeEach(async () => {
  running = await startGateway();
});
afterEach(() => running.stop());

/** The station asks; the answer satisfies its schema. */
async function ask(action: string, payload: object): Promise<unknown> {
  const [type, id, answer] = await station.ask([2, 'x1', action, payload]);
  expect([type, id]).toEqual([3, 'x1']);
  expectSchema(`${action}Response`, answer);
  return answer;
}

/** We call; the call satisfies its schema, and the station gives this answer. */
async function tell(
  command: StationCommand,
  answer: object,
): Promise<{ action: unknown; payload: Record<string, unknown>; outcome: CommandOutcome }> {
  const outcome = running.gateway.call('CP001', command);
  const [type, id, action, payload] = await station.next();
  expect(type).toBe(2);
  expectSchema(`${String(action)}Request`, payload);
  expectSchema(`${String(action)}Response`, answer);
  station.send([3, id, answer]);
  return { action, payload: payload as Record<string, unknown>, outcome: await outcome };
}

const timestamp = (): string => new Date().toISOString();
const ACCEPTED = { outcome: 'answered', response: { status: 'Accepted' } };

describe('OCPP 1.6 core, central system', () => {
  it('a cold boot: boot, status of each connector, heartbeat', async () => {
    station = await connectStation(running);
    const boot = { chargePointVendor: 'Acme', chargePointModel: 'One', iccid: '1', imsi: '2', meterType: 'm' };
    expect(await ask('BootNotification', boot)).toMatchObject({
      status: 'Accepted',
      interval: expect.toSatisfy((s) => s >= 270 && s <= 330),
    });
    for (const connectorId of [0, 1, 2]) {
      const status = { connectorId, errorCode: 'NoError', status: 'Available', timestamp: timestamp() };
      expect(await ask('StatusNotification', status)).toEqual({});
    }
    expect(await ask('Heartbeat', {})).toHaveProperty('currentTime');
  });

  it('a regular session: authorize, start, meter, stop', async () => {
    station = await bootedStation(running);
    expect(await ask('Authorize', { idTag: 'TAG' })).toEqual({ idTagInfo: { status: 'Accepted' } });
    const started = await ask('StartTransaction', {
      connectorId: 1,
      idTag: 'TAG',
      meterStart: 0,
      timestamp: timestamp(),
    });
    expect(started).toEqual({ transactionId: 1001, idTagInfo: { status: 'Accepted' } });
    const meterValue = [{ timestamp: timestamp(), sampledValue: [{ value: '10' }] }];
    await ask('MeterValues', { connectorId: 1, transactionId: 1001, meterValue });
    const stop = { transactionId: 1001, meterStop: 900, timestamp: timestamp(), reason: 'EVDisconnected' };
    await ask('StopTransaction', { ...stop, idTag: 'TAG', transactionData: meterValue });
  });

  it('remote start and stop', async () => {
    station = await bootedStation(running);
    const start = await tell({ type: 'remoteStart', evseId: 1, idToken: 'TAG' }, { status: 'Accepted' });
    expect(start).toMatchObject({ action: 'RemoteStartTransaction', outcome: ACCEPTED });
    const stop = await tell({ type: 'remoteStop', transactionId: 1001 }, { status: 'Rejected' });
    expect(stop.outcome).toEqual({ outcome: 'answered', response: { status: 'Rejected' } });
  });

  it.each(['Hard', 'Soft'] as const)('a %s reset', async (kind) => {
    station = await bootedStation(running);
    expect(await tell({ type: 'reset', kind }, { status: 'Accepted' })).toMatchObject({
      action: 'Reset',
      payload: { type: kind },
      outcome: ACCEPTED,
    });
  });

  it('unlocking a connector', async () => {
    station = await bootedStation(running);
    const { payload, outcome } = await tell({ type: 'unlock', evseId: 2 }, { status: 'NotSupported' });
    expect(payload).toEqual({ connectorId: 2 });
    expect(outcome).toEqual({ outcome: 'answered', response: { status: 'NotSupported' } });
  });

  it('reading and setting the configuration', async () => {
    station = await bootedStation(running);
    const key = 'ChargeProfileMaxStackLevel';
    const read = await tell(
      { type: 'getConfiguration', keys: [key, 'Nope'] },
      { configurationKey: [{ key, readonly: true, value: '3' }], unknownKey: ['Nope'] },
    );
    expect(read.outcome).toEqual({
      outcome: 'answered',
      response: { keys: [{ key, readonly: true, value: '3' }], unknownKeys: ['Nope'] },
    });
    const set = await tell({ type: 'changeConfiguration', key: 'A', value: '1' }, { status: 'RebootRequired' });
    expect(set.outcome).toEqual({ outcome: 'answered', response: { status: 'RebootRequired' } });
  });

  it('an idTag that is not accepted is told so', async () => {
    station = await bootedStation(running);
    running.handler.request = async () => ({ status: 'Blocked' }) as never;
    expect(await ask('Authorize', { idTag: 'TAG' })).toEqual({ idTagInfo: { status: 'Blocked' } });
  });

  it('statuses of firmware and diagnostics are taken', async () => {
    station = await bootedStation(running);
    expect(await ask('FirmwareStatusNotification', { status: 'Downloading' })).toEqual({});
    expect(await ask('DiagnosticsStatusNotification', { status: 'Uploading' })).toEqual({});
  });

  it('triggering a message', async () => {
    station = await bootedStation(running);
    const { payload } = await tell({ type: 'trigger', message: 'MeterValues', evseId: 1 }, { status: 'Accepted' });
    expect(payload).toEqual({ requestedMessage: 'MeterValues', connectorId: 1 });
  });

  it('data transfer, in both directions; and changing availability', async () => {
    station = await bootedStation(running);
    const availability = { type: 'changeAvailability', evseId: 1, operative: true } as const;
    expect((await tell(availability, { status: 'Scheduled' })).payload).toEqual({ connectorId: 1, type: 'Operative' });
    await tell({ type: 'dataTransfer', vendorId: 'v', messageId: 'm', data: 'd' }, { status: 'UnknownVendorId' });
    expect(await ask('DataTransfer', { vendorId: 'v' })).toEqual({ status: 'UnknownVendorId' });
  });
});

describe('OCPP 1.6 smart charging, central system', () => {
  const startMs = Date.UTC(2026, 2, 1, 11, 59);
  const absolute = (more: Partial<ChargingProfile>): ChargingProfile => ({
    profileId: 7,
    stackLevel: 0,
    purpose: 'TxDefaultProfile',
    kind: 'Absolute',
    schedule: { startMs, rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 8.1, numberPhases: 3 }] },
    ...more,
  });

  it('TC_056 a TxDefaultProfile', async () => {
    station = await bootedStation(running);
    const told = await tell({ type: 'setChargingProfile', evseId: 0, profile: absolute({}) }, { status: 'Accepted' });
    expect(told.outcome).toEqual(ACCEPTED);
    expect(told.payload).toEqual({
      connectorId: 0,
      csChargingProfiles: {
        chargingProfileId: 7,
        stackLevel: 0,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: {
          startSchedule: '2026-03-01T11:59:00.000Z',
          chargingRateUnit: 'A',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 8.1, numberPhases: 3 }],
        },
      },
    });
  });

  it('TC_057 a TxProfile names its transaction', async () => {
    station = await bootedStation(running);
    const profile = absolute({ purpose: 'TxProfile', transactionId: 1001 });
    const told = await tell({ type: 'setChargingProfile', evseId: 1, profile }, { status: 'Rejected' });
    expect(told.payload.csChargingProfiles).toMatchObject({ chargingProfilePurpose: 'TxProfile', transactionId: 1001 });
    expect(told.outcome).toEqual({ outcome: 'answered', response: { status: 'Rejected' } });
  });

  it('a ChargingStationMaxProfile is a ChargePointMaxProfile', async () => {
    station = await bootedStation(running);
    const profile = absolute({ purpose: 'ChargingStationMaxProfile' });
    const told = await tell({ type: 'setChargingProfile', evseId: 0, profile }, { status: 'NotSupported' });
    expect(told.payload.csChargingProfiles).toMatchObject({ chargingProfilePurpose: 'ChargePointMaxProfile' });
  });

  it('TC_059 a remote start with a profile', async () => {
    station = await bootedStation(running);
    const profile = absolute({ purpose: 'TxProfile', transactionId: 5 });
    const told = await tell({ type: 'remoteStart', evseId: 1, idToken: 'TAG', profile }, { status: 'Accepted' });
    expect(told.payload.chargingProfile).not.toHaveProperty('transactionId');
    expect(told.payload.chargingProfile).toMatchObject({ chargingProfilePurpose: 'TxProfile' });
  });

  it('TC_066 a composite schedule', async () => {
    station = await bootedStation(running);
    const { outcome } = await tell(
      { type: 'getCompositeSchedule', evseId: 1, durationS: 600, rateUnit: 'A' },
      {
        status: 'Accepted',
        connectorId: 1,
        scheduleStart: '2026-03-01T12:00:00Z',
        chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 8.1 }] },
      },
    );
    expect(outcome).toEqual({
      outcome: 'answered',
      response: {
        status: 'Accepted',
        schedule: {
          startMs: Date.UTC(2026, 2, 1, 12),
          rateUnit: 'A',
          periods: [{ startPeriodS: 0, limit: 8.1 }],
        },
      },
    });
  });

  it('TC_067 clearing profiles', async () => {
    station = await bootedStation(running);
    const { payload } = await tell({ type: 'clearChargingProfile', profileId: 7 }, { status: 'Unknown' });
    expect(payload).toEqual({ id: 7 });
  });
});
