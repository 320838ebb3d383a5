import { type Kysely, sql } from 'kysely';
import type { JournalRun } from '../journal.js';
import type { Tables } from '../tables.js';

/** Higher than any token: for a writer who gives none. */
const EVERY_TOKEN = Number.MAX_SAFE_INTEGER;

/**
 * The runs as one for each site, when each just comes next after the one before it. Undefined: they want to be looked at one by one,
 * as a site's first events do.
 */
export function mergeRuns(runs: readonly JournalRun[]): readonly JournalRun[] | undefined {
  const bySite = new Map<string, JournalRun>();
  for (const run of runs) {
    if (run.firstSeq === 1) return undefined;
    const before = bySite.get(run.siteId);
    if (before === undefined) {
      bySite.set(run.siteId, run);
      continue;
    }
    if (before.lastSeq + 1 !== run.firstSeq || before.token !== run.token) return undefined;
    bySite.set(run.siteId, { ...before, lastSeq: run.lastSeq, rows: [...before.rows, ...run.rows] });
  }
  return [...bySite.values()];
}

/**
 * Everything in one statement, which is a transaction by itself: one way to the server and back for all that waits, however many
 * sites it is for. Fails, having changed nothing, unless every single run comes next and has a good token: it then divides by zero.
 */
export async function appendTogether(db: Kysely<Tables>, runs: readonly JournalRun[]): Promise<void> {
  const rows = runs.flatMap((run) => run.rows);
  const column = <T>(pick: (run: JournalRun) => T) => runs.map(pick);
  await sql`
    with run as (
      select * from unnest(
        ${column(({ siteId }) => siteId)}::text[],
        ${column(({ firstSeq }) => firstSeq)}::bigint[],
        ${column(({ lastSeq }) => lastSeq)}::bigint[],
        ${column(({ token }) => token ?? EVERY_TOKEN)}::bigint[]
      ) as run ("siteId", "firstSeq", "lastSeq", "token")
    ), moved as (
      update "sites" set "lastSeq" = run."lastSeq" from run
      where "sites"."siteId" = run."siteId" and "sites"."lastSeq" = run."firstSeq" - 1 and "sites"."token" <= run."token"
      returning 1
    ), written as (
      insert into "events" ("siteId", "seq", "atMs", "eventJson")
      select * from unnest(
        ${rows.map(([siteId]) => siteId)}::text[],
        ${rows.map(([, seq]) => seq)}::bigint[],
        ${rows.map(([, , atMs]) => atMs)}::bigint[],
        ${rows.map(([, , , eventJson]) => eventJson)}::text[]
      )
    )
    select 1 / (case when (select count(*) from moved) = ${runs.length} then 1 else 0 end)
  `.execute(db);
}
