import { IANAZone } from 'luxon';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** What a clock on the wall shows. */
export interface LocalTime {
  /** Monday is 1, Sunday 7. */
  readonly weekday: number;
  /** 0 to 1439. */
  readonly minuteOfDay: number;
}

/** Reads the wall clock of an IANA zone, thousands of times: what the zone is off UTC is looked up per day, not per reading. */
export function localClock(timeZone: string): (atMs: number) => LocalTime {
  const zone = IANAZone.create(timeZone);
  const offsets = new Map<number, number | 'changes'>();
  const offsetOfDay = (day: number): number | 'changes' => {
    const first = zone.offset(day * DAY_MS);
    const offset = first === zone.offset((day + 1) * DAY_MS) ? first : 'changes';
    offsets.set(day, offset);
    return offset;
  };
  return (atMs) => {
    const day = Math.floor(atMs / DAY_MS);
    const known = offsets.get(day) ?? offsetOfDay(day);
    const localMs = atMs + (known === 'changes' ? zone.offset(atMs) : known) * MINUTE_MS;
    // The epoch began on a Thursday.
    const weekday = ((((Math.floor(localMs / DAY_MS) + 3) % 7) + 7) % 7) + 1;
    const sinceMidnightMs = localMs - Math.floor(localMs / DAY_MS) * DAY_MS;
    return { weekday, minuteOfDay: Math.floor(sinceMidnightMs / MINUTE_MS) };
  };
}

export function isWeekend({ weekday }: LocalTime): boolean {
  return weekday >= 6;
}
