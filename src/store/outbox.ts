import { type ExpressionBuilder, type Selectable, sql, type Transaction } from 'kysely';
import type { SqlAccess } from './access.js';
import type { NowMs } from './leases.js';
import type {
  EndedChange,
  MessageAttempt,
  MessageChange,
  MessageKey,
  NewMessage,
  OutboxStore,
  StoredMessage,
} from './outboxStore.js';
import { fromJson, requireId, requireMs, toJson } from './records.js';
import type { Tables } from './tables.js';

interface OutboxAccess extends SqlAccess {
  /** The database's clock. */
  readonly now: () => NowMs;
}

type Row = Selectable<Tables['outbox']>;

/** The part of the store that is about what is to be told to others. */
export class SqlOutbox implements OutboxStore {
  private readonly access: OutboxAccess;

  constructor(access: OutboxAccess) {
    this.access = access;
  }

  async put(messages: readonly NewMessage[], waitingMax: number): Promise<void> {
    if (messages.length === 0) return;
    const rows = messages.map(toNewRow);
    const endedMs = Math.max(...messages.map(({ createdMs }) => createdMs));
    await this.access.change(async (transaction) => {
      for (const row of rows) {
        await transaction
          .insertInto('outbox')
          .values(row)
          .onConflict((conflict) => conflict.columns(['queueId', 'messageId']).doNothing())
          .execute();
      }
      for (const queueId of new Set(rows.map((row) => row.queueId)))
        await dropOldest(transaction, { queueId, waitingMax, endedMs });
    });
  }

  async dueQueues(nowMs: number): Promise<readonly string[]> {
    const rows = await this.access.read((db) =>
      db
        .selectFrom('outbox')
        .select('queueId')
        .distinct()
        .where('state', '=', 'waiting')
        .where('dueMs', '<=', nowMs)
        .execute(),
    );
    return rows.map(({ queueId }) => queueId).sort();
  }

  async due(queueId: string, nowMs: number, limit: number): Promise<readonly StoredMessage[]> {
    const rows = await this.access.read((db) =>
      db
        .selectFrom('outbox')
        .selectAll()
        .where('queueId', '=', queueId)
        .where('state', '=', 'waiting')
        .where('dueMs', '<=', nowMs)
        .where((row) => row.or([row('groupId', 'is', null), row.not(row.exists(earlierOfGroup(row)))]))
        .orderBy('position')
        .orderBy('messageId')
        .limit(limit)
        .execute(),
    );
    return rows.map(fromRow);
  }

  async nextDueMs(nowMs: number): Promise<number | undefined> {
    const row = await this.access.read((db) =>
      db
        .selectFrom('outbox')
        .select(({ fn }) => fn.min('dueMs').as('dueMs'))
        .where('state', '=', 'waiting')
        .where('dueMs', '>', nowMs)
        .executeTakeFirst(),
    );
    return row?.dueMs ?? undefined;
  }

  async settle({ queueId, messageId }: MessageKey, change: MessageChange): Promise<void> {
    const { lastAttempt } = change;
    const attempted =
      lastAttempt === undefined
        ? {}
        : { attempts: sql<number>`${sql.ref('attempts')} + 1`, lastAttemptJson: toJson('lastAttempt', lastAttempt) };
    const fields =
      change.state === 'waiting'
        ? { dueMs: change.dueMs, ...attempted }
        : { state: change.state, endedMs: change.endedMs, ...attempted };
    await this.access.change((transaction) =>
      transaction
        .updateTable('outbox')
        .set(fields)
        .where('queueId', '=', queueId)
        .where('messageId', '=', messageId)
        .where('state', '=', 'waiting')
        .execute(),
    );
  }

  async endQueue(queueId: string, { state, endedMs }: Pick<EndedChange, 'state' | 'endedMs'>): Promise<void> {
    await this.access.change((transaction) =>
      transaction
        .updateTable('outbox')
        .set({ state, endedMs })
        .where('queueId', '=', queueId)
        .where('state', '=', 'waiting')
        .execute(),
    );
  }

  async list(
    queueId: string,
    { limit, beforePosition }: { readonly limit: number; readonly beforePosition?: number },
  ): Promise<readonly StoredMessage[]> {
    const rows = await this.access.read((db) => {
      const all = db.selectFrom('outbox').selectAll().where('queueId', '=', queueId);
      const older = beforePosition === undefined ? all : all.where('position', '<', beforePosition);
      return older.orderBy('position', 'desc').orderBy('messageId', 'desc').limit(limit).execute();
    });
    return rows.map(fromRow);
  }

  async deleteQueue(queueId: string): Promise<void> {
    await this.access.change((transaction) =>
      transaction.deleteFrom('outbox').where('queueId', '=', queueId).execute(),
    );
  }

  async trim({ endedAfterMs, endedMax }: { readonly endedAfterMs: number; readonly endedMax: number }): Promise<void> {
    const queues = await this.access.read((db) => db.selectFrom('outbox').select('queueId').distinct().execute());
    await this.access.change(async (transaction) => {
      await transaction.deleteFrom('outbox').where('endedMs', '<', endedAfterMs).execute();
      for (const { queueId } of queues) {
        const oldestKept = await transaction
          .selectFrom('outbox')
          .select('position')
          .where('queueId', '=', queueId)
          .where('state', '!=', 'waiting')
          .orderBy('position', 'desc')
          .offset(endedMax)
          .limit(1)
          .executeTakeFirst();
        if (oldestKept === undefined) continue;
        await transaction
          .deleteFrom('outbox')
          .where('queueId', '=', queueId)
          .where('state', '!=', 'waiting')
          .where('position', '<=', oldestKept.position)
          .execute();
      }
    });
  }

  claim(name: string, ownerId: string, lastsMs: number): Promise<boolean> {
    requireId('name', name);
    requireId('ownerId', ownerId);
    requireMs('lastsMs', lastsMs);
    const nowMs = this.access.now();
    const fields = { ownerId, expiresMs: sql<number>`${nowMs} + ${lastsMs}` };
    return this.access.change(async (transaction) => {
      const written = await transaction
        .insertInto('claims')
        .values({ name, ...fields })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet(fields)
            .where(({ or, eb }) => or([eb('claims.ownerId', '=', ownerId), eb('claims.expiresMs', '<=', nowMs)])),
        )
        .executeTakeFirst();
      return written.numInsertedOrUpdatedRows === 1n;
    });
  }

  async releaseClaim(name: string, ownerId: string): Promise<void> {
    await this.access.change((transaction) =>
      transaction.deleteFrom('claims').where('name', '=', name).where('ownerId', '=', ownerId).execute(),
    );
  }
}

/** One of the same group that waits and goes before. */
function earlierOfGroup({ selectFrom }: ExpressionBuilder<Tables, 'outbox'>) {
  return selectFrom('outbox as earlier')
    .select('earlier.messageId')
    .whereRef('earlier.queueId', '=', 'outbox.queueId')
    .whereRef('earlier.groupId', '=', 'outbox.groupId')
    .where('earlier.state', '=', 'waiting')
    .where(({ or, and, eb, ref }) =>
      or([
        eb('earlier.position', '<', ref('outbox.position')),
        and([
          eb('earlier.position', '=', ref('outbox.position')),
          eb('earlier.messageId', '<', ref('outbox.messageId')),
        ]),
      ]),
    );
}

async function dropOldest(
  transaction: Transaction<Tables>,
  { queueId, waitingMax, endedMs }: { readonly queueId: string; readonly waitingMax: number; readonly endedMs: number },
): Promise<void> {
  const newestTooMany = await transaction
    .selectFrom('outbox')
    .select('position')
    .where('queueId', '=', queueId)
    .where('state', '=', 'waiting')
    .orderBy('position', 'desc')
    .offset(waitingMax)
    .limit(1)
    .executeTakeFirst();
  if (newestTooMany === undefined) return;
  await transaction
    .updateTable('outbox')
    .set({ state: 'dropped', endedMs })
    .where('queueId', '=', queueId)
    .where('state', '=', 'waiting')
    .where('position', '<=', newestTooMany.position)
    .execute();
}

function toNewRow({ expiresMs, ...message }: NewMessage): Row {
  for (const name of ['queueId', 'messageId', 'type'] as const) requireId(name, message[name]);
  if (message.groupId !== null) requireId('groupId', message.groupId);
  requireMs('createdMs', message.createdMs);
  requireMs('dueMs', message.dueMs);
  requireMs('position', message.position);
  if (expiresMs !== null) requireMs('expiresMs', expiresMs);
  return {
    ...message,
    expiresMs,
    state: 'waiting',
    attempts: 0,
    endedMs: null,
    lastAttemptJson: null,
  };
}

function fromRow({ lastAttemptJson, ...row }: Row): StoredMessage {
  // Written by this program, from the type that it is read as.
  const lastAttempt =
    lastAttemptJson === null
      ? null
      : (fromJson(`The last attempt of message ${row.messageId}`, lastAttemptJson) as MessageAttempt);
  return { ...row, lastAttempt };
}
