import { Ajv } from 'ajv';
import formatsModule from 'ajv-formats';
import * as officialSchemas from 'typed-ocpp/dist/ocpp16/schemas.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChargingProfile } from '../../../src/site/chargingProfile.js';
import type { CommandOutcome, StationCommand } from '../../../src/site/stationMessages.js';
import {
  bootedStation,
  type RunningGateway,
  startGateway,
  type TestStation,
} from '../../unit/gateway/gatewayFixture.js';

// What the codec and the gateway say, over a real socket, also what nothing in the service says by itself. Names begin with the test
// case of the OCPP 1.6 certification list. Everything that leaves is held against the official schemas by a validator of the test's own.

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

const ACCEPTED = { outcome: 'answered', response: { status: 'Accepted' } };

describe('OCPP 1.6, what the codec and the gateway can say', () => {
  it('an idTag that is not accepted is told so', async () => {
    station = await bootedStation(running);
    for (const status of ['Blocked', 'Expired']) {
      running.handler.request = async () => ({ status }) as never;
      expect(await ask('Authorize', { idTag: 'TAG' })).toEqual({ idTagInfo: { status } });
    }
  });

  it('data transfer to a station', async () => {
    station = await bootedStation(running);
    const transfer = { type: 'dataTransfer', vendorId: 'v', messageId: 'm', data: 'd' } as const;
    const { payload, outcome } = await tell(transfer, { status: 'UnknownVendorId' });
    expect(payload).toEqual({ vendorId: 'v', messageId: 'm', data: 'd' });
    expect(outcome).toEqual({ outcome: 'answered', response: { status: 'UnknownVendorId' } });
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

  it('TC_067 clearing profiles by id, by criteria, and all of them', async () => {
    station = await bootedStation(running);
    const byId = await tell({ type: 'clearChargingProfile', profileId: 7 }, { status: 'Unknown' });
    expect(byId.payload).toEqual({ id: 7 });
    const criteria = { evseId: 1, purpose: 'TxDefaultProfile', stackLevel: 0 } as const;
    const byCriteria = await tell({ type: 'clearChargingProfile', ...criteria }, { status: 'Accepted' });
    expect(byCriteria.payload).toEqual({ connectorId: 1, chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 0 });
    expect((await tell({ type: 'clearChargingProfile' }, { status: 'Accepted' })).payload).toEqual({});
  });
});
