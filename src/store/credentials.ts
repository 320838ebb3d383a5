import type { Kysely, Transaction } from 'kysely';
import { fromJson, requireId, toJson } from './records.js';
import type { StoredCredentials } from './store.js';
import { StoreError } from './storeError.js';
import type { Tables } from './tables.js';

type Row = Tables['stationCredentials'];

export function toCredentialsRow(stationId: string, credentials: StoredCredentials): Row {
  requireId('stationId', stationId);
  const { passwordHashes, securityProfileMin } = credentials;
  for (const hash of passwordHashes) requireId('a password hash', hash);
  if (!Number.isInteger(securityProfileMin) || securityProfileMin < 0 || securityProfileMin > 3) {
    throw new StoreError('INVALID_RECORD', `securityProfileMin must be 0, 1, 2 or 3, not ${securityProfileMin}`);
  }
  return { stationId, passwordHashesJson: toJson('passwordHashes', passwordHashes), securityProfileMin };
}

export async function replaceCredentials(transaction: Transaction<Tables>, row: Row): Promise<void> {
  const { stationId, ...fields } = row;
  await transaction
    .insertInto('stationCredentials')
    .values({ stationId, ...fields })
    .onConflict((conflict) => conflict.column('stationId').doUpdateSet(fields))
    .execute();
}

export async function readCredentials(db: Kysely<Tables>, stationId: string): Promise<StoredCredentials | undefined> {
  const row = await db
    .selectFrom('stationCredentials')
    .selectAll()
    .where('stationId', '=', stationId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const passwordHashes = fromJson(`The credentials of ${stationId}`, row.passwordHashesJson);
  // Written by this program, from the type that it is read as.
  return { passwordHashes: passwordHashes as readonly string[], securityProfileMin: row.securityProfileMin };
}
