import { afterEach, describe, expect, it } from 'vitest';
import { BullReplanQueue } from '../../src/bus/bullReplanQueue.js';
import { readRedisAddress } from '../../src/bus/redisAddress.js';
import { RedisBus } from '../../src/bus/redisBus.js';
import { OwnRedisCluster, OwnRedisSentinel, redisMissing } from '../support/ownRedis.js';
import { systemClock } from '../support/systemClock.js';

const QUIET = { warn: () => undefined, info: () => undefined };
const missing = redisMissing();
/** Sentinel waits for one second, a Cluster for two, before either takes a master for dead. */
const GOES_ON_WITHIN = { timeout: 30_000, interval: 100 };
const TEST_MS = 120_000;

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function open(url: string) {
  const address = readRedisAddress(url);
  if (address === undefined) throw new Error(`${url} is no address`);
  const buses = await Promise.all(
    ['a', 'b'].map((nodeId) => RedisBus.connect({ address, nodeId, clock: systemClock, log: QUIET })),
  );
  const [a, b] = buses;
  if (a === undefined || b === undefined) throw new Error('there are not two');
  const queue = new BullReplanQueue({ address, log: QUIET, backOffMs: 20 });
  endings.push(() => Promise.all([a.close(), b.close(), queue.close()]));
  const heard: unknown[] = [];
  const worked: string[] = [];
  await b.answer('node:b', async (body) => body);
  await b.subscribe('news', (body) => heard.push(body));
  queue.work(async ({ siteId }) => void worked.push(siteId));
  return { a, b, queue, heard, worked };
}

/** That everything a process does with Redis is done: asked, told, claimed, queued. */
async function passes({ a, b, queue, heard, worked }: Awaited<ReturnType<typeof open>>, word: string): Promise<void> {
  const sinceMs = Date.now();
  await expect.poll(() => a.request('node:b', word, 2_000).catch(() => 'lost'), GOES_ON_WITHIN).toBe(word);
  await expect
    .poll(async () => {
      await a.publish('news', word).catch(() => undefined);
      return heard.includes(word);
    }, GOES_ON_WITHIN)
    .toBe(true);
  const holder = { nodeId: 'a', connectionId: word.replaceAll(' ', '-') };
  await expect
    .poll(
      () =>
        a.presence.claim('station', holder, 60_000).then(
          () => b.presence.find('station'),
          () => undefined,
        ),
      GOES_ON_WITHIN,
    )
    .toMatchObject(holder);
  await expect
    .poll(async () => {
      await queue.ask(word, 'tariff').catch(() => undefined);
      return worked.includes(word);
    }, GOES_ON_WITHIN)
    .toBe(true);
  await expect.poll(() => [a.brokenSinceMs, b.brokenSinceMs], GOES_ON_WITHIN).toEqual([undefined, undefined]);
  console.info(`redis: ${word}: ${((Date.now() - sinceMs) / 1_000).toFixed(1)} s`);
}

describe.skipIf(missing !== undefined)(
  `the bus, presence and the queue, when a master of Redis dies${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    it(
      'go on with the replica that Sentinel has made the master',
      async () => {
        const redis = await OwnRedisSentinel.start();
        endings.push(() => redis.stop());
        const all = await open(redis.url);
        await passes(all, 'before');
        await redis.killMaster();
        await passes(all, 'after Sentinel failed over');
      },
      TEST_MS,
    );

    it(
      "go on with the replica that took the place of a Cluster's node",
      async () => {
        const redis = await OwnRedisCluster.start({ replicas: true });
        endings.push(() => redis.stop());
        const all = await open(redis.url);
        await passes(all, 'before');
        await redis.killMasterOf('evenkeel:bus:node:b');
        await passes(all, 'after the Cluster failed over');
      },
      TEST_MS,
    );
  },
);
