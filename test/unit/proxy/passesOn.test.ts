import { afterEach, describe, expect, it } from 'vitest';
import { basicAuth, eventually, handshakeStatus, PASSWORD } from '../gateway/gatewayFixture.js';
import { connectProxied, type ProxyWorld, startProxy } from './proxyFixture.js';

let world: ProxyWorld;
afterEach(() => world.stop());

const BOOT = { chargePointVendor: 'Acme', chargePointModel: 'One' };
const good = { headers: { authorization: basicAuth('CP001', PASSWORD) } };

describe('a station that goes on to its CSMS', () => {
  it('comes to it under its identity, with what it showed and offered, and gets the subprotocol of its choice', async () => {
    world = await startProxy({ subprotocol: 'ocpp2.0.1' });
    const station = await connectProxied(world, { protocols: ['ocpp1.6', 'ocpp2.0.1', 'foo'] });
    expect(station.socket.protocol).toBe('ocpp2.0.1');
    expect(world.csms.addresses).toEqual(['/csms/CP001']);
    expect(world.csms.offers).toEqual(['ocpp1.6,ocpp2.0.1']);
    expect(world.csms.authorizations).toEqual([basicAuth('CP001', PASSWORD)]);
    expect(world.handler.log).toEqual(['connected CP001']);
    expect(world.handler.authentications).toEqual([]);
  });

  it.each([
    [401, 401],
    [404, 404],
    [403, 403],
    [503, 503],
    [302, 503],
  ])('that the CSMS answers %i is answered %i, and never gets in', async (said, answered) => {
    world = await startProxy();
    world.csms.stations.clear();
    world.csms.unknownStatus = said;
    expect((await handshakeStatus(world.running.port, '/proxy/csms/CP001', good)).status).toBe(answered);
    expect(world.running.gateway.connectionCount).toBe(0);
    expect(world.handler.log).toEqual([]);
  });

  it('is answered 404 where there is no such upstream, and where it is another organisation’s station', async () => {
    world = await startProxy();
    expect((await handshakeStatus(world.running.port, '/proxy/nowhere/CP001', good)).status).toBe(404);
    world.organisations.set('CP001', 'south');
    expect((await handshakeStatus(world.running.port, '/proxy/csms/CP001', good)).status).toBe(404);
    expect(world.csms.addresses).toEqual([]);
  });

  it.each(['/proxy/csms/', '/proxy/csms/..', '/proxy/csms/a/b', '/proxy/csms/CP%00', '/proxy//CP001', '/proxy/CP001'])(
    'is refused at %s, before anybody is asked',
    async (path) => {
      world = await startProxy();
      expect((await handshakeStatus(world.running.port, path, good)).status).toBe(400);
      expect(world.csms.addresses).toEqual([]);
    },
  );

  it('needs credentials, is throttled like any other, and may not come without a subprotocol that is spoken here', async () => {
    world = await startProxy();
    const { port } = world.running;
    expect((await handshakeStatus(port, '/proxy/csms/CP001')).status).toBe(401);
    const strange = { ...good, protocols: ['ocpp1.5'] };
    expect((await handshakeStatus(port, '/proxy/csms/CP001', strange)).status).toBe(400);
    expect(world.csms.addresses).toEqual([]);
    world.csms.stations.clear();
    world.csms.unknownStatus = 401;
    for (let i = 0; i < 9; i++) await handshakeStatus(port, '/proxy/csms/CP001', good);
    expect((await handshakeStatus(port, '/proxy/csms/CP001', good)).status).toBe(429);
    expect(world.csms.addresses).toHaveLength(9);
  });

  it('is checked here where the CSMS is shown other credentials', async () => {
    world = await startProxy({ upstream: { credentials: { mode: 'replace', username: 'site', password: 'secret' } } });
    expect((await handshakeStatus(world.running.port, '/proxy/csms/CP001', good)).status).toBe(401);
    world.handler.passwords.set('CP001', PASSWORD);
    await connectProxied(world);
    expect(world.csms.authorizations).toEqual([basicAuth('site', 'secret')]);
  });

  it('and its CSMS hear each other word by word, in both directions, under their own ids', async () => {
    world = await startProxy();
    const station = await connectProxied(world);
    const odd = `[2, "x-1",\t"BootNotification", {"chargePointVendor":"Ac\\u006de", "chargePointModel":"Öne",  "weird": [1.0, 1e2]}]`;
    station.send(odd);
    const answer = await station.next();
    expect(world.csms.received).toEqual([odd]);
    expect(JSON.stringify(answer)).toBe(world.csms.sent[0]);
    const asked = world.csms.call('Reset', { type: 'Soft', _: 1.5 }, 'r 1');
    expect(await station.next()).toEqual([2, 'r 1', 'Reset', { type: 'Soft', _: 1.5 }]);
    station.send('[3,"r 1",{"status":"Accepted" }]');
    expect(await asked).toEqual([3, 'r 1', { status: 'Accepted' }]);
    expect(world.csms.received[1]).toBe('[3,"r 1",{"status":"Accepted" }]');
  });

  it('is closed when its CSMS goes, and its CSMS is left when it goes', async () => {
    world = await startProxy();
    const station = await connectProxied(world);
    await station.ask([2, 'b', 'BootNotification', BOOT]);
    world.csms.socket?.terminate();
    expect((await station.closed).code).toBe(1012);
    await eventually(() => world.handler.log.includes('disconnected CP001'));
    const again = await connectProxied(world);
    const upstream = world.csms.socket;
    again.socket.close();
    await eventually(() => upstream?.readyState === 3);
  });

  it('that comes again displaces itself on both legs, once the CSMS has taken it; one that is refused changes nothing', async () => {
    world = await startProxy();
    const first = await connectProxied(world);
    const firstUpstream = world.csms.socket;
    world.csms.stations.clear();
    expect((await handshakeStatus(world.running.port, '/proxy/csms/CP001', good)).status).toBe(404);
    expect(first.socket.readyState).toBe(1);
    world.csms.stations.add('CP001');
    const second = await connectProxied(world);
    expect((await first.closed).code).toBe(1000);
    await eventually(() => firstUpstream?.readyState === 3);
    expect(world.handler.log).toEqual(['connected CP001', 'connected CP001']);
    await second.ask([2, 'b', 'BootNotification', BOOT]);
    expect(world.csms.received).toHaveLength(1);
  });

  it('that no site lists is passed on, and nobody is told of it', async () => {
    world = await startProxy();
    world.organisations.clear();
    const station = await connectProxied(world);
    await station.ask([2, 'b', 'BootNotification', BOOT]);
    expect(world.handler.log).toEqual([]);
    expect(world.handler.requests).toEqual([]);
    expect(await world.running.gateway.call('CP001', { type: 'reset', kind: 'Soft' })).toEqual({
      outcome: 'notSent',
      reason: 'offline',
    });
  });

  it('is told what it wrote wrong, and the CSMS is not told at all', async () => {
    world = await startProxy();
    const station = await connectProxied(world);
    const refused = async (text: string) => (await station.ask(text)).slice(0, 3);
    expect(await refused('no json')).toEqual([4, '-1', 'FormationViolation']);
    expect(await refused('[2,"a","Heartbeat",{"__proto__":{}}]')).toEqual([4, 'a', 'FormationViolation']);
    expect(await refused('[6,"a","Heartbeat",{}]')).toEqual([4, '-1', 'FormationViolation']);
    station.send('[3,"nobody",{}]');
    await station.ask([2, 'h', 'Heartbeat', {}]);
    expect(world.csms.received.map((text) => JSON.parse(text)[2])).toEqual(['Heartbeat']);
    expect(world.handler.anomalyKinds()).toEqual(expect.arrayContaining(['malformedFrame', 'unsolicitedAnswer']));
  });
});

describe('the site of a station that goes on to its CSMS', () => {
  it('is told what it says, with what the CSMS decided', async () => {
    world = await startProxy();
    const station = await connectProxied(world);
    await station.ask([2, 'b', 'BootNotification', BOOT]);
    await station.ask([2, 's', 'StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' }]);
    const start = { connectorId: 1, idTag: 'ANNA', meterStart: 5, timestamp: new Date().toISOString() };
    await station.ask([2, 't', 'StartTransaction', start]);
    await eventually(() => world.handler.requests.length === 4);
    expect(world.handler.requests.map(({ request }) => request)).toMatchObject([
      { type: 'boot', vendor: 'Acme' },
      { type: 'chargingLimitCleared', source: 'CSO' },
      { type: 'status', evseId: 1, status: 'Preparing' },
      { type: 'transactionStarted', idToken: 'ANNA', given: { transactionId: 7_000, status: 'Accepted' } },
    ]);
  });

  it('hears of no boot that the CSMS has not accepted, and says nothing to the station before it has', async () => {
    world = await startProxy();
    world.csms.answers.set('BootNotification', {
      status: 'Pending',
      currentTime: new Date().toISOString(),
      interval: 5,
    });
    const station = await connectProxied(world);
    await station.ask([2, 'b', 'BootNotification', BOOT]);
    await station.ask([2, 's', 'StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' }]);
    expect(world.handler.requests).toEqual([]);
    const call = await world.running.gateway.call('CP001', { type: 'clearCache' });
    expect(call).toEqual({ outcome: 'notSent', reason: 'offline' });
  });

  it('asks the station beside the CSMS, whose answers stay here', async () => {
    world = await startProxy();
    const station = await connectProxied(world);
    await station.ask([2, 'b', 'BootNotification', BOOT]);
    const ours = world.running.gateway.call('CP001', { type: 'clearCache' });
    const [, id] = await station.next();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const theirs = world.csms.call('Reset', { type: 'Soft' });
    station.send([3, id, { status: 'Accepted' }]);
    expect(await ours).toEqual({ outcome: 'answered', response: { status: 'Accepted' } });
    const [, theirId] = await station.next();
    station.send([3, theirId, { status: 'Rejected' }]);
    expect(await theirs).toEqual([3, 'csms-1', { status: 'Rejected' }]);
    expect(world.csms.received.some((text) => text.includes(String(id)))).toBe(false);
  });

  it('sends nothing that is outdated by the time of its turn', async () => {
    world = await startProxy();
    const station = await connectProxied(world);
    await station.ask([2, 'b', 'BootNotification', BOOT]);
    let isOutdated = false;
    const theirs = world.csms.call('Reset', { type: 'Soft' });
    const [, theirId] = await station.next();
    const ours = world.running.gateway.call('CP001', { type: 'clearCache' }, { isOutdated: () => isOutdated });
    isOutdated = true;
    station.send([3, theirId, { status: 'Rejected' }]);
    await theirs;
    expect(await ours).toEqual({ outcome: 'notSent', reason: 'offline' });
    await station.roundTrip();
    expect(station.unread).toBe(0);
  });

  it('gets the reports that it asked for, which the CSMS does not (2.x)', async () => {
    world = await startProxy({ subprotocol: 'ocpp2.0.1' });
    const station = await connectProxied(world, { protocols: ['ocpp2.0.1'] });
    await station.ask([
      2,
      'b',
      'BootNotification',
      { reason: 'PowerUp', chargingStation: { model: 'A', vendorName: 'B' } },
    ]);
    await eventually(() => world.handler.accepted.has('CP001'));
    const ours = world.running.gateway.call('CP001', { type: 'requestReport' });
    const [, id, , payload] = (await station.next()) as [number, string, string, { requestId: number }];
    station.send([3, id, { status: 'Accepted' }]);
    expect(await ours).toEqual({ outcome: 'answered', response: { status: 'Accepted' } });
    const report = { generatedAt: new Date().toISOString(), seqNo: 0, requestId: payload.requestId };
    expect(await station.ask([2, 'n', 'NotifyReport', report])).toEqual([3, 'n', {}]);
    expect(await station.ask([2, 'm', 'NotifyReport', { ...report, requestId: 7 }])).toEqual([3, 'm', {}]);
    expect(world.csms.calls('NotifyReport')).toEqual([{ ...report, requestId: 7 }]);
    expect(world.handler.requests.at(-1)).toMatchObject({ request: { type: 'variablesReported' } });
  });
});

describe('OCPP 2.1', () => {
  it('has messages that nobody answers, and words for answers that can not be read, which pass too', async () => {
    world = await startProxy({ subprotocol: 'ocpp2.1' });
    const station = await connectProxied(world, { protocols: ['ocpp2.1'] });
    const told =
      '[6,"t1","NotifyPeriodicEventStream",{"id":1,"pending":0,"basetime":"2026-03-01T12:00:00Z","data":[]}]';
    station.send(told);
    await station.ask([2, 'h', 'Heartbeat', {}]);
    const unread = '[5,"h","FormatViolation","",{}]';
    station.send(unread);
    station.send('[5,"other","FormatViolation","",{}]');
    await station.ask([2, 'h2', 'Heartbeat', {}]);
    expect(world.csms.received.filter((text) => !text.startsWith('[2'))).toEqual([told, unread]);
  });
});
