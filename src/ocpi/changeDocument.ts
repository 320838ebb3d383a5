import type { DocumentChange, DocumentStore, StoredDocument } from '../store/documentStore.js';

/** What wants to change the same at once are a few processes. */
const TRIES_MAX = 50;

interface Changed {
  readonly document: Omit<StoredDocument, 'kind' | 'id'>;
  /** Written with it, all or nothing. */
  readonly along?: readonly DocumentChange[];
}

/**
 * Changes a document from what it is by then, whichever process changes it meanwhile: `change` may be asked several times. Undefined:
 * it stays as it is, and so it does where change throws.
 */
export async function changeDocument(
  documents: Pick<DocumentStore, 'get' | 'replace'>,
  { kind, id }: Pick<StoredDocument, 'kind' | 'id'>,
  change: (known: StoredDocument | undefined) => Changed | undefined,
): Promise<void> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const known = await documents.get(kind, id);
    const changed = change(known);
    if (changed === undefined) return;
    if (await documents.replace({ ...changed.document, kind, id }, known ?? 'absent', changed.along)) return;
  }
  throw new Error(`the ${kind} ${id} is changed without an end by others`);
}
