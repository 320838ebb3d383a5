import { afterEach, describe, expect, it } from 'vitest';
import { MessageLog } from '../../src/gateway/messageLog.js';
import {
  basicAuth,
  bootedStation,
  connectStation,
  eventually,
  type RunningGateway,
  realClock,
  startGateway,
} from '../unit/gateway/gatewayFixture.js';

let running: RunningGateway;
afterEach(() => running.stop());

const HEARTBEAT = [2, 'h', 'Heartbeat', {}];
const startTransaction = (id: string, meterStart = 0): unknown => [
  2,
  id,
  'StartTransaction',
  { connectorId: 1, idTag: 'TAG', meterStart, timestamp: new Date().toISOString() },
];

describe('a station that behaves', () => {
  it('boots, starts, meters and stops a transaction', async () => {
    running = await startGateway();
    const station = await connectStation(running);
    expect(
      await station.ask([2, '1', 'BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' }]),
    ).toEqual([3, '1', { status: 'Accepted', currentTime: '2026-03-01T12:00:00.000Z', interval: 300 }]);
    expect(
      await station.ask([2, '2', 'StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' }]),
    ).toEqual([3, '2', {}]);
    expect(await station.ask([2, '3', 'Authorize', { idTag: 'TAG' }])).toEqual([
      3,
      '3',
      { idTagInfo: { status: 'Accepted' } },
    ]);
    expect(await station.ask(startTransaction('4'))).toEqual([
      3,
      '4',
      { transactionId: 1001, idTagInfo: { status: 'Accepted' } },
    ]);
    const timestamp = new Date().toISOString();
    const sampledValue = [{ value: '16.1', measurand: 'Current.Import', unit: 'A', phase: 'L1' }];
    const meterValue = [{ timestamp, sampledValue }];
    expect(await station.ask([2, '5', 'MeterValues', { connectorId: 1, transactionId: 1001, meterValue }])).toEqual([
      3,
      '5',
      {},
    ]);
    expect(await station.ask([2, '6', 'StopTransaction', { transactionId: 1001, meterStop: 5000, timestamp }])).toEqual(
      [3, '6', {}],
    );
    expect(running.handler.requests.map(({ request }) => request.type)).toEqual([
      'boot',
      'status',
      'authorize',
      'transactionStarted',
      'meterValues',
      'transactionEnded',
    ]);
    expect(running.handler.anomalies).toEqual([]);
  });
});

describe('what was said', () => {
  it('can be read afterwards, over reconnects too, without who the drivers are; nothing is kept of a stranger', async () => {
    const messages = new MessageLog({ clock: realClock });
    running = await startGateway({ messages });
    const station = await bootedStation(running);
    await station.ask([2, 'auth', 'Authorize', { idTag: 'DRIVER-1' }]);
    await station.ask('{{{');
    const again = await connectStation(running);
    await again.ask(HEARTBEAT);
    const kept = messages.read('CP001', { limit: 500 }).messages;
    expect(kept.map(({ direction, kind, action }) => `${direction} ${kind} ${action}`)).toEqual([
      'fromStation call BootNotification',
      'toStation result BootNotification',
      'fromStation call Authorize',
      'toStation result Authorize',
      'fromStation unreadable null',
      'toStation error null',
      'fromStation call Heartbeat',
      'toStation result Heartbeat',
    ]);
    expect(JSON.stringify(kept)).not.toContain('DRIVER-1');
    const headers = { authorization: basicAuth('CP404', 'not its password') };
    await expect(connectStation(running, 'CP404', { headers })).rejects.toThrow();
    expect(messages.read('CP404', { limit: 500 }).messages).toEqual([]);
  });
});

describe('frames that are not what they should be', () => {
  it.each([
    ['no JSON', '{{{'],
    ['no array', '{"a":1}'],
    ['nothing', ''],
    ['an unknown message type', '[9,"x"]'],
    ['a numeric id', '[2,17,"Heartbeat",{}]'],
    ['an id of 37 characters (abuse 18)', JSON.stringify([2, 'x'.repeat(37), 'Heartbeat', {}])],
  ])('answers %s with CALLERROR "-1", and the connection stays (abuse 17)', async (_what, text) => {
    running = await startGateway();
    const station = await bootedStation(running);
    expect((await station.ask(text)).slice(0, 3)).toEqual([4, '-1', 'FormationViolation']);
    expect((await station.ask(HEARTBEAT))[0]).toBe(3);
  });

  it('answers a binary frame with CALLERROR "-1"', async () => {
    running = await startGateway();
    const station = await bootedStation(running);
    station.socket.send(Buffer.from(JSON.stringify(HEARTBEAT)));
    expect((await station.next()).slice(0, 3)).toEqual([4, '-1', 'FormationViolation']);
  });

  it.each([
    ['an unknown action', '[2,"i","Nonsense",{}]', 'NotImplemented'],
    ['an action that only we may send', '[2,"i","SetChargingProfile",{}]', 'NotSupported'],
    ['a payload that is no object', '[2,"i","Heartbeat",[]]', 'FormationViolation'],
    ['a field that does not exist', '[2,"i","Heartbeat",{"x":1}]', 'FormationViolation'],
    ['deep JSON', `[2,"i","Heartbeat",{"x":${'['.repeat(30_000)}${']'.repeat(30_000)}}]`, 'FormationViolation'],
    ['__proto__', '[2,"i","Heartbeat",{"__proto__":{"polluted":1}}]', 'FormationViolation'],
    ['an escaped __proto__', '[2,"i","Heartbeat",{"\\u005f_proto__":{"polluted":1}}]', 'FormationViolation'],
    ['duplicate keys', '[2,"i","Authorize",{"idTag":"A","idTag":"B"}]', 'FormationViolation'],
    ['a missing field', '[2,"i","Authorize",{}]', 'OccurenceConstraintViolation'],
    ['a wrong type', '[2,"i","Authorize",{"idTag":7}]', 'TypeConstraintViolation'],
    ['a value out of range', '[2,"i","Authorize",{"idTag":"123456789012345678901"}]', 'PropertyConstraintViolation'],
  ])('answers %s with the right CALLERROR and its id, merging nothing (abuse 16)', async (_what, text, code) => {
    running = await startGateway();
    const station = await bootedStation(running);
    expect((await station.ask(text)).slice(0, 3)).toEqual([4, 'i', code]);
    expect(Object.prototype).not.toHaveProperty('polluted');
    expect(running.handler.requests).toHaveLength(1);
    expect((await station.ask(HEARTBEAT))[0]).toBe(3);
  });

  it('never repeats an idToken in an error or an anomaly (abuse 36)', async () => {
    running = await startGateway();
    const station = await bootedStation(running);
    const answer = await station.ask([2, 'i', 'Authorize', { idTag: 'SECRET-SECRET-SECRET-SECRET' }]);
    running.handler.beforeAnswer = () => {
      throw new Error('duplicate key SECRET-TAG');
    };
    const failure = await station.ask([2, 'j', 'Authorize', { idTag: 'SECRET-TAG' }]);
    expect(failure.slice(0, 3)).toEqual([4, 'j', 'InternalError']);
    expect(JSON.stringify([answer, failure, running.handler.anomalies])).not.toContain('SECRET');
  });

  it('closes with 1009 on a frame over the limit (abuse 13)', async () => {
    running = await startGateway();
    const station = await bootedStation(running);
    station.send([2, 'i', 'DataTransfer', { vendorId: 'x', data: 'x'.repeat(64 * 1024) }]);
    expect((await station.closed).code).toBe(1009);
    await eventually(() => running.handler.log.includes('disconnected CP001'));
  });

  it('takes a frame in a few fragments, and closes on a flood of them (abuse 14)', async () => {
    running = await startGateway();
    const station = await bootedStation(running);
    station.socket.send('[2,"h","Heart', { fin: false });
    station.socket.send('beat",{}]', { fin: true });
    expect((await station.next())[0]).toBe(3);
    for (let i = 0; i < 1_000; i++) station.socket.send('[', { fin: false });
    expect((await station.closed).code).toBe(1008);
  });
});

describe('before the boot is accepted', () => {
  it('answers SecurityError to everything but BootNotification (abuse 22)', async () => {
    running = await startGateway();
    const station = await connectStation(running);
    expect((await station.ask(HEARTBEAT)).slice(0, 3)).toEqual([4, 'h', 'SecurityError']);
    expect((await station.ask(startTransaction('s'))).slice(0, 3)).toEqual([4, 's', 'SecurityError']);
    expect(running.handler.requests).toEqual([]);
    const boot = [2, 'b', 'BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' }];
    expect((await station.ask(boot))[0]).toBe(3);
    expect((await station.ask(HEARTBEAT))[0]).toBe(3);
  });

  it('lets an acceptance last over reconnects', async () => {
    running = await startGateway();
    (await bootedStation(running)).socket.close();
    const again = await connectStation(running);
    expect((await again.ask(HEARTBEAT))[0]).toBe(3);
  });
});

describe('repeated calls', () => {
  it('get the answer they got before, and are carried out once (abuse 18)', async () => {
    running = await startGateway();
    const station = await bootedStation(running);
    const call = startTransaction('t');
    const first = await station.ask(call);
    expect(await station.ask(call)).toEqual(first);
    station.socket.terminate();
    const again = await connectStation(running);
    expect(await again.ask(call)).toEqual(first);
    expect(running.handler.requests.filter(({ request }) => request.type === 'transactionStarted')).toHaveLength(1);
  });

  it('are carried out once even when the first is still under way on a connection that was lost', async () => {
    running = await startGateway();
    const station = await bootedStation(running);
    let release = (): void => {};
    running.handler.beforeAnswer = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    const call = startTransaction('t');
    station.send(call);
    await eventually(() => running.handler.requests.length === 2);
    const again = await connectStation(running);
    const answer = again.ask(call);
    await again.roundTrip();
    release();
    expect(await answer).toEqual([3, 't', { transactionId: 1001, idTagInfo: { status: 'Accepted' } }]);
    expect(running.handler.requests).toHaveLength(2);
  });

  it('with other content under the same id are new calls', async () => {
    running = await startGateway();
    const station = await bootedStation(running);
    await station.ask(startTransaction('t', 1));
    expect(await station.ask(startTransaction('t', 2))).toMatchObject([3, 't', { transactionId: 1002 }]);
  });

  it('are carried out again when the first failed', async () => {
    running = await startGateway();
    const station = await bootedStation(running);
    const call = startTransaction('t');
    running.handler.beforeAnswer = () => {
      throw new Error('disk full');
    };
    expect((await station.ask(call)).slice(0, 3)).toEqual([4, 't', 'InternalError']);
    expect(running.handler.anomalyKinds()).toEqual(['handlerFailure']);
    running.handler.beforeAnswer = () => {};
    expect((await station.ask(call))[0]).toBe(3);
  });
});

describe('more than a station may send', () => {
  it('handles calls one at a time and in order, and refuses those beyond the bound (abuse 21)', async () => {
    running = await startGateway({ limits: { incomingQueueMax: 3, incomingPauseAt: 100 } });
    const station = await bootedStation(running);
    let underWay = 0;
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    running.handler.beforeAnswer = async () => {
      expect(++underWay).toBe(1);
      await gate;
      underWay--;
    };
    for (let i = 0; i < 6; i++) station.send([2, `a${i}`, 'Authorize', { idTag: `TAG${i}` }]);
    const refused = [await station.next(), await station.next()];
    expect(refused.map((frame) => frame.slice(0, 3))).toEqual([
      [4, 'a4', 'GenericError'],
      [4, 'a5', 'GenericError'],
    ]);
    release();
    const answered = [await station.next(), await station.next(), await station.next(), await station.next()];
    expect(answered.map((frame) => frame[1])).toEqual(['a0', 'a1', 'a2', 'a3']);
  });

  it('slows a flood of StatusNotification down, and loses none of it (abuse 30)', async () => {
    running = await startGateway({ limits: { floodBurst: 20, floodPerSecond: 200 } });
    const station = await bootedStation(running);
    const startedMs = Date.now();
    for (let i = 0; i < 120; i++) {
      station.send([2, `s${i}`, 'StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' }]);
      // Separate segments: what arrives as one is already read.
      if (i % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    for (let i = 0; i < 120; i++) expect((await station.next()).slice(0, 2)).toEqual([3, `s${i}`]);
    // 100 beyond the burst at 200 a second; what was read already when the pause began comes for free.
    expect(Date.now() - startedMs).toBeGreaterThan(250);
    expect(running.handler.anomalyKinds()).toEqual(['flood']);
  });

  it('ends the connection of a station that does not read its answers', async () => {
    running = await startGateway({
      limits: { unreadMaxBytes: 10_000, floodBurst: 1e9, incomingQueueMax: 1e9, maxPayloadBytes: 100_000 },
    });
    const station = await bootedStation(running);
    const data = 'x'.repeat(60_000);
    running.handler.request = async () => ({ status: 'Accepted', data }) as never;
    station.socket.pause();
    for (let i = 0; i < 500; i++) station.send([2, `d${i}`, 'DataTransfer', { vendorId: 'x' }]);
    await eventually(() => running.handler.log.includes('disconnected CP001'));
    expect(running.handler.anomalyKinds()).toContain('slowReader');
    station.socket.terminate();
  });

  it('ends a connection that answers no ping (abuse 15)', async () => {
    running = await startGateway({ limits: { pingIntervalMs: 40 } });
    const station = await connectStation(running, 'CP001');
    const silent = await connectStation(running, 'CP002');
    silent.socket.pause();
    await eventually(() => running.handler.log.includes('disconnected CP002'));
    await station.roundTrip();
    expect(running.handler.log).not.toContain('disconnected CP001');
    silent.socket.terminate();
  });
});

describe('values that can not be true', () => {
  it('are quarantined, counted and reported, and the message is answered (abuse 25, 26)', async () => {
    const counted = { values: 0, timestamps: 0 };
    running = await startGateway({
      metrics: {
        valuesQuarantined: (count) => {
          counted.values += count;
        },
        timestampsReplaced: (count) => {
          counted.timestamps += count;
        },
      },
    });
    const station = await bootedStation(running);
    const sampledValue = ['NaN', '1e308', '-5'].map((value) => ({ value, measurand: 'Current.Import' }));
    const meterValue = [{ timestamp: '2019-01-01T00:00:00Z', sampledValue }];
    expect(await station.ask([2, 'm', 'MeterValues', { connectorId: 1, meterValue }])).toEqual([3, 'm', {}]);
    expect(counted).toEqual({ values: 3, timestamps: 1 });
    const request = running.handler.requests[1]?.request;
    if (request?.type !== 'meterValues') throw new Error('The meter values did not arrive.');
    expect(request.quarantined).toBe(3);
    expect(Object.keys(request.samples[0] ?? {})).toEqual(['timestampMs']);
    expect(Math.abs((request.samples[0]?.timestampMs ?? 0) - Date.now())).toBeLessThan(5_000);
    expect(running.handler.anomalyKinds()).toEqual(['impossibleMeterValues', 'impossibleTimestamp']);
  });
});
