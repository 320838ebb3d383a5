import type { Language } from '../words/words.js';
import { instantOf, localeOf, wallTime } from './siteTime.js';

// Months and days of the site's calendar, as addresses write them: 2026-01, 2026-01-14.

const DAY_MS = 86_400_000;
const DAYS_A_WEEK = 7;

export interface DaySpan {
  readonly day: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export function isMonth(text: string | undefined): text is string {
  return text !== undefined && /^20\d{2}-(0[1-9]|1[0-2])$/.test(text);
}

export function monthAt(atMs: number, timeZone: string): string {
  return wallTime(atMs, timeZone).slice(0, 7);
}

export function dayAt(atMs: number, timeZone: string): string {
  return wallTime(atMs, timeZone).slice(0, 10);
}

export function monthBy(month: string, steps: number): string {
  const [year = 2000, number = 1] = month.split('-').map(Number);
  const next = new Date(Date.UTC(year, number - 1 + steps, 1));
  return next.toISOString().slice(0, 7);
}

export function monthName(month: string, language: Language): string {
  const name = new Intl.DateTimeFormat(localeOf(language), { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const text = name.format(Date.parse(`${month}-01T00:00Z`));
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function dayName(day: string, language: Language): string {
  const name = new Intl.DateTimeFormat(localeOf(language), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  });
  const text = name.format(Date.parse(`${day}T00:00Z`));
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Mon, Tue and so on, Monday first. */
export function weekdayNames(language: Language): readonly string[] {
  const name = new Intl.DateTimeFormat(localeOf(language), { weekday: 'short', timeZone: 'UTC' });
  const monday = Date.parse('2024-01-01T00:00Z');
  return Array.from({ length: DAYS_A_WEEK }, (_, place) => name.format(monday + place * DAY_MS));
}

/** Each with its own length: 23 to 25 hours. */
export function daysOf(month: string, timeZone: string): readonly DaySpan[] {
  const firstMs = Date.parse(`${month}-01T00:00Z`);
  const count = Math.round((Date.parse(`${monthBy(month, 1)}-01T00:00Z`) - firstMs) / DAY_MS);
  const startOf = (place: number) =>
    instantOf(`${new Date(firstMs + place * DAY_MS).toISOString().slice(0, 10)}T00:00`, timeZone) ?? firstMs;
  return Array.from({ length: count }, (_, place) => ({
    day: new Date(firstMs + place * DAY_MS).toISOString().slice(0, 10),
    fromMs: startOf(place),
    toMs: startOf(place + 1),
  }));
}

/** So many places of the first week are of the month before. */
export function blanksBefore(month: string): number {
  return (new Date(`${month}-01T00:00Z`).getUTCDay() + DAYS_A_WEEK - 1) % DAYS_A_WEEK;
}

/** 14 Jan 2026: for what may be years away. */
export function dateText(atMs: number, { language, timeZone }: { language: Language; timeZone: string }): string {
  return new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeZone }).format(atMs);
}

/** The same with the time of day. */
export function momentText(atMs: number, { language, timeZone }: { language: Language; timeZone: string }): string {
  return new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(
    atMs,
  );
}
