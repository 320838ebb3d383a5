import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../gateway/gatewayFixture.js';
import { AnsweringStation, ourFailsafe, ours, theirs } from './answeringStation.js';
import { type ProxyWorld, startProxy } from './proxyFixture.js';

// What a CSMS asks while nothing of the site's is known to be at its station: before the site's first limit, and after we have come again.

let world: ProxyWorld;
let station: AnsweringStation;
beforeEach(async () => {
  world = await startProxy();
  station = await AnsweringStation.connect(world);
});
afterEach(() => world.stop());

const ACCEPTED = { outcome: 'answered', response: { status: 'Accepted' } };
const UNKNOWN = { outcome: 'unknown', reason: 'timeout' };
const remoteStart = (limit: number) =>
  world.csms.call('RemoteStartTransaction', { connectorId: 1, idTag: 'ANNA', chargingProfile: theirs(limit) });

async function comesAgain(): Promise<void> {
  station.station.socket.terminate();
  await eventually(() => world.running.gateway.connectionCount === 0);
  station = await AnsweringStation.connect(world, { boots: false });
}

describe('a profile with an id of ours, before the site has set any limit', () => {
  it('on another EVSE is cleared by its place, so that ours stays', async () => {
    const set = (limit: number, more: object) => {
      const csChargingProfiles = theirs(limit, { chargingProfilePurpose: 'TxDefaultProfile', ...more });
      return world.csms.call('SetChargingProfile', { connectorId: 1, csChargingProfiles });
    };
    await set(32, { chargingProfileId: 1, stackLevel: 5 });
    expect(await ourFailsafe(world)).toEqual(ACCEPTED);
    const { action, payload } = station.seen.at(-1) ?? {};
    expect([action, payload]).toEqual([
      'ClearChargingProfile',
      { connectorId: 1, chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 5 },
    ]);
    // Ours counts as there still.
    await set(4, { chargingProfileId: 8, stackLevel: 6 });
    expect(station.told.at(-1)).toEqual([1, [4]]);
  });
});

describe('a start with a profile, before the site has set any limit', () => {
  it('is passed on as it is, and what came with it is cleared once there is something of ours', async () => {
    expect(await remoteStart(32)).toEqual([3, 'csms-1', { status: 'Accepted' }]);
    await station.starts(world);
    expect(await ourFailsafe(world)).toEqual(ACCEPTED);
    expect(station.told).toEqual([['RemoteStartTransaction'], [1, [6]], ['ClearChargingProfile', 9]]);
    await ours(world, { limit: 40 });
    expect(station.told.at(-1)).toEqual([101, [32]]);
  });

  it('may lie over ours as long as it may still begin; then what came with it is cleared at once', async () => {
    await remoteStart(32);
    expect(await ourFailsafe(world)).toEqual(UNKNOWN);
    expect(station.told).toEqual([['RemoteStartTransaction'], [1, [6]]]);
    await station.starts(world);
    await eventually(() => station.told.length === 3);
    expect(station.told.at(-1)).toEqual(['ClearChargingProfile', 9]);
    expect(await ourFailsafe(world)).toEqual(ACCEPTED);
  });
});

describe('a station that has taken a limit of its site’s and comes again', () => {
  beforeEach(async () => {
    await ourFailsafe(world);
    await comesAgain();
  });

  it('is asked nothing of profiles by its CSMS before it has taken that limit again', async () => {
    const set = world.csms.call('SetChargingProfile', {
      connectorId: 1,
      csChargingProfiles: theirs(32, { transactionId: 7_000 }),
    });
    const reset = world.csms.call('Reset', { type: 'Soft' });
    await station.station.roundTrip();
    expect(station.told).toEqual([]);
    await station.starts(world);
    await ourFailsafe(world);
    expect(await set).toMatchObject([3, 'csms-1', { status: 'Accepted' }]);
    expect(await reset).toMatchObject([3, 'csms-2', { status: 'Accepted' }]);
    expect(station.told).toEqual([[1, [6]], [1, [6]], ['Reset']]);
  });

  it.each([
    ['RemoteStartTransaction', { connectorId: 1, idTag: 'ANNA', chargingProfile: theirs(32) }],
    ['ClearChargingProfile', {}],
  ])('is not asked for %s either', async (action, payload) => {
    const asked = world.csms.call(action, payload);
    await station.station.roundTrip();
    expect(station.told).toEqual([]);
    await ourFailsafe(world);
    expect((await asked)[0]).toBe(3);
    expect(JSON.stringify(station.seen)).not.toContain('"limit":32');
    expect(JSON.stringify(station.seen)).not.toContain('ClearChargingProfile');
  });

  it('is not told again what was said on the connection before: another process may have lowered it since', async () => {
    await ours(world, { limit: 16 });
    await comesAgain();
    await ourFailsafe(world);
    station.seen.length = 0;
    await world.csms.call('SetChargingProfile', {
      connectorId: 0,
      csChargingProfiles: theirs(4, { chargingProfilePurpose: 'TxDefaultProfile' }),
    });
    expect(station.told).toEqual([[1, [4]]]);
  });

  it('answers its CSMS that it is to ask later, where it takes no limit again', async () => {
    await world.stop();
    const clock = hurriedClock();
    world = await startProxy({ proxies: { documents: world.documents }, gateway: { clock } });
    station = await AnsweringStation.connect(world);
    const set = world.csms.call('SetChargingProfile', { connectorId: 1, csChargingProfiles: theirs(32) });
    expect((await set).slice(0, 3)).toEqual([4, 'csms-1', 'GenericError']);
    expect(station.told).toEqual([]);
  });
});

/** Whatever waits for 15 s is over at once. */
function hurriedClock() {
  return {
    nowMs: () => Date.now(),
    after: (delayMs: number, run: () => void) => {
      const timer = setTimeout(run, delayMs === 15_000 ? 0 : delayMs);
      return () => clearTimeout(timer);
    },
  };
}
