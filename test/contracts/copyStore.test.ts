import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COPIED_TABLES, type CopyProgress, copyStore } from '../../src/store/copyStore.js';
import { openStore } from '../../src/store/openStore.js';
import { type DatabaseUrl, parseDatabaseUrl } from '../../src/store/postgres/databaseUrl.js';
import { openSqliteFile } from '../../src/store/sqliteFile.js';
import type { WholeStore } from '../../src/store/store.js';
import { OwnPostgres, postgresMissing } from '../support/ownPostgres.js';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const ANNA = { ownerId: 'anna', url: 'http://anna:8080' };
const LOGIN = { passwordHashes: ['hash', 'another'], securityProfileMin: 2 };
const LONG_MS = 600_000;
/** They belong to processes that run, or to the program. */
const NOT_COPIED = ['claims', 'leases', 'nodes', 'schemaVersions'];
const EVENTS = 1_050;
const missing = postgresMissing();

describe.skipIf(missing !== undefined)(
  `carrying a store over to Postgres${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let postgres: OwnPostgres;
    let dataDir: string;
    let databaseUrl: DatabaseUrl;
    const stores: WholeStore[] = [];

    beforeAll(async () => {
      postgres = await OwnPostgres.start();
    });
    afterAll(() => postgres?.stop());
    beforeEach(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-copy-'));
      databaseUrl = asUrl((await postgres.newSchema()).url);
    });
    afterEach(async () => {
      for (const store of stores.splice(0)) await store.close();
      await rm(dataDir, { recursive: true, force: true });
    });

    async function open(place: Parameters<typeof openStore>[0]): Promise<WholeStore> {
      const store = await openStore(place);
      stores.push(store);
      return store;
    }

    async function fillEmbedded(): Promise<void> {
      const store = await openStore({ dataDir, nowMs: Date.now });
      const seqs = Array.from({ length: EVENTS }, (_, index) => index + 1);
      await store.appendEvents(
        seqs.map((seq) => ({ siteId: 'Zürich 🏭', seq, atMs: seq, event: { seq, text: '\u0000 \ud800 🔌' } })),
      );
      await store.appendEvents([{ siteId: 'depot', seq: 1, atMs: 1, event: 'x'.repeat(2_000_000) }]);
      await store.saveSnapshot({ siteId: 'Zürich 🏭', seq: 1_000, atMs: 5, state: { n: 'å' }, keepAfterMs: 500 });
      await store.putStations('depot', ['CP1', 'CP2']);
      await store.putCredentials('CP1', LOGIN);
      await store.putApiKey({ keyHash: 'h', name: 'admin', createdMs: 7 });
      await store.putSession({
        sessionId: 's1',
        siteId: 'gone',
        stationId: 'CP1',
        startedMs: 1,
        endedMs: 2,
        record: { a: 1 },
      });
      await store.putTariff({ tariffId: 'spot', updatedMs: 3, document: { prices: [0.1, -0.05] } });
      await store.putHistoryDays('depot', [{ dayMs: 0, record: [1, 2] }]);
      await store.documents.put({ kind: 'webhook', id: 'w', organisationId: 'o', updatedMs: 4, body: { url: 'å' } });
      await store.close();
    }

    /** Everything that the store's users can see of it. */
    async function contents(store: WholeStore) {
      const siteIds = await store.listSites();
      return {
        sites: await Promise.all(siteIds.map(async (siteId) => ({ siteId, ...(await store.loadSite(siteId)) }))),
        stations: await Promise.all(['CP1', 'CP2', 'CP3'].map((id) => store.siteOfStation(id))),
        credentials: await store.getCredentials('CP1'),
        keys: [await store.listApiKeys(), await store.hasApiKey('h')],
        sessions: await store.listSessions('gone', { limit: 9 }),
        tariffs: await store.listTariffs(),
        documents: await store.documents.list('webhook'),
        history: await store.listHistoryDays('depot', { fromMs: 0, toMs: 1 }),
      };
    }

    const copy = (more: { replaces?: boolean; onProgress?: (progress: CopyProgress) => void } = {}) =>
      copyStore({ dataDir, databaseUrl, replaces: false, onProgress: () => undefined, ...more });

    it('copies everything, and the journal goes on where it was', async () => {
      await fillEmbedded();
      const said: CopyProgress[] = [];
      await copy({ onProgress: (progress) => said.push(progress) });
      const target = await open({ databaseUrl });
      const source = await open({ dataDir, nowMs: Date.now });
      expect(await contents(target)).toEqual(await contents(source));
      await target.appendEvents([{ siteId: 'depot', seq: 2, atMs: 2, event: 'on' }]);
      expect(said.filter(({ table, copied }) => table === 'sites' && copied === 2)).toHaveLength(1);
      const events = said.filter(({ table }) => table === 'events');
      expect(events.length).toBeGreaterThan(2);
      expect(events.at(-1)).toMatchObject({ copied: events.at(-1)?.total });
    });

    it('knows every table', async () => {
      await fillEmbedded();
      const file = openSqliteFile(dataDir);
      const tables = file.prepare("select name from sqlite_master where type = 'table' order by name").all();
      for (const [table, columns] of Object.entries(COPIED_TABLES)) {
        const stored = file.prepare(`select name from pragma_table_info('${table}')`).all();
        expect({ table, columns: [...columns].sort() }).toEqual({
          table,
          columns: stored.map((row) => Object(row).name).sort(),
        });
      }
      file.close();
      expect(tables.map((row) => Object(row).name)).toEqual([...Object.keys(COPIED_TABLES), ...NOT_COPIED].sort());
    });

    it('keeps nothing when it fails on the way', async () => {
      await fillEmbedded();
      const failing = copy({
        onProgress: ({ table }) => {
          if (table === 'historyDays') throw new Error('the power went');
        },
      });
      await expect(failing).rejects.toThrow(/the power went/);
      const target = await open({ databaseUrl });
      expect(await target.listSites()).toEqual([]);
      expect(await target.listTariffs()).toEqual([]);
    });

    it('refuses a database in which there is something, and changes nothing', async () => {
      await fillEmbedded();
      const target = await open({ databaseUrl });
      await target.putTariff({ tariffId: 'theirs', updatedMs: 1, document: 1 });
      const refused = copy();
      await expect(refused).rejects.toMatchObject({ code: 'STORE_NOT_EMPTY' });
      await expect(refused).rejects.toThrow(/there are tariffs\. Name an empty one, or .* --force/);
      expect(await target.listTariffs()).toHaveLength(1);
      expect(await target.listSites()).toEqual([]);
    });

    it('replaces what is there when told so; fencing tokens do not go back', async () => {
      await fillEmbedded();
      const target = await open({ databaseUrl });
      await target.putTariff({ tariffId: 'theirs', updatedMs: 1, document: 1 });
      await target.putStations('old', ['CP1', 'CP9']);
      for (const siteId of ['depot', 'elsewhere']) await target.takeLease(siteId, ANNA, LONG_MS);
      await target.releaseLeases('anna');
      await copy({ replaces: true });
      const source = await open({ dataDir, nowMs: Date.now });
      expect(await contents(target)).toEqual(await contents(source));
      expect(await target.siteOfStation('CP9')).toBeUndefined();
      expect(await target.takeLease('depot', ANNA, LONG_MS)).toBe(2);
      expect(await target.takeLease('elsewhere', ANNA, LONG_MS)).toBe(2);
    });

    it('refuses while a process runs on either of the two', async () => {
      await fillEmbedded();
      const inUse = { code: 'STORE_IN_USE' };
      const source = await openStore({ dataDir, nowMs: Date.now });
      await expect(copy()).rejects.toMatchObject(inUse);
      await source.close();
      const target = await open({ databaseUrl });
      await target.announceNode({ nodeId: 'n', roles: ['all'], url: 'http://there:8080' }, LONG_MS);
      await expect(copy({ replaces: true })).rejects.toMatchObject(inUse);
      await expect(copy({ replaces: true })).rejects.toThrow(/http:\/\/there:8080.*Stop all/);
      await target.removeNode('n');
      await target.takeLease('depot', ANNA, LONG_MS);
      await expect(copy({ replaces: true })).rejects.toMatchObject(inUse);
    });

    it('makes no store where there is none', async () => {
      await expect(copy()).rejects.toThrow(/holds no evenkeel\.db: name the EVENKEEL_DATA_DIR/);
      expect(await readdir(dataDir)).toEqual([]);
    });

    describe('by command', () => {
      it('says what it does, and that it is done', async () => {
        await fillEmbedded();
        const done = await migrate({ DATABASE_URL: databaseUrl.text });
        expect(done).toMatchObject({ code: 0 });
        expect(done.stderr).toMatch(
          /to the database postgres at 127\.0\.0\.1:\d+ …\n {2}sites: 2 of 2\n {2}events: \d+ of \d+\n/,
        );
        expect(done.stdout).toMatch(/^Copied and compared: 2 sites, \d+ rows in all\.\n.* is left as it is\./);
        expect(await contents(await open({ databaseUrl }))).toMatchObject({ stations: ['depot', 'depot', undefined] });
        const again = await migrate({ DATABASE_URL: databaseUrl.text });
        expect(again.code).toBe(1);
        expect(again.stderr).toMatch(/evenkeel: The database .* is not empty: there are sites, events.*--force\.\n$/);
      });

      it('never shows a password', async () => {
        const wrongUrl = { DATABASE_URL: 'mysql://a:s3cret@b/c' };
        const [unset, wrong] = await Promise.all([migrate({}), migrate(wrongUrl)]);
        expect(unset.stderr).toMatch(/^evenkeel: DATABASE_URL is not set: it must be postgres:/);
        expect(wrong.stderr).toMatch(/^evenkeel: DATABASE_URL is not usable \(its value is not shown\)/);
        expect(wrong.stderr).not.toContain('s3cret');
        expect([unset.code, wrong.code]).toEqual([2, 2]);
      });

      it('tells a program what it copied, and nothing else', async () => {
        await fillEmbedded();
        const { code, stdout, stderr } = await migrate({ DATABASE_URL: databaseUrl.text }, '--json');
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(JSON.parse(stdout)).toMatchObject({ from: dataDir, rows: expect.any(Number), tables: { sites: 2 } });
      });

      async function migrate(environment: Readonly<Record<string, string>>, ...more: readonly string[]) {
        const child = spawn(process.execPath, ['--import', 'tsx', CLI, 'migrate', '--from', dataDir, ...more], {
          env: { PATH: process.env.PATH, ...environment },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        const texts = { stdout: '', stderr: '' };
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          texts.stdout += text;
        });
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          texts.stderr += text;
        });
        const [code] = await once(child, 'close');
        return { code, ...texts };
      }
    });
  },
);

function asUrl(text: string): DatabaseUrl {
  const url = parseDatabaseUrl(text);
  if (url === undefined) throw new Error(`${text} is no database URL`);
  return url;
}
