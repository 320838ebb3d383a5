import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.js';

/** How a part of the store reaches the database: as the store that it is part of does. */
export interface SqlAccess {
  readonly change: <T>(change: (transaction: Transaction<Tables>) => Promise<T>) => Promise<T>;
  /** A change that somebody decided: what attends it (src/audit) is committed with it. It answers false where nothing was changed. */
  readonly decide: <T>(change: (transaction: Transaction<Tables>) => Promise<T>) => Promise<T>;
  readonly read: <T>(read: (db: Kysely<Tables>) => Promise<T>) => Promise<T>;
}
