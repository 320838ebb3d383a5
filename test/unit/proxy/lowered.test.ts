import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compositeSchedule } from '../../../src/profiles/index.js';
import type { CsmsProfile } from '../../../src/proxy/csmsProfiles.js';
import { lowered } from '../../../src/proxy/lowered.js';
import type { ChargingProfile } from '../../../src/site/chargingProfile.js';

const NOW_MS = Date.parse('2026-03-02T10:00:00Z');
const TRANSACTION = { evseId: 1, startMs: NOW_MS - 600_000, transactionId: 7 };
const CONTEXT = {
  ocppVersion: '1.6',
  transactions: [TRANSACTION],
  voltageV: 230,
  phases: 3,
  nowMs: NOW_MS,
  maxPeriods: 'unknown',
} as const;

const limit = fc.constantFrom(0, 6, 8.5, 10, 16, 32, 999_999);
const periods = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 9_000 }), limit), { maxLength: 4 })
  .chain((later) =>
    limit.map((first) => [
      { startPeriodS: 0, limit: first },
      ...[...new Map(later)].sort(([a], [b]) => a - b).map(([startPeriodS, most]) => ({ startPeriodS, limit: most })),
    ]),
  );

const ours: fc.Arbitrary<ChargingProfile> = fc
  .record({
    profileId: fc.constant(101),
    stackLevel: fc.constant(0),
    purpose: fc.constant('TxProfile' as const),
    kind: fc.constantFrom('Absolute' as const, 'Relative' as const),
    schedule: fc.record({
      startMs: fc.integer({ min: NOW_MS - 90_000, max: NOW_MS }).map((ms) => Math.floor(ms / 1000) * 1000),
      durationS: fc.integer({ min: 9_200, max: 20_000 }),
      rateUnit: fc.constant('A' as const),
      periods,
    }),
  })
  .map((profile) => (profile.kind === 'Absolute' ? profile : withoutStart(profile)));

function withoutStart(profile: ChargingProfile): ChargingProfile {
  const { startMs: _none, ...schedule } = profile.schedule;
  return { ...profile, schedule: { ...schedule, periods: schedule.periods.slice(0, 1) } };
}

let nextId = 1;
const theirs: fc.Arbitrary<CsmsProfile> = fc
  .record({
    purpose: fc.constantFrom('TxProfile', 'TxDefaultProfile', 'ChargePointMaxProfile'),
    kind: fc.constantFrom('Absolute', 'Relative', 'Recurring'),
    stackLevel: fc.nat(2),
    agoS: fc.integer({ min: -7_000, max: 90_000 }),
    durationS: fc.option(fc.integer({ min: 60, max: 20_000 }), { nil: undefined }),
    periods,
  })
  .map(({ purpose, kind, stackLevel, agoS, durationS, periods: list }) => ({
    evseId: purpose === 'ChargePointMaxProfile' ? 0 : 1,
    profile: {
      chargingProfileId: nextId++,
      stackLevel,
      chargingProfilePurpose: purpose,
      chargingProfileKind: kind,
      ...(kind === 'Recurring' ? { recurrencyKind: 'Daily' } : {}),
      ...(purpose === 'TxProfile' ? { transactionId: 7 } : {}),
      chargingSchedule: {
        ...(kind === 'Relative' ? {} : { startSchedule: new Date(NOW_MS - agoS * 1000).toISOString() }),
        ...(durationS === undefined ? {} : { duration: durationS }),
        chargingRateUnit: 'A',
        chargingSchedulePeriod: list.map(({ startPeriodS, limit: most }) => ({
          startPeriod: startPeriodS,
          limit: most,
        })),
      },
    },
  }));

/** As a station adds it up. */
function composite(profiles: readonly { evseId: number; profile: unknown }[]): (atS: number) => number {
  const { periods: list } = compositeSchedule({
    ocppVersion: '1.6',
    profiles,
    transactions: [TRANSACTION],
    evseId: 1,
    startMs: NOW_MS,
    durationS: 9_000,
    rateUnit: 'A',
  });
  return (atS) => {
    const found = list.findLast(({ startPeriodS }) => startPeriodS <= atS)?.limit ?? 'unlimited';
    return found === 'unlimited' ? Number.POSITIVE_INFINITY : found;
  };
}

/** What it falls to by itself. */
const FAILSAFE: ChargingProfile = {
  profileId: 1,
  stackLevel: 0,
  purpose: 'TxDefaultProfile',
  kind: 'Relative',
  schedule: { rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 6 }] },
};

function stationOf(tx: ChargingProfile, failsafe: ChargingProfile) {
  const { transactionId: _none, ...ofStation } = onWire(failsafe);
  return [
    { evseId: 1, profile: onWire(tx) },
    { evseId: 0, profile: ofStation },
  ];
}

function onWire({ schedule, ...profile }: ChargingProfile) {
  return {
    chargingProfileId: profile.profileId,
    stackLevel: profile.stackLevel,
    chargingProfilePurpose: profile.purpose,
    chargingProfileKind: profile.kind,
    transactionId: 7,
    chargingSchedule: {
      ...(schedule.startMs === undefined ? {} : { startSchedule: new Date(schedule.startMs).toISOString() }),
      ...(schedule.durationS === undefined ? {} : { duration: schedule.durationS }),
      chargingRateUnit: schedule.rateUnit,
      chargingSchedulePeriod: schedule.periods.map(({ startPeriodS, limit: most }) => ({
        startPeriod: startPeriodS,
        limit: most,
      })),
    },
  };
}

describe('a profile of ours below what the CSMS allows', () => {
  it('is at no instant above either, and has no more periods than ours', () => {
    fc.assert(
      fc.property(ours, fc.array(theirs, { maxLength: 4 }), (own, csms) => {
        const written = lowered(own, 1, csms, CONTEXT);
        expect(written.schedule.periods.length).toBeLessThanOrEqual(own.schedule.periods.length);
        const held = composite(stationOf(written, lowered(FAILSAFE, 0, csms, CONTEXT)));
        const planned = composite(stationOf(own, FAILSAFE));
        const allowed = composite(csms);
        for (let atS = 0; atS < 9_000; atS += 173)
          expect(held(atS)).toBeLessThanOrEqual(Math.min(planned(atS), allowed(atS)) + 1e-9);
      }),
      { numRuns: 400 },
    );
  });

  it('is ours where the CSMS allows as much', () => {
    fc.assert(
      fc.property(ours, (own) => {
        expect(lowered(own, 1, [], CONTEXT)).toBe(own);
      }),
      { numRuns: 20 },
    );
  });
});
