/**
 * Small documents of configuration and registration that nothing is searched by but their kind and id: upstream back ends, webhooks,
 * peers of other protocols. What they mean is known to those that write them.
 */
export interface DocumentStore {
  /** The same kind and id replaces, whoever's it was. */
  put(document: StoredDocument): Promise<void>;
  /** What somebody decided, all or nothing: what attends it (src/audit) is committed with it. */
  decide(changes: readonly DocumentChange[]): Promise<void>;
  get(kind: string, id: string): Promise<StoredDocument | undefined>;
  /** Of one kind, in ascending order of id. */
  list(kind: string): Promise<readonly StoredDocument[]>;
  /** Nothing happens where there is none. */
  delete(kind: string, id: string): Promise<void>;
}

export type DocumentChange =
  | { readonly put: StoredDocument }
  | { readonly delete: Pick<StoredDocument, 'kind' | 'id'> };

export interface StoredDocument {
  readonly kind: string;
  readonly id: string;
  readonly organisationId: string;
  readonly updatedMs: number;
  readonly body: unknown;
}
