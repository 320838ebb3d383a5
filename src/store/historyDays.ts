import type { Kysely, Transaction } from 'kysely';
import { fromJson, requireId, requireMs, toJson } from './records.js';
import type { StoredHistoryDay } from './store.js';
import type { Tables } from './tables.js';

type HistoryDayRow = Tables['historyDays'];

export function toHistoryRows(siteId: string, days: readonly StoredHistoryDay[]): readonly HistoryDayRow[] {
  requireId('siteId', siteId);
  return days.map(({ dayMs, record }) => {
    requireMs('dayMs', dayMs);
    return { siteId, dayMs, recordJson: toJson('record', record) };
  });
}

export async function replaceHistoryDays(
  transaction: Transaction<Tables>,
  rows: readonly HistoryDayRow[],
): Promise<void> {
  for (const row of rows) {
    await transaction
      .insertInto('historyDays')
      .values(row)
      .onConflict((conflict) => conflict.columns(['siteId', 'dayMs']).doUpdateSet({ recordJson: row.recordJson }))
      .execute();
  }
}

export async function readHistoryDays(
  db: Kysely<Tables>,
  siteId: string,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<readonly StoredHistoryDay[]> {
  const rows = await db
    .selectFrom('historyDays')
    .select(['dayMs', 'recordJson'])
    .where('siteId', '=', siteId)
    .where('dayMs', '>=', fromMs)
    .where('dayMs', '<', toMs)
    .orderBy('dayMs')
    .execute();
  return rows.map(({ dayMs, recordJson }) => ({
    dayMs,
    record: fromJson(`The history of site ${siteId} on ${new Date(dayMs).toISOString().slice(0, 10)}`, recordJson),
  }));
}
