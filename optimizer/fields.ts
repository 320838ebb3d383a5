import { InvalidProblem } from './invalidProblem.js';

// Readers of untrusted values. A path is put together only when something is wrong: checking a large problem stays cheap.

export type Sign = 'any' | 'notNegative' | 'positive';

export type Fields = Readonly<Record<string, unknown>>;

export function objectAt(value: unknown, field: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidProblem('WRONG_TYPE', field, 'must be an object');
  }
  return value as Fields;
}

export function listAt(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new InvalidProblem('WRONG_TYPE', field, 'must be an array');
  return value;
}

export function textIn(fields: Fields, base: string, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new InvalidProblem('WRONG_TYPE', `${base}/${name}`, 'must be a string');
  if (value === '') throw new InvalidProblem('EMPTY', `${base}/${name}`, 'must not be empty');
  return value;
}

export function numberIn(fields: Fields, base: string, name: string, sign: Sign): number {
  const value = fields[name];
  if (!isGood(value, sign)) throw badNumber(value, `${base}/${name}`, sign);
  return value;
}

export function optionalNumberIn(fields: Fields, base: string, name: string, sign: Sign): number | undefined {
  return fields[name] === undefined ? undefined : numberIn(fields, base, name, sign);
}

/** A number, or an array of exactly `slots` numbers. */
export function checkSeriesIn(fields: Fields, at: { base: string; name: string }, slots: number, sign: Sign): void {
  const value = fields[at.name];
  if (!Array.isArray(value)) {
    if (!isGood(value, sign)) throw badNumber(value, `${at.base}/${at.name}`, sign);
    return;
  }
  checkNumbers(value, `${at.base}/${at.name}`, slots, sign);
}

export function checkNumbers(values: readonly unknown[], field: string, length: number, sign: Sign): void {
  if (values.length !== length) {
    throw new InvalidProblem(
      'WRONG_LENGTH',
      field,
      `must have ${length} numbers, one per slot, but has ${values.length}`,
    );
  }
  // Not for-of over entries: this runs over every slot of every session.
  for (let index = 0; index < length; index++) {
    const value = values[index];
    if (!isGood(value, sign)) throw badNumber(value, `${field}/${index}`, sign);
  }
}

function isGood(value: unknown, sign: Sign): value is number {
  return (
    typeof value === 'number' &&
    Number.isFinite(value) &&
    (sign === 'any' || (sign === 'positive' ? value > 0 : value >= 0))
  );
}

function badNumber(value: unknown, field: string, sign: Sign): InvalidProblem {
  if (typeof value !== 'number') return new InvalidProblem('WRONG_TYPE', field, 'must be a number');
  if (!Number.isFinite(value)) return new InvalidProblem('NOT_FINITE', field, `must be a finite number, not ${value}`);
  if (sign === 'positive') return new InvalidProblem('NOT_POSITIVE', field, `must be greater than 0, not ${value}`);
  return new InvalidProblem('NEGATIVE', field, `must not be negative, but is ${value}`);
}
