import { type RawBuilder, type SqliteDatabase, SqliteDialect, type SqliteStatement, sql } from 'kysely';
import { closeSqliteFile, type SqliteFile, type SqliteFileStatement } from './sqliteFile.js';

/** Compiling SQL costs more than running it. The store has a few dozen statements; the bound only guards against a mistake. */
const PREPARED_MAX = 200;
const RETURNS_ROWS = /^\s*(select|with|values|pragma|explain)\b|\breturning\b/i;

/** Kysely's own SQLite dialect expects a better-sqlite3 database; this gives a node:sqlite one that shape. */
export function sqliteDialect(file: SqliteFile): SqliteDialect {
  return new SqliteDialect({ database: asBetterSqlite(file) });
}

/** One process has the file, so that its clock is the database's. */
export function sqliteNow(nowMs: () => number): () => RawBuilder<number> {
  return () => sql<number>`${nowMs()}`;
}

function asBetterSqlite(file: SqliteFile): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => closeSqliteFile(file),
    prepare: (sql) => {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      const statement = asBetterStatement(sql, file.prepare(sql));
      if (prepared.size >= PREPARED_MAX) prepared.clear();
      prepared.set(sql, statement);
      return statement;
    },
  };
}

function asBetterStatement(sql: string, statement: SqliteFileStatement): SqliteStatement {
  return {
    // node:sqlite tells a statement's columns only from 22.16 on. The SQL is Kysely's or ours, never a stranger's.
    reader: RETURNS_ROWS.test(sql),
    all: (parameters) => statement.all(...parameters),
    run: (parameters) => statement.run(...parameters),
    iterate: (parameters) => statement.iterate(...parameters),
  };
}
