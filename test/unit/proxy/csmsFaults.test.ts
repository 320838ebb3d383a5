import { afterEach, describe, expect, it } from 'vitest';
import { basicAuth, eventually, handshakeStatus, PASSWORD, type TestStation } from '../gateway/gatewayFixture.js';
import { connectProxied, type ProxyWorld, startProxy } from './proxyFixture.js';

let world: ProxyWorld;
afterEach(() => world.stop());

const BOOT = { chargePointVendor: 'Acme', chargePointModel: 'One' };
const good = { headers: { authorization: basicAuth('CP001', PASSWORD) } };
const FAILSAFE = {
  type: 'setChargingProfile',
  evseId: 0,
  profile: {
    profileId: 1,
    stackLevel: 0,
    purpose: 'TxDefaultProfile',
    kind: 'Relative',
    schedule: { rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 6 }] },
  },
} as const;

async function booted(): Promise<TestStation> {
  const station = await connectProxied(world);
  await station.ask([2, 'b', 'BootNotification', BOOT]);
  return station;
}

describe('a CSMS that is lost', () => {
  it('takes the station with it, which is told once more what it falls to', async () => {
    world = await startProxy();
    const station = await booted();
    const ours = world.running.gateway.call('CP001', FAILSAFE);
    const [, id] = await station.next();
    station.send([3, id, { status: 'Accepted' }]);
    await ours;
    world.csms.socket?.terminate();
    const farewell = await station.next();
    expect(farewell[2]).toBe('SetChargingProfile');
    station.send([3, farewell[1], { status: 'Accepted' }]);
    expect((await station.closed).code).toBe(1012);
  });

  it('may be waited for: what the station asks meanwhile is asked when it is back, and what was under way again', async () => {
    world = await startProxy({ upstream: { onLoss: { kind: 'hold', holdS: 20 } } });
    const station = await booted();
    world.csms.answers.set('Authorize', 'silence');
    station.send([2, 'a', 'Authorize', { idTag: 'ANNA' }]);
    await eventually(() => world.csms.calls('Authorize').length === 1);
    world.csms.answers.set('Authorize', { idTagInfo: { status: 'Accepted' } });
    world.csms.socket?.terminate();
    await eventually(() => world.handler.anomalyKinds().includes('upstreamLost'));
    expect(await station.next()).toEqual([3, 'a', { idTagInfo: { status: 'Accepted' } }]);
    expect(world.csms.calls('Authorize')).toHaveLength(2);
    expect((await station.ask([2, 'h', 'Heartbeat', {}]))[0]).toBe(3);
    expect(world.csms.connections).toBe(2);
    expect(world.handler.log).toEqual(['connected CP001']);
  });

  it('is waited for no longer than was said', async () => {
    world = await startProxy({ upstream: { onLoss: { kind: 'hold', holdS: 1 } } });
    const station = await booted();
    world.csms.stations.clear();
    world.csms.unknownStatus = 503;
    world.csms.socket?.terminate();
    expect((await station.closed).code).toBe(1012);
    await eventually(() => world.running.gateway.connectionCount === 0);
  });

  it('comes and goes, is reported, and the station is served in between', async () => {
    world = await startProxy();
    for (let i = 0; i < 6; i++) {
      const station = await booted();
      world.csms.socket?.terminate();
      await station.closed;
    }
    await booted();
    expect(world.csms.calls('BootNotification')).toHaveLength(7);
    expect(world.handler.anomalyKinds()).toEqual(expect.arrayContaining(['upstreamLost', 'flapping']));
  });
});

describe('a CSMS that is slow', () => {
  it('to take a station is as one that is out of reach: the station is told to come again', async () => {
    world = await startProxy({ proxies: { dialTimeoutMs: 30 } });
    world.csms.beforeUpgrade = new Promise((resolve) => setTimeout(resolve, 300));
    expect((await handshakeStatus(world.running.port, '/proxy/csms/CP001', good)).status).toBe(503);
    expect(world.reports).toEqual(['Its CSMS "csms" can not be reached: no answer.']);
  });

  it('to answer holds up its own station only as far as that waits for it', async () => {
    world = await startProxy();
    const station = await booted();
    world.csms.answers.set('Authorize', 'silence');
    station.send([2, 'a', 'Authorize', { idTag: 'ANNA' }]);
    station.send([2, 'h', 'Heartbeat', {}]);
    const theirs = world.csms.call('Reset', { type: 'Soft' });
    const [, id, action] = await station.next();
    expect(action).toBe('Reset');
    station.send([3, id, { status: 'Accepted' }]);
    expect((await theirs)[2]).toEqual({ status: 'Accepted' });
    expect(world.csms.calls('Heartbeat')).toEqual([]);
    world.csms.say('[3,"a",{"idTagInfo":{"status":"Accepted"}}]');
    expect((await station.next())[1]).toBe('a');
    expect((await station.next())[1]).toBe('h');
  });
});

describe('a CSMS that means ill', () => {
  it('reaches the station one call at a time; what is too much is refused, and unreadable things stay here', async () => {
    world = await startProxy();
    const station = await booted();
    const answers = Array.from({ length: 40 }, () => world.csms.call('ClearCache', {}));
    await eventually(() => world.csms.received.filter((text) => text.startsWith('[4')).length === 7);
    expect(station.unread).toBe(1);
    world.csms.say('{"not":"a frame"}');
    world.csms.say('[3,"nobody",{}]');
    world.csms.say('[2,"x","DataTransfer",{"__proto__":1}]');
    world.csms.socket?.send(Buffer.from([1, 2, 3]));
    for (let i = 0; i < 33; i++) {
      const [, id, action] = await station.next();
      expect(action).toBe('ClearCache');
      station.send([3, id, { status: 'Accepted' }]);
    }
    const kinds = (await Promise.all(answers)).map(([kind]) => kind);
    expect(kinds.filter((kind) => kind === 4)).toHaveLength(7);
    await station.ask([2, 'h', 'Heartbeat', {}]);
    expect(station.unread).toBe(0);
    expect(world.handler.anomalyKinds()).toContain('upstreamFlaw');
  });

  it('with a message beyond all bounds loses its connection, and only that station its own', async () => {
    world = await startProxy();
    const station = await booted();
    world.csms.say(JSON.stringify([2, 'big', 'DataTransfer', { data: 'x'.repeat(70_000) }]));
    expect((await station.closed).code).toBe(1012);
    expect((await booted()).socket.readyState).toBe(1);
  });
});

describe('an upstream that is changed or deleted', () => {
  it('is what its stations come back to: they are closed within the time that it is looked at', async () => {
    world = await startProxy({ proxies: { lookEveryMs: 20 } });
    const station = await booted();
    world.upstream = { ...world.upstream, updatedMs: 1 };
    expect((await station.closed).code).toBe(1012);
    const again = await booted();
    world.organisations.set('CP001', 'south');
    expect((await again.closed).code).toBe(1012);
  });
});
