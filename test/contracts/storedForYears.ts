import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Store, StoredHistoryDay, StoredSession } from '../../src/store/store.js';

const START_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

/** Part of the store's contract: tariffs, history, and sessions looked up by time. */
export function describeStoredForYears(openNew: () => Promise<Store>): void {
  describe('sessions of a span', () => {
    it('are those with a moment in it, the earliest first', async () => {
      const store = await openNew();
      await store.putSession(session('goes on past the end', 150, 260));
      await store.putSession(session('ends as it begins', 50, 100));
      await store.putSession(session('spans it all', 0, 1_000));
      await store.putSession(session('begins as it ends', 200, 300));
      await store.putSession(session('lies within', 110, 120));
      await store.putSession(session('ends within', 90, 101));
      await store.putSession({ ...session('is elsewhere', 110, 120), siteId: 'other' });
      const found = await store.listSessionsBetween('depot', { fromMs: 100, toMs: 200, limit: 100 });
      expect(ids(found)).toEqual(['spans it all', 'ends within', 'lies within', 'goes on past the end']);
      expect(found[2]).toEqual(session('lies within', 110, 120));
    });

    it('count one that ended in the millisecond it began, once, in the span that has this moment', async () => {
      const store = await openNew();
      await store.putSession(session('short', 100, 100));
      expect(ids(await store.listSessionsBetween('depot', { fromMs: 100, toMs: 200, limit: 9 }))).toEqual(['short']);
      expect(await store.listSessionsBetween('depot', { fromMs: 0, toMs: 100, limit: 9 })).toEqual([]);
    });

    it('come page by page, none twice and none left out, also where many begin at once', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 4 })), { maxLength: 14 }),
          fc.integer({ min: 1, max: 4 }),
          async (stays, limit) => {
            const store = await openNew();
            const all = stays.map(([startedMs, lengthMs], k) => session(`s${k}`, startedMs, startedMs + lengthMs));
            for (const one of all) await store.putSession(one);
            const found: StoredSession[] = [];
            for (let full = true; full; ) {
              const after = found.at(-1);
              const page = await store.listSessionsBetween('depot', {
                fromMs: 2,
                toMs: 6,
                limit,
                ...(after !== undefined && { after }),
              });
              expect(page.length).toBeLessThanOrEqual(limit);
              found.push(...page);
              full = page.length === limit;
            }
            const expected = all
              .filter(({ startedMs, endedMs }) => startedMs < 6 && (endedMs > 2 || startedMs >= 2))
              .sort((a, b) => a.startedMs - b.startedMs || (a.sessionId < b.sessionId ? -1 : 1));
            expect(ids(found)).toEqual(ids(expected));
          },
        ),
        { numRuns: 15 },
      );
    });
  });

  describe('tariffs', () => {
    it('are none at first', async () => {
      expect(await (await openNew()).listTariffs()).toEqual([]);
    });

    it('come back as they were put, in ascending order of id', async () => {
      const store = await openNew();
      const document = { currency: 'SEK', prices: [0.1, -0.05, 1e-7], name: 'Nätägare 🔌' };
      for (const tariffId of ['b', 'a', 'B']) await store.putTariff({ tariffId, updatedMs: START_MS, document });
      expect(await store.listTariffs()).toEqual(
        ['B', 'a', 'b'].map((tariffId) => ({ tariffId, updatedMs: START_MS, document })),
      );
    });

    it('are replaced by the same id, and are gone when they are deleted', async () => {
      const store = await openNew();
      await store.putTariff({ tariffId: 'spot', updatedMs: 1, document: 'old' });
      await store.putTariff({ tariffId: 'spot', updatedMs: 2, document: 'new' });
      expect(await store.listTariffs()).toEqual([{ tariffId: 'spot', updatedMs: 2, document: 'new' }]);
      await store.deleteTariff('spot');
      await store.deleteTariff('never there');
      expect(await store.listTariffs()).toEqual([]);
    });

    it('are stored as they were handed in, whatever becomes of the object', async () => {
      const store = await openNew();
      const document = { currency: 'SEK' };
      const put = store.putTariff({ tariffId: 'spot', updatedMs: 1, document });
      document.currency = 'EUR';
      await put;
      expect((await store.listTariffs())[0]?.document).toEqual({ currency: 'SEK' });
    });

    it('that could not come back the same are refused', async () => {
      const store = await openNew();
      const invalid = { code: 'INVALID_RECORD' };
      await expect(store.putTariff({ tariffId: '', updatedMs: 1, document: {} })).rejects.toMatchObject(invalid);
      await expect(store.putTariff({ tariffId: 'a', updatedMs: 1.5, document: {} })).rejects.toMatchObject(invalid);
      await expect(store.putTariff({ tariffId: 'a', updatedMs: 1, document: undefined })).rejects.toMatchObject(
        invalid,
      );
    });
  });

  describe('history', () => {
    it('gives back the days of a span, ascending, of this site alone', async () => {
      const store = await openNew();
      await store.putHistoryDays('depot', [day(3), day(1), day(2)]);
      await store.putHistoryDays('depot', [day(0)]);
      await store.putHistoryDays('other', [day(1)]);
      expect(await listed(store, 1, 3)).toEqual([day(1), day(2)]);
      expect(await listed(store, 4, 9)).toEqual([]);
    });

    it('replaces a day that is there', async () => {
      const store = await openNew();
      await store.putHistoryDays('depot', [day(0), day(1)]);
      const corrected = { ...day(1), record: { importWh: [7] } };
      await store.putHistoryDays('depot', [corrected]);
      expect(await listed(store, 0, 2)).toEqual([day(0), corrected]);
    });

    it('takes no days as nothing to do, and all or none of several', async () => {
      const store = await openNew();
      await store.putHistoryDays('depot', []);
      const half = store.putHistoryDays('depot', [day(0), { dayMs: Number.NaN, record: {} }]);
      await expect(half).rejects.toMatchObject({ code: 'INVALID_RECORD' });
      expect(await listed(store, 0, 9)).toEqual([]);
    });

    it('outlives its site', async () => {
      const store = await openNew();
      await store.appendEvents([{ siteId: 'depot', seq: 1, atMs: START_MS, event: 'x' }]);
      await store.putHistoryDays('depot', [day(0)]);
      await store.deleteSite('depot');
      expect(await listed(store, 0, 1)).toEqual([day(0)]);
    });

    it('keeps years of days', async () => {
      const store = await openNew();
      const days = Array.from({ length: 2_000 }, (_, index) => day(index));
      await store.putHistoryDays('depot', days);
      expect(await listed(store, 0, 2_000)).toEqual(days);
      expect(await listed(store, 1_500, 1_502)).toEqual(days.slice(1_500, 1_502));
    });
  });
}

function session(sessionId: string, startedMs: number, endedMs: number): StoredSession {
  return { sessionId, siteId: 'depot', stationId: 'CP001', startedMs, endedMs, record: { energyWh: 1 } };
}

function ids(sessions: readonly StoredSession[]): string[] {
  return sessions.map(({ sessionId }) => sessionId);
}

function day(index: number): StoredHistoryDay {
  return { dayMs: START_MS + index * DAY_MS, record: { importWh: [index, 0.5, -1] } };
}

function listed(store: Store, fromDay: number, toDay: number): Promise<readonly StoredHistoryDay[]> {
  return store.listHistoryDays('depot', { fromMs: START_MS + fromDay * DAY_MS, toMs: START_MS + toDay * DAY_MS });
}
