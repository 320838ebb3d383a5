import { afterEach, describe, expect, it } from 'vitest';
import { eventually, type TestStation } from '../gateway/gatewayFixture.js';
import { connectProxied, type ProxyWorld, startProxy } from './proxyFixture.js';

// As profiles.test.ts, in the words of OCPP 2.0.1 and 2.1, and what only they have.

type Json = Record<string, unknown>;
type Schedule = { readonly chargingSchedulePeriod: readonly Json[] };
let world: ProxyWorld;
let station: TestStation;
let seen: { readonly action: string; readonly payload: Json }[];
afterEach(() => world.stop());

async function begin(subprotocol: 'ocpp2.0.1' | 'ocpp2.1'): Promise<void> {
  seen = [];
  world = await startProxy({ subprotocol });
  station = await connectProxied(world, { protocols: [subprotocol] });
  await station.ask([
    2,
    'b',
    'BootNotification',
    { reason: 'PowerUp', chargingStation: { model: 'A', vendorName: 'B' } },
  ]);
  await station.ask([2, 't', 'TransactionEvent', event('Started', 0)]);
  station.socket.removeAllListeners('message');
  station.socket.on('message', (data) => {
    const [kind, id, action, payload] = JSON.parse(data.toString()) as [number, string, string, Json];
    if (kind !== 2) return;
    seen.push({ action, payload });
    station.send([3, id, action === 'SetVariables' ? variablesTaken(payload) : { status: 'Accepted' }]);
  });
  await ours(0, 1, 'TxDefaultProfile', 6);
  await ours(1, 101, 'TxProfile', 16);
  seen.length = 0;
}

function variablesTaken({ setVariableData }: Json): Json {
  const all = setVariableData as Json[];
  return {
    setVariableResult: all.map(({ component, variable }) => ({ attributeStatus: 'Accepted', component, variable })),
  };
}

function event(eventType: string, seqNo: number): Json {
  return {
    eventType,
    seqNo,
    timestamp: new Date().toISOString(),
    triggerReason: 'Authorized',
    transactionInfo: { transactionId: 'tx-1' },
    evse: { id: 1, connectorId: 1 },
    idToken: { idToken: 'ANNA', type: 'ISO14443' },
  };
}

function ours(evseId: number, profileId: number, purpose: 'TxProfile' | 'TxDefaultProfile', limit: number) {
  const isTx = purpose === 'TxProfile';
  return world.running.gateway.call('CP001', {
    type: 'setChargingProfile',
    evseId,
    profile: {
      profileId,
      stackLevel: 0,
      purpose,
      kind: isTx ? 'Absolute' : 'Relative',
      ...(isTx ? { transactionId: 'tx-1' } : {}),
      schedule: {
        ...(isTx ? { startMs: Math.floor(Date.now() / 1000) * 1000 - 60_000, durationS: 7_200 } : {}),
        rateUnit: 'A',
        periods: [{ startPeriodS: 0, limit }],
      },
    },
  });
}

function theirs(limit: number, more: Json = {}): Json {
  return {
    id: 9,
    stackLevel: 3,
    chargingProfilePurpose: 'TxProfile',
    chargingProfileKind: 'Absolute',
    transactionId: 'tx-1',
    chargingSchedule: [
      {
        id: 1,
        startSchedule: new Date(Date.now() - 1_000).toISOString(),
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [{ startPeriod: 0, limit }],
      },
    ],
    ...more,
  };
}

const set = (profile: Json) => world.csms.call('SetChargingProfile', { evseId: 1, chargingProfile: profile });
const written = () =>
  seen
    .filter(({ action }) => action === 'SetChargingProfile')
    .map(({ payload }) => {
      const { id, chargingSchedule } = payload.chargingProfile as { id: number; chargingSchedule: Schedule[] };
      return [
        id,
        chargingSchedule.flatMap(({ chargingSchedulePeriod }) => chargingSchedulePeriod.map(({ limit }) => limit)),
      ];
    });

describe.each(['ocpp2.0.1', 'ocpp2.1'] as const)('a CSMS of %s', (subprotocol) => {
  it('lowers ours by its profile, and lifts them by none', async () => {
    await begin(subprotocol);
    expect(await set(theirs(10))).toEqual([3, 'csms-1', { status: 'Accepted' }]);
    expect(await set(theirs(999_999))).toEqual([3, 'csms-2', { status: 'Accepted' }]);
    expect(written()).toEqual([
      [101, [10]],
      [101, [16]],
    ]);
    const refused = await set(theirs(10, { transactionId: 'another' }));
    expect(refused).toMatchObject([3, 'csms-3', { status: 'Rejected', statusInfo: { reasonCode: 'TxNotFound' } }]);
  });

  it('K09: is reported its own profiles as it wrote them, and ours as what an energy management system limits', async () => {
    await begin(subprotocol);
    const profile = theirs(10);
    await set(profile);
    const asked = world.csms.call('GetChargingProfiles', { requestId: 5, evseId: 1, chargingProfile: {} });
    expect(await asked).toEqual([3, 'csms-2', { status: 'Accepted' }]);
    await eventually(() => world.csms.calls('ReportChargingProfiles').length === 2);
    expect(world.csms.calls('ReportChargingProfiles')).toMatchObject([
      { requestId: 5, chargingLimitSource: 'CSO', evseId: 1, tbc: true, chargingProfile: [profile] },
      {
        requestId: 5,
        chargingLimitSource: 'EMS',
        evseId: 1,
        chargingProfile: [{ id: 101, chargingProfilePurpose: 'ChargingStationExternalConstraints' }],
      },
    ]);
    const none = world.csms.call('GetChargingProfiles', { requestId: 6, chargingProfile: { chargingProfileId: [77] } });
    expect(await none).toEqual([3, 'csms-3', { status: 'NoProfiles' }]);
  });

  it('K12, K13: is told of the limit that a transaction has from us, and that it is over', async () => {
    await begin(subprotocol);
    await eventually(() => world.csms.calls('NotifyChargingLimit').length === 1);
    expect(world.csms.calls('NotifyChargingLimit')).toMatchObject([
      {
        evseId: 1,
        chargingLimit: { chargingLimitSource: 'EMS' },
        chargingSchedule: [{ chargingSchedulePeriod: [{ limit: 16 }] }],
      },
    ]);
    station.send([2, 'e', 'TransactionEvent', event('Ended', 1)]);
    await eventually(() => world.csms.calls('ClearedChargingLimit').length === 1);
    expect(world.csms.calls('ClearedChargingLimit')).toEqual([{ chargingLimitSource: 'EMS', evseId: 1 }]);
  });

  it('can not lead the station past us, nor blind its site', async () => {
    await begin(subprotocol);
    const away = {
      ocppVersion: 'OCPP20',
      ocppTransport: 'JSON',
      ocppCsmsUrl: 'wss://x',
      messageTimeout: 9,
      securityProfile: 1,
    };
    const connectionData = { ...away, ocppInterface: 'Wired0' };
    expect(await world.csms.call('SetNetworkProfile', { configurationSlot: 1, connectionData })).toMatchObject([
      3,
      'csms-1',
      { status: 'Rejected' },
    ]);
    const signed = await world.csms.call('ClearChargingProfile-Signed', { payload: 'x', signatures: [] });
    expect(signed.slice(0, 3)).toEqual([4, 'csms-2', 'NotSupported']);
    const key = 'SampledDataCtrlr.TxUpdatedMeasurands';
    await world.running.gateway.call('CP001', { type: 'changeConfiguration', key, value: 'Current.Import' });
    seen.length = 0;
    const entry = (component: string, variable: string, attributeValue: string) => ({
      attributeValue,
      component: { name: component },
      variable: { name: variable },
    });
    const setVariableData = [
      entry('SampledDataCtrlr', 'TxUpdatedMeasurands', 'Voltage'),
      entry('OCPPCommCtrlr', 'HeartbeatInterval', '60'),
    ];
    const [, , answer] = (await world.csms.call('SetVariables', { setVariableData })) as [
      number,
      string,
      { setVariableResult: Json[] },
    ];
    expect(answer.setVariableResult.map(({ attributeStatus }) => attributeStatus)).toEqual(['Rejected', 'Rejected']);
    expect(seen).toEqual([]);
    const other = await world.csms.call('SetVariables', { setVariableData: setVariableData.slice(1) });
    expect(other).toMatchObject([3, 'csms-4', { setVariableResult: [{ attributeStatus: 'Accepted' }] }]);
  });
});

describe('a CSMS of OCPP 2.1', () => {
  it('K28: is refused a profile whose limit could change without us', async () => {
    await begin('ocpp2.1');
    expect(await set(theirs(10, { chargingProfileKind: 'Dynamic' }))).toMatchObject([
      3,
      'csms-1',
      { status: 'Rejected' },
    ]);
    expect(written()).toEqual([]);
  });
});
