import { TEXT_MAX } from '../invalidTariff.js';
import { addIssue, type Findings } from '../reading/findings.js';
import { nearest } from '../reading/nearest.js';
import type { Row } from './table.js';

/** A column of the header. */
export interface Column {
  readonly name: string;
  readonly index: number;
}

/** The column of a name; undefined, and reported, where there is none, or two. */
export function columnNamed(header: Row, name: string, findings: Findings): Column | undefined {
  const index = header.cells.indexOf(name.trim());
  const isOnce = index !== -1 && header.cells.indexOf(name.trim(), index + 1) === -1;
  if (isOnce) return { name: name.trim(), index };
  addIssue(findings, 'INVALID_TARIFF', () => ({
    line: header.line,
    column: name.slice(0, TEXT_MAX),
    reason: index === -1 ? 'There is no such column.' : 'There are two columns of this name.',
    fix: index === -1 ? missingFix(header, name) : 'Give each column a name of its own.',
  }));
  return undefined;
}

function missingFix(header: Row, name: string): string {
  const meant = nearest(name, header.cells);
  const columns = header.cells
    .map((cell) => `"${cell}"`)
    .join(', ')
    .slice(0, 300);
  return meant === undefined ? `The columns are ${columns}.` : `Did you mean "${meant}"? The columns are ${columns}.`;
}

export function cellIn(row: Row, { index }: Column): string {
  return row.cells[index] ?? '';
}

/** Reports what is wrong with a cell. */
export function refuseCell(
  findings: Findings,
  { line, column, text }: { readonly line: number; readonly column: string; readonly text: string },
  {
    reason,
    fix,
    code = 'INVALID_TARIFF',
  }: { readonly reason: string; readonly fix: string; readonly code?: 'INVALID_TARIFF' | 'TARIFF_OVERLAP' },
): undefined {
  addIssue(findings, code, () => ({ line, column, text: text.slice(0, TEXT_MAX), reason, fix }));
  return undefined;
}
