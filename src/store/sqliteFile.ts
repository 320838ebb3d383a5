import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { StoreError } from './storeError.js';

/**
 * What we use of node:sqlite's DatabaseSync. Node has it built in from 22.13 on; on Node 20 @photostructure/sqlite is the same,
 * compiled apart.
 */
export interface SqliteFile {
  exec(sql: string): void;
  prepare(sql: string): SqliteFileStatement;
  close(): void;
}

export interface SqliteFileStatement {
  all(...parameters: unknown[]): unknown[];
  get(...parameters: unknown[]): unknown;
  run(...parameters: unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  iterate(...parameters: unknown[]): IterableIterator<unknown>;
}

type OpenSqlite = new (path: string) => SqliteFile;

export const FILE_NAME = 'evenkeel.db';
/** How long a process that is just ending gets to let go of the file. SQLite waits inside the call, so it is kept short. */
const BUSY_TIMEOUT_MS = 2_000;
/** The write-ahead log is cut back to this after a checkpoint, so that one large burst does not keep its space for ever. */
const JOURNAL_SIZE_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Opens evenkeel.db in `dataDir`, making both if need be, readable by their owner only: credentials lie in it.
 *
 * The file is this process's alone until it closes it or dies: the operating system holds the lock (SQLite's exclusive locking
 * mode), so none is left behind by kill -9 or a power cut, and a second process can't open it by mistake.
 */
export function openSqliteFile(dataDir: string): SqliteFile {
  const OpenSqlite = findSqlite();
  const directory = resolve(dataDir);
  const path = join(directory, FILE_NAME);
  makeOwnerOnly(directory, path);
  let file: SqliteFile | undefined;
  try {
    file = new OpenSqlite(path);
    prepareFile(file);
    return file;
  } catch (error) {
    file?.close();
    throw explain(error, { directory, path });
  }
}

function prepareFile(file: SqliteFile): void {
  file.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  // Before the first access, or the lock would be given back after each transaction.
  file.exec('PRAGMA locking_mode = EXCLUSIVE');
  file.exec('PRAGMA journal_mode = WAL');
  // FULL: a commit returns when the log is on the disk itself. fullfsync makes macOS mean it too.
  file.exec('PRAGMA synchronous = FULL');
  file.exec('PRAGMA fullfsync = ON');
  file.exec('PRAGMA foreign_keys = ON');
  file.exec(`PRAGMA journal_size_limit = ${JOURNAL_SIZE_LIMIT_BYTES}`);
  // Takes the lock now, and reads the file's head: who can't have either hears of it here and not at the first write.
  file.exec('BEGIN EXCLUSIVE; COMMIT');
}

/**
 * Closes the file and gives up its lock. Closing alone is not enough: @photostructure/sqlite leaves prepared statements to the
 * garbage collector, and SQLite keeps a connection, lock and all, until the last of them is gone. The write-ahead log and the
 * exclusive mode are left first, which also leaves a single file behind, fit to be copied.
 */
export function closeSqliteFile(file: SqliteFile): void {
  try {
    file.exec('PRAGMA journal_mode = DELETE');
    file.exec('PRAGMA locking_mode = NORMAL');
    file.exec('SELECT count(*) FROM sqlite_master');
  } finally {
    file.close();
  }
}

/**
 * The file is made here and not by SQLite, to be its owner's only from the start; SQLite gives its log the same mode. One that
 * exists is not even opened: closing any handle to it would give back the locks this process may hold on it (POSIX).
 */
function makeOwnerOnly(directory: string, path: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (isFile(path)) return;
    throw new StoreError(
      'STORE_UNAVAILABLE',
      `The data directory ${directory} can't be made or written (${describe(error)}). Make it writable, or set EVENKEEL_DATA_DIR to one that is.`,
      error,
    );
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The package is optional, so that it is loaded without the compiler looking for it: it may not be there when we are built. */
function findSqlite(): OpenSqlite {
  const builtIn: unknown = process.getBuiltinModule?.('node:sqlite');
  if (hasDatabaseSync(builtIn)) return builtIn.DatabaseSync;
  try {
    const installed: unknown = createRequire(import.meta.url)('@photostructure/sqlite');
    if (hasDatabaseSync(installed)) return installed.DatabaseSync;
  } catch (error) {
    throw noSqlite(error);
  }
  throw noSqlite();
}

function hasDatabaseSync(module: unknown): module is { DatabaseSync: OpenSqlite } {
  return typeof module === 'object' && module !== null && 'DatabaseSync' in module;
}

function noSqlite(cause?: unknown): StoreError {
  return new StoreError(
    'STORE_NO_SQLITE',
    `Node ${process.versions.node} has no SQLite of its own and the package @photostructure/sqlite could not be loaded. Use Node 22.13 or newer, or install the package with "npm install @photostructure/sqlite".`,
    cause,
  );
}

/** SQLite's result codes: https://www.sqlite.org/rescode.html. The low byte is the primary one. */
function explain(error: unknown, { directory, path }: { directory: string; path: string }): unknown {
  switch (sqlitePrimaryCode(error)) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
      return new StoreError(
        'STORE_IN_USE',
        `The data directory ${directory} is in use by another Evenkeel process. Stop that one first, or set EVENKEEL_DATA_DIR to another directory.`,
        error,
      );
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
      return new StoreError(
        'STORE_UNREADABLE',
        `${path} is damaged or is not an Evenkeel database (${describe(error)}). Restore it from a backup, or move it away to start empty.`,
        error,
      );
    default:
      return new StoreError(
        'STORE_UNAVAILABLE',
        `${path} can't be opened (${describe(error)}). Check its permissions and the free space of its disk.`,
        error,
      );
  }
}

function sqlitePrimaryCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
