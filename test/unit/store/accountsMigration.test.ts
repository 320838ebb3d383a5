import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../../src/store/openStore.js';
import { openSqliteFile } from '../../../src/store/sqliteFile.js';

const ENTRY = {
  entryId: 'e1',
  atMs: 1,
  organisationId: 'default',
  siteId: null,
  actorKind: 'key',
  actorId: 'k',
  actorName: 'admin',
  action: 'putSite',
  target: '/v1/sites/depot',
  outcome: 'made',
  before: null,
  after: { name: 'Depot' },
  asked: null,
} as const;

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-accounts-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe('the audit log in the database', () => {
  it('can not be changed or deleted from, even by a statement of SQL', async () => {
    const store = await openStore({ dataDir, nowMs: Date.now });
    await store.accounts.appendAudit(ENTRY);
    await store.accounts.completeAudit('another', { outcome: 'made', before: null, after: null, asked: null });
    await store.close();
    const file = openSqliteFile(dataDir);
    expect(() => file.exec(`update "auditLog" set "actorName" = 'nobody'`)).toThrow(/only added to/);
    expect(() => file.exec(`delete from "auditLog"`)).toThrow(/only added to/);
    expect(() => file.exec(`update "auditOutcomes" set "outcome" = 'failed'`)).toThrow(/only added to/);
    expect(() => file.exec(`delete from "auditOutcomes"`)).toThrow(/only added to/);
    file.close();
    const again = await openStore({ dataDir, nowMs: Date.now });
    expect(await again.accounts.listAudit({ limit: 9 })).toEqual([ENTRY]);
    await again.close();
  });
});

describe('a store from before there were accounts', () => {
  it('goes on with its keys as they were; its sites and tariffs are of the default organisation', async () => {
    const store = await openStore({ dataDir, nowMs: Date.now });
    await store.appendEvents([{ siteId: 'depot', seq: 1, atMs: 1, event: 'x' }]);
    await store.putTariff({ tariffId: 'spot', updatedMs: 3, document: {} });
    await store.putHistoryDays('gone', [{ dayMs: 0, record: [1] }]);
    await store.close();
    const file = openSqliteFile(dataDir);
    const tables = [
      'organisations',
      'users',
      'accessKeys',
      'keySecrets',
      'signIns',
      'belongings',
      'auditLog',
      'auditOutcomes',
      'documents',
      'outbox',
      'claims',
    ];
    for (const table of tables) file.exec(`drop table "${table}"`);
    file.exec(`create table "apiKeys" ("keyHash" text primary key, "name" text not null, "createdMs" bigint not null)`);
    file.exec(`insert into "apiKeys" values ('0123456789abcdef0123', 'admin', 5)`);
    file.exec(`delete from "schemaVersions" where "version" >= 5`);
    file.close();

    const again = await openStore({ dataDir, nowMs: Date.now });
    const { accounts } = again;
    expect(await again.hasApiKey('0123456789abcdef0123')).toBe(true);
    expect(await accounts.listKeys()).toEqual([
      {
        keyId: 'key-0123456789abcdef',
        name: 'admin',
        role: 'admin',
        organisationId: 'default',
        siteIds: null,
        createdMs: 5,
        expiresMs: null,
        lastUsedMs: null,
        revokedMs: null,
      },
    ]);
    expect(await accounts.listBelongings('site', 'default')).toEqual(['depot', 'gone']);
    expect(await accounts.listBelongings('tariff', 'default')).toEqual(['spot']);
    await again.close();
  });
});
