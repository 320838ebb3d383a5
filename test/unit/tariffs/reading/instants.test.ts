import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isDate,
  isMonth,
  isYearlyDate,
  parseDuration,
  parseInstant,
  printDuration,
} from '../../../../tariffs/reading/instants.js';

describe('an instant', () => {
  it.each([
    ['2026-01-14T23:00Z', Date.UTC(2026, 0, 14, 23)],
    ['2026-01-14t23:00:59.5z', Date.UTC(2026, 0, 14, 23, 0, 59, 500)],
    ['2026-01-14T23:00:00.123456Z', Date.UTC(2026, 0, 14, 23, 0, 0, 123)],
    ['2026-01-15T00:00:00+0100', Date.UTC(2026, 0, 14, 23)],
    ['2026-01-15T04:45:00+05:45', Date.UTC(2026, 0, 14, 23)],
    ['2024-02-29T00:00:00-03:30', Date.UTC(2024, 1, 29, 3, 30)],
    ['1969-12-31T23:00:00-01:00', 0],
    ['2201-01-01T00:00:00Z', Date.UTC(2201, 0, 1)],
  ])('%s is read', (text, ms) => {
    expect(parseInstant(text)).toBe(ms);
  });

  it.each([
    '2026-01-14',
    '2026-01-14 23:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-14T24:00:00Z',
    '2026-01-14T23:60:00Z',
    '2026-01-14T23:59:60Z',
    '2026-01-14T23:00:00+19:00',
    '2026-01-14T23:00:00+01:60',
    '1969-12-31T23:59:59Z',
    '2201-01-01T00:00:00.001Z',
    '9999-12-31T00:00:00Z',
    '0070-01-01T00:00:00Z',
    '0000-00-00T00:00:00Z',
    '+012026-01-14T23:00:00Z',
    '2026-01-14T23:00:00Z ',
    '',
  ])('%j is none', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('without an offset is one only where UTC is meant', () => {
    expect(parseInstant('2026-01-14T23:00:00')).toBeUndefined();
    expect(parseInstant('2026-01-14T23:00:00', 'UTC')).toBe(Date.UTC(2026, 0, 14, 23));
  });

  it('that the engine writes is read as it was', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2200-12-31T23:59:59.999Z'), noInvalidDate: true }),
        (date) => {
          expect(parseInstant(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });
});

describe('a date', () => {
  it('is one that there is', () => {
    expect(['2028-02-29', '2026-12-31', '1970-01-01', '2200-12-31'].every(isDate)).toBe(true);
    expect(
      ['2026-02-29', '2100-02-29', '2026-04-31', '2026-1-1', '1969-12-31', '2201-01-01', '2026-00-10'].some(isDate),
    ).toBe(false);
    expect(isYearlyDate('02-29')).toBe(true);
    expect(['02-30', '13-01', '1-1', '2026-01-01'].some(isYearlyDate)).toBe(false);
    expect(isMonth('2026-12')).toBe(true);
    expect(['2026-13', '2026-00', '2026-1', '2026-01-01'].some(isMonth)).toBe(false);
  });
});

describe('a duration', () => {
  it.each([
    ['PT15M', 900_000],
    ['PT1H', 3_600_000],
    ['PT60M', 3_600_000],
    ['PT1H30M', 5_400_000],
    ['PT90S', 90_000],
    ['PT745H', 2_682_000_000],
  ])('%s is read', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['P1D', 'P1M', 'PT', 'PT0S', 'PT-15M', 'PT1.5H', '15', 'PT15m', 'PT1M1H', ''])(
    '%j is none of ours',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it('of whole seconds is printed so that it is read as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7_000_000_000 }), (seconds) => {
        expect(parseDuration(printDuration(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
    expect([900_000, 3_600_000, 5_401_000].map(printDuration)).toEqual(['PT15M', 'PT1H', 'PT1H30M1S']);
  });
});
