import { DAY_MS } from './localStretches.js';
import type { Holidays } from './types.js';

/** Whether a local date is a holiday; the argument is as dateOf gives it. Easter is worked out once per year. */
export function holidayTest(holidays: Holidays): (date: string) => boolean {
  const { dates, yearly, easter } = holidays;
  if (dates.length + yearly.length + easter.length === 0) return () => false;
  const single = new Set(dates);
  const everyYear = new Set(yearly);
  const movable = new Map<string, ReadonlySet<string>>();
  return (date) => {
    if (single.has(date) || everyYear.has(date.slice(5))) return true;
    if (easter.length === 0) return false;
    const year = date.slice(0, 4);
    const known = movable.get(year) ?? datesFromEaster(Number(year), easter);
    movable.set(year, known);
    return known.has(date);
  };
}

function datesFromEaster(year: number, offsetDays: readonly number[]): Set<string> {
  const easterMs = easterSundayMs(year);
  return new Set(offsetDays.map((days) => new Date(easterMs + days * DAY_MS).toISOString().slice(0, 10)));
}

/** Midnight UTC of Easter Sunday, Gregorian: the "anonymous" computus as Meeus gives it (Astronomical Algorithms, chapter 8). */
function easterSundayMs(year: number): number {
  const moon = year % 19;
  const century = Math.floor(year / 100);
  const ofCentury = year % 100;
  const lunarShift = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * moon + century - Math.floor(century / 4) - lunarShift + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - (ofCentury % 4)) % 7;
  const correction = Math.floor((moon + 11 * epact + 22 * weekday) / 451);
  const marchDay = epact + weekday - 7 * correction + 114;
  return Date.UTC(year, Math.floor(marchDay / 31) - 1, (marchDay % 31) + 1);
}
