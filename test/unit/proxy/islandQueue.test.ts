import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ISLAND_MESSAGES_MAX, IslandQueue, type KeptMessage } from '../../../src/proxy/islandQueue.js';
import { MemoryDocuments } from '../../support/memoryDocuments.js';

const message = (n: number): KeptMessage => ({ action: 'StatusNotification', payload: { n } });

function openOn(documents: MemoryDocuments, stationId = 'CP001'): Promise<IslandQueue> {
  return IslandQueue.open({ documents, upstreamId: 'csms', stationId, organisationId: 'north', nowMs: () => 0 });
}

/** Documents of which some writes fail: what was said to be on disk is. */
class Unsure extends MemoryDocuments {
  failsAt = Number.POSITIVE_INFINITY;
  override async put(document: Parameters<MemoryDocuments['put']>[0]): Promise<void> {
    if (this.failsAt-- <= 0) throw new Error('the disk is full');
    await super.put(document);
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
    for (const failsAt of [0, 1]) {
      documents.failsAt = failsAt;
      await expect(queue.add(message(-1))).rejects.toThrow();
      documents.failsAt = Number.POSITIVE_INFINITY;
    }
    expect(queue.count).toBe(32);
    await queue.add(message(32));
    const again = await openOn(documents);
    const all: unknown[] = [];
    for (let one = await again.first(); one !== undefined; one = await again.first()) {
      all.push(one.payload.n);
      await again.remove();
    }
    expect(all).toEqual(Array.from({ length: 33 }, (_, n) => n));
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
