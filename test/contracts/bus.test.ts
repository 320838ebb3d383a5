import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BusError } from '../../src/bus/bus.js';
import { EmbeddedBus, EmbeddedHub } from '../../src/bus/embeddedBus.js';
import { readRedisAddress } from '../../src/bus/redisAddress.js';
import { RedisBus } from '../../src/bus/redisBus.js';
import { OwnRedis, OwnRedisCluster, redisMissing } from '../support/ownRedis.js';
import { systemClock } from '../support/systemClock.js';
import { type BusPlace, describeBusContract } from './busContract.js';

const QUIET = { warn: () => undefined, info: () => undefined };
const missing = redisMissing();

describeBusContract('EmbeddedBus', async () => {
  const hub = new EmbeddedHub();
  return { open: async (nodeId) => new EmbeddedBus({ nodeId, clock: systemClock, hub }) };
});

function redisAt(url: string): BusPlace {
  const address = readRedisAddress(url);
  if (address === undefined) throw new Error(`${url} is no address`);
  return { open: (nodeId) => RedisBus.connect({ address, nodeId, clock: systemClock, log: QUIET }) };
}

describe.skipIf(missing !== undefined)(`RedisBus${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let redis: OwnRedis;
  beforeAll(async () => {
    redis = await OwnRedis.start();
  });
  afterAll(() => redis.stop());

  describeBusContract('RedisBus on one server', async () => redisAt(redis.url));

  it('fails fast while Redis is away, says so, and carries messages again when it is back', async () => {
    const own = await OwnRedis.start();
    const place = redisAt(own.url);
    const [a, b] = [await place.open('a'), await place.open('b')];
    try {
      await b.answer('node:b', async (body) => body);
      let gaps = 0;
      b.onGap(() => {
        gaps += 1;
      });
      await own.kill();
      const askedMs = Date.now();
      const refusal = await a.request('node:b', {}, 60_000).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(BusError);
      expect(Date.now() - askedMs).toBeLessThan(3_000);
      await expect.poll(() => a.brokenSinceMs, { timeout: 6_000 }).toBeDefined();
      await own.startAgain();
      await expect.poll(() => gaps, { timeout: 8_000 }).toBeGreaterThan(0);
      await expect.poll(() => a.brokenSinceMs, { timeout: 8_000 }).toBeUndefined();
      expect(await a.request('node:b', 'again', 2_000)).toBe('again');
    } finally {
      await Promise.all([a.close(), b.close(), own.stop()]);
    }
  });
});

describe.skipIf(missing !== undefined)(
  `RedisBus on a Cluster${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let cluster: OwnRedisCluster;
    beforeAll(async () => {
      cluster = await OwnRedisCluster.start();
    });
    afterAll(() => cluster.stop());

    describeBusContract('RedisBus on a Cluster of three', async () => redisAt(cluster.url));
  },
);
