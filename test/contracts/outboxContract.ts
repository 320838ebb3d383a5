import { describe, expect, it } from 'vitest';
import type { NewMessage, OutboxStore } from '../../src/store/outboxStore.js';

const QUEUE = 'webhook:a';
const MANY = 1_000;
const LONG_MS = 600_000;

/** Part of the store's contract: what is to be told to others. */
export function describeOutbox(openNew: () => Promise<OutboxStore>): void {
  describe('the outbox', () => {
    it('gives what is due, the oldest first, and not what is due later', async () => {
      const outbox = await openNew();
      await outbox.put(
        [message('late', { position: 3, dueMs: 50 }), message('one'), message('two', { position: 2 })],
        MANY,
      );
      await outbox.put([message('other', { queueId: 'mail:b' })], MANY);
      expect(await outbox.dueQueues(0)).toEqual([]);
      expect(await outbox.dueQueues(10)).toEqual(['mail:b', QUEUE]);
      expect(await ids(outbox, 10)).toEqual(['one', 'two']);
      expect(await ids(outbox, 10, 1)).toEqual(['one']);
      expect(await ids(outbox, 50)).toEqual(['one', 'two', 'late']);
      expect(await outbox.nextDueMs(10)).toBe(50);
      expect(await outbox.nextDueMs(50)).toBeUndefined();
    });

    it('gives back every part of a message', async () => {
      const outbox = await openNew();
      const whole = message('one', { groupId: 'lane é', body: '{"å":"\\u0000"}', expiresMs: 77 });
      await outbox.put([whole], MANY);
      expect(await outbox.list(QUEUE, { limit: 9 })).toEqual([
        { ...whole, state: 'waiting', attempts: 0, endedMs: null, lastAttempt: null },
      ]);
    });

    it('takes the same message once, and of two queues each its own', async () => {
      const outbox = await openNew();
      await outbox.put([message('one', { body: 'first' })], MANY);
      await outbox.settle(message('one'), { state: 'delivered', endedMs: 11, lastAttempt: attempt(10) });
      await outbox.put([message('one', { body: 'again' }), message('one', { queueId: 'webhook:b' })], MANY);
      expect(await outbox.list(QUEUE, { limit: 9 })).toMatchObject([{ body: 'first', state: 'delivered' }]);
      expect(await outbox.list('webhook:b', { limit: 9 })).toMatchObject([{ state: 'waiting' }]);
    });

    it('gives of a group only its oldest, until that has ended', async () => {
      const outbox = await openNew();
      const ofGroup = (id: string, position: number) => message(id, { position, groupId: 'lane' });
      await outbox.put([ofGroup('b', 2), ofGroup('a', 2), ofGroup('first', 1), message('free', { position: 3 })], MANY);
      expect(await ids(outbox, 10)).toEqual(['first', 'free']);
      await outbox.settle(ofGroup('first', 1), { state: 'waiting', dueMs: 99, lastAttempt: attempt(10) });
      expect(await ids(outbox, 10)).toEqual(['free']);
      await outbox.settle(ofGroup('first', 1), { state: 'failed', endedMs: 99, lastAttempt: attempt(99) });
      expect(await ids(outbox, 10)).toEqual(['a', 'free']);
    });

    it('remembers what became of each attempt, and changes nothing that has ended', async () => {
      const outbox = await openNew();
      await outbox.put([message('one')], MANY);
      await outbox.settle(message('one'), { state: 'waiting', dueMs: 20, lastAttempt: attempt(10, 'no answer') });
      await outbox.settle(message('one'), { state: 'delivered', endedMs: 21, lastAttempt: attempt(20) });
      await outbox.settle(message('one'), { state: 'waiting', dueMs: 30, lastAttempt: attempt(25) });
      await outbox.settle(message('none'), { state: 'expired', endedMs: 1 });
      expect(await outbox.list(QUEUE, { limit: 9 })).toMatchObject([
        { state: 'delivered', attempts: 2, dueMs: 20, endedMs: 21, lastAttempt: attempt(20) },
      ]);
      expect(await ids(outbox, 99)).toEqual([]);
    });

    it('expires without an attempt', async () => {
      const outbox = await openNew();
      await outbox.put([message('one')], MANY);
      await outbox.settle(message('one'), { state: 'expired', endedMs: 5 });
      expect(await outbox.list(QUEUE, { limit: 9 })).toMatchObject([
        { state: 'expired', attempts: 0, lastAttempt: null },
      ]);
    });

    it('drops the oldest that wait when there are too many', async () => {
      const outbox = await openNew();
      await outbox.put([message('told', { position: 0 })], 2);
      await outbox.settle(message('told'), { state: 'delivered', endedMs: 1, lastAttempt: attempt(1) });
      for (const position of [1, 2, 3]) await outbox.put([message(`m${position}`, { position })], 2);
      const states = (await outbox.list(QUEUE, { limit: 9 })).map(({ messageId, state }) => `${messageId} ${state}`);
      expect(states).toEqual(['m3 waiting', 'm2 waiting', 'm1 dropped', 'told delivered']);
    });

    it('lists in pages, the newest first', async () => {
      const outbox = await openNew();
      await outbox.put(
        [1, 2, 3, 4, 5].map((position) => message(`m${position}`, { position })),
        MANY,
      );
      const first = await outbox.list(QUEUE, { limit: 2 });
      const second = await outbox.list(QUEUE, { limit: 9, beforePosition: first.at(-1)?.position ?? 0 });
      expect([first, second].map((page) => page.map(({ messageId }) => messageId))).toEqual([
        ['m5', 'm4'],
        ['m3', 'm2', 'm1'],
      ]);
    });

    it('ends or deletes a whole queue, and no other', async () => {
      const outbox = await openNew();
      await outbox.put([message('one'), message('two'), message('b', { queueId: 'webhook:b' })], MANY);
      await outbox.endQueue(QUEUE, { state: 'dropped', endedMs: 9 });
      expect(await outbox.list(QUEUE, { limit: 9 })).toMatchObject([{ state: 'dropped' }, { state: 'dropped' }]);
      expect(await outbox.dueQueues(10)).toEqual(['webhook:b']);
      await outbox.deleteQueue('webhook:b');
      expect(await outbox.dueQueues(10)).toEqual([]);
      expect(await outbox.list(QUEUE, { limit: 9 })).toHaveLength(2);
    });

    it('forgets what ended long ago, and all but the newest, but nothing that waits', async () => {
      const outbox = await openNew();
      await outbox.put(
        [1, 2, 3, 4, 5].map((position) => message(`m${position}`, { position })),
        MANY,
      );
      for (const position of [1, 2, 3, 4]) {
        await outbox.settle(message(`m${position}`), {
          state: 'delivered',
          endedMs: position * 100,
          lastAttempt: attempt(position),
        });
      }
      await outbox.trim({ endedAfterMs: 200, endedMax: 2 });
      const kept = (await outbox.list(QUEUE, { limit: 9 })).map(({ messageId }) => messageId);
      expect(kept).toEqual(['m5', 'm4', 'm3']);
    });

    it('gives a claim to one, until that lets go of it or its time is over', async () => {
      const outbox = await openNew();
      expect(await outbox.claim('sender', 'a', LONG_MS)).toBe(true);
      expect(await outbox.claim('sender', 'a', LONG_MS)).toBe(true);
      expect(await outbox.claim('sender', 'b', LONG_MS)).toBe(false);
      expect(await outbox.claim('another', 'b', LONG_MS)).toBe(true);
      await outbox.releaseClaim('sender', 'b');
      expect(await outbox.claim('sender', 'b', LONG_MS)).toBe(false);
      await outbox.releaseClaim('sender', 'a');
      expect(await outbox.claim('sender', 'b', 0)).toBe(true);
      expect(await outbox.claim('sender', 'a', LONG_MS)).toBe(true);
    });
  });
}

function message(messageId: string, more: Partial<NewMessage> = {}): NewMessage {
  return {
    queueId: QUEUE,
    messageId,
    position: 1,
    groupId: null,
    type: 'limit.exceeded',
    body: '{}',
    createdMs: 10,
    dueMs: 10,
    expiresMs: null,
    ...more,
  };
}

function attempt(atMs: number, reason: string | null = null) {
  return { atMs, tookMs: 3, status: reason === null ? 200 : null, reason };
}

async function ids(outbox: OutboxStore, nowMs: number, limit = 9): Promise<readonly string[]> {
  return (await outbox.due(QUEUE, nowMs, limit)).map(({ messageId }) => messageId);
}
