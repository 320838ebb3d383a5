import type { FailsafeHours, Station, TimeOfDay, Weekday } from './model.js';

// What a station falls to by itself, over a week of the wall clock: its failsafe, and in its failsafeHours what these say.

const WEEKDAYS: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const DAY_MINUTES = 1_440;
export const WEEK_MINUTES = 7 * DAY_MINUTES;

/** From this minute of the week on, Monday 00:00 being 0. */
export interface WeekStep {
  readonly fromMinute: number;
  readonly limitA: number;
}

interface WeekSpan {
  readonly fromMinute: number;
  /** Exclusive; above WEEK_MINUTES where it lasts into the next week. */
  readonly toMinute: number;
  readonly hours: FailsafeHours;
}

/** Ascending, the first at 0. */
export function failsafeOverWeek(station: Station): readonly WeekStep[] {
  const spans = spansOf(station).flatMap(withinWeek);
  const minutes = [...new Set([0, ...spans.flatMap(({ fromMinute, toMinute }) => [fromMinute, toMinute])])]
    .filter((minute) => minute < WEEK_MINUTES)
    .sort((a, b) => a - b);
  const steps: WeekStep[] = [];
  for (const fromMinute of minutes) {
    const inForce = spans.find((span) => span.fromMinute <= fromMinute && fromMinute < span.toMinute);
    const limitA = inForce?.hours.limitA ?? station.failsafeA;
    if (limitA !== steps.at(-1)?.limitA) steps.push({ fromMinute, limitA });
  }
  return steps;
}

/** minute: of any week, also before 0 or after WEEK_MINUTES. */
export function failsafeAtMinute(steps: readonly WeekStep[], minute: number): number {
  const within = minute - Math.floor(minute / WEEK_MINUTES) * WEEK_MINUTES;
  return steps.findLast(({ fromMinute }) => fromMinute <= within)?.limitA ?? 0;
}

/** The least, or the most, that it ever falls to. */
export function extremeFailsafeA(station: Station, of: 'least' | 'most'): number {
  const values = failsafeOverWeek(station).map(({ limitA }) => limitA);
  return of === 'least' ? Math.min(...values) : Math.max(...values);
}

/** The first of its hours that begins while others of them last, and when. */
export function overlapOfHours(station: Station): { readonly index: number; readonly fromMinute: number } | undefined {
  const spans = spansOf(station).sort((a, b) => a.fromMinute - b.fromMinute);
  const [first] = spans;
  if (first === undefined) return undefined;
  const round = [...spans, { ...first, fromMinute: first.fromMinute + WEEK_MINUTES }];
  let lastsUntil = Number.NEGATIVE_INFINITY;
  for (const { fromMinute, toMinute, hours } of round) {
    if (fromMinute < lastsUntil)
      return { index: station.failsafeHours?.indexOf(hours) ?? 0, fromMinute: fromMinute % WEEK_MINUTES };
    lastsUntil = Math.max(lastsUntil, toMinute);
  }
  return undefined;
}

/** Such as "MO 17:00". */
export function minuteText(minuteOfWeek: number): string {
  const minute = minuteOfWeek % DAY_MINUTES;
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60].map((value) => String(value).padStart(2, '0'));
  return `${WEEKDAYS[Math.floor(minuteOfWeek / DAY_MINUTES)] ?? ''} ${hours}:${minutes}`;
}

function spansOf({ failsafeHours = [] }: Station): WeekSpan[] {
  return failsafeHours.flatMap((hours) => {
    const from = minuteOf(hours.from);
    const to = minuteOf(hours.to);
    // Over midnight; and from a time to the same time is a day.
    const lasts = to > from ? to - from : to - from + DAY_MINUTES;
    return [...new Set(hours.days ?? WEEKDAYS)].map((day) => {
      const fromMinute = WEEKDAYS.indexOf(day) * DAY_MINUTES + from;
      return { fromMinute, toMinute: fromMinute + lasts, hours };
    });
  });
}

function withinWeek(span: WeekSpan): WeekSpan[] {
  if (span.toMinute <= WEEK_MINUTES) return [span];
  return [
    { ...span, toMinute: WEEK_MINUTES },
    { ...span, fromMinute: 0, toMinute: span.toMinute - WEEK_MINUTES },
  ];
}

function minuteOf(time: TimeOfDay): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
