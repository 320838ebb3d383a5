import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../../src/store/openStore.js';
import { openSqliteFile } from '../../../src/store/sqliteFile.js';
import type { Store } from '../../../src/store/store.js';

const LOGIN = { passwordHashes: ['hash'], securityProfileMin: 1 };
const VERSION_1 = fileURLToPath(new URL('../../fixtures/store/version1.sql', import.meta.url));
const APPENDER = fileURLToPath(new URL('../../fixtures/store/appender.mjs', import.meta.url));

let parent: string;
let dataDir: string;
const children: ChildProcess[] = [];
const stores: Store[] = [];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'evenkeel-store-'));
  dataDir = join(parent, 'deep', 'data');
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const store of stores.splice(0)) await store.close();
  await rm(parent, { recursive: true, force: true });
});

async function open(): Promise<Store> {
  const store = await openStore({ dataDir, nowMs: Date.now });
  stores.push(store);
  return store;
}

describe('the data directory', () => {
  it('is made on the first start, for its owner only', async () => {
    await open();
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(dataDir)) {
      expect({ name, mode: (await stat(join(dataDir, name))).mode & 0o077 }).toEqual({ name, mode: 0 });
    }
  });

  it('holds one file, fit to be copied, once the store is closed', async () => {
    const store = await openStore({ dataDir, nowMs: Date.now });
    await store.putCredentials('CP001', LOGIN);
    await store.close();
    expect(await readdir(dataDir)).toEqual(['evenkeel.db']);
  });

  it('is refused in one line that says what to do when it is a file', async () => {
    dataDir = join(parent, 'file');
    await writeFile(dataDir, '');
    const error = await errorOf(open());
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    expect(error.message).toMatch(/data directory .*file can't be made or written.*set EVENKEEL_DATA_DIR/);
    expect(error.message).not.toContain('\n');
  });

  it('is refused when it can not be made', async () => {
    await writeFile(join(parent, 'file'), '');
    dataDir = join(parent, 'file', 'data');
    expect(await errorOf(open())).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('is refused when what lies there is no database, and left as it is', async () => {
    const first = await openStore({ dataDir, nowMs: Date.now });
    await first.close();
    const path = join(dataDir, 'evenkeel.db');
    await writeFile(path, 'not a database at all '.repeat(500));
    const { size } = await stat(path);
    const error = await errorOf(open());
    expect(error).toMatchObject({ code: 'STORE_UNREADABLE', retryable: false });
    expect(error.message).toMatch(/evenkeel\.db is damaged or is not an Evenkeel database/);
    expect((await stat(path)).size).toBe(size);
  });
});

describe('one process per data directory', () => {
  it('refuses a second opener in the same process with one clear line, and the first goes on', async () => {
    const first = await open();
    const error = await errorOf(openStore({ dataDir, nowMs: Date.now }));
    expect(error).toMatchObject({ code: 'STORE_IN_USE', retryable: true });
    expect(error.message).toMatch(
      /is in use by another Evenkeel process\. Stop that one first, or set EVENKEEL_DATA_DIR/,
    );
    await first.putCredentials('CP001', LOGIN);
    expect(await first.getCredentials('CP001')).toEqual(LOGIN);
  });

  it('still refuses a second process after a refused attempt in the first', async () => {
    await open();
    await errorOf(openStore({ dataDir, nowMs: Date.now }));
    const child = startAppender();
    let complaint = '';
    child.stderr?.on('data', (chunk) => {
      complaint += String(chunk);
    });
    const [code] = await once(child, 'close');
    expect(code).not.toBe(0);
    expect(complaint).toContain('STORE_IN_USE');
  });

  it('refuses while another process has it, and opens at once when that one is killed', async () => {
    // It stops at 64: this process does not read its pipe while it waits for the lock.
    const child = startAppender(['64']);
    await new Acknowledgements(child).reach(64);
    expect(await errorOf(openStore({ dataDir, nowMs: Date.now }))).toMatchObject({ code: 'STORE_IN_USE' });
    await kill(child);
    const store = await open();
    expect(await store.listSites()).toEqual(['depot']);
  });
});

describe('kill -9', () => {
  it('loses nothing that was acknowledged, keeps no holes, and can be done again and again', async () => {
    let newestAcknowledged = 0;
    for (const count of [200, 331, 600]) {
      const child = startAppender();
      const acknowledgements = new Acknowledgements(child);
      await acknowledgements.reach(count);
      await kill(child);
      newestAcknowledged = Math.max(newestAcknowledged, ...acknowledgements.all());
      const store = await openStore({ dataDir, nowMs: Date.now });
      const { snapshot, events } = await store.loadSite('depot');
      await store.close();
      const firstSeq = (snapshot?.seq ?? 0) + 1;
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => firstSeq + index));
      for (const { seq, event } of events) expect(event).toEqual({ seq, padding: 'x'.repeat(seq % 900) });
      if (snapshot !== undefined) expect(snapshot.state).toEqual({ sum: (snapshot.seq * (snapshot.seq + 1)) / 2 });
      expect(events.at(-1)?.seq ?? snapshot?.seq).toBeGreaterThanOrEqual(newestAcknowledged);
    }
  });
});

describe('the schema', () => {
  it('of a newer program is refused with one clear line, and nothing is changed', async () => {
    const store = await openStore({ dataDir, nowMs: Date.now });
    await store.putCredentials('CP001', LOGIN);
    await store.close();
    const file = openSqliteFile(dataDir);
    file.exec(`INSERT INTO "schemaVersions" ("version", "name") VALUES (9999, 'from the future')`);
    file.close();
    const error = await errorOf(open());
    expect(error).toMatchObject({ code: 'STORE_TOO_NEW', retryable: false });
    expect(error.message).toMatch(/newer version of Evenkeel \(schema 9999; this one knows \d+\)/);
    const again = openSqliteFile(dataDir);
    again.exec('DELETE FROM "schemaVersions" WHERE "version" = 9999');
    again.close();
    expect(await (await open()).getCredentials('CP001')).toEqual(LOGIN);
  });

  it('of version 1 is brought up to date, and all that was in it is still there', async () => {
    const file = openSqliteFile(dataDir);
    file.exec(await readFile(VERSION_1, 'utf8'));
    file.close();
    for (const pass of ['migrated', 'opened again']) {
      const store = await openStore({ dataDir, nowMs: Date.now });
      expect(await store.loadSite('depot'), pass).toEqual({
        snapshot: { seq: 1, state: { n: 1 } },
        events: [{ seq: 2, atMs: 2000, event: { kind: 'second' } }],
      });
      expect(await store.getCredentials('CP001')).toEqual(LOGIN);
      expect(await store.listApiKeys()).toEqual([{ name: 'admin', createdMs: 5 }]);
      const newest = await store.listSessions('depot', { limit: 9 });
      expect(newest.map(({ sessionId, record }) => ({ sessionId, record }))).toEqual([
        { sessionId: 's2', record: { energyWh: 300 } },
        { sessionId: 's1', record: { energyWh: 1200 } },
      ]);
      const later = await store.listSessionsBetween('depot', { fromMs: 50, toMs: 60, limit: 9 });
      expect(later.map(({ sessionId }) => sessionId)).toEqual(['s1']);
      await store.appendEvents([{ siteId: `after-${pass}`, seq: 1, atMs: 3000, event: null }]);
      await store.putTariff({ tariffId: 'spot', updatedMs: 1, document: pass });
      await store.putHistoryDays('depot', [{ dayMs: 0, record: pass }]);
      expect(await store.listTariffs()).toHaveLength(1);
      expect(await store.listHistoryDays('depot', { fromMs: 0, toMs: 1 })).toHaveLength(1);
      await store.close();
    }
  });

  it('that can not be made is reported, and the file is let go of', async () => {
    const file = openSqliteFile(dataDir);
    file.exec('CREATE TABLE "events" ("something" TEXT)');
    file.close();
    expect(await errorOf(open())).toMatchObject({ code: 'STORE_UNREADABLE' });
    const again = openSqliteFile(dataDir);
    again.exec('DROP TABLE "events"');
    again.close();
    await open();
  });
});

describe('the file', () => {
  it('flushes each commit to the disk, through a write-ahead log', async () => {
    const file = openSqliteFile(dataDir);
    const settings = Object.fromEntries(
      ['journal_mode', 'synchronous', 'foreign_keys', 'locking_mode'].map((name) => [
        name,
        Object.values(Object(file.prepare(`PRAGMA ${name}`).get()))[0],
      ]),
    );
    expect(settings).toEqual({ journal_mode: 'wal', synchronous: 2, foreign_keys: 1, locking_mode: 'exclusive' });
    file.close();
  });
});

describe('trimming', () => {
  const dayMs = 86_400_000;

  it('deletes what a snapshot covers and nobody wants to keep, and only that', async () => {
    const store = await openStore({ dataDir, nowMs: Date.now });
    await store.appendEvents(
      [1, 2, 3, 4, 5, 6].map((seq) => ({ siteId: 'depot', seq, atMs: seq * dayMs, event: seq })),
    );
    await store.appendEvents([{ siteId: 'other', seq: 1, atMs: 0, event: 'kept' }]);
    await store.saveSnapshot({ siteId: 'depot', seq: 4, atMs: 6 * dayMs, state: {}, keepAfterMs: 3 * dayMs });
    await store.close();
    expect(await storedSeqs('depot')).toEqual([3, 4, 5, 6]);
    expect(await storedSeqs('other')).toEqual([1]);
  });

  it('never trims beyond the snapshot, however old the events', async () => {
    const store = await openStore({ dataDir, nowMs: Date.now });
    await store.appendEvents([1, 2, 3].map((seq) => ({ siteId: 'depot', seq, atMs: seq, event: seq })));
    await store.saveSnapshot({ siteId: 'depot', seq: 2, atMs: 0, state: {}, keepAfterMs: dayMs });
    await store.close();
    expect(await storedSeqs('depot')).toEqual([3]);
  });

  it('leaves no hole where a clock was set back', async () => {
    const store = await openStore({ dataDir, nowMs: Date.now });
    const atMs = [100, 900, 200, 300];
    await store.appendEvents(atMs.map((ms, index) => ({ siteId: 'depot', seq: index + 1, atMs: ms, event: null })));
    await store.saveSnapshot({ siteId: 'depot', seq: 4, atMs: 0, state: {}, keepAfterMs: 500 });
    await store.close();
    expect(await storedSeqs('depot')).toEqual([2, 3, 4]);
  });

  it('takes a large backlog in portions, snapshot by snapshot', async () => {
    const store = await openStore({ dataDir, nowMs: Date.now });
    const count = 12_000;
    const seqs = Array.from({ length: count }, (_, index) => index + 1);
    await store.appendEvents(seqs.map((seq) => ({ siteId: 'depot', seq, atMs: seq, event: null })));
    const snapshot = { siteId: 'depot', seq: count, atMs: 0, state: {}, keepAfterMs: dayMs };
    await store.saveSnapshot(snapshot);
    await store.saveSnapshot(snapshot);
    await store.close();
    expect(await storedSeqs('depot')).toEqual([]);
  });

  async function storedSeqs(siteId: string): Promise<unknown[]> {
    const file = openSqliteFile(dataDir);
    const rows = file.prepare('SELECT "seq" FROM "events" WHERE "siteId" = ? ORDER BY "seq"').all(siteId);
    const seqs = rows.map((row) => Object(row).seq);
    file.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; SELECT 1 FROM sqlite_master');
    file.close();
    return seqs;
  }
});

function startAppender(more: string[] = []): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', APPENDER, dataDir, ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

/** Reads what the appender acknowledges, also what was still in the pipe when it died. */
class Acknowledgements {
  readonly #child: ChildProcess;
  #text = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on('data', (chunk) => {
      this.#text += String(chunk);
    });
  }

  /** The last line may be cut off in the middle of a number. */
  all(): number[] {
    return this.#text.split('\n').slice(0, -1).map(Number);
  }

  reach(count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#child.stdout?.on('data', () => {
        if (this.all().length >= count) resolve();
      });
      this.#child.on('exit', (code) => reject(new Error(`the appender ended early, with code ${code}`)));
    });
  }
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'close');
  child.kill('SIGKILL');
  const [, signal] = await ended;
  expect(signal).toBe('SIGKILL');
}

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
