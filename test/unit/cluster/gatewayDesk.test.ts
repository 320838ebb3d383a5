import { beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedBus, EmbeddedHub } from '../../../src/bus/embeddedBus.js';
import { CommandDesk } from '../../../src/cluster/commandDesk.js';
import { GatewayDesk } from '../../../src/cluster/gatewayDesk.js';
import type { NodeMessages } from '../../../src/cluster/messages.js';
import { NodePost } from '../../../src/cluster/nodePost.js';
import { SiteRoutes } from '../../../src/cluster/siteRoutes.js';
import { OnboardingRoom } from '../../../src/control/onboardingRoom.js';
import type { StationRequest, StationSocket } from '../../../src/site/stationMessages.js';
import { MemoryStore } from '../../support/memoryStore.js';
import { settle, VirtualClock } from '../../support/virtualClock.js';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const socket = (connectionId: string): StationSocket => ({
  connectionId,
  ocppVersion: '1.6',
  securityProfile: 1,
  address: '192.0.2.1',
  network: '192.0.2.1',
});
const START: StationRequest = { type: 'transactionStarted', evseId: 1, idToken: 'T', meterStartWh: 0, timestampMs: 0 };
const metered = (evseId: number, quarantined: number): StationRequest & { type: 'meterValues' } => ({
  type: 'meterValues',
  evseId,
  samples: [],
  quarantined,
});

let clock: VirtualClock;
let store: MemoryStore;
let hub: EmbeddedHub;
let displaced: string[];
let desk: GatewayDesk;
let gatewayPost: NodePost;
let routes: SiteRoutes;

/** An owner of the site "s", by hand. */
class Owner {
  readonly post: NodePost;
  readonly connected: string[] = [];
  readonly asked: StationRequest[] = [];
  answer: (request: StationRequest) => Promise<NodeMessages['station.request']['answer']> = async () => ({
    status: 'answered',
    response: {},
  });

  constructor(nodeId: string) {
    this.post = new NodePost(new EmbeddedBus({ nodeId, clock, hub }));
    this.post.handle('station.connected', async ({ link }) => {
      this.connected.push(`${link.stationId} ${link.socket.connectionId}`);
      return { status: 'taken', accepted: true };
    });
    this.post.handle('station.disconnected', async () => ({ status: 'taken' }));
    this.post.handle('station.request', ({ request }) => {
      this.asked.push(request);
      return this.answer(request);
    });
  }

  async own(token: number): Promise<void> {
    await this.post.open();
    const { nodeId } = this.post;
    await this.post.tellAll('site.owned', { siteId: 's', ownerId: nodeId, url: 'http://x', token, stationIds: ['CP'] });
    await settle();
  }
}

beforeEach(async () => {
  clock = new VirtualClock(1_000_000);
  store = new MemoryStore(() => clock.nowMs());
  hub = new EmbeddedHub();
  displaced = [];
  await store.appendEvents([{ siteId: 's', seq: 1, atMs: 0, event: {} }]);
  await store.putStations('s', ['CP']);
  const bus = new EmbeddedBus({ nodeId: 'gateway', clock, hub });
  gatewayPost = new NodePost(bus);
  routes = new SiteRoutes({ store, post: gatewayPost, clock, log: QUIET });
  desk = new GatewayDesk({
    local: { authenticate: async () => true, waiting: new OnboardingRoom(clock), anomaly: () => undefined },
    post: gatewayPost,
    bus,
    routes,
    store,
    clock,
    log: QUIET,
    displace: (stationId, connectionId) => displaced.push(`${stationId} ${connectionId}`),
  });
  await gatewayPost.open();
  await routes.start();
});

async function connectedTo(owner: Owner, token = 1): Promise<void> {
  await owner.own(token);
  desk.connected('CP', socket('1'));
  await settle();
}

const pass = (ms: number) => clock.runUntil(clock.nowMs() + ms);

describe('a gateway whose sites are owned elsewhere', () => {
  it('tells the owner what is connected, and again whoever owns the site next', async () => {
    const first = new Owner('first');
    await connectedTo(first);
    expect(first.connected).toEqual(['CP 1']);
    expect(await desk.isAccepted('CP')).toBe(true);
    const next = new Owner('next');
    await next.own(2);
    expect(next.connected).toEqual(['CP 1']);
  });

  it('answers heartbeats by itself', async () => {
    desk.connected('CP', socket('1'));
    expect(await desk.request('CP', { type: 'heartbeat' })).toEqual({ currentTimeMs: clock.nowMs() });
  });

  it('holds what is of a transaction until a next owner has answered, and asks no other in vain', async () => {
    const hung = new Owner('hung');
    await connectedTo(hung);
    hung.answer = () => new Promise(() => {});
    let answer: unknown;
    void desk.request('CP', START).then((response) => {
      answer = response;
    });
    await pass(60_000);
    expect(answer).toBeUndefined();
    const next = new Owner('next');
    next.answer = async () => ({ status: 'answered', response: { transactionId: 7, status: 'Accepted' } });
    await next.own(2);
    await pass(6_000);
    expect(answer).toEqual({ transactionId: 7, status: 'Accepted' });
  });

  it('answers meter values of a slow owner, keeps the newest of each EVSE, and brings them before what follows', async () => {
    const slow = new Owner('slow');
    await connectedTo(slow);
    let release = (): void => {};
    slow.answer = () =>
      new Promise((resolve) => {
        release = () => resolve({ status: 'answered', response: {} });
      });
    const first = desk.request('CP', metered(1, 1));
    await pass(1_500);
    await first;
    for (const request of [metered(1, 2), metered(2, 3), metered(1, 4)]) await desk.request('CP', request);
    expect(desk.bufferedMeterValues).toBe(2);
    let isStarted = false;
    void desk.request('CP', START).then(() => {
      isStarted = true;
    });
    for (let k = 0; k < 4; k++) {
      expect(isStarted).toBe(false);
      release();
      await pass(10);
    }
    expect(isStarted).toBe(true);
    expect(slow.asked.map((one) => (one.type === 'meterValues' ? one.quarantined : one.type))).toEqual([
      1,
      4,
      3,
      'transactionStarted',
    ]);
  });

  it('ends a connection when the station has a newer one at another gateway, and only that one', async () => {
    await connectedTo(new Owner('owner'));
    const other = new NodePost(new EmbeddedBus({ nodeId: 'other', clock, hub }));
    const tell = (connectionId: string) =>
      other.ask('gateway', 'station.replaced', { ask: { stationId: 'CP', connectionId }, timeoutMs: 1_000 });
    await tell('0');
    expect(displaced).toEqual([]);
    await tell('1');
    expect(displaced).toEqual(['CP 1']);
    expect(desk.links.find('CP')).toBeUndefined();
  });

  it('tells a station that no site lists to wait, and serves it once a site does', async () => {
    desk.connected('STRAY', socket('1'));
    await settle();
    const boot = { type: 'boot', vendor: 'V', model: 'M' } as const;
    expect(await desk.request('STRAY', boot)).toMatchObject({ status: 'Pending' });
    await store.putStations('s', ['CP', 'STRAY']);
    const owner = new Owner('owner');
    owner.answer = async () => ({
      status: 'answered',
      response: { status: 'Accepted', currentTimeMs: 1, intervalS: 300 },
    });
    await owner.own(1);
    expect(await desk.request('STRAY', boot)).toMatchObject({ status: 'Accepted' });
  });

  it('sends no command that waits for its turn when it hears of the next owner', async () => {
    await connectedTo(new Owner('first'), 1);
    let turn = (): boolean | undefined => undefined;
    const commands = new CommandDesk({
      post: gatewayPost,
      routes,
      caller: {
        call: async (_stationId, _command, options) => {
          turn = () => options?.isOutdated?.();
          return { outcome: 'notSent', reason: 'queueFull' };
        },
      },
      connectionOf: (stationId) => desk.links.find(stationId)?.socket.connectionId,
    });
    const owner = new NodePost(new EmbeddedBus({ nodeId: 'o', clock, hub }));
    const command = { type: 'remoteStop', transactionId: 1 } as const;
    const ask = { siteId: 's', stationId: 'CP', connectionId: '1', token: 1, command, options: {} };
    await owner.ask('gateway', 'station.command', { ask, timeoutMs: 1_000 });
    expect(turn()).toBe(false);
    await new Owner('next').own(2);
    expect(turn()).toBe(true);
    expect(commands.refused).toBe(1);
  });

  it('sends no command of an owner gone by, from when it knows of the next', async () => {
    const sent: string[] = [];
    await connectedTo(new Owner('first'), 1);
    const commands = new CommandDesk({
      post: gatewayPost,
      routes,
      caller: {
        call: async (stationId) => {
          sent.push(stationId);
          return { outcome: 'notSent', reason: 'offline' };
        },
      },
      connectionOf: (stationId) => desk.links.find(stationId)?.socket.connectionId,
    });
    const command = (token: number, connectionId = '1') => ({
      ask: {
        siteId: 's',
        stationId: 'CP',
        connectionId,
        token,
        command: { type: 'remoteStop', transactionId: 1 } as const,
        options: {},
      },
      timeoutMs: 1_000,
    });
    const owner = new NodePost(new EmbeddedBus({ nodeId: 'o', clock, hub }));
    await owner.ask('gateway', 'station.command', command(1));
    expect(sent).toEqual(['CP']);
    // It may only have heard of it: the next owner has sent nothing yet.
    await new Owner('next').own(2);
    expect(await owner.ask('gateway', 'station.command', command(1))).toEqual({ outcome: 'stale', token: 2 });
    expect(await owner.ask('gateway', 'station.command', command(2, '0'))).toEqual({
      outcome: 'notSent',
      reason: 'offline',
    });
    expect(sent).toEqual(['CP']);
    expect(commands.refused).toBe(1);
  });
});
