import type { CompiledQuery, Kysely, Transaction } from 'kysely';
import { type Attendant, takeAttendants } from '../audit/attendance.js';
import type { SqlAccess } from './access.js';
import type { AccountStore } from './accountStore.js';
import { SqlAccounts } from './accounts.js';
import { beginAuditEntry } from './audit.js';
import { readCredentials, replaceCredentials, toCredentialsRow } from './credentials.js';
import type { DocumentStore } from './documentStore.js';
import { SqlDocuments } from './documents.js';
import { GroupCommit, type GroupCommitOptions } from './groupCommit.js';
import { readHistoryDays, replaceHistoryDays, toHistoryRows } from './historyDays.js';
import {
  appendRun,
  compileInsertEvent,
  readSite,
  removeSite,
  replaceSnapshot,
  requireOwner,
  toRuns,
} from './journal.js';
import {
  type NowMs,
  readLeases,
  releaseLeases,
  renewLeases,
  requireHolder,
  requireToken,
  takeLease,
} from './leases.js';
import { installationKey } from './migrateAccounts.js';
import { readNodes, replaceNode, toNodeRow } from './nodes.js';
import { SqlOutbox } from './outbox.js';
import type { OutboxStore } from './outboxStore.js';
import { fromJson, requireId, requireMs, requireSeq, toJson } from './records.js';
import { fromSessionRow, readNewestSessions, readSessionsBetween, replaceSession, toSessionRow } from './sessions.js';
import { readSiteOfStation, replaceStations, toStationIds } from './stations.js';
import type {
  HeldLease,
  JournalEntry,
  LeaseHolder,
  NodeAnnouncement,
  SessionPage,
  StoredCredentials,
  StoredHistoryDay,
  StoredLease,
  StoredNode,
  StoredSession,
  StoredSite,
  StoredTariffDocument,
  WholeStore,
} from './store.js';
import { StoreError } from './storeError.js';
import type { Tables } from './tables.js';

/** Makes a change, and the entries that attend it. */
type Begin<T> = (
  change: (transaction: Transaction<Tables>) => Promise<T>,
  transaction: Transaction<Tables>,
) => Promise<T>;

/** A database that keeps what it has committed, as the store needs it. Where it is one connection, all three are the same. */
export interface Database {
  readonly writes: Kysely<Tables>;
  /** Writes that must not wait for the others. 'shared': they wait with them, and share their commits. */
  readonly leases: Kysely<Tables> | 'shared';
  readonly reads: Kysely<Tables>;
  /** What several statements need to see the same instant, where being in one transaction does not do. */
  readonly isolation: 'repeatable read' | 'given';
  /** The database's clock, for a statement that is made at this moment. */
  readonly now: () => NowMs;
  /** A real write that changes nothing, and that no other process waits for. */
  readonly probe: (transaction: Transaction<Tables>) => Promise<void>;
  readonly grouping: Omit<GroupCommitOptions, 'db'>;
  /** Says what became of a read. 'asItIs': the error itself does. */
  readonly readFailed: ((cause: unknown) => StoreError) | 'asItIs';
  /** Ends all connections. */
  readonly close: () => Promise<void>;
}

/** The store over any SQL database that Kysely speaks to. It owns the database. */
export class SqlStore implements WholeStore {
  readonly accounts: AccountStore;
  readonly documents: DocumentStore;
  readonly outbox: OutboxStore;
  readonly #database: Database;
  readonly #writer: GroupCommit;
  readonly #insertEvent: CompiledQuery;
  /** Those under way, which closing waits for. */
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(database: Database) {
    this.#database = database;
    this.#writer = new GroupCommit({ db: database.writes, ...database.grouping });
    this.#insertEvent = compileInsertEvent(database.writes);
    const access: SqlAccess = {
      change: (change) => this.#change(change),
      decide: (change) => this.#attended((begin) => this.#change((transaction) => begin(change, transaction))),
      read: (read) => this.#read(read),
    };
    this.accounts = new SqlAccounts(access);
    this.documents = new SqlDocuments(access);
    this.outbox = new SqlOutbox({ ...access, now: database.now });
  }

  async appendEvents(entries: readonly JournalEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const runs = toRuns(entries);
    const attendants = entries.flatMap((entry) => entry.attendants ?? []);
    const begin = attendants.map(({ entry }) => beginAuditEntry(entry));
    await this.#writer.run(
      async (transaction) => {
        for (const run of runs) await appendRun(transaction, this.#insertEvent, run);
        for (const write of begin) await write(transaction);
      },
      attendants.length === 0 ? runs : undefined,
    );
    for (const attendant of attendants) attendant.settle('committed');
  }

  loadSite(siteId: string): Promise<StoredSite> {
    return this.#readTogether((transaction) => readSite(transaction, siteId));
  }

  async listSites(): Promise<readonly string[]> {
    const sites = await this.#read((db) => db.selectFrom('sites').select('siteId').where('lastSeq', '>', 0).execute());
    // Sorted here, because databases differ in how they order text.
    return sites.map(({ siteId }) => siteId).sort();
  }

  async saveSnapshot(snapshot: {
    siteId: string;
    seq: number;
    atMs: number;
    state: unknown;
    keepAfterMs: number;
    token?: number;
  }): Promise<void> {
    const { siteId, seq, atMs, state, keepAfterMs, token } = snapshot;
    requireId('siteId', siteId);
    requireSeq('seq', seq);
    requireMs('atMs', atMs);
    requireMs('keepAfterMs', keepAfterMs);
    requireToken(token);
    const row = { siteId, seq, atMs, stateJson: toJson('state', state) };
    await this.#writer.run((transaction) => replaceSnapshot(transaction, row, { keepAfterMs, token }));
  }

  /** Forgets the site's journal and snapshot. Its ended sessions are kept: they were charged, whatever became of the site. */
  async deleteSite(siteId: string, token?: number): Promise<void> {
    requireToken(token);
    await this.#decide((transaction) => removeSite(transaction, siteId, token));
  }

  async putCredentials(stationId: string, credentials: StoredCredentials): Promise<void> {
    const row = toCredentialsRow(stationId, credentials);
    await this.#decide((transaction) => replaceCredentials(transaction, row));
  }

  async getCredentials(stationId: string): Promise<StoredCredentials | undefined> {
    return this.#read((db) => readCredentials(db, stationId));
  }

  async deleteCredentials(stationId: string): Promise<void> {
    await this.#decide(async (transaction) => {
      await transaction.deleteFrom('stationCredentials').where('stationId', '=', stationId).execute();
    });
  }

  async putApiKey({ keyHash, name, createdMs }: { keyHash: string; name: string; createdMs: number }): Promise<void> {
    requireId('keyHash', keyHash);
    requireId('name', name);
    requireMs('createdMs', createdMs);
    const { siteIdsJson: _all, ...key } = installationKey({ keyHash, name, createdMs });
    await this.accounts.putKey({ ...key, siteIds: null }, keyHash);
  }

  async hasApiKey(keyHash: string): Promise<boolean> {
    const found = await this.accounts.findKey(keyHash);
    return found !== undefined && found.key.role === 'admin' && found.key.revokedMs === null;
  }

  async listApiKeys(): Promise<readonly { name: string; createdMs: number }[]> {
    const keys = await this.accounts.listKeys();
    return keys.filter(({ role }) => role === 'admin').map(({ name, createdMs }) => ({ name, createdMs }));
  }

  async putSession(session: StoredSession, token?: number): Promise<void> {
    const row = toSessionRow(session);
    requireToken(token);
    await this.#writer.run(async (transaction) => {
      await requireOwner(transaction, session.siteId, token);
      await replaceSession(transaction, row);
    });
  }

  async listSessions(siteId: string, options: { limit: number; beforeMs?: number }): Promise<readonly StoredSession[]> {
    const rows = await this.#readTogether((transaction) => readNewestSessions(transaction, siteId, options));
    return rows.map(fromSessionRow);
  }

  async listSessionsBetween(siteId: string, page: SessionPage): Promise<readonly StoredSession[]> {
    const rows = await this.#read((db) => readSessionsBetween(db, siteId, page));
    return rows.map(fromSessionRow);
  }

  async putTariff({ tariffId, updatedMs, document }: StoredTariffDocument): Promise<void> {
    requireId('tariffId', tariffId);
    requireMs('updatedMs', updatedMs);
    const fields = { updatedMs, documentJson: toJson('document', document) };
    await this.#decide(async (transaction) => {
      await transaction
        .insertInto('tariffs')
        .values({ tariffId, ...fields })
        .onConflict((conflict) => conflict.column('tariffId').doUpdateSet(fields))
        .execute();
    });
  }

  async deleteTariff(tariffId: string): Promise<void> {
    await this.#decide(async (transaction) => {
      await transaction.deleteFrom('tariffs').where('tariffId', '=', tariffId).execute();
    });
  }

  async listTariffs(): Promise<readonly StoredTariffDocument[]> {
    const rows = await this.#read((db) => db.selectFrom('tariffs').selectAll().execute());
    const tariffs = rows.map(({ tariffId, updatedMs, documentJson }) => ({
      tariffId,
      updatedMs,
      document: fromJson(`Tariff ${tariffId}`, documentJson),
    }));
    return tariffs.sort((a, b) => (a.tariffId < b.tariffId ? -1 : 1));
  }

  async putHistoryDays(siteId: string, days: readonly StoredHistoryDay[], token?: number): Promise<void> {
    const rows = toHistoryRows(siteId, days);
    requireToken(token);
    if (rows.length === 0) return;
    await this.#writer.run(async (transaction) => {
      await requireOwner(transaction, siteId, token);
      await replaceHistoryDays(transaction, rows);
    });
  }

  async listHistoryDays(siteId: string, span: { fromMs: number; toMs: number }): Promise<readonly StoredHistoryDay[]> {
    return this.#read((db) => readHistoryDays(db, siteId, span));
  }

  async takeLease(siteId: string, owner: LeaseHolder, lastsMs: number): Promise<number | undefined> {
    requireId('siteId', siteId);
    requireHolder(owner);
    requireMs('lastsMs', lastsMs);
    return this.#change((transaction) => takeLease(transaction, this.#database.now(), { siteId, owner, lastsMs }));
  }

  async renewLeases(ownerId: string, lastsMs: number): Promise<readonly HeldLease[]> {
    requireMs('lastsMs', lastsMs);
    return this.#change((transaction) => renewLeases(transaction, this.#database.now(), { ownerId, lastsMs }));
  }

  releaseLeases(ownerId: string, siteIds?: readonly string[]): Promise<void> {
    return this.#change((transaction) => releaseLeases(transaction, ownerId, siteIds));
  }

  listLeases(): Promise<readonly StoredLease[]> {
    return this.#read((db) => readLeases(db, this.#database.now()));
  }

  async putStations(siteId: string, stationIds: readonly string[], token?: number): Promise<void> {
    requireId('siteId', siteId);
    requireToken(token);
    const ids = toStationIds(stationIds);
    await this.#writer.run(async (transaction) => {
      await requireOwner(transaction, siteId, token);
      await replaceStations(transaction, siteId, ids);
    });
  }

  siteOfStation(stationId: string): Promise<string | undefined> {
    return this.#read((db) => readSiteOfStation(db, stationId));
  }

  async announceNode(node: NodeAnnouncement, lastsMs: number): Promise<void> {
    const row = toNodeRow(node, lastsMs);
    await this.#change((transaction) => replaceNode(transaction, this.#database.now(), row));
  }

  listNodes(): Promise<readonly StoredNode[]> {
    return this.#read((db) => readNodes(db, this.#database.now()));
  }

  removeNode(nodeId: string): Promise<void> {
    return this.#change(async (transaction) => {
      await transaction.deleteFrom('nodes').where('nodeId', '=', nodeId).execute();
    });
  }

  /** A real write, through the same queue as all others: a disk that is full or gone can still be read from a cache. */
  async ping(): Promise<void> {
    await this.#writer.run(this.#database.probe);
  }

  close(): Promise<void> {
    this.#closing ??= this.#writer
      .close()
      .then(() => Promise.allSettled(this.#underWay))
      .then(() => this.#database.close());
    return this.#closing;
  }

  /** Something that somebody decided: the entries of the audit log that wait for it are committed with it. */
  #decide(change: (transaction: Transaction<Tables>) => Promise<void>): Promise<void> {
    return this.#attended((begin) => this.#writer.run((transaction) => begin(change, transaction)));
  }

  /** Where it was not made, or has changed nothing, the entries wait for another change. */
  async #attended<T>(write: (begin: Begin<T>) => Promise<T>): Promise<T> {
    const attendants: readonly Attendant[] = takeAttendants();
    let became: 'committed' | 'waiting' = 'waiting';
    try {
      const entries = attendants.map(({ entry }) => beginAuditEntry(entry));
      const answer = await write(async (change, transaction) => {
        const changed = await change(transaction);
        if (changed !== false) for (const entry of entries) await entry(transaction);
        return changed;
      });
      if (answer !== false) became = 'committed';
      return answer;
    } finally {
      for (const attendant of attendants) attendant.settle(became);
    }
  }

  /** For leases and nodes: a write that answers something. */
  async #change<T>(change: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
    const { leases, grouping } = this.#database;
    if (leases !== 'shared') {
      return this.#track(() => leases.transaction().execute(change), grouping.writeFailed);
    }
    let answer: { readonly value: T } | undefined;
    await this.#writer.run(async (transaction) => {
      answer = { value: await change(transaction) };
    });
    if (answer === undefined) throw new Error('a write was acknowledged that was never made');
    return answer.value;
  }

  /** One statement. */
  #read<T>(read: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    const { reads, readFailed } = this.#database;
    return this.#track(() => read(reads), readFailed);
  }

  /** Several statements that see the same instant. */
  #readTogether<T>(read: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
    const { reads, isolation, readFailed } = this.#database;
    const builder = isolation === 'given' ? reads.transaction() : reads.transaction().setIsolationLevel(isolation);
    return this.#track(() => builder.execute(read), readFailed);
  }

  /** What is under way is waited for when the store is closed. */
  #track<T>(start: () => Promise<T>, failed: Database['readFailed']): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(new StoreError('STORE_CLOSED', 'The store is closed.'));
    const running = start()
      .catch((error: unknown) => {
        throw error instanceof StoreError || failed === 'asItIs' ? error : failed(error);
      })
      .finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
    return running;
  }
}
