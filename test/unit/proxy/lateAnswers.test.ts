import { afterEach, describe, expect, it } from 'vitest';
import { OwnProfiles } from '../../../src/proxy/ownProfiles.js';
import type { ChargingProfile } from '../../../src/site/chargingProfile.js';
import type { Clock } from '../../../src/site/clock.js';
import type { StationCommand } from '../../../src/site/stationMessages.js';
import { eventually } from '../gateway/gatewayFixture.js';
import { AnsweringStation, ourFailsafe, ours, theirs } from './answeringStation.js';
import { type ProxyWorld, startProxy } from './proxyFixture.js';

// What a station answers to its CSMS late, or when that has gone: it counts all the same.

let world: ProxyWorld;
afterEach(() => world.stop());

const ACCEPTED = { status: 'Accepted' };
const set = (limit: number) =>
  world.csms.call('SetChargingProfile', { connectorId: 1, csChargingProfiles: theirs(limit) });

/** The CSMS asks, its station says nothing yet, and the CSMS is another one meanwhile. */
async function orphaned(ask: () => unknown): Promise<AnsweringStation> {
  world = await startProxy({ upstream: { onLoss: { kind: 'hold', holdS: 20 } } });
  const station = await AnsweringStation.connect(world);
  await station.starts(world);
  for (const action of ['SetChargingProfile', 'ChangeConfiguration', 'ClearChargingProfile'])
    station.answers.set(action, 'silence');
  void ask();
  await eventually(() => station.seen.length === 1);
  world.csms.socket?.terminate();
  await eventually(() => world.csms.connections === 2);
  station.answers.clear();
  return station;
}

describe('an answer to a CSMS that is gone', () => {
  it('that took a profile: it is cleared once there is something of ours, and is a bound', async () => {
    const station = await orphaned(() => set(10));
    station.station.send([3, station.seen[0]?.id, ACCEPTED]);
    await ourFailsafe(world);
    expect(station.told).toEqual([
      [9, [10]],
      [1, [6]],
      ['ClearChargingProfile', 9],
    ]);
    await ours(world, { limit: 16 });
    expect(station.told.at(-1)).toEqual([101, [10]]);
    expect(world.csms.received.some((text) => text.startsWith('[3'))).toBe(false);
  });

  it('that never comes: the profile may be there, and is cleared all the same', async () => {
    const station = await orphaned(() => set(10));
    station.station.socket.terminate();
    await eventually(() => world.running.gateway.connectionCount === 0);
    const again = await AnsweringStation.connect(world);
    await ourFailsafe(world);
    expect(again.told).toEqual([
      [1, [6]],
      ['ClearChargingProfile', 9],
    ]);
  });

  it('that refused a profile: it is no bound, and nothing is cleared', async () => {
    const station = await orphaned(() => set(10));
    station.station.send([3, station.seen[0]?.id, { status: 'Rejected' }]);
    await station.station.roundTrip();
    await ours(world, { limit: 16 });
    expect(station.told).toEqual([
      [9, [10]],
      [101, [16]],
    ]);
  });

  it('that took a password: it is kept here too', async () => {
    const change = { key: 'AuthorizationKey', value: '0123456789abcdef' };
    const station = await orphaned(() => world.csms.call('ChangeConfiguration', change));
    station.station.send([3, station.seen[0]?.id, ACCEPTED]);
    await eventually(() => world.passwords.length === 1);
    expect(world.passwords).toEqual(['0123456789abcdef']);
  });
});

describe('a profile in the place of another', () => {
  const setDefault = (limit: number, chargingProfileId: number) => {
    const more = { chargingProfileId, stackLevel: 5, chargingProfilePurpose: 'TxDefaultProfile' };
    return world.csms.call('SetChargingProfile', { connectorId: 1, csChargingProfiles: theirs(limit, more) });
  };

  async function secondUnanswered(): Promise<AnsweringStation> {
    world = await startProxy();
    const station = await AnsweringStation.connect(world);
    await setDefault(32, 8);
    station.answers.set('SetChargingProfile', 'silence');
    void setDefault(10, 9);
    await eventually(() => station.seen.length === 2);
    station.answers.clear();
    return station;
  }

  it('whose answer never comes: the other may be there still, and both are cleared', async () => {
    const station = await secondUnanswered();
    station.station.socket.terminate();
    await eventually(() => world.running.gateway.connectionCount === 0);
    const again = await AnsweringStation.connect(world);
    expect(await ourFailsafe(world)).toEqual({ outcome: 'answered', response: ACCEPTED });
    expect(again.told).toEqual([
      [1, [6]],
      ['ClearChargingProfile', 8],
      ['ClearChargingProfile', 9],
    ]);
    await again.starts(world);
    await ours(world, { limit: 40 });
    expect(again.told.at(-1)).toEqual([101, [10]]);
  });

  it.each([
    ['Accepted', 9],
    ['Rejected', 8],
  ])('that is %s leaves one of the two to be cleared', async (status, cleared) => {
    const station = await secondUnanswered();
    station.station.send([3, station.seen[1]?.id, { status }]);
    await station.station.roundTrip();
    await ourFailsafe(world);
    expect(station.told.slice(2)).toEqual([
      [1, [6]],
      ['ClearChargingProfile', cleared],
    ]);
  });

  it('that lies there still, for it could not be cleared, is cleared later all the same', async () => {
    world = await startProxy();
    const station = await AnsweringStation.connect(world);
    await setDefault(32, 9);
    station.answers.set('ClearChargingProfile', { error: 'InternalError' });
    await ourFailsafe(world);
    await setDefault(20, 9);
    station.answers.clear();
    station.seen.length = 0;
    expect(await ourFailsafe(world)).toEqual({ outcome: 'answered', response: ACCEPTED });
    expect(station.told).toEqual([
      [1, [6]],
      ['ClearChargingProfile', 9],
    ]);
  });
});

describe('an answer after its call was given up', () => {
  it('counts still, whatever else was asked and answered meanwhile', async () => {
    world = await startProxy({ gateway: { clock: fastClock(100) } });
    const station = await AnsweringStation.connect(world);
    station.answers.set('ChangeConfiguration', 'silence');
    const change = { key: 'AuthorizationKey', value: '0123456789abcdef' };
    const changed = world.csms.call('ChangeConfiguration', change);
    await eventually(() => station.seen.length === 1);
    station.answers.clear();
    // Until the first is given up, what waits is refused.
    let kind: unknown;
    while (kind !== 3) [kind] = await world.csms.call('ChangeConfiguration', { key: 'HeartbeatInterval', value: '60' });
    station.station.send([3, station.seen[0]?.id, ACCEPTED]);
    expect(await changed).toEqual([3, 'csms-1', ACCEPTED]);
    await eventually(() => world.passwords.length === 1);
  });
});

/** So many times as fast as real time. */
function fastClock(times: number): Clock {
  const startMs = Date.now();
  return {
    nowMs: () => startMs + (Date.now() - startMs) * times,
    after: (delayMs, run) => {
      const timer = setTimeout(run, delayMs / times);
      return () => clearTimeout(timer);
    },
  };
}

describe('a station that answers a clear with an error', () => {
  it('may still hold what was to go: ours does not count as alone there', async () => {
    world = await startProxy();
    const station = await AnsweringStation.connect(world);
    await set(32);
    station.answers.set('ClearChargingProfile', { error: 'InternalError' });
    expect(await ourFailsafe(world)).toEqual({ outcome: 'unknown', reason: 'timeout' });
    station.answers.clear();
    expect(await ourFailsafe(world)).toEqual({ outcome: 'answered', response: ACCEPTED });
    expect(station.told.at(-1)).toEqual(['ClearChargingProfile', 9]);
  });

  it('leaves its CSMS with the error, and with its maximum as a bound', async () => {
    world = await startProxy();
    const station = await AnsweringStation.connect(world);
    await ourFailsafe(world);
    const maximum = theirs(4, { chargingProfilePurpose: 'ChargePointMaxProfile' });
    await world.csms.call('SetChargingProfile', { connectorId: 0, csChargingProfiles: maximum });
    station.answers.set('ClearChargingProfile', { error: 'InternalError' });
    const cleared = await world.csms.call('ClearChargingProfile', { id: 9 });
    expect(cleared.slice(0, 3)).toEqual([4, 'csms-2', 'GenericError']);
    await ourFailsafe(world);
    expect(station.told.at(-1)).toEqual([1, [4]]);
  });
});

describe('what the station holds of ours', () => {
  const command = (limit: number): StationCommand & { type: 'setChargingProfile' } => ({
    type: 'setChargingProfile',
    evseId: 1,
    profile: {
      profileId: 101,
      stackLevel: 0,
      purpose: 'TxProfile',
      kind: 'Absolute',
      schedule: { rateUnit: 'A', periods: [{ startPeriodS: 0, limit }] },
    } satisfies ChargingProfile,
  });
  const leaves = (own: OwnProfiles, by: ReturnType<typeof command>) =>
    own.sent({ evseId: by.evseId, profile: by.profile, written: by.profile }, by);

  it('is undone by the end of its own command, not by that of one that never left', () => {
    const own = new OwnProfiles();
    const [first, second, never] = [command(6), command(10), command(16)];
    leaves(own, first);
    own.settled(first, { outcome: 'answered', response: { status: 'Accepted' } });
    leaves(own, second);
    own.settled(never, { outcome: 'notSent', reason: 'offline' });
    expect(own.find(1, 'TxProfile')?.profile).toBe(second.profile);
    own.settled(second, { outcome: 'answered', response: { status: 'Rejected' } });
    expect(own.find(1, 'TxProfile')?.profile).toBe(first.profile);
  });
});
