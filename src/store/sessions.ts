import type { Kysely, Transaction } from 'kysely';
import { fromJson, requireId, requireMs, toJson } from './records.js';
import type { SessionPage, StoredSession } from './store.js';
import { StoreError } from './storeError.js';
import type { Tables } from './tables.js';

type SessionRow = Tables['sessions'];

export function toSessionRow({ record, ...session }: StoredSession): SessionRow {
  const { sessionId, siteId, stationId, startedMs, endedMs } = session;
  requireId('sessionId', sessionId);
  requireId('siteId', siteId);
  requireId('stationId', stationId);
  requireMs('startedMs', startedMs);
  requireMs('endedMs', endedMs);
  return { sessionId, siteId, stationId, startedMs, endedMs, recordJson: toJson('record', record) };
}

export function fromSessionRow({ recordJson, ...session }: SessionRow): StoredSession {
  return { ...session, record: fromJson(`The record of session ${session.sessionId}`, recordJson) };
}

export async function replaceSession(transaction: Transaction<Tables>, row: SessionRow): Promise<void> {
  const { sessionId, ...fields } = row;
  await transaction
    .insertInto('sessions')
    .values({ sessionId, ...fields })
    .onConflict((conflict) => conflict.column('sessionId').doUpdateSet(fields))
    .execute();
}

/**
 * Sessions that began in the same millisecond as the page's last one are all on the page, beyond `limit` if need be: the next
 * page begins before that millisecond, and would miss them.
 */
export async function readNewestSessions(
  transaction: Transaction<Tables>,
  siteId: string,
  { limit, beforeMs }: { limit: number; beforeMs?: number },
): Promise<readonly SessionRow[]> {
  const newestFirst = transaction
    .selectFrom('sessions')
    .selectAll()
    .where('siteId', '=', siteId)
    .orderBy('startedMs', 'desc')
    .orderBy('sessionId', 'desc');
  const page = await (beforeMs === undefined ? newestFirst : newestFirst.where('startedMs', '<', beforeMs))
    .limit(limit)
    .execute();
  const last = page.at(-1);
  if (last === undefined || page.length < limit) return page;
  const sameStart = newestFirst.where('startedMs', '=', last.startedMs).where('sessionId', '<', last.sessionId);
  return [...page, ...(await sameStart.execute())];
}

/** One that ended in the millisecond it began has that moment. */
export async function readSessionsBetween(
  db: Kysely<Tables>,
  siteId: string,
  { fromMs, toMs, limit, after }: SessionPage,
): Promise<readonly SessionRow[]> {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new StoreError('INVALID_RECORD', `limit must be a whole number from 1, not ${limit}`);
  }
  const inSpan = db
    .selectFrom('sessions')
    .selectAll()
    .where('siteId', '=', siteId)
    .where('startedMs', '<', toMs)
    .where(({ eb, or }) => or([eb('endedMs', '>', fromMs), eb('startedMs', '>=', fromMs)]))
    .orderBy('startedMs')
    .orderBy('sessionId')
    .limit(limit);
  if (after === undefined) return inSpan.execute();
  const { startedMs, sessionId } = after;
  return inSpan
    .where('startedMs', '>=', startedMs)
    .where(({ eb, or }) => or([eb('startedMs', '>', startedMs), eb('sessionId', '>', sessionId)]))
    .execute();
}
