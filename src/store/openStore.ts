import { Kysely } from 'kysely';
import { migrate } from './migrations.js';
import { sqliteDialect, sqliteNow } from './sqliteDialect.js';
import { openSqliteFile } from './sqliteFile.js';
import { SqlStore } from './sqlStore.js';
import type { Store } from './store.js';
import { StoreError } from './storeError.js';
import type { Tables } from './tables.js';

interface EmbeddedPlace {
  readonly dataDir: string;
  /** The clock by which leases and nodes run out. */
  readonly nowMs: () => number;
}

/**
 * Opens the embedded store in `dataDir`, made if need be, and brings its schema up to date. The directory is this process's alone
 * until `close()` or its death.
 *
 * Throws StoreError: STORE_IN_USE, STORE_TOO_NEW, STORE_UNREADABLE, STORE_UNAVAILABLE or STORE_NO_SQLITE, each with a message of
 * one line that says what to do.
 */
export async function openStore({ dataDir, nowMs }: EmbeddedPlace): Promise<Store> {
  const file = openSqliteFile(dataDir);
  const db = new Kysely<Tables>({ dialect: sqliteDialect(file) });
  try {
    await migrate(db, `The store in ${dataDir}`);
  } catch (error) {
    await db.destroy();
    throw error instanceof StoreError ? error : migrationFailed(dataDir, error);
  }
  return new SqlStore({ db, now: sqliteNow(nowMs) });
}

function migrationFailed(dataDir: string, cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreError(
    'STORE_UNREADABLE',
    `The store in ${dataDir} can't be brought up to date (${reason}). Nothing was changed. Check the disk's free space, or restore a backup.`,
    cause,
  );
}
