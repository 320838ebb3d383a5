/** Every way in which the store fails. The codes are stable; the messages say what the reader can do. */
export type StoreErrorCode =
  /** Another process has this data directory open, or runs on this database. */
  | 'STORE_IN_USE'
  /** What is to be filled has something in it. */
  | 'STORE_NOT_EMPTY'
  /** The data was written by a newer version of the program. */
  | 'STORE_TOO_NEW'
  /** The file is not ours, or is damaged. */
  | 'STORE_UNREADABLE'
  /** The data directory can't be made or written, or the database can't be reached. */
  | 'STORE_UNAVAILABLE'
  /** This Node has no SQLite, and the optional package that stands in for it is not installed. */
  | 'STORE_NO_SQLITE'
  /** DATABASE_URL is set, and the optional package that speaks to Postgres is not installed. */
  | 'STORE_NO_POSTGRES'
  /** The store was closed before this call. */
  | 'STORE_CLOSED'
  /**
   * The disk or the database refused: full, read-only, gone. The same call may be made again. Nothing of it is kept, but where a
   * connection broke in mid-commit, that may be all of it: to make the very same call again is then taken as done.
   */
  | 'STORE_WRITE_FAILED'
  /** The entry's seq was used before: there are two writers, or a writer that works on an old state. */
  | 'SEQ_TAKEN'
  /** The entry's seq, or the snapshot's, runs ahead of the journal: something before it was lost. */
  | 'SEQ_GAP'
  /** Another process owns the site by now. Whoever is told so stops: it decides nothing and sends nothing more for the site. */
  | 'STALE_TOKEN'
  /** Another site lists the station. */
  | 'STATION_TAKEN'
  /** What was handed in can't be stored and read back the same. */
  | 'INVALID_RECORD';

const RETRYABLE: ReadonlySet<StoreErrorCode> = new Set(['STORE_IN_USE', 'STORE_UNAVAILABLE', 'STORE_WRITE_FAILED']);

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }

  /** The same call may succeed later. The others stay as they are until somebody mends something. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }
}
