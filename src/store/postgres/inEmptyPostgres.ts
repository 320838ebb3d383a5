import { sql, type Transaction } from 'kysely';
import { StoreError } from '../storeError.js';
import type { Tables } from '../tables.js';
import type { DatabaseUrl } from './databaseUrl.js';
import { bringUpToDate, takeTurn } from './openPostgres.js';
import { MIGRATIONS, openPool } from './pools.js';
import { openFailed } from './postgresErrors.js';

export interface EmptyPlace {
  readonly databaseUrl: DatabaseUrl;
  /** What is there is thrown away. */
  readonly replaces: boolean;
  /** Those that are to be filled; others than these belong to processes that run. */
  readonly tables: readonly string[];
}

/**
 * Does all of `fill` in a database that was empty, or none of it. No process of ours starts meanwhile: it waits. Throws STORE_IN_USE
 * where one runs, and STORE_NOT_EMPTY.
 */
export async function inEmptyPostgres(
  { databaseUrl, replaces, tables }: EmptyPlace,
  fill: (transaction: Transaction<Tables>) => Promise<void>,
): Promise<void> {
  const { text, place } = databaseUrl;
  const db = openPool(text, MIGRATIONS);
  try {
    await db.transaction().execute(async (transaction) => {
      await takeTurn(transaction);
      await bringUpToDate(transaction, place);
      await requireNobody(transaction, place);
      const full = await notEmpty(transaction, tables);
      if (full.length > 0 && !replaces) {
        throw new StoreError(
          'STORE_NOT_EMPTY',
          `The database ${place} is not empty: there are ${full.join(', ')}. Name an empty one, or throw away what is there with --force.`,
        );
      }
      const tokens = await transaction.selectFrom('sites').select(['siteId', 'token']).where('token', '>', 0).execute();
      for (const table of [...tables].reverse()) await empty(transaction, table);
      await fill(transaction);
      for (const known of tokens) await keepToken(transaction, known);
    });
  } catch (error) {
    throw error instanceof StoreError ? error : openFailed(place, error);
  } finally {
    await db.destroy();
  }
}

async function requireNobody(transaction: Transaction<Tables>, place: string): Promise<void> {
  const nowMs = sql<number>`extract(epoch from clock_timestamp()) * 1000`;
  const owners = transaction.selectFrom('leases').select('url').where('expiresMs', '>', nowMs);
  const nodes = transaction.selectFrom('nodes').select('url').where('expiresMs', '>', nowMs);
  const running = (await owners.executeTakeFirst()) ?? (await nodes.executeTakeFirst());
  if (running === undefined) return;
  throw new StoreError(
    'STORE_IN_USE',
    `The database ${place} is in use by another Evenkeel process (${running.url}). Stop all of them first.`,
  );
}

async function notEmpty(transaction: Transaction<Tables>, tables: readonly string[]): Promise<readonly string[]> {
  const full: string[] = [];
  for (const table of tables) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(transaction);
    if (rows.length > 0) full.push(table);
  }
  return full;
}

/** The audit log can not be deleted from, only thrown away as a whole. */
async function empty(transaction: Transaction<Tables>, table: string): Promise<void> {
  const isKept = table === 'auditLog' || table === 'auditOutcomes';
  await sql`${sql.raw(isKept ? 'truncate' : 'delete from')} ${sql.table(table)}`.execute(transaction);
}

/** Tokens never go back: a process of the past may still be around that knows the one it had here. */
async function keepToken(
  transaction: Transaction<Tables>,
  { siteId, token }: { readonly siteId: string; readonly token: number },
): Promise<void> {
  await transaction
    .insertInto('sites')
    .values({ siteId, lastSeq: 0, token })
    .onConflict((conflict) => conflict.column('siteId').doUpdateSet({ token }).where('sites.token', '<', token))
    .execute();
}
