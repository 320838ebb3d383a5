import type { Language } from '../words/words.js';

// Instants are epoch milliseconds; people read them in the site's zone, wherever they are themselves.

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', sv: 'sv-SE' };
const DAY_MS = 86_400_000;

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
  const hours = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone });
  const days = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', timeZone });
  const time = (atMs: number) => hours.format(atMs);
  const wall = wallClock(timeZone);
  return {
    time,
    when: (atMs, nowMs) => {
      const ahead = dayNumber(wall(atMs)) - dayNumber(wall(nowMs));
      if (ahead === 0) return time(atMs);
      return ahead === 1 ? tomorrow(time(atMs)) : `${days.format(atMs)} ${time(atMs)}`;
    },
    wall,
    nextHour: (hour, nowMs) => {
      const clock = `T${String(hour).padStart(2, '0')}:00`;
      for (const offsetMs of [0, DAY_MS, 2 * DAY_MS]) {
        const day = wall(nowMs + offsetMs).slice(0, 10);
        const atMs = instantOf(day + clock, timeZone);
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

/** The same for many instants: making the format takes a thousand times as long as using it. */
function wallClock(timeZone: string): (atMs: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  });
  return (atMs) => {
    const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? '00';
    return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
  };
}

/** The instant at which the wall clock shows this; the first one where it does so twice. Undefined: it is no time at all. */
export function instantOf(wall: string, timeZone: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(wall)) return undefined;
  const asUtcMs = Date.parse(`${wall}Z`);
  if (Number.isNaN(asUtcMs)) return undefined;
  const offsetAt = (atMs: number) => Date.parse(`${wallTime(atMs, timeZone)}Z`) - Math.floor(atMs / 60_000) * 60_000;
  // The offsets of the days around: of two readings the earlier, of an hour that is left out the one that the clock jumps to.
  const candidates = [offsetAt(asUtcMs - DAY_MS), offsetAt(asUtcMs + DAY_MS)].map((offsetMs) => asUtcMs - offsetMs);
  const exact = candidates.filter((atMs) => wallTime(atMs, timeZone) === wall);
  return exact.length > 0 ? Math.min(...exact) : candidates[0];
}

function dayNumber(wall: string): number {
  return Date.parse(`${wall.slice(0, 10)}T00:00Z`) / DAY_MS;
}
