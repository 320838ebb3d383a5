import fc from 'fast-check';
import type { Calendar, DayType } from '../../../tariffs/types.js';
import { members } from './arbitraryValues.js';

const DAY_MS = 86_400_000;

/** YYYY-MM-DD, leap days more often than they come. */
export const localDate = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.integer({ min: 0, max: 80_000 }).map((day) => new Date(day * DAY_MS).toISOString().slice(0, 10)),
  },
  { weight: 1, arbitrary: fc.constantFrom('2024-02-29', '2026-03-29', '2026-10-25', '2000-02-29') },
);

const minuteOfDay = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 23 }).map((hour) => hour * 60) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 1439 }) },
);

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

const localHours = fc
  .tuple(minuteOfDay, fc.oneof({ weight: 4, arbitrary: minuteOfDay }, { weight: 1, arbitrary: fc.constant(1440) }))
  .map(([from, to]) => ({ from: clock(from), to: clock(to) }));

const localDates = fc
  .uniqueArray(localDate, { minLength: 2, maxLength: 2 })
  .map((dates) => dates.sort())
  .map(([from = '', to = '']) => ({ from, to }));

export const arbitraryMonths = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 12 });

/** It says something: at least one member is there. */
export const arbitraryCalendar: fc.Arbitrary<Calendar> = members<object, Required<Calendar>>(
  {},
  {
    months: arbitraryMonths,
    days: fc.uniqueArray(fc.constantFrom<DayType>('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU', 'HO'), { minLength: 1 }),
    hours: fc.array(localHours, { minLength: 1, maxLength: 3 }),
    dates: fc.array(localDates, { minLength: 1, maxLength: 2 }),
  },
).filter((calendar) => Object.keys(calendar).length > 0);

/** Choices with a condition each; at the end one without, always or perhaps. */
export function choices<Choice extends object, Name extends keyof Choice & string>(
  value: fc.Arbitrary<Omit<Choice, Name>>,
  { name, condition, last }: { name: Name; condition: fc.Arbitrary<Choice[Name]>; last: 'always' | 'perhaps' },
): fc.Arbitrary<readonly Choice[]> {
  const conditional = fc.tuple(value, condition).map(([of, when]) => ({ ...of, [name]: when }) as Choice);
  const end = value.map((of) => [of as Choice]);
  return fc
    .tuple(fc.array(conditional, { maxLength: 3 }), last === 'always' ? end : fc.oneof(end, fc.constant<Choice[]>([])))
    .map(([first, always]) => [...first, ...always]);
}
