import type { Kysely, Transaction } from 'kysely';
import { requireId } from './records.js';
import { StoreError } from './storeError.js';
import type { Tables } from './tables.js';

/** So many at once: databases bound the parameters of a statement. */
const PORTION = 500;

/** In one order for all, so that two sites that are written at once never wait for each other. */
export function toStationIds(stationIds: readonly string[]): readonly string[] {
  for (const stationId of stationIds) requireId('stationId', stationId);
  return [...new Set(stationIds)].sort();
}

export async function replaceStations(
  transaction: Transaction<Tables>,
  siteId: string,
  stationIds: readonly string[],
): Promise<void> {
  const listed = await transaction.selectFrom('stations').select('stationId').where('siteId', '=', siteId).execute();
  const wanted = new Set(stationIds);
  const known = new Set(listed.map(({ stationId }) => stationId));
  for (const portion of portions([...known].filter((stationId) => !wanted.has(stationId)))) {
    await transaction.deleteFrom('stations').where('siteId', '=', siteId).where('stationId', 'in', portion).execute();
  }
  for (const portion of portions(stationIds.filter((stationId) => !known.has(stationId)))) {
    const written = await transaction
      .insertInto('stations')
      .values(portion.map((stationId) => ({ stationId, siteId })))
      .onConflict((conflict) => conflict.column('stationId').doNothing())
      .executeTakeFirst();
    if (written.numInsertedOrUpdatedRows !== BigInt(portion.length)) throw await taken(transaction, siteId, portion);
  }
}

async function taken(transaction: Transaction<Tables>, siteId: string, stationIds: string[]): Promise<StoreError> {
  const other = await transaction
    .selectFrom('stations')
    .select(['stationId', 'siteId'])
    .where('stationId', 'in', stationIds)
    .where('siteId', '!=', siteId)
    .limit(1)
    .executeTakeFirst();
  const which = other === undefined ? 'A station' : `Station ${other.stationId}`;
  const whose = other === undefined ? 'another site' : `site ${other.siteId}`;
  return new StoreError(
    'STATION_TAKEN',
    `${which} can't be listed by site ${siteId}: ${whose} lists it. Remove it there first.`,
  );
}

export async function readSiteOfStation(db: Kysely<Tables>, stationId: string): Promise<string | undefined> {
  const row = await db.selectFrom('stations').select('siteId').where('stationId', '=', stationId).executeTakeFirst();
  return row?.siteId;
}

function* portions(all: readonly string[]): Generator<string[]> {
  for (let start = 0; start < all.length; start += PORTION) yield all.slice(start, start + PORTION);
}
