import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitsIn } from '../../../src/handout/forms.js';
import { stationProfile, txProfile } from '../../../src/profiles/compile.js';
import { neutralComposite } from '../../../src/profiles/neutralComposite.js';
import type { ChargingProfile, ProfileForm } from '../../../src/site/chargingProfile.js';
import { breakpoints, constantSteps, type LimitSteps, limitAt } from '../../../src/site/limitSteps.js';
import type { Evse } from '../../../src/site/model.js';
import { acEvse, dcEvse, HOUR_MS, MINUTE_MS, NOON_MS, stationOf, stepsOf } from '../../support/builders.js';

const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
const VOLTAGE_V = 230;

const three = acEvse();
const targetOf = (evses: readonly Evse[], nowMs = NOON_MS) => ({
  station: stationOf('A', { evses }),
  voltageV: VOLTAGE_V,
  nowMs,
});
const formOf = (more: Partial<ProfileForm>): ProfileForm => ({
  purpose: 'TxProfile',
  kind: 'Absolute',
  rateUnit: 'A',
  ...more,
});

describe('a Relative profile', () => {
  const form = formOf({ kind: 'Relative', elapsedMs: 10 * MINUTE_MS });

  it('has no start, for it counts from the transaction: what that lasted already is a part of how long it holds', () => {
    const limits = constantSteps(16, NOON_MS, NOON_MS + 15 * MINUTE_MS);
    const { schedule, kind, recurrency } = txProfile(targetOf([three]), three, 41, limits, form);
    expect(kind).toBe('Relative');
    expect(recurrency).toBeUndefined();
    expect(schedule).toEqual({ durationS: 25 * 60, rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 16 }] });
  });

  it('of a transaction that begins with it names none', () => {
    const limits = constantSteps(6, NOON_MS, NOON_MS + 15 * MINUTE_MS);
    const profile = txProfile(targetOf([three]), three, undefined, limits, formOf({ kind: 'Relative' }));
    expect(profile).not.toHaveProperty('transactionId');
    expect(profile.schedule.durationS).toBe(900);
    const next = txProfile(targetOf([three]), three, 41, limits, formOf({}));
    expect(profile.profileId).toBe(next.profileId);
  });

  it('of a whole station has neither start nor end', () => {
    const relative = formOf({ purpose: 'TxDefaultProfile', kind: 'Relative' });
    expect(stationProfile(targetOf([three]), constantSteps(6, NOON_MS), relative).schedule).toEqual({
      rateUnit: 'A',
      periods: [{ startPeriodS: 0, limit: 6 }],
    });
  });
});

describe('a Recurring profile', () => {
  const form = formOf({ purpose: 'TxDefaultProfile', kind: 'Recurring' });
  const hour = fc.integer({ min: -400, max: 400 });
  const round = fc.constantFrom([DAY_MS, 'Daily'] as const, [WEEK_MS, 'Weekly'] as const);

  it('began whole rounds ago by any clock, with its first step as its first period, and its duration is a round', () => {
    fc.assert(
      fc.property(hour, fc.integer({ min: 0, max: 50 * DAY_MS }), round, (hours, laterMs, [everyMs, recurrency]) => {
        const nowMs = NOON_MS + laterMs;
        const anchorMs = NOON_MS + hours * HOUR_MS;
        const steps = [
          { fromMs: anchorMs, limitA: 6 },
          { fromMs: anchorMs + 8 * HOUR_MS, limitA: 0 },
        ];
        const profile = stationProfile(targetOf([three], nowMs), { steps, untilMs: 'forever', everyMs }, form);
        expect(profile).toMatchObject({ kind: 'Recurring', recurrency });
        const { startMs = 0, durationS, periods } = profile.schedule;
        expect(Math.abs((startMs - anchorMs) % everyMs)).toBe(0);
        expect(startMs).toBeLessThanOrEqual(nowMs - DAY_MS);
        expect(startMs).toBeGreaterThan(nowMs - DAY_MS - everyMs);
        expect(durationS).toBe(everyMs / 1000);
        expect(periods).toEqual([
          { startPeriodS: 0, limit: 6 },
          { startPeriodS: 8 * 3_600, limit: 0 },
        ]);
      }),
    );
  });
});

describe('the maximum of a station', () => {
  it('has an id of its own, for it stands beside the default, and belongs to no transaction', () => {
    const limits = constantSteps(6, NOON_MS);
    const ids = (['TxDefaultProfile', 'ChargingStationMaxProfile'] as const).map(
      (purpose) => stationProfile(targetOf([three]), limits, formOf({ purpose })).profileId,
    );
    const ofTransaction = txProfile(targetOf([three]), three, 1, limits, formOf({})).profileId;
    expect(new Set([...ids, ofTransaction]).size).toBe(3);
    const max = stationProfile(targetOf([three]), limits, formOf({ purpose: 'ChargingStationMaxProfile' }));
    expect(max).toMatchObject({ purpose: 'ChargingStationMaxProfile', kind: 'Absolute', stackLevel: 0 });
    expect(max).not.toHaveProperty('transactionId');
  });
});

describe('a pause', () => {
  it('is written as a limit that no pilot can offer where 0 is refused, and nothing else is changed by that', () => {
    const limits = stepsOf(
      [
        [NOON_MS, 0],
        [NOON_MS + HOUR_MS, 6],
      ],
      NOON_MS + 2 * HOUR_MS,
    );
    const written = (rateUnit: 'A' | 'W') =>
      txProfile(targetOf([three]), three, 1, limits, formOf({ pauseA: 1, rateUnit })).schedule.periods.map(
        ({ limit }) => limit,
      );
    expect(written('A')).toEqual([1, 6]);
    expect(written('W')).toEqual([690, 4_140]);
  });
});

// What is written is read back by code that makes composite schedules of any profiles, and knows nothing of limits over time.

const limitA = fc.constantFrom(0, 6, 6.55, 9.99, 10.04, 16, 32);
const evses = fc.constantFrom<readonly Evse[]>(
  [three],
  [acEvse({ phases: ['L2'] })],
  [acEvse({ phases: ['L1', 'L3'] })],
  [dcEvse({ efficiency: 0.9 })],
  [three, acEvse({ id: 2, phases: ['L1'] })],
);
const way = fc.record({
  rateUnit: fc.constantFrom('A' as const, 'W' as const),
  wholeAmperes: fc.boolean(),
  pauseA: fc.option(fc.constant(1), { nil: undefined }),
});
const lateMs = fc.integer({ min: 0, max: 5_000 });

const once: fc.Arbitrary<LimitSteps> = fc
  .record({
    steps: fc.uniqueArray(fc.tuple(fc.integer({ min: -60_000, max: 600_000 }), limitA), {
      minLength: 1,
      maxLength: 6,
      selector: ([ms]) => ms,
    }),
    lastsMs: fc.option(fc.integer({ min: 1, max: 600_000 })),
  })
  .map(({ steps, lastsMs }) => ({
    steps: inOrder(steps),
    untilMs: lastsMs === null ? 'forever' : NOON_MS + 600_000 + lastsMs,
  }));

const inRounds: fc.Arbitrary<LimitSteps> = fc
  .record({
    everyMs: fc.constantFrom(DAY_MS, WEEK_MS),
    anchorMs: fc.integer({ min: -300, max: 300 }).map((minutes) => minutes * 7 * MINUTE_MS),
    steps: fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 1_439 }), limitA), {
      minLength: 2,
      maxLength: 5,
      selector: ([minute]) => minute,
    }),
  })
  .map(({ everyMs, anchorMs, steps }) => {
    const spread = (minute: number) => anchorMs + minute * (everyMs / 1_440);
    return { steps: inOrder(steps.map(([minute, limit]) => [spread(minute), limit])), untilMs: 'forever', everyMs };
  });

function inOrder(steps: readonly (readonly [number, number])[]): LimitSteps['steps'] {
  return [...steps].sort(([a], [b]) => a - b).map(([ms, limit]) => ({ fromMs: NOON_MS + ms, limitA: limit }));
}

interface Written {
  readonly profile: ChargingProfile;
  readonly limits: LimitSteps;
  readonly form: ProfileForm;
  readonly evse: Evse;
  readonly nowMs: number;
  /** How long what is read back is looked at. */
  readonly durationS: number;
}

/** At no second above the limits, and with a limit of its own at each at which they have one. */
function expectWithin({ profile, limits, form, evse, nowMs, durationS }: Written): void {
  const startMs = Math.ceil(nowMs / 1000) * 1000;
  const begunMs = Math.floor((nowMs - (form.elapsedMs ?? 0)) / 1000) * 1000;
  const composite = neutralComposite({
    profiles: [{ evseId: profile.purpose === 'TxProfile' ? evse.id : 0, profile }],
    evse,
    voltageV: VOLTAGE_V,
    transaction: { startMs: begunMs, transactionId: 41 },
    startMs,
    durationS,
  });
  const changesS = breakpoints(limits, startMs, startMs + durationS * 1000).flatMap((ms) => {
    const seconds = (ms - startMs) / 1000;
    return [Math.floor(seconds) - 1, Math.floor(seconds), Math.ceil(seconds), Math.ceil(seconds) + 1];
  });
  const seconds = new Set([...composite.periods.map(({ startPeriodS }) => startPeriodS), ...changesS]);
  for (const second of seconds) {
    if (second < 0 || second >= durationS) continue;
    const atMs = startMs + second * 1000;
    const allowedA = limitAt(limits, atMs);
    if (allowedA === 'ended') continue;
    const period = composite.periods.findLast(({ startPeriodS }) => startPeriodS <= second);
    const writtenA = period?.limit ?? 'unlimited';
    // A second that the limits do not outlast is not written.
    if (writtenA === 'unlimited' && limits.untilMs !== 'forever' && atMs + 1_000 > limits.untilMs) continue;
    expect(writtenA, `at second ${second}`).not.toBe('unlimited');
    expect(Number(writtenA), `at second ${second}`).toBeLessThanOrEqual(
      (allowedA === 0 ? (form.pauseA ?? 0) : allowedA) + 1e-9,
    );
  }
}

function formWith(
  { purpose, kind, elapsedMs }: Pick<ProfileForm, 'purpose' | 'kind' | 'elapsedMs'>,
  how: { readonly rateUnit: 'A' | 'W'; readonly wholeAmperes: boolean; readonly pauseA: number | undefined },
): ProfileForm {
  return {
    purpose,
    kind,
    rateUnit: how.rateUnit,
    ...(elapsedMs === undefined ? {} : { elapsedMs }),
    ...(how.wholeAmperes ? { wholeAmperes: true } : {}),
    ...(how.pauseA === undefined ? {} : { pauseA: how.pauseA }),
  };
}

describe('what is written, read back', () => {
  it('of a transaction is nowhere above its limits, in every kind and unit', () => {
    const elapsed = fc.integer({ min: 0, max: 1_800 }).map((seconds) => seconds * 1000);
    const kinds = fc.constantFrom('Absolute' as const, 'Relative' as const);
    fc.assert(
      fc.property(once, kinds, way, evses, lateMs, elapsed, (limits, kind, how, [evse], late, elapsedMs) => {
        if (evse === undefined) return;
        const nowMs = NOON_MS + late;
        const form = formWith({ purpose: 'TxProfile', kind, ...(kind === 'Relative' ? { elapsedMs } : {}) }, how);
        const profile = txProfile(targetOf([evse], nowMs), evse, 41, limitsIn(form, limits, nowMs), form);
        expectWithin({ profile, limits, form, evse, nowMs, durationS: 1_300 });
      }),
      { numRuns: 300 },
    );
  });

  it('of a station is nowhere above its limits, on any of its EVSEs, in every kind and unit, as default and as maximum', () => {
    const purposes = fc.constantFrom('TxDefaultProfile' as const, 'ChargingStationMaxProfile' as const);
    const kinds = fc.constantFrom('Absolute' as const, 'Relative' as const, 'Recurring' as const);
    fc.assert(
      fc.property(
        fc.oneof(once, inRounds),
        purposes,
        kinds,
        way,
        evses,
        lateMs,
        (limits, purpose, kind, how, all, late) => {
          // A maximum is never Relative, and what does not repeat is never Recurring.
          if (kind === 'Relative' && purpose === 'ChargingStationMaxProfile') return;
          if (kind === 'Recurring' && limits.everyMs === undefined) return;
          const nowMs = NOON_MS + late;
          const form = formWith({ purpose, kind }, how);
          const profile = stationProfile(targetOf(all, nowMs), limitsIn(form, limits, nowMs), form);
          const durationS = (limits.everyMs ?? 1_300_000) / 1000 + 90_000;
          for (const evse of all) expectWithin({ profile, limits, form, evse, nowMs, durationS });
        },
      ),
      { numRuns: 400 },
    );
  });
});
