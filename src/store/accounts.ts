import type { Kysely } from 'kysely';
import type { SqlAccess } from './access.js';
import type {
  AccountStore,
  AuditEntry,
  AuditFilter,
  AuditOutcome,
  BegunAuditEntry,
  FoundKey,
  StoredKey,
  StoredOrganisation,
  StoredSignIn,
  StoredUser,
  Thing,
} from './accountStore.js';
import { appendAuditEntry, beginAuditEntry, completeAuditEntry, readAudit } from './audit.js';
import { fromJson, requireId, requireMs, toJson } from './records.js';
import type { Tables } from './tables.js';

type KeyRow = Tables['accessKeys'];

/** The part of the store that is about who may do what. */
export class SqlAccounts implements AccountStore {
  private readonly access: SqlAccess;

  constructor(access: SqlAccess) {
    this.access = access;
  }

  async putOrganisation({ organisationId, name, createdMs }: StoredOrganisation): Promise<void> {
    requireId('organisationId', organisationId);
    requireMs('createdMs', createdMs);
    await this.access.decide((transaction) =>
      transaction
        .insertInto('organisations')
        .values({ organisationId, name, createdMs })
        .onConflict((conflict) => conflict.column('organisationId').doUpdateSet({ name }))
        .execute(),
    );
  }

  async listOrganisations(): Promise<readonly StoredOrganisation[]> {
    const rows = await this.access.read((db) => db.selectFrom('organisations').selectAll().execute());
    return rows.sort((a, b) => (a.organisationId < b.organisationId ? -1 : 1));
  }

  deleteOrganisation(organisationId: string): Promise<boolean> {
    return this.access.decide(async (transaction) => {
      for (const table of ['users', 'accessKeys', 'belongings'] as const) {
        const member = await transaction
          .selectFrom(table)
          .select('organisationId')
          .where('organisationId', '=', organisationId)
          .limit(1)
          .executeTakeFirst();
        if (member !== undefined) return false;
      }
      // Else whoever has the id next would have its webhooks and recipients.
      await transaction.deleteFrom('documents').where('organisationId', '=', organisationId).execute();
      await transaction.deleteFrom('organisations').where('organisationId', '=', organisationId).execute();
      return true;
    });
  }

  putUser(user: StoredUser, { endsSignIns }: { readonly endsSignIns: boolean }): Promise<boolean> {
    const { userId, ...fields } = user;
    for (const name of ['userId', 'email', 'organisationId', 'passwordHash'] as const) requireId(name, user[name]);
    requireMs('createdMs', user.createdMs);
    return this.access.decide(async (transaction) => {
      const other = await transaction
        .selectFrom('users')
        .select('userId')
        .where('email', '=', user.email)
        .where('userId', '!=', userId)
        .executeTakeFirst();
      if (other !== undefined) return false;
      if (endsSignIns) await transaction.deleteFrom('signIns').where('userId', '=', userId).execute();
      await transaction
        .insertInto('users')
        .values({ userId, ...fields })
        .onConflict((conflict) => conflict.column('userId').doUpdateSet(fields))
        .execute();
      return true;
    });
  }

  getUser(userId: string): Promise<StoredUser | undefined> {
    return this.access.read((db) => db.selectFrom('users').selectAll().where('userId', '=', userId).executeTakeFirst());
  }

  findUser(email: string): Promise<StoredUser | undefined> {
    return this.access.read((db) => db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst());
  }

  async listUsers(): Promise<readonly StoredUser[]> {
    const rows = await this.access.read((db) => db.selectFrom('users').selectAll().execute());
    return rows.sort((a, b) => (a.email < b.email ? -1 : 1));
  }

  async deleteUser(userId: string): Promise<void> {
    await this.access.decide(async (transaction) => {
      await transaction.deleteFrom('signIns').where('userId', '=', userId).execute();
      await transaction.deleteFrom('users').where('userId', '=', userId).execute();
    });
  }

  async putKey(key: StoredKey, keyHash: string): Promise<void> {
    requireId('keyHash', keyHash);
    const row = toKeyRow(key);
    const { keyId, ...fields } = row;
    await this.access.decide(async (transaction) => {
      await transaction
        .insertInto('accessKeys')
        .values(row)
        .onConflict((conflict) => conflict.column('keyId').doUpdateSet(fields))
        .execute();
      await transaction
        .insertInto('keySecrets')
        .values({ keyHash, keyId, expiresMs: null })
        .onConflict((conflict) => conflict.column('keyHash').doUpdateSet({ keyId, expiresMs: null }))
        .execute();
    });
  }

  async getKey(keyId: string): Promise<StoredKey | undefined> {
    const row = await this.access.read((db) =>
      db.selectFrom('accessKeys').selectAll().where('keyId', '=', keyId).executeTakeFirst(),
    );
    return row === undefined ? undefined : fromKeyRow(row);
  }

  async findKey(keyHash: string): Promise<FoundKey | undefined> {
    const row = await this.access.read((db) =>
      db
        .selectFrom('keySecrets')
        .innerJoin('accessKeys', 'accessKeys.keyId', 'keySecrets.keyId')
        .selectAll('accessKeys')
        .select('keySecrets.expiresMs as secretExpiresMs')
        .where('keyHash', '=', keyHash)
        .executeTakeFirst(),
    );
    if (row === undefined) return undefined;
    const { secretExpiresMs, ...key } = row;
    return { key: fromKeyRow(key), secretExpiresMs };
  }

  async listKeys(): Promise<readonly StoredKey[]> {
    const rows = await this.access.read((db) => db.selectFrom('accessKeys').selectAll().execute());
    return rows.map(fromKeyRow).sort((a, b) => a.createdMs - b.createdMs || (a.keyId < b.keyId ? -1 : 1));
  }

  async rotateKey(
    keyId: string,
    { keyHash, othersExpireMs }: { readonly keyHash: string; readonly othersExpireMs: number },
  ): Promise<void> {
    requireId('keyHash', keyHash);
    requireMs('othersExpireMs', othersExpireMs);
    await this.access.decide(async (transaction) => {
      await transaction
        .updateTable('keySecrets')
        .set({ expiresMs: othersExpireMs })
        .where('keyId', '=', keyId)
        .where(({ eb, or }) => or([eb('expiresMs', 'is', null), eb('expiresMs', '>', othersExpireMs)]))
        .execute();
      await transaction.insertInto('keySecrets').values({ keyHash, keyId, expiresMs: null }).execute();
    });
  }

  async revokeKey(keyId: string, atMs: number): Promise<void> {
    requireMs('atMs', atMs);
    await this.access.decide((transaction) =>
      transaction
        .updateTable('accessKeys')
        .set({ revokedMs: atMs })
        .where('keyId', '=', keyId)
        .where('revokedMs', 'is', null)
        .execute(),
    );
  }

  async markKeyUsed(keyId: string, atMs: number): Promise<void> {
    requireMs('atMs', atMs);
    await this.access.change((transaction) =>
      transaction.updateTable('accessKeys').set({ lastUsedMs: atMs }).where('keyId', '=', keyId).execute(),
    );
  }

  async putSignIn(signIn: StoredSignIn): Promise<void> {
    requireId('sessionHash', signIn.sessionHash);
    requireMs('createdMs', signIn.createdMs);
    requireMs('seenMs', signIn.seenMs);
    await this.access.change((transaction) => transaction.insertInto('signIns').values(signIn).execute());
  }

  async findSignIn(
    sessionHash: string,
  ): Promise<{ readonly signIn: StoredSignIn; readonly user: StoredUser } | undefined> {
    const row = await this.access.read((db) =>
      db
        .selectFrom('signIns')
        .innerJoin('users', 'users.userId', 'signIns.userId')
        .selectAll('users')
        .select(['signIns.createdMs as signedInMs', 'signIns.seenMs'])
        .where('sessionHash', '=', sessionHash)
        .executeTakeFirst(),
    );
    if (row === undefined) return undefined;
    const { signedInMs, seenMs, ...user } = row;
    return { signIn: { sessionHash, userId: user.userId, createdMs: signedInMs, seenMs }, user };
  }

  async markSignInSeen(sessionHash: string, atMs: number): Promise<void> {
    requireMs('atMs', atMs);
    await this.access.change((transaction) =>
      transaction.updateTable('signIns').set({ seenMs: atMs }).where('sessionHash', '=', sessionHash).execute(),
    );
  }

  async deleteSignIn(sessionHash: string): Promise<void> {
    await this.access.change((transaction) =>
      transaction.deleteFrom('signIns').where('sessionHash', '=', sessionHash).execute(),
    );
  }

  async deleteOldSignIns({
    createdMs,
    seenMs,
  }: {
    readonly createdMs: number;
    readonly seenMs: number;
  }): Promise<void> {
    await this.access.change((transaction) =>
      transaction
        .deleteFrom('signIns')
        .where(({ eb, or }) => or([eb('createdMs', '<', createdMs), eb('seenMs', '<', seenMs)]))
        .execute(),
    );
  }

  claim(
    { kind, id }: Thing,
    organisationId: string,
  ): Promise<{ readonly organisationId: string; readonly isNew: boolean }> {
    requireId('id', id);
    requireId('organisationId', organisationId);
    return this.access.change(async (transaction) => {
      const written = await transaction
        .insertInto('belongings')
        .values({ kind, id, organisationId })
        .onConflict((conflict) => conflict.columns(['kind', 'id']).doNothing())
        .executeTakeFirst();
      if (written.numInsertedOrUpdatedRows === 1n) return { organisationId, isNew: true };
      const owner = await readOrganisationOf(transaction, { kind, id });
      return { organisationId: owner ?? organisationId, isNew: false };
    });
  }

  organisationOf(thing: Thing): Promise<string | undefined> {
    return this.access.read((db) => readOrganisationOf(db, thing));
  }

  async listBelongings(kind: Thing['kind'], organisationId: string): Promise<readonly string[]> {
    const rows = await this.access.read((db) =>
      db
        .selectFrom('belongings')
        .select('id')
        .where('kind', '=', kind)
        .where('organisationId', '=', organisationId)
        .execute(),
    );
    return rows.map(({ id }) => id).sort();
  }

  async release({ kind, id }: Thing): Promise<void> {
    await this.access.change((transaction) =>
      transaction.deleteFrom('belongings').where('kind', '=', kind).where('id', '=', id).execute(),
    );
  }

  async appendAudit(entry: AuditEntry): Promise<void> {
    await this.access.change(appendAuditEntry(entry));
  }

  async beginAudit(entry: BegunAuditEntry): Promise<void> {
    await this.access.change(beginAuditEntry(entry));
  }

  async completeAudit(entryId: string, outcome: AuditOutcome): Promise<void> {
    await this.access.change(completeAuditEntry(entryId, outcome));
  }

  listAudit(filter: AuditFilter): Promise<readonly AuditEntry[]> {
    return this.access.read((db) => readAudit(db, filter));
  }
}

async function readOrganisationOf(db: Kysely<Tables>, { kind, id }: Thing): Promise<string | undefined> {
  const row = await db
    .selectFrom('belongings')
    .select('organisationId')
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.organisationId;
}

function toKeyRow({ siteIds, ...key }: StoredKey): KeyRow {
  for (const name of ['keyId', 'name', 'organisationId'] as const) requireId(name, key[name]);
  for (const name of ['createdMs', 'expiresMs', 'lastUsedMs', 'revokedMs'] as const) {
    const value = key[name];
    if (value !== null) requireMs(name, value);
  }
  return { ...key, siteIdsJson: siteIds === null ? null : toJson('siteIds', siteIds) };
}

function fromKeyRow({ siteIdsJson, ...key }: KeyRow): StoredKey {
  // Written by this program, from the type that it is read as.
  const siteIds =
    siteIdsJson === null ? null : (fromJson(`The sites of key ${key.keyId}`, siteIdsJson) as readonly string[]);
  return { ...key, siteIds };
}
