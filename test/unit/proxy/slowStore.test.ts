import { afterEach, describe, expect, it } from 'vitest';
import { Relay } from '../../../src/proxy/relay.js';
import type { OwnCall } from '../../../src/proxy/relayMessages.js';
import { eventually } from '../gateway/gatewayFixture.js';
import { AnsweringStation, ourFailsafe, theirs } from './answeringStation.js';
import { HeldStore } from './heldStore.js';
import { type ProxyWorld, startProxy } from './proxyFixture.js';

// What happens while the store is slow: connections end, and the CSMS asks for more.

let world: ProxyWorld;
afterEach(() => world?.stop());

const UNKNOWN = { outcome: 'unknown', reason: 'timeout' };
const set = (profile: ReturnType<typeof theirs>) =>
  world.csms.call('SetChargingProfile', { connectorId: 1, csChargingProfiles: profile });

async function begin(documents = new HeldStore()) {
  world = await startProxy({ proxies: { documents } });
  return { documents, station: await AnsweringStation.connect(world) };
}

describe('a connection that ends while what was taken is written', () => {
  it('leaves nobody who waits for a station that is gone', async () => {
    const { documents, station } = await begin();
    await set(theirs(32));
    documents.hold(({ kind }) => kind === 'proxyProfiles');
    const outcome = ourFailsafe(world);
    await eventually(() => documents.held === 1);
    station.station.socket.terminate();
    await eventually(() => world.running.gateway.connectionCount === 0);
    documents.release();
    expect(await outcome).toEqual(UNKNOWN);
  });

  it('settles what is asked of its relay afterwards at once', () => {
    const codes = { frame: 'a', formation: 'b', generic: 'c' };
    const never = () => false;
    const relay = new Relay({
      hasOneWayMessages: false,
      errorCodes: codes,
      newId: () => 'x',
      isInterposed: never,
      isLocal: never,
    });
    relay.end();
    const call = (ticket: number): OwnCall => ({ ticket, lane: 'lowering', timeoutMs: 1_000, write: () => '[]' });
    const outcome = { outcome: 'notSent', reason: 'offline' };
    expect(relay.inject(call(1), 0)).toEqual([{ type: 'settled', ticket: 1, outcome }]);
    expect(relay.injectUpstream(call(-1))).toEqual([{ type: 'settled', ticket: -1, outcome }]);
  });
});

describe('a profile of the CSMS that has not left when ours is taken', () => {
  it('is cleared only once it is there, and until then ours does not count', async () => {
    const { documents, station } = await begin();
    documents.hold(({ kind }) => kind === 'proxyProfiles');
    const theirsIsSet = set(theirs(32));
    await eventually(() => documents.held === 1);
    const outcome = ourFailsafe(world);
    await eventually(() => station.told.length === 1);
    station.answers.set('ClearCache', 'silence');
    const busy = world.running.gateway.call('CP001', { type: 'clearCache' });
    await eventually(() => station.told.length === 2);
    documents.release();
    await station.station.roundTrip();
    station.station.send([3, station.seen[1]?.id, { status: 'Accepted' }]);
    expect(await outcome).toEqual(UNKNOWN);
    expect(await theirsIsSet).toMatchObject([3, 'csms-1', { status: 'Accepted' }]);
    await busy;
    await eventually(() => station.told.length === 4);
    expect(station.told).toEqual([[1, [6]], ['ClearCache'], [9, [32]], ['ClearChargingProfile', 9]]);
    expect(await ourFailsafe(world)).toEqual({ outcome: 'answered', response: { status: 'Accepted' } });
  });
});
