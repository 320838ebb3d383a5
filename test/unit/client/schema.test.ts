import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { expect, test } from 'vitest';
import { startApi } from '../api/harness.js';

const FILE = new URL('../../../src/client/schema.ts', import.meta.url);
const HEADER =
  '// biome-ignore-all lint: generated\n// biome-ignore-all format: generated\n// Generated from the OpenAPI document by test/unit/client/schema.test.ts: EVENKEEL_WRITE_CLIENT=1 npx vitest run test/unit/client/schema.test.ts\n\n';

test('the types of evenkeel/client are those of the OpenAPI document; EVENKEEL_WRITE_CLIENT=1 writes them anew', async () => {
  const harness = await startApi();
  const document = (await harness.app.inject('/openapi.json')).json<OpenAPI3>();
  await harness.app.close();
  // Of the test's own making.
  document.info.version = '1';
  const generated = HEADER + astToString(await openapiTS(withOneProblem(document), { defaultNonNullable: false }));
  if (process.env.EVENKEEL_WRITE_CLIENT === '1') await writeFile(FILE, generated);
  const isUpToDate = (await readFile(FILE, 'utf8')) === generated;
  expect(isUpToDate, 'run EVENKEEL_WRITE_CLIENT=1 npx vitest run test/unit/client/schema.test.ts').toBe(true);
});

/** Every refusal has one form: it is said once for each operation, not for each of its codes. */
function withOneProblem<Document extends object>(document: Document): Document {
  const { paths } = document as unknown as {
    readonly paths: Record<string, Record<string, { readonly responses: Record<string, unknown> }>>;
  };
  for (const { responses } of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    const refusals = Object.keys(responses).filter((status) => /^[45]/.test(status));
    const [first] = refusals;
    if (first === undefined) continue;
    responses.default = responses[first];
    for (const status of refusals) delete responses[status];
  }
  return document;
}
