import type { CsvOptions } from '../parseOptions.js';
import { cellsOf, linesOf } from './table.js';

// What a file looks like. It is only ever told, never used: "1.234" may be either.

/** What can be told from the first lines. */
export type Guess = Partial<Record<keyof CsvOptions, string | number>> & { readonly isWide?: true };

const SAMPLE_MAX = 20_000;
const LINES_MAX = 20;
/** With so many columns of numbers a row is a day. */
const WIDE_COLUMNS = 23;

const FORMATS: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?$/, 'iso'],
  [/^\d{2}-\d{2}-\d{4} \d{2}:\d{2}$/, 'dd-MM-yyyy HH:mm'],
  [/^\d{2}-\d{2}-\d{4} \d{2}:\d{2}:\d{2}$/, 'dd-MM-yyyy HH:mm:ss'],
  [/^\d{2}-\d{2}-\d{4}$/, 'dd-MM-yyyy'],
  [/^\d{2}\/\d{2}\/\d{4} \d{2}:\d{2}$/, 'dd/MM/yyyy HH:mm'],
  [/^\d{2}\/\d{2}\/\d{4}$/, 'dd/MM/yyyy'],
  [/^\d{1,2}\.\d{1,2}\.\d{4} \d{1,2}:\d{2}$/, 'd.M.yyyy H:mm'],
  [/^\d{1,2}\.\d{1,2}\.\d{4}$/, 'd.M.yyyy'],
  [/^\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}$/, 'yyyy/MM/dd HH:mm'],
  [/^\d{13}$/, 'epochMilliseconds'],
  [/^\d{10}$/, 'epochSeconds'],
];

export function guessDialect(text: string, preambleLines: number): Guess {
  const lines: string[] = [];
  for (const { line, content } of linesOf(text.slice(0, SAMPLE_MAX))) {
    if (lines.length === LINES_MAX) break;
    if (line > preambleLines && content.trim() !== '') lines.push(content);
  }
  const [first = '', ...others] = lines;
  const delimiter = [';', '\t', ','].find((sign) => first.includes(sign));
  if (delimiter === undefined) return {};
  const header = cellsOf(first, delimiter);
  if (typeof header === 'string') return { delimiter };
  const rows = others.map((line) => cellsOf(line, delimiter)).filter((cells) => typeof cells !== 'string');
  return { delimiter, ...guessColumns(header, rows) };
}

function guessColumns(header: readonly string[], rows: readonly (readonly string[])[]): Omit<Guess, 'delimiter'> {
  const columns = header.map((name, index) => ({ name, values: rows.flatMap((cells) => cells[index] ?? []) }));
  const stamp = columns.find(({ values }) => formatOf(values) !== undefined);
  const numbers = columns.filter(
    (column) => column !== stamp && column.values.length > 0 && column.values.every(isNumber),
  );
  if (numbers.length >= WIDE_COLUMNS) return { isWide: true };
  const price =
    numbers.find(({ name }) => /price|pris|prijs|preis|prix|prezzo|precio|kwh|mwh/i.test(name)) ?? numbers.at(-1);
  const decimalMark = price?.values.some((value) => value.includes(',')) ? ',' : '.';
  const format = stamp && formatOf(stamp.values);
  const minutes = stamp && minutesBetween(stamp.values);
  return {
    ...(price === undefined ? {} : { decimalMark, priceColumn: price.name, ...guessUnit(price.name) }),
    ...(minutes === undefined ? {} : { resolutionMinutes: minutes }),
    ...(stamp === undefined ? {} : { ...guessStamped(stamp.name), timestampColumn: stamp.name }),
    ...(format === undefined ? {} : { timestampFormat: format }),
  };
}

function formatOf(values: readonly string[]): string | undefined {
  if (values.length === 0) return undefined;
  return FORMATS.find(([form]) => values.every((value) => form.test(value)))?.[1];
}

function isNumber(value: string): boolean {
  return /^[+-]?\d+(?:[.,]\d+)*$/.test(value);
}

function guessUnit(name: string): Guess {
  if (/mwh/i.test(name)) return { unit: 'perMwh' };
  if (/(?:öre|øre|ore|cent|ct|pence|p)\s*(?:\/|per)\s*kwh/i.test(name)) return { unit: 'minorPerKwh' };
  return /kwh/i.test(name) ? { unit: 'perKwh' } : {};
}

function guessStamped(name: string): Guess {
  if (/start|from|begin|van\b|von\b|från|fra\b/i.test(name)) return { stamped: 'start' };
  return /end|\bto\b|\btot\b|bis\b|till|til\b/i.test(name) ? { stamped: 'end' } : {};
}

/** Between the clocks of the first two rows. */
function minutesBetween([first, second]: readonly string[]): number | undefined {
  const [from, to] = [first, second].map((text) => {
    const [, hours, minutes] = /(\d{1,2}):(\d{2})/.exec(text ?? '') ?? [];
    return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
  });
  if (from === undefined || to === undefined) return undefined;
  const apart = (to - from + 1440) % 1440;
  return apart > 0 && apart <= 60 && 60 % apart === 0 ? apart : undefined;
}

const NAMES = [
  'delimiter',
  'decimalMark',
  'unit',
  'resolutionMinutes',
  'stamped',
  'timestampColumn',
  'priceColumn',
  'timestampFormat',
] as const;

/** 'delimiter ";", decimalMark ","'; empty where nothing can be told. */
export function printGuess(guess: Guess): string {
  if (guess.isWide)
    return 'a row for each day with a column for each interval, which is not read (write a row for each interval)';
  return NAMES.flatMap((name) => (guess[name] === undefined ? [] : [`${name} ${JSON.stringify(guess[name])}`])).join(
    ', ',
  );
}
