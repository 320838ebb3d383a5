import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepsTo, readAck, readActiveProfile, readResult, writeProfile } from '../../../src/ocpi/chargingProfile.js';
import type { ChargingProfile } from '../../../src/site/chargingProfile.js';
import type { Evse } from '../../../src/site/model.js';
import { allowedA, type CpoProfile } from '../../support/ocpi/cpo.js';

const AC: Evse = {
  id: 1,
  kind: 'AC',
  phases: ['L1', 'L2', 'L3'],
  currentMinA: 6,
  currentMaxA: 32,
  trustLearnedPhases: false,
};
const DC: Evse = { id: 1, kind: 'DC', phases: ['L1', 'L2', 'L3'], powerMaxW: 50_000, efficiency: 0.5 };
const START_MS = Date.parse('2026-05-04T10:00:00Z');

function profileOf(schedule: Partial<ChargingProfile['schedule']>): ChargingProfile {
  const periods = [{ startPeriodS: 0, limit: 16 }];
  const whole = { startMs: START_MS, rateUnit: 'A', periods, ...schedule } as const;
  return { profileId: 101, stackLevel: 0, purpose: 'TxProfile', kind: 'Absolute', transactionId: 's', schedule: whole };
}

const schedules = fc.record({
  durationS: fc.integer({ min: 60, max: 7_200 }),
  periods: fc
    .uniqueArray(fc.integer({ min: 1, max: 7_000 }), { maxLength: 8 })
    .chain((starts) =>
      fc.tuple(
        ...[0, ...starts.sort((a, b) => a - b)].map((startPeriodS) =>
          fc.double({ min: 0, max: 80, noNaN: true }).map((limit) => ({ startPeriodS, limit })),
        ),
      ),
    ),
});

describe('a profile as an operator is sent it', () => {
  it('is at no instant above what was decided, nor a tenth below it, and at the failsafe from its end on', () => {
    const property = fc.property(schedules, fc.integer({ min: 0, max: 10_000 }), ({ durationS, periods }, atS) => {
      const written = writeProfile(profileOf({ durationS, periods }), { evse: AC, failsafeA: 6, voltageV: 230 });
      const sentA = allowedA(written as unknown as CpoProfile, START_MS + atS * 1000);
      const wantedA = atS >= durationS ? 6 : (periods.findLast(({ startPeriodS }) => startPeriodS <= atS)?.limit ?? 0);
      if (sentA === 'none') throw new Error('a time is left without a limit');
      expect(sentA).toBeLessThanOrEqual(wantedA + 1e-5);
      expect(sentA).toBeGreaterThan(wantedA - 0.1 - 1e-9);
      expect(Math.round(sentA * 10) / 10).toBe(sentA);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('is in watts of all phases together at a DC outlet, its end too', () => {
    const profile = profileOf({ rateUnit: 'W', durationS: 900, periods: [{ startPeriodS: 0, limit: 20_000.19 }] });
    expect(writeProfile(profile, { evse: DC, failsafeA: 6, voltageV: 230 })).toEqual({
      start_date_time: '2026-05-04T10:00:00Z',
      charging_rate_unit: 'W',
      charging_profile_period: [
        { start_period: 0, limit: 20_000.1 },
        { start_period: 900, limit: 6 * 230 * 3 * 0.5 },
      ],
    });
  });

  it('has no end of its own where it has none, and begins with its session where it has no start', () => {
    const { startMs: _none, ...schedule } = profileOf({}).schedule;
    const written = writeProfile(
      { ...profileOf({}), kind: 'Relative', schedule },
      { evse: AC, failsafeA: 6, voltageV: 230 },
    );
    expect(written).toEqual({ charging_rate_unit: 'A', charging_profile_period: [{ start_period: 0, limit: 16 }] });
  });
});

it('a default that was agreed on is within a profile that is nowhere below it', () => {
  const after = { evse: AC, failsafeA: 6, voltageV: 230 };
  const periods = (...limits: number[]) => limits.map((limit, k) => ({ startPeriodS: k * 60, limit }));
  expect(keepsTo(profileOf({ periods: periods(6, 8) }), after)).toBe(true);
  expect(keepsTo(profileOf({ periods: periods(6, 5.9) }), after)).toBe(false);
  expect(keepsTo(profileOf({ periods: [] }), after)).toBe(false);
  expect(keepsTo(profileOf({ rateUnit: 'W', periods: periods(4_140) }), after)).toBe(true);
  expect(keepsTo(profileOf({ rateUnit: 'W', periods: periods(4_139) }), after)).toBe(false);
});

describe('what an operator answers', () => {
  it.each([
    [
      { result: 'TOO_OFTEN', timeout: 12 },
      { result: 'TOO_OFTEN', timeoutS: 12 },
    ],
    [
      { result: 'PERHAPS', timeout: 'soon' },
      { result: 'UNKNOWN', timeoutS: 30 },
    ],
    [undefined, { result: 'UNKNOWN', timeoutS: 30 }],
  ])('%j at once is read as %j', (said, expected) => {
    expect(readAck(said)).toEqual(expected);
  });

  it('is unknown where no word of it is known', () => {
    expect(readResult({ result: 'DONE' })).toEqual({ result: 'UNKNOWN' });
    expect(readResult('ACCEPTED')).toEqual({ result: 'UNKNOWN' });
  });

  it.each([
    [
      'no start',
      { charging_profile: { charging_rate_unit: 'A', charging_profile_period: [{ start_period: 0, limit: 6 }] } },
    ],
    [
      'no unit',
      {
        start_date_time: '2026-05-04T10:00:00Z',
        charging_profile: { charging_profile_period: [{ start_period: 0, limit: 6 }] },
      },
    ],
    [
      'periods that do not ascend',
      active([
        { start_period: 0, limit: 6 },
        { start_period: 0, limit: 8 },
      ]),
    ],
    ['a period without a limit', active([{ start_period: 0 }])],
    ['no period', active([])],
    ['a negative limit', active([{ start_period: 0, limit: -1 }])],
    [
      'more periods than anybody means',
      active(Array.from({ length: 1_001 }, (_, k) => ({ start_period: k, limit: 6 }))),
    ],
  ])('is no active profile with %s', (_what, said) => {
    expect(readActiveProfile(said)).toBeUndefined();
  });

  it('is an active profile with its start beside it or in it, in UTC without saying so', () => {
    const periods = [{ start_period: 0, limit: 6 }];
    const expected = {
      startMs: START_MS,
      schedule: { startMs: START_MS, rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 6 }] },
    };
    expect(readActiveProfile({ ...active(periods), start_date_time: '2026-05-04T10:00:00' })).toEqual(expected);
  });
});

function active(periods: readonly object[]): object {
  return {
    start_date_time: '2026-05-04T10:00:00Z',
    charging_profile: { charging_rate_unit: 'A', charging_profile_period: periods },
  };
}
