import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Journal } from '../../src/control/journal.js';
import { openStore } from '../../src/store/openStore.js';
import { parseDatabaseUrl } from '../../src/store/postgres/databaseUrl.js';
import { openPool, WRITES } from '../../src/store/postgres/pools.js';
import type { Store } from '../../src/store/store.js';
import { startProxy } from '../support/faultProxy.js';
import { OwnPostgres, postgresMissing } from '../support/ownPostgres.js';
import { systemClock } from '../support/systemClock.js';

const ANNA = { ownerId: 'anna', url: 'http://anna:8080' };
const BERT = { ownerId: 'bert', url: 'http://bert:8080' };
const LONG_MS = 600_000;
const GONE_MS = 0;
/** A refused connection is refused at once; the rest is for a loaded machine. */
const FAST_MS = 3_000;
const missing = postgresMissing();

describe.skipIf(missing !== undefined)(`Postgres${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let postgres: OwnPostgres;
  const endings: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    // Commits wait for the disk: what is shown here is what is kept.
    postgres = await OwnPostgres.start({ durable: true });
  });
  afterAll(() => postgres?.stop());
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  async function open(url: string): Promise<Store> {
    const databaseUrl = parseDatabaseUrl(url);
    if (databaseUrl === undefined) throw new Error(`${url} is no database URL`);
    const store = await openStore({ databaseUrl });
    endings.push(() => store.close());
    return store;
  }

  async function openNew(): Promise<Store> {
    return open((await postgres.newSchema()).url);
  }

  describe('that is killed', () => {
    it('loses nothing that was acknowledged, and the same store goes on when it is back', async () => {
      const store = await openNew();
      const acknowledged: number[] = [];
      let seq = 0;
      let stop = false;
      /** Some of what was refused may be stored: it is told again, the very same. */
      const write = async () => {
        let batch: number[] = [];
        while (!stop || batch.length > 0) {
          batch = [...batch, ++seq, ++seq];
          const told = batch;
          const entries = told.map((one) => ({ siteId: 'depot', seq: one, atMs: one, event: { one } }));
          const error = await store.appendEvents(entries).then(
            () => undefined,
            (refused: unknown) => refused,
          );
          if (error === undefined) {
            acknowledged.push(...told);
            batch = [];
          } else {
            expect(error).toMatchObject({ code: 'STORE_WRITE_FAILED', retryable: true });
            await sleep(20);
          }
        }
      };
      const writing = write();
      for (const count of [50, 150]) {
        while (acknowledged.length < count) await sleep(5);
        await postgres.kill();
        const surely = acknowledged.at(-1) ?? 0;
        await postgres.startAgain();
        const { events } = await untilRead(store);
        expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
        expect(events.length).toBeGreaterThanOrEqual(surely);
      }
      stop = true;
      await writing;
      const { events } = await store.loadSite('depot');
      expect(events.map(({ event }) => event)).toEqual(acknowledged.map((one) => ({ one })));
    });
  });

  describe('that is away', () => {
    it('is told of at once, in one line that can be tried again, and found again by itself', async () => {
      const store = await openNew();
      await store.appendEvents([{ siteId: 'depot', seq: 1, atMs: 1, event: 'before' }]);
      await postgres.pause();
      const sinceMs = performance.now();
      const refusals = await Promise.allSettled([
        store.ping(),
        store.appendEvents([{ siteId: 'depot', seq: 2, atMs: 2, event: 'during' }]),
        store.takeLease('depot', ANNA, LONG_MS),
        store.loadSite('depot'),
        store.listLeases(),
      ]);
      expect(performance.now() - sinceMs).toBeLessThan(FAST_MS);
      expect(refusals.map((refusal) => refusal.status === 'rejected' && refusal.reason.code)).toEqual([
        'STORE_WRITE_FAILED',
        'STORE_WRITE_FAILED',
        'STORE_WRITE_FAILED',
        'STORE_UNAVAILABLE',
        'STORE_UNAVAILABLE',
      ]);
      for (const refusal of refusals) {
        const error = refusal.status === 'rejected' ? refusal.reason : undefined;
        expect(error.retryable).toBe(true);
        expect(error.message).toMatch(
          /^The (data|database) .*postgres at 127\.0\.0\.1:\d+.*\. Check that Postgres runs/,
        );
        expect(error.message).not.toContain('\n');
      }
      await postgres.startAgain();
      await store.ping();
      await store.appendEvents([{ siteId: 'depot', seq: 2, atMs: 2, event: 'after' }]);
      expect((await store.loadSite('depot')).events).toHaveLength(2);
    });

    it('costs a journal nothing but time', async () => {
      const store = await openNew();
      const failures: unknown[] = [];
      const journal = new Journal({
        siteId: 'depot',
        store,
        clock: systemClock,
        lastSeq: 0,
        onFailure: (error) => failures.push(error),
      });
      const happened = (limitA: number) =>
        journal.append({ type: 'externalLimit', limitA } as unknown as Parameters<Journal['append']>[0], limitA);
      happened(1);
      await journal.durable();
      await postgres.pause();
      happened(2);
      await expect(journal.durable()).rejects.toMatchObject({ retryable: true });
      happened(3);
      expect(journal.failure).toBeDefined();
      await postgres.startAgain();
      await expect.poll(() => journal.failure, { timeout: 10_000 }).toBeUndefined();
      happened(4);
      await journal.durable();
      expect((await store.loadSite('depot')).events.map(({ atMs }) => atMs)).toEqual([1, 2, 3, 4]);
      expect(failures.length).toBeGreaterThan(0);
    });

    it('when the service starts, is named in one line without the password', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      await new Promise((resolve) => server.close(resolve));
      const refused = open(`postgres://evenkeel:s3cret@127.0.0.1:${port}/site`);
      await expect(refused).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
      await expect(refused).rejects.toThrow(/^The database site at 127\.0\.0\.1:\d+ can't be used \(.*\)\. Check that/);
      await expect(refused).rejects.not.toThrow(/s3cret|\n/);
      const unknown = open(`${postgres.url.replace(/postgres$/, 'nowhere')}`);
      await expect(unknown).rejects.toThrow(
        /"nowhere" does not exist\)\. Check the user, the password and the database/,
      );
    });
  });

  it('behind a network that swallows everything is given up in time, and found again', async () => {
    const proxy = await startProxy(postgres.port);
    endings.push(() => proxy.close());
    const short = { ...WRITES, connectMaxMs: 300, statementMaxMs: 300 };
    const pool = openPool(postgres.url.replace(String(postgres.port), String(proxy.port)), short);
    endings.push(() => pool.destroy());
    const ask = () => sql<{ one: number }>`select 1 as one`.execute(pool);
    await ask();
    proxy.swallow();
    const sinceMs = performance.now();
    await expect(ask()).rejects.toThrow(/timeout/);
    await expect(ask()).rejects.toThrow(/timeout/);
    expect(performance.now() - sinceMs).toBeLessThan(FAST_MS + 3_000);
    proxy.pass();
    expect((await ask()).rows).toEqual([{ one: 1 }]);
  });

  it('that commits and is cut off before it can say so is not told twice', async () => {
    const proxy = await startProxy(postgres.port);
    endings.push(() => proxy.close());
    const { url, name } = await postgres.newSchema();
    const store = await open(url.replace(String(postgres.port), String(proxy.port)));
    await store.appendEvents([{ siteId: 'depot', seq: 1, atMs: 1, event: 'told' }]);
    proxy.loseAnswers();
    const appended = store.appendEvents([{ siteId: 'depot', seq: 2, atMs: 2, event: 'in doubt' }]);
    await expect
      .poll(() => postgres.query(`select 1 from ${name}.events where seq = 2`), { timeout: 5_000 })
      .toHaveLength(1);
    proxy.cut();
    proxy.pass();
    // The store asks by itself whether it is there; and so may whoever was told that it is not known.
    await appended;
    await store.appendEvents([{ siteId: 'depot', seq: 2, atMs: 2, event: 'in doubt' }]);
    await store.appendEvents([{ siteId: 'depot', seq: 3, atMs: 3, event: 'after' }]);
    expect((await store.loadSite('depot')).events.map(({ event }) => event)).toEqual(['told', 'in doubt', 'after']);
  });

  describe('shared by processes', () => {
    it('is set up once, however many start at the same time', async () => {
      const { url, name } = await postgres.newSchema();
      const stores = await Promise.all(Array.from({ length: 6 }, () => open(url)));
      const versions = await postgres.query<{ version: number }>(
        `select version from ${name}."schemaVersions" order by 1`,
      );
      expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1));
      for (const store of stores) await store.ping();
    });

    it('gives a site to one of them, and everything that the one before was told is stored is there', async () => {
      const { url } = await postgres.newSchema();
      const [first, second] = [await open(url), await open(url)];
      for (let round = 0; round < 5; round++) {
        const siteId = `site-${round}`;
        const token = (await first.takeLease(siteId, ANNA, GONE_MS)) ?? 0;
        const acknowledged: number[] = [];
        const writing = (async () => {
          for (let seq = 1; ; seq++) {
            await first.appendEvents([{ siteId, seq, atMs: seq, event: 'anna', token }]);
            acknowledged.push(seq);
          }
        })();
        const ended = expect(writing).rejects.toMatchObject({ code: 'STALE_TOKEN' });
        while (acknowledged.length < 5) await sleep(1);
        const newer = await second.takeLease(siteId, BERT, LONG_MS);
        const { events } = await second.loadSite(siteId);
        await ended;
        expect(events.length).toBeGreaterThanOrEqual(acknowledged.length);
        const seq = events.length + 1;
        await second.appendEvents([{ siteId, seq, atMs: 0, event: 'bert', token: newer ?? 0 }]);
        expect((await first.loadSite(siteId)).events.filter(({ event }) => event === 'anna')).toEqual(events);
      }
    });

    it('lets a site be taken over from one that was stopped in the middle of a transaction', async () => {
      const { url, name } = await postgres.newSchema();
      const store = await open(url);
      await store.appendEvents([{ siteId: 'depot', seq: 1, atMs: 1, event: 'x' }]);
      const pool = openPool(postgres.url, WRITES);
      endings.push(() => pool.destroy());
      const stopped = await pool.startTransaction().execute();
      await sql`update ${sql.table(`${name}.sites`)} set "lastSeq" = 2`.execute(stopped);
      const sinceMs = performance.now();
      const take = () => store.takeLease('depot', BERT, LONG_MS).catch(() => undefined);
      await expect.poll(take, { timeout: 10_000 }).toBe(1);
      expect(performance.now() - sinceMs).toBeLessThan(5_000);
      // It finds out when it goes on.
      await expect(stopped.commit().execute()).rejects.toThrow();
      await stopped
        .rollback()
        .execute()
        .catch(() => undefined);
      await store.appendEvents([{ siteId: 'depot', seq: 2, atMs: 2, event: 'x', token: 1 }]);
    });

    it('renews leases while a write waits', async () => {
      const { url, name } = await postgres.newSchema();
      const store = await open(url);
      await store.appendEvents([{ siteId: 'depot', seq: 1, atMs: 1, event: 'x' }]);
      const token = await store.takeLease('other', ANNA, LONG_MS);
      const pool = openPool(postgres.url, WRITES);
      endings.push(() => pool.destroy());
      let appended: Promise<void> | undefined;
      await pool.transaction().execute(async (transaction) => {
        await sql`select 1 from ${sql.table(`${name}.sites`)} where "siteId" = 'depot' for update`.execute(transaction);
        let isWritten = false;
        appended = store.appendEvents([{ siteId: 'depot', seq: 2, atMs: 2, event: 'x' }]).then(() => {
          isWritten = true;
        });
        expect(await store.renewLeases('anna', LONG_MS)).toEqual([{ siteId: 'other', token }]);
        expect(isWritten).toBe(false);
      });
      await appended;
      expect((await store.loadSite('depot')).events).toHaveLength(2);
    });
  });

  it('keeps commits also where the database is set to forget them', async () => {
    await postgres.query('create database careless');
    await postgres.query('alter database careless set synchronous_commit = off');
    const pool = openPool(postgres.url.replace(/postgres$/, 'careless'), WRITES);
    const { rows } = await sql<Record<string, string>>`show synchronous_commit`.execute(pool);
    await pool.destroy();
    expect(rows).toEqual([{ synchronous_commit: 'on' }]);
  });

  it('never lets a commit pass that was a rollback', async () => {
    const pool = openPool(postgres.url, WRITES);
    endings.push(() => pool.destroy());
    const swallowing = pool.transaction().execute(async (transaction) => {
      await sql`select 1 / 0`.execute(transaction).catch(() => undefined);
    });
    await expect(swallowing).rejects.toThrow('the transaction was rolled back');
  });

  it('whose tables a newer program changes under a running one is read again after one refusal', async () => {
    const { url, name } = await postgres.newSchema();
    const store = await open(url);
    await store.putTariff({ tariffId: 'spot', updatedMs: 1, document: 1 });
    expect(await store.listTariffs()).toHaveLength(1);
    await postgres.query(`alter table ${name}.tariffs add column "later" text`);
    await store.listTariffs().catch((error: unknown) => expect(error).toMatchObject({ retryable: true }));
    expect(await store.listTariffs()).toHaveLength(1);
  });

  it('whose text is not Unicode is refused', async () => {
    await postgres.query(`create database ascii encoding 'SQL_ASCII' locale 'C' template template0`);
    const refused = open(postgres.url.replace(/postgres$/, 'ascii'));
    await expect(refused).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
    await expect(refused).rejects.toThrow(/SQL_ASCII.*createdb --encoding=UTF8/);
  });

  it('written by a newer program is refused, and nothing is changed', async () => {
    const { url, name } = await postgres.newSchema();
    await (await open(url)).putApiKey({ keyHash: 'h', name: 'admin', createdMs: 1 });
    await postgres.query(`insert into ${name}."schemaVersions" values (9999, 'from the future')`);
    await expect(open(url)).rejects.toMatchObject({ code: 'STORE_TOO_NEW', retryable: false });
    await postgres.query(`delete from ${name}."schemaVersions" where version = 9999`);
    expect(await (await open(url)).hasApiKey('h')).toBe(true);
  });

  it('does not grow for ever: what snapshots cover is deleted, and its room used again', async () => {
    const { url, name } = await postgres.newSchema();
    const store = await open(url);
    const sizes: number[] = [];
    let seq = 0;
    for (let round = 0; round < 8; round++) {
      const from = seq;
      const entries = Array.from({ length: 2_000 }, () => ({ siteId: 'depot', seq: ++seq, atMs: seq, event: { seq } }));
      await store.appendEvents(entries);
      await store.saveSnapshot({ siteId: 'depot', seq, atMs: seq, state: 'x'.repeat(50_000), keepAfterMs: from });
      // What autovacuum does by itself, in its own time.
      for (const table of ['events', 'snapshots', 'sites']) await postgres.query(`vacuum ${name}.${table}`);
      const [row] = await postgres.query<{ bytes: string; kept: string }>(
        `select pg_total_relation_size('${name}.events') + pg_total_relation_size('${name}.snapshots') as bytes,
          (select count(*) from ${name}.events) as kept`,
      );
      sizes.push(Number(row?.bytes));
      expect(Number(row?.kept)).toBeLessThanOrEqual(2_001);
    }
    expect(sizes.at(-1)).toBeLessThanOrEqual((sizes[2] ?? 0) * 1.1);
  });
});

async function untilRead(store: Store) {
  for (;;) {
    const read = await store.loadSite('depot').catch(() => undefined);
    if (read !== undefined) return read;
    await sleep(20);
  }
}
