import { Command } from 'commander';
import type { CopyProgress } from '../store/copyStore.js';
import { UsageError } from './failures.js';

/** A long table says how far it is now and then. */
const SAY_EVERY_MS = 2_000;

interface MigrateOptions {
  readonly from: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `evenkeel migrate`: from the file of one process to a database that many share. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('copy everything from a data directory to the Postgres database that DATABASE_URL names')
    .requiredOption('--from <dir>', 'the EVENKEEL_DATA_DIR of a service that does not run')
    .option('--force', 'throw away what is in the database')
    .option('--json', 'print JSON only')
    .action(migrate);
}

async function migrate({ from, force, json }: MigrateOptions): Promise<void> {
  // Loaded here, so that the other commands need no database.
  const { copyStore } = await import('../store/copyStore.js');
  const { DATABASE_URL_RULE, parseDatabaseUrl } = await import('../store/postgres/databaseUrl.js');
  const text = process.env.DATABASE_URL?.trim() ?? '';
  const databaseUrl = parseDatabaseUrl(text);
  if (databaseUrl === undefined) {
    const what = text === '' ? 'is not set' : 'is not usable (its value is not shown)';
    throw new UsageError(`DATABASE_URL ${what}: it must be ${DATABASE_URL_RULE}.`);
  }
  const totals = new Map<string, number>();
  let saidMs = 0;
  const onProgress = ({ table, copied, total }: CopyProgress) => {
    totals.set(table, total);
    if (json === true) return;
    const isDone = copied === total;
    if (copied === 0 || (!isDone && performance.now() - saidMs < SAY_EVERY_MS)) return;
    saidMs = performance.now();
    console.error(`  ${table}: ${copied} of ${total}`);
  };
  if (json !== true) console.error(`Copying ${from} to the database ${databaseUrl.place} …`);
  await copyStore({ dataDir: from, databaseUrl, replaces: force === true, onProgress });
  const rows = [...totals.values()].reduce((sum, count) => sum + count, 0);
  if (json === true) {
    console.log(JSON.stringify({ from, to: databaseUrl.place, rows, tables: Object.fromEntries(totals) }, null, 2));
    return;
  }
  console.log(`Copied and compared: ${totals.get('sites') ?? 0} sites, ${rows} rows in all.`);
  console.log(`${from} is left as it is. Start the service with DATABASE_URL set, and never again without it.`);
}
