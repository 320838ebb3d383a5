import { HINT } from './schemas.js';

/** Where a value does not fit its schema, and what to do about it. */
export interface Fault {
  /** JSON pointer (RFC 6901); '' is the value itself. */
  readonly pointer: string;
  readonly message: string;
}

const FAULTS_MAX = 20;

/** The part of JSON Schema that our request schemas use. */
interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly [HINT]?: string;
}

/**
 * Says in words why a value that the compiled schema refused does not fit. A walk of our own, because a validator's list of
 * failed keywords is not something a person can act on, least of all for alternatives. Values are never repeated: they may be
 * passwords.
 */
export function findFaults(schema: object, value: unknown): readonly Fault[] {
  const faults: Fault[] = [];
  walk(schema, value, '', (pointer, message) => {
    if (faults.length < FAULTS_MAX) faults.push({ pointer, message });
  });
  return faults;
}

type Report = (pointer: string, message: string) => void;

function walk(schema: JsonSchema, value: unknown, pointer: string, report: Report): void {
  const hint = schema[HINT];
  const refuse = (message: string) => report(pointer, hint === undefined ? message : `${message}; ${hint}`);
  if (schema.anyOf !== undefined) {
    walkAlternatives(schema.anyOf, value, pointer, report);
  } else if ('const' in schema) {
    if (value !== schema.const) refuse(`must be ${JSON.stringify(schema.const)}`);
  } else if (schema.enum !== undefined) {
    if (!schema.enum.includes(value)) refuse(`must be one of ${listed(schema.enum)}`);
  } else if (schema.type !== undefined && !hasType(schema.type, value)) {
    refuse(`must be ${typeNames[schema.type] ?? schema.type}, is ${describe(value)}`);
  } else if (typeof value === 'number') {
    checkNumber(schema, value, refuse);
  } else if (typeof value === 'string') {
    checkString(schema, value, refuse);
  } else if (Array.isArray(value)) {
    walkArray(schema, value, pointer, report);
  } else if (isObject(value)) {
    walkObject(schema, value, pointer, report);
  }
}

function walkObject(schema: JsonSchema, value: Record<string, unknown>, pointer: string, report: Report): void {
  const hint = schema[HINT];
  const properties = schema.properties ?? {};
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) {
      const advice = properties[name]?.[HINT] ?? hint;
      report(`${pointer}/${name}`, advice === undefined ? 'is missing' : `is missing; ${advice}`);
    }
  }
  for (const [name, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known !== undefined) walk(known, member, `${pointer}/${escapePointer(name)}`, report);
    else if (schema.additionalProperties === false) {
      report(
        `${pointer}/${escapePointer(name)}`,
        `is not known here; leave it out or correct its name, one of ${Object.keys(properties).join(', ')}`,
      );
    }
  }
}

function walkArray(schema: JsonSchema, value: readonly unknown[], pointer: string, report: Report): void {
  const { minItems, maxItems, items } = schema;
  if (minItems !== undefined && value.length < minItems) report(pointer, `must have at least ${minItems} items`);
  if (maxItems !== undefined && value.length > maxItems) {
    report(pointer, `must have at most ${maxItems} items`);
    return;
  }
  if (schema.uniqueItems === true && new Set(value.map((item) => JSON.stringify(item))).size < value.length) {
    report(pointer, 'must not name the same twice');
  }
  if (items === undefined) return;
  const isGood = items.type === 'number' ? goodNumber(items) : () => false;
  for (let index = 0; index < value.length; index++) {
    // A pointer is put together only where it may be needed: lists can have a great many numbers.
    if (!isGood(value[index])) walk(items, value[index], `${pointer}/${index}`, report);
  }
}

function goodNumber(schema: JsonSchema): (value: unknown) => boolean {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY, exclusiveMinimum } = schema;
  const above = exclusiveMinimum ?? Number.NEGATIVE_INFINITY;
  return (value) =>
    typeof value === 'number' && Number.isFinite(value) && value >= minimum && value <= maximum && value > above;
}

/** Explains the alternative that was meant: the one whose constant member fits, or the only one of the value's type. */
function walkAlternatives(alternatives: readonly JsonSchema[], value: unknown, pointer: string, report: Report): void {
  if (alternatives.some((alternative) => fits(alternative, value))) return;
  const name = discriminator(alternatives);
  const meant = meantAlternative(alternatives, value, name);
  if (meant !== undefined) {
    walk(meant, value, pointer, report);
  } else if (name !== undefined && isObject(value)) {
    const allowed = alternatives.map((alternative) => constantOf(alternative, name));
    report(`${pointer}/${name}`, `must be one of ${listed(allowed)}`);
  } else {
    const types = new Set(alternatives.map((one) => typeNames[one.type ?? ''] ?? 'another'));
    report(pointer, `must be ${[...types].join(' or ')}`);
  }
}

function meantAlternative(
  alternatives: readonly JsonSchema[],
  value: unknown,
  name: string | undefined,
): JsonSchema | undefined {
  const sameType = alternatives.filter(({ type }) => type === undefined || hasType(type, value));
  if (sameType.length === 1) return sameType[0];
  if (name === undefined || !isObject(value)) return undefined;
  return sameType.find((alternative) => constantOf(alternative, name) === value[name]);
}

function fits(schema: JsonSchema, value: unknown): boolean {
  let fitting = true;
  walk(schema, value, '', () => {
    fitting = false;
  });
  return fitting;
}

function discriminator(alternatives: readonly JsonSchema[]): string | undefined {
  const names = Object.keys(alternatives[0]?.properties ?? {});
  return names.find((name) => alternatives.every((alternative) => constantOf(alternative, name) !== undefined));
}

function constantOf(schema: JsonSchema, name: string): unknown {
  return schema.properties?.[name]?.const;
}

function checkNumber(schema: JsonSchema, value: number, refuse: (message: string) => void): void {
  const { minimum, maximum, exclusiveMinimum } = schema;
  if (minimum !== undefined && value < minimum) refuse(`must be at least ${minimum}`);
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) refuse(`must be more than ${exclusiveMinimum}`);
  if (maximum !== undefined && value > maximum) refuse(`must be at most ${maximum}`);
}

function checkString(schema: JsonSchema, value: string, refuse: (message: string) => void): void {
  const { minLength, maxLength, pattern, format } = schema;
  const length = [...value].length;
  if (minLength !== undefined && length < minLength) refuse(`must have at least ${minLength} characters`);
  else if (maxLength !== undefined && length > maxLength) refuse(`must have at most ${maxLength} characters`);
  else if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) refuse('is not written as it must be');
  else if (format === 'date-time' && !isInstant(value)) refuse(instantFault(value));
}

const OFFSET = /(z|[+-]\d\d:\d\d)$/i;
const INSTANT = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

function isInstant(value: string): boolean {
  return INSTANT.test(value) && dayExists(value);
}

function dayExists(value: string): boolean {
  const day = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value.slice(0, 10));
}

function instantFault(value: string): string {
  return OFFSET.test(value) ? 'is not an instant' : 'has no offset from UTC';
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
};

function hasType(type: string, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'null':
      return value === null;
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : 'not finite';
  return typeNames[typeof value] ?? typeof value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listed(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}

/** RFC 6901. Bounded, because the name is the sender's. */
function escapePointer(name: string): string {
  return name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}
