import { describe, expect, it } from 'vitest';
import { Island } from '../../../src/proxy/island.js';
import { IslandQueue, type KeptMessage } from '../../../src/proxy/islandQueue.js';
import { ProxyMemory } from '../../../src/proxy/proxyMemory.js';
import type { OwnOutcome } from '../../../src/proxy/relayMessages.js';
import { MemoryDocuments } from '../../support/memoryDocuments.js';
import { eventually } from '../gateway/gatewayFixture.js';

// What a CSMS that is back is told of the time that it was away, and what becomes of it where that does not take it.

const event = (seqNo: number): KeptMessage => ({ action: 'TransactionEvent', payload: { seqNo } });
const BOOT: KeptMessage = { action: 'BootNotification', payload: { reason: 'PowerUp' } };
const result = (payload: KeptMessage['payload']): OwnOutcome => ({
  outcome: 'answered',
  frame: { kind: 'result', id: 'x', payload },
});
const error = (code: string): OwnOutcome => ({
  outcome: 'answered',
  frame: { kind: 'error', id: 'x', code, description: '' },
});

/** `answer`: of the CSMS, to what it is told. */
async function islandWith(kept: readonly KeptMessage[], answer: (message: KeptMessage) => OwnOutcome) {
  const where = { documents: new MemoryDocuments(), upstreamId: 'csms', stationId: 'CP001', organisationId: 'north' };
  const queue = await IslandQueue.open({ ...where, nowMs: () => 0 });
  for (const message of kept) await queue.add(message);
  const told: unknown[] = [];
  const reports: string[] = [];
  const pauses: { readonly delayMs: number; readonly run: () => void }[] = [];
  const memory = await ProxyMemory.open({ ...where, nowMs: () => 0 });
  const world = { queue, told, reports, pauses, memory, closed: 0, nowMs: 0, answer };
  const island = new Island({
    clock: {
      nowMs: () => world.nowMs,
      after: (delayMs, run) => {
        pauses.push({ delayMs, run });
        return () => {};
      },
    },
    queue,
    memory,
    errorCode: 'GenericError',
    heard: () => {},
    answer: () => {},
    callCsms: async (message) => {
      told.push(message.payload.seqNo ?? message.action);
      return world.answer(message);
    },
    closeStation: () => void world.closed++,
    report: (detail) => void reports.push(detail),
  });
  return Object.assign(world, { island });
}

const heartbeat = { kind: 'call', id: 'h', action: 'Heartbeat', payload: {}, text: '', receivedMs: 0 } as const;
const boot = { ...heartbeat, action: 'BootNotification' } as const;
const settled = async () => {
  for (let round = 0; round < 10; round++) await new Promise((resolve) => setImmediate(resolve));
};

describe('a CSMS that is back', () => {
  it.each([
    ['rejects', result({ status: 'Rejected' })],
    ['is not ready for', result({ status: 'Pending' })],
    ['can not take', error('InternalError')],
  ])('and %s the boot hears the rest only once it has accepted one', async (_what, refusal) => {
    const world = await islandWith([BOOT, event(0), event(1)], ({ action }) =>
      action === 'BootNotification' ? refusal : error('SecurityError'),
    );
    world.island.up();
    await eventually(() => world.closed === 1);
    world.island.asked(heartbeat);
    await settled();
    expect(world.told).toEqual(['BootNotification']);
    expect(world.queue.count).toBe(3);
    world.answer = () => result({});
    world.island.answered(boot, { kind: 'result', id: 'b', payload: { status: 'Accepted' } });
    await eventually(() => world.queue.isEmpty);
    expect(world.told).toEqual(['BootNotification', 0, 1]);
  });

  it('and answers a transaction’s message with an error is told it again, after a pause', async () => {
    let errors = 2;
    const world = await islandWith([event(0), event(1)], () => (errors-- > 0 ? error('InternalError') : result({})));
    world.island.up();
    for (const count of [1, 2]) {
      await eventually(() => world.pauses.length === count);
      expect(world.told).toHaveLength(count);
      world.pauses.at(-1)?.run();
    }
    await eventually(() => world.queue.isEmpty);
    expect(world.told).toEqual([0, 0, 0, 1]);
    expect(world.pauses.map(({ delayMs }) => delayMs)).toEqual([10_000, 20_000]);
  });

  it.each(['InternalError', 'GenericError'])('and is not well (%s) hears it later, in order', async (code) => {
    const world = await islandWith([event(0), event(1)], () => error(code));
    world.island.up();
    for (const count of [1, 2]) {
      await eventually(() => world.pauses.length === count);
      world.pauses.at(-1)?.run();
    }
    await eventually(() => world.reports.length === 1);
    await settled();
    expect(world.queue.count).toBe(2);
    world.answer = () => result({});
    world.island.asked(heartbeat);
    await eventually(() => world.queue.isEmpty);
    expect(world.told).toEqual([0, 0, 0, 0, 1]);
  });

  it('and is not well for one message for ever gets what follows after some hours', async () => {
    const world = await islandWith([event(0), event(1)], ({ payload }) =>
      payload.seqNo === 0 ? error('InternalError') : result({}),
    );
    world.island.up();
    for (const count of [1, 2]) {
      await eventually(() => world.pauses.length === count);
      world.pauses.at(-1)?.run();
    }
    await eventually(() => world.reports.length === 1);
    expect(world.queue.count).toBe(2);
    world.nowMs += 6 * 3_600_000;
    await settled();
    world.island.asked(heartbeat);
    for (const count of [3, 4]) {
      await eventually(() => world.pauses.length === count);
      world.pauses.at(-1)?.run();
    }
    await eventually(() => world.queue.isEmpty);
    expect(world.told.at(-1)).toBe(1);
    expect(world.reports.at(-1)).toContain('it is left out');
  });

  it('says in its answers which tokens it does not let in', async () => {
    const idToken = { idToken: 'CARD', type: 'ISO14443' };
    const used = { action: 'TransactionEvent', payload: { seqNo: 0, idToken } };
    const world = await islandWith([used], () => result({ idTokenInfo: { status: 'Accepted' } }));
    world.island.up();
    await eventually(() => world.queue.isEmpty);
    expect(world.memory.kept.tokens).toHaveLength(1);
    await world.queue.add(used);
    world.answer = () => result({ idTokenInfo: { status: 'Blocked' } });
    world.island.asked(heartbeat);
    await eventually(() => world.queue.isEmpty);
    expect([world.memory.kept.tokens, world.reports.length]).toEqual([[], 1]);
  });

  it('and does not understand it gets what follows, after some tries', async () => {
    const world = await islandWith([event(0), event(1)], ({ payload }) =>
      payload.seqNo === 0 ? error('PropertyConstraintViolation') : result({}),
    );
    world.island.up();
    for (const count of [1, 2]) {
      await eventually(() => world.pauses.length === count);
      world.pauses.at(-1)?.run();
    }
    await eventually(() => world.queue.isEmpty);
    expect(world.told).toEqual([0, 0, 0, 1]);
    expect(world.reports).toHaveLength(1);
  });

  it('and goes during such a pause hears it when it is back again', async () => {
    const world = await islandWith([event(0)], () => error('InternalError'));
    world.island.up();
    await eventually(() => world.pauses.length === 1);
    world.island.down();
    await settled();
    expect(world.told).toEqual([0]);
    world.answer = () => result({});
    world.island.up();
    await eventually(() => world.queue.isEmpty);
    expect(world.told).toEqual([0, 0]);
  });
});
