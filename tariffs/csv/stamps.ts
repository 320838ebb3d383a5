import { DateTime } from 'luxon';
import { DAY_MS } from '../localStretches.js';
import { isInstant } from '../published/publishedTariff.js';
import { isDate, parseInstant } from '../reading/instants.js';

/** A time as it is written: an instant, or what a local clock shows. */
export type Stamp =
  | { readonly kind: 'instant'; readonly ms: number }
  /** As if the clock were one of UTC. */
  | { readonly kind: 'local'; readonly wallMs: number };

/** Reads the times of one format; undefined where a text is none, or is not of 1970 to 2200. */
export type StampReader = (text: string) => Stamp | undefined;

const LENGTH_MAX = 100;

export function stampReader(format: string): StampReader {
  switch (format) {
    case 'iso':
      return isoStamp;
    case 'epochSeconds':
      return (text) => epochStamp(text, 1000);
    case 'epochMilliseconds':
      return (text) => epochStamp(text, 1);
    default:
      return formatted(format);
  }
}

/** Why a format can't be read by; undefined where it can. */
export function whyNoFormat(format: string): string | undefined {
  if (format === 'iso' || format === 'epochSeconds' || format === 'epochMilliseconds') return undefined;
  const tokens = format.replace(/'[^']*'/g, '');
  if (format.length > LENGTH_MAX) return 'The format is too long.';
  // Without a year it would be this one, whichever that is.
  if (!/y/.test(tokens) || !/[ML]/.test(tokens) || !/d/.test(tokens)) return 'The format lacks year, month or day.';
  return undefined;
}

const OFFSET = /T.*(?:[Zz]|[+-]\d{2}:?\d{2})$/;

function isoStamp(text: string): Stamp | undefined {
  const full = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text.replace(' ', 'T');
  const ms = parseInstant(full, 'UTC');
  if (ms === undefined) return undefined;
  return OFFSET.test(full) ? { kind: 'instant', ms } : { kind: 'local', wallMs: ms };
}

function epochStamp(text: string, unitMs: number): Stamp | undefined {
  if (!/^\d{1,14}$/.test(text)) return undefined;
  const ms = Number(text) * unitMs;
  return isInstant(ms) ? { kind: 'instant', ms } : undefined;
}

function formatted(format: string): StampReader {
  return numbersOnly(format) ?? byLuxon(format);
}

function byLuxon(format: string): StampReader {
  const parser = DateTime.buildFormatParser(format, { locale: 'en' });
  const hasOffset = /[Zz]/.test(format.replace(/'[^']*'/g, ''));
  return (text) => {
    if (text.length > LENGTH_MAX) return undefined;
    const read = DateTime.fromFormatParser(text, parser, { zone: 'utc', locale: 'en' });
    const ms = read.toMillis();
    if (!read.isValid || !isInstant(ms)) return undefined;
    return hasOffset ? { kind: 'instant', ms } : { kind: 'local', wallMs: ms };
  };
}

/** Tokens of luxon that are numbers and nothing else. */
const NUMBERS = {
  yyyy: '(?<year>\\d{4})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  dd: '(?<day>\\d{2})',
  d: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
} as const;

/** Formats of plain numbers are read without luxon, which takes many times as long: a year has 35,040 quarter hours. */
function numbersOnly(format: string): StampReader | undefined {
  const parts = format.match(/[A-Za-z]+|[^A-Za-z]+/g) ?? [];
  const words = parts.flatMap((part) => (/^[A-Za-z]/.test(part) ? (part.match(/(.)\1*/g) ?? []) : [part]));
  const letters = words.filter((word) => /^[A-Za-z]/.test(word));
  const isKnown = words.every((word) => Object.hasOwn(NUMBERS, word) || /^[-/. :,]+$/.test(word));
  if (!isKnown || new Set(letters.map((word) => word.slice(0, 1))).size < letters.length) return undefined;
  const form = new RegExp(
    `^${words.map((word) => (word in NUMBERS ? NUMBERS[word as keyof typeof NUMBERS] : word.replaceAll('.', '\\.'))).join('')}$`,
  );
  return (text) => {
    const { year, month, day, hour = '0', minute = '0', second = '0' } = form.exec(text)?.groups ?? {};
    if (year === undefined || month === undefined || day === undefined) return undefined;
    const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    const clockMs = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
    // 24:00 is the end of the day.
    if (!isDate(date) || Number(minute) > 59 || Number(second) > 59 || clockMs > DAY_MS) return undefined;
    return { kind: 'local', wallMs: Date.parse(`${date}T00:00:00Z`) + clockMs };
  };
}
