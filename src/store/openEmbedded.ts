import { Kysely } from 'kysely';
import { migrate } from './migrations.js';
import type { Schema } from './schema.js';
import { sqliteDialect, sqliteNow } from './sqliteDialect.js';
import { openSqliteFile, type SqliteFile } from './sqliteFile.js';
import type { Database } from './sqlStore.js';
import { StoreError } from './storeError.js';
import type { Tables } from './tables.js';

const SCHEMA: Schema = { idType: 'text', isPostgres: false };

/** The database in `dataDir`, made if need be, its schema up to date. */
export async function openEmbedded({
  dataDir,
  nowMs,
}: {
  readonly dataDir: string;
  readonly nowMs: () => number;
}): Promise<Database> {
  return openEmbeddedFile(openSqliteFile(dataDir), { dataDir, nowMs });
}

export async function openEmbeddedFile(
  file: SqliteFile,
  { dataDir, nowMs }: { readonly dataDir: string; readonly nowMs: () => number },
): Promise<Database> {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(file) });
  try {
    const where = `The store in ${dataDir}`;
    await db.transaction().execute((transaction) => migrate(transaction, { where, schema: SCHEMA }));
  } catch (error) {
    await db.destroy();
    throw error instanceof StoreError ? error : migrationFailed(dataDir, error);
  }
  return {
    writes: db,
    leases: 'shared',
    reads: db,
    isolation: 'given',
    now: sqliteNow(nowMs),
    probe: async (transaction) => {
      await transaction
        .updateTable('schemaVersions')
        .set((row) => ({ name: row.ref('name') }))
        .execute();
    },
    grouping: { writeFailed },
    readFailed: 'asItIs',
    close: () => db.destroy(),
  };
}

function migrationFailed(dataDir: string, cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreError(
    'STORE_UNREADABLE',
    `The store in ${dataDir} can't be brought up to date (${reason}). Nothing was changed. Check the disk's free space, or restore a backup.`,
    cause,
  );
}

function writeFailed(cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreError(
    'STORE_WRITE_FAILED',
    `The data could not be written (${reason}). Check the free space and the health of the disk that holds EVENKEEL_DATA_DIR.`,
    cause,
  );
}
