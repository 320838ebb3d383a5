import type { TariffIssue } from '../invalidTariff.js';
import type { CsvOptions, ParseOptions } from '../parseOptions.js';
import { addIssue, type Findings } from '../reading/findings.js';
import { kindOf } from '../reading/place.js';
import { guessDialect, printGuess } from './guess.js';
import { whyNoFormat } from './stamps.js';
import { cellsOf, linesOf } from './table.js';

/** How a file is read. */
export type Dialect = PlainDialect | DeclaredDialect;

/** The dialect that needs no declaration: start,end,price_per_kwh (or price_per_mwh). */
export interface PlainDialect {
  readonly kind: 'plain';
  readonly delimiter: ',';
  readonly preambleLines: 0;
  readonly price: 'price_per_kwh' | 'price_per_mwh';
}

/** All that is needed to read a file whose columns are declared. */
export interface DeclaredDialect extends CsvOptions {
  readonly kind: 'declared';
  readonly preambleLines: number;
}

type Check = (value: unknown) => string | undefined;

const oneOf =
  (...choices: readonly string[]): Check =>
  (value) =>
    choices.some((choice) => choice === value)
      ? undefined
      : `Give one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}.`;
const words: Check = (value) =>
  typeof value === 'string' && value.trim() !== '' ? undefined : `Give a text, not ${kindOf(value)}.`;
const isWhole = (value: unknown, min: number, max: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
const columnValue: Check = (value) => {
  const { column, value: wanted } = (value ?? {}) as Record<string, unknown>;
  return typeof column === 'string' && typeof wanted === 'string' ? undefined : 'Give { column, value }, two texts.';
};

const REQUIRED: readonly (readonly [keyof CsvOptions, Check])[] = [
  ['delimiter', oneOf(',', ';', '\t')],
  ['decimalMark', oneOf('.', ',')],
  ['unit', oneOf('perKwh', 'perMwh', 'minorPerKwh')],
  [
    'resolutionMinutes',
    (value) =>
      (isWhole(value, 1, 60) && 60 % Number(value) === 0) || value === 1440
        ? undefined
        : 'Give minutes that divide an hour, such as 15, 30 or 60, or 1440 for local days.',
  ],
  ['stamped', oneOf('start', 'end')],
  ['timestampColumn', words],
  ['priceColumn', words],
  ['timestampFormat', (value) => words(value) ?? whyNoFormat(String(value))],
];
const OPTIONAL: readonly (readonly [keyof CsvOptions, Check])[] = [
  ['timeColumn', words],
  ['preambleLines', (value) => (isWhole(value, 0, 1000) ? undefined : 'Give a number of lines, 0 to 1000.')],
  ['only', columnValue],
  ['estimated', columnValue],
];

/** What is declared; undefined where something is not, which is reported together with what the file looks like. */
export function declaredDialect(
  csv: Partial<CsvOptions>,
  text: string,
  findings: Findings,
): DeclaredDialect | undefined {
  const guess = guessDialect(text, csv.preambleLines ?? 0);
  let isComplete = true;
  const report = (option: string, reason: string, fix: string) => {
    isComplete = false;
    addIssue(findings, 'INVALID_TARIFF', (): TariffIssue => ({ path: `options.csv.${option}`, reason, fix }));
  };
  for (const [option, check] of [...REQUIRED, ...OPTIONAL]) {
    const value = csv[option];
    const fix = value === undefined ? undefined : check(value);
    if (fix !== undefined) report(option, 'This option can not be so.', fix);
    if (value !== undefined || OPTIONAL.some(([name]) => name === option)) continue;
    const looks = guess[option];
    report(
      option,
      'This is not declared, and a CSV file does not say it.',
      looks === undefined ? 'Declare it.' : `Declare it: it looks like ${JSON.stringify(looks)}.`,
    );
  }
  return isComplete ? { ...(csv as CsvOptions), kind: 'declared', preambleLines: csv.preambleLines ?? 0 } : undefined;
}

export const PLAIN_HEADER = 'start,end,price_per_kwh';

/** By the names in the header; undefined, and reported with what the file looks like, where it is another. */
export function plainDialect(text: string, findings: Findings): PlainDialect | undefined {
  const header = firstCells(text);
  const prices = (['price_per_kwh', 'price_per_mwh'] as const).filter((name) => header.includes(name));
  const [price] = prices;
  if (price !== undefined && prices.length === 1 && header.includes('start') && header.includes('end'))
    return { kind: 'plain', delimiter: ',', preambleLines: 0, price };
  const looks = printGuess(guessDialect(text, 0));
  addIssue(findings, 'INVALID_TARIFF', () => ({
    line: 1,
    reason: `The file does not say how it is to be read: its header is not ${PLAIN_HEADER} (or price_per_mwh).`,
    fix: `${looks === '' ? 'Declare' : `It looks like ${looks}: if that is so, declare`} options.csv, or write that header.`,
    text: text.slice(0, 200).split(/[\r\n]/, 1)[0] ?? '',
  }));
  return undefined;
}

function firstCells(text: string): readonly string[] {
  for (const { content } of linesOf(text)) {
    if (content.trim() === '') continue;
    const cells = cellsOf(content, ',');
    return typeof cells === 'string' ? [] : cells;
  }
  return [];
}

/** An option without which no prices make a tariff. */
export function refuseMissing(options: ParseOptions, findings: Findings): void {
  const needed = { currency: 'such as EUR', timeZone: 'such as Europe/Stockholm' } as const;
  for (const [option, example] of Object.entries(needed) as [keyof typeof needed, string][]) {
    if (options[option] !== undefined) continue;
    addIssue(findings, 'INVALID_TARIFF', () => ({
      path: `options.${option}`,
      reason: 'This is not declared, and a CSV file does not say it.',
      fix: `Give options.${option}, ${example}.`,
    }));
  }
}
