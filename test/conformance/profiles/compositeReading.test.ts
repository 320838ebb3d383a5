import { describe, expect, it } from 'vitest';
import { UnreadableProfile } from '../../../src/profiles/index.js';
import { composite, DAY_S, HOUR_S, NOON_MS, TRANSACTION, VERSIONS } from '../../support/profiles/wire.js';

// What is read of a profile, what only 2.1 has, and what can not be read. Names begin with the requirement's id.

const inTransaction = { transactions: [TRANSACTION] };
const HOUR_MS = HOUR_S * 1000;

describe('composite schedule of 2.1: fields that only it has', () => {
  it('a period without a limit limits nothing by itself, but hides what is below it', () => {
    const setpoint = { level: 1, period: { limit: undefined, operationMode: 'CentralSetpoint', setpoint: 5 } };
    expect(composite('2.1', [setpoint, { level: 0, limit: 6 }])).toEqual([[0, 'unlimited']]);
    expect(composite('2.1', [setpoint, { purpose: 'Max', limit: 20 }])).toEqual([[0, 20]]);
  });

  it('K01.FR.145 limits of single phases: the most that a phase may take, and the sum of watts', () => {
    const ofPhases = { purpose: 'TxProfile', period: { limit: 10, limit_L2: 16, limit_L3: 6 } };
    expect(composite('2.1', [ofPhases], inTransaction)).toEqual([[0, 16]]);
    expect(composite('2.1', [ofPhases, { purpose: 'Max', limit: 12 }], inTransaction)).toEqual([[0, 12]]);
    const inWatts = { ...ofPhases, unit: 'W', period: { limit: 1000, limit_L2: 2000, limit_L3: 500 } };
    expect(composite('2.1', [inWatts], { ...inTransaction, rateUnit: 'W' })).toEqual([[0, 3500]]);
  });

  it('limits of single phases mean nothing to 2.0.1', () => {
    expect(composite('2.0.1', [{ period: { limit: 10, limit_L2: 16 } }])).toEqual([[0, 10]]);
  });

  it('K01.FR.92-97 a random delay: a fall counts from when it has surely come, a rise from when it may', () => {
    const periods = [
      [0, 16],
      [HOUR_S, 6],
      [2 * HOUR_S, 10],
    ] as const;
    expect(composite('2.1', [{ periods, schedule: { randomizedDelay: 300 } }])).toEqual([
      [0, 16],
      [HOUR_S + 300, 6],
      [2 * HOUR_S, 10],
    ]);
  });

  it('K01.FR.93 the first period is never delayed, and the end of the schedule is not either', () => {
    const sketch = { limit: 6, durationS: HOUR_S, schedule: { randomizedDelay: 600 } };
    expect(composite('2.1', [sketch, { purpose: 'Max', limit: 32 }])).toEqual([
      [0, 6],
      [HOUR_S, 32],
    ]);
  });

  it('K01.FR.97 a delay longer than a period may skip it: what is before it counts until what is after has begun', () => {
    const periods = [
      [0, 16],
      [300, 6],
      [600, 8],
    ] as const;
    expect(composite('2.1', [{ periods, schedule: { randomizedDelay: 900 } }])).toEqual([
      [0, 16],
      [1200, 8],
    ]);
  });

  it('K01.FR.92 the other versions know no random delay', () => {
    const periods = [
      [0, 16],
      [300, 6],
    ] as const;
    expect(composite('2.0.1', [{ periods, schedule: { randomizedDelay: 900 } }])).toEqual([
      [0, 16],
      [300, 6],
    ]);
  });

  it('useLocalTime: the most that a recurring schedule ever allows, since nobody said which zone the station is in', () => {
    const periods = [
      [0, 16],
      [6 * HOUR_S, 6],
    ] as const;
    const local = { recurrency: 'Daily', periods, schedule: { useLocalTime: true } };
    expect(composite('2.1', [local])).toEqual([[0, 16]]);
    expect(composite('2.1', [{ ...local, durationS: DAY_S }])).toEqual([[0, 16]]);
  });

  it('useLocalTime: what may have ended, or not begun, can not be relied on', () => {
    const schedule = { useLocalTime: true };
    const below = { level: 0, limit: 6 };
    const absolute = { level: 1, limit: 10, schedule };
    expect(composite('2.1', [absolute, below])).toEqual([[0, 'unlimited']]);
    const short = { recurrency: 'Daily', level: 1, limit: 10, durationS: 8 * HOUR_S, schedule };
    expect(composite('2.1', [short, below])).toEqual([[0, 'unlimited']]);
    expect(composite('2.1', [short, below, { purpose: 'Max', limit: 20 }])).toEqual([[0, 20]]);
  });

  it('useLocalTime: validity is in UTC all the same, and Relative schedules have no start to be local', () => {
    const local = { recurrency: 'Daily', limit: 10, validToMs: NOON_MS + HOUR_MS, schedule: { useLocalTime: true } };
    expect(composite('2.1', [local])).toEqual([
      [0, 10],
      [HOUR_S, 'unlimited'],
    ]);
    const relative = { kind: 'Relative', limit: 10, durationS: 60, schedule: { useLocalTime: true } };
    expect(composite('2.1', [relative])).toEqual([
      [0, 10],
      [60, 'unlimited'],
    ]);
  });

  it('K28 a Dynamic profile holds from its last update on', () => {
    const dynamic = { kind: 'Dynamic', limit: 10 };
    expect(composite('2.1', [dynamic])).toEqual([[0, 10]]);
    const updated = { ...dynamic, profile: { dynUpdateTime: new Date(NOON_MS - 60_000).toISOString() } };
    expect(composite('2.1', [updated])).toEqual([[0, 10]]);
  });

  it('K28.FR.13 the duration of a Dynamic profile counts from its last update, not from its start', () => {
    const dynamic = {
      kind: 'Dynamic',
      level: 1,
      limit: 10,
      startMs: NOON_MS - HOUR_MS,
      durationS: 300,
      profile: { dynUpdateTime: new Date(NOON_MS - 100_000).toISOString() },
    };
    expect(composite('2.1', [dynamic, { limit: 6 }])).toEqual([
      [0, 10],
      [200, 6],
    ]);
  });

  it('K28.FR.13 without an update that is known of, as if one came now', () => {
    expect(composite('2.1', [{ kind: 'Dynamic', limit: 10, durationS: 300 }])).toEqual([
      [0, 10],
      [300, 'unlimited'],
    ]);
  });

  it('limitAtSoC and offline durations may only lower a limit or end it elsewhere: they are not looked at', () => {
    const sketch = {
      limit: 10,
      schedule: { limitAtSoC: { soc: 80, limit: 6 } },
      profile: { maxOfflineDuration: 60, invalidAfterOfflineDuration: true },
    };
    expect(composite('2.1', [sketch])).toEqual([[0, 10]]);
  });

  it('of several schedules the first counts: the others are offers to an ISO 15118 car', () => {
    const [first, second] = [6, 32].map((limit) => ({
      id: 1,
      startSchedule: '2026-01-14T12:00:00Z',
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [{ startPeriod: 0, limit }],
    }));
    expect(composite('2.1', [{ profile: { chargingSchedule: [first, second] } }])).toEqual([[0, 6]]);
  });
});

describe.each(VERSIONS)('composite schedule of %s: what can not be read', (version) => {
  const listed = version === '1.6' ? '/chargingSchedule' : '/chargingSchedule/0';

  it.each([
    ['a profile without a schedule', { profile: { chargingSchedule: null } }, '/chargingSchedule'],
    ['an unknown purpose', { purpose: 'constructor' }, '/chargingProfilePurpose'],
    ['an unknown kind', { kind: 'toString' }, '/chargingProfileKind'],
    ['an unknown recurrence', { recurrency: 'constructor' }, '/recurrencyKind'],
    [
      'a recurring schedule without a start',
      { recurrency: 'Daily', schedule: { startSchedule: null } },
      `${listed}/startSchedule`,
    ],
    ['a level below 0', { level: -1 }, '/stackLevel'],
    ['a level that is a text', { profile: { stackLevel: '3' } }, '/stackLevel'],
    ['an instant that is none', { schedule: { startSchedule: '2026-02-31T00:00:00Z' } }, `${listed}/startSchedule`],
    ['an instant that is a number', { profile: { validTo: 1768392000 } }, '/validTo'],
    ['a unit that is none', { unit: 'kW' }, `${listed}/chargingRateUnit`],
    ['K01.FR.31 a first period that does not begin at 0', { periods: [[5, 6]] as const }, 'startPeriod'],
    [
      'K01.FR.35 periods that do not ascend',
      {
        periods: [
          [0, 6],
          [60, 7],
          [60, 8],
        ] as const,
      },
      `${listed}/chargingSchedulePeriod/2/startPeriod`,
    ],
    ['no periods', { periods: [] }, `${listed}/chargingSchedulePeriod`],
    ['a limit that is a text', { period: { limit: '6' } }, `${listed}/chargingSchedulePeriod/0/limit`],
    ['0 phases, which would make endless amperes of watts', { periods: [[0, 6, 0]] as const }, 'numberPhases'],
    ['4 phases', { periods: [[0, 6, 4]] as const }, 'numberPhases'],
    ['a duration below 0', { durationS: -1 }, `${listed}/duration`],
  ])('names the member: %s', (_, sketch, field) => {
    expect(() => composite(version, [sketch])).toThrow(UnreadableProfile);
    expect(() => composite(version, [sketch])).toThrow(field);
  });

  it('a profile of another EVSE is not looked at', () => {
    expect(composite(version, [{ evseId: 2, unit: 'kW' }, { limit: 6 }])).toEqual([[0, 6]]);
  });

  it('null is read as absent, as stations write it', () => {
    const sketch = {
      limit: 6,
      profile: { validFrom: null, validTo: null, transactionId: null, recurrencyKind: null },
      schedule: { duration: null },
      period: { numberPhases: null },
    };
    expect(composite(version, [sketch])).toEqual([[0, 6]]);
  });

  it('an Absolute schedule without a start counts from the start of the transaction, as stations do', () => {
    const sketch = { limit: 6, durationS: 100, schedule: { startSchedule: null } };
    const transactions = [{ ...TRANSACTION, startMs: NOON_MS - 40_000 }];
    expect(composite(version, [sketch], { transactions })).toEqual([
      [0, 6],
      [60, 'unlimited'],
    ]);
  });

  if (version !== '2.1') {
    it('a period without a limit is none', () => {
      expect(() => composite(version, [{ period: { limit: undefined } }])).toThrow('/limit');
    });
  }
});
