import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addressOfNode, type Bus, type HeldSince } from '../../src/bus/bus.js';

export interface BusPlace {
  open(nodeId: string): Promise<Bus>;
}

const SOON_MS = 2_000;
let names = 0;

/** What every implementation of Bus keeps to. One place for all tests of it: each uses names of its own. */
export function describeBusContract(name: string, openPlace: () => Promise<BusPlace>): void {
  describe(`${name} keeps the Bus contract`, () => {
    let place: BusPlace;
    const open: Bus[] = [];
    beforeAll(async () => {
      place = await openPlace();
    });
    afterEach(async () => {
      await Promise.all(open.splice(0).map((bus) => bus.close()));
    });

    async function bus(nodeId: string): Promise<Bus> {
      const opened = await place.open(nodeId);
      open.push(opened);
      return opened;
    }

    async function two(): Promise<[Bus, Bus]> {
      return [await bus(fresh('a')), await bus(fresh('b'))];
    }

    it('carries a question to who answers at the address, and the answer back', async () => {
      const [a, b] = await two();
      await b.answer(addressOfNode(b.nodeId), async (body) => ({ heard: body }));
      expect(await a.request(addressOfNode(b.nodeId), { x: [1, 'ö', null] }, SOON_MS)).toEqual({
        heard: { x: [1, 'ö', null] },
      });
    });

    it('answers what a process asks of itself', async () => {
      const [a] = await two();
      await a.answer(addressOfNode(a.nodeId), async () => 'itself');
      expect(await a.request(addressOfNode(a.nodeId), {}, SOON_MS)).toBe('itself');
    });

    it('keeps questions apart that are under way together', async () => {
      const [a, b] = await two();
      const address = fresh('many');
      const waiting: (() => void)[] = [];
      await b.answer(address, async (body) => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return body;
      });
      const asked = Array.from({ length: 50 }, (_, k) => a.request(address, k, SOON_MS));
      await waitUntil(() => waiting.length === 50);
      for (const go of waiting.reverse()) go();
      expect(await Promise.all(asked)).toEqual(asked.map((_, k) => k));
    });

    it('says at once that nobody answers at an address', async () => {
      const [a] = await two();
      await expect(a.request(fresh('nowhere'), {}, 60_000)).rejects.toMatchObject({ code: 'NOBODY' });
    });

    it('says that nobody answers any more once who answered has stopped', async () => {
      const [a, b] = await two();
      const address = fresh('stopped');
      const stop = await b.answer(address, async () => 'here');
      expect(await a.request(address, {}, SOON_MS)).toBe('here');
      stop();
      await waitUntil(async () =>
        a.request(address, {}, SOON_MS).then(
          () => false,
          ({ code }: { code?: unknown }) => code === 'NOBODY',
        ),
      );
    });

    it('gives up on an answer that does not come in time', async () => {
      const [a, b] = await two();
      const address = fresh('silent');
      await b.answer(address, () => new Promise(() => {}));
      await expect(a.request(address, {}, 50)).rejects.toMatchObject({ code: 'NO_ANSWER' });
    });

    it('tells the asker that the answering failed', async () => {
      const [a, b] = await two();
      const address = fresh('failing');
      await b.answer(address, async () => {
        throw new Error('no room');
      });
      await expect(a.request(address, {}, SOON_MS)).rejects.toMatchObject({ code: 'FAILED', message: 'no room' });
    });

    it('tells every subscriber of a topic, the publisher included, and in order', async () => {
      const [a, b] = await two();
      const topic = fresh('news');
      const heard: { readonly a: unknown[]; readonly b: unknown[] } = { a: [], b: [] };
      await a.subscribe(topic, (body) => heard.a.push(body));
      const stop = await b.subscribe(topic, (body) => heard.b.push(body));
      await b.subscribe(fresh('other'), () => heard.b.push('of another topic'));
      for (let k = 0; k < 20; k++) await a.publish(topic, { k });
      const all = Array.from({ length: 20 }, (_, k) => ({ k }));
      await waitUntil(() => heard.a.length === 20 && heard.b.length === 20);
      expect(heard).toEqual({ a: all, b: all });
      stop();
      await a.publish(topic, 'later');
      await waitUntil(() => heard.a.length === 21);
      expect(heard.b).toHaveLength(20);
    });

    it('presence: the newest claim has the key, and learns who had it', async () => {
      const [a, b] = await two();
      const key = fresh('station');
      const first = await a.presence.claim(key, { nodeId: 'a', connectionId: '1' }, SOON_MS);
      expect(first.before).toBeUndefined();
      const second = await b.presence.claim(key, { nodeId: 'b', connectionId: '2' }, SOON_MS);
      expect(second.before).toEqual({ nodeId: 'a', connectionId: '1', sinceMs: first.sinceMs });
      expect(second.sinceMs).toBeGreaterThan(first.sinceMs);
      expect(await a.presence.find(key)).toEqual({ nodeId: 'b', connectionId: '2', sinceMs: second.sinceMs });
    });

    it('presence: who was replaced learns by whom, and takes nothing back', async () => {
      const [a, b] = await two();
      const key = fresh('station');
      const { sinceMs } = await a.presence.claim(key, { nodeId: 'a', connectionId: '1' }, SOON_MS);
      const mine: HeldSince = { nodeId: 'a', connectionId: '1', sinceMs };
      expect(await a.presence.refresh(key, mine, SOON_MS)).toBeUndefined();
      await b.presence.claim(key, { nodeId: 'b', connectionId: '2' }, SOON_MS);
      expect(await a.presence.refresh(key, mine, SOON_MS)).toMatchObject({ nodeId: 'b', connectionId: '2' });
      await a.presence.release(key, mine);
      expect(await a.presence.find(key)).toMatchObject({ nodeId: 'b' });
      await b.presence.release(key, { nodeId: 'b', connectionId: '2' });
      expect(await a.presence.find(key)).toBeUndefined();
    });

    it('presence: after everything was forgotten the newer connection still wins, whoever says so first', async () => {
      const [a, b] = await two();
      const older: HeldSince = { nodeId: 'a', connectionId: '1', sinceMs: 1_000 };
      const newer: HeldSince = { nodeId: 'b', connectionId: '2', sinceMs: 2_000 };
      const olderFirst = fresh('station');
      expect(await a.presence.refresh(olderFirst, older, SOON_MS)).toBeUndefined();
      expect(await b.presence.refresh(olderFirst, newer, SOON_MS)).toBeUndefined();
      expect(await a.presence.refresh(olderFirst, older, SOON_MS)).toEqual(newer);
      const newerFirst = fresh('station');
      expect(await b.presence.refresh(newerFirst, newer, SOON_MS)).toBeUndefined();
      expect(await a.presence.refresh(newerFirst, older, SOON_MS)).toEqual(newer);
    });

    it('presence: ends by itself when nobody prolongs it', async () => {
      const [a] = await two();
      const key = fresh('station');
      await a.presence.claim(key, { nodeId: 'a', connectionId: '1' }, 60);
      await waitUntil(async () => (await a.presence.find(key)) === undefined);
    });
  });
}

/** Nothing of an earlier test, or of an earlier run, is there. */
function fresh(word: string): string {
  names += 1;
  return `${word}-${process.pid}-${Date.now()}-${names}`;
}

async function waitUntil(holds: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(async () => holds(), { timeout: SOON_MS, interval: 10 }).toBe(true);
}
