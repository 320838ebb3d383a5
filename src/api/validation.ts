import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Problem } from '../site/problem.js';
import { type Fault, findFaults } from './faults.js';

/**
 * Validates with the compiled TypeBox schema, and only when that refuses looks for the reasons. Nothing is stripped, coerced or
 * filled in inside a body; the strings of a query or a path are read as the numbers that their schema wants. A schema is compiled for
 * the first request that it judges: all of them at once would be a large part of a start, and most are never asked for.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  let compiledOnce: ReturnType<typeof Compile<TSchema>> | undefined;
  return (value: unknown) => {
    compiledOnce ??= Compile(schema);
    const compiled = compiledOnce;
    const read = httpPart === 'body' ? value : readNumbers(schema, value);
    if (compiled.Check(read)) return { value: read };
    if (httpPart === 'body' && (read === undefined || read === null)) return { error: missingBody() };
    const found = findFaults(schema, read);
    const faults = found.length > 0 ? found : compiled.Errors(read).map(asFault);
    return { error: invalidRequest(faults, httpPart === 'body') };
  };
};

function missingBody(): Problem {
  return new Problem('INVALID_REQUEST', 'The body is missing; send JSON with "Content-Type: application/json".', {
    field: '',
  });
}

/** The parameters of an address are strings. Only what is plainly a number, where one is wanted, is read as one. */
function readNumbers(schema: TSchema, parameters: unknown): Record<string, unknown> {
  const { properties = {} } = schema as { readonly properties?: Readonly<Record<string, { readonly type?: string }>> };
  return Object.fromEntries(
    Object.entries(parameters ?? {}).map(([name, value]) => {
      const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined;
      const wantsNumber = type === 'integer' || type === 'number';
      return [name, wantsNumber && typeof value === 'string' && PLAIN_NUMBER.test(value) ? Number(value) : value];
    }),
  );
}

const PLAIN_NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;

function asFault(error: { readonly instancePath: string; readonly message: string }): Fault {
  return { pointer: error.instancePath, message: error.message };
}

/** In a body the field is a JSON pointer; of an address it is the parameter's name. */
function invalidRequest(faults: readonly Fault[], inBody: boolean): Problem {
  const errors = faults.map((fault) => {
    const field = inBody ? fault.pointer : fault.pointer.slice(1);
    return { field, detail: `${field === '' ? 'The body' : field} ${fault.message}.` };
  });
  const first = errors[0] ?? { field: '', detail: 'The request does not fit its schema.' };
  return new Problem('INVALID_REQUEST', first.detail, {
    field: first.field,
    ...(errors.length > 1 ? { details: { errors } } : {}),
  });
}
