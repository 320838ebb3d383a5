import type { CompiledQuery, Kysely, Transaction } from 'kysely';
import { fromJson, requireId, requireMs, requireSeq, toJson } from './records.js';
import type { JournalEntry, StoredSite } from './store.js';
import { StoreError } from './storeError.js';
import type { Tables } from './tables.js';

/** A snapshot trims at most so many events, since the whole process waits for it; the next one goes on. */
const TRIM_MAX_EVENTS = 10_000;

/** Consecutive events of one site. */
interface JournalRun {
  readonly siteId: string;
  readonly firstSeq: number;
  lastSeq: number;
  readonly rows: (readonly [siteId: string, seq: number, atMs: number, eventJson: string])[];
}

/** Checks the entries and turns them into rows; throws INVALID_RECORD, or SEQ_GAP where they skip one among themselves. */
export function toRuns(entries: readonly JournalEntry[]): readonly JournalRun[] {
  const runs: JournalRun[] = [];
  for (const { siteId, seq, atMs, event } of entries) {
    requireId('siteId', siteId);
    requireSeq('seq', seq);
    requireMs('atMs', atMs);
    const row = [siteId, seq, atMs, toJson('event', event)] as const;
    const run = runs.at(-1);
    if (run?.siteId === siteId && seq === run.lastSeq + 1) {
      run.rows.push(row);
      run.lastSeq = seq;
    } else {
      runs.push({ siteId, firstSeq: seq, lastSeq: seq, rows: [row] });
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
  await advance(transaction, run);
  for (const row of run.rows) await transaction.executeQuery({ ...insertEvent, parameters: row });
}

/**
 * Compare and swap of the site's last seq. It catches a second writer also where the event that would collide has been trimmed,
 * and a lost event, which a unique key alone would let through.
 */
async function advance(transaction: Transaction<Tables>, { siteId, firstSeq, lastSeq }: JournalRun): Promise<void> {
  if (firstSeq === 1) {
    const inserted = await transaction
      .insertInto('sites')
      .values({ siteId, lastSeq })
      .onConflict((conflict) => conflict.column('siteId').doNothing())
      .executeTakeFirst();
    if (inserted.numInsertedOrUpdatedRows === 1n) return;
  } else {
    const updated = await transaction
      .updateTable('sites')
      .set({ lastSeq })
      .where('siteId', '=', siteId)
      .where('lastSeq', '=', firstSeq - 1)
      .executeTakeFirst();
    if (updated.numUpdatedRows === 1n) return;
  }
  const storedSeq = await lastSeqOf(transaction, siteId);
  if (firstSeq > storedSeq + 1) {
    throw new StoreError(
      'SEQ_GAP',
      `Event ${firstSeq} of site ${siteId} can't follow event ${storedSeq}: those between were never stored. Load the site again.`,
    );
  }
  throw new StoreError(
    'SEQ_TAKEN',
    `Event ${firstSeq} of site ${siteId} is already stored (the last one is ${storedSeq}): another writer owns the site. Load it again, or stop.`,
  );
}

/** 0 before the first event. */
async function lastSeqOf(transaction: Transaction<Tables>, siteId: string): Promise<number> {
  const site = await transaction.selectFrom('sites').select('lastSeq').where('siteId', '=', siteId).executeTakeFirst();
  return site?.lastSeq ?? 0;
}

export interface SnapshotRow {
  readonly siteId: string;
  readonly seq: number;
  readonly atMs: number;
  readonly stateJson: string;
}

/** Keeps the snapshot and trims what it covers. One that is older than the stored one changes nothing: its events may be gone. */
export async function replaceSnapshot(
  transaction: Transaction<Tables>,
  { siteId, seq, atMs, stateJson }: SnapshotRow,
  keepAfterMs: number,
): Promise<void> {
  const storedSeq = await lastSeqOf(transaction, siteId);
  if (seq > storedSeq) {
    throw new StoreError(
      'SEQ_GAP',
      `A snapshot of site ${siteId} at event ${seq} can't be kept: the last stored event is ${storedSeq}. Await the append first.`,
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

export async function removeSite(transaction: Transaction<Tables>, siteId: string): Promise<void> {
  await transaction.deleteFrom('events').where('siteId', '=', siteId).execute();
  await transaction.deleteFrom('snapshots').where('siteId', '=', siteId).execute();
  await transaction.deleteFrom('sites').where('siteId', '=', siteId).execute();
}
