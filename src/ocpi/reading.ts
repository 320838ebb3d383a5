import { OcpiFault, STATUS } from './fault.js';

// What peers write is read once, here, and leniently: unknown members are left alone, and unknown words of an enumeration are words
// (2.3 calls them OpenEnum), for the reader of each to decide on.

export type Document = Readonly<Record<string, unknown>>;

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): Document | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Document) : undefined;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** OCPI writes times in UTC, with or without the Z. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

const WITH_ZONE = /(Z|[+-]\d{2}:?\d{2})$/i;

export function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const ms = Date.parse(WITH_ZONE.test(value) ? value : `${value}Z`);
  return Number.isFinite(ms) ? ms : undefined;
}

export function requireObject(value: unknown, name: string): Document {
  const found = asObject(value);
  if (found === undefined) throw missing(name, 'an object');
  return found;
}

export function requireText(document: Document, name: string, maxLength: number): string {
  const found = document[name];
  if (typeof found === 'string' && found.length > 0 && found.length <= maxLength) return found;
  throw missing(name, `a text of 1 to ${maxLength} characters`);
}

export function optionalText(document: Document, name: string, maxLength: number): string | undefined {
  return document[name] === undefined || document[name] === null ? undefined : requireText(document, name, maxLength);
}

export function requireTime(document: Document, name: string): number {
  const found = timeOf(document[name]);
  if (found === undefined) throw missing(name, 'a time such as 2026-05-04T10:00:00Z');
  return found;
}

export function optionalTime(document: Document, name: string): number | undefined {
  return document[name] === undefined || document[name] === null ? undefined : requireTime(document, name);
}

/** Never negative, never more than any charging has to do with. */
const NUMBER_MAX = 1e9;

export function optionalNumber(document: Document, name: string): number | undefined {
  const found = document[name];
  if (found === undefined || found === null) return undefined;
  if (typeof found === 'number' && found >= 0 && found <= NUMBER_MAX) return found;
  throw missing(name, 'a number from 0 on');
}

export function missing(name: string, wanted: string): OcpiFault {
  return new OcpiFault(STATUS.parameters, `${name} must be ${wanted}.`);
}
