import { createRequire } from 'node:module';
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, type PostgresQueryResult } from 'kysely';
import type pg from 'pg';
import { StoreError } from '../storeError.js';
import type { Tables } from '../tables.js';
import { breaksConnection } from './postgresErrors.js';

/** What a pool is for. Each has its own, so that none waits for the others: a long list of sessions never costs a lease. */
export interface PoolPurpose {
  /** As the server shows it, in pg_stat_activity. */
  readonly name: string;
  readonly connectionsMax: number;
  /** For a new connection, or for one that is in use. */
  readonly connectMaxMs: number;
  /** After this the server gives a statement up. */
  readonly statementMaxMs: number;
  /** After so long between two statements of a transaction the server takes its process for cut off or stopped, and ends it. */
  readonly pauseMaxMs: number;
}

/**
 * Between two statements of a transaction locks are held on its sites: whoever takes these over from a process that was stopped there
 * waits for no longer than this.
 */
const PAUSE_MAX_MS = 2_000;
/** Many writes share a transaction of many statements, and between two of them its process may have much else to do. */
const WRITES_PAUSE_MAX_MS = 4_000;

/** The group commit has one transaction at a time. */
export const WRITES: PoolPurpose = {
  name: 'evenkeel writes',
  connectionsMax: 1,
  connectMaxMs: 5_000,
  statementMaxMs: 10_000,
  pauseMaxMs: WRITES_PAUSE_MAX_MS,
};
/** A lease lasts a few seconds: what takes longer is of no use to its owner. */
export const LEASES: PoolPurpose = {
  name: 'evenkeel leases',
  connectionsMax: 2,
  connectMaxMs: 2_000,
  statementMaxMs: 2_000,
  pauseMaxMs: PAUSE_MAX_MS,
};
export const READS: PoolPurpose = {
  name: 'evenkeel reads',
  connectionsMax: 6,
  connectMaxMs: 5_000,
  statementMaxMs: 30_000,
  pauseMaxMs: PAUSE_MAX_MS,
};
/** Changing a large table takes its time, and so does waiting for another process that does it. */
export const MIGRATIONS: PoolPurpose = {
  name: 'evenkeel migration',
  connectionsMax: 1,
  connectMaxMs: 5_000,
  statementMaxMs: 600_000,
  pauseMaxMs: 600_000,
};

/** The server's answer that it gave a statement up may take so long; then the connection is taken for dead. */
const ANSWER_MAX_MS = 1_000;
const IDLE_MAX_MS = 60_000;
/** Now and then a new one, so that connections spread again after a server behind the same name came or went. */
const LIFETIME_MAX_SECONDS = 3_600;
const KEEP_ALIVE_AFTER_MS = 10_000;
/** Of the few dozen statements that the store has, a connection keeps what the server made of them. Longer ones differ each time. */
const PREPARED_MAX = 100;
const PREPARED_MAX_LENGTH = 2_000;
const BIGINT_OID = 20;

/** A database may be set to answer a commit before it is on its disk. This program never wants that; anything stricter is left alone. */
const KEEP_COMMITS = `select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`;

export function openPool(url: string, purpose: PoolPurpose): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: new FailFastPool(url, purpose) }) });
}

/**
 * A pool that never lends a connection again that it has reason to mistrust, and in which no statement waits for ever: not even where
 * the network swallows every packet.
 */
class FailFastPool implements PostgresPool {
  readonly #pool: pg.Pool;
  readonly #statementNames = new Map<string, string>();

  constructor(url: string, purpose: PoolPurpose) {
    const { Pool, types } = loadDriver();
    this.#pool = new Pool({
      connectionString: url,
      application_name: purpose.name,
      max: purpose.connectionsMax,
      connectionTimeoutMillis: purpose.connectMaxMs,
      statement_timeout: purpose.statementMaxMs,
      query_timeout: purpose.statementMaxMs + ANSWER_MAX_MS,
      idle_in_transaction_session_timeout: purpose.pauseMaxMs,
      idleTimeoutMillis: IDLE_MAX_MS,
      maxLifetimeSeconds: LIFETIME_MAX_SECONDS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      // Seqs, instants and counts: all of them far below 2^53.
      types: {
        getTypeParser: (oid, format) => (oid === BIGINT_OID ? Number : types.getTypeParser(oid, format)),
      },
      onConnect: async (client) => {
        await client.query(KEEP_COMMITS);
      },
    });
    // Of an idle connection: it is dropped, and whoever needs one gets a new one, or hears why not.
    this.#pool.on('error', () => undefined);
  }

  async connect(): Promise<PostgresPoolClient> {
    const client = await this.#pool.connect();
    let isBroken = false;
    const onError = () => {
      isBroken = true;
    };
    client.on('error', onError);
    const query = async <R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>> => {
      try {
        const result = await client.query({ ...this.#named(text), text, values: [...values] });
        return checked(text, result);
      } catch (error) {
        isBroken ||= breaksConnection(error);
        throw error;
      }
    };
    const release = () => {
      client.off('error', onError);
      client.release(isBroken);
    };
    return { query, release } as PostgresPoolClient;
  }

  end(): Promise<void> {
    return this.#pool.end();
  }

  #named(text: string): { readonly name?: string } {
    const known = this.#statementNames.get(text);
    if (known !== undefined) return { name: known };
    if (text.length > PREPARED_MAX_LENGTH || this.#statementNames.size >= PREPARED_MAX) return {};
    const name = `s${this.#statementNames.size}`;
    this.#statementNames.set(text, name);
    return { name };
  }
}

/** To the commit of a transaction in which something failed Postgres answers, without an error, that it was rolled back. */
function checked<R>(text: string, result: pg.QueryResult): PostgresQueryResult<R> {
  if (text === 'commit' && result.command !== 'COMMIT') throw new Error('the transaction was rolled back');
  return result as unknown as PostgresQueryResult<R>;
}

/** The package is optional, so that it is loaded by whoever needs it. */
function loadDriver(): typeof pg {
  try {
    return createRequire(import.meta.url)('pg') as typeof pg;
  } catch (error) {
    throw new StoreError(
      'STORE_NO_POSTGRES',
      'DATABASE_URL is set, but the package pg could not be loaded. Install it with "npm install pg", or unset DATABASE_URL.',
      error,
    );
  }
}
