import { sql, type Transaction } from 'kysely';
import type { Schema } from './schema.js';
import type { Tables } from './tables.js';

/**
 * Migration 8. An entry is written with the change that it tells of, when it is not known yet what came of it: that is a row of its own,
 * for an entry is never changed. Every entry from before is whole.
 */
export async function addAuditOutcomes(
  transaction: Transaction<Tables>,
  { idType, isPostgres }: Schema,
): Promise<void> {
  const { schema } = transaction;
  await schema
    .alterTable('auditLog')
    .addColumn('outcomeIs', 'text', (column) => column.notNull().defaultTo('here'))
    .execute();
  await schema
    .createTable('auditOutcomes')
    .addColumn('entryId', idType, (column) => column.primaryKey())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('beforeJson', 'text', (column) => column.notNull())
    .addColumn('afterJson', 'text', (column) => column.notNull())
    .addColumn('askedJson', 'text', (column) => column.notNull())
    .execute();
  for (const statement of isPostgres ? KEPT_IN_POSTGRES : KEPT_IN_SQLITE) await sql.raw(statement).execute(transaction);
}

/** As for the entries themselves (migrateAccounts.ts, whose function Postgres has). */
const KEPT_IN_SQLITE = ['update', 'delete'].map(
  (change) =>
    `create trigger "auditOutcomesNo${change}" before ${change} on "auditOutcomes" begin select raise(abort, 'the audit log is only added to'); end`,
);
const KEPT_IN_POSTGRES = [
  `create trigger "auditOutcomesKept" before update or delete on "auditOutcomes"
    for each row execute function "auditLogKept"()`,
];
