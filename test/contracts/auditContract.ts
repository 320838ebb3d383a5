import { describe, expect, it } from 'vitest';
import { Attendant, attend, takeAttendants } from '../../src/audit/attendance.js';
import type { BegunAuditEntry } from '../../src/store/accountStore.js';
import type { WholeStore } from '../../src/store/store.js';

const NOW_MS = Date.UTC(2026, 0, 1);
const ENTRY: BegunAuditEntry = {
  entryId: 'e1',
  atMs: NOW_MS,
  organisationId: 'north',
  siteId: null,
  actorKind: 'user',
  actorId: 'u1',
  actorName: 'Anna',
  action: 'whatever',
  target: '/v1/whatever',
  asked: { name: 'North' },
};
/** What the database itself refuses, in the midst of the transaction. */
const UNWRITABLE: BegunAuditEntry = { ...ENTRY, actorName: null as unknown as string };
const USER = {
  userId: 'u1',
  email: 'anna@example.com',
  name: 'Anna',
  role: 'owner',
  organisationId: 'north',
  passwordHash: 'hash',
  createdMs: NOW_MS,
} as const;
const KEY = {
  keyId: 'k1',
  name: 'meter',
  role: 'viewer',
  organisationId: 'north',
  siteIds: null,
  createdMs: NOW_MS,
  expiresMs: null,
  lastUsedMs: null,
  revokedMs: null,
} as const;
const DOCUMENT = { kind: 'webhook', id: 'w1', organisationId: 'north', updatedMs: NOW_MS, body: { url: 'x' } };

type Work = (store: WholeStore) => Promise<unknown>;

/** Everything that somebody decides, and what has to be there before. */
const CHANGES: readonly { readonly what: string; readonly change: Work; readonly first?: Work }[] = [
  { what: 'an organisation that is put', change: putOrganisation },
  {
    what: 'one that is deleted',
    change: ({ accounts }) => accounts.deleteOrganisation('north'),
    first: putOrganisation,
  },
  { what: 'a user that is put', change: putUser },
  { what: 'one that is deleted', change: ({ accounts }) => accounts.deleteUser('u1'), first: putUser },
  { what: 'a key that is made', change: putKey },
  {
    what: 'one that is rotated',
    change: ({ accounts }) => accounts.rotateKey('k1', { keyHash: 'other', othersExpireMs: NOW_MS }),
    first: putKey,
  },
  { what: 'one that is revoked', change: ({ accounts }) => accounts.revokeKey('k1', NOW_MS), first: putKey },
  { what: 'a document that is put', change: putDocument },
  {
    what: 'one that is deleted',
    change: ({ documents }) => documents.decide([{ delete: DOCUMENT }]),
    first: putDocument,
  },
  { what: 'a tariff that is put', change: putTariff },
  { what: 'one that is deleted', change: (store) => store.deleteTariff('spot'), first: putTariff },
  { what: 'credentials that are put', change: putCredentials },
  { what: 'those that are deleted', change: (store) => store.deleteCredentials('S1'), first: putCredentials },
  { what: 'what a journal takes in', change: appendEvent },
  { what: 'a site that is deleted', change: (store) => store.deleteSite('depot'), first: appendEvent },
];

/** Part of the store's contract: an entry of the audit log and the change that it tells of are written together, or neither is. */
export function describeAudit(openNew: () => Promise<WholeStore>): void {
  describe('an entry of the audit log', () => {
    it.each(CHANGES)('is written with $what', async ({ change, first }) => {
      const store = await openNew();
      await first?.(store);
      const untouched = await everything(store);
      const attendant = new Attendant(ENTRY);
      await within(attendant, () => change(store));
      expect(attendant.state).toBe('committed');
      expect(await everything(store)).not.toEqual(untouched);
      expect(await store.accounts.listAudit({ limit: 9 })).toEqual([
        { ...ENTRY, outcome: 'unknown', before: null, after: null },
      ]);
    });

    it.each(CHANGES)('takes with it, where it can not be written, $what', async ({ change, first }) => {
      const store = await openNew();
      await first?.(store);
      const untouched = await everything(store);
      const attendant = new Attendant(UNWRITABLE);
      await expect(within(attendant, () => change(store))).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
      expect(attendant.state).not.toBe('committed');
      expect(await everything(store)).toEqual(untouched);
      expect(await store.accounts.listAudit({ limit: 9 })).toEqual([]);
    });

    it.each<readonly [string, Work]>([
      [
        'a user that the database refuses',
        ({ accounts }) => accounts.putUser({ ...USER, name: null as unknown as string }, { endsSignIns: false }),
      ],
      ['an event that another writer has stored', async (store) => appendEvent(store, { type: 'another' })],
      ['an event of an owner that is none any more', (store) => appendEvent(store, 'late', 2, 1)],
      ['the end of a site that is another owner’s', (store) => store.deleteSite('depot', 1)],
    ])('is not written where the change fails: %s', async (_name, change) => {
      const store = await openNew();
      await appendEvent(store);
      await store.takeLease('depot', { ownerId: 'anna', url: 'http://anna' }, 60_000);
      await store.releaseLeases('anna');
      await store.takeLease('depot', { ownerId: 'bert', url: 'http://bert' }, 60_000);
      const untouched = await everything(store);
      await expect(within(new Attendant(ENTRY), () => change(store))).rejects.toThrow();
      expect(await everything(store)).toEqual(untouched);
      expect(await store.accounts.listAudit({ limit: 9 })).toEqual([]);
    });

    it.each<readonly [string, Work]>([
      [
        'a user whose address another has',
        ({ accounts }) => accounts.putUser({ ...USER, userId: 'u2' }, { endsSignIns: false }),
      ],
      ['an organisation that is in use', ({ accounts }) => accounts.deleteOrganisation('north')],
    ])('waits where nothing was changed: %s', async (_name, change) => {
      const store = await openNew();
      await putUser(store);
      const attendant = new Attendant(ENTRY);
      expect(await within(attendant, () => change(store))).toBe(false);
      expect(attendant.state).toBe('waiting');
      expect(await store.accounts.listAudit({ limit: 9 })).toEqual([]);
    });

    it('is written once, with the first change of those that are made', async () => {
      const store = await openNew();
      await attend([new Attendant(ENTRY)], async () => {
        await putTariff(store);
        await putDocument(store);
      });
      expect(await store.accounts.listAudit({ limit: 9 })).toHaveLength(1);
    });

    it('is written once also where a journal does not hear that it was, and tries again', async () => {
      const store = await openNew();
      const attendants = [new Attendant(ENTRY)];
      const events = [{ siteId: 'depot', seq: 1, atMs: NOW_MS, event: 'x', attendants }];
      await store.appendEvents(events);
      await store.appendEvents(events);
      expect(await store.accounts.listAudit({ limit: 9 })).toHaveLength(1);
    });

    it('does not go along with what nobody decided', async () => {
      const store = await openNew();
      const attendant = new Attendant(ENTRY);
      await attend([attendant], async () => {
        await store.accounts.claim({ kind: 'site', id: 'depot' }, 'north');
        await store.documents.put(DOCUMENT);
        await store.putHistoryDays('depot', [{ dayMs: 0, record: 1 }]);
      });
      expect(attendant.state).toBe('waiting');
      expect(await store.accounts.listAudit({ limit: 9 })).toEqual([]);
    });

    it('says what came of it once that is told, and page by page', async () => {
      const { accounts } = await openNew();
      const entries = ['e1', 'e2', 'e3'].map((entryId) => ({ ...ENTRY, entryId }));
      for (const entry of entries) await accounts.beginAudit(entry);
      await accounts.beginAudit(ENTRY);
      const outcome = { outcome: 'failed', before: { a: 1 }, after: 'å', asked: null } as const;
      await accounts.completeAudit('e2', outcome);
      await expect(accounts.completeAudit('e2', outcome)).rejects.toThrow();
      const unknown = { outcome: 'unknown', before: null, after: null };
      const [e1, e2, e3] = entries;
      expect(await accounts.listAudit({ limit: 2 })).toEqual([
        { ...e3, ...unknown },
        { ...e2, ...outcome },
      ]);
      const page = { limit: 2, before: { atMs: NOW_MS, entryId: 'e2' } };
      expect(await accounts.listAudit({ organisationId: 'north', ...page })).toEqual([{ ...e1, ...unknown }]);
    });
  });
}

/** As a request does it; what it did not find is not found by anything later either. */
function within(attendant: Attendant, work: () => Promise<unknown>): Promise<unknown> {
  return attend([attendant], work).finally(() => expect(takeAttendants()).toEqual([]));
}

/** All that any of the changes touches. */
async function everything(store: WholeStore): Promise<unknown> {
  const { accounts, documents } = store;
  return {
    organisations: await accounts.listOrganisations(),
    users: await accounts.listUsers(),
    keys: await accounts.listKeys(),
    secrets: await Promise.all(['secret', 'other'].map((hash) => accounts.findKey(hash))),
    documents: await documents.list('webhook'),
    tariffs: await store.listTariffs(),
    credentials: await store.getCredentials('S1'),
    site: await store.loadSite('depot'),
  };
}

function putOrganisation({ accounts }: WholeStore) {
  return accounts.putOrganisation({ organisationId: 'north', name: 'North', createdMs: NOW_MS });
}
function putUser({ accounts }: WholeStore) {
  return accounts.putUser(USER, { endsSignIns: false });
}
function putKey({ accounts }: WholeStore) {
  return accounts.putKey(KEY, 'secret');
}
function putDocument({ documents }: WholeStore) {
  return documents.decide([{ put: DOCUMENT }]);
}
function putTariff(store: WholeStore) {
  return store.putTariff({ tariffId: 'spot', updatedMs: NOW_MS, document: {} });
}
function putCredentials(store: WholeStore) {
  return store.putCredentials('S1', { passwordHashes: ['hash'], securityProfileMin: 1 });
}
/** As a site's journal does it. */
function appendEvent(store: WholeStore, event: unknown = 'x', seq = 1, token?: number) {
  const attendants = takeAttendants();
  const entry = { siteId: 'depot', seq, atMs: NOW_MS, event, attendants };
  return store.appendEvents([token === undefined ? entry : { ...entry, token }]);
}
