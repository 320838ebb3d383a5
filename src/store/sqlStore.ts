import type { CompiledQuery, Kysely, Transaction } from 'kysely';
import { GroupCommit } from './groupCommit.js';
import { appendRun, compileInsertEvent, readSite, removeSite, replaceSnapshot, toRuns } from './journal.js';
import { fromJson, requireId, requireMs, requireSeq, toJson } from './records.js';
import type { JournalEntry, Store, StoredSession, StoredSite } from './store.js';
import { StoreError } from './storeError.js';
import type { Tables } from './tables.js';

/** The store over any SQL database that Kysely speaks to and that keeps what it has committed. It owns `db`. */
export class SqlStore implements Store {
  readonly #db: Kysely<Tables>;
  readonly #writer: GroupCommit;
  readonly #insertEvent: CompiledQuery;
  /** Those under way, which closing waits for. */
  readonly #reading = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
    this.#writer = new GroupCommit(db);
    this.#insertEvent = compileInsertEvent(db);
  }

  async appendEvents(entries: readonly JournalEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const runs = toRuns(entries);
    await this.#writer.run(async (transaction) => {
      for (const run of runs) await appendRun(transaction, this.#insertEvent, run);
    });
  }

  loadSite(siteId: string): Promise<StoredSite> {
    return this.#read((transaction) => readSite(transaction, siteId));
  }

  async listSites(): Promise<readonly string[]> {
    const sites = await this.#read((transaction) => transaction.selectFrom('sites').select('siteId').execute());
    // Sorted here, because databases differ in how they order text.
    return sites.map(({ siteId }) => siteId).sort();
  }

  async saveSnapshot(snapshot: {
    siteId: string;
    seq: number;
    atMs: number;
    state: unknown;
    keepAfterMs: number;
  }): Promise<void> {
    const { siteId, seq, atMs, state, keepAfterMs } = snapshot;
    requireId('siteId', siteId);
    requireSeq('seq', seq);
    requireMs('atMs', atMs);
    requireMs('keepAfterMs', keepAfterMs);
    const row = { siteId, seq, atMs, stateJson: toJson('state', state) };
    await this.#writer.run((transaction) => replaceSnapshot(transaction, row, keepAfterMs));
  }

  /** Forgets the site's journal and snapshot. Its ended sessions are kept: they were charged, whatever became of the site. */
  async deleteSite(siteId: string): Promise<void> {
    await this.#writer.run((transaction) => removeSite(transaction, siteId));
  }

  async putCredentials(stationId: string, passwordHash: string): Promise<void> {
    requireId('stationId', stationId);
    requireId('passwordHash', passwordHash);
    await this.#writer.run(async (transaction) => {
      await transaction
        .insertInto('credentials')
        .values({ stationId, passwordHash })
        .onConflict((conflict) => conflict.column('stationId').doUpdateSet({ passwordHash }))
        .execute();
    });
  }

  async getCredentials(stationId: string): Promise<string | undefined> {
    const found = await this.#read((transaction) =>
      transaction
        .selectFrom('credentials')
        .select('passwordHash')
        .where('stationId', '=', stationId)
        .executeTakeFirst(),
    );
    return found?.passwordHash;
  }

  async deleteCredentials(stationId: string): Promise<void> {
    await this.#writer.run(async (transaction) => {
      await transaction.deleteFrom('credentials').where('stationId', '=', stationId).execute();
    });
  }

  async putApiKey({ keyHash, name, createdMs }: { keyHash: string; name: string; createdMs: number }): Promise<void> {
    requireId('keyHash', keyHash);
    requireId('name', name);
    requireMs('createdMs', createdMs);
    await this.#writer.run(async (transaction) => {
      await transaction
        .insertInto('apiKeys')
        .values({ keyHash, name, createdMs })
        .onConflict((conflict) => conflict.column('keyHash').doUpdateSet({ name, createdMs }))
        .execute();
    });
  }

  async hasApiKey(keyHash: string): Promise<boolean> {
    const found = await this.#read((transaction) =>
      transaction.selectFrom('apiKeys').select('keyHash').where('keyHash', '=', keyHash).executeTakeFirst(),
    );
    return found !== undefined;
  }

  listApiKeys(): Promise<readonly { name: string; createdMs: number }[]> {
    return this.#read((transaction) =>
      transaction.selectFrom('apiKeys').select(['name', 'createdMs']).orderBy('createdMs').orderBy('name').execute(),
    );
  }

  async putSession(session: StoredSession): Promise<void> {
    const { sessionId, siteId, stationId, startedMs, endedMs, record } = session;
    requireId('sessionId', sessionId);
    requireId('siteId', siteId);
    requireId('stationId', stationId);
    requireMs('startedMs', startedMs);
    requireMs('endedMs', endedMs);
    const fields = { siteId, stationId, startedMs, endedMs, recordJson: toJson('record', record) };
    await this.#writer.run(async (transaction) => {
      await transaction
        .insertInto('sessions')
        .values({ sessionId, ...fields })
        .onConflict((conflict) => conflict.column('sessionId').doUpdateSet(fields))
        .execute();
    });
  }

  /**
   * Sessions that began in the same millisecond as the page's last one are all on the page, beyond `limit` if need be: the next
   * page begins before that millisecond, and would miss them.
   */
  async listSessions(
    siteId: string,
    { limit, beforeMs }: { limit: number; beforeMs?: number },
  ): Promise<readonly StoredSession[]> {
    const rows = await this.#read(async (transaction) => {
      const newestFirst = transaction
        .selectFrom('sessions')
        .selectAll()
        .where('siteId', '=', siteId)
        .orderBy('startedMs', 'desc')
        .orderBy('sessionId', 'desc');
      const page = await (beforeMs === undefined ? newestFirst : newestFirst.where('startedMs', '<', beforeMs))
        .limit(limit)
        .execute();
      const last = page.at(-1);
      if (last === undefined || page.length < limit) return page;
      const sameStart = newestFirst.where('startedMs', '=', last.startedMs).where('sessionId', '<', last.sessionId);
      return [...page, ...(await sameStart.execute())];
    });
    return rows.map(({ recordJson, ...session }) => ({
      ...session,
      record: fromJson(`The record of session ${session.sessionId}`, recordJson),
    }));
  }

  /** A real write, through the same queue as all others: a disk that is full or gone can still be read from a cache. */
  async ping(): Promise<void> {
    await this.#writer.run(async (transaction) => {
      await transaction
        .updateTable('schemaVersions')
        .set((row) => ({ name: row.ref('name') }))
        .execute();
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#writer
      .close()
      .then(() => Promise.allSettled(this.#reading))
      .then(() => this.#db.destroy());
    return this.#closing;
  }

  /** What is read in one call is of one instant. */
  #read<T>(read: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(new StoreError('STORE_CLOSED', 'The store is closed.'));
    const reading = this.#db
      .transaction()
      .execute(read)
      .finally(() => this.#reading.delete(reading));
    this.#reading.add(reading);
    return reading;
  }
}
