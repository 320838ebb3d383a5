import { DateTime } from 'luxon';

/** An ISO 8601 duration: what the calendar counts apart from what the clock does. */
export interface CalendarDuration {
  readonly months: number;
  readonly days: number;
  readonly ms: number;
}

const DURATION =
  /^P(?=[\dT])(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,10})S)?)?$/;
/** OpenADR 3.0.1, user guide 7.3: P9999Y stands for infinity. */
const INFINITE_YEARS = 9999;

/** P9999Y is 'infinite'; undefined where the text is no duration, or a negative one. */
export function parseCalendarDuration(text: string): CalendarDuration | 'infinite' | undefined {
  const [all, years = '0', months = '0', weeks = '0', days = '0', hours = '0', minutes = '0', seconds = '0'] =
    DURATION.exec(text) ?? [];
  if (all === undefined) return undefined;
  if (Number(years) >= INFINITE_YEARS) return 'infinite';
  return {
    months: Number(years) * 12 + Number(months),
    days: Number(weeks) * 7 + Number(days),
    ms: (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000,
  };
}

export function isZero({ months, days, ms }: CalendarDuration): boolean {
  return months === 0 && days === 0 && ms === 0;
}

/** Days and months by the zone's calendar: a day may have 23 or 25 hours. NaN where that is no instant any more. */
export function addDuration(startMs: number, { months, days, ms }: CalendarDuration, timeZone: string): number {
  if (months === 0 && days === 0) return startMs + ms;
  return DateTime.fromMillis(startMs, { zone: timeZone }).plus({ months, days }).toMillis() + ms;
}
