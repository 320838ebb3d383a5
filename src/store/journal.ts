import type { CompiledQuery, Kysely, Transaction } from 'kysely';
import { requireToken } from './leases.js';
import { fromJson, requireId, requireMs, requireSeq, toJson } from './records.js';
import type { JournalEntry, StoredSite } from './store.js';
import { StoreError } from './storeError.js';
import type { Tables } from './tables.js';

/** A snapshot trims at most so many events, since the whole process waits for it; the next one goes on. */
const TRIM_MAX_EVENTS = 10_000;

/** Consecutive events of one site. */
export interface JournalRun {
  readonly siteId: string;
  /** The owner's, checked as the seq moves on. */
  readonly token: number | undefined;
  readonly firstSeq: number;
  lastSeq: number;
  readonly rows: (readonly [siteId: string, seq: number, atMs: number, eventJson: string])[];
}

/** Checks the entries and turns them into rows; throws INVALID_RECORD, or SEQ_GAP where they skip one among themselves. */
export function toRuns(entries: readonly JournalEntry[]): readonly JournalRun[] {
  const runs: JournalRun[] = [];
  for (const { siteId, seq, atMs, event, token } of entries) {
    requireId('siteId', siteId);
    requireToken(token);
    requireSeq('seq', seq);
    requireMs('atMs', atMs);
    const row = [siteId, seq, atMs, toJson('event', event)] as const;
    const run = runs.at(-1);
    if (run?.siteId === siteId && run.token === token && seq === run.lastSeq + 1) {
      run.rows.push(row);
      run.lastSeq = seq;
    } else {
      runs.push({ siteId, token, firstSeq: seq, lastSeq: seq, rows: [row] });
    }
  }
  return runs;
}

/** The hot path's statement, compiled once; the parameters are a row's. */
export function compileInsertEvent(db: Kysely<Tables>): CompiledQuery {
  return db.insertInto('events').values({ siteId: '', seq: 0, atMs: 0, eventJson: '' }).compile();
}

export async function appendRun(
  transaction: Transaction<Tables>,
  insertEvent: CompiledQuery,
  run: JournalRun,
): Promise<void> {
  const rows = (await advance(transaction, run)) ? run.rows : await advanceBeyondStored(transaction, run);
  for (const row of rows) await transaction.executeQuery({ ...insertEvent, parameters: row });
}

/**
 * Compare and swap of the site's last seq, and of its token. It catches a second writer also where the event that would collide has
 * been trimmed, and a lost event, which a unique key alone would let through. Answers whether the run comes next.
 */
async function advance(
  transaction: Transaction<Tables>,
  { siteId, token, firstSeq, lastSeq }: Pick<JournalRun, 'siteId' | 'token' | 'firstSeq' | 'lastSeq'>,
): Promise<boolean> {
  if (firstSeq === 1) {
    const inserted = await transaction
      .insertInto('sites')
      .values({ siteId, lastSeq, token: 0 })
      .onConflict((conflict) => {
        const begun = conflict.column('siteId').doUpdateSet({ lastSeq }).where('sites.lastSeq', '=', 0);
        return token === undefined ? begun : begun.where('sites.token', '<=', token);
      })
      .executeTakeFirst();
    return inserted.numInsertedOrUpdatedRows === 1n;
  }
  const next = transaction
    .updateTable('sites')
    .set({ lastSeq })
    .where('siteId', '=', siteId)
    .where('lastSeq', '=', firstSeq - 1);
  const updated = await (token === undefined ? next : next.where('token', '<=', token)).executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

/**
 * The run does not come next. Where it begins with what is stored already, the very same, its writer never heard that it was:
 * answers the rows that are still to be written. Throws where it is anything else.
 */
async function advanceBeyondStored(transaction: Transaction<Tables>, run: JournalRun): Promise<JournalRun['rows']> {
  const { siteId, token, firstSeq, lastSeq } = run;
  const site = await readHead(transaction, siteId);
  requireCurrent(siteId, { token, highest: site.token });
  if (firstSeq > site.lastSeq + 1) {
    throw new StoreError(
      'SEQ_GAP',
      `Event ${firstSeq} of site ${siteId} can't follow event ${site.lastSeq}: those between were never stored. Load the site again.`,
    );
  }
  const storedUntil = Math.min(lastSeq, site.lastSeq);
  const storedCount = storedUntil + 1 - firstSeq;
  const isRepeated = await areStored(transaction, siteId, run.rows.slice(0, storedCount));
  const rest = { siteId, token, firstSeq: storedUntil + 1, lastSeq };
  if (!isRepeated || (lastSeq > storedUntil && !(await advance(transaction, rest)))) {
    throw new StoreError(
      'SEQ_TAKEN',
      `Event ${firstSeq} of site ${siteId} is already stored (the last one is ${site.lastSeq}): another writer owns the site. Load it again, or stop.`,
    );
  }
  return run.rows.slice(storedCount);
}

async function areStored(transaction: Transaction<Tables>, siteId: string, rows: JournalRun['rows']): Promise<boolean> {
  for (const [, seq, atMs, eventJson] of rows) {
    const stored = await transaction
      .selectFrom('events')
      .select(['atMs', 'eventJson'])
      .where('siteId', '=', siteId)
      .where('seq', '=', seq)
      .executeTakeFirst();
    if (stored?.atMs !== atMs || stored.eventJson !== eventJson) return false;
  }
  return true;
}

interface SiteHead {
  readonly lastSeq: number;
  readonly token: number;
}

/** Zeros before the first event and the first owner. */
async function readHead(db: Kysely<Tables>, siteId: string): Promise<SiteHead> {
  const site = await db
    .selectFrom('sites')
    .select(['lastSeq', 'token'])
    .where('siteId', '=', siteId)
    .executeTakeFirst();
  return site ?? { lastSeq: 0, token: 0 };
}

function requireCurrent(
  siteId: string,
  { token, highest }: { readonly token: number | undefined; readonly highest: number },
): void {
  if (token === undefined || token >= highest) return;
  throw new StoreError(
    'STALE_TOKEN',
    `Site ${siteId} has another owner by now (token ${token}; the newest is ${highest}). Stop working on it.`,
  );
}

/** For what is written beside the journal. A call without a token passes. */
export async function requireOwner(
  transaction: Transaction<Tables>,
  siteId: string,
  token: number | undefined,
): Promise<void> {
  if (token === undefined) return;
  // Changes nothing, but holds the row: whoever takes the site waits until this is written.
  const current = await transaction
    .updateTable('sites')
    .set((row) => ({ token: row.ref('token') }))
    .where('siteId', '=', siteId)
    .where('token', '<=', token)
    .executeTakeFirst();
  if (current.numUpdatedRows === 1n) return;
  const { token: highest } = await readHead(transaction, siteId);
  requireCurrent(siteId, { token, highest });
}

export interface SnapshotRow {
  readonly siteId: string;
  readonly seq: number;
  readonly atMs: number;
  readonly stateJson: string;
}

export interface SnapshotTerms {
  readonly keepAfterMs: number;
  readonly token: number | undefined;
}

/** Keeps the snapshot and trims what it covers. One that is older than the stored one changes nothing: its events may be gone. */
export async function replaceSnapshot(
  transaction: Transaction<Tables>,
  { siteId, seq, atMs, stateJson }: SnapshotRow,
  { keepAfterMs, token }: SnapshotTerms,
): Promise<void> {
  await requireOwner(transaction, siteId, token);
  const head = await readHead(transaction, siteId);
  if (seq > head.lastSeq) {
    throw new StoreError(
      'SEQ_GAP',
      `A snapshot of site ${siteId} at event ${seq} can't be kept: the last stored event is ${head.lastSeq}. Await the append first.`,
    );
  }
  const written = await transaction
    .insertInto('snapshots')
    .values({ siteId, seq, atMs, stateJson })
    .onConflict((conflict) =>
      conflict.column('siteId').doUpdateSet({ seq, atMs, stateJson }).where('snapshots.seq', '<=', seq),
    )
    .executeTakeFirst();
  if (written.numInsertedOrUpdatedRows === 1n) await trim(transaction, { siteId, seq, keepAfterMs });
}

/**
 * Deletes from the oldest event on, up to the first that must be kept, so that the journal never has a hole even where a clock
 * was set back.
 */
async function trim(
  transaction: Transaction<Tables>,
  { siteId, seq, keepAfterMs }: { siteId: string; seq: number; keepAfterMs: number },
): Promise<void> {
  const ofSite = transaction.selectFrom('events').select('seq').where('siteId', '=', siteId).orderBy('seq').limit(1);
  const oldest = await ofSite.executeTakeFirst();
  if (oldest === undefined) return;
  const reachedSeq = Math.min(seq + 1, oldest.seq + TRIM_MAX_EVENTS);
  const firstKept = await ofSite.where('seq', '<', reachedSeq).where('atMs', '>=', keepAfterMs).executeTakeFirst();
  const endSeq = firstKept?.seq ?? reachedSeq;
  await transaction.deleteFrom('events').where('siteId', '=', siteId).where('seq', '<', endSeq).execute();
}

export async function readSite(transaction: Transaction<Tables>, siteId: string): Promise<StoredSite> {
  const snapshot = await transaction
    .selectFrom('snapshots')
    .select(['seq', 'stateJson'])
    .where('siteId', '=', siteId)
    .executeTakeFirst();
  const events = await transaction
    .selectFrom('events')
    .select(['seq', 'atMs', 'eventJson'])
    .where('siteId', '=', siteId)
    .where('seq', '>', snapshot?.seq ?? 0)
    .orderBy('seq')
    .execute();
  return {
    snapshot:
      snapshot === undefined
        ? undefined
        : { seq: snapshot.seq, state: fromJson(`The snapshot of site ${siteId}`, snapshot.stateJson) },
    events: events.map(({ seq, atMs, eventJson }) => ({
      seq,
      atMs,
      event: fromJson(`Event ${seq} of site ${siteId}`, eventJson),
    })),
  };
}

export async function removeSite(
  transaction: Transaction<Tables>,
  siteId: string,
  token: number | undefined,
): Promise<void> {
  await requireOwner(transaction, siteId, token);
  await transaction.deleteFrom('events').where('siteId', '=', siteId).execute();
  await transaction.deleteFrom('snapshots').where('siteId', '=', siteId).execute();
  await transaction.deleteFrom('stations').where('siteId', '=', siteId).execute();
  // What had an owner keeps its token, so that this owner's orders stay known as old should the site be made anew.
  await transaction.deleteFrom('sites').where('siteId', '=', siteId).where('token', '=', 0).execute();
  await transaction.updateTable('sites').set({ lastSeq: 0 }).where('siteId', '=', siteId).execute();
}
