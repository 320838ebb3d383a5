import { isWholeSeconds } from '../published/pricedIntervals.js';
import { isInstant } from '../published/publishedTariff.js';
import type { Findings } from '../reading/findings.js';
import { type Column, cellIn, columnNamed, refuseCell } from './columns.js';
import type { PlainDialect } from './dialect.js';
import { type PriceForm, readPrice, type WrittenPrice } from './prices.js';
import { stampReader } from './stamps.js';
import type { Row, Table } from './table.js';

/** The prices of a table with the plain header: each row says its start and its end. What is wrong is reported. */
export function plainPrices({ header, rows }: Table, { price }: PlainDialect, findings: Findings): WrittenPrice[] {
  const start = columnNamed(header, 'start', findings);
  const end = columnNamed(header, 'end', findings);
  const column = columnNamed(header, price, findings);
  const unused = header.cells.filter((name) => !['start', 'end', price].includes(name));
  if (unused.length > 0) findings.warnings.add(`Columns that are not read: ${unused.join(', ').slice(0, 200)}.`);
  if (start === undefined || end === undefined || column === undefined) return [];
  const form: PriceForm = { column, decimalMark: '.', places: price === 'price_per_mwh' ? -3 : 0 };
  return rows.flatMap((row) => {
    const startMs = readInstant(row, start, findings);
    const endMs = readInstant(row, end, findings);
    const pricePerKwh = readPrice(row, form, findings);
    if (startMs === undefined || endMs === undefined || pricePerKwh === undefined) return [];
    if (startMs < endMs) {
      return [{ startMs, endMs, pricePerKwh, line: row.line, stamp: cellIn(row, start), stampColumn: start.name }];
    }
    refuseCell(
      findings,
      { line: row.line, column: end.name, text: cellIn(row, end) },
      { reason: 'The row ends before it has begun.', fix: 'Correct its start or its end.' },
    );
    return [];
  });
}

const readIso = stampReader('iso');

function readInstant(row: Row, column: Column, findings: Findings): number | undefined {
  const text = cellIn(row, column);
  const stamp = readIso(text);
  const at = { line: row.line, column: column.name, text };
  if (stamp?.kind === 'local') {
    return refuseCell(findings, at, {
      reason: 'This time has no offset from UTC.',
      fix: 'Add one, such as +01:00 or Z, or declare the columns by options.csv.',
    });
  }
  if (stamp !== undefined && isInstant(stamp.ms) && isWholeSeconds({ startMs: stamp.ms, endMs: stamp.ms }))
    return stamp.ms;
  return refuseCell(findings, at, {
    reason: 'This is no instant in whole seconds, of 1970 to 2200.',
    fix: 'Write it as 2026-01-14T23:00:00+01:00.',
  });
}
