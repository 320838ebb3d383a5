import { setImmediate } from 'node:timers';
import type { ControlledTransaction, Kysely, Transaction } from 'kysely';
import { StoreError } from './storeError.js';
import type { Tables } from './tables.js';

/** Larger groups save no more time, and hold the others up. */
const GROUP_MAX_OPERATIONS = 1_000;
/** Writes that wait beyond this mean that the disk does not keep up; they are refused rather than piled up in memory. */
const WAITING_MAX_OPERATIONS = 100_000;
const SAVEPOINT = 'operation';

interface Operation {
  readonly apply: (transaction: Transaction<Tables>) => Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The one way to write. A commit costs a flush of the disk, so that all writes that came in meanwhile share the next one, in the
 * order they came. Each is all or nothing by itself: one that fails leaves the others of its commit alone.
 */
export class GroupCommit {
  readonly #db: Kysely<Tables>;
  #waiting: Operation[] = [];
  #draining: Promise<void> | undefined;
  #closed = false;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Resolves when what `apply` wrote is durable. Rejects with a StoreError when nothing of it is kept. */
  run(apply: Operation['apply']): Promise<void> {
    if (this.#closed) return Promise.reject(new StoreError('STORE_CLOSED', 'The store is closed.'));
    if (this.#waiting.length >= WAITING_MAX_OPERATIONS) return Promise.reject(tooManyWaiting());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ apply, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Takes no more, and resolves when what was taken is settled. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // After all that this turn of the event loop brings in: the messages of many sockets share one commit. And between commits
      // the sockets get their turn, however much is waiting.
      await new Promise<void>((resolve) => setImmediate(resolve));
      const group = this.#waiting.slice(0, GROUP_MAX_OPERATIONS);
      this.#waiting = this.#waiting.slice(GROUP_MAX_OPERATIONS);
      await commitGroup(this.#db, group);
    }
    this.#draining = undefined;
  }
}

/** Settles every operation of the group. Never rejects. */
async function commitGroup(db: Kysely<Tables>, group: readonly Operation[]): Promise<void> {
  const applied: Operation[] = [];
  try {
    const transaction = await db.startTransaction().execute();
    try {
      for (const operation of group) {
        if (await applyAlone(transaction, operation)) applied.push(operation);
      }
      await transaction.commit().execute();
    } catch (error) {
      await rollBack(transaction);
      throw error;
    }
    for (const operation of applied) operation.resolve();
  } catch (error) {
    // Those that were rejected by themselves stay so: a promise settles once.
    for (const operation of group) operation.reject(writeFailed(error));
  }
}

/** Answers whether it is part of the commit. Throws when the transaction as a whole can't go on. */
async function applyAlone(transaction: ControlledTransaction<Tables>, operation: Operation): Promise<boolean> {
  const nested = await transaction.savepoint(SAVEPOINT).execute();
  try {
    await operation.apply(nested);
  } catch (error) {
    await undo(nested, error);
    operation.reject(error instanceof StoreError ? error : writeFailed(error));
    return false;
  }
  await nested.releaseSavepoint(SAVEPOINT).execute();
  return true;
}

/** Throws the error itself where it has ended the whole transaction, as a full disk does: there is no savepoint left then. */
async function undo(nested: ControlledTransaction<Tables, [typeof SAVEPOINT]>, error: unknown): Promise<void> {
  try {
    await nested.rollbackToSavepoint(SAVEPOINT).execute();
    await nested.releaseSavepoint(SAVEPOINT).execute();
  } catch {
    throw error;
  }
}

async function rollBack(transaction: ControlledTransaction<Tables>): Promise<void> {
  try {
    await transaction.rollback().execute();
  } catch {
    // SQLite has rolled back by itself (a full disk does that). The error that led here is the one that callers are told.
  }
}

function writeFailed(cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreError(
    'STORE_WRITE_FAILED',
    `The data could not be written (${reason}). Check the free space and the health of the disk that holds EVENKEEL_DATA_DIR.`,
    cause,
  );
}

function tooManyWaiting(): StoreError {
  return new StoreError(
    'STORE_WRITE_FAILED',
    `More than ${WAITING_MAX_OPERATIONS} writes wait for the disk. Use a faster disk, or serve fewer sites from this process.`,
  );
}
