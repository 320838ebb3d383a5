import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Channel, Delivery } from '../../../src/outbox/channel.js';
import { Outbox } from '../../../src/outbox/outbox.js';
import type { StoredMessage } from '../../../src/store/outboxStore.js';
import { MemoryOutbox } from '../../support/memoryOutbox.js';
import { settle, VirtualClock } from '../../support/virtualClock.js';

const START_MS = Date.UTC(2026, 0, 14);
const TOLD: Delivery = { outcome: 'delivered', status: 200 };
const BUSY: Delivery = { outcome: 'retry', status: 503, reason: 'the receiver answered 503' };
/** Without jitter: the middle of its range. */
const MIDDLE = { positiveInt31: () => 1_073_741_824 };

/** Tells nobody, and remembers what it was given. */
class RecordingChannel implements Channel {
  readonly name: string = 'webhook';
  batchMax = 1;
  gatherMs = 0;
  atOnceMax = 4;
  retryDelaysMs: readonly number[] = [5_000, 300_000];
  readonly told: (readonly string[])[] = [];
  underWay = 0;
  underWayMost = 0;
  answer: (messageId: string) => Delivery | Promise<Delivery> = () => TOLD;

  async deliver(_queueId: string, messages: readonly StoredMessage[]): Promise<Delivery> {
    this.underWay += 1;
    this.underWayMost = Math.max(this.underWayMost, this.underWay);
    this.told.push(messages.map(({ messageId }) => messageId));
    try {
      return await this.answer(messages[0]?.messageId ?? '');
    } finally {
      this.underWay -= 1;
    }
  }
}

/** In steps: what a timer sets going may take longer to settle than the clock waits before it looks for the next timer. */
async function pass(clock: VirtualClock, forMs: number, stepMs: number): Promise<void> {
  const untilMs = clock.nowMs() + forMs;
  while (clock.nowMs() < untilMs) await clock.runUntil(Math.min(untilMs, clock.nowMs() + stepMs));
}

interface Scene {
  readonly clock: VirtualClock;
  readonly store: MemoryOutbox;
  readonly channel: RecordingChannel;
  readonly log: string[];
}

function scene(): Scene {
  const clock = new VirtualClock(START_MS);
  return { clock, store: new MemoryOutbox(() => clock.nowMs()), channel: new RecordingChannel(), log: [] };
}

function start({ clock, store, channel, log }: Scene, owner: string | 'alone' = 'alone'): Outbox {
  const write = (fields: object, message: string) => void log.push(JSON.stringify({ ...fields, message }));
  const outbox = new Outbox({
    store,
    clock,
    random: MIDDLE,
    log: { info: write, warn: write, error: write },
    channels: [channel],
    owner,
  });
  outbox.start();
  return outbox;
}

function message(messageId: string, more: { queueId?: string; groupId?: string; expiresMs?: number } = {}) {
  const { queueId = 'webhook:a', groupId = null, expiresMs = null } = more;
  return { queueId, messageId, groupId, type: 'limit.exceeded', body: '{}', expiresMs };
}

async function states(store: MemoryOutbox, queueId = 'webhook:a'): Promise<readonly string[]> {
  const all = await store.list(queueId, { limit: 1_000 });
  return all.map(({ messageId, state }) => `${messageId} ${state}`).reverse();
}

describe('The outbox', () => {
  it('tells at once, once', async () => {
    const one = scene();
    const outbox = start(one);
    await outbox.put([message('a')]);
    await one.clock.runUntil(START_MS + 600_000);
    expect(one.channel.told).toEqual([['a']]);
    expect(await states(one.store)).toEqual(['a delivered']);
  });

  it('tries again later and later, under the same id, and then gives up', async () => {
    const one = scene();
    const attempts: number[] = [];
    one.channel.answer = () => {
      attempts.push(one.clock.nowMs() - START_MS);
      return BUSY;
    };
    await start(one).put([message('a')]);
    await pass(one.clock, 3_600_000, 10_000);
    expect(attempts).toEqual([0, 5_000, 305_000]);
    expect(await one.store.list('webhook:a', { limit: 1 })).toMatchObject([
      { state: 'failed', attempts: 3, lastAttempt: { status: 503, reason: 'the receiver answered 503' } },
    ]);
  });

  it('spreads what it tries again, by a fifth of the delay at most', async () => {
    for (const [drawn, delayMs] of [
      [1, 4_000],
      [2_147_483_647, 6_000],
    ] as const) {
      const { clock, store, channel } = scene();
      channel.answer = () => BUSY;
      const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
      const outbox = new Outbox({
        store,
        clock,
        random: { positiveInt31: () => drawn },
        log,
        channels: [channel],
        owner: 'alone',
      });
      outbox.start();
      await outbox.put([message('a')]);
      await settle();
      expect(await store.nextDueMs(START_MS)).toBe(START_MS + delayMs);
    }
  });

  it('leaves a receiver alone for as long as that asks', async () => {
    const one = scene();
    one.channel.answer = () => ({ ...BUSY, notBeforeMs: 60_000 });
    await start(one).put([message('a')]);
    await settle();
    expect(await one.store.nextDueMs(START_MS)).toBe(START_MS + 60_000);
  });

  it('tells again after a restart what it had not written down as told', async () => {
    const one = scene();
    // Told, and the process dies before that is known.
    one.channel.answer = () => new Promise<Delivery>(() => undefined);
    await start(one).put([message('a')]);
    await settle();
    expect(one.channel.told).toEqual([['a']]);
    one.clock.forgetTimers();
    one.channel.answer = () => TOLD;
    start(one);
    await settle();
    expect(one.channel.told).toEqual([['a'], ['a']]);
    expect(await states(one.store)).toEqual(['a delivered']);
  });

  it('goes on after a restart with the attempts it had made', async () => {
    const one = scene();
    one.channel.answer = () => BUSY;
    await start(one).put([message('a')]);
    await one.clock.runUntil(START_MS + 10_000);
    one.clock.forgetTimers();
    start(one);
    await pass(one.clock, 3_600_000, 10_000);
    expect(one.channel.told).toHaveLength(3);
  });

  it('tells once, however long the store does not take that it was told', async () => {
    const one = scene();
    const outbox = start(one);
    one.channel.answer = () => {
      one.store.failure = new Error('the disk is full');
      return TOLD;
    };
    await outbox.put([message('a')]);
    await one.clock.runUntil(START_MS + 60_000);
    expect(one.channel.told).toEqual([['a']]);
    one.store.failure = undefined;
    await one.clock.runUntil(START_MS + 120_000);
    expect(one.channel.told).toEqual([['a']]);
    expect(await states(one.store)).toEqual(['a delivered']);
    expect(one.log.join()).toContain('the disk is full');
  });

  it('says to who puts that it is not kept', async () => {
    const one = scene();
    const outbox = start(one);
    one.store.failure = new Error('the disk is full');
    await expect(outbox.put([message('a')])).rejects.toThrow('the disk is full');
  });

  it('tells those of a group one after the other, and lets the others pass', async () => {
    const one = scene();
    one.channel.answer = (messageId) => (messageId === 'a1' && one.channel.told.length < 4 ? BUSY : TOLD);
    const outbox = start(one);
    await outbox.put([
      message('a1', { groupId: 'lane a' }),
      message('a2', { groupId: 'lane a' }),
      message('b1', { groupId: 'lane b' }),
      message('free'),
    ]);
    await settle();
    expect(await states(one.store)).toEqual(['a1 waiting', 'a2 waiting', 'b1 delivered', 'free delivered']);
    await one.clock.runUntil(START_MS + 6_000);
    expect(one.channel.told.flat()).toEqual(['a1', 'b1', 'free', 'a1', 'a2']);
  });

  it('does not tell what nobody needs to know any more, and goes on with its group', async () => {
    const one = scene();
    one.channel.answer = (messageId) => (messageId === 'old' ? BUSY : TOLD);
    const outbox = start(one);
    await outbox.put([
      message('old', { groupId: 'lane', expiresMs: START_MS + 2_000 }),
      message('new', { groupId: 'lane' }),
    ]);
    await one.clock.runUntil(START_MS + 1_999);
    expect(await states(one.store)).toEqual(['old waiting', 'new waiting']);
    await one.clock.runUntil(START_MS + 2_000);
    expect(await states(one.store)).toEqual(['old expired', 'new delivered']);
    expect(one.channel.told.flat()).toEqual(['old', 'new']);
  });

  it('drops all that waits for a receiver that is gone', async () => {
    const one = scene();
    one.channel.atOnceMax = 1;
    one.channel.answer = () => ({ outcome: 'gone', status: 410, reason: 'the receiver answered 410 Gone' });
    await start(one).put([message('a'), message('b'), message('x', { queueId: 'webhook:b' })]);
    await settle();
    expect(await states(one.store)).toEqual(['a failed', 'b dropped']);
  });

  it('gives up at once what the receiver will never take', async () => {
    const one = scene();
    one.channel.answer = () => ({ outcome: 'refused', status: 550, reason: 'no such mailbox' });
    await start(one).put([message('a')]);
    await pass(one.clock, 3_600_000, 10_000);
    expect(one.channel.told).toHaveLength(1);
    expect(await states(one.store)).toEqual(['a failed']);
  });

  it('tries again what a mistake of ours kept from being told', async () => {
    const one = scene();
    one.channel.answer = () => {
      if (one.channel.told.length === 1) throw new Error('a mistake');
      return TOLD;
    };
    await start(one).put([message('a')]);
    await one.clock.runUntil(START_MS + 5_000);
    expect(await states(one.store)).toEqual(['a delivered']);
  });

  it('gives one receiver no more than its part at one time, and one that fails a single one', async () => {
    const one = scene();
    const endings: (() => void)[] = [];
    one.channel.answer = () => new Promise((resolve) => endings.push(() => resolve(BUSY)));
    const outbox = start(one);
    await outbox.put(Array.from({ length: 20 }, (_, index) => message(`m${index}`)));
    await outbox.put([message('other', { queueId: 'webhook:b' })]);
    await settle();
    expect(one.channel.told).toHaveLength(5);
    endings[0]?.();
    await settle();
    // Three of the four are still under way: while it fails there is no fifth.
    expect(one.channel.told).toHaveLength(5);
    for (const end of endings) end();
    await settle();
    expect(one.channel.told).toHaveLength(6);
  });

  it('tells those that came within a while together', async () => {
    const one = scene();
    one.channel.batchMax = 100;
    one.channel.atOnceMax = 1;
    one.channel.gatherMs = 30_000;
    const outbox = start(one);
    await outbox.put([message('a')]);
    await one.clock.runUntil(START_MS + 20_000);
    await outbox.put([message('b'), message('c')]);
    await one.clock.runUntil(START_MS + 29_999);
    expect(one.channel.told).toEqual([]);
    await one.clock.runUntil(START_MS + 30_000);
    expect(one.channel.told).toEqual([['a', 'b', 'c']]);
  });

  it('leaves a queue alone that belongs to no way of telling it knows', async () => {
    const one = scene();
    await start(one).put([message('a', { queueId: 'fax:1' })]);
    await one.clock.runUntil(START_MS + 600_000);
    expect(one.channel.told).toEqual([]);
  });

  it('sends from one of several processes, and from another soon after that one died', async () => {
    const one = scene();
    const first = start(one, 'first');
    await settle();
    const second = start(one, 'second');
    await settle();
    await second.put([message('a')]);
    await one.clock.runUntil(START_MS + 2_000);
    expect(one.channel.told).toEqual([['a']]);
    // The timers of both are gone; only the second one starts again.
    one.clock.forgetTimers();
    start(one, 'third');
    await second.put([message('b')]);
    await one.clock.runUntil(START_MS + 5_000);
    expect(one.channel.told).toHaveLength(1);
    await one.clock.runUntil(START_MS + 12_000);
    expect(one.channel.told).toEqual([['a'], ['b']]);
    void first;
  });

  it('hands on at once when it is closed, and starts nothing more', async () => {
    const one = scene();
    const first = start(one, 'first');
    await settle();
    start(one, 'second');
    await settle();
    const closing = first.close();
    await first.put([message('a')]);
    await closing;
    expect(one.channel.told).toEqual([]);
    await one.clock.runUntil(START_MS + 3_000);
    expect(one.channel.told).toEqual([['a']]);
  });

  it('tells every message, and those of a group in order, whatever fails and whenever it is restarted', async () => {
    const step = fc.record({ group: fc.constantFrom(null, 'x', 'y'), failures: fc.nat(2), waitMs: fc.nat(20_000) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 12 }),
        fc.array(fc.nat(11), { maxLength: 3 }),
        async (steps, restarts) => {
          const one = scene();
          const tries = new Map<string, number>();
          const taken: string[] = [];
          one.channel.answer = (id) => {
            const count = (tries.get(id) ?? 0) + 1;
            tries.set(id, count);
            if (count <= (steps[Number(id)]?.failures ?? 0)) return BUSY;
            taken.push(id);
            return TOLD;
          };
          let outbox = start(one);
          for (const [index, { group, waitMs }] of steps.entries()) {
            await outbox.put([message(String(index), group === null ? {} : { groupId: group })]);
            if (restarts.includes(index)) {
              one.clock.forgetTimers();
              outbox = start(one);
            }
            await pass(one.clock, waitMs, 1_000);
          }
          await pass(one.clock, 7_200_000, 10_000);
          expect(new Set(taken).size).toBe(steps.length);
          for (const group of ['x', 'y']) {
            const firsts = [...new Set(taken)].filter((id) => steps[Number(id)]?.group === group).map(Number);
            expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
