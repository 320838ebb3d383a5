import type { Transaction } from 'kysely';
import type { SqlAccess } from './access.js';
import type { DocumentChange, DocumentStore, StoredDocument } from './documentStore.js';
import { fromJson, requireId, requireMs, toJson } from './records.js';
import type { Tables } from './tables.js';

type Row = Tables['documents'];
type Write = (transaction: Transaction<Tables>) => Promise<void>;

/** The part of the store that keeps small documents. */
export class SqlDocuments implements DocumentStore {
  private readonly access: SqlAccess;

  constructor(access: SqlAccess) {
    this.access = access;
  }

  async put(document: StoredDocument): Promise<void> {
    await this.access.change(putting(document));
  }

  async decide(changes: readonly DocumentChange[]): Promise<void> {
    const writes = changes.map(writing);
    await this.access.decide(async (transaction) => {
      for (const write of writes) await write(transaction);
    });
  }

  async replace(
    document: StoredDocument,
    seen: StoredDocument | 'absent',
    along: readonly DocumentChange[] = [],
  ): Promise<boolean> {
    const write = replacing(document, seen);
    const writes = along.map(writing);
    return this.access.decide(async (transaction) => {
      if (!(await write(transaction))) return false;
      for (const other of writes) await other(transaction);
      return true;
    });
  }

  async get(kind: string, id: string): Promise<StoredDocument | undefined> {
    const row = await this.access.read((db) =>
      db.selectFrom('documents').selectAll().where('kind', '=', kind).where('id', '=', id).executeTakeFirst(),
    );
    return row === undefined ? undefined : fromRow(row);
  }

  async list(kind: string): Promise<readonly StoredDocument[]> {
    const rows = await this.access.read((db) =>
      db.selectFrom('documents').selectAll().where('kind', '=', kind).execute(),
    );
    // Sorted here, because databases differ in how they order text.
    return rows.map(fromRow).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async delete(kind: string, id: string): Promise<void> {
    await this.access.change(deleting({ kind, id }));
  }
}

function writing(change: DocumentChange): Write {
  return 'put' in change ? putting(change.put) : deleting(change.delete);
}

/** Written down at once: the caller may change its body while the commit waits. */
function putting(document: StoredDocument): Write {
  const { kind, id, ...fields } = toRow(document);
  return async (transaction) => {
    await transaction
      .insertInto('documents')
      .values({ kind, id, ...fields })
      .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet(fields))
      .execute();
  };
}

/** Answers whether it was as it was seen. */
function replacing(document: StoredDocument, seen: StoredDocument | 'absent') {
  const { kind, id, ...fields } = toRow(document);
  const was = seen === 'absent' ? seen : toRow(seen);
  return async (transaction: Transaction<Tables>): Promise<boolean> => {
    if (was === 'absent') {
      const { numInsertedOrUpdatedRows = 0n } = await transaction
        .insertInto('documents')
        .values({ kind, id, ...fields })
        .onConflict((conflict) => conflict.columns(['kind', 'id']).doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows > 0n;
    }
    const { numUpdatedRows } = await transaction
      .updateTable('documents')
      .set(fields)
      .where('kind', '=', kind)
      .where('id', '=', id)
      .where('organisationId', '=', was.organisationId)
      .where('updatedMs', '=', was.updatedMs)
      // What was read is written the same again: JSON keeps the order of members.
      .where('bodyJson', '=', was.bodyJson)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  };
}

function deleting({ kind, id }: Pick<StoredDocument, 'kind' | 'id'>): Write {
  return async (transaction) => {
    await transaction.deleteFrom('documents').where('kind', '=', kind).where('id', '=', id).execute();
  };
}

function toRow({ kind, id, organisationId, updatedMs, body }: StoredDocument): Row {
  requireId('kind', kind);
  requireId('id', id);
  requireId('organisationId', organisationId);
  requireMs('updatedMs', updatedMs);
  return { kind, id, organisationId, updatedMs, bodyJson: toJson('body', body) };
}

function fromRow({ bodyJson, ...row }: Row): StoredDocument {
  return { ...row, body: fromJson(`The ${row.kind} ${row.id}`, bodyJson) };
}
