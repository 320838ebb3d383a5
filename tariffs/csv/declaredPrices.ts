import { DateTime } from 'luxon';
import { DAY_MS } from '../localStretches.js';
import { addIssue, type Findings } from '../reading/findings.js';
import { type Column, cellIn, columnNamed, refuseCell } from './columns.js';
import type { DeclaredDialect } from './dialect.js';
import { type PriceForm, readPrice, type WrittenPrice } from './prices.js';
import { stampReader } from './stamps.js';
import type { Row, Table } from './table.js';
import { type StampedRow, timesOf } from './times.js';

const PLACES = { perKwh: 0, perMwh: -3, minorPerKwh: -2 } as const;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;

/** The prices of a table whose columns are declared. What is wrong is reported. */
export function declaredPrices(
  table: Table,
  dialect: DeclaredDialect,
  timeZone: string,
  findings: Findings,
): WrittenPrice[] {
  const columns = findColumns(table.header, dialect, findings);
  if (columns === undefined) return [];
  const rows = rowsWanted(table.rows, columns, dialect, findings);
  warnOfEstimates(rows, columns, dialect, findings);
  const stamped = stampedRows(rows, columns, dialect, findings);
  const priceOf = new Map(rows.map((row) => [row.line, readPrice(row, columns.price, findings)]));
  return timesOf(stamped, timeZone, findings).flatMap(({ line, text, column, ms }) => {
    const pricePerKwh = priceOf.get(line);
    if (pricePerKwh === undefined) return [];
    return [{ ...intervalOf(ms, dialect, timeZone), pricePerKwh, line, stamp: text, stampColumn: column }];
  });
}

interface Columns {
  readonly stamp: Column;
  readonly time?: Column;
  readonly price: PriceForm;
  readonly only?: Column;
  readonly estimated?: Column;
}

function findColumns(header: Row, dialect: DeclaredDialect, findings: Findings): Columns | undefined {
  const { timeColumn, only, estimated, decimalMark, unit } = dialect;
  const stamp = columnNamed(header, dialect.timestampColumn, findings);
  const price = columnNamed(header, dialect.priceColumn, findings);
  const others = {
    ...(timeColumn === undefined ? {} : { time: columnNamed(header, timeColumn, findings) }),
    ...(only === undefined ? {} : { only: columnNamed(header, only.column, findings) }),
    ...(estimated === undefined ? {} : { estimated: columnNamed(header, estimated.column, findings) }),
  };
  const found = Object.entries(others).flatMap(([name, column]) => (column === undefined ? [] : [[name, column]]));
  if (stamp === undefined || price === undefined || found.length < Object.keys(others).length) return undefined;
  return { stamp, price: { column: price, decimalMark, places: PLACES[unit] }, ...Object.fromEntries(found) };
}

function rowsWanted(
  rows: readonly Row[],
  { only }: Columns,
  dialect: DeclaredDialect,
  findings: Findings,
): readonly Row[] {
  const wanted = only === undefined ? rows : rows.filter((row) => cellIn(row, only) === dialect.only?.value);
  if (only !== undefined && wanted.length === 0) {
    const which = ` with "${dialect.only?.value.slice(0, 80)}" in column "${only.name}"`;
    addIssue(findings, 'INVALID_TARIFF', () => ({
      reason: `There is no row${which}.`,
      fix: 'Give a file with prices, or correct what is declared.',
    }));
  }
  return wanted;
}

function warnOfEstimates(
  rows: readonly Row[],
  { estimated }: Columns,
  dialect: DeclaredDialect,
  findings: Findings,
): void {
  if (estimated === undefined) return;
  const estimates = rows.filter((row) => cellIn(row, estimated) === dialect.estimated?.value);
  const [first] = estimates;
  if (first === undefined) return;
  const count = estimates.length === 1 ? '1 price is an estimate' : `${estimates.length} prices are estimates`;
  findings.warnings.add(`${count} (the first on line ${first.line}): load them again when they are final.`);
}

function stampedRows(
  rows: readonly Row[],
  { stamp, time }: Columns,
  { timestampFormat }: DeclaredDialect,
  findings: Findings,
): StampedRow[] {
  const read = stampReader(timestampFormat);
  return rows.flatMap((row) => {
    const text = time === undefined ? cellIn(row, stamp) : `${cellIn(row, stamp)} ${cellIn(row, time)}`;
    const written = read(text);
    const at = { line: row.line, column: stamp.name, text };
    if (written !== undefined) return [{ ...at, stamp: written }];
    const form = timestampFormat === 'iso' ? 'ISO 8601, such as 2026-01-14T23:00:00+01:00' : `"${timestampFormat}"`;
    refuseCell(findings, at, {
      reason: 'This is no time of the format that is declared, in 1970 to 2200.',
      fix: `Write it as ${form}, or declare another timestampFormat.`,
    });
    return [];
  });
}

function intervalOf(
  ms: number,
  { resolutionMinutes, stamped }: DeclaredDialect,
  timeZone: string,
): { readonly startMs: number; readonly endMs: number } {
  const other = afterOneMore(ms, stamped === 'start' ? 1 : -1, resolutionMinutes, timeZone);
  return stamped === 'start' ? { startMs: ms, endMs: other } : { startMs: other, endMs: ms };
}

function afterOneMore(ms: number, direction: 1 | -1, minutes: number, timeZone: string): number {
  if (minutes !== DAY_MINUTES) return ms + direction * minutes * MINUTE_MS;
  return DateTime.fromMillis(ms, { zone: timeZone }).plus({ days: direction }).toMillis();
}

/** So many gaps of one length in succession are no missing rows, but rows of another length. */
const SAME_GAPS_MAX = 2;

/** Reports rows that are not as far apart as is declared; false where there are some. They are in the order of time. */
export function keepsStep(
  ordered: readonly WrittenPrice[],
  { resolutionMinutes }: DeclaredDialect,
  findings: Findings,
): boolean {
  if (resolutionMinutes === DAY_MINUTES) return true;
  const stepMs = resolutionMinutes * MINUTE_MS;
  let isKept = true;
  let lastApartMs = 0;
  let same = 0;
  for (const [index, price] of ordered.entries()) {
    const before = ordered[index - 1];
    if (before === undefined) continue;
    const apartMs = price.startMs - before.startMs;
    same = apartMs > stepMs && apartMs < DAY_MS ? (apartMs === lastApartMs ? same + 1 : 1) : 0;
    lastApartMs = apartMs;
    if (apartMs % stepMs === 0 && same <= SAME_GAPS_MAX) continue;
    isKept = false;
    refuseCell(
      findings,
      { line: price.line, column: price.stampColumn, text: price.stamp },
      {
        reason: `It is ${apartMs / MINUTE_MS} minutes after line ${before.line}${same > SAME_GAPS_MAX ? ', as are those before it' : ''}, but ${resolutionMinutes} are declared.`,
        fix: 'Declare the right resolutionMinutes, or split the file where it changes.',
      },
    );
  }
  return isKept;
}
