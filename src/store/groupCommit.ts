import { setImmediate } from 'node:timers';
import type { ControlledTransaction, Kysely, Transaction } from 'kysely';
import type { JournalRun } from './journal.js';
import { StoreError } from './storeError.js';
import type { Tables } from './tables.js';

/** Larger groups save no more time, and hold the others up. */
const GROUP_MAX_OPERATIONS = 1_000;
/** Writes that wait beyond this mean that the disk does not keep up; they are refused rather than piled up in memory. */
const WAITING_MAX_OPERATIONS = 100_000;
const SAVEPOINT = 'operation';

type Apply = (transaction: Transaction<Tables>) => Promise<void>;

interface Operation {
  readonly apply: Apply;
  /** What it appends, where it does nothing else. */
  readonly runs: readonly JournalRun[] | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions {
  readonly db: Kysely<Tables>;
  /** Says what became of a write, and what to do about it. */
  readonly writeFailed: (cause: unknown) => StoreError;
  /** Where each statement is a journey, many appends are made with one of them. Throws, having kept nothing, unless all succeed. */
  readonly appendTogether?: (db: Kysely<Tables>, runs: readonly JournalRun[]) => Promise<void>;
  /** What `appendTogether` is given of many appends; undefined: these are to be made one by one. */
  readonly mergeRuns?: (runs: readonly JournalRun[]) => readonly JournalRun[] | undefined;
}

/**
 * The one way to write. A commit costs a flush of the disk, so that all writes that came in meanwhile share the next one, in the
 * order they came. Each is all or nothing by itself: one that fails leaves the others of its commit alone.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #waiting: Operation[] = [];
  #draining: Promise<void> | undefined;
  #closed = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** Resolves when what `apply` wrote is durable. Rejects with a StoreError when nothing of it is kept. */
  run(apply: Apply, runs?: readonly JournalRun[]): Promise<void> {
    if (this.#closed) return Promise.reject(new StoreError('STORE_CLOSED', 'The store is closed.'));
    if (this.#waiting.length >= WAITING_MAX_OPERATIONS) return Promise.reject(tooManyWaiting());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ apply, runs, resolve, reject });
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
      await commitGroup(this.#options, group);
    }
    this.#draining = undefined;
  }
}

/** Settles every operation of the group. Never rejects. */
async function commitGroup(options: GroupCommitOptions, group: readonly Operation[]): Promise<void> {
  // By itself each statement is a transaction: when all can be done with one, that is one way to the server and back.
  if (isAppending(group) && (await together(options, options.db, group))) {
    for (const operation of group) operation.resolve();
    return;
  }
  const applied: Operation[] = [];
  try {
    const transaction = await options.db.startTransaction().execute();
    try {
      for (const part of parts(options, group)) applied.push(...(await applyPart(options, transaction, part)));
      await transaction.commit().execute();
    } catch (error) {
      await rollBack(transaction);
      throw error;
    }
    for (const operation of applied) operation.resolve();
  } catch (error) {
    // Those that were rejected by themselves stay so: a promise settles once.
    for (const operation of group) operation.reject(options.writeFailed(error));
  }
}

function isAppending(part: readonly Operation[]): boolean {
  return part.every(({ runs }) => runs !== undefined);
}

/** Answers whether all was appended; what was wrong comes out again when it is done one by one. */
async function together(
  { appendTogether, mergeRuns }: GroupCommitOptions,
  db: Kysely<Tables>,
  part: readonly Operation[],
): Promise<boolean> {
  const merged = mergeRuns?.(part.flatMap(({ runs }) => runs ?? []));
  if (appendTogether === undefined || merged === undefined) return false;
  try {
    await appendTogether(db, merged);
    return true;
  } catch {
    return false;
  }
}

/** In order, each a part by itself but for appends that follow each other. */
function parts({ appendTogether }: GroupCommitOptions, group: readonly Operation[]): readonly (readonly Operation[])[] {
  if (appendTogether === undefined) return group.map((operation) => [operation]);
  const all: Operation[][] = [];
  for (const operation of group) {
    const last = all.at(-1);
    if (last !== undefined && operation.runs !== undefined && isAppending(last)) last.push(operation);
    else all.push([operation]);
  }
  return all;
}

/** Answers those that are part of the commit. Throws when the transaction as a whole can't go on. */
async function applyPart(
  options: GroupCommitOptions,
  transaction: ControlledTransaction<Tables>,
  part: readonly Operation[],
): Promise<readonly Operation[]> {
  if (part.length > 1) {
    const nested = await transaction.savepoint(SAVEPOINT).execute();
    const done = await together(options, nested, part);
    if (!done) await nested.rollbackToSavepoint(SAVEPOINT).execute();
    await nested.releaseSavepoint(SAVEPOINT).execute();
    if (done) return part;
  }
  const applied: Operation[] = [];
  for (const operation of part) if (await applyAlone(options, transaction, operation)) applied.push(operation);
  return applied;
}

/** Answers whether it is part of the commit. Throws when the transaction as a whole can't go on. */
async function applyAlone(
  { writeFailed }: GroupCommitOptions,
  transaction: ControlledTransaction<Tables>,
  operation: Operation,
): Promise<boolean> {
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
    // The database has rolled back by itself (SQLite does when its disk is full), or is gone. The error that led here is the one that callers are told.
  }
}

function tooManyWaiting(): StoreError {
  return new StoreError(
    'STORE_WRITE_FAILED',
    `More than ${WAITING_MAX_OPERATIONS} writes wait for the disk. Use a faster one, or serve fewer sites from this process.`,
  );
}
