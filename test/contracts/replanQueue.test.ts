import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BullReplanQueue } from '../../src/bus/bullReplanQueue.js';
import { readRedisAddress } from '../../src/bus/redisAddress.js';
import { OwnRedis, OwnRedisCluster, redisMissing } from '../support/ownRedis.js';

const QUIET = { warn: () => undefined };
const SOON = { timeout: 10_000, interval: 20 };
const missing = redisMissing();

function describeQueue(name: string, start: () => Promise<{ readonly url: string; stop(): Promise<void> }>): void {
  describe.skipIf(missing !== undefined)(`${name}${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
    let server: { readonly url: string; stop(): Promise<void> };
    let queues: BullReplanQueue[] = [];
    beforeAll(async () => {
      server = await start();
    });
    afterEach(async () => {
      await Promise.all(queues.map((queue) => queue.close()));
      queues = [];
    });
    afterAll(() => server?.stop());

    function open(): BullReplanQueue {
      const address = readRedisAddress(server.url);
      if (address === undefined) throw new Error(`${server.url} is no address`);
      const queue = new BullReplanQueue({ address, log: QUIET, backOffMs: 20 });
      queues.push(queue);
      return queue;
    }

    /** The client needs a moment to connect, and fails fast until it has. */
    const asked = (queue: BullReplanQueue, siteId: string) =>
      expect
        .poll(
          () =>
            queue.ask(siteId, 'tariff').then(
              () => true,
              () => false,
            ),
          SOON,
        )
        .toBe(true);

    it('has one job per site, however often it is asked, and one more for what is asked while that runs', async () => {
      const [asking, working] = [open(), open()];
      await asked(asking, 'one');
      for (let k = 0; k < 5; k++) await asking.ask('one', 'tariff');
      const runs: string[] = [];
      const going: (() => void)[] = [];
      working.work(async ({ siteId }) => {
        runs.push(siteId);
        await new Promise<void>((resolve) => going.push(resolve));
      });
      await expect.poll(() => runs.length, SOON).toBe(1);
      for (let k = 0; k < 5; k++) await asking.ask('one', 'tariff');
      going.shift()?.();
      await expect.poll(() => runs.length, SOON).toBe(2);
      going.shift()?.();
      await expect.poll(async () => (await asking.counts()).active, SOON).toBe(0);
      expect(runs).toEqual(['one', 'one']);
    });

    it('tries again what fails, and shows what has failed for good', async () => {
      const queue = open();
      await asked(queue, 'two');
      let attempts = 0;
      queue.work(async () => {
        attempts += 1;
        throw new Error('nobody owns it');
      });
      await expect.poll(async () => (await queue.counts()).failed, SOON).toBe(1);
      expect(attempts).toBe(5);
      expect(await queue.failed(10)).toMatchObject([
        { siteId: 'two', why: 'tariff', attempts: 5, reason: 'nobody owns it' },
      ]);
    });

    it('wakes a site again and again until it is taken from the schedule', async () => {
      const queue = open();
      const runs: string[] = [];
      queue.work(async ({ siteId, why }) => void runs.push(`${siteId} ${why}`));
      const scheduled = () =>
        queue.schedule('three/ä', 200).then(
          () => true,
          () => false,
        );
      await expect.poll(scheduled, SOON).toBe(true);
      await queue.schedule('three/ä', 200);
      await expect.poll(() => runs.length, SOON).toBeGreaterThan(2);
      await queue.unschedule('three/ä');
      await expect.poll(async () => (await queue.counts()).active, SOON).toBe(0);
      const before = runs.length;
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(runs.length).toBeLessThanOrEqual(before + 1);
      expect(new Set(runs)).toEqual(new Set(['three/ä horizon']));
    });
  });
}

describeQueue('the replan queue on one Redis', () => OwnRedis.start());
describeQueue('the replan queue on a Cluster', () => OwnRedisCluster.start());
