import { afterEach, describe, expect, it, vi } from 'vitest';
import { compositeSchedule } from '../../../src/profiles/index.js';
import {
  composite,
  DAY_MS,
  DAY_S,
  HOUR_S,
  NOON_MS,
  TRANSACTION,
  VERSIONS,
  wireProfile,
} from '../../support/profiles/wire.js';

// When schedules begin, recur and end. Names begin with the requirement's id.

const NIGHT = [
  [0, 16],
  [6 * HOUR_S, 6],
] as const;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.each(VERSIONS)('composite schedule of %s: recurring', (version) => {
  const midnightMs = Date.UTC(2026, 0, 14);
  const daily = { recurrency: 'Daily', startMs: midnightMs, periods: NIGHT };

  it('restarts every 24 h', () => {
    expect(composite(version, [daily], { startMs: midnightMs, durationS: 2 * DAY_S })).toEqual([
      [0, 16],
      [6 * HOUR_S, 6],
      [DAY_S, 16],
      [DAY_S + 6 * HOUR_S, 6],
    ]);
  });

  it('restarts every 7 d', () => {
    const weekly = { ...daily, recurrency: 'Weekly' };
    expect(composite(version, [weekly], { startMs: midnightMs + 6 * DAY_MS, durationS: 2 * DAY_S })).toEqual([
      [0, 6],
      [DAY_S, 16],
      [DAY_S + 6 * HOUR_S, 6],
    ]);
  });

  it('decision: asked before its start it is active: the anchor repeats into the past', () => {
    expect(composite(version, [daily], { startMs: midnightMs - 10 * DAY_MS - HOUR_S * 1000 })).toEqual([
      [0, 6],
      [HOUR_S, 16],
      [7 * HOUR_S, 6],
    ]);
    const weekly = { ...daily, recurrency: 'Weekly' };
    expect(composite(version, [weekly], { startMs: midnightMs - 7 * DAY_MS, durationS: DAY_S })).toEqual([
      [0, 16],
      [6 * HOUR_S, 6],
    ]);
  });

  it('K01.FR.36 but not before it is valid', () => {
    const sketch = { ...daily, validFromMs: midnightMs };
    expect(composite(version, [sketch], { startMs: midnightMs - HOUR_S * 1000, durationS: 2 * HOUR_S })).toEqual([
      [0, 'unlimited'],
      [HOUR_S, 16],
    ]);
  });

  it('cuts what is longer than the recurrence', () => {
    const long = {
      ...daily,
      durationS: 3 * DAY_S,
      periods: [
        [0, 16],
        [20 * HOUR_S, 10],
        [30 * HOUR_S, 6],
      ] as const,
    };
    expect(composite(version, [long], { startMs: midnightMs, durationS: 2 * DAY_S })).toEqual([
      [0, 16],
      [20 * HOUR_S, 10],
      [DAY_S, 16],
      [DAY_S + 20 * HOUR_S, 10],
    ]);
  });

  it('where a shorter one has ended the next lower level applies, else no profile', () => {
    const short = { ...daily, durationS: 8 * HOUR_S, level: 1 };
    expect(composite(version, [short, { limit: 12, startMs: midnightMs }], { startMs: midnightMs })).toEqual([
      [0, 16],
      [6 * HOUR_S, 6],
      [8 * HOUR_S, 12],
    ]);
    expect(composite(version, [short], { startMs: midnightMs, durationS: DAY_S + HOUR_S })).toEqual([
      [0, 16],
      [6 * HOUR_S, 6],
      [8 * HOUR_S, 'unlimited'],
      [DAY_S, 16],
    ]);
  });

  it('a weekly one of a day holds on its weekday only', () => {
    const wednesday = { recurrency: 'Weekly', startMs: midnightMs, durationS: DAY_S, limit: 6, level: 1 };
    const from = { startMs: midnightMs - DAY_MS, durationS: 9 * DAY_S };
    expect(composite(version, [wednesday, { limit: 16, startMs: midnightMs - 30 * DAY_MS }], from)).toEqual([
      [0, 16],
      [DAY_S, 6],
      [2 * DAY_S, 16],
      [8 * DAY_S, 6],
    ]);
  });

  it.each([
    ['29 March', Date.UTC(2026, 2, 28)],
    ['25 October', Date.UTC(2026, 9, 24)],
  ])('DST plays no part: over %s 2026 it stays at the same UTC', (_, fromMs) => {
    const sketch = { ...daily, startMs: Date.UTC(2026, 0, 1, 22) };
    const nights = [0, 1, 2].flatMap((day) => [
      [day * DAY_S + 4 * HOUR_S, 6],
      [day * DAY_S + 22 * HOUR_S, 16],
    ]);
    expect(composite(version, [sketch], { startMs: fromMs, durationS: 3 * DAY_S })).toEqual([[0, 16], ...nights]);
  });

  it('an anchor with an offset is the instant that it names, in winter and in summer', () => {
    const schedule = { startSchedule: '2026-01-01T22:00:00+01:00' };
    const sketch = { recurrency: 'Daily', periods: NIGHT, schedule };
    expect(composite(version, [sketch], { startMs: Date.UTC(2026, 6, 1, 20), durationS: 2 * HOUR_S })).toEqual([
      [0, 6],
      [HOUR_S, 16],
    ]);
  });

  it('a text without an offset is UTC, whatever zone this machine is in', () => {
    vi.stubEnv('TZ', 'America/New_York');
    expect(new Date(NOON_MS).getHours()).toBe(7);
    const sketch = { limit: 6, schedule: { startSchedule: '2026-01-14T12:30:00' } };
    expect(composite(version, [sketch], { durationS: HOUR_S })).toEqual([
      [0, 'unlimited'],
      [1800, 6],
    ]);
  });
});

describe.each(VERSIONS)('composite schedule of %s: relative', (version) => {
  const rising = {
    kind: 'Relative',
    periods: [
      [0, 6],
      [300, 16],
    ] as const,
  };

  it('counts from the start of the transaction', () => {
    const transactions = [{ ...TRANSACTION, startMs: NOON_MS - 100_000 }];
    expect(composite(version, [rising], { transactions })).toEqual([
      [0, 6],
      [200, 16],
    ]);
  });

  it('K08.FR.06 without a transaction is computed as if one began now', () => {
    expect(composite(version, [rising])).toEqual([
      [0, 6],
      [300, 16],
    ]);
    expect(composite(version, [rising], { startMs: NOON_MS + 12_345_678 })).toEqual([
      [0, 6],
      [300, 16],
    ]);
  });

  it('ends when its duration does, counted from the start of the transaction', () => {
    const transactions = [{ ...TRANSACTION, startMs: NOON_MS - 1_000_000 }];
    expect(composite(version, [{ ...rising, durationS: 1200 }], { transactions })).toEqual([
      [0, 16],
      [200, 'unlimited'],
    ]);
  });

  it('an absolute one does not move with the transaction', () => {
    const transactions = [{ ...TRANSACTION, startMs: NOON_MS - 100_000 }];
    expect(composite(version, [{ ...rising, kind: 'Absolute', startMs: NOON_MS }], { transactions })).toEqual([
      [0, 6],
      [300, 16],
    ]);
  });
});

describe.each(VERSIONS)('composite schedule of %s: seconds', (version) => {
  it('a start within a second counts from the next whole one', () => {
    expect(composite(version, [{ limit: 6, startMs: NOON_MS + 1 }], { durationS: 10 })).toEqual([
      [0, 'unlimited'],
      [1, 6],
    ]);
    expect(composite(version, [{ limit: 6, startMs: NOON_MS + 1000 }], { durationS: 10 })).toEqual([
      [0, 'unlimited'],
      [1, 6],
    ]);
  });

  it('a span that begins within a second is divided into seconds from there', () => {
    const periods = [
      [0, 6],
      [10, 16],
    ] as const;
    expect(composite(version, [{ periods }], { startMs: NOON_MS + 500, durationS: 20 })).toEqual([
      [0, 6],
      [10, 16],
    ]);
  });

  it('a change at the end of the span is not of it, one in its last second is', () => {
    const at = (startS: number) => ({
      periods: [
        [0, 6],
        [startS, 16],
      ] as const,
    });
    expect(composite(version, [at(60)], { durationS: 60 })).toEqual([[0, 6]]);
    expect(composite(version, [at(59)], { durationS: 60 })).toEqual([
      [0, 6],
      [59, 16],
    ]);
  });

  it('answers for a single second', () => {
    expect(composite(version, [{ limit: 6 }], { durationS: 1 })).toEqual([[0, 6]]);
  });

  it('repeats what it was asked, and does not change what it was given', () => {
    const given = wireProfile(version, { limit: 6 });
    const before = structuredClone(given);
    const asked = { startMs: NOON_MS, durationS: 60, rateUnit: 'A' } as const;
    const schedule = compositeSchedule({
      ocppVersion: version,
      profiles: [given],
      transactions: [],
      evseId: 1,
      ...asked,
    });
    expect(schedule).toEqual({ ...asked, periods: [{ startPeriodS: 0, limit: 6 }] });
    expect(given).toEqual(before);
  });
});

describe('composite schedule: what can not be asked', () => {
  it.each([
    ['no time at all', { durationS: 0 }],
    ['time backwards', { durationS: -1 }],
    ['more than a year', { durationS: 367 * DAY_S }],
    ['no instant', { startMs: Number.NaN }],
    ['no voltage, which makes endless amperes of watts', { voltageV: 0 }],
    ['no phases, likewise', { phases: 0 }],
    ['four phases', { phases: 4 }],
    ['half an EVSE', { evseId: 0.5 }],
    ['a transaction that began at no time', { transactions: [{ evseId: 1, startMs: Number.NaN }] }],
  ])('refuses %s', (_, asked) => {
    expect(() => composite('1.6', [{ limit: 6 }], asked)).toThrow(RangeError);
  });

  it('takes a whole year of a daily profile', () => {
    const periods = composite('1.6', [{ recurrency: 'Daily', periods: NIGHT }], { durationS: 366 * DAY_S });
    expect(periods).toHaveLength(2 * 366);
  });
});
