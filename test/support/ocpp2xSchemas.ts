import { Ajv } from 'ajv';
import formatsModule from 'ajv-formats';
import * as schemas201 from 'typed-ocpp/dist/ocpp20/schemas.js';
import * as schemas21 from 'typed-ocpp/dist/ocpp21/schemas.js';
import type { Dialect } from '../../src/ocpp/dialect.js';
import { createOcpp21Dialect } from '../../src/ocpp/v21/dialect.js';
import { createOcpp201Dialect } from '../../src/ocpp/v201/dialect.js';

/** A validator of the tests' own, so that the dialects are not held against themselves. */
const ajv = new Ajv({ strict: false, multipleOfPrecision: 6 });
formatsModule.default(ajv);

export interface Version2xUnderTest {
  readonly name: '2.0.1' | '2.1';
  readonly subprotocol: string;
  readonly dialect: Dialect;
  /** What is wrong with a payload, by the official schema of this name. */
  flaws(name: string, payload: unknown): readonly unknown[];
}

export const REQUEST_ID = 4711;

export const VERSIONS_2X: readonly Version2xUnderTest[] = [
  version(
    '2.0.1',
    createOcpp201Dialect(() => REQUEST_ID),
    schemas201,
  ),
  version(
    '2.1',
    createOcpp21Dialect(() => REQUEST_ID),
    schemas21,
  ),
];

function version(
  name: Version2xUnderTest['name'],
  dialect: Dialect,
  schemas: Readonly<Record<string, object | undefined>>,
): Version2xUnderTest {
  const flaws = (schemaName: string, payload: unknown) => {
    const schema = schemas[schemaName];
    if (schema === undefined) throw new Error(`There is no schema ${schemaName}.`);
    ajv.validate(schema, payload);
    return ajv.errors ?? [];
  };
  return { name, subprotocol: dialect.subprotocol, dialect, flaws };
}
