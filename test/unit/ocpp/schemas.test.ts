import { Ajv } from 'ajv';
import * as schemas16 from 'typed-ocpp/dist/ocpp16/schemas.js';
import * as schemas201 from 'typed-ocpp/dist/ocpp20/schemas.js';
import * as schemas21 from 'typed-ocpp/dist/ocpp21/schemas.js';
import { expect, it } from 'vitest';

// The service takes them as they are, for looking at them anew on every start costs as much as compiling them.
it.each([
  ['1.6', schemas16],
  ['2.0.1', schemas201],
  ['2.1', schemas21],
] as const)('the official schemas of OCPP %s are what JSON Schema says a schema is', (_version, schemas) => {
  const ajv = new Ajv({ strict: false });
  const all = Object.entries<object>({ ...schemas });
  expect(all.length).toBeGreaterThan(50);
  for (const [name, schema] of all) expect([name, ajv.validateSchema(schema), ajv.errors]).toEqual([name, true, null]);
  expect(ajv.validateSchema({ type: 'text' })).toBe(false);
});
