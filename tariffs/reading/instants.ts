// Instants, dates and durations as they are written. Only what is exact: a length in days or months depends on a calendar.

/** 1970 to 2200, both whole, in UTC: nothing that people buy energy for lies outside. */
export const YEAR_MIN = 1970;
export const YEAR_MAX = 2200;
const INSTANT_MIN_MS = Date.UTC(YEAR_MIN, 0, 1);
export const INSTANT_MAX_MS = Date.UTC(YEAR_MAX + 1, 0, 1);

const INSTANT = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d{0,6})?)?([Zz]|[+-]\d{2}:?\d{2})?$/;

/** ISO 8601 to milliseconds; undefined where it is none, or of a year that is not of ours. Without an offset it is undefined too, unless 'UTC' is taken. */
export function parseInstant(text: string, withoutOffset: 'refused' | 'UTC' = 'refused'): number | undefined {
  const [, date, hour, minute, second = '0', fraction = '', offset] = INSTANT.exec(text) ?? [];
  const midnightMs = date === undefined ? undefined : dayMs(date);
  if (midnightMs === undefined) return undefined;
  if (offset === undefined && withoutOffset === 'refused') return undefined;
  const offsetMinutes = parseOffset(offset ?? 'Z');
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59 || offsetMinutes === undefined) return undefined;
  const clockMs =
    (Number(hour) * 60 + Number(minute) - offsetMinutes) * 60_000 +
    Number(second) * 1000 +
    Number(fraction.padEnd(3, '0'));
  const ms = midnightMs + clockMs;
  return ms >= INSTANT_MIN_MS && ms <= INSTANT_MAX_MS ? ms : undefined;
}

function parseOffset(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(-2));
  if (hours > 18 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** YYYY-MM-DD of a day that there is, in 1970 to 2200. */
export function isDate(text: string): boolean {
  const year = Number(text.slice(0, 4));
  return year >= YEAR_MIN && year <= YEAR_MAX && isDay(text);
}

function isDay(text: string): boolean {
  return dayMs(text) !== undefined;
}

/** Midnight UTC of YYYY-MM-DD; undefined where there is no such day. */
function dayMs(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const [year = 0, month = 0, dayOfMonth = 0] = [text.slice(0, 4), text.slice(5, 7), text.slice(8)].map(Number);
  const ms = Date.UTC(year, month - 1, dayOfMonth);
  // Engines take 30 February for 2 March, and the year 70 for 1970.
  const day = new Date(ms);
  const isItself = day.getUTCFullYear() === year && day.getUTCMonth() === month - 1 && day.getUTCDate() === dayOfMonth;
  return isItself ? ms : undefined;
}

/** MM-DD of a day that there is at least in leap years. */
export function isYearlyDate(text: string): boolean {
  return /^\d{2}-\d{2}$/.test(text) && isDate(`2000-${text}`);
}

/** YYYY-MM, in 1970 to 2200. */
export function isMonth(text: string): boolean {
  return /^\d{4}-\d{2}$/.test(text) && isDate(`${text}-01`);
}

const DURATION = /^PT(?=\d)(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,10})S)?$/;

/** ISO 8601 in hours, minutes and whole seconds, such as PT15M, to milliseconds; undefined for all else, and for nothing at all. */
export function parseDuration(text: string): number | undefined {
  const [all, hours = '0', minutes = '0', seconds = '0'] = DURATION.exec(text) ?? [];
  if (all === undefined) return undefined;
  const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return ms > 0 ? ms : undefined;
}

/** The shortest way to write whole seconds: PT15M, PT1H30M. */
export function printDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [
    [Math.floor(seconds / 3600), 'H'],
    [Math.floor(seconds / 60) % 60, 'M'],
    [seconds % 60, 'S'],
  ] as const;
  return `PT${parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('')}`;
}
