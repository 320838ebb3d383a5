import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formatsModule from 'ajv-formats';
import type { CallFailure, CallFailureKind } from './dialect.js';
import { looksLikeInstant } from './timestamp.js';

/**
 * Validators of one version's official schemas, compiled when first needed: compiling them all takes a second and 90 MB.
 * Validation only ever says yes or no; it never strips, adds or changes a field.
 */
export class SchemaValidators {
  readonly #ajv: Ajv;
  readonly #schemas: Readonly<Record<string, object>>;
  readonly #compiled = new Map<string, ValidateFunction>();

  /** `multipleOf: 'ignored'` is for what stations report: 13.333 A is more precise than the schema's tenths, not wrong. */
  constructor(schemas: Readonly<Record<string, object>>, options: { multipleOf: 'checked' | 'ignored' }) {
    this.#schemas = schemas;
    // multipleOfPrecision: 8.1 / 0.1 is not 81 in binary; without it such a limit is refused (citrineos-core#959).
    this.#ajv = new Ajv({
      strict: false,
      allErrors: false,
      multipleOfPrecision: 3,
      // Without it NaN counts as a number, and JSON writes it as null.
      strictNumbers: true,
      addUsedSchema: false,
      logger: false,
      // The official schemas are schemas (a test looks at each); and the engine itself makes code of this size fast. Half the time goes there.
      validateSchema: false,
      meta: false,
      code: { optimize: false },
    });
    formatsModule.default(this.#ajv, ['uri']);
    this.#ajv.addFormat('date-time', { type: 'string', validate: looksLikeInstant });
    if (options.multipleOf === 'ignored') this.#ajv.removeKeyword('multipleOf');
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#schemas, name);
  }

  /** Undefined when the payload satisfies the schema of this name. */
  failureOf(name: string, payload: unknown): CallFailure | undefined {
    const validate = this.#compiled.get(name) ?? this.compile(name);
    if (validate(payload)) return undefined;
    return describe(validate.errors?.[0]);
  }

  compile(name: string): ValidateFunction {
    const schema = this.#schemas[name];
    if (schema === undefined) throw new Error(`There is no schema called ${name}.`);
    const validate = this.#ajv.compile(schema);
    this.#compiled.set(name, validate);
    return validate;
  }
}

function describe(error: ErrorObject | undefined): CallFailure {
  if (error === undefined) return { kind: 'formation', description: 'The payload does not fit its schema.' };
  const parent = error.instancePath === '' ? '' : error.instancePath.slice(1);
  const params: Readonly<Record<string, unknown>> = error.params;
  switch (error.keyword) {
    case 'required':
      return {
        kind: 'occurrence',
        description: `${fieldName(parent, params.missingProperty)} is missing.`,
      };
    case 'additionalProperties':
      return {
        kind: 'formation',
        description: `${fieldName(parent, params.additionalProperty)} is not a field of this message.`,
      };
    default:
      return {
        kind: KIND_OF_KEYWORD[error.keyword] ?? 'formation',
        description: `${parent === '' ? 'The payload' : parent} ${error.message ?? 'is not allowed'}.`,
      };
  }
}

const KIND_OF_KEYWORD: Readonly<Record<string, CallFailureKind>> = {
  type: 'type',
  format: 'type',
  enum: 'property',
  maxLength: 'property',
  minLength: 'property',
  minimum: 'property',
  maximum: 'property',
  multipleOf: 'property',
  minItems: 'occurrence',
  maxItems: 'occurrence',
};

/** A station chooses the names of unknown fields: only a printable beginning of one is repeated to it, or written to a log. */
function fieldName(parent: string, name: unknown): string {
  const readable = String(name)
    .replace(/[^\w.-]/g, '?')
    .slice(0, 50);
  return parent === '' ? readable : `${parent}/${readable}`;
}
