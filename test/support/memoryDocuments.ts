import type { DocumentChange, DocumentStore, StoredDocument } from '../../src/store/documentStore.js';

/** For tests that need no disk; it keeps the contract of the real one. */
export class MemoryDocuments implements DocumentStore {
  private readonly documents = new Map<string, StoredDocument>();

  async put(document: StoredDocument): Promise<void> {
    this.documents.set(`${document.kind}\n${document.id}`, structuredClone(document));
  }

  async decide(changes: readonly DocumentChange[]): Promise<void> {
    for (const change of changes) {
      if ('put' in change) await this.put(change.put);
      else await this.delete(change.delete.kind, change.delete.id);
    }
  }

  async replace(
    document: StoredDocument,
    seen: StoredDocument | 'absent',
    along: readonly DocumentChange[] = [],
  ): Promise<boolean> {
    const key = `${document.kind}\n${document.id}`;
    const now = this.documents.get(key);
    const isAsSeen = seen === 'absent' ? now === undefined : now !== undefined && textOf(now) === textOf(seen);
    if (!isAsSeen) return false;
    // Without a wait between look and change.
    this.documents.set(key, structuredClone(document));
    await this.decide(along);
    return true;
  }

  async get(kind: string, id: string): Promise<StoredDocument | undefined> {
    return structuredClone(this.documents.get(`${kind}\n${id}`));
  }

  async list(kind: string): Promise<readonly StoredDocument[]> {
    const ofKind = [...this.documents.values()].filter((document) => document.kind === kind);
    return structuredClone(ofKind).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async delete(kind: string, id: string): Promise<void> {
    this.documents.delete(`${kind}\n${id}`);
  }
}

function textOf({ organisationId, updatedMs, body }: StoredDocument): string {
  return JSON.stringify([organisationId, updatedMs, body]);
}
