import type { Kysely, Transaction } from 'kysely';
import type { AuditEntry, AuditFilter } from './accountStore.js';
import { fromJson, requireId, requireMs, toJson } from './records.js';
import { StoreError } from './storeError.js';
import type { Tables } from './tables.js';

/** Written down at once: the caller may change what it names while the commit waits. */
export function appendAuditEntry({ before, after, asked, ...entry }: AuditEntry) {
  for (const name of ['entryId', 'organisationId', 'actorId', 'action', 'target'] as const)
    requireId(name, entry[name]);
  requireMs('atMs', entry.atMs);
  const row: Tables['auditLog'] = {
    ...entry,
    beforeJson: toJson('before', before),
    afterJson: toJson('after', after),
    askedJson: toJson('asked', asked),
  };
  return async (transaction: Transaction<Tables>): Promise<void> => {
    await transaction.insertInto('auditLog').values(row).execute();
  };
}

export async function readAudit(
  db: Kysely<Tables>,
  { siteId, organisationId, before, limit }: AuditFilter,
): Promise<readonly AuditEntry[]> {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new StoreError('INVALID_RECORD', `limit must be a whole number from 1, not ${limit}`);
  }
  let query = db.selectFrom('auditLog').selectAll().orderBy('atMs', 'desc').orderBy('entryId', 'desc').limit(limit);
  if (siteId !== undefined) query = query.where('siteId', '=', siteId);
  if (organisationId !== undefined) query = query.where('organisationId', '=', organisationId);
  if (before !== undefined) {
    query = query
      .where('atMs', '<=', before.atMs)
      .where(({ eb, or }) => or([eb('atMs', '<', before.atMs), eb('entryId', '<', before.entryId)]));
  }
  const rows = await query.execute();
  return rows.map(({ beforeJson, afterJson, askedJson, ...entry }) => ({
    ...entry,
    before: fromJson(`Audit entry ${entry.entryId}`, beforeJson),
    after: fromJson(`Audit entry ${entry.entryId}`, afterJson),
    asked: fromJson(`Audit entry ${entry.entryId}`, askedJson),
  }));
}
