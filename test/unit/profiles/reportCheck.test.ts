import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stationProfile, txProfile } from '../../../src/profiles/compile.js';
import {
  checkReport,
  foreignProfilesOf,
  type SentProfile,
  type ShownProfile,
} from '../../../src/profiles/reportCheck.js';
import type { ChargingProfile, ProfileForm } from '../../../src/site/chargingProfile.js';
import { constantSteps, type LimitSteps } from '../../../src/site/limitSteps.js';
import { acEvse, HOUR_MS, MINUTE_MS, NOON_MS, stationOf, stepsOf } from '../../support/builders.js';

const DAY_MS = 24 * HOUR_MS;
const station = stationOf('A', { evses: [acEvse(), acEvse({ id: 2, phases: ['L1'] })] });
const [first] = station.evses;
if (first === undefined) throw new Error('no EVSE');
const target = { station, voltageV: 230, nowMs: NOON_MS };
const supply = { evses: station.evses, voltageV: 230, nowMs: NOON_MS };
const plain: ProfileForm = { purpose: 'TxProfile', kind: 'Absolute', rateUnit: 'A' };

const ofCar = (limits: LimitSteps, form: Partial<ProfileForm> = {}): SentProfile => ({
  evseId: 1,
  profile: txProfile(target, acEvse(), 'tx-1', limits, { ...plain, ...form }),
});
const ofStation = (limits: LimitSteps, form: Partial<ProfileForm> = {}): SentProfile => ({
  evseId: 0,
  profile: stationProfile(target, limits, { ...plain, purpose: 'TxDefaultProfile', ...form }),
});

/** As a station repeats what it was sent. */
function shown({ evseId, profile }: SentProfile, more: Partial<ShownProfile> = {}): ShownProfile {
  const { schedule, transactionId, ...rest } = profile;
  const named = transactionId === undefined ? {} : { transactionId: String(transactionId) };
  return { evseId, source: 'CSO', ...rest, ...named, schedules: [schedule], ...more };
}

const scheduled = (of: ShownProfile, change: Partial<ChargingProfile['schedule']>): ShownProfile => ({
  ...of,
  schedules: of.schedules.map((schedule) => ({ ...schedule, ...change })),
});
const limited = (of: ShownProfile, limit: number) => scheduled(of, { periods: [{ startPeriodS: 0, limit }] });

const car = ofCar(constantSteps(16, NOON_MS, NOON_MS + 15 * MINUTE_MS));
const failsafe = ofStation(constantSteps(6, NOON_MS));
const check = (sent: SentProfile, ...profiles: readonly ShownProfile[]) =>
  checkReport(profiles, sent, sent.evseId === 0 ? supply : { ...supply, evses: [acEvse()] });
const other = (more: Partial<ShownProfile>, limit = 32) =>
  limited(shown(failsafe, { profileId: 77, stackLevel: 3, ...more }), limit);

const forms: fc.Arbitrary<ProfileForm> = fc.record({
  purpose: fc.constant('TxProfile'),
  kind: fc.constantFrom('Absolute', 'Relative'),
  rateUnit: fc.constantFrom('A', 'W'),
});

describe('a report of profiles', () => {
  it('that shows what was sent confirms it exactly, whatever its form, seconds after it was decided', () => {
    const limits = fc.integer({ min: 0, max: 320 }).map((deciamperes) => deciamperes / 10);
    fc.assert(
      fc.property(forms, fc.tuple(limits, limits), fc.integer({ min: 0, max: 3_000 }), (form, [aA, bA], lateMs) => {
        const steps =
          form.kind === 'Relative'
            ? [[NOON_MS, aA] as const]
            : [[NOON_MS, aA] as const, [NOON_MS + 5 * MINUTE_MS, bA] as const];
        const what = stepsOf(steps, NOON_MS + 15 * MINUTE_MS);
        const left = txProfile({ ...target, nowMs: NOON_MS + lateMs }, acEvse(), 'tx-1', what, form);
        const repeated = shown({ evseId: 1, profile: left });
        expect(check(ofCar(what, form), repeated)).toEqual({ verdict: 'confirms', exact: true });
      }),
    );
    const daily = ofStation(
      {
        ...stepsOf(
          [
            [NOON_MS, 6],
            [NOON_MS + HOUR_MS, 16],
          ],
          'forever',
        ),
        everyMs: DAY_MS,
      },
      { kind: 'Recurring' },
    );
    expect(check(daily, shown(daily))).toEqual({ verdict: 'confirms', exact: true });
  });

  it('is nowhere taken for a confirmation of less than it shows', () => {
    const limit = fc.integer({ min: 0, max: 32 });
    fc.assert(
      fc.property(limit, limit, limit, limit, (a, b, c, d) => {
        const [was, is] = [
          [a, b],
          [c, d],
        ].map(([now, then]) =>
          ofCar(
            stepsOf(
              [
                [NOON_MS, now ?? 0],
                [NOON_MS + 5 * MINUTE_MS, then ?? 0],
              ],
              NOON_MS + 15 * MINUTE_MS,
            ),
          ),
        );
        if (was === undefined || is === undefined) throw new Error('two');
        const { verdict } = check(was, shown(is));
        expect(verdict).toBe(c <= a && d <= b ? 'confirms' : 'contradicts');
      }),
    );
  });

  it('that shows less confirms it, and is no record of obedience', () => {
    expect(check(car, limited(shown(car), 10))).toEqual({ verdict: 'confirms', exact: false });
    expect(check(car, scheduled(shown(car), { durationS: 300 }))).toEqual({ verdict: 'confirms', exact: false });
  });

  it('that shows more, or for longer, contradicts it', () => {
    expect(check(car, limited(shown(car), 16.2))).toMatchObject({ detail: 'reports 16.2 A where 16 A were sent' });
    expect(check(car, scheduled(shown(car), { durationS: 1_800 }))).toMatchObject({ verdict: 'contradicts' });
    const withoutEnd = shown(car, {
      schedules: [{ startMs: NOON_MS, rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 16 }] }],
    });
    expect(check(car, withoutEnd)).toMatchObject({ verdict: 'contradicts' });
  });

  it('that shows a failsafe which ends, or begins later, contradicts it: below it there is nothing', () => {
    expect(check(failsafe, scheduled(shown(failsafe), { durationS: 2 * 86_400 }))).toMatchObject({
      verdict: 'contradicts',
    });
    expect(check(failsafe, shown(failsafe, { validToMs: NOON_MS + HOUR_MS }))).toMatchObject({
      verdict: 'contradicts',
    });
    expect(check(failsafe, shown(failsafe, { validFromMs: NOON_MS + HOUR_MS }))).toMatchObject({
      verdict: 'contradicts',
    });
  });

  it('that shows another kind, or another round, contradicts it', () => {
    const daily = ofStation(
      {
        ...stepsOf(
          [
            [NOON_MS, 6],
            [NOON_MS + HOUR_MS, 16],
          ],
          'forever',
        ),
        everyMs: DAY_MS,
      },
      { kind: 'Recurring' },
    );
    expect(check(daily, shown(daily, { kind: 'Absolute' }))).toMatchObject({ verdict: 'contradicts' });
    expect(check(daily, shown(daily, { recurrency: 'Weekly' }))).toMatchObject({ verdict: 'contradicts' });
  });

  it('without it, or with that of another transaction or EVSE in its place, shows that it is absent', () => {
    expect(check(car)).toMatchObject({ verdict: 'absent' });
    expect(check(car, shown(failsafe))).toMatchObject({ verdict: 'absent' });
    expect(check(car, shown(car, { transactionId: 'tx-0' }))).toMatchObject({ verdict: 'absent' });
    expect(check(car, shown(car, { evseId: 2 }))).toMatchObject({ verdict: 'absent' });
    expect(check(car, shown(car, { transactionId: 'tx-1' }))).toMatchObject({ verdict: 'confirms' });
  });

  it('may show a default once for each EVSE, if for all of them', () => {
    const each = [1, 2].map((evseId) => shown(failsafe, { evseId }));
    expect(check(failsafe, ...each)).toEqual({ verdict: 'confirms', exact: true });
    expect(check(failsafe, ...each.slice(1))).toMatchObject({ verdict: 'absent' });
    const [one, two] = each;
    if (one === undefined || two === undefined) throw new Error('two');
    expect(check(failsafe, one, limited(two, 10))).toMatchObject({ verdict: 'contradicts' });
  });

  it('with somebody else’s in its place that allows more confirms nothing', () => {
    expect(check(failsafe, shown(failsafe), other({}))).toMatchObject({
      verdict: 'overruled',
      detail: 'report: TxDefaultProfile 77 at level 3 of CSO lies over it',
    });
    const foreign = other({ purpose: 'TxProfile', evseId: 1 });
    expect(check(car, shown(car), foreign)).toMatchObject({ verdict: 'overruled' });
    expect(check(car, shown(car), other({ purpose: 'PriorityCharging', evseId: 1 }))).toMatchObject({
      verdict: 'overruled',
    });
    expect(check(car, shown(car), other({ purpose: 'LocalGeneration', evseId: 0 }, 1))).toMatchObject({
      verdict: 'overruled',
    });
    const unreadable = { ...foreign, kind: 'Dynamic' };
    expect(check(car, shown(car), unreadable)).toMatchObject({ verdict: 'overruled' });
  });

  it('with somebody else’s in its place that allows no more confirms it, and is no record', () => {
    expect(check(failsafe, shown(failsafe), other({}, 6))).toEqual({ verdict: 'confirms', exact: false });
  });

  it('is not troubled by what others hold elsewhere, or held, or only cap with', () => {
    const harmless = [
      other({ purpose: 'ChargingStationExternalConstraints', source: 'EMS' }),
      other({ purpose: 'ChargingStationMaxProfile' }),
      other({ purpose: 'TxProfile', evseId: 2 }),
      other({ purpose: 'TxProfile', evseId: 1, transactionId: 'tx-0' }),
      other({ purpose: 'TxProfile', evseId: 1, validToMs: NOON_MS - 1 }),
      shown(failsafe),
    ];
    expect(check(car, shown(car), ...harmless)).toEqual({ verdict: 'confirms', exact: true });
  });

  it('that can not be read says nothing', () => {
    const of = shown(car);
    const nothing: readonly ShownProfile[] = [
      { ...of, schedules: [] },
      { ...of, schedules: [...of.schedules, ...of.schedules] },
      { ...of, schedules: [{ rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 6 }] }] },
      { ...of, schedules: of.schedules.map((one) => ({ ...one, periods: [{ startPeriodS: 0 }] })) },
      scheduled(of, { periods: [] }),
      scheduled(of, { periods: [0, 0].map((startPeriodS) => ({ startPeriodS, limit: 6 })) }),
      scheduled(of, { periods: Array.from({ length: 201 }, (_, startPeriodS) => ({ startPeriodS, limit: 6 })) }),
    ];
    for (const one of nothing) expect(check(car, one)).toMatchObject({ verdict: 'silent' });
    const again = Array.from({ length: 200 }, () => of);
    expect(check(car, ...again)).toMatchObject({ verdict: 'silent' });
    const over = ofCar(constantSteps(16, NOON_MS, NOON_MS - MINUTE_MS));
    expect(check(over, shown(over))).toMatchObject({ verdict: 'silent' });
  });

  it('tells what is of others, at most ten of them', () => {
    const ours = [shown(car), shown(failsafe)];
    const ems = other({ purpose: 'ChargingStationExternalConstraints', source: 'EMS', evseId: 1 }, 12.3);
    expect(foreignProfilesOf([...ours, ems], supply)).toEqual([
      {
        profileId: 77,
        evseId: 1,
        source: 'EMS',
        purpose: 'ChargingStationExternalConstraints',
        stackLevel: 3,
        limitMaxA: 12.3,
      },
    ]);
    const many = Array.from({ length: 40 }, (_, k) => other({ profileId: 100 + k, kind: 'Dynamic' }));
    const told = foreignProfilesOf(many, supply);
    expect(told).toHaveLength(10);
    expect(told[0]).not.toHaveProperty('limitMaxA');
  });
});
