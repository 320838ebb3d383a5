import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { choose, holdsAt, localDays, localMonths } from '../../../tariffs/calendar.js';
import type { Calendar, DayType, Holidays } from '../../../tariffs/types.js';
import { at, calendars, DAY, HOUR, MINUTE, NO_HOLIDAYS } from './prices/tariffBuilders.js';

const ZONES = [
  'UTC',
  'Europe/Stockholm',
  'Europe/London',
  'Europe/Dublin',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Havana',
  'America/Nuuk',
  'Asia/Beirut',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Gaza',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Atlantic/Azores',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
];
/** The instant of a change of clocks, or a day of interest, in zones that make it hard. */
const HARD_DAYS: readonly (readonly [string, string])[] = [
  ['Europe/Stockholm', '2026-03-29T01:00Z'],
  ['Europe/Stockholm', '2026-10-25T01:00Z'],
  ['America/New_York', '2026-03-08T07:00Z'],
  ['America/New_York', '2026-11-01T06:00Z'],
  ['America/Sao_Paulo', '2018-11-04T03:00Z'],
  ['America/Sao_Paulo', '2018-02-18T02:00Z'],
  ['America/St_Johns', '2010-11-07T02:31Z'],
  ['America/St_Johns', '2010-03-14T03:31Z'],
  ['America/Recife', '2000-10-15T02:00Z'],
  ['America/Nuuk', '2026-03-29T01:00Z'],
  ['Asia/Beirut', '2022-03-26T22:00Z'],
  ['Asia/Beirut', '2022-10-29T21:00Z'],
  ['Asia/Gaza', '2023-04-28T23:00Z'],
  ['Africa/Casablanca', '2026-02-15T02:00Z'],
  ['Atlantic/Azores', '2026-03-29T01:00Z'],
  ['Atlantic/Azores', '2026-10-25T01:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
  ['Pacific/Apia', '2011-12-30T10:00Z'],
  ['Pacific/Chatham', '2026-04-04T14:00Z'],
];
const HOLIDAYS: Holidays = {
  dates: ['2026-06-06', '2010-11-07'],
  yearly: ['01-01', '12-25', '02-29'],
  easter: [-2, 0, 1, 39],
};

/** Easter Sundays as the Swedish almanac and the US Census Bureau list them. */
const EASTER: Readonly<Record<number, string>> = {
  1981: '04-19',
  2000: '04-23',
  2008: '03-23',
  2010: '04-04',
  2011: '04-24',
  2019: '04-21',
  2024: '03-31',
  2025: '04-20',
  2026: '04-05',
  2027: '03-28',
  2028: '04-16',
  2038: '04-25',
  2049: '04-18',
  2076: '04-19',
};

function days(timeZone: string, from: string, to: string, holidays = NO_HOLIDAYS) {
  return localDays(timeZone, holidays, at(from), at(to)).map(({ date, startMs, endMs }) => [
    date,
    (endMs - startMs) / HOUR,
  ]);
}

describe('localDays', () => {
  it.each([
    ['Europe/Stockholm', '2026-03-29T10:00Z', '2026-03-29', 23],
    ['Europe/Stockholm', '2026-10-25T10:00Z', '2026-10-25', 25],
    ['America/New_York', '2026-11-01T15:00Z', '2026-11-01', 25],
    ['Australia/Lord_Howe', '2026-04-04T20:00Z', '2026-04-05', 24.5],
    ['Australia/Lord_Howe', '2026-10-03T20:00Z', '2026-10-04', 23.5],
    ['Asia/Kolkata', '2026-10-03T20:00Z', '2026-10-04', 24],
  ])('in %s at %s is %s, of %d hours', (timeZone, instant, date, hours) => {
    const soon = new Date(at(instant) + 1).toISOString();
    expect(days(timeZone, instant, soon)).toEqual([[date, hours]]);
  });

  it('begin when the clocks jump, where midnight is in the gap', () => {
    expect(localDays('America/Sao_Paulo', NO_HOLIDAYS, at('2018-11-04T02:00Z'), at('2018-11-04T04:00Z'))).toEqual([
      {
        date: '2018-11-03',
        month: '2018-11',
        dayType: 'SA',
        startMs: at('2018-11-03T03:00Z'),
        endMs: at('2018-11-04T03:00Z'),
      },
      {
        date: '2018-11-04',
        month: '2018-11',
        dayType: 'SU',
        startMs: at('2018-11-04T03:00Z'),
        endMs: at('2018-11-05T02:00Z'),
      },
    ]);
    expect(days('Asia/Beirut', '2022-03-26T12:00Z', '2022-03-27T12:00Z')).toEqual([
      ['2022-03-26', 24],
      ['2022-03-27', 23],
    ]);
  });

  it('leave out a day that the zone skipped', () => {
    expect(days('Pacific/Apia', '2011-12-29T12:00Z', '2011-12-31T12:00Z').map(([date]) => date)).toEqual([
      '2011-12-29',
      '2011-12-31',
      '2012-01-01',
    ]);
  });

  it('notice clocks that go forward and back within a week', () => {
    for (let shift = 0; shift < 14; shift++) {
      const from = new Date(at('2000-09-01T12:00Z') + shift * DAY).toISOString();
      const changed = days('America/Recife', from, '2000-11-30T12:00Z').filter(([, hours]) => hours !== 24);
      expect(changed).toEqual([
        ['2000-10-08', 23],
        ['2000-10-14', 25],
      ]);
    }
  });

  it('end with the last instant of their date, where clocks go back past midnight', () => {
    expect(days('America/St_Johns', '2010-11-07T02:00Z', '2010-11-07T05:00Z')).toEqual([
      ['2010-11-06', 25],
      ['2010-11-07', 24],
    ]);
  });

  it('of no time are none', () => {
    expect(localDays('UTC', NO_HOLIDAYS, 0, 0)).toEqual([]);
    expect(localMonths('UTC', 0, 0)).toEqual([]);
  });

  it('follow one another without gap or overlap, over years', () => {
    for (const timeZone of ZONES) {
      const all = localDays(timeZone, NO_HOLIDAYS, at('2010-10-31T23:30Z'), at('2012-04-01T00:30Z'));
      const wrong = all.filter(
        ({ date, startMs, endMs }, index) =>
          startMs !== (all[index - 1]?.endMs ?? startMs) ||
          luxonLocal(startMs, timeZone).date !== date ||
          luxonLocal(endMs - 1, timeZone).date !== date,
      );
      expect(wrong).toEqual([]);
      expect(all[0]?.startMs).toBeLessThanOrEqual(at('2010-10-31T23:30Z'));
      expect(all.at(-1)?.endMs).toBeGreaterThanOrEqual(at('2012-04-01T00:30Z'));
    }
  });

  it('know Easter, and what is counted from it, as other holidays', () => {
    for (const [year, monthDay] of Object.entries(EASTER)) {
      const found = localDays(
        'UTC',
        { ...NO_HOLIDAYS, easter: [0] },
        Date.UTC(Number(year), 0, 1),
        Date.UTC(Number(year) + 1, 0, 1),
      );
      expect(found.filter(({ dayType }) => dayType === 'HO').map(({ date }) => date)).toEqual([`${year}-${monthDay}`]);
    }
    const holidays = localDays('Europe/Stockholm', HOLIDAYS, at('2026-01-01T12:00Z'), at('2026-12-31T12:00Z'))
      .filter(({ dayType }) => dayType === 'HO')
      .map(({ date }) => date);
    expect(holidays).toEqual([
      '2026-01-01',
      '2026-04-03',
      '2026-04-05',
      '2026-04-06',
      '2026-05-14',
      '2026-06-06',
      '2026-12-25',
    ]);
    expect(days('UTC', '2028-02-29T00:00Z', '2028-03-01T00:00Z')).toHaveLength(1);
    expect(
      localDays('UTC', HOLIDAYS, at('2028-02-29T00:00Z'), at('2028-03-02T00:00Z')).map(({ dayType }) => dayType),
    ).toEqual(['HO', 'WE']);
  });

  it('refuse an unknown zone and an absurd span', () => {
    expect(() => localDays('Europe/Nowhere', NO_HOLIDAYS, 0, 1)).toThrow(/unknown time zone "Europe\/Nowhere"/);
    expect(() => localDays('UTC', NO_HOLIDAYS, 0, 300 * 366 * DAY)).toThrow(RangeError);
    expect(() => localDays('UTC', NO_HOLIDAYS, 0, Number.POSITIVE_INFINITY)).toThrow(RangeError);
    expect(() => localDays('UTC', NO_HOLIDAYS, Number.NaN, 1)).toThrow(RangeError);
  });
});

describe('localMonths', () => {
  it('are whole, and as long as their days', () => {
    expect(localMonths('Europe/Stockholm', at('2026-02-28T22:59Z'), at('2026-03-31T22:00Z'))).toEqual([
      { month: '2026-02', startMs: at('2026-01-31T23:00Z'), endMs: at('2026-02-28T23:00Z') },
      { month: '2026-03', startMs: at('2026-02-28T23:00Z'), endMs: at('2026-03-31T22:00Z') },
    ]);
  });

  it('are what their days add up to, in any zone', () => {
    for (const timeZone of ZONES) {
      const [fromMs, toMs] = [at('2010-01-15T12:00Z'), at('2027-01-15T12:00Z')];
      const months = localMonths(timeZone, fromMs, toMs);
      const first = months[0]?.startMs ?? 0;
      const last = months.at(-1)?.endMs ?? 0;
      const all = localDays(timeZone, NO_HOLIDAYS, first, last);
      const startsOf = all.filter(({ month }, index) => all[index - 1]?.month !== month);
      expect(months).toEqual(
        startsOf.map(({ month, startMs }, index) => ({ month, startMs, endMs: startsOf[index + 1]?.startMs ?? last })),
      );
    }
  });
});

describe('choose', () => {
  const stockholm = { timeZone: 'Europe/Stockholm', holidays: NO_HOLIDAYS };
  const when = (calendar: Calendar) => [{ when: calendar }];
  const held = (calendar: Calendar, from: string, to: string, zone = stockholm) =>
    choose(when(calendar), zone, at(from), at(to))
      .filter(({ choice }) => choice !== undefined)
      .map(({ startMs, endMs }) => [short(startMs), short(endMs)]);
  const short = (atMs: number) => new Date(atMs).toISOString().slice(0, 16);

  it('begins when the clocks jump, for a rule from within the gap', () => {
    expect(held({ hours: [{ from: '02:30', to: '06:00' }] }, '2026-03-28T23:00Z', '2026-03-29T22:00Z')).toEqual([
      ['2026-03-29T01:00', '2026-03-29T04:00'],
    ]);
  });

  it('never holds for hours that lie wholly in the gap', () => {
    expect(held({ hours: [{ from: '02:00', to: '03:00' }] }, '2026-03-28T23:00Z', '2026-03-29T22:00Z')).toEqual([]);
  });

  it('holds in both passes of a repeated hour', () => {
    expect(held({ hours: [{ from: '02:15', to: '02:30' }] }, '2026-10-24T22:00Z', '2026-10-25T23:00Z')).toEqual([
      ['2026-10-25T00:15', '2026-10-25T00:30'],
      ['2026-10-25T01:15', '2026-10-25T01:30'],
    ]);
  });

  it('counts the early hours of a night to their own day', () => {
    // Friday 3 July 2026, 00-06 and 22-24 in summer time.
    expect(
      held({ days: ['FR'], hours: [{ from: '22:00', to: '06:00' }] }, '2026-07-01T00:00Z', '2026-07-06T00:00Z'),
    ).toEqual([
      ['2026-07-02T22:00', '2026-07-03T04:00'],
      ['2026-07-03T20:00', '2026-07-03T22:00'],
    ]);
  });

  it('takes equal ends as the whole day, and 24:00 as its end', () => {
    const whole = [['2026-07-02T22:00', '2026-07-03T22:00']];
    const span = ['2026-07-02T22:00Z', '2026-07-03T22:00Z'] as const;
    expect(held({ hours: [{ from: '06:00', to: '06:00' }] }, ...span)).toEqual(whole);
    expect(held({ hours: [{ from: '00:00', to: '00:00' }] }, ...span)).toEqual(whole);
    expect(held({ hours: [{ from: '00:00', to: '24:00' }] }, ...span)).toEqual(whole);
  });

  it('takes a holiday for no weekday', () => {
    const zone = { timeZone: 'Europe/Stockholm', holidays: { ...NO_HOLIDAYS, dates: ['2026-07-03'] } };
    const span = ['2026-07-02T22:00Z', '2026-07-03T22:00Z'] as const;
    expect(held({ days: ['FR'] }, ...span, zone)).toEqual([]);
    expect(held({ days: ['HO'] }, ...span, zone)).toEqual([['2026-07-02T22:00', '2026-07-03T22:00']]);
  });

  it('prefers the first that holds, and says where none does', () => {
    const early = { when: { hours: [{ from: '00:00', to: '02:00' }] } };
    const morning = { when: { hours: [{ from: '01:00', to: '04:00' }] } };
    expect(choose([early, morning], { timeZone: 'UTC', holidays: NO_HOLIDAYS }, 0, 5 * HOUR)).toEqual([
      { startMs: 0, endMs: 2 * HOUR, choice: early },
      { startMs: 2 * HOUR, endMs: 4 * HOUR, choice: morning },
      { startMs: 4 * HOUR, endMs: 5 * HOUR, choice: undefined },
    ]);
    expect(choose([], { timeZone: 'UTC', holidays: NO_HOLIDAYS }, 0, HOUR)).toEqual([
      { startMs: 0, endMs: HOUR, choice: undefined },
    ]);
  });

  it('refuses a time of day that is none', () => {
    for (const from of ['7:00', '24:01', '12:60', 'noon'])
      expect(() => held({ hours: [{ from, to: '23:00' }] }, '2026-07-02T22:00Z', '2026-07-03T22:00Z')).toThrow(
        RangeError,
      );
  });

  it('agrees with a slow oracle that asks luxon minute by minute, on days when clocks change', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...HARD_DAYS),
        fc.array(calendars({ min: 2000, max: 2027 }), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: -24 * 60, max: 0 }),
        ([timeZone, instant], whens, shiftMinutes) => {
          const fromMs = at(instant) + shiftMinutes * MINUTE;
          expectLikeOracle(whens, timeZone, fromMs, fromMs + 1.25 * DAY);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('agrees with the oracle on any day of any year and zone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.array(calendars({ min: 1970, max: 2060 }), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: at('1970-01-02T00:00Z') / MINUTE, max: at('2060-01-01T00:00Z') / MINUTE }),
        (timeZone, whens, minute) => expectLikeOracle(whens, timeZone, minute * MINUTE, minute * MINUTE + DAY),
      ),
      { numRuns: 60 },
    );
  });

  it('covers long spans without gap, and gives the same as its parts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        calendars({ min: 2009, max: 2013 }),
        fc.integer({ min: 0, max: 800 * 24 * 60 }),
        (timeZone, calendar, cutMinutes) => {
          const zone = { timeZone, holidays: HOLIDAYS };
          const [fromMs, toMs] = [at('2010-06-01T00:00Z'), at('2010-06-01T00:00Z') + 800 * DAY];
          const cutMs = fromMs + cutMinutes * MINUTE;
          const choices = when(calendar);
          const whole = choose(choices, zone, fromMs, toMs);
          expect(whole[0]?.startMs).toBe(fromMs);
          expect(whole.at(-1)?.endMs).toBe(toMs);
          for (const [index, { endMs, choice }] of whole.entries()) {
            const next = whole[index + 1];
            if (next === undefined) continue;
            expect(next.startMs).toBe(endMs);
            expect(next.choice).not.toBe(choice);
          }
          const clipped = whole
            .filter(({ startMs }) => startMs < cutMs)
            .map((segment) => ({ ...segment, endMs: Math.min(segment.endMs, cutMs) }));
          expect(choose(choices, zone, fromMs, cutMs)).toEqual(clipped);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** What luxon says of one instant, as text. */
interface LuxonLocal {
  readonly month: number;
  readonly date: string;
  readonly time: string;
  readonly dayType: DayType;
}

function luxonLocal(atMs: number, timeZone: string): LuxonLocal {
  const local = DateTime.fromMillis(atMs, { zone: timeZone });
  const date = local.toISODate() ?? '';
  const isHoliday =
    HOLIDAYS.dates.includes(date) ||
    HOLIDAYS.yearly.includes(date.slice(5)) ||
    movableHolidays(local.year).includes(date);
  const weekday = (['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const)[local.weekday - 1];
  const time = `${String(local.hour).padStart(2, '0')}:${String(local.minute).padStart(2, '0')}`;
  return { month: local.month, date, time, dayType: isHoliday ? 'HO' : (weekday ?? 'HO') };
}

/** Shares nothing with choose but the calendar. */
function oracle(calendar: Calendar, { month, date, time, dayType }: LuxonLocal): boolean {
  return (
    (calendar.months?.includes(month) ?? true) &&
    (calendar.days?.includes(dayType) ?? true) &&
    (calendar.dates?.some(({ from, to }) => from <= date && date < to) ?? true) &&
    (calendar.hours?.some(({ from, to }) => (from < to ? from <= time && time < to : from <= time || time < to)) ??
      true)
  );
}

/** Easter by Gauss's rule with its two exceptions, which is not the one under test. */
function movableHolidays(year: number): string[] {
  const century = Math.floor(year / 100);
  const m = (15 - Math.floor((13 + 8 * century) / 25) + century - Math.floor(century / 4)) % 30;
  const n = (4 + century - Math.floor(century / 4)) % 7;
  const d = (19 * (year % 19) + m) % 30;
  const e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + n) % 7;
  const isException = e === 6 && (d === 29 || (d === 28 && (11 * m + 11) % 30 < 19));
  return HOLIDAYS.easter.map((days) =>
    new Date(Date.UTC(year, 2, 22 + d + e - (isException ? 7 : 0) + days)).toISOString().slice(0, 10),
  );
}

function expectLikeOracle(whens: readonly Calendar[], timeZone: string, fromMs: number, toMs: number): void {
  const choices = whens.map((when) => ({ when }));
  const segments = choose(choices, { timeZone, holidays: HOLIDAYS }, fromMs, toMs);
  let next = 0;
  for (let atMs = fromMs; atMs < toMs; atMs += MINUTE) {
    while ((segments[next]?.endMs ?? toMs) <= atMs) next += 1;
    const local = luxonLocal(atMs, timeZone);
    const expected = choices.find(({ when }) => oracle(when, local));
    if (segments[next]?.choice !== expected)
      throw new Error(
        `at ${new Date(atMs).toISOString()}: ${JSON.stringify(segments[next])}, not ${JSON.stringify(expected)}`,
      );
    if (atMs % HOUR === 0)
      for (const when of whens) expect(holdsAt(when, { timeZone, holidays: HOLIDAYS }, atMs)).toBe(oracle(when, local));
  }
}
