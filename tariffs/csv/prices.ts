import { parseDecimal } from '../published/decimals.js';
import { isPrice, type PricedInterval } from '../published/pricedIntervals.js';
import type { Findings } from '../reading/findings.js';
import { type Column, cellIn, refuseCell } from './columns.js';
import type { Row } from './table.js';

/** A price with the line it is written on. */
export interface WrittenPrice extends PricedInterval {
  readonly line: number;
  /** Its time as it is written, and where. */
  readonly stamp: string;
  readonly stampColumn: string;
}

export interface PriceForm {
  readonly column: Column;
  readonly decimalMark: '.' | ',';
  /** The power of ten from what is written to a price per kWh. */
  readonly places: number;
}

/** The price of a row; undefined, and reported, where it is none. Thousands have no mark: "1.234" would be either. */
export function readPrice(
  row: Row,
  { column, decimalMark, places }: PriceForm,
  findings: Findings,
): number | undefined {
  const text = cellIn(row, column);
  const price = parseDecimal(decimalMark === ',' ? swapped(text) : text, places, 'exponent');
  if (price !== undefined && isPrice(price)) return price;
  return refuseCell(findings, { line: row.line, column: column.name, text }, whyNoPrice(text, decimalMark));
}

function swapped(text: string): string {
  return text.includes('.') ? '' : text.replace(',', '.');
}

function whyNoPrice(text: string, decimalMark: '.' | ','): { readonly reason: string; readonly fix: string } {
  const other = decimalMark === ',' ? '.' : ',';
  const named = decimalMark === ',' ? 'comma' : 'point';
  if (text === '') return { reason: 'It is empty, which is not 0.', fix: 'Write the price, or leave the row out.' };
  if (/^[+-]?\d{1,3}(?:[.,]\d{3})+$/.test(text)) {
    return {
      reason: 'This is thousands in one country and decimals in another.',
      fix: `The decimal mark is declared as ${named}: write thousands without a mark, and decimals with it.`,
    };
  }
  if (/^[+-]?[\d.,]+$/.test(text) && text.includes(other)) {
    return {
      reason: `This is no number whose decimal mark is a ${named}.`,
      fix: 'Write it so, without a mark for thousands, or declare the other mark.',
    };
  }
  return { reason: 'This is no price.', fix: `Write a number with a decimal ${named}, without its unit.` };
}

/** Prices in the order of time; those that overlap are reported. */
export function inOrderOfTime(prices: readonly WrittenPrice[], findings: Findings): WrittenPrice[] {
  const ordered = prices.toSorted((a, b) => a.startMs - b.startMs || a.line - b.line);
  for (const [index, price] of ordered.entries()) {
    const before = ordered[index - 1];
    if (before === undefined || before.endMs <= price.startMs) continue;
    // Of two rows the one further down is shown.
    const [first, second] = before.line < price.line ? [before, price] : [price, before];
    refuseCell(
      findings,
      { line: second.line, column: second.stampColumn, text: second.stamp },
      {
        code: 'TARIFF_OVERLAP',
        reason: `It holds at the same time as line ${first.line}.`,
        fix: 'Leave one price for each time.',
      },
    );
  }
  return ordered;
}
