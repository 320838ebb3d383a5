import { beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedBus, EmbeddedHub } from '../../../src/bus/embeddedBus.js';
import { Heartbeat, type HeartbeatNews } from '../../../src/cluster/heartbeat.js';
import { LeaseKeeper } from '../../../src/cluster/leaseKeeper.js';
import { NodePost } from '../../../src/cluster/nodePost.js';
import { EventLoop } from '../../support/eventLoop.js';
import { MemoryStore } from '../../support/memoryStore.js';
import { settle, VirtualClock } from '../../support/virtualClock.js';

const SITES = ['s1', 's2', 's3', 's4'];
const STEP_MS = 50;
const TURNS_PER_STEP = 3;
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

let clock: VirtualClock;
let store: MemoryStore;
let hub: EmbeddedHub;
/** Those that the store lists as running planners. */
let running: string[];
beforeEach(async () => {
  clock = new VirtualClock(1_000_000);
  store = new MemoryStore(() => clock.nowMs());
  hub = new EmbeddedHub();
  running = [];
  for (const siteId of SITES) await store.appendEvents([{ siteId, seq: 1, atMs: 0, event: {} }]);
});

interface Planner {
  readonly keeper: LeaseKeeper;
  /** What was done with sites, in order. */
  readonly done: string[];
  /** Set to make its way to the store, and that alone, fail. */
  isCutOff: boolean;
  /** Since when it hears nobody. */
  deafSinceMs: number | undefined;
  isReady: boolean;
  /** What reading a site waits for. */
  reading: Promise<void>;
  /** Its event loop stands still: timers and answers come when it goes on. Its heartbeat has a thread of its own. */
  readonly loop: EventLoop;
  /** The whole process ends here and now. */
  kill(): void;
}

async function start(nodeId: string, reading: Promise<void> = Promise.resolve()): Promise<Planner> {
  const done: string[] = [];
  const loop = new EventLoop(clock);
  let isDead = false;
  const through =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (planner.isCutOff || isDead) throw new Error('cut off');
      return call(...args);
    };
  const unheard: HeartbeatNews[] = [];
  const hear = (): void => {
    for (const news of unheard.splice(0)) keeper.heard(news);
  };
  const keeper = new LeaseKeeper({
    store: {
      takeLease: loop.answers(through(store.takeLease.bind(store))),
      releaseLeases: loop.answers(through(store.releaseLeases.bind(store))),
      listLeases: loop.answers(through(store.listLeases.bind(store))),
    },
    post: new NodePost(new EmbeddedBus({ nodeId, clock, hub })),
    clock: loop,
    monotonicMs: () => clock.nowMs(),
    log: QUIET,
    self: { ownerId: nodeId, url: `http://${nodeId}` },
    hearHeartbeat: hear,
    planners: () => running.map((id) => ({ nodeId: id, roles: ['planner'], url: `http://${id}`, expiresInMs: 1_000 })),
    busBrokenSinceMs: () => planner.deafSinceMs,
    isReady: async () => planner.isReady,
    sites: {
      takeOver: async (siteId) => {
        await planner.reading;
        await loop.turn();
        done.push(`takes ${siteId}`);
      },
      giveUp: async (siteId) => void done.push(`gives ${siteId}`),
      lose: (siteId) => void done.push(`loses ${siteId}`),
      stationIds: () => [],
    },
  });
  const heartbeat = new Heartbeat({
    store: {
      renewLeases: through(store.renewLeases.bind(store)),
      announceNode: through(store.announceNode.bind(store)),
      removeNode: through(store.removeNode.bind(store)),
    },
    clock,
    monotonicMs: () => clock.nowMs(),
    node: { nodeId, roles: ['planner'], url: `http://${nodeId}` },
    ownsSites: true,
    signsOfLife: () => loop.signsOfLife,
    told: (news) => {
      unheard.push(news);
      if (!loop.standsStill) hear();
    },
  });
  const kill = (): void => {
    isDead = true;
    loop.stop();
  };
  const planner: Planner = {
    keeper,
    done,
    isCutOff: false,
    deafSinceMs: undefined,
    isReady: true,
    reading,
    loop,
    kill,
  };
  running.push(nodeId);
  await heartbeat.start();
  await keeper.start();
  await settle();
  return planner;
}

async function makeSites(count: number): Promise<void> {
  for (let made = 0; made < count; made++)
    await store.appendEvents([{ siteId: `more-${made}`, seq: 1, atMs: 0, event: {} }]);
}

async function tokensInStore(): Promise<ReadonlyMap<string, number>> {
  return new Map((await store.listLeases()).map(({ siteId, token }) => [siteId, token]));
}

/** How often a site was lost, or given up. */
function moves(planners: readonly Planner[]): number {
  return planners.flatMap(({ done }) => done).filter((what) => !what.startsWith('takes')).length;
}

/** In small steps, so that what many answers set going is done when the next timer comes. */
async function pass(ms: number): Promise<void> {
  const endMs = clock.nowMs() + ms;
  while (clock.nowMs() < endMs) {
    await clock.runUntil(Math.min(endMs, clock.nowMs() + STEP_MS));
    for (let turn = 0; turn < TURNS_PER_STEP; turn++) await settle();
  }
}

describe('planners that share sites', () => {
  it('takes every site when it is alone', async () => {
    const a = await start('a');
    expect([...a.keeper.list()].sort()).toEqual(SITES);
    expect(a.done).toHaveLength(4);
  });

  it('gives up its surplus, a little at a time, to one that comes later', async () => {
    const a = await start('a');
    const b = await start('b');
    await pass(20_000);
    expect(a.keeper.list()).toHaveLength(2);
    expect(b.keeper.list()).toHaveLength(2);
    expect([...a.keeper.list(), ...b.keeper.list()].sort()).toEqual(SITES);
    const moved = a.done.length + b.done.length;
    await pass(60_000);
    expect(a.done.length + b.done.length).toBe(moved);
  });

  it('takes the sites of one that died within 5 s, though that is still listed as running', async () => {
    const a = await start('a');
    const b = await start('b');
    await pass(20_000);
    a.isCutOff = true;
    await pass(5_000);
    expect([...b.keeper.list()].sort()).toEqual(SITES);
  });

  it('takes the sites of one that was killed within 5 s, be they many', async () => {
    await makeSites(200);
    const a = await start('a');
    const b = await start('b');
    await pass(120_000);
    expect(a.keeper.list().length).toBeGreaterThan(90);
    a.kill();
    await pass(5_000);
    expect(b.keeper.list()).toHaveLength(204);
  });

  it('keeps its sites while its event loop stands still for seconds, and may raise as soon as it goes on', async () => {
    const a = await start('a');
    const b = await start('b');
    await pass(20_000);
    const before = [...a.keeper.list()];
    for (let times = 0; times < 5; times++) {
      a.loop.standStillFor(7_000);
      await pass(6_999);
      expect(a.keeper.isValid(before[0] ?? '')).toBe(true);
      await pass(2_000);
    }
    expect(a.keeper.list()).toEqual(before);
    expect([...a.done, ...b.done].filter((what) => what.startsWith('loses'))).toEqual([]);
    const tokens = await tokensInStore();
    expect(before.map((siteId) => a.keeper.tokenOf(siteId))).toEqual(before.map((siteId) => tokens.get(siteId)));
  });

  it('loses its sites when it hangs, and hears of it when it goes on', async () => {
    const a = await start('a');
    const b = await start('b');
    await pass(20_000);
    const [siteId = ''] = a.keeper.list();
    a.loop.standStill();
    await pass(13_000);
    expect([...b.keeper.list()].sort()).toEqual(SITES);
    expect(a.keeper.isValid(siteId)).toBe(false);
    a.loop.goOn();
    await pass(2_000);
    expect(a.done).toContain(`loses ${siteId}`);
    expect(a.keeper.tokenOf(siteId)).toBeUndefined();
  });

  it('does not let sites wander while 300 are made at once on planners that are all short of time', async () => {
    const planners = [await start('a'), await start('b'), await start('c')];
    await pass(30_000);
    for (let made = 0; made < 300; made++) {
      const planner = planners[made % planners.length];
      const siteId = `new-${made}`;
      // Where it is answered too late the lease is its own all the same.
      planner?.keeper.take(siteId).catch(() => undefined);
      await store.appendEvents([{ siteId, seq: 1, atMs: 0, event: {} }]);
      if (made % 50 === 0) for (const { loop } of planners) loop.standStillFor(2_300);
      await pass(STEP_MS);
    }
    const movedBefore = moves(planners);
    for (let times = 0; times < 10; times++) {
      for (const { loop } of planners) loop.standStillFor(3_500);
      await pass(4_000);
    }
    expect(moves(planners) - movedBefore).toBe(0);
    expect(Math.max(...(await tokensInStore()).values())).toBeLessThanOrEqual(2);
    expect(planners.flatMap(({ keeper }) => keeper.list())).toHaveLength(304);
  });

  it('leaves the sites of a dead one to those that are not late, as long as there are any', async () => {
    await makeSites(60);
    const [late, other, dead] = [await start('late'), await start('other'), await start('dead')];
    await pass(60_000);
    const had = late.keeper.list().length;
    dead.kill();
    running = ['late', 'other'];
    for (let times = 0; times < 60; times++) {
      late.loop.standStillFor(1_800);
      await pass(2_000);
    }
    expect(late.keeper.list()).toHaveLength(had);
    // Some it has offered in vain, and not often.
    expect(late.keeper.list().length + other.keeper.list().length).toBeGreaterThanOrEqual(60);
    expect(moves([other])).toBeLessThanOrEqual(3 * 4);
    await pass(120_000);
    expect(late.keeper.list().length + other.keeper.list().length).toBe(64);
    expect(Math.abs(late.keeper.list().length - other.keeper.list().length)).toBeLessThanOrEqual(4);
  });

  it('counts its leases as lost before another can have them', async () => {
    const a = await start('a');
    const b = await start('b');
    await pass(20_000);
    const [siteId] = a.keeper.list();
    if (siteId === undefined) throw new Error('it owns nothing');
    a.isCutOff = true;
    let wasValidWhileTaken = false;
    await clock.runUntil(clock.nowMs() + 10_000, () => {
      wasValidWhileTaken ||= a.keeper.isValid(siteId) && b.keeper.list().includes(siteId);
    });
    expect(b.keeper.list()).toContain(siteId);
    expect(wasValidWhileTaken).toBe(false);
    expect(a.keeper.isValid(siteId)).toBe(false);
  });

  it('stops a site at once when it hears that another owns it, and never when the news are old', async () => {
    const a = await start('a');
    const [siteId] = a.keeper.list();
    if (siteId === undefined) throw new Error('it owns nothing');
    const token = a.keeper.tokenOf(siteId) ?? 0;
    const news = new NodePost(new EmbeddedBus({ nodeId: 'other', clock, hub }));
    const tell = (more: number) =>
      news.tellAll('site.owned', {
        siteId,
        ownerId: 'other',
        url: 'http://other',
        token: token + more,
        stationIds: [],
      });
    await tell(-1);
    await tell(0);
    await settle();
    expect(a.done).not.toContain(`loses ${siteId}`);
    await tell(1);
    await settle();
    expect(a.done).toContain(`loses ${siteId}`);
    expect(a.keeper.tokenOf(siteId)).toBeUndefined();
  });

  it('goes on with what it knows after the store was away and nobody had its sites', async () => {
    const a = await start('a');
    const before = SITES.map((siteId) => a.keeper.tokenOf(siteId) ?? 0);
    const done = a.done.length;
    a.isCutOff = true;
    await pass(30_000);
    expect(a.keeper.isValid('s1')).toBe(false);
    expect(a.keeper.notRenewedSinceMs).toBeDefined();
    a.isCutOff = false;
    await pass(2_000);
    expect(SITES.map((siteId) => a.keeper.tokenOf(siteId))).toEqual(before);
    expect(a.keeper.isValid('s1')).toBe(true);
    expect(a.done).toHaveLength(done);
  });

  it('reads a site anew that another had while it was away', async () => {
    const a = await start('a');
    a.isCutOff = true;
    await pass(4_000);
    await store.takeLease('s1', { ownerId: 'passing', url: 'http://passing' }, 1_000);
    await pass(2_000);
    a.isCutOff = false;
    a.done.length = 0;
    await pass(2_000);
    expect(a.done).toEqual(['loses s1', 'takes s1']);
  });

  it('takes up a lease whose answer came too late, instead of keeping it from everybody', async () => {
    const a = await start('a');
    const b = await start('b');
    await pass(20_000);
    const [siteId] = b.keeper.list();
    if (siteId === undefined) throw new Error('it owns nothing');
    await b.keeper.close();
    // As if a's question had been answered after it gave up on it.
    await store.takeLease(siteId, { ownerId: 'a', url: 'http://a' }, 3_000);
    await pass(3_000);
    expect(a.done).toContain(`takes ${siteId}`);
    expect([...a.keeper.list()].sort()).toEqual(SITES);
  });

  it('gives its sites up when it alone is cut off from Redis, and keeps them when all are', async () => {
    const a = await start('a');
    await start('b');
    await pass(20_000);
    a.deafSinceMs = clock.nowMs();
    a.isReady = false;
    await pass(10_000);
    expect(a.keeper.list()).toHaveLength(2);
    a.isReady = true;
    await pass(10_000);
    expect(a.keeper.list()).toEqual([]);
  });

  it('hands every site on when it closes, and the other has them at once', async () => {
    const a = await start('a');
    const b = await start('b');
    await pass(20_000);
    running = ['b'];
    await a.keeper.close();
    await pass(1_000);
    expect([...b.keeper.list()].sort()).toEqual(SITES);
  });

  it('says how many sites it is reading, and whether it has looked for any', async () => {
    let isRead = (): void => undefined;
    const a = await start('a', new Promise((resolve) => (isRead = resolve)));
    expect(a.keeper.beingRead).toBe(4);
    expect(a.keeper.hasLooked).toBe(false);
    isRead();
    await settle();
    expect(a.keeper.beingRead).toBe(0);
    expect(a.keeper.hasLooked).toBe(true);
  });
});
