import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ProfileTarget, stationProfile, txProfile } from '../../../src/profiles/compile.js';
import type { ChargingProfile, ProfileForm } from '../../../src/site/chargingProfile.js';
import { wireLimitA } from '../../../src/site/electricity.js';
import { constantSteps, largestWithin } from '../../../src/site/limitSteps.js';
import type { Evse } from '../../../src/site/model.js';
import { acEvse, dcEvse, HOUR_MS, MINUTE_MS, NOON_MS, stationOf, stepsOf } from '../../support/builders.js';

function targetOf(evses: readonly Evse[], nowMs = NOON_MS): ProfileTarget {
  return { station: stationOf('A', { evses }), voltageV: 230, nowMs };
}

const TX: ProfileForm = { purpose: 'TxProfile', kind: 'Absolute', rateUnit: 'A' };
const DEFAULT: ProfileForm = { purpose: 'TxDefaultProfile', kind: 'Absolute', rateUnit: 'A' };

const three = acEvse();
const compile = (pairs: readonly (readonly [number, number])[], evse: Evse = three, form: Partial<ProfileForm> = {}) =>
  txProfile(
    targetOf([evse]),
    evse,
    41,
    stepsOf(
      pairs.map(([s, limitA]) => [NOON_MS + s * 1000, limitA]),
      NOON_MS + 1_800_000,
    ),
    { ...TX, ...form },
  );

/** What a station with our clock draws by it. */
function limitOf(profile: ChargingProfile, atMs: number): number | undefined {
  const { startMs = 0, durationS, periods } = profile.schedule;
  const atS = (atMs - startMs) / 1000;
  if (durationS !== undefined && atS >= durationS) return undefined;
  return periods.findLast((period) => period.startPeriodS <= atS)?.limit;
}

describe('a transaction profile', () => {
  it('names its transaction, is absolute, on one stack level and lasts as long as it was given', () => {
    const profile = compile([[0, 16]]);
    expect(profile).toMatchObject({ purpose: 'TxProfile', kind: 'Absolute', stackLevel: 0, transactionId: 41 });
    const { startMs = 0, durationS = 0 } = profile.schedule;
    expect(startMs + durationS * 1000).toBe(NOON_MS + 1_800_000);
  });

  it('starts in the past, on a whole second, for a clock that is behind would not yet have it', () => {
    const { startMs = 0 } = compile([[0, 16]]).schedule;
    expect(startMs).toBe(NOON_MS - MINUTE_MS);
    expect(txProfile(targetOf([three], NOON_MS + 345), three, 1, constantSteps(6, NOON_MS), TX).schedule.startMs).toBe(
      NOON_MS - MINUTE_MS,
    );
  });

  it('has an id of its own per EVSE, the same every time, so that it overwrites and never stacks', () => {
    const two = acEvse({ id: 2 });
    const ids = [
      compile([[0, 16]]),
      compile([[9, 6]]),
      compile([[0, 16]], two),
      stationProfile(targetOf([three, two]), constantSteps(6, 0), DEFAULT),
    ].map(({ profileId }) => profileId);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });

  it('says the first period from the start, and each later one at its second', () => {
    expect(
      compile([
        [0, 16],
        [600, 8],
        [1_200, 10],
      ]).schedule.periods,
    ).toEqual([
      { startPeriodS: 0, limit: 16 },
      { startPeriodS: 660, limit: 8 },
      { startPeriodS: 1_260, limit: 10 },
    ]);
  });

  it('rounds amperes down to one decimal', () => {
    expect(
      compile([
        [0, 13.39],
        [600, 0.3],
      ]).schedule.periods.map(({ limit }) => limit),
    ).toEqual([13.3, 0.3]);
  });

  it('rounds the time of a fall down and that of a rise up', () => {
    expect(
      compile([
        [0, 16],
        [10.5, 8],
        [20.5, 10],
      ]).schedule.periods.map(({ startPeriodS }) => startPeriodS),
    ).toEqual([0, 70, 81]);
  });

  it('ascends in time and is nowhere above what it was made from, seconds apart or less', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(0, 6, 10.04, 16));
    fc.assert(
      fc.property(
        fc.uniqueArray(step, { minLength: 1, maxLength: 6, selector: ([at]) => at }),
        fc.integer({ min: 0, max: 5_000 }),
        (steps, lateMs) => {
          const sorted = [...steps].sort(([a], [b]) => a - b);
          const limits = stepsOf(
            sorted.map(([ms, limitA]) => [NOON_MS + ms, limitA]),
            NOON_MS + HOUR_MS + 700,
          );
          const profile = txProfile(targetOf([three], NOON_MS + lateMs), three, 1, limits, TX);
          const starts = profile.schedule.periods.map(({ startPeriodS }) => startPeriodS);
          expect(starts[0]).toBe(0);
          expect([...new Set(starts)].sort((a, b) => a - b)).toEqual(starts);
          for (let ms = NOON_MS + lateMs; ms < NOON_MS + 25_000; ms += 250) {
            // Within the second that two steps share, the lower of the two may come with its second.
            const madeFrom = largestWithin(limits, ms - 1_000, ms);
            expect(limitOf(profile, ms) ?? 0).toBeLessThanOrEqual(madeFrom === 'ended' ? 0 : madeFrom);
          }
          expect(limitOf(profile, NOON_MS + HOUR_MS + 700)).toBeUndefined();
        },
      ),
    );
  });
});

describe('the unit of a profile', () => {
  it('is watts at the outlet for DC', () => {
    expect(compile([[0, 50]], dcEvse({ efficiency: 0.9 }), { rateUnit: 'W' }).schedule).toMatchObject({
      rateUnit: 'W',
      periods: [{ limit: 31_050 }],
    });
  });

  it('in watts is rounded down, and says how many phases it is for', () => {
    const watts = (evse: Evse) => compile([[0, 6.1]], evse, { rateUnit: 'W' }).schedule;
    expect(watts(three)).toMatchObject({ rateUnit: 'W', periods: [{ limit: 4_209, numberPhases: 3 }] });
    expect(watts(acEvse({ phases: ['L2'] }))).toMatchObject({ periods: [{ limit: 1_403, numberPhases: 1 }] });
  });

  it('goes back to amperes on the grid side', () => {
    expect(wireLimitA(4_140, 'W', three, 230)).toBe(6);
    expect(wireLimitA(4_140, 'W', three, 230, 1)).toBeCloseTo(18, 9);
    expect(wireLimitA(16, 'A', three, 230)).toBe(16);
    expect(wireLimitA(31_050, 'W', dcEvse({ efficiency: 0.9 }), 230)).toBeCloseTo(50, 9);
  });
});

describe('the failsafe profile', () => {
  it('is a default for every EVSE of the station and has no end', () => {
    const profile = stationProfile(targetOf([three]), constantSteps(6, 0), DEFAULT);
    expect(profile).toMatchObject({ purpose: 'TxDefaultProfile', kind: 'Absolute', stackLevel: 0 });
    expect(profile.schedule.durationS).toBeUndefined();
    expect(profile.transactionId).toBeUndefined();
    expect(profile.schedule.periods).toEqual([{ startPeriodS: 0, limit: 6 }]);
  });

  it('in watts is no more than the smallest EVSE of the station may have, for it is a template for each', () => {
    const evses = [three, acEvse({ id: 2, phases: ['L1'] })];
    const profile = stationProfile(targetOf(evses), constantSteps(6, 0), { ...DEFAULT, rateUnit: 'W' });
    expect(profile.schedule.periods).toEqual([{ startPeriodS: 0, limit: 1_380, numberPhases: 1 }]);
  });

  it('names no phases where some outlet is DC, unless an AC one has fewer than the three that are meant without', () => {
    const of = (...evses: Parameters<typeof targetOf>[0]) =>
      stationProfile(targetOf(evses), constantSteps(6, 0), { ...DEFAULT, rateUnit: 'W' }).schedule.periods;
    const dc = dcEvse({ id: 2, efficiency: 0.9 });
    expect(of(three, dc)).toEqual([{ startPeriodS: 0, limit: 3_726 }]);
    expect(of(acEvse({ phases: ['L1'] }), dc)).toEqual([{ startPeriodS: 0, limit: 1_380, numberPhases: 1 }]);
  });
});

describe('a profile for a station that takes whole amperes only', () => {
  it('is nowhere above what it stands for', () => {
    const form: ProfileForm = { ...TX, wholeAmperes: true };
    const limits = stepsOf(
      [
        [NOON_MS, 8.9],
        [NOON_MS + MINUTE_MS, 6],
      ],
      'forever',
    );
    expect(txProfile(targetOf([three]), three, 41, limits, form).schedule.periods.map(({ limit }) => limit)).toEqual([
      8, 6,
    ]);
  });
});
