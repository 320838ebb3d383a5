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

    it('are replaced by who has seen them as they are, and by nobody else', async () => {
      const documents = await openNew();
      expect(await documents.replace(DOCUMENT, 'absent')).toBe(true);
      expect(await documents.replace({ ...DOCUMENT, body: 'mine' }, 'absent')).toBe(false);
      const seen = (await documents.get('webhook', 'b')) ?? DOCUMENT;
      expect(await documents.replace({ ...DOCUMENT, updatedMs: 6, body: { first: 1 } }, seen)).toBe(true);
      expect(await documents.replace({ ...DOCUMENT, updatedMs: 7, body: { second: 2 } }, seen)).toBe(false);
      expect(await documents.list('webhook')).toEqual([{ ...DOCUMENT, updatedMs: 6, body: { first: 1 } }]);
      await documents.delete('webhook', 'b');
      expect(await documents.replace(DOCUMENT, { ...DOCUMENT, updatedMs: 6, body: { first: 1 } })).toBe(false);
      expect(await documents.get('webhook', 'b')).toBeUndefined();
    });

    it('are replaced along with others, all or none', async () => {
      const documents = await openNew();
      const other = { ...DOCUMENT, id: 'other' };
      const gone = { ...DOCUMENT, id: 'gone' };
      await documents.put(gone);
      const along = [{ put: other }, { delete: { kind: 'webhook', id: 'gone' } }];
      const ids = async () => (await documents.list('webhook')).map(({ id }) => id);
      expect(await documents.replace(DOCUMENT, { ...DOCUMENT, body: 'was never so' }, along)).toBe(false);
      expect(await ids()).toEqual(['gone']);
      expect(await documents.replace(DOCUMENT, 'absent', along)).toBe(true);
      expect(await ids()).toEqual(['b', 'other']);
    });

    it('of many that count up at once, none is lost', async () => {
      const documents = await openNew();
      await documents.put({ ...DOCUMENT, body: 0 });
      const countUp = async (): Promise<void> => {
        for (;;) {
          const seen = (await documents.get('webhook', 'b')) ?? DOCUMENT;
          if (await documents.replace({ ...seen, body: Number(seen.body) + 1 }, seen)) return;
        }
      };
      await Promise.all(Array.from({ length: 8 }, countUp));
      expect((await documents.get('webhook', 'b'))?.body).toBe(8);
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
