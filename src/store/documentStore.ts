/**
 * Small documents of configuration and registration that nothing is searched by but their kind and id: upstream back ends, webhooks,
 * peers of other protocols. What they mean is known to those that write them.
 */
export interface DocumentStore {
  /** The same kind and id replaces, whoever's it was. */
  put(document: StoredDocument): Promise<void>;
  /** What somebody decided, all or nothing: what attends it (src/audit) is committed with it. */
  decide(changes: readonly DocumentChange[]): Promise<void>;
  /**
   * As put, where it still is what it was seen to be, with `along`, all or nothing: so that of two that change it at once, wherever they
   * run, none undoes what the other did. False: it is not, and nothing is written. What attends it is committed with it.
   */
  replace(
    document: StoredDocument,
    seen: StoredDocument | 'absent',
    along?: readonly DocumentChange[],
  ): Promise<boolean>;
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
