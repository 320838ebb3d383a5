import type { Kysely, Transaction } from 'kysely';
import type { AuditEntry, AuditFilter, AuditOutcome, BegunAuditEntry } from './accountStore.js';
import { fromJson, requireId, requireMs, toJson } from './records.js';
import { StoreError } from './storeError.js';
import type { Tables } from './tables.js';

type Write = (transaction: Transaction<Tables>) => Promise<void>;

/** Written down at once, as are those below: the caller may change what it names while the commit waits. */
export function appendAuditEntry({ outcome, before, after, asked, ...entry }: AuditEntry): Write {
  if (outcome !== 'made') throw new StoreError('INVALID_RECORD', `an entry that is whole was made, not "${outcome}"`);
  const row = { ...toRow(entry), ...toTexts({ before, after, asked }), outcomeIs: 'here' } as const;
  return async (transaction) => {
    await transaction.insertInto('auditLog').values(row).execute();
  };
}

/** Once more does nothing: a journal that never heard that it was written is written again. */
export function beginAuditEntry({ asked, ...entry }: BegunAuditEntry): Write {
  const row = { ...toRow(entry), ...toTexts({ before: null, after: null, asked }), outcomeIs: 'later' } as const;
  return async (transaction) => {
    await transaction
      .insertInto('auditLog')
      .values(row)
      .onConflict((conflict) => conflict.column('entryId').doNothing())
      .execute();
  };
}

export function completeAuditEntry(entryId: string, { outcome, ...documents }: AuditOutcome): Write {
  requireId('entryId', entryId);
  const row = { entryId, outcome, ...toTexts(documents) };
  return async (transaction) => {
    await transaction.insertInto('auditOutcomes').values(row).execute();
  };
}

function toRow(entry: Omit<BegunAuditEntry, 'asked'>) {
  for (const name of ['entryId', 'organisationId', 'actorId', 'action', 'target'] as const)
    requireId(name, entry[name]);
  requireMs('atMs', entry.atMs);
  return entry;
}

function toTexts({ before, after, asked }: Pick<AuditEntry, 'before' | 'after' | 'asked'>) {
  return {
    beforeJson: toJson('before', before),
    afterJson: toJson('after', after),
    askedJson: toJson('asked', asked),
  };
}

export async function readAudit(
  db: Kysely<Tables>,
  { siteId, organisationId, before, limit }: AuditFilter,
): Promise<readonly AuditEntry[]> {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new StoreError('INVALID_RECORD', `limit must be a whole number from 1, not ${limit}`);
  }
  let query = db
    .selectFrom('auditLog')
    .leftJoin('auditOutcomes', 'auditOutcomes.entryId', 'auditLog.entryId')
    .selectAll('auditLog')
    .select([
      'auditOutcomes.outcome',
      'auditOutcomes.beforeJson as beforeLater',
      'auditOutcomes.afterJson as afterLater',
      'auditOutcomes.askedJson as askedLater',
    ])
    .orderBy('auditLog.atMs', 'desc')
    .orderBy('auditLog.entryId', 'desc')
    .limit(limit);
  if (siteId !== undefined) query = query.where('siteId', '=', siteId);
  if (organisationId !== undefined) query = query.where('organisationId', '=', organisationId);
  if (before !== undefined) {
    query = query
      .where('auditLog.atMs', '<=', before.atMs)
      .where(({ eb, or }) => or([eb('auditLog.atMs', '<', before.atMs), eb('auditLog.entryId', '<', before.entryId)]));
  }
  const rows = await query.execute();
  return rows.map(
    ({ beforeJson, afterJson, askedJson, outcomeIs, outcome, beforeLater, afterLater, askedLater, ...entry }) => {
      const read = (text: string) => fromJson(`Audit entry ${entry.entryId}`, text);
      return {
        ...entry,
        outcome: outcomeIs === 'here' ? 'made' : (outcome ?? 'unknown'),
        before: read(beforeLater ?? beforeJson),
        after: read(afterLater ?? afterJson),
        asked: read(askedLater ?? askedJson),
      };
    },
  );
}
