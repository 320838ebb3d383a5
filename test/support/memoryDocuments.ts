import type { DocumentStore, StoredDocument } from '../../src/store/documentStore.js';

/** For tests that need no disk; it keeps the contract of the real one. */
export class MemoryDocuments implements DocumentStore {
  private readonly documents = new Map<string, StoredDocument>();

  async put(document: StoredDocument): Promise<void> {
    this.documents.set(`${document.kind}\n${document.id}`, structuredClone(document));
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
/** As the store keeps them, in memory. */
export class MemoryDocuments implements DocumentStore {
  readonly #documents = new Map<string, StoredDocument>();

  async put(document: StoredDocument): Promise<void> {
    this.#documents.set(keyOf(document.kind, document.id), structuredClone(document));
  }

  async get(kind: string, id: string): Promise<StoredDocument | undefined> {
    return structuredClone(this.#documents.get(keyOf(kind, id)));
  }

  async list(kind: string): Promise<readonly StoredDocument[]> {
    const all = [...this.#documents.values()].filter((document) => document.kind === kind);
    return all.sort((a, b) => (a.id < b.id ? -1 : 1)).map((document) => structuredClone(document));
  }

  async delete(kind: string, id: string): Promise<void> {
    this.#documents.delete(keyOf(kind, id));
  }
}

function keyOf(kind: string, id: string): string {
  return `${kind} ${id}`;
}
