import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeSqliteFile, openSqliteFile } from '../../src/store/sqliteFile.js';
import { type AuditedChange, actsOf, changesOf, ELSEWHERE, makeFixtures } from './support/auditedChanges.js';
import { auditOf, changeUntilKilled, expectEachTold } from './support/auditKills.js';
import { sessionsOf } from './support/documents.js';
import { RawStation } from './support/rawStation.js';
import { ServiceProcess } from './support/serviceProcess.js';

// A change and the entry of the audit log that tells of it are written together, or neither is: shown on the service itself, once by a
// database that takes no entries, and once by killing the service.

const ENVIRONMENT = {
  LOG_LEVEL: 'fatal',
  EVENKEEL_ALLOWED_PRIVATE_NETS: '127.0.0.0/8',
  EVENKEEL_SMTP_URL: 'smtp://127.0.0.1:9',
  EVENKEEL_MAIL_FROM: 'evenkeel@example.com',
};
const KILLS = 3;
const NO_ANSWER = 599;
let directory: string;
let dataDir: string;
let service: ServiceProcess | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-audit-'));
  dataDir = join(directory, 'data');
});
afterEach(async () => {
  await service?.kill();
  await rm(directory, { recursive: true, force: true });
});

async function start(): Promise<ServiceProcess> {
  await service?.kill();
  service = await ServiceProcess.start({ dataDir, environment: ENVIRONMENT });
  return service;
}

/** While no service runs. */
function inFile<T>(work: (file: ReturnType<typeof openSqliteFile>) => T): T {
  const file = openSqliteFile(dataDir);
  try {
    return work(file);
  } finally {
    closeSqliteFile(file);
  }
}

/** All that people decide, as it lies in the file. */
function decided(): Readonly<Record<string, readonly unknown[]>> {
  const queries = {
    organisations: 'select * from organisations order by 1',
    users: 'select * from users order by 1',
    keys: `select keyId, name, role, revokedMs from accessKeys order by 1`,
    secrets: 'select * from keySecrets order by 1',
    tariffs: 'select tariffId, documentJson from tariffs order by 1',
    credentials: 'select * from stationCredentials order by 1',
    // What peers say of themselves is kept with them, and nobody decided it.
    documents: `select kind, id from documents where kind <> 'nodeKey' order by 1, 2`,
    config: `select kind, id, bodyJson from documents where kind in ('webhook', 'mailRecipient', 'upstream', 'ocpiPeer') order by 1, 2`,
    events: `select siteId, eventJson from events where eventJson glob '*"type":"siteConfigured"*' or eventJson glob '*"type":"limit*'
             or eventJson glob '*"type":"gridEventPut"*' or eventJson glob '*"type":"needsPut"*' or eventJson glob '*"type":"quirksForgotten"*'
             order by siteId, seq`,
    audit: 'select entryId, outcomeIs from auditLog order by 1',
    outcomes: 'select entryId, outcome from auditOutcomes order by 1',
  };
  return inFile((file) =>
    Object.fromEntries(Object.entries(queries).map(([name, sql]) => [name, file.prepare(sql).all()])),
  );
}

const REFUSES_ENTRIES =
  'create trigger "refusesEntries" before insert on "auditLog" begin select raise(abort, \'no entry is taken\'); end';

describe('where the audit log takes no entry', () => {
  test('nothing is changed and nothing is done, by any of the ways to change something; else each is told of once', {
    timeout: 180_000,
  }, async () => {
    const first = await start();
    const ids = await makeFixtures(first.api);
    const station = await RawStation.connect({
      url: first.stationsUrl,
      stationId: 'S1',
      password: 'the first station',
    });
    await station.boot();
    const timestamp = new Date().toISOString();
    await station.result('StartTransaction', { connectorId: 1, idTag: 'D1', meterStart: 0, timestamp });
    const [session] = await sessionsOf(first.api, 'garage');
    station.close();
    const changes = changesOf({ ...ids, sessionId: session?.sessionId ?? '' });
    const acts = actsOf(ids.webhookId);
    expectAll(await first.api.get('/openapi.json'), [...changes, ...acts]);

    await first.kill();
    inFile((file) => file.exec(REFUSES_ENTRIES));
    const before = decided();
    const refusing = await start();
    const refusals = await Promise.all(
      [...changes, ...acts].map(async ({ action, method, path, body }) => {
        // Peers of grid operators are written until they are written: nobody is told meanwhile that they were.
        const none = { status: NO_ANSWER, body: 'none' };
        return { action, ...(await refusing.api.request(method, path, body).catch(() => none)) };
      }),
    );
    expect(refusals.filter(({ status }) => status < 500)).toEqual([]);
    await refusing.kill();
    expect(decided()).toEqual(before);

    inFile((file) => file.exec('drop trigger "refusesEntries"'));
    const again = await start();
    const knownBefore = new Set((await auditOf(again.api)).map(({ entryId }) => entryId));
    for (const { action, method, path, body, refusedAs } of [...acts, ...changes]) {
      const answer = await again.api.request(method, path, body);
      expect({ action, ...answer }).toMatchObject({
        status: expect.toSatisfy((status: number) => (refusedAs === undefined ? status < 300 : status < 500)),
      });
    }
    const told = (await auditOf(again.api)).filter(({ entryId }) => !knownBefore.has(entryId)).reverse();
    expect(told.map(({ action, target }) => `${action} ${target}`)).toEqual(
      [...acts, ...changes].map(({ action, path }) => `${action} ${path}`),
    );
    expect(told.slice(acts.length).filter(({ outcome }) => outcome !== 'made')).toEqual([]);
    expect(new Set(told.slice(0, acts.length).map(({ outcome }) => outcome))).toEqual(new Set(['made', 'failed']));
    // What was answered is what became of it.
    const failed = told.filter(({ outcome }) => outcome === 'failed');
    expect(failed.filter(({ after }) => typeof Object(after).code !== 'string')).toEqual([]);
    // Secrets are in none of them.
    expect(JSON.stringify(told)).not.toMatch(/correct horse|station'|of the (upstream|VEN|first station)|DRIVER-1/);
  });
});

describe('a service that is killed again and again while it is changed', () => {
  test('has an entry for each change that is there, and none for what is not', { timeout: 180_000 }, async () => {
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const running = await start();
      await changeUntilKilled(running, kill);
    }
    await expectEachTold((await start()).api);
  });
});

/** An endpoint that is added is named here, or in the list of those that change nothing. */
function expectAll(document: unknown, known: readonly AuditedChange[]): void {
  const { paths } = document as { paths: Record<string, Record<string, { operationId: string }>> };
  const all = Object.entries(paths)
    .filter(([path]) => path.startsWith('/v1/'))
    .flatMap(([, methods]) => Object.entries(methods))
    .filter(([method]) => method !== 'get')
    .map(([, { operationId }]) => operationId);
  const shown = new Set([...known.map(({ action }) => action), ...ELSEWHERE]);
  expect(all.filter((operationId) => !shown.has(operationId))).toEqual([]);
}
