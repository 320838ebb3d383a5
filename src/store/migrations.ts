import { sql, type Transaction } from 'kysely';
import { addAccounts } from './migrateAccounts.js';
import { addAuditOutcomes } from './migrateAuditOutcomes.js';
import { addOutbox } from './migrateOutbox.js';
import type { Schema } from './schema.js';
import { StoreError } from './storeError.js';
import type { Tables } from './tables.js';

interface Migration {
  /** Ascending by one, from 1. A migration that was ever released is never changed; the next one mends it. */
  readonly version: number;
  readonly name: string;
  readonly up: (transaction: Transaction<Tables>, schema: Schema) => Promise<void>;
}

const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: 'journal, credentials, sessions', up: createTables },
  { version: 2, name: 'tariffs, history', up: addTariffsAndHistory },
  { version: 3, name: 'security profiles, key changes', up: addSecurityProfiles },
  { version: 4, name: 'owners, stations, nodes', up: addOwners },
  { version: 5, name: 'accounts', up: addAccounts },
  { version: 6, name: 'documents', up: addDocuments },
  { version: 7, name: 'outbox, claims', up: addOutbox },
  { version: 8, name: 'audit outcomes', up: addAuditOutcomes },
];

/** OCPP security profile 1: what every station with a password had before there were others. */
const PROFILE_OF_A_PASSWORD = 1;

/**
 * Brings the schema up to this program's, all steps in the transaction given, each recorded with it. Throws STORE_TOO_NEW, having
 * changed nothing, when a newer program was here before: what it wrote, this one could misread.
 */
export async function migrate(
  transaction: Transaction<Tables>,
  { where, schema }: { readonly where: string; readonly schema: Schema },
): Promise<void> {
  await transaction.schema
    .createTable('schemaVersions')
    .ifNotExists()
    .addColumn('version', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .execute();
  const newest = await transaction
    .selectFrom('schemaVersions')
    .select((expression) => expression.fn.max('version').as('version'))
    .executeTakeFirst();
  const storedVersion = newest?.version ?? 0;
  const knownVersion = MIGRATIONS.at(-1)?.version ?? 0;
  if (storedVersion > knownVersion) {
    throw new StoreError(
      'STORE_TOO_NEW',
      `${where} was written by a newer version of Evenkeel (schema ${storedVersion}; this one knows ${knownVersion}). Start the newer version, or restore a backup made before the upgrade.`,
    );
  }
  for (const { version, name, up } of MIGRATIONS) {
    if (version <= storedVersion) continue;
    await up(transaction, schema);
    await transaction.insertInto('schemaVersions').values({ version, name }).execute();
  }
}

async function createTables({ schema }: Transaction<Tables>, { idType }: Schema): Promise<void> {
  await schema
    .createTable('sites')
    .addColumn('siteId', idType, (column) => column.primaryKey())
    .addColumn('lastSeq', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('events')
    .addColumn('siteId', idType, (column) => column.notNull().references('sites.siteId'))
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('atMs', 'bigint', (column) => column.notNull())
    .addColumn('eventJson', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('eventsPrimaryKey', ['siteId', 'seq'])
    .execute();
  await schema
    .createTable('snapshots')
    .addColumn('siteId', idType, (column) => column.primaryKey().references('sites.siteId'))
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('atMs', 'bigint', (column) => column.notNull())
    .addColumn('stateJson', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('credentials')
    .addColumn('stationId', idType, (column) => column.primaryKey())
    .addColumn('passwordHash', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('apiKeys')
    .addColumn('keyHash', idType, (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .execute();
  // No reference to sites: what was charged there is kept when a site is deleted.
  await schema
    .createTable('sessions')
    .addColumn('sessionId', idType, (column) => column.primaryKey())
    .addColumn('siteId', idType, (column) => column.notNull())
    .addColumn('stationId', idType, (column) => column.notNull())
    .addColumn('startedMs', 'bigint', (column) => column.notNull())
    .addColumn('endedMs', 'bigint', (column) => column.notNull())
    .addColumn('recordJson', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createIndex('sessionsNewestFirst')
    .on('sessions')
    .columns(['siteId', 'startedMs', 'sessionId'])
    .execute();
}

async function addTariffsAndHistory({ schema }: Transaction<Tables>, { idType }: Schema): Promise<void> {
  await schema
    .createTable('tariffs')
    .addColumn('tariffId', idType, (column) => column.primaryKey())
    .addColumn('updatedMs', 'bigint', (column) => column.notNull())
    .addColumn('documentJson', 'text', (column) => column.notNull())
    .execute();
  // No reference to sites: what was measured there is kept when a site is deleted.
  await schema
    .createTable('historyDays')
    .addColumn('siteId', idType, (column) => column.notNull())
    .addColumn('dayMs', 'bigint', (column) => column.notNull())
    .addColumn('recordJson', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('historyDaysPrimaryKey', ['siteId', 'dayMs'])
    .execute();
  // In the order of the old index, which it replaces. With the end in it, sessions of a span are found without reading the others.
  await schema
    .createIndex('sessionsInTime')
    .on('sessions')
    .columns(['siteId', 'startedMs', 'sessionId', 'endedMs'])
    .execute();
  await schema.dropIndex('sessionsNewestFirst').execute();
}

async function addSecurityProfiles(transaction: Transaction<Tables>, { idType }: Schema): Promise<void> {
  await transaction.schema
    .createTable('stationCredentials')
    .addColumn('stationId', idType, (column) => column.primaryKey())
    .addColumn('passwordHashesJson', 'text', (column) => column.notNull())
    .addColumn('securityProfileMin', 'integer', (column) => column.notNull())
    .execute();
  const known = await transaction.selectFrom('credentials').selectAll().execute();
  for (const { stationId, passwordHash } of known) {
    const passwordHashesJson = JSON.stringify([passwordHash]);
    await transaction
      .insertInto('stationCredentials')
      .values({ stationId, passwordHashesJson, securityProfileMin: PROFILE_OF_A_PASSWORD })
      .execute();
  }
  await transaction.schema.dropTable('credentials').execute();
}

async function addOwners(transaction: Transaction<Tables>, { idType, isPostgres }: Schema): Promise<void> {
  const { schema } = transaction;
  await schema
    .alterTable('sites')
    .addColumn('token', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  // No reference to sites: a lease is taken before there is one.
  await schema
    .createTable('leases')
    .addColumn('siteId', idType, (column) => column.primaryKey())
    .addColumn('ownerId', idType, (column) => column.notNull())
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('expiresMs', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('leasesByOwner').on('leases').column('ownerId').execute();
  await schema
    .createTable('stations')
    .addColumn('stationId', idType, (column) => column.primaryKey())
    .addColumn('siteId', idType, (column) => column.notNull())
    .execute();
  await schema.createIndex('stationsBySite').on('stations').column('siteId').execute();
  await schema
    .createTable('nodes')
    .addColumn('nodeId', idType, (column) => column.primaryKey())
    .addColumn('rolesJson', 'text', (column) => column.notNull())
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('expiresMs', 'bigint', (column) => column.notNull())
    .execute();
  if (isPostgres) for (const setting of STORAGE_SETTINGS) await sql.raw(setting).execute(transaction);
}

async function addDocuments({ schema }: Transaction<Tables>, { idType }: Schema): Promise<void> {
  await schema
    .createTable('documents')
    .addColumn('kind', idType, (column) => column.notNull())
    .addColumn('id', idType, (column) => column.notNull())
    .addColumn('organisationId', idType, (column) => column.notNull())
    .addColumn('updatedMs', 'bigint', (column) => column.notNull())
    .addColumn('bodyJson', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('documentsPrimaryKey', ['kind', 'id'])
    .execute();
}

/**
 * Rows that are changed all the time get room beside them for their next version; and of the tables from which is deleted as much
 * as is written, the room is given back early, so that they stay as large as what is in them.
 */
const STORAGE_SETTINGS = [
  'alter table "sites" set (fillfactor = 50)',
  'alter table "leases" set (fillfactor = 50)',
  'alter table "events" set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000)',
  'alter table "snapshots" set (autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_vacuum_scale_factor = 0.05)',
];
