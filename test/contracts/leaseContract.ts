import { describe, expect, it } from 'vitest';
import type { JournalEntry, LeaseHolder, Store } from '../../src/store/store.js';

const ANNA: LeaseHolder = { ownerId: 'anna', url: 'http://anna:8080' };
const BERT: LeaseHolder = { ownerId: 'bert', url: 'http://bert:8080' };
/** No test takes so long. */
const LONG_MS = 600_000;
/** It has run out as soon as it is taken. */
const GONE_MS = 0;

/** Part of the store's contract: who owns which site, and that only the owner writes. */
export function describeLeases(openNew: () => Promise<Store>): void {
  describe('leases', () => {
    it('are given to one owner at a time', async () => {
      const store = await openNew();
      expect(await store.takeLease('depot', ANNA, LONG_MS)).toBeGreaterThan(0);
      expect(await store.takeLease('depot', BERT, LONG_MS)).toBeUndefined();
      expect(await store.takeLease('other', BERT, LONG_MS)).toBeGreaterThan(0);
    });

    it('are given to one alone of many who ask at once', async () => {
      const store = await openNew();
      const owners = Array.from({ length: 20 }, (_, index) => ({ ownerId: `owner-${index}`, url: 'http://x' }));
      const tokens = await Promise.all(owners.map((owner) => store.takeLease('depot', owner, LONG_MS)));
      expect(tokens.filter((token) => token !== undefined)).toHaveLength(1);
    });

    it('are prolonged by their owner, with the same token, and its new address is kept', async () => {
      const store = await openNew();
      await begin(store, 'depot');
      const token = await store.takeLease('depot', ANNA, LONG_MS);
      const moved = { ...ANNA, url: 'http://anna:9090' };
      expect(await store.takeLease('depot', moved, LONG_MS)).toBe(token);
      expect(await store.listLeases()).toEqual([{ siteId: 'depot', holder: moved, token }]);
    });

    it('may be taken when they have run out, and then have a greater token, also for the one who lost them', async () => {
      const store = await openNew();
      const tokens = [
        await store.takeLease('depot', ANNA, GONE_MS),
        await store.takeLease('depot', BERT, GONE_MS),
        await store.takeLease('depot', BERT, GONE_MS),
        await store.takeLease('depot', ANNA, LONG_MS),
      ];
      expectAscending(tokens);
    });

    it('may be taken when they are let go of, and then have a greater token', async () => {
      const store = await openNew();
      const first = await store.takeLease('depot', ANNA, LONG_MS);
      await store.releaseLeases('anna');
      expectAscending([first, await store.takeLease('depot', BERT, LONG_MS)]);
    });

    it('have greater tokens still when the site was deleted and made anew', async () => {
      const store = await openNew();
      const first = await store.takeLease('depot', ANNA, LONG_MS);
      await begin(store, 'depot');
      await store.deleteSite('depot', first);
      await store.releaseLeases('anna');
      const second = await store.takeLease('depot', BERT, LONG_MS);
      expectAscending([first, second]);
      await begin(store, 'depot', second);
      expect(await store.listLeases()).toEqual([{ siteId: 'depot', holder: BERT, token: second }]);
    });

    it('do not make a site of what has no journal', async () => {
      const store = await openNew();
      await store.takeLease('to be', ANNA, LONG_MS);
      expect(await store.listSites()).toEqual([]);
      expect(await store.listLeases()).toEqual([]);
      expect(await store.loadSite('to be')).toEqual({ snapshot: undefined, events: [] });
    });

    it('are renewed all at once, also those that ran out and nobody took; those that are lost are not among them', async () => {
      const store = await openNew();
      const kept = await store.takeLease('b', ANNA, LONG_MS);
      const also = await store.takeLease('a', ANNA, LONG_MS);
      const ranOut = await store.takeLease('run out', ANNA, GONE_MS);
      await store.takeLease('taken', ANNA, GONE_MS);
      await store.takeLease('taken', BERT, LONG_MS);
      expect(await store.renewLeases('anna', LONG_MS)).toEqual([
        { siteId: 'a', token: also },
        { siteId: 'b', token: kept },
        { siteId: 'run out', token: ranOut },
      ]);
      expect(await store.renewLeases('nobody', LONG_MS)).toEqual([]);
      expect(await store.takeLease('run out', BERT, LONG_MS)).toBeUndefined();
    });

    it('last as long as they were renewed for', async () => {
      const store = await openNew();
      await store.takeLease('depot', ANNA, LONG_MS);
      await store.renewLeases('anna', GONE_MS);
      expect(await store.takeLease('depot', BERT, LONG_MS)).toBeDefined();
      expect(await store.renewLeases('anna', LONG_MS)).toEqual([]);
    });

    it('are let go of by name, and only by their owner', async () => {
      const store = await openNew();
      for (const siteId of ['a', 'b', 'c']) await store.takeLease(siteId, ANNA, LONG_MS);
      await store.releaseLeases('bert');
      await store.releaseLeases('anna', ['a', 'c', 'never was']);
      const left = await store.renewLeases('anna', LONG_MS);
      expect(left.map(({ siteId }) => siteId)).toEqual(['b']);
    });

    it('are listed for every stored site, in ascending order, also where nobody holds one', async () => {
      const store = await openNew();
      for (const siteId of ['b', 'B', 'a', 'c']) await begin(store, siteId);
      const held = await store.takeLease('b', ANNA, LONG_MS);
      const lost = await store.takeLease('c', ANNA, GONE_MS);
      expect(await store.listLeases()).toEqual([
        { siteId: 'B', holder: 'nobody', token: 0 },
        { siteId: 'a', holder: 'nobody', token: 0 },
        { siteId: 'b', holder: ANNA, token: held },
        { siteId: 'c', holder: 'nobody', token: lost },
      ]);
    });

    it.each([
      ['an empty owner', () => ({ ownerId: '', url: 'http://x' }), LONG_MS],
      ['an address that would not come back', () => ({ ownerId: 'anna', url: 'http://\0' }), LONG_MS],
      ['a length that is no number', () => ANNA, Number.NaN],
    ])('are refused to %s', async (_, owner, lastsMs) => {
      const store = await openNew();
      await expect(store.takeLease('depot', owner(), lastsMs)).rejects.toMatchObject({ code: 'INVALID_RECORD' });
    });
  });

  describe('the fencing token', () => {
    const stale = { code: 'STALE_TOKEN', retryable: false };

    /** A store whose site was anna's, with two events, and is bert's. */
    async function takenOver(): Promise<{ store: Store; anna: number; bert: number }> {
      const store = await openNew();
      const anna = (await store.takeLease('depot', ANNA, GONE_MS)) ?? 0;
      await store.appendEvents([entry(1, 'anna'), entry(2, 'anna')].map((one) => ({ ...one, token: anna })));
      const bert = (await store.takeLease('depot', BERT, LONG_MS)) ?? 0;
      return { store, anna, bert };
    }

    it('lets the owner write', async () => {
      const { store, bert } = await takenOver();
      await store.appendEvents([{ ...entry(3, 'bert'), token: bert }]);
      await store.saveSnapshot({ siteId: 'depot', seq: 3, atMs: 3, state: 's', keepAfterMs: 0, token: bert });
      await store.putStations('depot', ['CP1'], bert);
      await store.putSession(session(), bert);
      await store.putHistoryDays('depot', [{ dayMs: 0, record: 1 }], bert);
      await store.deleteSite('depot', bert);
    });

    it('refuses the events of one who owned the site before, also before the new owner has written', async () => {
      const { store, anna, bert } = await takenOver();
      await expect(store.appendEvents([{ ...entry(3, 'late'), token: anna }])).rejects.toMatchObject(stale);
      await store.appendEvents([{ ...entry(3, 'bert'), token: bert }]);
      await expect(store.appendEvents([{ ...entry(3, 'late'), token: anna }])).rejects.toMatchObject(stale);
      await expect(store.appendEvents([{ ...entry(4, 'late'), token: anna }])).rejects.toMatchObject(stale);
      expect((await store.loadSite('depot')).events.map(({ event }) => event)).toEqual(['anna', 'anna', 'bert']);
    });

    it('refuses the first event of a site that another one is about to make', async () => {
      const store = await openNew();
      const anna = await store.takeLease('depot', ANNA, GONE_MS);
      const bert = await store.takeLease('depot', BERT, LONG_MS);
      await expect(begin(store, 'depot', anna)).rejects.toMatchObject(stale);
      expect(await store.listSites()).toEqual([]);
      await begin(store, 'depot', bert);
    });

    it('refuses all else that is written for the site, and changes nothing', async () => {
      const { store, anna } = await takenOver();
      const snapshot = { siteId: 'depot', seq: 2, atMs: 2, state: 'late', keepAfterMs: 9, token: anna };
      await expect(store.saveSnapshot(snapshot)).rejects.toMatchObject(stale);
      await expect(store.putStations('depot', ['CP1'], anna)).rejects.toMatchObject(stale);
      await expect(store.putSession(session(), anna)).rejects.toMatchObject(stale);
      await expect(store.putHistoryDays('depot', [{ dayMs: 0, record: 1 }], anna)).rejects.toMatchObject(stale);
      await expect(store.deleteSite('depot', anna)).rejects.toMatchObject(stale);
      expect((await store.loadSite('depot')).events).toHaveLength(2);
      expect(await store.siteOfStation('CP1')).toBeUndefined();
      expect(await store.listSessions('depot', { limit: 1 })).toEqual([]);
      expect(await store.listHistoryDays('depot', { fromMs: 0, toMs: 1 })).toEqual([]);
    });

    it('refuses one site of a batch and with it the whole batch', async () => {
      const { store, anna } = await takenOver();
      const mine = { siteId: 'other', seq: 1, atMs: 1, event: 'x', token: anna };
      await expect(store.appendEvents([mine, { ...entry(3, 'late'), token: anna }])).rejects.toMatchObject(stale);
      expect(await store.listSites()).toEqual(['depot']);
    });

    it('is not asked of whoever gives none', async () => {
      const { store } = await takenOver();
      await store.appendEvents([entry(3, 'no token')]);
      expect((await store.loadSite('depot')).events).toHaveLength(3);
    });

    it('never goes back, whatever is appended and taken at once', async () => {
      const store = await openNew();
      await begin(store, 'depot');
      const owners = Array.from({ length: 12 }, (_, index) => ({ ownerId: `owner-${index}`, url: 'http://x' }));
      const outcomes = await Promise.all(
        owners.map(async (owner) => {
          const token = await store.takeLease('depot', owner, GONE_MS);
          if (token === undefined) return undefined;
          const { events } = await store.loadSite('depot');
          const seq = events.length + 1;
          const appended = store.appendEvents([{ ...entry(seq, owner.ownerId), token }]);
          return appended.then(
            () => ({ seq, token, ownerId: owner.ownerId }),
            () => undefined,
          );
        }),
      );
      const written = outcomes.filter((outcome) => outcome !== undefined).sort((a, b) => a.seq - b.seq);
      expectAscending(written.map(({ token }) => token));
      const { events } = await store.loadSite('depot');
      expect(events.slice(1).map(({ event }) => event)).toEqual(written.map(({ ownerId }) => ownerId));
    });
  });

  describe('an append that is made again', () => {
    it('is taken as done when the very same is stored', async () => {
      const store = await openNew();
      const batch = [entry(1, { a: 1 }), entry(2, 'two')];
      await store.appendEvents(batch);
      await store.appendEvents(batch);
      expect((await store.loadSite('depot')).events).toHaveLength(2);
    });

    it('goes on behind what is stored', async () => {
      const store = await openNew();
      await store.appendEvents([entry(1, 'a'), entry(2, 'b')]);
      await store.appendEvents([entry(1, 'a'), entry(2, 'b'), entry(3, 'c')]);
      await store.appendEvents([entry(3, 'c'), entry(4, 'd')]);
      expect((await store.loadSite('depot')).events.map(({ event }) => event)).toEqual(['a', 'b', 'c', 'd']);
    });

    it('is refused when anything about it differs, or when it can no longer be compared', async () => {
      const store = await openNew();
      const taken = { code: 'SEQ_TAKEN' };
      await store.appendEvents([entry(1, 'a'), entry(2, 'b')]);
      await expect(store.appendEvents([entry(1, 'a'), entry(2, 'B'), entry(3, 'c')])).rejects.toMatchObject(taken);
      await expect(store.appendEvents([{ ...entry(2, 'b'), atMs: 7 }])).rejects.toMatchObject(taken);
      await store.saveSnapshot({ siteId: 'depot', seq: 2, atMs: 2, state: 'ab', keepAfterMs: 1_000 });
      await expect(store.appendEvents([entry(2, 'b')])).rejects.toMatchObject(taken);
      expect((await store.loadSite('depot')).events).toEqual([]);
    });
  });
}

function entry(seq: number, event: unknown): JournalEntry {
  return { siteId: 'depot', seq, atMs: seq, event };
}

function begin(store: Store, siteId: string, token?: number): Promise<void> {
  return store.appendEvents([{ siteId, seq: 1, atMs: 1, event: 'begun', ...(token !== undefined && { token }) }]);
}

function session() {
  return { sessionId: 's1', siteId: 'depot', stationId: 'CP1', startedMs: 1, endedMs: 2, record: {} };
}

function expectAscending(tokens: readonly (number | undefined)[]): void {
  const given = tokens.map((token) => token ?? Number.NaN);
  expect(given).toEqual([...new Set(given)].sort((a, b) => a - b));
  expect(given).not.toContain(Number.NaN);
}
