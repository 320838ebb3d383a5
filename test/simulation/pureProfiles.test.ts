import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compositeSchedule } from '../../src/profiles/composite/compositeSchedule.js';
import type { ChargingProfile } from '../../src/site/chargingProfile.js';
import { PureProfiles, refusalOf } from '../support/pureProfiles.js';

const NOON_MS = Date.UTC(2026, 2, 2, 12);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function profileOf(more: Omit<Partial<ChargingProfile>, 'schedule'> & Partial<ChargingProfile['schedule']> = {}) {
  const { startMs, durationS, rateUnit = 'A', periods = [{ startPeriodS: 0, limit: 10 }], ...rest } = more;
  return {
    profileId: 1,
    stackLevel: 0,
    purpose: 'TxDefaultProfile',
    kind: 'Absolute',
    ...rest,
    schedule: {
      rateUnit,
      periods,
      ...(durationS === undefined ? {} : { durationS }),
      ...(rest.kind === 'Relative' ? {} : { startMs: startMs ?? NOON_MS }),
    },
  } as const satisfies ChargingProfile;
}

function holding(...profiles: readonly (readonly [number, ChargingProfile])[]): PureProfiles {
  const held = new PureProfiles(3);
  for (const [evseId, profile] of profiles) held.install({ evseId, profile, installedMs: NOON_MS });
  return held;
}

const never = () => Number.NaN;

describe('the profiles of a station in virtual time', () => {
  it('repeat every day or week from their start, into the past as well, and stop after a shorter duration', () => {
    const periods = [
      { startPeriodS: 0, limit: 6 },
      { startPeriodS: 7_200, limit: 16 },
    ];
    const daily = holding([0, profileOf({ kind: 'Recurring', recurrency: 'Daily', durationS: 10_800, periods })]);
    expect([0, 2, 3].map((hours) => daily.limitA(NOON_MS - 3 * DAY_MS + hours * HOUR_MS, never))).toEqual([
      6,
      16,
      undefined,
    ]);
    const weekly = holding([0, profileOf({ kind: 'Recurring', recurrency: 'Weekly', durationS: 9 * 86_400, periods })]);
    expect(weekly.limitA(NOON_MS + 7 * DAY_MS, never)).toBe(6);
    expect(weekly.limitA(NOON_MS + 7 * DAY_MS - 1, never)).toBe(16);
  });

  it('count from the start of the transaction where they are relative', () => {
    const periods = [
      { startPeriodS: 0, limit: 16 },
      { startPeriodS: 60, limit: 8 },
    ];
    const held = holding([1, profileOf({ kind: 'Relative', purpose: 'TxProfile', transactionId: 5, periods })]);
    expect(held.limitA(NOON_MS + 59_999, () => NOON_MS)).toBe(16);
    expect(held.limitA(NOON_MS + 60_000, () => NOON_MS)).toBe(8);
    held.dropTxProfiles();
    expect(held.limitA(NOON_MS + 60_000, () => NOON_MS)).toBeUndefined();
  });

  it('are cleared by their id, or by all else that is named', () => {
    const held = holding([0, profileOf({ profileId: 1 })], [1, profileOf({ profileId: 2 })]);
    expect(held.clear({ type: 'clearChargingProfile', evseId: 1, stackLevel: 3 })).toBe(false);
    expect(held.clear({ type: 'clearChargingProfile', evseId: 1, purpose: 'TxDefaultProfile' })).toBe(true);
    expect(held.all.map(({ profile }) => profile.profileId)).toEqual([1]);
    expect(held.clear({ type: 'clearChargingProfile', profileId: 1 })).toBe(true);
    expect(held.all).toEqual([]);
  });

  it('are refused where they do not belong or mean nothing', () => {
    const at = (evseId: number, inRemoteStart = false) => ({ evseId, evses: 1, transactionId: 5, inRemoteStart });
    const tx = { purpose: 'TxProfile', profileId: 9 } as const;
    expect(refusalOf(profileOf(), at(0))).toBeUndefined();
    expect(refusalOf(profileOf(), at(2))).toMatch('FR.28');
    expect(refusalOf(profileOf({ purpose: 'ChargingStationMaxProfile' }), at(1))).toMatch('K04.FR.03');
    expect(refusalOf(profileOf({ purpose: 'ChargingStationMaxProfile', kind: 'Relative' }), at(0))).toMatch('FR.38');
    expect(refusalOf(profileOf({ ...tx, transactionId: 5 }), at(1))).toBeUndefined();
    expect(refusalOf(profileOf({ ...tx, transactionId: 4 }), at(1))).toMatch('FR.33');
    expect(refusalOf(profileOf(tx), at(1))).toMatch('FR.03');
    expect(refusalOf(profileOf(tx), at(1, true))).toBeUndefined();
    expect(refusalOf(profileOf(), at(1, true))).toMatch('K05.FR.02');
    expect(refusalOf(profileOf({ kind: 'Recurring' }), at(0))).toBe('how often?');
    expect(refusalOf(profileOf({ periods: [{ startPeriodS: 1, limit: 6 }] }), at(0))).toMatch('FR.31');
  });

  it('add up to what the engine of the service says, and change only when they say that they do', () => {
    const spanS = 2 * 86_400;
    fc.assert(
      fc.property(installations, fc.option(fc.integer({ min: -7_200, max: 0 })), (installed, sinceS) => {
        const transaction = sinceS === null ? undefined : { evseId: 1, startMs: NOON_MS + sinceS * 1000 };
        const kept = installed.filter(({ profile }) => transaction !== undefined || profile.purpose !== 'TxProfile');
        const held = holding(
          ...kept.map(({ evseId, profile }, index) => [evseId, { ...profile, profileId: index + 1 }] as const),
        );
        const from = () => transaction?.startMs ?? NOON_MS;
        const composite = compositeSchedule({
          ocppVersion: '1.6',
          profiles: held.all.map(({ evseId, profile }) => ({ evseId, profile: onWire(profile) })),
          transactions: transaction === undefined ? [] : [transaction],
          evseId: 1,
          startMs: NOON_MS,
          durationS: spanS,
          rateUnit: 'A',
        });
        const periods = composite.periods.map(({ startPeriodS, limit }) => [
          startPeriodS,
          limit === 'unlimited' ? undefined : limit,
        ]);
        const changes = [NOON_MS, ...held.changesMs(NOON_MS, NOON_MS + spanS * 1000, from)];
        const own = changes.map((ms) => [(ms - NOON_MS) / 1000, held.limitA(ms, from)]);
        expect(own.filter(([, limitA], index) => index === 0 || own[index - 1]?.[1] !== limitA)).toEqual(periods);
      }),
      { numRuns: 500 },
    );
  });
});

const seconds = fc.integer({ min: -100, max: 100 }).map((steps) => steps * 900);

const installations = fc.array(
  fc
    .record({
      purpose: fc.constantFrom('TxProfile', 'TxDefaultProfile', 'ChargingStationMaxProfile'),
      kind: fc.constantFrom('Absolute', 'Recurring', 'Relative'),
      recurrency: fc.constantFrom('Daily', 'Weekly'),
      isSpecific: fc.boolean(),
      stackLevel: fc.integer({ min: 0, max: 2 }),
      startS: seconds,
      durationS: fc.option(fc.integer({ min: 1, max: 200 }).map((steps) => steps * 900)),
      validity: fc.option(fc.tuple(seconds, fc.integer({ min: 1, max: 90 }))),
      starts: fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { maxLength: 4 }),
      limits: fc.array(fc.integer({ min: 0, max: 32 }), { minLength: 5, maxLength: 5 }),
    })
    .map((drawn) => {
      const { purpose, kind, recurrency, isSpecific, stackLevel, startS, durationS, validity, starts, limits } = drawn;
      const isMax = purpose === 'ChargingStationMaxProfile';
      const evseId = purpose === 'TxProfile' || (isSpecific && !isMax) ? 1 : 0;
      const profile = profileOf({
        purpose,
        kind: isMax && kind === 'Relative' ? 'Absolute' : kind,
        ...(kind === 'Recurring' ? { recurrency } : {}),
        stackLevel,
        startMs: NOON_MS + startS * 1000,
        ...(durationS === null ? {} : { durationS }),
        ...(validity === null
          ? {}
          : {
              validFromMs: NOON_MS + validity[0] * 1000,
              validToMs: NOON_MS + (validity[0] + validity[1] * 900) * 1000,
            }),
        periods: [0, ...starts.sort((a, b) => a - b)].map((step, index) => ({
          startPeriodS: step * 900,
          limit: limits[index] ?? 0,
        })),
      });
      return { evseId, profile };
    }),
  { maxLength: 6 },
);

function onWire({ schedule, ...profile }: ChargingProfile): object {
  const instant = (ms: number) => new Date(ms).toISOString();
  return {
    chargingProfileId: profile.profileId,
    stackLevel: profile.stackLevel,
    chargingProfilePurpose: profile.purpose === 'ChargingStationMaxProfile' ? 'ChargePointMaxProfile' : profile.purpose,
    chargingProfileKind: profile.kind,
    ...(profile.recurrency === undefined ? {} : { recurrencyKind: profile.recurrency }),
    ...(profile.validFromMs === undefined ? {} : { validFrom: instant(profile.validFromMs) }),
    ...(profile.validToMs === undefined ? {} : { validTo: instant(profile.validToMs) }),
    chargingSchedule: {
      chargingRateUnit: schedule.rateUnit,
      ...(schedule.startMs === undefined ? {} : { startSchedule: instant(schedule.startMs) }),
      ...(schedule.durationS === undefined ? {} : { duration: schedule.durationS }),
      chargingSchedulePeriod: schedule.periods.map(({ startPeriodS, limit }) => ({ startPeriod: startPeriodS, limit })),
    },
  };
}
