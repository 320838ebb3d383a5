import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const BUNDLE = fileURLToPath(new URL('../../dist/bundle', import.meta.url));
const IMPORTED = /(?:\bfrom\s*|\bimport\s*\(?\s*)["']([^"']+)["']/g;

it('What is built names packages, and no place of the machine that built it: it runs wherever it is put', async () => {
  const files = (await readdir(BUNDLE)).filter((file) => file.endsWith('.js'));
  const named = await Promise.all(
    files.map(async (file) =>
      [...(await readFile(join(BUNDLE, file), 'utf8')).matchAll(IMPORTED)].map(([, name]) => name),
    ),
  );
  const names = [...new Set(named.flat())];
  expect(names).toEqual(expect.arrayContaining(['fastify', 'kysely', 'typebox']));
  expect(names.filter((name) => name?.startsWith('/') || name?.startsWith('file:'))).toEqual([]);
});
