import { describe, expect, it } from 'vitest';
import { numbers } from '../../../src/dashboard/model/numbers.js';
import { instantOf, siteClock, wallTime } from '../../../src/dashboard/model/siteTime.js';

const ZONE = 'Europe/Stockholm';
const at = (text: string) => Date.parse(text);
const clock = siteClock('sv', ZONE, (time) => `i morgon ${time}`);

describe('times of a site', () => {
  it("are those of its own wall clock, wherever the reader's is", () => {
    expect(clock.time(at('2026-01-14T15:30:00Z'))).toBe('16:30');
  });

  it('say tomorrow, and the day when it is further away', () => {
    const nowMs = at('2026-01-14T14:20:00+01:00');
    expect(clock.when(at('2026-01-14T18:00:00+01:00'), nowMs)).toBe('18:00');
    expect(clock.when(at('2026-01-15T06:30:00+01:00'), nowMs)).toBe('i morgon 06:30');
    expect(clock.when(at('2026-01-19T06:30:00+01:00'), nowMs)).toBe('mån 19 jan. 06:30');
  });

  it('know the next morning, today or tomorrow', () => {
    expect(clock.nextHour(8, at('2026-01-14T07:59:00+01:00'))).toBe(at('2026-01-14T08:00:00+01:00'));
    expect(clock.nextHour(8, at('2026-01-14T08:00:00+01:00'))).toBe(at('2026-01-15T08:00:00+01:00'));
  });

  it('are read back as they were written, in winter and in summer', () => {
    for (const text of ['2026-01-14T16:30:00+01:00', '2026-07-14T16:30:00+02:00']) {
      expect(instantOf(wallTime(at(text), ZONE), ZONE)).toBe(at(text));
    }
  });

  it('are the first of the two of an autumn night', () => {
    expect(instantOf('2026-10-25T02:30', ZONE)).toBe(at('2026-10-25T02:30:00+02:00'));
  });

  it('that a spring night leaves out are still instants of it', () => {
    const found = instantOf('2026-03-29T02:30', ZONE) ?? 0;
    expect(Math.abs(found - at('2026-03-29T02:00:00Z'))).toBeLessThanOrEqual(3_600_000);
  });

  it('that are none are not read', () => {
    for (const text of ['', 'tomorrow', '2026-13-01T00:00', '2026-01-14'])
      expect(instantOf(text, ZONE)).toBeUndefined();
  });
});

describe('numbers', () => {
  const [english, swedish] = [numbers('en'), numbers('sv')];

  it('are written as the language does', () => {
    expect(english.kilo(1234.5)).toBe('1,234.5');
    expect(swedish.kilo(1234.5).replace(/\s/, ' ')).toBe('1 234,5');
    expect(swedish.kilowatts(11)).toBe('11,0\u00a0kW');
  });

  it('of amperes are whole, and never a negative zero', () => {
    expect(english.amperes(12.6)).toBe('13');
    expect(english.amperes(-0.3)).toBe('0');
  });

  it('of prices are in the unit that people use', () => {
    expect(english.price(0.964, 'SEK')).toBe('96\u00a0öre/kWh');
    expect(english.price(0.2841, 'EUR')).toBe('28.4\u00a0ct/kWh');
    expect(english.price(1.5, 'CHF')).toBe('1.50\u00a0CHF/kWh');
  });

  it('that are none say so', () => {
    expect(english.kilo(Number.NaN)).toBe('–');
  });
});
