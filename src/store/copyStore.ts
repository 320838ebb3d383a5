import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Kysely, sql, type Transaction } from 'kysely';
import { openEmbedded } from './openEmbedded.js';
import type { DatabaseUrl } from './postgres/databaseUrl.js';
import { inEmptyPostgres } from './postgres/inEmptyPostgres.js';
import { FILE_NAME } from './sqliteFile.js';
import { StoreError } from './storeError.js';
import type { Tables } from './tables.js';

/** What is copied, those that others refer to first. Who owns what and which processes run is not: there are none while this runs. */
export const COPIED_TABLES = {
  sites: ['siteId', 'lastSeq', 'token'],
  events: ['siteId', 'seq', 'atMs', 'eventJson'],
  snapshots: ['siteId', 'seq', 'atMs', 'stateJson'],
  stations: ['stationId', 'siteId'],
  stationCredentials: ['stationId', 'passwordHashesJson', 'securityProfileMin'],
  organisations: ['organisationId', 'name', 'createdMs'],
  users: ['userId', 'email', 'name', 'role', 'organisationId', 'passwordHash', 'createdMs'],
  accessKeys: [
    'keyId',
    'name',
    'role',
    'organisationId',
    'siteIdsJson',
    'createdMs',
    'expiresMs',
    'lastUsedMs',
    'revokedMs',
  ],
  keySecrets: ['keyHash', 'keyId', 'expiresMs'],
  signIns: ['sessionHash', 'userId', 'createdMs', 'seenMs'],
  belongings: ['kind', 'id', 'organisationId'],
  auditLog: [
    'entryId',
    'atMs',
    'organisationId',
    'siteId',
    'actorKind',
    'actorId',
    'actorName',
    'action',
    'target',
    'beforeJson',
    'afterJson',
    'askedJson',
    'outcomeIs',
  ],
  auditOutcomes: ['entryId', 'outcome', 'beforeJson', 'afterJson', 'askedJson'],
  sessions: ['sessionId', 'siteId', 'stationId', 'startedMs', 'endedMs', 'recordJson'],
  tariffs: ['tariffId', 'updatedMs', 'documentJson'],
  historyDays: ['siteId', 'dayMs', 'recordJson'],
  documents: ['kind', 'id', 'organisationId', 'updatedMs', 'bodyJson'],
  outbox: [
    'queueId',
    'messageId',
    'position',
    'groupId',
    'type',
    'body',
    'createdMs',
    'dueMs',
    'expiresMs',
    'state',
    'attempts',
    'endedMs',
    'lastAttemptJson',
  ],
} as const satisfies { readonly [T in keyof Tables]?: readonly (keyof Tables[T])[] };

type CopiedTable = keyof typeof COPIED_TABLES;

/** So many at once: an event may be large, and both databases bound the parameters of a statement. */
const PORTION = 200;

export interface CopyOptions {
  readonly dataDir: string;
  readonly databaseUrl: DatabaseUrl;
  /** What is in the database is thrown away for what is in the directory. */
  readonly replaces: boolean;
  readonly onProgress: (progress: CopyProgress) => void;
}

export interface CopyProgress {
  readonly table: string;
  readonly copied: number;
  readonly total: number;
}

/**
 * Copies everything from an embedded store into a Postgres database, all or nothing: one transaction, which is kept only when what is
 * in the database then is as many rows, with texts as long, as in the directory. That is left as it is, but for its schema, which
 * is brought up to date.
 *
 * Throws StoreError: STORE_NOT_EMPTY, STORE_IN_USE, and whatever opening either of the two throws.
 */
export async function copyStore({ dataDir, databaseUrl, replaces, onProgress }: CopyOptions): Promise<void> {
  if (!existsSync(join(dataDir, FILE_NAME))) {
    throw new StoreError(
      'STORE_UNREADABLE',
      `${resolve(dataDir)} holds no ${FILE_NAME}: name the EVENKEEL_DATA_DIR that the service ran with.`,
    );
  }
  const source = await openEmbedded({ dataDir, nowMs: Date.now });
  try {
    await inEmptyPostgres({ databaseUrl, replaces, tables: Object.keys(COPIED_TABLES) }, async (target) => {
      for (const [table, columns] of Object.entries(COPIED_TABLES) as [CopiedTable, readonly string[]][]) {
        await copyTable({ table, columns, source: source.reads, target, onProgress });
      }
    });
  } finally {
    await source.close();
  }
}

interface TableCopy {
  readonly table: CopiedTable;
  readonly columns: readonly string[];
  readonly source: Kysely<Tables>;
  readonly target: Transaction<Tables>;
  readonly onProgress: CopyOptions['onProgress'];
}

async function copyTable(copy: TableCopy): Promise<void> {
  const { table, source, target, onProgress } = copy;
  const wanted = await measure(source, copy);
  onProgress({ table, copied: 0, total: wanted.count });
  let copied = 0;
  for await (const rows of portions(copy)) {
    const values = rows.map((row) => sql`(${sql.join(copy.columns.map((column) => row[column]))})`);
    await sql`insert into ${sql.table(table)} (${names(copy.columns)}) values ${sql.join(values)}`.execute(target);
    copied += rows.length;
    onProgress({ table, copied, total: wanted.count });
  }
  const found = await measure(target, copy);
  if (found.count === wanted.count && found.lengths === wanted.lengths) return;
  throw new StoreError(
    'STORE_WRITE_FAILED',
    `Of ${table}, ${found.count} rows of ${wanted.count} arrived (${found.lengths} characters of ${wanted.lengths}). Nothing was kept. Try again with nothing else writing to the database.`,
  );
}

type Row = Readonly<Record<string, unknown>>;

async function* portions({ table, columns, source }: TableCopy): AsyncGenerator<readonly Row[]> {
  for (let after = 0; ; ) {
    const { rows } = await sql<Row & { readonly rowNumber: number }>`
      select rowid as ${sql.ref('rowNumber')}, ${names(columns)} from ${sql.table(table)}
      where rowid > ${after} order by rowid limit ${PORTION}
    `.execute(source);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = last.rowNumber;
  }
}

interface Measure {
  readonly count: number;
  /** Of all columns, as text, in characters. */
  readonly lengths: number;
}

async function measure(db: Kysely<Tables>, { table, columns }: Pick<TableCopy, 'table' | 'columns'>): Promise<Measure> {
  const lengths = columns.map((column) => sql`length(cast(${sql.ref(column)} as text))`);
  const { rows } = await sql<Measure>`
    select count(*) as "count", cast(coalesce(sum(${sql.join(lengths, sql` + `)}), 0) as bigint) as "lengths"
    from ${sql.table(table)}
  `.execute(db);
  return rows[0] ?? { count: 0, lengths: 0 };
}

function names(columns: readonly string[]) {
  return sql.join(columns.map((column) => sql.ref(column)));
}
