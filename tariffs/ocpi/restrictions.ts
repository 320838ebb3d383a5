import { YEAR_MAX, YEAR_MIN } from '../reading/instants.js';
import { type Place, placeIn, refuse } from '../reading/place.js';
import type { Calendar, DayType, LocalDates, LocalHours, SessionRestrictions } from '../types.js';
import type { OcpiDay, OcpiRestrictions } from './ocpiTariff.js';

const DAYS: readonly (readonly [OcpiDay, DayType])[] = [
  ['MONDAY', 'MO'],
  ['TUESDAY', 'TU'],
  ['WEDNESDAY', 'WE'],
  ['THURSDAY', 'TH'],
  ['FRIDAY', 'FR'],
  ['SATURDAY', 'SA'],
  ['SUNDAY', 'SU'],
];

/** What a date without beginning, or end, is bounded by: no price is asked for outside. */
const DATE_MIN = `${YEAR_MIN}-01-01`;
const DATE_MAX = `${YEAR_MAX}-12-31`;

/** Members that are numbers in both, and what one of OCPI's is in ours. */
const NUMBERS = [
  ['min_kwh', 'energyMinWh', 1000],
  ['max_kwh', 'energyMaxWh', 1000],
  ['min_current', 'currentMinA', 1],
  ['max_current', 'currentMaxA', 1],
  ['min_power', 'powerMinW', 1000],
  ['max_power', 'powerMaxW', 1000],
  ['min_duration', 'durationMinS', 1],
  ['max_duration', 'durationMaxS', 1],
] as const;

/** Undefined where nothing is restricted. Reports what contradicts itself. */
export function readRestrictions(restrictions: OcpiRestrictions, place: Place): SessionRestrictions | undefined {
  const when = readCalendar(restrictions, place);
  const numbers: { [Name in (typeof NUMBERS)[number][1]]?: number } = {};
  for (const [theirs, ours, factor] of NUMBERS) {
    const value = restrictions[theirs];
    // To the mWh and mW: 1.001 kWh is 1001 Wh, whatever binary fractions make of it.
    if (value !== undefined) numbers[ours] = factor === 1 ? value : Math.round(value * factor * 1000) / 1000;
  }
  const read: SessionRestrictions = {
    ...(when === undefined ? {} : { when }),
    ...numbers,
    ...(restrictions.reservation === undefined ? {} : { reservation: restrictions.reservation }),
  };
  refuseEmptyRanges(restrictions, place);
  return Object.keys(read).length === 0 ? undefined : read;
}

function readCalendar(restrictions: OcpiRestrictions, place: Place): Calendar | undefined {
  const hours = readHours(restrictions, place);
  const dates = readDates(restrictions, place);
  const days = DAYS.filter(([day]) => restrictions.day_of_week?.includes(day)).map(([, day]) => day);
  const calendar: Calendar = {
    ...(days.length === 0 ? {} : { days }),
    ...(hours === undefined ? {} : { hours: [hours] }),
    ...(dates === undefined ? {} : { dates: [dates] }),
  };
  return Object.keys(calendar).length === 0 ? undefined : calendar;
}

function readHours({ start_time, end_time }: OcpiRestrictions, place: Place): LocalHours | undefined {
  if (start_time === undefined && end_time === undefined) return undefined;
  const from = start_time ?? '00:00';
  // 00:00 is the end of the day: until then, not never.
  const to = end_time === undefined || end_time === '00:00' ? '24:00' : end_time;
  if (from !== to) return { from, to };
  return refuse(placeIn(place, 'end_time', end_time), {
    reason: 'It is the same as start_time, which may mean the whole day or no time at all.',
    fix: 'Leave both out for the whole day.',
  });
}

function readDates({ start_date, end_date }: OcpiRestrictions, place: Place): LocalDates | undefined {
  if (start_date === undefined && end_date === undefined) return undefined;
  const from = start_date ?? DATE_MIN;
  const to = end_date ?? DATE_MAX;
  if (from < to) return { from, to };
  return refuse(placeIn(place, 'end_date', to), {
    reason: 'It must be after start_date: it is the first day on which the element no longer holds.',
    fix: 'Correct one of them.',
  });
}

function refuseEmptyRanges(restrictions: OcpiRestrictions, place: Place): void {
  for (const [name] of NUMBERS) {
    if (!name.startsWith('min_')) continue;
    const other = NUMBERS.find(([max]) => max === name.replace('min_', 'max_'))?.[0];
    const min = restrictions[name];
    const max = other && restrictions[other];
    if (other === undefined || min === undefined || max === undefined || min < max) continue;
    refuse(placeIn(place, other, max), {
      reason: `It must be more than ${name}, ${min}: the element never holds.`,
      fix: 'Correct one of them.',
    });
  }
}

interface Printing {
  /** Of the tariff: OCPI knows none, and there they are weekdays. */
  readonly hasHolidays: boolean;
  /** Takes what OCPI has no words for; `path` is within the restrictions. */
  readonly refuse: (issue: { readonly path: string; readonly reason: string; readonly fix: string }) => void;
}

export function printRestrictions(
  { when = {}, reservation, ...ours }: SessionRestrictions,
  printing: Printing,
): OcpiRestrictions {
  const numbers: { [Name in (typeof NUMBERS)[number][0]]?: number } = {};
  for (const [theirName, ourName, factor] of NUMBERS) {
    const value = ours[ourName];
    if (value !== undefined) numbers[theirName] = value / factor;
  }
  refuseForeign(when, printing);
  const days = DAYS.filter(([, day]) => when.days?.includes(day)).map(([day]) => day);
  return {
    ...printHours(when.hours?.[0]),
    ...printDates(when.dates?.[0]),
    ...numbers,
    ...(days.length === 0 ? {} : { day_of_week: days }),
    ...(reservation === undefined ? {} : { reservation }),
  };
}

function refuseForeign({ months, days, hours, dates }: Calendar, { hasHolidays, refuse: report }: Printing): void {
  if (months !== undefined) {
    report({ path: '/when/months', reason: 'OCPI knows no months.', fix: 'Say the dates of each season.' });
  }
  if (days?.includes('HO') || (days !== undefined && hasHolidays)) {
    report({
      path: '/when/days',
      reason: 'OCPI knows no holidays.',
      fix: 'Say days of the week alone, without holidays.',
    });
  }
  for (const [name, list] of [
    ['hours', hours],
    ['dates', dates],
  ] as const) {
    if (list === undefined || list.length === 1) continue;
    report({ path: `/when/${name}`, reason: `OCPI knows one span of ${name}.`, fix: 'Make an element of each.' });
  }
}

function printHours(hours: LocalHours | undefined): Pick<OcpiRestrictions, 'start_time' | 'end_time'> {
  // From 06:00 to 06:00 is the whole day, which in OCPI is left out.
  if (hours === undefined || hours.from === hours.to) return {};
  return { start_time: hours.from, end_time: hours.to === '24:00' ? '00:00' : hours.to };
}

function printDates(dates: LocalDates | undefined): Pick<OcpiRestrictions, 'start_date' | 'end_date'> {
  if (dates === undefined) return {};
  return {
    ...(dates.from === DATE_MIN ? {} : { start_date: dates.from }),
    ...(dates.to === DATE_MAX ? {} : { end_date: dates.to }),
  };
}
