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
