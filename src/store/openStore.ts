import { openEmbedded } from './openEmbedded.js';
import type { DatabaseUrl } from './postgres/databaseUrl.js';
import { openPostgres } from './postgres/openPostgres.js';
import { SqlStore } from './sqlStore.js';
import type { WholeStore } from './store.js';

/** Where the data is kept: in a file of this process alone, or in a Postgres database that many processes share. */
export type StorePlace =
  | {
      readonly dataDir: string;
      /** The clock by which leases and nodes run out. */
      readonly nowMs: () => number;
    }
  | { readonly databaseUrl: DatabaseUrl };

/**
 * Opens the store, made if need be, and brings its schema up to date. A data directory is this process's alone until `close()` or
 * its death.
 *
 * Throws StoreError: STORE_IN_USE, STORE_TOO_NEW, STORE_UNREADABLE, STORE_UNAVAILABLE, STORE_NO_SQLITE or STORE_NO_POSTGRES, each with
 * a message of one line that says what to do.
 */
export async function openStore(place: StorePlace): Promise<WholeStore> {
  return new SqlStore('databaseUrl' in place ? await openPostgres(place.databaseUrl) : await openEmbedded(place));
}
