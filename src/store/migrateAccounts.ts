import { sql, type Transaction } from 'kysely';
import { DEFAULT_ORGANISATION_ID } from '../site/organisation.js';
import type { Schema } from './schema.js';
import type { Tables } from './tables.js';

/** Migration 5. Every key that was there goes on as what it was: the installation's own. */
export async function addAccounts(transaction: Transaction<Tables>, options: Schema): Promise<void> {
  await createPeople(transaction, options);
  await createKeys(transaction, options);
  await createBelongings(transaction, options);
  await createAuditLog(transaction, options);
}

async function createPeople({ schema }: Transaction<Tables>, { idType }: Schema): Promise<void> {
  await schema
    .createTable('organisations')
    .addColumn('organisationId', idType, (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('users')
    .addColumn('userId', idType, (column) => column.primaryKey())
    .addColumn('email', idType, (column) => column.notNull().unique())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('organisationId', idType, (column) => column.notNull())
    .addColumn('passwordHash', 'text', (column) => column.notNull())
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('signIns')
    .addColumn('sessionHash', idType, (column) => column.primaryKey())
    .addColumn('userId', idType, (column) => column.notNull())
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .addColumn('seenMs', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('signInsByUser').on('signIns').column('userId').execute();
}

async function createKeys(transaction: Transaction<Tables>, { idType }: Schema): Promise<void> {
  const { schema } = transaction;
  await schema
    .createTable('accessKeys')
    .addColumn('keyId', idType, (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('organisationId', idType, (column) => column.notNull())
    .addColumn('siteIdsJson', 'text')
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .addColumn('expiresMs', 'bigint')
    .addColumn('lastUsedMs', 'bigint')
    .addColumn('revokedMs', 'bigint')
    .execute();
  await schema
    .createTable('keySecrets')
    .addColumn('keyHash', idType, (column) => column.primaryKey())
    .addColumn('keyId', idType, (column) => column.notNull())
    .addColumn('expiresMs', 'bigint')
    .execute();
  await schema.createIndex('keySecretsByKey').on('keySecrets').column('keyId').execute();
  for (const known of await transaction.selectFrom('apiKeys').selectAll().execute()) {
    await transaction.insertInto('accessKeys').values(installationKey(known)).execute();
    const { keyId } = installationKey(known);
    await transaction.insertInto('keySecrets').values({ keyHash: known.keyHash, keyId, expiresMs: null }).execute();
  }
  await schema.dropTable('apiKeys').execute();
}

/** A key that the first start made, or the environment names. Its id is the start of its hash, which gives nothing of it away. */
export function installationKey({ keyHash, name, createdMs }: Tables['apiKeys']): Tables['accessKeys'] {
  return {
    keyId: `key-${keyHash.slice(0, 16)}`,
    name,
    role: 'admin',
    organisationId: DEFAULT_ORGANISATION_ID,
    siteIdsJson: null,
    createdMs,
    expiresMs: null,
    lastUsedMs: null,
    revokedMs: null,
  };
}

async function createBelongings(transaction: Transaction<Tables>, { idType }: Schema): Promise<void> {
  // No reference to sites and tariffs: whose a site was outlives it, as its history does.
  await transaction.schema
    .createTable('belongings')
    .addColumn('kind', idType, (column) => column.notNull())
    .addColumn('id', idType, (column) => column.notNull())
    .addColumn('organisationId', idType, (column) => column.notNull())
    .addPrimaryKeyConstraint('belongingsPrimaryKey', ['kind', 'id'])
    .execute();
  await transaction.schema
    .createIndex('belongingsByOrganisation')
    .on('belongings')
    .columns(['organisationId', 'kind'])
    .execute();
  // Sites that are gone too: what was charged and measured there is still somebody's.
  await sql`
    insert into "belongings" ("kind", "id", "organisationId")
    select 'site', "siteId", ${sql.lit(DEFAULT_ORGANISATION_ID)} from "sites"
    union select 'site', "siteId", ${sql.lit(DEFAULT_ORGANISATION_ID)} from "sessions"
    union select 'site', "siteId", ${sql.lit(DEFAULT_ORGANISATION_ID)} from "historyDays"
    union select 'tariff', "tariffId", ${sql.lit(DEFAULT_ORGANISATION_ID)} from "tariffs"
  `.execute(transaction);
}

async function createAuditLog(transaction: Transaction<Tables>, { idType, isPostgres }: Schema): Promise<void> {
  const { schema } = transaction;
  await schema
    .createTable('auditLog')
    .addColumn('entryId', idType, (column) => column.primaryKey())
    .addColumn('atMs', 'bigint', (column) => column.notNull())
    .addColumn('organisationId', idType, (column) => column.notNull())
    .addColumn('siteId', idType)
    .addColumn('actorKind', 'text', (column) => column.notNull())
    .addColumn('actorId', idType, (column) => column.notNull())
    .addColumn('actorName', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('beforeJson', 'text', (column) => column.notNull())
    .addColumn('afterJson', 'text', (column) => column.notNull())
    .addColumn('askedJson', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('auditLogInTime').on('auditLog').columns(['atMs', 'entryId']).execute();
  await schema.createIndex('auditLogBySite').on('auditLog').columns(['siteId', 'atMs', 'entryId']).execute();
  await schema
    .createIndex('auditLogByOrganisation')
    .on('auditLog')
    .columns(['organisationId', 'atMs', 'entryId'])
    .execute();
  for (const statement of isPostgres ? KEPT_IN_POSTGRES : KEPT_IN_SQLITE) await sql.raw(statement).execute(transaction);
}

/** The database itself refuses to change or remove what is in the log, whatever mistake a later version makes. */
const KEPT_IN_SQLITE = ['update', 'delete'].map(
  (change) =>
    `create trigger "auditLogNo${change}" before ${change} on "auditLog" begin select raise(abort, 'the audit log is only added to'); end`,
);
const KEPT_IN_POSTGRES = [
  `create function "auditLogKept"() returns trigger language plpgsql as
    $$ begin raise exception 'the audit log is only added to'; end $$`,
  `create trigger "auditLogKept" before update or delete on "auditLog"
    for each row execute function "auditLogKept"()`,
];
