import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ISLAND_MESSAGES_MAX, IslandQueue, type KeptMessage } from '../../../src/proxy/islandQueue.js';
import { IslandQueues } from '../../../src/proxy/islandQueues.js';
import { MemoryDocuments } from '../../support/memoryDocuments.js';
import { HeldStore } from './heldStore.js';

const message = (n: number): KeptMessage => ({ action: 'StatusNotification', payload: { n } });

function openOn(documents: MemoryDocuments, stationId = 'CP001'): Promise<IslandQueue> {
  return IslandQueue.open({ documents, upstreamId: 'csms', stationId, organisationId: 'north', nowMs: () => 0 });
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

/** Takes it all out. */
async function all(queue: IslandQueue): Promise<unknown[]> {
  const taken: unknown[] = [];
  for (let one = await queue.first(); one !== undefined; one = await queue.first()) {
    taken.push(one.payload.n);
    await queue.remove();
  }
  return taken;
}

/** Documents of which some writes fail: what was said to be on disk is. */
class Unsure extends MemoryDocuments {
  failsAt = Number.POSITIVE_INFINITY;
  override async replace(...written: Parameters<MemoryDocuments['replace']>): Promise<boolean> {
    if (this.failsAt-- <= 0) throw new Error('the disk is full');
    return super.replace(...written);
  }
}

describe('what a station said while its CSMS was away', () => {
  it('comes out as it went in, over restarts; at most the last that was taken out comes again', async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.constant('add' as const) },
      { weight: 4, arbitrary: fc.constant('remove' as const) },
      { weight: 1, arbitrary: fc.constant('restart' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 250 }), async (steps) => {
        const documents = new MemoryDocuments();
        let queue = await openOn(documents);
        const model: number[] = [];
        let next = 0;
        for (const one of steps) {
          if (one === 'restart') queue = await openOn(documents);
          else if (one === 'add') {
            expect(await queue.add(message(next))).toBe(true);
            model.push(next++);
          } else if (model.length > 0) {
            await queue.remove();
            model.shift();
          }
          expect(queue.count).toBe(model.length);
          expect((await queue.first())?.payload.n).toBe(model[0]);
        }
        while (model.length > 0) {
          expect((await queue.first())?.payload.n).toBe(model.shift());
          await queue.remove();
        }
        expect(queue.isEmpty).toBe(true);
        expect(await documents.list('proxyIslandPage')).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('is kept only where it is on disk: one that could not be written is not there, and the next is', async () => {
    const documents = new Unsure();
    const queue = await openOn(documents);
    for (let n = 0; n < 32; n++) await queue.add(message(n));
    documents.failsAt = 0;
    await expect(queue.add(message(-1))).rejects.toThrow();
    documents.failsAt = Number.POSITIVE_INFINITY;
    expect(queue.count).toBe(32);
    await queue.add(message(32));
    expect(await all(await openOn(documents))).toEqual(upTo(33));
  });

  it('is still the oldest, and counted, where it could not be written that it was delivered', async () => {
    const documents = new Unsure();
    const queue = await openOn(documents);
    for (let n = 0; n < 33; n++) await queue.add(message(n));
    for (let n = 0; n < 31; n++) await queue.remove();
    documents.failsAt = 0;
    await expect(queue.remove()).rejects.toThrow();
    documents.failsAt = Number.POSITIVE_INFINITY;
    expect(queue.count).toBe(2);
    expect(await all(queue)).toEqual([31, 32]);
    expect(queue.isEmpty).toBe(true);
    expect(await documents.list('proxyIslandPage')).toEqual([]);
  });

  it('has one writer: one that does not know what another has written since writes nothing', async () => {
    const documents = new MemoryDocuments();
    const [one, other] = [await openOn(documents), await openOn(documents)];
    await one.add(message(0));
    await expect(other.add(message(-1))).rejects.toThrow();
    await other.reload();
    await other.add(message(1));
    await expect(one.add(message(-1))).rejects.toThrow();
    await expect(one.remove()).rejects.toThrow();
    expect(await all(await openOn(documents))).toEqual([0, 1]);
  });

  it('is one queue for all connections of a station in one process, read again when one comes', async () => {
    const documents = new HeldStore();
    const options = { documents, upstreamId: 'csms', stationId: 'CP001', organisationId: 'north', nowMs: () => 0 };
    const queues = new IslandQueues();
    const first = await queues.open(options);
    documents.hold(() => true);
    const added = first.queue.add(message(0));
    await new Promise((resolve) => setImmediate(resolve));
    const opening = queues.open(options);
    first.release();
    documents.release();
    await added;
    const second = await opening;
    await second.queue.add(message(1));
    second.release();
    await second.queue.idle();
    await (await openOn(documents)).add(message(2));
    expect(await all((await queues.open(options)).queue)).toEqual([0, 1, 2]);
  });

  it('goes on behind a page that is not there any more', async () => {
    const documents = new MemoryDocuments();
    const queue = await openOn(documents);
    for (let n = 0; n < 128; n++) await queue.add(message(n));
    await documents.delete('proxyIslandPage', 'csms/CP001/0');
    await documents.delete('proxyIslandPage', 'csms/CP001/2');
    const again = await openOn(documents);
    expect(await all(again)).toEqual([...upTo(64).slice(32), ...upTo(128).slice(96)]);
    expect(again.isEmpty).toBe(true);
    await again.add(message(128));
    expect(await all(await openOn(documents))).toEqual([128]);
  });

  it('of another organisation is nobody’s', async () => {
    const documents = new MemoryDocuments();
    await (await openOn(documents)).add(message(0));
    const options = { documents, upstreamId: 'csms', stationId: 'CP001', organisationId: 'south', nowMs: () => 0 };
    const queue = await IslandQueue.open(options);
    expect(queue.isEmpty).toBe(true);
    await queue.add(message(1));
    expect(await all(await IslandQueue.open(options))).toEqual([1]);
  });

  it('is bounded', async () => {
    const documents = new MemoryDocuments();
    const body = { first: 0, last: ISLAND_MESSAGES_MAX / 32, delivered: 0 };
    await documents.put({ kind: 'proxyIsland', id: 'csms/CP001', organisationId: 'north', updatedMs: 0, body });
    for (const page of [body.first, body.last]) {
      const messages = Array.from({ length: 32 }, () => message(0));
      const id = `csms/CP001/${page}`;
      await documents.put({ kind: 'proxyIslandPage', id, organisationId: 'north', updatedMs: 0, body: { messages } });
    }
    const queue = await openOn(documents);
    expect(await queue.add(message(1))).toBe(false);
    expect(await (await openOn(documents, 'CP002')).add(message(1))).toBe(true);
  });
});
