import { describe, expect, it } from 'vitest';
import type { DocumentStore, StoredDocument } from '../../src/store/documentStore.js';

const DOCUMENT: StoredDocument = {
  kind: 'webhook',
  id: 'b',
  organisationId: 'north',
  updatedMs: 5,
  body: { url: 'https://a.example/å', tries: [1, null, '\u0000'] },
};

/** Part of the store's contract: small documents of configuration. */
export function describeDocuments(openNew: () => Promise<DocumentStore>): void {
  describe('documents', () => {
    it('are read as they were written, those of one kind in ascending order of id', async () => {
      const documents = await openNew();
      await documents.put(DOCUMENT);
      await documents.put({ ...DOCUMENT, id: 'Z' });
      await documents.put({ ...DOCUMENT, id: 'å' });
      await documents.put({ ...DOCUMENT, kind: 'upstream', id: 'a' });
      expect(await documents.get('webhook', 'b')).toEqual(DOCUMENT);
      expect((await documents.list('webhook')).map(({ id }) => id)).toEqual(['Z', 'b', 'å']);
      expect(await documents.get('webhook', 'a')).toBeUndefined();
      expect(await documents.list('peer')).toEqual([]);
    });

    it('are replaced by the same kind and id', async () => {
      const documents = await openNew();
      await documents.put(DOCUMENT);
      const changed = { ...DOCUMENT, organisationId: 'south', updatedMs: 6, body: 'x' };
      await documents.put(changed);
      expect(await documents.list('webhook')).toEqual([changed]);
    });

    it('are gone once deleted, and deleting what is not there changes nothing', async () => {
      const documents = await openNew();
      await documents.put(DOCUMENT);
      await documents.put({ ...DOCUMENT, kind: 'upstream' });
      await documents.delete('webhook', 'b');
      await documents.delete('webhook', 'b');
      expect(await documents.get('webhook', 'b')).toBeUndefined();
      expect(await documents.list('upstream')).toHaveLength(1);
    });

    it.each([
      ['an empty kind', { kind: '' }],
      ['an id with NUL', { id: 'a\0' }],
      ['no organisation', { organisationId: '' }],
      ['half a millisecond', { updatedMs: 0.5 }],
      ['what JSON has no words for', { body: undefined }],
    ])('are refused with %s', async (_what, fault) => {
      const documents = await openNew();
      await expect(documents.put({ ...DOCUMENT, ...fault })).rejects.toMatchObject({ code: 'INVALID_RECORD' });
      expect(await documents.list('webhook')).toEqual([]);
    });
  });
}
