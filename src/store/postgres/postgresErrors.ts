import { StoreError } from '../storeError.js';

// SQLSTATE codes: https://www.postgresql.org/docs/current/errcodes-appendix.html

/**
 * The server ends the connection, or can no longer be written to; or what the connection had prepared is of no use any more, as after a
 * newer program has changed a table.
 */
const ENDS_CONNECTION = /^(08|57P|25006$|0A000$|26000$|F0|XX)/;
/** It could be reached, and does not let us in. */
const REFUSALS = new Set(['28P01', '28000', '3D000', '42501']);

/** The server's own word on a statement; anything else means that the connection is not to be trusted any more. */
function sqlStateOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('severity' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** After such an error the connection is thrown away, and the next one may find another server behind the same name. */
export function breaksConnection(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === undefined || ENDS_CONNECTION.test(state);
}

export function writeFailed(place: string, cause: unknown): StoreError {
  return new StoreError(
    'STORE_WRITE_FAILED',
    `The data could not be written to the database ${place} (${reasonOf(cause)}). ${adviceOn(cause)}`,
    cause,
  );
}

export function readFailed(place: string, cause: unknown): StoreError {
  return new StoreError(
    'STORE_UNAVAILABLE',
    `The database ${place} could not be read (${reasonOf(cause)}). ${adviceOn(cause)}`,
    cause,
  );
}

export function openFailed(place: string, cause: unknown): StoreError {
  return new StoreError(
    'STORE_UNAVAILABLE',
    `The database ${place} can't be used (${reasonOf(cause)}). ${adviceOn(cause)}`,
    cause,
  );
}

/** Several errors at once, as of a name with two addresses, have no message of their own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ');
}

function adviceOn(error: unknown): string {
  const state = sqlStateOf(error);
  if (state === undefined) return 'Check that Postgres runs there and can be reached.';
  if (REFUSALS.has(state))
    return 'Check the user, the password and the database in DATABASE_URL, and what the user may do.';
  if (state === '25006') return 'This server only lets itself be read: let DATABASE_URL name the primary.';
  if (state.startsWith('53')) return "Check the server's free space, memory and max_connections.";
  if (state.startsWith('57P')) return 'The server is stopping or starting: it is tried again.';
  return "Look into the server's log.";
}
