import { type InvalidTariffCode, TEXT_MAX } from '../invalidTariff.js';
import { addIssue, type Findings } from './findings.js';

/** A value in a JSON document. Its pointer is put together only when something is wrong: reading a large document stays cheap. */
export interface Place {
  readonly value: unknown;
  readonly findings: Findings;
  readonly parent?: Place;
  /** In the parent. */
  readonly key?: string | number;
}

export type Fields = Readonly<Record<string, unknown>>;

export function placeIn(parent: Place, key: string | number, value: unknown): Place {
  return { value, findings: parent.findings, parent, key };
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only own members count: what an object inherits was not written by anybody. */
export function memberOf(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** RFC 6901; undefined of the document itself. */
export function pointer(place: Place): string | undefined {
  let path = '';
  for (let at: Place | undefined = place; at?.key !== undefined; at = at.parent) {
    path = `/${escaped(at.key)}${path}`;
  }
  return path === '' ? undefined : path;
}

function escaped(key: string | number): string {
  return String(key).slice(0, TEXT_MAX).replaceAll('~', '~0').replaceAll('/', '~1');
}

export interface Fault {
  readonly reason: string;
  readonly fix: string;
  readonly code?: InvalidTariffCode;
}

/** Reports what is wrong with the value at a place, and answers what a reader answers then. */
export function refuse(place: Place, { reason, fix, code = 'INVALID_TARIFF' }: Fault): undefined {
  addIssue(place.findings, code, () => {
    const path = pointer(place);
    const text = shown(place.value);
    return { reason, fix, ...(path === undefined ? {} : { path }), ...(text === undefined ? {} : { text }) };
  });
  return undefined;
}

/** What kind of value stands there, for a sentence. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'undefined':
      return 'nothing';
    default:
      return 'an object';
  }
}

// Lists and objects are not shown: they may be as deep as they like.
function shown(value: unknown): string | undefined {
  if (typeof value === 'string') return value.slice(0, TEXT_MAX);
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? String(value) : undefined;
}
