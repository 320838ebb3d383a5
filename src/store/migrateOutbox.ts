import { sql, type Transaction } from 'kysely';
import type { Schema } from './schema.js';
import type { Tables } from './tables.js';

/** What is to be told to others, and which process tells it. */
export async function addOutbox(transaction: Transaction<Tables>, { idType, isPostgres }: Schema): Promise<void> {
  const { schema } = transaction;
  await schema
    .createTable('outbox')
    .addColumn('queueId', idType, (column) => column.notNull())
    .addColumn('messageId', idType, (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('groupId', idType)
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .addColumn('expiresMs', 'bigint')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('dueMs', 'bigint', (column) => column.notNull())
    .addColumn('endedMs', 'bigint')
    .addColumn('lastAttemptJson', 'text')
    .addPrimaryKeyConstraint('outboxPrimaryKey', ['queueId', 'messageId'])
    .execute();
  await schema.createIndex('outboxByState').on('outbox').columns(['state', 'dueMs', 'queueId']).execute();
  await schema.createIndex('outboxInOrder').on('outbox').columns(['queueId', 'state', 'position']).execute();
  await schema
    .createTable('claims')
    .addColumn('name', idType, (column) => column.primaryKey())
    .addColumn('ownerId', idType, (column) => column.notNull())
    .addColumn('expiresMs', 'bigint', (column) => column.notNull())
    .execute();
  // From it is deleted as much as is written: the room is given back early.
  if (isPostgres)
    await sql
      .raw('alter table "outbox" set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000)')
      .execute(transaction);
}
