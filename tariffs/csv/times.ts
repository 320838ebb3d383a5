import { DAY_MS } from '../localStretches.js';
import { isInstant } from '../published/publishedTariff.js';
import { addIssue, type Findings } from '../reading/findings.js';
import { refuseCell } from './columns.js';
import { localClock } from './localClock.js';
import type { Stamp } from './stamps.js';

/** A row's time as it is written. */
export interface StampedRow {
  readonly line: number;
  readonly column: string;
  readonly text: string;
  readonly stamp: Stamp;
}

export interface TimedRow {
  readonly line: number;
  readonly column: string;
  readonly text: string;
  readonly ms: number;
}

/** A slip in a year is told as such, and no calendar of centuries is made for it. */
const SPAN_YEARS_MAX = 50;
const YEAR_MS = 366 * DAY_MS;

/**
 * The instants of rows. In the hour that a zone repeats, a time that stands twice is the first pass and the second, whether the hour is
 * written twice over or quarter by quarter; one that stands once is the first. What the clock never shows is reported.
 */
export function timesOf(rows: readonly StampedRow[], timeZone: string, findings: Findings): TimedRow[] {
  const walls = rows.flatMap(({ stamp }) => (stamp.kind === 'local' ? [stamp.wallMs] : []));
  const [first] = walls;
  if (first === undefined) return rows.flatMap((row) => instantRow(row, findings) ?? []);
  const earliest = walls.reduce((least, wallMs) => Math.min(least, wallMs), first);
  const latest = walls.reduce((most, wallMs) => Math.max(most, wallMs), first);
  if (latest - earliest > SPAN_YEARS_MAX * YEAR_MS) {
    const reason = `The times of the file are more than ${SPAN_YEARS_MAX} years apart.`;
    addIssue(findings, 'INVALID_TARIFF', () => ({ reason, fix: 'Correct the year of those that are far off.' }));
    return [];
  }
  const clock = localClock(timeZone, earliest, latest);
  const passes = new Map<number, number>();
  // Where the newest stands first, so does the second pass.
  const ascending = (walls.at(-1) ?? first) < first ? rows.toReversed() : rows;
  return ascending.flatMap((row) => {
    if (row.stamp.kind === 'instant') return instantRow(row, findings) ?? [];
    const { wallMs } = row.stamp;
    const instants = clock(wallMs);
    const pass = passes.get(wallMs) ?? 0;
    passes.set(wallMs, pass + 1);
    // One too many of them is told as an overlap.
    const ms = instants[Math.min(pass, instants.length - 1)];
    return (ms === undefined ? refuseGap(row, timeZone, findings) : timed(row, ms, findings)) ?? [];
  });
}

function instantRow(row: StampedRow, findings: Findings): TimedRow | undefined {
  return row.stamp.kind === 'instant' ? timed(row, row.stamp.ms, findings) : undefined;
}

function timed({ line, column, text }: StampedRow, ms: number, findings: Findings): TimedRow | undefined {
  if (isInstant(ms) && ms % 1000 === 0) return { line, column, text, ms };
  const fix = 'Write it in whole seconds.';
  return refuseCell(
    findings,
    { line, column, text },
    { reason: 'This is no time in whole seconds, of 1970 to 2200.', fix },
  );
}

function refuseGap(row: StampedRow, timeZone: string, findings: Findings): undefined {
  return refuseCell(findings, row, {
    reason: `Clocks of ${timeZone} never show this: they were put forward over it.`,
    fix: 'Check options.timeZone and what the time is of, start or end; or write times with their offset.',
  });
}
