import type { CompiledQuery, Kysely, Transaction } from 'kysely';
import { readCredentials, replaceCredentials, toCredentialsRow } from './credentials.js';
import { GroupCommit } from './groupCommit.js';
import { readHistoryDays, replaceHistoryDays, toHistoryRows } from './historyDays.js';
import { appendRun, compileInsertEvent, readSite, removeSite, replaceSnapshot, toRuns } from './journal.js';
import { fromJson, requireId, requireMs, requireSeq, toJson } from './records.js';
import { fromSessionRow, readNewestSessions, readSessionsBetween, replaceSession, toSessionRow } from './sessions.js';
import type {
  JournalEntry,
  SessionPage,
  Store,
  StoredCredentials,
  StoredHistoryDay,
  StoredSession,
  StoredSite,
  StoredTariffDocument,
} from './store.js';
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

  async putCredentials(stationId: string, credentials: StoredCredentials): Promise<void> {
    const row = toCredentialsRow(stationId, credentials);
    await this.#writer.run((transaction) => replaceCredentials(transaction, row));
  }

  async getCredentials(stationId: string): Promise<StoredCredentials | undefined> {
    return this.#read((transaction) => readCredentials(transaction, stationId));
  }

  async deleteCredentials(stationId: string): Promise<void> {
    await this.#writer.run(async (transaction) => {
      await transaction.deleteFrom('stationCredentials').where('stationId', '=', stationId).execute();
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
    const row = toSessionRow(session);
    await this.#writer.run((transaction) => replaceSession(transaction, row));
  }

  async listSessions(siteId: string, options: { limit: number; beforeMs?: number }): Promise<readonly StoredSession[]> {
    const rows = await this.#read((transaction) => readNewestSessions(transaction, siteId, options));
    return rows.map(fromSessionRow);
  }

  async listSessionsBetween(siteId: string, page: SessionPage): Promise<readonly StoredSession[]> {
    const rows = await this.#read((transaction) => readSessionsBetween(transaction, siteId, page));
    return rows.map(fromSessionRow);
  }

  async putTariff({ tariffId, updatedMs, document }: StoredTariffDocument): Promise<void> {
    requireId('tariffId', tariffId);
    requireMs('updatedMs', updatedMs);
    const fields = { updatedMs, documentJson: toJson('document', document) };
    await this.#writer.run(async (transaction) => {
      await transaction
        .insertInto('tariffs')
        .values({ tariffId, ...fields })
        .onConflict((conflict) => conflict.column('tariffId').doUpdateSet(fields))
        .execute();
    });
  }

  async deleteTariff(tariffId: string): Promise<void> {
    await this.#writer.run(async (transaction) => {
      await transaction.deleteFrom('tariffs').where('tariffId', '=', tariffId).execute();
    });
  }

  async listTariffs(): Promise<readonly StoredTariffDocument[]> {
    const rows = await this.#read((transaction) => transaction.selectFrom('tariffs').selectAll().execute());
    const tariffs = rows.map(({ tariffId, updatedMs, documentJson }) => ({
      tariffId,
      updatedMs,
      document: fromJson(`Tariff ${tariffId}`, documentJson),
    }));
    return tariffs.sort((a, b) => (a.tariffId < b.tariffId ? -1 : 1));
  }

  async putHistoryDays(siteId: string, days: readonly StoredHistoryDay[]): Promise<void> {
    const rows = toHistoryRows(siteId, days);
    if (rows.length === 0) return;
    await this.#writer.run((transaction) => replaceHistoryDays(transaction, rows));
  }

  async listHistoryDays(siteId: string, span: { fromMs: number; toMs: number }): Promise<readonly StoredHistoryDay[]> {
    return this.#read((transaction) => readHistoryDays(transaction, siteId, span));
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
