import { afterEach, describe, expect, it } from 'vitest';
import type { StationCommand } from '../../src/site/stationMessages.js';
import {
  basicAuth,
  bootedStation,
  connectStation,
  eventually,
  handshakeStatus,
  ManualClock,
  type RunningGateway,
  startGateway,
} from '../unit/gateway/gatewayFixture.js';

let running: RunningGateway;
afterEach(() => running.stop());

const reset: StationCommand = { type: 'reset', kind: 'Soft' };
const trigger: StationCommand = { type: 'trigger', message: 'Heartbeat' };

describe('a call to a station', () => {
  it('comes back with the answer', async () => {
    running = await startGateway();
    const station = await connectStation(running);
    const outcome = running.gateway.call('CP001', reset);
    const [type, id, action, payload] = await station.next();
    expect([type, action, payload]).toEqual([2, 'Reset', { type: 'Soft' }]);
    expect(String(id).length).toBeLessThanOrEqual(36);
    station.send([3, id, { status: 'Accepted' }]);
    expect(await outcome).toEqual({ outcome: 'answered', response: { status: 'Accepted' } });
  });

  it('is not sent when the station is away', async () => {
    running = await startGateway();
    expect(await running.gateway.call('CP001', reset)).toEqual({ outcome: 'notSent', reason: 'offline' });
  });

  it('says so when the station answers with CALLERROR', async () => {
    running = await startGateway();
    const station = await connectStation(running);
    const outcome = running.gateway.call('CP001', reset);
    const [, id] = await station.next();
    station.send([4, id, 'NotSupported', 'no such thing', {}]);
    expect(await outcome).toEqual({ outcome: 'error', code: 'NotSupported', description: 'no such thing' });
  });

  it.each([
    ['a field too few', [3, 'ID', {}]],
    ['a field too many', [3, 'ID', { status: 'Accepted', more: 1 }]],
    ['no object', [3, 'ID', 'Accepted']],
    ['a key twice', '[3,"ID",{"status":"Accepted","status":"Rejected"}]'],
  ])('is unknown when the answer has %s', async (_what, answer) => {
    running = await startGateway();
    const station = await connectStation(running);
    const outcome = running.gateway.call('CP001', reset);
    const [, id] = await station.next();
    station.send((typeof answer === 'string' ? answer : JSON.stringify(answer)).replace('ID', String(id)));
    expect(await outcome).toEqual({ outcome: 'unknown', reason: 'malformedAnswer' });
    expect(running.handler.anomalyKinds()).toEqual(['malformedAnswer']);
  });

  it('is an error, and never sent, when OCPP 1.6 can not say it', async () => {
    running = await startGateway();
    await connectStation(running);
    const outcome = await running.gateway.call('CP001', { type: 'remoteStop', transactionId: 'a-2.0.1-id' });
    expect(outcome).toMatchObject({ outcome: 'error', code: 'NotSayable' });
  });

  it('is unknown after the timeout; the late answer is ignored and counted, and the next call goes on (abuse 19)', async () => {
    const clock = new ManualClock();
    const ignored: string[] = [];
    running = await startGateway({ clock, metrics: { answerIgnored: (why) => ignored.push(why) } });
    const station = await connectStation(running);
    const first = running.gateway.call('CP001', reset);
    const second = running.gateway.call('CP001', trigger, { timeoutMs: 1_000 });
    const [, firstId] = await station.next();
    clock.advance(14_999);
    expect(station.unread).toBe(0);
    clock.advance(1);
    expect(await first).toEqual({ outcome: 'unknown', reason: 'timeout' });
    const [, secondId] = await station.next();
    station.send([3, firstId, { status: 'Rejected' }]);
    station.send([3, 'never-asked', { status: 'Rejected' }]);
    station.send([3, secondId, { status: 'Accepted' }]);
    expect(await second).toEqual({ outcome: 'answered', response: { status: 'Accepted' } });
    expect(ignored).toEqual(['late', 'unsolicited']);
  });

  it('waits for the one before, and those for safety go first', async () => {
    running = await startGateway();
    const station = await connectStation(running);
    const order: string[] = [];
    const calls = (['first', 'second', 'third'] as const).map((key) =>
      running.gateway.call('CP001', { type: 'changeConfiguration', key, value: '1' }),
    );
    calls.push(
      running.gateway.call('CP001', { type: 'changeConfiguration', key: 'safety', value: '1' }, { priority: 'safety' }),
    );
    for (let i = 0; i < 4; i++) {
      const [, id, , payload] = await station.next();
      await station.roundTrip();
      expect(station.unread).toBe(0);
      order.push((payload as { key: string }).key);
      station.send([3, id, { status: 'Accepted' }]);
    }
    await Promise.all(calls);
    expect(order).toEqual(['first', 'safety', 'second', 'third']);
  });

  it('is not sent where it is outdated when its turn comes', async () => {
    running = await startGateway();
    const station = await connectStation(running);
    let isOutdated = false;
    const calls = (['first', 'second', 'third'] as const).map((key) =>
      running.gateway.call(
        'CP001',
        { type: 'changeConfiguration', key, value: '1' },
        key === 'second' ? { isOutdated: () => isOutdated } : {},
      ),
    );
    const [, firstId] = await station.next();
    isOutdated = true;
    station.send([3, firstId, { status: 'Accepted' }]);
    const [, thirdId, , payload] = await station.next();
    expect(payload).toMatchObject({ key: 'third' });
    station.send([3, thirdId, { status: 'Accepted' }]);
    expect((await Promise.all(calls)).map(({ outcome }) => outcome)).toEqual(['answered', 'notSent', 'answered']);
  });

  it('is refused when too many wait, for each priority by itself', async () => {
    running = await startGateway({ limits: { outgoingQueueMax: 2 } });
    await connectStation(running);
    for (let i = 0; i < 3; i++) void running.gateway.call('CP001', reset);
    expect(await running.gateway.call('CP001', reset)).toEqual({ outcome: 'notSent', reason: 'queueFull' });
    const safety = running.gateway.call('CP001', reset, { priority: 'safety' });
    await running.stop();
    expect(await safety).toEqual({ outcome: 'notSent', reason: 'offline' });
    running = await startGateway();
  });

  it('is unknown when the connection is lost under it; those that wait were not sent', async () => {
    running = await startGateway();
    const station = await connectStation(running);
    const first = running.gateway.call('CP001', reset);
    const second = running.gateway.call('CP001', reset);
    await station.next();
    station.socket.terminate();
    expect(await first).toEqual({ outcome: 'unknown', reason: 'connectionLost' });
    expect(await second).toEqual({ outcome: 'notSent', reason: 'offline' });
  });

  it("is not answered by another station's reply (abuse 20)", async () => {
    running = await startGateway();
    const station = await connectStation(running, 'CP001');
    const other = await connectStation(running, 'CP002');
    const outcome = running.gateway.call('CP001', reset);
    const [, id] = await station.next();
    other.send([3, id, { status: 'Rejected' }]);
    await other.roundTrip();
    station.send([3, id, { status: 'Accepted' }]);
    expect(await outcome).toEqual({ outcome: 'answered', response: { status: 'Accepted' } });
    expect(running.handler.anomalies).toMatchObject([{ stationId: 'CP002', kind: 'unsolicitedAnswer' }]);
  });

  it('may be under way while a call of the station is handled', async () => {
    running = await startGateway();
    const station = await bootedStation(running);
    running.handler.beforeAnswer = async () => {
      await running.gateway.call('CP001', reset);
    };
    station.send([2, 'h', 'Heartbeat', {}]);
    const [, id, action] = await station.next();
    expect(action).toBe('Reset');
    station.send([3, id, { status: 'Accepted' }]);
    expect((await station.next()).slice(0, 2)).toEqual([3, 'h']);
  });
});

describe('a second connection of the same station', () => {
  it('replaces the first, whose close does not mark the station offline (abuse 5, 7)', async () => {
    running = await startGateway();
    const first = await bootedStation(running);
    const pending = running.gateway.call('CP001', reset);
    await first.next();
    const second = await connectStation(running);
    expect(await pending).toEqual({ outcome: 'unknown', reason: 'connectionLost' });
    expect((await first.closed).code).toBe(1000);
    expect(running.handler.log).toEqual(['connected CP001', 'connected CP001']);
    expect(running.handler.anomalyKinds()).toEqual(['secondConnection']);
    const outcome = running.gateway.call('CP001', reset);
    const [, id] = await second.next();
    second.send([3, id, { status: 'Accepted' }]);
    expect((await outcome).outcome).toBe('answered');
    second.socket.close();
    await eventually(() => running.handler.log.includes('disconnected CP001'));
    expect(running.handler.log).toHaveLength(3);
  });

  it('ends a first that answers no ping, and reports nothing: it was a mere reconnect', async () => {
    running = await startGateway({ limits: { replacedPingMs: 50 } });
    const first = await connectStation(running);
    first.socket.pause();
    await connectStation(running);
    await new Promise((resolve) => setTimeout(resolve, 100));
    first.socket.resume();
    expect((await first.closed).code).toBe(1006);
    expect(running.handler.anomalies).toEqual([]);
  });

  it('leaves the first untouched when its credentials are bad (abuse 6)', async () => {
    running = await startGateway();
    const station = await bootedStation(running);
    const headers = { authorization: basicAuth('CP001', 'wrong') };
    expect((await handshakeStatus(running.port, '/ocpp/CP001', { headers })).status).toBe(401);
    expect((await station.ask([2, 'h', 'Heartbeat', {}]))[0]).toBe(3);
    expect(running.handler.log).toEqual(['connected CP001']);
  });

  it('is reported when it keeps happening', async () => {
    running = await startGateway();
    for (let i = 0; i < 6; i++) await connectStation(running);
    expect(running.handler.anomalyKinds()).toContain('flapping');
    expect(running.handler.anomalyKinds().filter((kind) => kind === 'flapping')).toHaveLength(1);
  });
});

describe('a shutdown', () => {
  it('lets what is under way end in both directions, then closes with 1001', async () => {
    running = await startGateway();
    const station = await bootedStation(running);
    let release = (): void => {};
    running.handler.beforeAnswer = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    station.send([2, 'a', 'Authorize', { idTag: 'TAG' }]);
    await eventually(() => running.handler.requests.length === 2);
    const underWay = running.gateway.call('CP001', reset);
    const waiting = running.gateway.call('CP001', reset);
    const [, id] = await station.next();
    const closed = running.gateway.close();
    expect(await waiting).toEqual({ outcome: 'notSent', reason: 'offline' });
    expect(await running.gateway.call('CP001', reset)).toEqual({ outcome: 'notSent', reason: 'offline' });
    release();
    expect((await station.next()).slice(0, 2)).toEqual([3, 'a']);
    station.send([3, id, { status: 'Accepted' }]);
    expect((await underWay).outcome).toBe('answered');
    expect((await station.closed).code).toBe(1001);
    await closed;
    expect(running.handler.log).toEqual(['connected CP001', 'disconnected CP001']);
  });

  it('does not wait for ever for a station that answers nothing', async () => {
    running = await startGateway({ limits: { closeGraceMs: 50 } });
    const station = await connectStation(running);
    const pending = running.gateway.call('CP001', reset);
    await station.next();
    station.socket.pause();
    await running.gateway.close();
    expect(await pending).toEqual({ outcome: 'unknown', reason: 'connectionLost' });
    station.socket.terminate();
  });
});
