import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { type PastStay, STAYS_HISTORY_MS, stayHistory } from '../../../src/plan/learnedDefaults.js';
import { ascending, quantile } from '../../../src/plan/quantile.js';
import { takenNeeds } from '../../../src/plan/takenNeeds.js';
import type { SessionNeeds, SiteDefaults } from '../../../src/site/model.js';
import { HOUR_MS, MINUTE_MS, siteOf } from '../../support/builders.js';

const STOCKHOLM = 'Europe/Stockholm';
const at = (iso: string) => DateTime.fromISO(iso, { zone: STOCKHOLM }).toMillis();
const QUARTER_MS = 15 * MINUTE_MS;

function stay(from: string, hours: number, energyWh = 10_000): PastStay {
  const startedAtMs = at(from);
  return { startedAtMs, endedAtMs: startedAtMs + hours * HOUR_MS, energyWh };
}

/** Monday to Friday of the four weeks before Monday 2 March 2026, from 08:00: 7.0, 7.1 … 8.9 hours, 11, 12 … 30 kWh. */
const workdays = Array.from({ length: 20 }, (_, index) => {
  const day = at('2026-02-02T08:00') + (Math.floor(index / 5) * 7 + (index % 5)) * 24 * HOUR_MS;
  return { startedAtMs: day, endedAtMs: day + (7 + index / 10) * HOUR_MS, energyWh: 11_000 + index * 1_000 };
});

describe('a quantile', () => {
  it('is a sample, or lies between its neighbours in proportion', () => {
    expect(quantile([5], 0.3)).toBe(5);
    expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantile([1, 2, 4, 8, 16], share))).toEqual([1, 2, 4, 8, 16]);
    expect(quantile([10, 20], 0.2)).toBe(12);
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });

  it('has at least its share of the samples at or below it, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const found = quantile(ascending(values), share);
          expect(values.filter((value) => value <= found + 1e-9).length).toBeGreaterThanOrEqual(
            Math.floor((values.length - 1) * share) + 1,
          );
          expect(values.some((value) => value >= found - 1e-9)).toBe(true);
        },
      ),
    );
  });
});

describe('what past stays say of a car that has just come', () => {
  it('is until when four of five such cars stayed, and what four of five were content with', () => {
    const arrivedAtMs = at('2026-03-02T08:10');
    const { departureMs, energyWh } = stayHistory(workdays, STOCKHOLM)(arrivedAtMs);
    // The 20 % quantile of 7.0 … 8.9 hours is 7.38: 15:32:48, which is 15:30 by the quarter.
    expect(departureMs).toBe(at('2026-03-02T15:30'));
    expect(energyWh).toBeCloseTo(11_000 + 0.8 * 19_000, 6);
  });

  it('is asked of stays that began within two hours of the same time of day, round the clock', () => {
    const evenings = Array.from({ length: 8 }, (_, index) => stay(`2026-02-${10 + index}T23:45`, 2));
    const mornings = Array.from({ length: 8 }, (_, index) => stay(`2026-02-${10 + index}T09:00`, 9));
    // From Tuesday the 10th on; of each eight, six began on a workday: too few by themselves, so four of the next week are added.
    const more = Array.from({ length: 4 }, (_, index) => [
      stay(`2026-02-${23 + index}T23:45`, 2),
      stay(`2026-02-${23 + index}T09:00`, 9),
    ]).flat();
    const history = stayHistory([...evenings, ...mornings, ...more], STOCKHOLM);
    expect(history(at('2026-03-03T00:15')).departureMs).toBe(at('2026-03-03T02:15'));
    expect(history(at('2026-03-03T10:59')).departureMs).toBe(at('2026-03-03T19:45'));
  });

  it('is asked of all of the same part of the week where fewer than eight began then, and else is not known', () => {
    const history = stayHistory(workdays, STOCKHOLM);
    expect(history(at('2026-03-02T14:00')).departureMs).toBe(at('2026-03-02T21:15'));
    // A Saturday.
    expect(history(at('2026-02-28T08:10'))).toEqual({ departureMs: 'unknown', energyWh: 'unknown' });
    expect(stayHistory(workdays.slice(0, 7), STOCKHOLM)(at('2026-03-02T08:10')).departureMs).toBe('unknown');
    expect(stayHistory(workdays.slice(0, 8), STOCKHOLM)(at('2026-03-02T08:10')).departureMs).not.toBe('unknown');
  });

  it('counts neither what ended later or long ago, nor who only tried the plug', () => {
    const history = stayHistory(workdays, STOCKHOLM);
    expect(history(at('2026-02-05T08:10')).departureMs).toBe('unknown');
    expect(history(at('2026-03-02T08:10') + STAYS_HISTORY_MS).departureMs).toBe('unknown');
    const plugs = workdays.map(({ startedAtMs }) => ({
      startedAtMs,
      endedAtMs: startedAtMs + 2 * MINUTE_MS,
      energyWh: 10,
    }));
    const arrivedAtMs = at('2026-03-02T08:10');
    expect(stayHistory([...workdays, ...plugs], STOCKHOLM)(arrivedAtMs)).toEqual(history(arrivedAtMs));
  });

  it('was so of four of five: no more than one in five would have left before', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.2, max: 30, noNaN: true }), { minLength: 8, maxLength: 60 }), (hours) => {
        const stays = hours.map((lasted, index) => {
          const startedAtMs = at('2026-02-02T08:00') + (Math.floor(index / 5) * 7 + (index % 5)) * 24 * HOUR_MS;
          return { startedAtMs, endedAtMs: startedAtMs + lasted * HOUR_MS, energyWh: 1_000 };
        });
        const arrivedAtMs = at('2026-05-04T08:00');
        const seen = stays.filter(({ endedAtMs }) => endedAtMs > arrivedAtMs - STAYS_HISTORY_MS);
        const { departureMs } = stayHistory(stays, STOCKHOLM)(arrivedAtMs);
        expect(departureMs === 'unknown').toBe(seen.length < 8);
        if (departureMs === 'unknown') return;
        const stayMs = departureMs - arrivedAtMs;
        const before = seen.filter(({ startedAtMs, endedAtMs }) => endedAtMs - startedAtMs < stayMs).length;
        expect(before).toBeLessThanOrEqual(seen.length * 0.2 + 1);
        expect(stayMs).toBeGreaterThan(Math.min(...hours) * HOUR_MS - QUARTER_MS);
      }),
    );
  });
});

describe('what a session is taken to need', () => {
  const arrivedAtMs = at('2026-03-02T08:10');
  const stays = stayHistory(workdays, STOCKHOLM);
  const taken = (defaults: SiteDefaults | undefined, needs: SessionNeeds = {}, startedAtMs = arrivedAtMs) =>
    takenNeeds(siteOf(defaults === undefined ? {} : { defaults }), stays)({ startedAtMs, needs });

  it('is nothing without defaults, whatever was learned', () => {
    const from = { departure: 'unknown', energyWh: 'unknown', priority: 'unknown' };
    expect(taken(undefined)).toEqual({ departureMs: 'unknown', energyWh: 'unknown', priority: 5, from });
  });

  it('is what its driver stated, member by member, before anything else', () => {
    const defaults = { departure: 'learned', energyWh: 20_000, priority: 8 } as const;
    expect(taken(defaults, { energyWh: 7_000 })).toEqual({
      departureMs: at('2026-03-02T15:30'),
      energyWh: 7_000,
      priority: 8,
      from: { departure: 'learned', energyWh: 'stated', priority: 'default' },
    });
    expect(taken(defaults, { departureMs: 5, priority: 1 })).toEqual({
      departureMs: 5,
      energyWh: 20_000,
      priority: 1,
      from: { departure: 'stated', energyWh: 'default', priority: 'stated' },
    });
  });

  it('is unknown where it is to be learned and too little was seen', () => {
    const defaults = { departure: 'learned', energyWh: 'learned' } as const;
    expect(taken(defaults, {}, at('2026-02-28T08:10')).from).toMatchObject({
      departure: 'unknown',
      energyWh: 'unknown',
    });
  });

  it('is the next such time of the local clock, on days on which it is changed too', () => {
    const departure = (from: string, time: `${number}:${number}`) =>
      DateTime.fromMillis(Number(taken({ departure: time }, {}, at(from)).departureMs), { zone: STOCKHOLM }).toISO({
        suppressMilliseconds: true,
        suppressSeconds: true,
      });
    expect(departure('2026-03-02T17:30:20', '07:15')).toBe('2026-03-03T07:15+01:00');
    expect(departure('2026-03-02T06:30', '07:15')).toBe('2026-03-02T07:15+01:00');
    expect(departure('2026-03-02T07:15', '07:15')).toBe('2026-03-03T07:15+01:00');
    expect(departure('2026-03-28T18:00', '07:00')).toBe('2026-03-29T07:00+02:00');
    expect(departure('2026-10-24T18:00', '07:00')).toBe('2026-10-25T07:00+01:00');
    // 02:30 is skipped on one of them.
    expect(departure('2026-03-28T18:00', '02:30')).toBe('2026-03-29T03:30+02:00');
  });
});
