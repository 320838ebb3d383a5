import { parseInstant } from './instant.js';

/** A profile that can't be calculated with: it lacks what gives it a meaning, or no version's station would have taken it. */
export class UnreadableProfile extends Error {
  override readonly name = 'UnreadableProfile';
  readonly code = 'UNREADABLE_PROFILE';
  /** A JSON pointer into the profile. */
  readonly field: string;

  constructor(field: string, reason: string) {
    super(`${field}: ${reason}`);
    this.field = field;
  }
}

export type Wire = Readonly<Record<string, unknown>>;

/** Where a member stands: of which object, and the JSON pointer to that. */
export interface Place {
  readonly of: Wire;
  readonly at: string;
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

export function objectAt(value: unknown, at: string): Place {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { of: value as Wire, at };
  throw new UnreadableProfile(at === '' ? '/' : at, 'an object is needed');
}

export function textAt({ of, at }: Place, member: string): string {
  const value = of[member];
  if (typeof value === 'string') return value;
  throw new UnreadableProfile(`${at}/${member}`, 'a text is needed');
}

export function numberAt({ of, at }: Place, member: string): number {
  const value = of[member];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new UnreadableProfile(`${at}/${member}`, 'a finite number is needed');
}

export function integerAt(place: Place, member: string): number {
  const value = numberAt(place, member);
  if (Number.isSafeInteger(value)) return value;
  throw new UnreadableProfile(`${place.at}/${member}`, 'a whole number is needed');
}

/** 0 or more. */
export function countAt(place: Place, member: string): number {
  const value = integerAt(place, member);
  if (value >= 0) return value;
  throw new UnreadableProfile(`${place.at}/${member}`, 'a number of 0 or more is needed');
}

/** Epoch milliseconds; undefined where it is absent. */
export function instantAt({ of, at }: Place, member: string): number | undefined {
  const value = of[member];
  if (!isGiven(value)) return undefined;
  const ms = typeof value === 'string' ? parseInstant(value) : undefined;
  if (ms === undefined) throw new UnreadableProfile(`${at}/${member}`, 'an ISO 8601 instant is needed');
  return ms;
}
