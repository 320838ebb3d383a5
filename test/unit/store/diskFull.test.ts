import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmbeddedFile } from '../../../src/store/openEmbedded.js';
import { openSqliteFile, type SqliteFile } from '../../../src/store/sqliteFile.js';
import { SqlStore } from '../../../src/store/sqlStore.js';

/** Far beyond what the tests write. */
const ROOMY_PAGES = 1_000_000;

let dataDir: string;
let file: SqliteFile;
let store: SqlStore;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-full-'));
  file = openSqliteFile(dataDir);
  store = new SqlStore(await openEmbeddedFile(file, { dataDir, nowMs: Date.now }));
});

afterEach(async () => {
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** SQLite answers SQLITE_FULL, as it does for a full disk, when the file may not grow beyond so many pages. */
function allowPages(count: number): void {
  file.exec(`PRAGMA max_page_count = ${count}`);
}

describe('a full disk', () => {
  it('fails the writes that do not fit, keeps what was acknowledged, and goes on when there is room again', async () => {
    await store.appendEvents([{ siteId: 'depot', seq: 1, atMs: 1, event: 'acknowledged' }]);
    allowPages(1);
    const large = { siteId: 'depot', seq: 2, atMs: 2, event: 'x'.repeat(1_000_000) };
    await expect(store.appendEvents([large])).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED', retryable: true });
    expect((await store.loadSite('depot')).events.map(({ event }) => event)).toEqual(['acknowledged']);
    allowPages(ROOMY_PAGES);
    await store.appendEvents([large]);
    expect((await store.loadSite('depot')).events).toHaveLength(2);
  });

  it('says in the error what to look at', async () => {
    allowPages(1);
    const large = { siteId: 'depot', seq: 1, atMs: 1, event: 'x'.repeat(1_000_000) };
    await expect(store.appendEvents([large])).rejects.toThrow(
      /could not be written \(.*full.*\)\. Check the free space/,
    );
  });

  it('acknowledges no call of a commit that failed as a whole', async () => {
    allowPages(1);
    const outcomes = await Promise.allSettled([
      store.appendEvents([{ siteId: 'a', seq: 1, atMs: 1, event: 'small' }]),
      store.appendEvents([{ siteId: 'b', seq: 1, atMs: 1, event: 'x'.repeat(1_000_000) }]),
      store.appendEvents([{ siteId: 'c', seq: 1, atMs: 1, event: 'small' }]),
    ]);
    const acknowledged = outcomes.flatMap(({ status }, index) =>
      status === 'fulfilled' ? [['a', 'b', 'c'][index]] : [],
    );
    expect(await store.listSites()).toEqual(acknowledged);
    expect(outcomes[1]).toMatchObject({ status: 'rejected', reason: { code: 'STORE_WRITE_FAILED' } });
  });
});

describe('a ping', () => {
  it('fails when the store can be read but not written', async () => {
    await store.ping();
    file.exec('PRAGMA query_only = ON');
    await expect(store.ping()).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    file.exec('PRAGMA query_only = OFF');
    await store.ping();
  });
});
