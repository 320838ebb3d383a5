import { StoreError } from './storeError.js';

// What goes in must come out the same. What can't is refused at the door, and not found out after a restart.

/** Databases end text at NUL, and have no half of a surrogate pair. */
const STORABLE_ID = /^[^\0\p{Surrogate}]+$/u;

export function requireId(name: string, value: string): void {
  if (!STORABLE_ID.test(value)) throw invalid(`${name} must be a non-empty well-formed text without NUL`, value);
}

/** Instants, in whole milliseconds. */
export function requireMs(name: string, value: number): void {
  if (!Number.isSafeInteger(value)) throw invalid(`${name} must be a whole number of milliseconds`, value);
}

export function requireSeq(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) throw invalid(`${name} must be a whole number from 1`, value);
}

/** Written at once: the caller may change the value while the commit waits. */
export function toJson(name: string, value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new StoreError('INVALID_RECORD', `${name} can't be written as JSON (${messageOf(error)})`, error);
  }
  if (text === undefined) throw invalid(`${name} must be a JSON value`, typeof value);
  return text;
}

export function fromJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StoreError(
      'STORE_UNREADABLE',
      `${name} is damaged (${messageOf(error)}). Restore the data directory from a backup.`,
      error,
    );
  }
}

function invalid(rule: string, value: unknown): StoreError {
  return new StoreError('INVALID_RECORD', `${rule}, not ${JSON.stringify(value)}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
