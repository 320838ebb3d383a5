import { afterEach, describe, expect, it } from 'vitest';
import type { Upstream } from '../../../src/site/upstream.js';
import { MemoryDocuments } from '../../support/memoryDocuments.js';
import { basicAuth, eventually, handshakeStatus, PASSWORD, type TestStation } from '../gateway/gatewayFixture.js';
import { HeldStore } from './heldStore.js';
import { connectProxied, type ProxyWorld, type ProxyWorldOptions, startProxy } from './proxyFixture.js';

// A station of OCPP 2.0.1 whose CSMS goes away, and what that hears when it is back.

type Json = Record<string, unknown>;
let world: ProxyWorld;
afterEach(() => world.stop());

const ISLAND: Upstream['onLoss'] = { kind: 'island', islandS: 3_600 };
const BOOT = { reason: 'PowerUp', chargingStation: { model: 'A', vendorName: 'B' } };
const ANNA = { idToken: 'ANNA', type: 'ISO14443' };
const EVE = { idToken: 'EVE', type: 'ISO14443' };
const REPLACE = { mode: 'replace', password: 'for the CSMS' } as const;

async function begin(options: ProxyWorldOptions = {}): Promise<TestStation> {
  world = await startProxy({ subprotocol: 'ocpp2.0.1', ...options, upstream: { onLoss: ISLAND, ...options.upstream } });
  world.handler.passwords.set('CP001', PASSWORD);
  return booted();
}

async function booted(): Promise<TestStation> {
  const station = await connectProxied(world, { protocols: ['ocpp2.0.1'] });
  await station.ask([2, 'b', 'BootNotification', BOOT]);
  return station;
}

/** The CSMS takes no connection from now on. */
async function goesAway(): Promise<void> {
  world.csms.stations.clear();
  world.csms.unknownStatus = 503;
  world.csms.socket?.terminate();
  await eventually(() => world.handler.anomalyKinds().includes('upstreamLost'));
}

function comesBack(): void {
  world.csms.received.length = 0;
  world.csms.stations.add('CP001');
}

function event(seqNo: number, eventType = 'Updated', more: Json = {}): Json {
  return {
    eventType,
    seqNo,
    timestamp: '2026-05-01T12:00:00Z',
    triggerReason: 'MeterValuePeriodic',
    transactionInfo: { transactionId: 'tx-1' },
    evse: { id: 1, connectorId: 1 },
    ...more,
  };
}

let nextId = 0;
const tell = (station: TestStation, payload: Json) => station.ask([2, `t${nextId++}`, 'TransactionEvent', payload]);
/** The numbers of events that the CSMS has heard, in its order. */
const heard = () => world.csms.calls('TransactionEvent').map(({ seqNo }) => seqNo);

describe('a station on its island', () => {
  it('is answered here, and its CSMS hears afterwards what it missed, in order, before what is newer', async () => {
    const station = await begin();
    await tell(station, event(0, 'Started', { idToken: ANNA }));
    await goesAway();
    expect((await tell(station, event(1)))[2]).toEqual({});
    expect((await station.ask([2, 'h', 'Heartbeat', {}]))[2]).toHaveProperty('currentTime');
    const status = { timestamp: '2026-05-01T12:00:00Z', connectorStatus: 'Occupied', evseId: 1, connectorId: 1 };
    expect((await station.ask([2, 's', 'StatusNotification', status]))[2]).toEqual({});
    for (let seqNo = 2; seqNo < 40; seqNo++) await tell(station, event(seqNo));
    comesBack();
    await eventually(() => heard().length >= 1, 8_000);
    await tell(station, event(40, 'Ended'));
    await eventually(() => heard().length === 40, 8_000);
    expect(heard()).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
    expect(world.csms.calls('StatusNotification')).toEqual([status]);
    expect(world.csms.calls('Heartbeat')).toEqual([]);
    // Its site has heard all of it when it was said.
    expect(world.handler.requests.filter(({ request }) => request.type === 'transactionTold')).toHaveLength(41);
    await settled();
    expect(await world.documents.list('proxyIslandPage')).toEqual([]);
    const before = world.csms.received.length;
    expect((await tell(station, event(41)))[2]).toEqual({});
    expect(world.csms.received).toHaveLength(before + 1);
  });

  it('lets those charge whom its CSMS has accepted there before, and nobody else', async () => {
    const station = await begin();
    await station.ask([2, 'a', 'Authorize', { idToken: ANNA }]);
    world.csms.answers.set('Authorize', { idTokenInfo: { status: 'Blocked' } });
    await station.ask([2, 'a2', 'Authorize', { idToken: EVE }]);
    await goesAway();
    const status = async (idToken: Json, action = 'Authorize', more: Json = {}) =>
      (await station.ask([2, `x${nextId++}`, action, { ...more, idToken }]))[2];
    expect(await status({ ...ANNA, idToken: 'anna' })).toEqual({ idTokenInfo: { status: 'Accepted' } });
    expect(await status({ ...ANNA, type: 'Central' })).toEqual({ idTokenInfo: { status: 'Unknown' } });
    expect(await status(EVE)).toEqual({ idTokenInfo: { status: 'Unknown' } });
    expect(await status(EVE, 'TransactionEvent', event(0, 'Started'))).toEqual({ idTokenInfo: { status: 'Unknown' } });
    expect(JSON.stringify(await world.documents.list('proxyProfiles'))).not.toContain('ANNA');
  });

  it('lets those charge for whom its CSMS has asked it to start', async () => {
    const station = await begin();
    for (const [idToken, status] of [
      [ANNA, 'Accepted'],
      [EVE, 'Rejected'],
    ] as const) {
      const asked = world.csms.call('RequestStartTransaction', { remoteStartId: 1, idToken });
      station.send([3, (await station.next())[1], { status }]);
      await asked;
    }
    await goesAway();
    const judged = async (idToken: Json) =>
      (await tell(station, event(0, 'Started', { idToken, triggerReason: 'RemoteStart' })))[2];
    expect(await judged(ANNA)).toEqual({ idTokenInfo: { status: 'Accepted' } });
    expect(await judged(EVE)).toEqual({ idTokenInfo: { status: 'Unknown' } });
  });

  it('is told nothing of a token that its CSMS, which is back, has yet to judge', async () => {
    const station = await begin();
    await station.ask([2, 'a', 'Authorize', { idToken: ANNA }]);
    await goesAway();
    await tell(station, event(0));
    world.csms.answers.set('TransactionEvent', 'silence');
    comesBack();
    await eventually(() => heard().length === 1, 8_000);
    expect((await tell(station, event(1, 'Started', { idToken: EVE })))[2]).toEqual({});
    expect((await tell(station, event(2, 'Updated', { idToken: ANNA })))[2]).toEqual({
      idTokenInfo: { status: 'Accepted' },
    });
  });

  it('is told that only its CSMS could answer, where that is so', async () => {
    const station = await begin();
    await goesAway();
    const answer = await station.ask([2, 'c', 'SignCertificate', { csr: 'x' }]);
    expect(answer.slice(0, 3)).toEqual([4, 'c', 'GenericError']);
  });

  it('gets an answer to what was under way, which the CSMS is told again', async () => {
    const station = await begin();
    world.csms.answers.set('TransactionEvent', 'silence');
    station.send([2, 'u', 'TransactionEvent', event(0, 'Started')]);
    await eventually(() => heard().length === 1);
    await goesAway();
    expect(await station.next()).toEqual([3, 'u', {}]);
    world.csms.answers.set('TransactionEvent', {});
    comesBack();
    await eventually(() => heard().length === 1, 8_000);
  });

  it('that boots there has not booted for its CSMS, however soon that is back', async () => {
    const documents = new HeldStore();
    const station = await begin({ proxies: { documents } });
    await goesAway();
    await tell(station, event(0));
    documents.hold(({ kind }) => kind === 'proxyIsland');
    station.send([2, 'b2', 'BootNotification', BOOT]);
    await eventually(() => documents.held === 1);
    comesBack();
    await eventually(() => world.csms.connections === 2, 8_000);
    await eventually(() => world.csms.socket?.readyState === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    documents.release();
    expect((await station.next())[2]).toMatchObject({ status: 'Accepted' });
    await eventually(() => world.csms.calls('BootNotification').length === 1);
    expect(heard()).toEqual([0]);
  });

  it('stays under the control of its site', async () => {
    const station = await begin();
    await goesAway();
    const call = world.running.gateway.call('CP001', { type: 'clearCache' });
    const [, id, action] = await station.next();
    expect(action).toBe('ClearCache');
    station.send([3, id, { status: 'Accepted' }]);
    expect(await call).toMatchObject({ outcome: 'answered' });
  });

  it('that boots is accepted, and the CSMS that refuses the boot afterwards gets it closed', async () => {
    const station = await begin();
    await goesAway();
    expect((await station.ask([2, 'b2', 'BootNotification', BOOT]))[2]).toMatchObject({ status: 'Accepted' });
    world.csms.answers.set('BootNotification', {
      status: 'Rejected',
      currentTime: '2026-05-01T12:00:00Z',
      interval: 9,
    });
    comesBack();
    expect((await station.closed).code).toBe(1012);
    expect(world.csms.calls('BootNotification')).toHaveLength(1);
  });

  it('that goes away tells the rest when it comes again, after its boot, also to another process', async () => {
    const station = await begin();
    await goesAway();
    for (let seqNo = 0; seqNo < 40; seqNo++) await tell(station, event(seqNo));
    await station.ask([2, 'b2', 'BootNotification', BOOT]);
    station.socket.terminate();
    const { documents } = world;
    await world.stop();
    world = await startProxy({ subprotocol: 'ocpp2.0.1', upstream: { onLoss: ISLAND }, proxies: { documents } });
    await booted();
    await eventually(() => heard().length === 40, 8_000);
    expect(heard()).toEqual(Array.from({ length: 40 }, (_, n) => n));
    // The boot of that time is over.
    expect(world.csms.calls('BootNotification')).toHaveLength(1);
    expect(JSON.parse(world.csms.received[0] ?? '')[2]).toBe('BootNotification');
  });

  it('whose word can not be kept is closed without an answer', async () => {
    const documents = new FullDisk();
    const station = await begin({ proxies: { documents } });
    await goesAway();
    documents.isFull = true;
    station.send([2, 'x', 'TransactionEvent', event(0)]);
    expect((await station.closed).code).toBe(1012);
    expect(station.unread).toBe(0);
  });

  it('is not there for a station whose transactions only its CSMS can number, nor for one that no site lists', async () => {
    world = await startProxy({ upstream: { onLoss: ISLAND } });
    const old = await connectProxied(world);
    await old.ask([2, 'b', 'BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' }]);
    world.csms.socket?.terminate();
    expect((await old.closed).code).toBe(1012);
    await world.stop();
    world = await startProxy({ subprotocol: 'ocpp2.0.1', upstream: { onLoss: ISLAND } });
    world.organisations.clear();
    const stranger = await booted();
    world.csms.socket?.terminate();
    expect((await stranger.closed).code).toBe(1012);
  });
});

describe('a station that connects while its CSMS is away', () => {
  const good = { headers: { authorization: basicAuth('CP001', PASSWORD) }, protocols: ['ocpp2.0.1'] };

  it('is let in where it is checked here and its CSMS knows it; that hears of it afterwards', async () => {
    const station = await begin({ upstream: { credentials: REPLACE } });
    await goesAway();
    station.socket.terminate();
    await eventually(() => world.running.gateway.connectionCount === 0);
    const wrong = { ...good, headers: { authorization: basicAuth('CP001', 'not its password') } };
    expect((await handshakeStatus(world.running.port, '/proxy/csms/CP001', wrong)).status).toBe(401);
    const again = await booted();
    expect(again.socket.protocol).toBe('ocpp2.0.1');
    expect((await tell(again, event(0)))[2]).toEqual({});
    comesBack();
    await eventually(() => heard().length === 1);
    expect(world.csms.calls('BootNotification')).toHaveLength(1);
  });

  it.each([
    ['who its CSMS alone can check', {}],
    ['to whom its CSMS has never spoken', { credentials: REPLACE }],
  ])('is not, %s', async (_who, upstream) => {
    world = await startProxy({ subprotocol: 'ocpp2.0.1', upstream: { onLoss: ISLAND, ...upstream } });
    world.handler.passwords.set('CP001', PASSWORD);
    world.csms.stations.clear();
    world.csms.unknownStatus = 503;
    expect((await handshakeStatus(world.running.port, '/proxy/csms/CP001', good)).status).toBe(503);
  });
});

/** What was delivered is taken out of the store a moment later. */
async function settled(): Promise<void> {
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve));
}

class FullDisk extends MemoryDocuments {
  isFull = false;
  override async replace(...written: Parameters<MemoryDocuments['replace']>): Promise<boolean> {
    if (this.isFull) throw new Error('the disk is full');
    return super.replace(...written);
  }
}
