import type { SqlAccess } from './access.js';
import type { DocumentStore, StoredDocument } from './documentStore.js';
import { fromJson, requireId, requireMs, toJson } from './records.js';
import type { Tables } from './tables.js';

type Row = Tables['documents'];

/** The part of the store that keeps small documents. */
export class SqlDocuments implements DocumentStore {
  private readonly access: SqlAccess;

  constructor(access: SqlAccess) {
    this.access = access;
  }

  async put({ kind, id, organisationId, updatedMs, body }: StoredDocument): Promise<void> {
    requireId('kind', kind);
    requireId('id', id);
    requireId('organisationId', organisationId);
    requireMs('updatedMs', updatedMs);
    const fields = { organisationId, updatedMs, bodyJson: toJson('body', body) };
    await this.access.change((transaction) =>
      transaction
        .insertInto('documents')
        .values({ kind, id, ...fields })
        .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet(fields))
        .execute(),
    );
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
    await this.access.change((transaction) =>
      transaction.deleteFrom('documents').where('kind', '=', kind).where('id', '=', id).execute(),
    );
  }
}

function fromRow({ bodyJson, ...row }: Row): StoredDocument {
  return { ...row, body: fromJson(`The ${row.kind} ${row.id}`, bodyJson) };
}
