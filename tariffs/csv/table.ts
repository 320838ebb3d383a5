import { type TariffIssue, TEXT_MAX } from '../invalidTariff.js';
import { PRICES_MAX } from '../native/priceShapes.js';
import { addIssue, type Findings } from '../reading/findings.js';

/** A line with something in it. */
export interface Row {
  /** From 1. */
  readonly line: number;
  /** Without quotation marks and spaces around. */
  readonly cells: readonly string[];
}

export interface Table {
  readonly header: Row;
  readonly rows: readonly Row[];
}

/** Characters: 300,000 rows of a date, a time and a price. */
const CSV_TEXT_MAX = 16_000_000;
const LINE_MAX = 10_000;
const CELLS_MAX = 500;

/** The text without its byte order mark; undefined, and reported, where it is none or is too long. */
export function csvText(input: unknown, findings: Findings): string | undefined {
  if (typeof input !== 'string') return report(findings, 'This is no text.', 'Give the CSV file as text.');
  if (input.length > CSV_TEXT_MAX) {
    const reason = `The file has ${input.length} characters, more than ${CSV_TEXT_MAX}.`;
    return report(findings, reason, 'Upload a shorter span of prices.');
  }
  return input.startsWith('\uFEFF') ? input.slice(1) : input;
}

/** How a table is cut into cells. */
export interface Cut {
  readonly delimiter: ',' | ';' | '\t';
  /** Lines before the header. */
  readonly preambleLines: number;
}

/**
 * The header and the rows of a CSV text (RFC 4180, without line breaks in quotation marks). Empty lines are passed over. A cell of a
 * spreadsheet that must stay text, ="541448", is its text. Undefined, and reported, where there is no header.
 */
export function readTable(text: string, cut: Cut, findings: Findings): Table | undefined {
  let header: Row | undefined;
  const rows: Row[] = [];
  for (const { line, content } of linesOf(text)) {
    if (line <= cut.preambleLines) continue;
    const cells = content.length > LINE_MAX ? tooLong(findings, line, content) : cellsOf(content, cut.delimiter);
    if (cells === undefined) return undefined;
    if (typeof cells === 'string') addIssue(findings, 'INVALID_TARIFF', () => cellIssue(line, cells, content));
    else if (cells.every((cell) => cell === '')) continue;
    else if (header === undefined) header = { line, cells };
    else if (cells.length !== header.cells.length)
      addIssue(findings, 'INVALID_TARIFF', widthIssue(line, cells, header));
    else rows.push({ line, cells });
    if (rows.length > PRICES_MAX) {
      return report(findings, `The file has more than ${PRICES_MAX} rows.`, 'Upload a shorter span of prices.');
    }
  }
  if (header !== undefined) return { header, rows };
  return report(findings, 'The file has no header.', 'Name the columns in its first line.');
}

/** Lines end with LF, CRLF or CR. */
export function* linesOf(text: string): Generator<{ readonly line: number; readonly content: string }> {
  const end = /\r\n|\n|\r/g;
  let from = 0;
  for (let line = 1; from < text.length; line++) {
    const found = end.exec(text);
    yield { line, content: text.slice(from, found?.index ?? text.length) };
    from = found === null ? text.length : end.lastIndex;
  }
}

/** The cells of a line, or what is wrong with it. */
export function cellsOf(content: string, delimiter: string): readonly string[] | string {
  if (content.length > LINE_MAX) return `The line has more than ${LINE_MAX} characters.`;
  const cells = content.includes('"')
    ? quotedCells(content, delimiter)
    : content.split(delimiter).map((cell) => cell.trim());
  if (typeof cells === 'string' || cells.length <= CELLS_MAX) return cells;
  return `There are more than ${CELLS_MAX} columns.`;
}

function quotedCells(content: string, delimiter: string): string[] | string {
  const cells: string[] = [];
  for (let at = 0; at <= content.length; ) {
    const cell = cellAt(content, at, delimiter);
    if (typeof cell === 'string') return cell;
    cells.push(cell.text);
    at = cell.end + 1;
  }
  return cells;
}

/** The cell from an offset to the delimiter at `end`. */
function cellAt(content: string, from: number, delimiter: string): { text: string; end: number } | string {
  let at = from;
  while (content[at] === ' ') at += 1;
  const opened = content.startsWith('="', at) ? at + 2 : content[at] === '"' ? at + 1 : undefined;
  if (opened === undefined) {
    const found = content.indexOf(delimiter, at);
    const end = found === -1 ? content.length : found;
    const text = content.slice(at, end).trim();
    return text.includes('"') ? 'A quotation mark stands within a cell that does not begin with one.' : { text, end };
  }
  const closed = closingMark(content, opened);
  if (closed === undefined) return 'A quotation mark is not closed on its line.';
  let end = closed + 1;
  while (content[end] === ' ') end += 1;
  if (end < content.length && content[end] !== delimiter) return 'Something stands behind a closing quotation mark.';
  return { text: spreadsheetText(content.slice(opened, closed).replaceAll('""', '"')).trim(), end };
}

function closingMark(content: string, from: number): number | undefined {
  for (let at = content.indexOf('"', from); at !== -1; at = content.indexOf('"', at + 2)) {
    if (content[at + 1] !== '"') return at;
  }
  return undefined;
}

function spreadsheetText(text: string): string {
  return /^="([^"]*)"$/.exec(text)?.[1] ?? text;
}

function cellIssue(line: number, reason: string, content: string): TariffIssue {
  return {
    line,
    reason,
    fix: 'Write "" for a quotation mark in a cell, and close each on its line.',
    text: content.slice(0, TEXT_MAX),
  };
}

function widthIssue(line: number, cells: readonly string[], header: Row): () => TariffIssue {
  return () => ({
    line,
    reason: `The row has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, the header ${header.cells.length}.`,
    fix: 'Give each row as many cells as there are columns; a cell with the delimiter in it needs quotation marks.',
    text: cells.join(' | ').slice(0, TEXT_MAX),
  });
}

function tooLong(findings: Findings, line: number, content: string): undefined {
  addIssue(findings, 'INVALID_TARIFF', () => ({
    line,
    reason: `The line has ${content.length} characters, more than ${LINE_MAX}.`,
    fix: 'Give one row for each price, each on a line.',
    text: content.slice(0, TEXT_MAX),
  }));
  return undefined;
}

function report(findings: Findings, reason: string, fix: string): undefined {
  addIssue(findings, 'INVALID_TARIFF', () => ({ reason, fix }));
  return undefined;
}
