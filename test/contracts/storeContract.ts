import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { JournalEntry, StoredCredentials, StoredSession, WholeStore } from '../../src/store/store.js';
import { describeAccounts } from './accountsContract.js';
import { describeAudit } from './auditContract.js';
import { describeDirectory } from './directoryContract.js';
import { describeDocuments } from './documentsContract.js';
import { describeLeases } from './leaseContract.js';
import { describeOutbox } from './outboxContract.js';
import { describeStoredForYears } from './storedForYears.js';

/** One place in which stores are opened: its data outlives each store that is opened there. */
export interface StorePlace {
  open(): Promise<WholeStore>;
  /** Removes the data. Every store opened here is closed by then. */
  remove(): Promise<void>;
}

const START_MS = Date.UTC(2026, 0, 1);

/** What every implementation of Store keeps to. `newPlace` answers an empty place of its own. */
export function describeStoreContract(name: string, newPlace: () => Promise<StorePlace>): void {
  describe(`${name} keeps the Store contract`, () => {
    const endings: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const end of endings.splice(0).reverse()) await end();
    });

    async function place(): Promise<StorePlace> {
      const made = await newPlace();
      endings.push(() => made.remove());
      return made;
    }

    async function openAt(at: StorePlace): Promise<WholeStore> {
      const store = await at.open();
      endings.push(() => store.close());
      return store;
    }

    async function openNew(): Promise<WholeStore> {
      return openAt(await place());
    }

    describe('journal', () => {
      it('knows no site at first', async () => {
        const store = await openNew();
        expect(await store.listSites()).toEqual([]);
        expect(await store.loadSite('nowhere')).toEqual({ snapshot: undefined, events: [] });
      });

      it('gives back events in order, each with its instant', async () => {
        const store = await openNew();
        await store.appendEvents([entry('depot', 1, { a: 1 }), entry('depot', 2, 'two')]);
        await store.appendEvents([entry('depot', 3, null)]);
        expect(await store.loadSite('depot')).toEqual({
          snapshot: undefined,
          events: [
            { seq: 1, atMs: START_MS + 1, event: { a: 1 } },
            { seq: 2, atMs: START_MS + 2, event: 'two' },
            { seq: 3, atMs: START_MS + 3, event: null },
          ],
        });
      });

      it('keeps the journals of sites apart and lists the sites in ascending order', async () => {
        const store = await openNew();
        await store.appendEvents([entry('b', 1, 'b1'), entry('a', 1, 'a1'), entry('b', 2, 'b2'), entry('B', 1, 'B1')]);
        expect(await store.listSites()).toEqual(['B', 'a', 'b']);
        expect((await store.loadSite('b')).events.map(({ event }) => event)).toEqual(['b1', 'b2']);
        expect((await store.loadSite('a')).events.map(({ event }) => event)).toEqual(['a1']);
      });

      it('takes an empty batch as nothing to do', async () => {
        const store = await openNew();
        await store.appendEvents([]);
        expect(await store.listSites()).toEqual([]);
      });

      it('stores the event as it was when it was appended, whatever becomes of the object', async () => {
        const store = await openNew();
        const event = { limitA: 16 };
        const appended = store.appendEvents([entry('depot', 1, event)]);
        event.limitA = 32;
        await appended;
        expect((await store.loadSite('depot')).events[0]?.event).toEqual({ limitA: 16 });
      });

      it('keeps every character: quotes, NUL, emoji, line separators, half surrogates', async () => {
        const store = await openNew();
        const event = { 'nyckel "å"': 'Übergang\u0000 🔌\u2028\ud800 \\ \' " ; drop table events; --' };
        await store.appendEvents([entry('Zürich 🏭', 1, event)]);
        expect((await store.loadSite('Zürich 🏭')).events[0]?.event).toEqual(event);
        expect(await store.listSites()).toEqual(['Zürich 🏭']);
      });

      it('keeps an event of several megabytes', async () => {
        const store = await openNew();
        const event = { samples: Array.from({ length: 60_000 }, (_, index) => ({ index, text: 'räksmörgås' })) };
        await store.appendEvents([entry('depot', 1, event)]);
        expect((await store.loadSite('depot')).events[0]?.event).toEqual(event);
      });

      it('refuses a seq that is taken, with a stable code, and keeps the first', async () => {
        const store = await openNew();
        await store.appendEvents([entry('depot', 1, 'first')]);
        await expect(store.appendEvents([entry('depot', 1, 'second')])).rejects.toMatchObject({ code: 'SEQ_TAKEN' });
        expect((await store.loadSite('depot')).events.map(({ event }) => event)).toEqual(['first']);
      });

      it('refuses a seq that is taken even when its event has been trimmed', async () => {
        const store = await openNew();
        await store.appendEvents([entry('depot', 1, 'a'), entry('depot', 2, 'b'), entry('depot', 3, 'c')]);
        await store.saveSnapshot({
          siteId: 'depot',
          seq: 3,
          atMs: START_MS,
          state: 'abc',
          keepAfterMs: START_MS + 1e6,
        });
        await expect(store.appendEvents([entry('depot', 2, 'stale')])).rejects.toMatchObject({ code: 'SEQ_TAKEN' });
        await expect(store.appendEvents([entry('depot', 1, 'stale')])).rejects.toMatchObject({ code: 'SEQ_TAKEN' });
      });

      it('refuses a seq that leaves a gap, within a batch and after what is stored', async () => {
        const store = await openNew();
        await expect(store.appendEvents([entry('depot', 2, 'x')])).rejects.toMatchObject({ code: 'SEQ_GAP' });
        const skipping = [entry('depot', 1, 'x'), entry('depot', 3, 'x')];
        await expect(store.appendEvents(skipping)).rejects.toMatchObject({ code: 'SEQ_GAP' });
        expect(await store.listSites()).toEqual([]);
      });

      it('keeps nothing of a batch of which one event is refused, on any of its sites', async () => {
        const store = await openNew();
        await store.appendEvents([entry('a', 1, 'old')]);
        const batch = [entry('b', 1, 'new'), entry('b', 2, 'new'), entry('a', 1, 'collides')];
        await expect(store.appendEvents(batch)).rejects.toMatchObject({ code: 'SEQ_TAKEN' });
        expect(await store.listSites()).toEqual(['a']);
        expect((await store.loadSite('b')).events).toEqual([]);
      });

      it('lets one call fail alone among those that share its commit', async () => {
        const store = await openNew();
        const outcomes = await Promise.allSettled([
          store.appendEvents([entry('a', 1, 'a1')]),
          store.appendEvents([entry('a', 1, 'a1 again')]),
          store.appendEvents([entry('a', 2, 'a2')]),
          store.appendEvents([entry('b', 1, 'b1')]),
        ]);
        expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
        expect((await store.loadSite('a')).events.map(({ event }) => event)).toEqual(['a1', 'a2']);
        expect((await store.loadSite('b')).events.map(({ event }) => event)).toEqual(['b1']);
      });

      it('keeps the order of calls that do not wait for each other', async () => {
        const store = await openNew();
        const count = 3_000;
        const calls = Array.from({ length: count }, (_, index) =>
          store.appendEvents([entry('depot', index + 1, index)]),
        );
        await Promise.all(calls);
        const { events } = await store.loadSite('depot');
        expect(events.map(({ event }) => event)).toEqual(Array.from({ length: count }, (_, index) => index));
      });

      it('lets timers and sockets have their turn while one appends without end', async () => {
        const store = await openNew();
        let stop = false;
        setTimeout(() => {
          stop = true;
        }, 50);
        let seq = 0;
        while (!stop && seq < 1_000_000) {
          seq += 1;
          await store.appendEvents([entry('depot', seq, seq)]);
        }
        expect(stop).toBe(true);
      });

      it.each([
        ['undefined', undefined],
        ['a function', () => 0],
        ['a bigint', 1n],
      ])('refuses an event that is not JSON: %s', async (_, event) => {
        const store = await openNew();
        await expect(store.appendEvents([entry('depot', 1, event)])).rejects.toMatchObject({ code: 'INVALID_RECORD' });
        expect(await store.listSites()).toEqual([]);
      });

      it.each([
        ['an empty site id', { siteId: '' }],
        ['a site id with NUL', { siteId: 'a\0b' }],
        ['a site id with half a surrogate pair', { siteId: 'a\ud800' }],
        ['seq 0', { seq: 0 }],
        ['a fractional seq', { seq: 1.5 }],
        ['an instant that is no number', { atMs: Number.NaN }],
      ])('refuses an entry that would not come back the same: %s', async (_, change) => {
        const store = await openNew();
        const refused = store.appendEvents([{ ...entry('depot', 1, 'x'), ...change }]);
        await expect(refused).rejects.toMatchObject({ code: 'INVALID_RECORD' });
      });
    });

    describe('snapshots', () => {
      it('gives back the snapshot and only what came after it', async () => {
        const store = await openNew();
        await store.appendEvents([1, 2, 3, 4].map((seq) => entry('depot', seq, seq)));
        await store.saveSnapshot({ siteId: 'depot', seq: 3, atMs: START_MS, state: { sum: 6 }, keepAfterMs: START_MS });
        const { snapshot, events } = await store.loadSite('depot');
        expect(snapshot).toEqual({ seq: 3, state: { sum: 6 } });
        expect(events.map(({ seq }) => seq)).toEqual([4]);
      });

      it('gives back what came after it when everything older has been trimmed', async () => {
        const store = await openNew();
        await store.appendEvents([1, 2, 3].map((seq) => entry('depot', seq, seq)));
        const keepAfterMs = START_MS + 1e9;
        await store.saveSnapshot({ siteId: 'depot', seq: 2, atMs: START_MS, state: 's2', keepAfterMs });
        await store.saveSnapshot({ siteId: 'depot', seq: 3, atMs: START_MS, state: 's3', keepAfterMs });
        await store.appendEvents([entry('depot', 4, 4)]);
        const { snapshot, events } = await store.loadSite('depot');
        expect(snapshot).toEqual({ seq: 3, state: 's3' });
        expect(events.map(({ seq }) => seq)).toEqual([4]);
        expect(await store.listSites()).toEqual(['depot']);
      });

      it('never lets an older snapshot replace a newer one', async () => {
        const store = await openNew();
        await store.appendEvents([1, 2, 3].map((seq) => entry('depot', seq, seq)));
        const keepAfterMs = START_MS + 1e9;
        await store.saveSnapshot({ siteId: 'depot', seq: 3, atMs: START_MS, state: 'new', keepAfterMs });
        await store.saveSnapshot({ siteId: 'depot', seq: 1, atMs: START_MS, state: 'old', keepAfterMs });
        expect((await store.loadSite('depot')).snapshot).toEqual({ seq: 3, state: 'new' });
      });

      it('refuses a snapshot of events that were never stored', async () => {
        const store = await openNew();
        await store.appendEvents([entry('depot', 1, 1)]);
        const ahead = { siteId: 'depot', seq: 2, atMs: START_MS, state: {}, keepAfterMs: START_MS };
        await expect(store.saveSnapshot(ahead)).rejects.toMatchObject({ code: 'SEQ_GAP' });
        await expect(store.saveSnapshot({ ...ahead, siteId: 'other', seq: 1 })).rejects.toMatchObject({
          code: 'SEQ_GAP',
        });
      });

      it('takes a snapshot right behind an append that nobody has awaited', async () => {
        const store = await openNew();
        const appended = store.appendEvents([entry('depot', 1, 1)]);
        await store.saveSnapshot({ siteId: 'depot', seq: 1, atMs: START_MS, state: 's', keepAfterMs: START_MS });
        await appended;
        expect(await store.loadSite('depot')).toEqual({ snapshot: { seq: 1, state: 's' }, events: [] });
      });
    });

    it('forgets a deleted site, which may then begin anew', async () => {
      const store = await openNew();
      await store.appendEvents([entry('depot', 1, 'old'), entry('depot', 2, 'old'), entry('other', 1, 'kept')]);
      await store.saveSnapshot({ siteId: 'depot', seq: 1, atMs: START_MS, state: 's', keepAfterMs: START_MS });
      await store.deleteSite('depot');
      expect(await store.listSites()).toEqual(['other']);
      expect(await store.loadSite('depot')).toEqual({ snapshot: undefined, events: [] });
      await expect(store.appendEvents([entry('depot', 3, 'late')])).rejects.toMatchObject({ code: 'SEQ_GAP' });
      await store.appendEvents([entry('depot', 1, 'new')]);
      expect((await store.loadSite('depot')).events.map(({ event }) => event)).toEqual(['new']);
      await store.deleteSite('never was');
    });

    it('keeps credentials, replaces and deletes them', async () => {
      const store = await openNew();
      expect(await store.getCredentials('CP001')).toBeUndefined();
      await store.putCredentials('CP001', login('hash-1'));
      await store.putCredentials('CP002', login('hash-2'));
      await store.putCredentials('CP001', { passwordHashes: ['hash-3', 'hash-4'], securityProfileMin: 3 });
      expect(await store.getCredentials('CP001')).toEqual({
        passwordHashes: ['hash-3', 'hash-4'],
        securityProfileMin: 3,
      });
      expect(await store.getCredentials('cp001')).toBeUndefined();
      await store.deleteCredentials('CP001');
      expect(await store.getCredentials('CP001')).toBeUndefined();
      expect(await store.getCredentials('CP002')).toEqual(login('hash-2'));
      await store.deleteCredentials('never was');
    });

    it('refuses credentials that could not be read again', async () => {
      const store = await openNew();
      const refused = { code: 'INVALID_RECORD' };
      await expect(store.putCredentials('CP001', login('half \ud800'))).rejects.toMatchObject(refused);
      await expect(store.putCredentials('CP001', { ...login('hash'), securityProfileMin: 4 })).rejects.toMatchObject(
        refused,
      );
      await store.putCredentials('CP001', { passwordHashes: [], securityProfileMin: 3 });
      expect(await store.getCredentials('CP001')).toEqual({ passwordHashes: [], securityProfileMin: 3 });
    });

    it('knows API keys by their hash and lists them oldest first, without it', async () => {
      const store = await openNew();
      expect(await store.hasApiKey('h1')).toBe(false);
      await store.putApiKey({ keyHash: 'h2', name: 'second', createdMs: START_MS + 1 });
      await store.putApiKey({ keyHash: 'h1', name: 'first', createdMs: START_MS });
      expect(await store.hasApiKey('h1')).toBe(true);
      expect(await store.hasApiKey('H1')).toBe(false);
      expect(await store.listApiKeys()).toEqual([
        { name: 'first', createdMs: START_MS },
        { name: 'second', createdMs: START_MS + 1 },
      ]);
    });

    describe('ended sessions', () => {
      it('lists them newest start first, page by page, each site its own', async () => {
        const store = await openNew();
        for (const index of [3, 1, 5, 2, 4]) await store.putSession(session(`s${index}`, START_MS + index));
        await store.putSession({ ...session('elsewhere', START_MS + 9), siteId: 'other' });
        const first = await store.listSessions('depot', { limit: 2 });
        expect(first).toEqual([session('s5', START_MS + 5), session('s4', START_MS + 4)]);
        const second = await store.listSessions('depot', { limit: 2, beforeMs: START_MS + 4 });
        expect(second.map(({ sessionId }) => sessionId)).toEqual(['s3', 's2']);
        const third = await store.listSessions('depot', { limit: 2, beforeMs: START_MS + 2 });
        expect(third.map(({ sessionId }) => sessionId)).toEqual(['s1']);
        expect(await store.listSessions('depot', { limit: 2, beforeMs: START_MS + 1 })).toEqual([]);
      });

      it('puts all that began in one millisecond on one page, so that paging misses none', async () => {
        const store = await openNew();
        for (const id of ['a', 'b', 'c']) await store.putSession(session(id, START_MS));
        await store.putSession(session('newer', START_MS + 1));
        const page = await store.listSessions('depot', { limit: 2 });
        expect(page.map(({ sessionId }) => sessionId)).toEqual(['newer', 'c', 'b', 'a']);
      });

      it('replaces a session of the same id', async () => {
        const store = await openNew();
        await store.putSession(session('s1', START_MS));
        const corrected = { ...session('s1', START_MS + 7), record: { energyWh: 2 } };
        await store.putSession(corrected);
        expect(await store.listSessions('depot', { limit: 10 })).toEqual([corrected]);
      });

      it('outlive their site', async () => {
        const store = await openNew();
        await store.appendEvents([entry('depot', 1, 'x')]);
        await store.putSession(session('s1', START_MS));
        await store.deleteSite('depot');
        expect(await store.listSessions('depot', { limit: 10 })).toHaveLength(1);
      });
    });

    describeStoredForYears(openNew);
    describeLeases(openNew);
    describeDirectory(openNew);
    describeAccounts(async () => (await openNew()).accounts);
    describeDocuments(async () => (await openNew()).documents);
    describeAudit(openNew);
    it('leaves nothing of an organisation that is deleted to whoever has its id next', async () => {
      const { accounts, documents } = await openNew();
      const document = { kind: 'webhook', updatedMs: START_MS, body: {} };
      for (const id of ['north', 'south']) {
        await accounts.putOrganisation({ organisationId: id, name: id, createdMs: START_MS });
        await documents.put({ ...document, id, organisationId: id });
      }
      expect(await accounts.deleteOrganisation('north')).toBe(true);
      expect(await documents.list('webhook')).toMatchObject([{ id: 'south' }]);
    });

    describeOutbox(async () => (await openNew()).outbox);

    describe('opening and closing', () => {
      it('finds everything again when it is opened again', async () => {
        const at = await place();
        const before = await at.open();
        await before.appendEvents([1, 2, 3].map((seq) => entry('depot', seq, { seq })));
        await before.saveSnapshot({ siteId: 'depot', seq: 2, atMs: START_MS, state: { n: 2 }, keepAfterMs: START_MS });
        await before.putCredentials('CP001', login('hash'));
        await before.putApiKey({ keyHash: 'h', name: 'admin', createdMs: START_MS });
        await before.putSession(session('s1', START_MS));
        await before.putTariff({ tariffId: 'spot', updatedMs: START_MS, document: { currency: 'SEK' } });
        await before.putHistoryDays('depot', [{ dayMs: START_MS, record: [1, 2] }]);
        await before.close();
        const after = await openAt(at);
        expect(await after.loadSite('depot')).toEqual({
          snapshot: { seq: 2, state: { n: 2 } },
          events: [{ seq: 3, atMs: START_MS + 3, event: { seq: 3 } }],
        });
        expect(await after.getCredentials('CP001')).toEqual(login('hash'));
        expect(await after.hasApiKey('h')).toBe(true);
        expect(await after.listSessions('depot', { limit: 1 })).toEqual([session('s1', START_MS)]);
        expect(await after.listTariffs()).toEqual([
          { tariffId: 'spot', updatedMs: START_MS, document: { currency: 'SEK' } },
        ]);
        const days = await after.listHistoryDays('depot', { fromMs: START_MS, toMs: START_MS + 1 });
        expect(days).toEqual([{ dayMs: START_MS, record: [1, 2] }]);
      });

      it('stores what was handed in before it was closed', async () => {
        const at = await place();
        const before = await at.open();
        const appended = before.appendEvents([entry('depot', 1, 'last')]);
        const read = before.loadSite('depot');
        await before.close();
        await appended;
        await read;
        const after = await openAt(at);
        expect((await after.loadSite('depot')).events).toHaveLength(1);
      });

      it('refuses every call once closed, and may be closed twice', async () => {
        const store = await openNew();
        await Promise.all([store.close(), store.close()]);
        const closed = { code: 'STORE_CLOSED' };
        await expect(store.appendEvents([entry('depot', 1, 'x')])).rejects.toMatchObject(closed);
        await expect(store.loadSite('depot')).rejects.toMatchObject(closed);
        await expect(store.ping()).rejects.toMatchObject(closed);
      });

      it('answers a ping while it can be written', async () => {
        const store = await openNew();
        await store.ping();
      });
    });

    it('loads back what any sequence of appends, snapshots and deletions leaves', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 25 }), async (steps) => {
          const at = await newPlace();
          let store = await at.open();
          const model = new Map<string, ModelSite>();
          try {
            for (const step of steps) {
              if (step.do === 'reopen') {
                await store.close();
                store = await at.open();
              } else {
                await carryOut(store, model, step);
              }
            }
            expect(await store.listSites()).toEqual([...model.keys()].sort());
            for (const [siteId, site] of model) {
              expect(await store.loadSite(siteId)).toEqual({
                snapshot: site.snapshot,
                events: site.events.filter(({ seq }) => seq > (site.snapshot?.seq ?? 0)),
              });
            }
          } finally {
            await store.close();
            await at.remove();
          }
        }),
        { numRuns: 25 },
      );
    });
  });
}

interface ModelSite {
  snapshot: { seq: number; state: unknown } | undefined;
  readonly events: { seq: number; atMs: number; event: unknown }[];
}

const siteArbitrary = fc.constantFrom('a', 'b', 'ö/1');
/** JSON as JSON.parse gives it back: -0 is written as 0. */
const jsonArbitrary = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));
const stepArbitrary = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      siteId: siteArbitrary,
      events: fc.array(fc.record({ atMs: fc.integer({ min: 0, max: 1_000 }), event: jsonArbitrary }), { maxLength: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('snapshot' as const),
      siteId: siteArbitrary,
      back: fc.nat({ max: 5 }),
      state: jsonArbitrary,
      keepAfterMs: fc.integer({ min: 0, max: 1_100 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), siteId: siteArbitrary }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);
type Step = typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never;

async function carryOut(
  store: WholeStore,
  model: Map<string, ModelSite>,
  step: Exclude<Step, { do: 'reopen' }>,
): Promise<void> {
  const site = model.get(step.siteId) ?? { snapshot: undefined, events: [] };
  switch (step.do) {
    case 'append': {
      const entries = step.events.map((event, index) => ({ ...event, seq: site.events.length + index + 1 }));
      await store.appendEvents(entries.map((one) => ({ ...one, siteId: step.siteId })));
      site.events.push(...entries);
      if (site.events.length > 0) model.set(step.siteId, site);
      return;
    }
    case 'snapshot': {
      const seq = site.events.length - step.back;
      if (seq < 1) return;
      const { siteId, state, keepAfterMs } = step;
      await store.saveSnapshot({ siteId, seq, atMs: 0, state, keepAfterMs });
      if (seq >= (site.snapshot?.seq ?? 0)) site.snapshot = { seq, state };
      return;
    }
    case 'delete':
      await store.deleteSite(step.siteId);
      model.delete(step.siteId);
      return;
  }
}

function entry(siteId: string, seq: number, event: unknown): JournalEntry {
  return { siteId, seq, atMs: START_MS + seq, event };
}

function session(sessionId: string, startedMs: number): StoredSession {
  const record = { energyWh: 1, idToken: 'räv' };
  return { sessionId, siteId: 'depot', stationId: 'CP001', startedMs, endedMs: startedMs + 60_000, record };
}

function login(passwordHash: string): StoredCredentials {
  return { passwordHashes: [passwordHash], securityProfileMin: 1 };
}
