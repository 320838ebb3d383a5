import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/openStore.js';
import { parseDatabaseUrl } from '../../src/store/postgres/databaseUrl.js';
import { OwnPostgres, postgresMissing, type Schema } from '../support/ownPostgres.js';
import { describeStoreContract } from './storeContract.js';

const missing = postgresMissing();

if (missing !== undefined) describe('The Postgres store', () => it.skip(`is not tested here: ${missing}`));
else {
  let postgres: OwnPostgres;
  /** To make the tables costs more than most tests: they are emptied and used again. */
  const emptied: Schema[] = [];
  beforeAll(async () => {
    postgres = await OwnPostgres.start();
  });
  afterAll(() => postgres.stop());

  describe('The audit log in Postgres', () => {
    it('can not be changed or deleted from, even by a statement of SQL', async () => {
      const { name, url } = await postgres.newSchema();
      const databaseUrl = parseDatabaseUrl(url);
      if (databaseUrl === undefined) throw new Error(`${url} is no database URL`);
      const store = await openStore({ databaseUrl });
      const actor = { actorKind: 'key', actorId: 'k', actorName: 'admin' } as const;
      const outcome = { outcome: 'made', before: null, after: null, asked: null } as const;
      const change = { action: 'putSite', target: '/', siteId: null, ...outcome };
      await store.accounts.appendAudit({ entryId: 'e', atMs: 1, organisationId: 'default', ...actor, ...change });
      await store.accounts.completeAudit('e', outcome);
      for (const statement of [
        `update ${name}."auditLog" set "action" = 'x'`,
        `delete from ${name}."auditLog"`,
        `update ${name}."auditOutcomes" set "outcome" = 'x'`,
        `delete from ${name}."auditOutcomes"`,
      ]) {
        await expect(postgres.query(statement)).rejects.toThrow(/only added to/);
      }
      expect(await store.accounts.listAudit({ limit: 9 })).toHaveLength(1);
      await store.close();
    });
  });

  describeStoreContract('The Postgres store', async () => {
    const schema = emptied.pop() ?? (await postgres.newSchema());
    const databaseUrl = parseDatabaseUrl(schema.url);
    if (databaseUrl === undefined) throw new Error(`${schema.url} is no database URL`);
    return {
      open: () => openStore({ databaseUrl }),
      remove: async () => {
        const tables = await postgres.query<{ name: string }>(
          `select tablename as name from pg_tables where schemaname = '${schema.name}' and tablename <> 'schemaVersions'`,
        );
        // Of tables that refer to each other the one that is referred to comes last.
        const inOrder = tables.map(({ name }) => name).sort((a, b) => Number(a === 'sites') - Number(b === 'sites'));
        // The audit log can not be deleted from, only thrown away as a whole.
        const statements = inOrder.map(
          (name) => `${name.startsWith('audit') ? 'truncate' : 'delete from'} ${schema.name}."${name}"`,
        );
        await postgres.query(statements.join(';'));
        emptied.push(schema);
      },
    };
  });
}
