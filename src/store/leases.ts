import type { Kysely, RawBuilder, Transaction } from 'kysely';
import { sql } from 'kysely';
import { requireId, requireMs } from './records.js';
import type { HeldLease, LeaseHolder, StoredLease } from './store.js';
import { StoreError } from './storeError.js';
import type { Tables } from './tables.js';

// The token lies beside the site's last seq: an append checks it with the very statement that moves the seq on, which costs nothing,
// and whoever takes the site waits for an append that is under way. The rest of a lease lies in a table of its own, so that
// renewing never waits for an append, nor an append for a renewal.

/** The database's clock, in epoch milliseconds. */
export type NowMs = RawBuilder<number>;

export function requireHolder({ ownerId, url }: LeaseHolder): void {
  requireId('ownerId', ownerId);
  requireId('url', url);
}

export function requireToken(token: number | undefined): void {
  if (token === undefined || (Number.isSafeInteger(token) && token >= 0)) return;
  throw new StoreError('INVALID_RECORD', `token must be a whole number from 0, not ${token}`);
}

export async function takeLease(
  transaction: Transaction<Tables>,
  nowMs: NowMs,
  lease: { readonly siteId: string; readonly owner: LeaseHolder; readonly lastsMs: number },
): Promise<number | undefined> {
  const { siteId, owner, lastsMs } = lease;
  requireMs('lastsMs', lastsMs);
  const fields = { ownerId: owner.ownerId, url: owner.url, expiresMs: sql<number>`${nowMs} + ${lastsMs}` };
  const prolonged = await transaction
    .updateTable('leases')
    .set(fields)
    .where('siteId', '=', siteId)
    .where('ownerId', '=', owner.ownerId)
    .where('expiresMs', '>', nowMs)
    .executeTakeFirst();
  if (prolonged.numUpdatedRows === 1n) return tokenOf(transaction, siteId);
  const taken = await transaction
    .insertInto('leases')
    .values({ siteId, ...fields })
    .onConflict((conflict) => conflict.column('siteId').doUpdateSet(fields).where('leases.expiresMs', '<=', nowMs))
    .executeTakeFirst();
  if (taken.numInsertedOrUpdatedRows !== 1n) return undefined;
  const { token } = await transaction
    .insertInto('sites')
    .values({ siteId, lastSeq: 0, token: 1 })
    .onConflict((conflict) =>
      conflict.column('siteId').doUpdateSet({ token: sql<number>`${sql.ref('sites.token')} + 1` }),
    )
    .returning('token')
    .executeTakeFirstOrThrow();
  return token;
}

/** 0 before the first. */
async function tokenOf(db: Kysely<Tables>, siteId: string): Promise<number> {
  const site = await db.selectFrom('sites').select('token').where('siteId', '=', siteId).executeTakeFirst();
  return site?.token ?? 0;
}

export async function renewLeases(
  transaction: Transaction<Tables>,
  nowMs: NowMs,
  { ownerId, lastsMs }: { readonly ownerId: string; readonly lastsMs: number },
): Promise<readonly HeldLease[]> {
  requireMs('lastsMs', lastsMs);
  const renewed = await transaction
    .updateTable('leases')
    .set({ expiresMs: sql<number>`${nowMs} + ${lastsMs}` })
    // Also what has run out: that it is still in the owner's name says that nobody took it.
    .where('ownerId', '=', ownerId)
    .returning((row) => [
      'siteId',
      row.selectFrom('sites').select('sites.token').whereRef('sites.siteId', '=', 'leases.siteId').as('token'),
    ])
    .execute();
  return renewed.map(({ siteId, token }) => ({ siteId, token: token ?? 0 })).sort(bySiteId);
}

export async function releaseLeases(
  transaction: Transaction<Tables>,
  ownerId: string,
  siteIds: readonly string[] | undefined,
): Promise<void> {
  const ofOwner = transaction.deleteFrom('leases').where('ownerId', '=', ownerId);
  if (siteIds === undefined) {
    await ofOwner.execute();
    return;
  }
  for (const siteId of siteIds) await ofOwner.where('siteId', '=', siteId).execute();
}

export async function readLeases(db: Kysely<Tables>, nowMs: NowMs): Promise<readonly StoredLease[]> {
  const rows = await db
    .selectFrom('sites')
    .leftJoin('leases', (join) => join.onRef('leases.siteId', '=', 'sites.siteId').on('leases.expiresMs', '>', nowMs))
    .select(['sites.siteId', 'sites.token', 'leases.ownerId', 'leases.url'])
    .where('sites.lastSeq', '>', 0)
    .execute();
  return rows
    .map(({ siteId, token, ownerId, url }) => ({
      siteId,
      token,
      holder: ownerId === null || url === null ? ('nobody' as const) : { ownerId, url },
    }))
    .sort(bySiteId);
}

/** Here and not in SQL, because databases differ in how they order text. */
function bySiteId(a: { readonly siteId: string }, b: { readonly siteId: string }): number {
  return a.siteId < b.siteId ? -1 : 1;
}
