import { DateTime } from 'luxon';
import { Problem } from '../site/problem.js';

const YEAR_MIN = 2000;
const YEAR_MAX = 2100;

/**
 * Reads an instant that the schema has found to be ISO 8601 with an offset, as epoch milliseconds.
 * `field` names it in the error: a JSON pointer, or a parameter's name.
 */
export function parseInstant(text: string, field: string): number {
  const instant = DateTime.fromISO(text.toUpperCase(), { setZone: true });
  if (!instant.isValid) {
    throw new Problem('INVALID_REQUEST', `${field} is not an instant: ${instant.invalidExplanation ?? text}`, {
      field,
    });
  }
  if (instant.year < YEAR_MIN || instant.year > YEAR_MAX) {
    throw new Problem('INVALID_REQUEST', `${field} lies outside the years ${YEAR_MIN} to ${YEAR_MAX}`, { field });
  }
  return instant.toMillis();
}

/** ISO 8601 in UTC, ending in Z. */
export function writeInstant(instantMs: number): string {
  return new Date(instantMs).toISOString();
}

export function writeInstantOrNull(instantMs: number | null): string | null {
  return instantMs === null ? null : writeInstant(instantMs);
}
