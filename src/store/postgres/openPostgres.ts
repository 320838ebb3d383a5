import { type Kysely, sql, type Transaction } from 'kysely';
import { migrate } from '../migrations.js';
import type { Schema } from '../schema.js';
import type { Database } from '../sqlStore.js';
import { StoreError } from '../storeError.js';
import type { Tables } from '../tables.js';
import { appendTogether, mergeRuns } from './appendTogether.js';
import type { DatabaseUrl } from './databaseUrl.js';
import { LEASES, MIGRATIONS, openPool, READS, WRITES } from './pools.js';
import { openFailed, readFailed, writeFailed } from './postgresErrors.js';

/** Any number that nobody else's program takes for its lock in the same database. */
const MIGRATION_LOCK = 7_436_025_119;
const SCHEMA: Schema = { idType: sql`text collate "C"`, isPostgres: true };

/**
 * Opens the database and brings its schema up to date. Of processes that start at once one does it, and the others wait for it.
 *
 * Throws StoreError: STORE_UNAVAILABLE, STORE_TOO_NEW, STORE_UNREADABLE or STORE_NO_POSTGRES.
 */
export async function openPostgres({ text, place }: DatabaseUrl): Promise<Database> {
  await prepare({ text, place });
  const [writes, leases, reads] = [WRITES, LEASES, READS].map((purpose) => openPool(text, purpose)) as Pools;
  return {
    writes,
    leases,
    reads,
    isolation: 'repeatable read',
    now: () => sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`,
    // Of several processes that do so at once, one writes: then the others know that it can.
    probe: async (transaction) => {
      await sql`
        update "schemaVersions" set "name" = "name" where "version" =
          (select "version" from "schemaVersions" order by "version" limit 1 for update skip locked)
      `.execute(transaction);
    },
    grouping: { writeFailed: (cause) => writeFailed(place, cause), appendTogether, mergeRuns },
    readFailed: (cause) => readFailed(place, cause),
    close: async () => {
      await Promise.all([writes, leases, reads].map((pool) => pool.destroy()));
    },
  };
}

type Pools = [Kysely<Tables>, Kysely<Tables>, Kysely<Tables>];

async function prepare({ text, place }: DatabaseUrl): Promise<void> {
  const db = openPool(text, MIGRATIONS);
  try {
    await db.transaction().execute(async (transaction) => {
      await takeTurn(transaction);
      await bringUpToDate(transaction, place);
    });
  } catch (error) {
    throw error instanceof StoreError ? error : openFailed(place, error);
  } finally {
    await db.destroy();
  }
}

/** Until the transaction's end, no other process of ours starts or fills the database. */
export async function takeTurn(transaction: Transaction<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction);
}

export async function bringUpToDate(transaction: Transaction<Tables>, place: string): Promise<void> {
  await requireUnicode(transaction, place);
  await migrate(transaction, { where: `The database ${place}`, schema: SCHEMA });
}

async function requireUnicode(db: Kysely<Tables>, place: string): Promise<void> {
  const { rows } = await sql<{ encoding: string }>`select current_setting('server_encoding') as encoding`.execute(db);
  const encoding = rows[0]?.encoding;
  if (encoding === 'UTF8') return;
  throw new StoreError(
    'STORE_UNREADABLE',
    `The database ${place} keeps its text as ${encoding}, which has no room for every name. Make one with: createdb --encoding=UTF8 --template=template0.`,
  );
}
