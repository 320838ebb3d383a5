import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChargingProfile } from '../../../src/site/chargingProfile.js';
import { eventually, type TestStation } from '../gateway/gatewayFixture.js';
import { connectProxied, type ProxyWorld, startProxy } from './proxyFixture.js';

// One transaction of OCPP 1.6 on EVSE 1, id 7000. Ours: a failsafe of 6 A, and 16 A for the transaction.

type Json = Record<string, unknown>;
interface Seen {
  readonly action: string;
  readonly payload: Json;
}

let world: ProxyWorld;
let station: TestStation;
/** What the station was asked, whoever asked. */
let seen: Seen[];
/** What it answers, by action; else Accepted. */
let answers: Map<string, Json>;

beforeEach(async () => {
  seen = [];
  answers = new Map();
  await begin();
});
afterEach(() => world.stop());

async function begin(): Promise<void> {
  world = await startProxy();
  station = await connectProxied(world);
  await station.ask([2, 'b', 'BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' }]);
  const start = { connectorId: 1, idTag: 'ANNA', meterStart: 5, timestamp: new Date().toISOString() };
  await station.ask([2, 't', 'StartTransaction', start]);
  station.socket.removeAllListeners('message');
  station.socket.on('message', (data) => {
    const [kind, id, action, payload] = JSON.parse(data.toString()) as [number, string, string, Json];
    if (kind !== 2) return;
    seen.push({ action, payload });
    station.send([3, id, answers.get(action) ?? { status: 'Accepted' }]);
  });
}

function ours(profile: Partial<ChargingProfile> & { limit: number }): Promise<unknown> {
  const { limit, ...rest } = profile;
  return world.running.gateway.call('CP001', {
    type: 'setChargingProfile',
    evseId: rest.purpose === 'TxDefaultProfile' ? 0 : 1,
    profile: {
      profileId: 101,
      stackLevel: 0,
      purpose: 'TxProfile',
      kind: 'Absolute',
      transactionId: 7_000,
      schedule: {
        startMs: Math.floor(Date.now() / 1000) * 1000 - 60_000,
        durationS: 7_200,
        rateUnit: 'A',
        periods: [{ startPeriodS: 0, limit }],
      },
      ...rest,
    },
  });
}

const ourFailsafe = () =>
  ours({
    limit: 6,
    profileId: 1,
    purpose: 'TxDefaultProfile',
    kind: 'Relative',
    schedule: { rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 6 }] },
  });

async function manage(): Promise<void> {
  await ourFailsafe();
  await ours({ limit: 16 });
  seen.length = 0;
}

function theirs(limit: number, more: Json = {}): Json {
  return {
    chargingProfileId: 9,
    stackLevel: 3,
    chargingProfilePurpose: 'TxProfile',
    chargingProfileKind: 'Absolute',
    transactionId: 7_000,
    chargingSchedule: {
      startSchedule: new Date(Date.now() - 1_000).toISOString(),
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [{ startPeriod: 0, limit }],
    },
    ...more,
  };
}

const set = (profile: Json, connectorId = 1) =>
  world.csms.call('SetChargingProfile', { connectorId, csChargingProfiles: profile });

/** Of what the station was told last: by id and limits. */
function written(): unknown[] {
  return seen
    .filter(({ action }) => action === 'SetChargingProfile')
    .map(({ payload }) => {
      const profile = payload.csChargingProfiles as Json & { chargingSchedule: { chargingSchedulePeriod: Json[] } };
      return [profile.chargingProfileId, profile.chargingSchedule.chargingSchedulePeriod.map(({ limit }) => limit)];
    });
}

const limitsTold = () =>
  world.handler.requests.flatMap(({ request }) =>
    request.type === 'chargingLimit' || request.type === 'chargingLimitCleared' ? [request] : [],
  );

describe('a profile of the CSMS', () => {
  it('lowers ours, under our own ids; the CSMS gets the station’s answer, and the site learns of the limit', async () => {
    await manage();
    expect(await set(theirs(10))).toEqual([3, 'csms-1', { status: 'Accepted' }]);
    expect(written()).toEqual([[101, [10]]]);
    await eventually(() => limitsTold().some((told) => told.type === 'chargingLimit' && told.evseId === 1));
    expect(limitsTold().at(-1)).toMatchObject({
      source: 'CSO',
      evseId: 1,
      schedule: { rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 10 }] },
    });
  });

  it('that would lift ours changes nothing: ours is said again (abuse 32)', async () => {
    await manage();
    expect(await set(theirs(999_999))).toEqual([3, 'csms-1', { status: 'Accepted' }]);
    expect(written()).toEqual([[101, [16]]]);
  });

  it('lowers what the station falls to as well, and ours that come later', async () => {
    await manage();
    await set(theirs(4));
    expect(written()).toEqual([
      [1, [4]],
      [101, [4]],
    ]);
    await ours({ limit: 20 });
    expect(written().at(-1)).toEqual([101, [4]]);
  });

  it('that is cleared leaves ours as they were: all cleared clears none of ours (abuse 32)', async () => {
    await manage();
    await set(theirs(10));
    expect(await world.csms.call('ClearChargingProfile', {})).toEqual([3, 'csms-2', { status: 'Accepted' }]);
    await eventually(() => written().length === 2);
    expect(written().at(-1)).toEqual([101, [16]]);
    expect(seen.some(({ action }) => action === 'ClearChargingProfile')).toBe(false);
    expect(await world.csms.call('ClearChargingProfile', { id: 101 })).toEqual([3, 'csms-3', { status: 'Unknown' }]);
    await eventually(() => limitsTold().at(-1)?.type === 'chargingLimitCleared');
  });

  it('that the station refuses is refused, and ours hold as before', async () => {
    await manage();
    answers.set('SetChargingProfile', { status: 'Rejected' });
    expect(await set(theirs(10))).toEqual([3, 'csms-1', { status: 'Rejected' }]);
    answers.clear();
    await ours({ limit: 20 });
    expect(written().at(-1)).toEqual([101, [20]]);
    expect(limitsTold().filter(({ type }) => type === 'chargingLimit')).toEqual([]);
  });

  it.each([
    ['of a transaction that does not run', theirs(10, { transactionId: 1 })],
    ['of a kind that is none', theirs(10, { chargingProfileKind: 'Dynamic' })],
    ['without periods', theirs(10, { chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [] } })],
  ])('%s is refused without asking the station', async (_what, profile) => {
    await manage();
    expect(await set(profile)).toEqual([3, 'csms-1', { status: 'Rejected' }]);
    expect(seen).toEqual([]);
  });

  it('for the whole station, which can only lower, is at the station, under an id that is none of ours', async () => {
    await manage();
    const maximum = theirs(12, {
      chargingProfileId: 101,
      chargingProfilePurpose: 'ChargePointMaxProfile',
      transactionId: undefined,
    });
    expect(await set(maximum, 0)).toEqual([3, 'csms-1', { status: 'Accepted' }]);
    expect(written()).toEqual([[53, [12]]]);
    await ours({ limit: 16 });
    expect(written().at(-1)).toEqual([101, [12]]);
    expect(await world.csms.call('ClearChargingProfile', { id: 101 })).toEqual([3, 'csms-2', { status: 'Accepted' }]);
    expect(seen.filter(({ action }) => action === 'ClearChargingProfile')).toEqual([
      { action: 'ClearChargingProfile', payload: { id: 53 } },
    ]);
  });

  it('goes with its transaction', async () => {
    await manage();
    await set(theirs(4));
    seen.length = 0;
    station.send([
      2,
      'e',
      'StopTransaction',
      { transactionId: 7_000, meterStop: 9, timestamp: new Date().toISOString() },
    ]);
    await eventually(() => written().length === 1);
    expect(written()).toEqual([[1, [6]]]);
  });

  it('is still a bound after the station has come again, and after we have', async () => {
    await manage();
    await set(theirs(10));
    station.socket.terminate();
    await eventually(() => world.running.gateway.connectionCount === 0);
    const again = await connectProxied(world);
    const call = ours({ limit: 16 });
    const frame = await again.next();
    expect(JSON.stringify(frame)).toContain('"limit":10');
    again.send([3, frame[1], { status: 'Accepted' }]);
    expect(await call).toEqual({ outcome: 'answered', response: { status: 'Accepted' } });
    const stored = await world.documents.list('proxyProfiles');
    expect(stored).toMatchObject([{ id: 'csms/CP001', organisationId: 'north' }]);
  });

  it('that came before any of ours is at the station as it is, and goes once ours is there', async () => {
    expect(await set(theirs(10))).toEqual([3, 'csms-1', { status: 'Accepted' }]);
    expect(written()).toEqual([[9, [10]]]);
    await ours({ limit: 16 });
    expect(seen.slice(1).map(({ action, payload }) => [action, payload.id])).toEqual([
      ['SetChargingProfile', undefined],
      ['ClearChargingProfile', 9],
    ]);
    expect(written().at(-1)).toEqual([101, [10]]);
  });

  it('in a request to start is lowered to what the station falls to, and is the transaction’s bound', async () => {
    await manage();
    const started = world.csms.call('RemoteStartTransaction', {
      connectorId: 2,
      idTag: 'BOB',
      chargingProfile: theirs(32, { transactionId: undefined }),
    });
    expect(await started).toEqual([3, 'csms-1', { status: 'Accepted' }]);
    expect(seen).toMatchObject([
      {
        action: 'RemoteStartTransaction',
        payload: {
          connectorId: 2,
          idTag: 'BOB',
          chargingProfile: {
            chargingProfileId: 102,
            chargingProfilePurpose: 'TxProfile',
            chargingSchedule: { chargingSchedulePeriod: [{ limit: 6 }] },
          },
        },
      },
    ]);
    const start = { connectorId: 2, idTag: 'BOB', meterStart: 0, timestamp: new Date().toISOString() };
    station.send([2, 't2', 'StartTransaction', start]);
    await eventually(() => limitsTold().some((told) => told.evseId === 2));
    expect(limitsTold().find((told) => told.evseId === 2)).toMatchObject({ schedule: { periods: [{ limit: 32 }] } });
  });
});

describe('a setting of the CSMS', () => {
  it('by which the site meters is refused once the site has made it, and passes before', async () => {
    const change = (key: string, value: string) => world.csms.call('ChangeConfiguration', { key, value });
    const key = 'MeterValuesSampledData';
    expect(await change(key, 'Voltage')).toEqual([3, 'csms-1', { status: 'Accepted' }]);
    await world.running.gateway.call('CP001', { type: 'changeConfiguration', key, value: 'Current.Import' });
    expect(await change(key, 'Voltage')).toEqual([3, 'csms-2', { status: 'Rejected' }]);
    expect(await change('HeartbeatInterval', '60')).toEqual([3, 'csms-3', { status: 'Accepted' }]);
  });

  it('of the password is kept here too once the station has taken it; ours would lock it out, and is not sent', async () => {
    const changed = world.csms.call('ChangeConfiguration', { key: 'AuthorizationKey', value: '0123456789abcdef' });
    expect(await changed).toEqual([3, 'csms-1', { status: 'Accepted' }]);
    expect(world.passwords).toEqual(['0123456789abcdef']);
    const ourChange = { type: 'changeConfiguration', key: 'AuthorizationKey', value: 'fedcba9876543210' } as const;
    expect(await world.running.gateway.call('CP001', ourChange)).toMatchObject({ outcome: 'error' });
    expect(seen).toHaveLength(1);
  });
});
