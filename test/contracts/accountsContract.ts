import { describe, expect, it } from 'vitest';
import type { AccountStore, AuditEntry, StoredKey, StoredUser } from '../../src/store/accountStore.js';

const START_MS = Date.UTC(2026, 0, 1);
const ANNA: StoredUser = {
  userId: 'u1',
  email: 'anna@example.com',
  name: 'Anna Å',
  role: 'owner',
  organisationId: 'north',
  passwordHash: 'hash of anna',
  createdMs: START_MS,
};
const KEY: StoredKey = {
  keyId: 'k1',
  name: 'meter',
  role: 'integrator',
  organisationId: 'north',
  siteIds: ['depot', 'garage'],
  createdMs: START_MS,
  expiresMs: START_MS + 1_000,
  lastUsedMs: null,
  revokedMs: null,
};
const ENTRY: AuditEntry = {
  entryId: 'e1',
  atMs: START_MS,
  organisationId: 'north',
  siteId: 'depot',
  actorKind: 'user',
  actorId: 'u1',
  actorName: 'Anna Å',
  action: 'putSite',
  target: '/v1/sites/depot',
  outcome: 'made',
  before: null,
  after: { name: 'Depot \u0000 🔌', parts: [1, null] },
  asked: null,
};

/** Part of the store's contract: who may do what, and who did what. */
export function describeAccounts(openNew: () => Promise<AccountStore>): void {
  const keepSignedIn = { endsSignIns: false };

  describe('organisations', () => {
    it('are listed in ascending order, and renamed in their place', async () => {
      const accounts = await openNew();
      await accounts.putOrganisation({ organisationId: 'south', name: 'South', createdMs: START_MS });
      await accounts.putOrganisation({ organisationId: 'north', name: 'North', createdMs: START_MS });
      await accounts.putOrganisation({ organisationId: 'south', name: 'Söder', createdMs: START_MS + 5 });
      expect(await accounts.listOrganisations()).toEqual([
        { organisationId: 'north', name: 'North', createdMs: START_MS },
        { organisationId: 'south', name: 'Söder', createdMs: START_MS },
      ]);
    });

    it.each([
      ['a user', (accounts: AccountStore) => accounts.putUser(ANNA, keepSignedIn)],
      ['a key', (accounts: AccountStore) => accounts.putKey(KEY, 'hash')],
      ['a site', (accounts: AccountStore) => accounts.claim({ kind: 'site', id: 'depot' }, 'north')],
    ])('are not deleted while they have %s', async (_what, give) => {
      const accounts = await openNew();
      await accounts.putOrganisation({ organisationId: 'north', name: 'North', createdMs: START_MS });
      await give(accounts);
      expect(await accounts.deleteOrganisation('north')).toBe(false);
      expect(await accounts.listOrganisations()).toHaveLength(1);
    });

    it('are gone when nothing belongs to them', async () => {
      const accounts = await openNew();
      await accounts.putOrganisation({ organisationId: 'north', name: 'North', createdMs: START_MS });
      expect(await accounts.deleteOrganisation('north')).toBe(true);
      expect(await accounts.listOrganisations()).toEqual([]);
    });
  });

  describe('users', () => {
    it('are found by id and by e-mail address, as they were stored', async () => {
      const accounts = await openNew();
      expect(await accounts.putUser(ANNA, keepSignedIn)).toBe(true);
      expect(await accounts.getUser('u1')).toEqual(ANNA);
      expect(await accounts.findUser('anna@example.com')).toEqual(ANNA);
      expect(await accounts.findUser('ANNA@example.com')).toBeUndefined();
      expect(await accounts.getUser('u2')).toBeUndefined();
    });

    it("are refused another's e-mail address, and keep their own", async () => {
      const accounts = await openNew();
      await accounts.putUser(ANNA, keepSignedIn);
      const bert = { ...ANNA, userId: 'u2', email: 'bert@example.com' };
      expect(await accounts.putUser(bert, keepSignedIn)).toBe(true);
      expect(await accounts.putUser({ ...bert, email: ANNA.email }, keepSignedIn)).toBe(false);
      expect(await accounts.listUsers()).toEqual([ANNA, bert]);
    });

    it('are signed out everywhere when that is asked for, and when they are deleted', async () => {
      const accounts = await openNew();
      await accounts.putUser(ANNA, keepSignedIn);
      const signIn = { sessionHash: 's1', userId: 'u1', createdMs: START_MS, seenMs: START_MS };
      await accounts.putSignIn(signIn);
      await accounts.putUser({ ...ANNA, name: 'Anna B' }, keepSignedIn);
      expect(await accounts.findSignIn('s1')).toEqual({ signIn, user: { ...ANNA, name: 'Anna B' } });
      await accounts.putUser(ANNA, { endsSignIns: true });
      expect(await accounts.findSignIn('s1')).toBeUndefined();
      await accounts.putSignIn(signIn);
      await accounts.deleteUser('u1');
      expect(await accounts.findSignIn('s1')).toBeUndefined();
      expect(await accounts.findUser(ANNA.email)).toBeUndefined();
    });
  });

  describe('what users are signed in with', () => {
    it('is seen, ended, and forgotten when it is old', async () => {
      const accounts = await openNew();
      await accounts.putUser(ANNA, keepSignedIn);
      for (const [index, sessionHash] of ['old', 'idle', 'fresh', 'left'].entries()) {
        const createdMs = START_MS + (index === 0 ? 0 : 100);
        await accounts.putSignIn({ sessionHash, userId: 'u1', createdMs, seenMs: START_MS + 100 });
      }
      await accounts.markSignInSeen('old', START_MS + 900);
      await accounts.markSignInSeen('fresh', START_MS + 800);
      await accounts.markSignInSeen('left', START_MS + 800);
      await accounts.deleteSignIn('left');
      await accounts.deleteOldSignIns({ createdMs: START_MS + 50, seenMs: START_MS + 500 });
      const left = await Promise.all(['old', 'idle', 'fresh', 'left'].map((hash) => accounts.findSignIn(hash)));
      expect(left.map((found) => found?.signIn.seenMs)).toEqual([undefined, undefined, START_MS + 800, undefined]);
    });
  });

  describe('keys', () => {
    it('are found by the hash of their secret, and only by that', async () => {
      const accounts = await openNew();
      await accounts.putKey(KEY, 'h1');
      await accounts.putKey({ ...KEY, keyId: 'k2', siteIds: null, expiresMs: null, createdMs: START_MS - 1 }, 'h2');
      expect(await accounts.findKey('h1')).toEqual({ key: KEY, secretExpiresMs: null });
      expect(await accounts.findKey('H1')).toBeUndefined();
      expect(await accounts.findKey('k1')).toBeUndefined();
      expect((await accounts.listKeys()).map(({ keyId }) => keyId)).toEqual(['k2', 'k1']);
    });

    it('have their old secrets beside a new one until a stated time, never longer than before', async () => {
      const accounts = await openNew();
      await accounts.putKey(KEY, 'h1');
      await accounts.rotateKey('k1', { keyHash: 'h2', othersExpireMs: START_MS + 50 });
      await accounts.rotateKey('k1', { keyHash: 'h3', othersExpireMs: START_MS + 90 });
      const found = await Promise.all(['h1', 'h2', 'h3'].map((hash) => accounts.findKey(hash)));
      expect(found.map((one) => one?.secretExpiresMs)).toEqual([START_MS + 50, START_MS + 90, null]);
      expect(found.map((one) => one?.key.keyId)).toEqual(['k1', 'k1', 'k1']);
    });

    it('say when they were used last, and stay on record when they are revoked', async () => {
      const accounts = await openNew();
      await accounts.putKey(KEY, 'h1');
      await accounts.markKeyUsed('k1', START_MS + 7);
      await accounts.revokeKey('k1', START_MS + 8);
      await accounts.revokeKey('k1', START_MS + 9);
      expect(await accounts.getKey('k1')).toEqual({ ...KEY, lastUsedMs: START_MS + 7, revokedMs: START_MS + 8 });
      expect((await accounts.findKey('h1'))?.key.revokedMs).toBe(START_MS + 8);
    });
  });

  describe('belongings', () => {
    it('are of whoever claimed them first', async () => {
      const accounts = await openNew();
      const depot = { kind: 'site', id: 'depot' } as const;
      expect(await accounts.claim(depot, 'north')).toEqual({ organisationId: 'north', isNew: true });
      expect(await accounts.claim(depot, 'south')).toEqual({ organisationId: 'north', isNew: false });
      expect(await accounts.claim({ kind: 'tariff', id: 'depot' }, 'south')).toMatchObject({ isNew: true });
      expect(await accounts.organisationOf(depot)).toBe('north');
      await accounts.release(depot);
      expect(await accounts.organisationOf(depot)).toBeUndefined();
      expect(await accounts.claim(depot, 'south')).toEqual({ organisationId: 'south', isNew: true });
    });

    it('go to one alone of many that claim them at once', async () => {
      const accounts = await openNew();
      const names = Array.from({ length: 8 }, (_, index) => `o${index}`);
      const claims = await Promise.all(names.map((name) => accounts.claim({ kind: 'site', id: 'depot' }, name)));
      expect(claims.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(new Set(claims.map(({ organisationId }) => organisationId)).size).toBe(1);
    });

    it('are listed by organisation and kind in ascending order', async () => {
      const accounts = await openNew();
      for (const id of ['b', 'a', 'B']) await accounts.claim({ kind: 'site', id }, 'north');
      await accounts.claim({ kind: 'site', id: 'c' }, 'south');
      await accounts.claim({ kind: 'tariff', id: 't' }, 'north');
      expect(await accounts.listBelongings('site', 'north')).toEqual(['B', 'a', 'b']);
      expect(await accounts.listBelongings('tariff', 'north')).toEqual(['t']);
    });
  });

  describe('the audit log', () => {
    it('gives back entries as they were, the newest first, page by page', async () => {
      const accounts = await openNew();
      const entries = ['e1', 'e2', 'e3', 'e4'].map((entryId, index) => ({
        ...ENTRY,
        entryId,
        atMs: START_MS + (index > 1 ? 1 : 0),
      }));
      for (const entry of [...entries].reverse()) await accounts.appendAudit(entry);
      const [e1, e2, e3, e4] = entries;
      expect(await accounts.listAudit({ limit: 3 })).toEqual([e4, e3, e2]);
      expect(await accounts.listAudit({ limit: 3, before: { atMs: START_MS, entryId: 'e2' } })).toEqual([e1]);
    });

    it('is read by site and by organisation', async () => {
      const accounts = await openNew();
      await accounts.appendAudit(ENTRY);
      await accounts.appendAudit({ ...ENTRY, entryId: 'e2', siteId: null });
      await accounts.appendAudit({ ...ENTRY, entryId: 'e3', organisationId: 'south', siteId: 'other' });
      const ids = async (filter: { siteId?: string; organisationId?: string }) =>
        (await accounts.listAudit({ ...filter, limit: 9 })).map(({ entryId }) => entryId);
      expect(await ids({ siteId: 'depot' })).toEqual(['e1']);
      expect(await ids({ organisationId: 'north' })).toEqual(['e2', 'e1']);
      expect(await ids({ organisationId: 'south', siteId: 'depot' })).toEqual([]);
    });

    it('takes no entry twice', async () => {
      const accounts = await openNew();
      await accounts.appendAudit(ENTRY);
      await expect(accounts.appendAudit({ ...ENTRY, actorName: 'somebody else' })).rejects.toThrow();
      expect(await accounts.listAudit({ limit: 9 })).toEqual([ENTRY]);
    });
  });
}
