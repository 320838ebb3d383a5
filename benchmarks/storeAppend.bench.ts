/**
 * Events appended per second, each durable before its writer goes on: by one site that waits for each, and by 500 sites at once. The
 * embedded store and Postgres take turns, beside what the same Postgres takes with nothing of ours: bare inserts into a table of the
 * same shape, as many to a commit. A second figure is the processor's time of this process per event.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { openStore } from '../src/store/openStore.js';
import { parseDatabaseUrl } from '../src/store/postgres/databaseUrl.js';
import type { Store } from '../src/store/store.js';
import { OwnPostgres, postgresMissing } from '../test/support/ownPostgres.js';
import { report } from './support/report.js';
import { median } from './support/statistics.js';

const REPEATS = 5;
const MEASURE_MS = 2_000;
const WARM_UP_MS = 500;
/** Nothing is drawn here. */
const SEED = 0;
/** As large as what a meter value becomes. */
const EVENT = {
  type: 'evseMetered',
  stationId: 'CP001',
  evseId: 1,
  currentA: { L1: 15.9, L2: 15.8, L3: 16 },
  pad: 'x'.repeat(120),
};
const MANY_SITES = 500;

type Append = (siteId: string, seq: number) => Promise<void>;

interface Measured {
  readonly perSecond: number;
  readonly cpuUs: number;
}

const missing = postgresMissing();
if (missing !== undefined) throw new Error(`This needs Postgres: ${missing}`);
const dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-bench-'));
const postgres = await OwnPostgres.start({ durable: true });
const bare = await openBare(postgres.url);
const embeddedStore = await openStore({ dataDir, nowMs: Date.now });
const databaseUrl = parseDatabaseUrl(postgres.url);
if (databaseUrl === undefined) throw new Error('the URL of our own Postgres is none');
const postgresStore = await openStore({ databaseUrl });
try {
  await compare(1);
  await compare(MANY_SITES);
} finally {
  await Promise.all([embeddedStore.close(), postgresStore.close(), bare.close()]);
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function compare(sites: number): Promise<void> {
  const ways = {
    embedded: appendingTo(embeddedStore),
    postgres: appendingTo(postgresStore),
    bare: sites === 1 ? bare.insertOne : bare.insertTogether(),
  };
  const repeats: Record<keyof typeof ways, Measured>[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const measured: Partial<Record<keyof typeof ways, Measured>> = {};
    for (const [name, append] of Object.entries(ways) as [keyof typeof ways, Append][]) {
      await run(append, { sites, name: `warm-up-${name}-${sites}-${repeat}`, lastsMs: WARM_UP_MS });
      measured[name] = await run(append, { sites, name: `${name}-${sites}-${repeat}`, lastsMs: MEASURE_MS });
    }
    repeats.push(measured as Record<keyof typeof ways, Measured>);
  }
  const scene = { sites, waitingAtOnce: sites, eventBytes: JSON.stringify(EVENT).length };
  for (const [what, unit] of [
    ['perSecond', 'events/s'],
    ['cpuUs', 'µs of this process per event'],
  ] as const) {
    const of = (name: keyof typeof ways) => median(repeats.map((one) => one[name][what]));
    report({
      name: `store: durable appends, ${sites === 1 ? 'one site that waits for each' : `${sites} sites at once`}, ${unit}`,
      value: { postgres: of('postgres'), embedded: of('embedded') },
      unit,
      peer: { name: 'bare inserts into the same Postgres, as many to a commit', value: of('bare') },
      ratio: median(repeats.map((one) => one.postgres[what] / one.bare[what])),
      repeats: REPEATS,
      seed: SEED,
      scene,
    });
  }
}

function appendingTo(store: Store): Append {
  return (siteId, seq) => store.appendEvents([{ siteId, seq, atMs: seq, event: EVENT }]);
}

async function run(
  append: Append,
  { sites, name, lastsMs }: { readonly sites: number; readonly name: string; readonly lastsMs: number },
): Promise<Measured> {
  // A site's first event is not what is measured.
  await Promise.all(Array.from({ length: sites }, (_, index) => append(`${name}-${index}`, 1)));
  const beganMs = performance.now();
  const beganCpu = process.cpuUsage();
  let count = 0;
  const write = async (index: number) => {
    for (let seq = 2; performance.now() - beganMs < lastsMs; seq++) {
      await append(`${name}-${index}`, seq);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: sites }, (_, index) => write(index)));
  const { user, system } = process.cpuUsage(beganCpu);
  return { perSecond: (count * 1_000) / (performance.now() - beganMs), cpuUs: (user + system) / count };
}

/** The least that could be done: no site, no order, no token; just rows. */
async function openBare(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    'create table bare ("siteId" text collate "C", seq bigint, "atMs" bigint, "eventJson" text, primary key ("siteId", seq))',
  );
  const insertOne: Append = async (siteId, seq) => {
    const text = 'insert into bare values ($1, $2, $3, $4)';
    await client.query({ name: 'one', text, values: [siteId, seq, seq, JSON.stringify(EVENT)] });
  };
  const insertTogether = (): Append => {
    let waiting: { siteId: string; seq: number; json: string; resolve: () => void }[] = [];
    let isBusy = false;
    const drain = async () => {
      isBusy = true;
      while (waiting.length > 0) {
        await new Promise((resolve) => setImmediate(resolve));
        const group = waiting;
        waiting = [];
        const seqs = group.map(({ seq }) => seq);
        const text = 'insert into bare select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[])';
        const values = [group.map(({ siteId }) => siteId), seqs, seqs, group.map(({ json }) => json)];
        await client.query({ name: 'together', text, values });
        for (const { resolve } of group) resolve();
      }
      isBusy = false;
    };
    return (siteId, seq) =>
      new Promise((resolve) => {
        waiting.push({ siteId, seq, json: JSON.stringify(EVENT), resolve });
        if (!isBusy) void drain();
      });
  };
  return { insertOne, insertTogether, close: () => client.end() };
}
