import type { Language } from '../words/words.js';

// Instants are epoch milliseconds; people read them in the site's zone, wherever they are themselves.

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', sv: 'sv-SE' };
const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
/** Of days, and of the quarters of those on which it changes. */
const OFFSETS_KEPT = 4_000;
const WALL = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const;

export function localeOf(language: Language): string {
  return LOCALES[language];
}

export interface SiteClock {
  /** 16:30. */
  time(atMs: number): string;
  /** 16:30 today, tomorrow 06:30, else Mon 19 Jan 06:30. */
  when(atMs: number, nowMs: number): string;
  /** Of the wall clock, as a form writes it: 2026-01-14T16:30. */
  wall(atMs: number): string;
  /** The next instant at which the wall clock shows so many whole hours. */
  nextHour(hour: number, nowMs: number): number;
}

export function siteClock(language: Language, timeZone: string, tomorrow: (time: string) => string): SiteClock {
  const locale = localeOf(language);
  // Making a format takes long, and of most clocks this one is never asked.
  let days: Intl.DateTimeFormat | undefined;
  const day = (atMs: number) => {
    days ??= new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', timeZone });
    return days.format(atMs);
  };
  const wall = wallClock(timeZone);
  // As the format would write it in both languages, at a tenth of the time.
  const time = (atMs: number) => wall(atMs).slice(11);
  return {
    time,
    when: (atMs, nowMs) => {
      const ahead = dayNumber(wall(atMs)) - dayNumber(wall(nowMs));
      if (ahead === 0) return time(atMs);
      return ahead === 1 ? tomorrow(time(atMs)) : `${day(atMs)} ${time(atMs)}`;
    },
    wall,
    nextHour: (hour, nowMs) => {
      const clock = `T${String(hour).padStart(2, '0')}:00`;
      for (const offsetMs of [0, DAY_MS, 2 * DAY_MS]) {
        const day = wall(nowMs + offsetMs).slice(0, 10);
        const atMs = instantBy(wall, day + clock);
        if (atMs !== undefined && atMs > nowMs) return atMs;
      }
      return nowMs + DAY_MS;
    },
  };
}

/** 2026-01-14T16:30, as the wall clock of the zone shows it. */
export function wallTime(atMs: number, timeZone: string): string {
  return wallClock(timeZone)(atMs);
}

/**
 * The same for many instants: making the format takes a thousand times as long as using it, and using it twenty times as long as adding
 * an offset, which changes on quarters of an hour only, and on few days.
 */
function wallClock(timeZone: string): (atMs: number) => string {
  let format: Intl.DateTimeFormat | undefined;
  const offsets = new Map<number, number>();
  const offsetAt = (atMs: number) => {
    const known = offsets.get(atMs);
    if (known !== undefined) return known;
    format ??= new Intl.DateTimeFormat('en-CA', { ...WALL, timeZone });
    const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
    const part = (name: Intl.DateTimeFormatPartTypes) => Number(parts.get(name) ?? 0);
    const offsetMs = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute')) - atMs;
    if (offsets.size >= OFFSETS_KEPT) offsets.clear();
    offsets.set(atMs, offsetMs);
    return offsetMs;
  };
  return (atMs) => {
    const dayMs = Math.floor(atMs / DAY_MS) * DAY_MS;
    const offsetMs = offsetAt(dayMs);
    const isChanging = offsetMs !== offsetAt(dayMs + DAY_MS);
    const shownMs = atMs + (isChanging ? offsetAt(Math.floor(atMs / QUARTER_MS) * QUARTER_MS) : offsetMs);
    return new Date(shownMs).toISOString().slice(0, 16);
  };
}

/** The instant at which the wall clock shows this; the first one where it does so twice. Undefined: it is no time at all. */
export function instantOf(text: string, timeZone: string): number | undefined {
  return instantBy(wallClock(timeZone), text);
}

function instantBy(wall: (atMs: number) => string, text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text)) return undefined;
  const asUtcMs = Date.parse(`${text}Z`);
  if (Number.isNaN(asUtcMs)) return undefined;
  const offsetAt = (atMs: number) => Date.parse(`${wall(atMs)}Z`) - Math.floor(atMs / 60_000) * 60_000;
  // The offsets of the days around: of two readings the earlier, of an hour that is left out the one that the clock jumps to.
  const candidates = [offsetAt(asUtcMs - DAY_MS), offsetAt(asUtcMs + DAY_MS)].map((offsetMs) => asUtcMs - offsetMs);
  const exact = candidates.filter((atMs) => wall(atMs) === text);
  return exact.length > 0 ? Math.min(...exact) : candidates[0];
}

function dayNumber(wall: string): number {
  return Date.parse(`${wall.slice(0, 10)}T00:00Z`) / DAY_MS;
}
