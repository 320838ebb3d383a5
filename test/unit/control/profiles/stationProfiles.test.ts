import { describe, expect, it } from 'vitest';
import { stationProfilesView } from '../../../../src/control/profiles/stationProfiles.js';
import type { ProfileForm } from '../../../../src/site/chargingProfile.js';
import type { SlotName } from '../../../../src/site/events.js';
import { constantSteps, type LimitSteps } from '../../../../src/site/limitSteps.js';
import { MESSAGE_LATE_MAX_MS } from '../../../../src/site/mayDraw.js';
import {
  acEvse,
  dcEvse,
  HOUR_MS,
  MINUTE_MS,
  NOON_MS,
  SiteLife,
  siteOf,
  stationOf,
  stepsOf,
} from '../../../support/builders.js';

const view = (life: SiteLife) => stationProfilesView(life.state, 'A', life.nowMs);
const charging = () => new SiteLife(siteOf()).commission('A').start('A', 1).wait(MINUTE_MS);
const candidates = (life: SiteLife, slot: number) => view(life).slots[slot]?.candidates;

/** Sent in a form of its own, and accepted. */
function send(life: SiteLife, slot: SlotName, limits: LimitSteps, form: ProfileForm): void {
  const attemptId = `f${life.journal.length}`;
  life.take({ type: 'profileIntended', stationId: 'A', attemptId, slot, limits, form });
  life.answer('A', slot, attemptId, 'accepted');
}

describe('the profiles of a station', () => {
  it('are none while it was never seen, and its hardware counts', () => {
    const { slots, evses } = view(new SiteLife(siteOf()));
    expect(slots).toMatchObject([{ slot: 'failsafe', evseId: 0, missingUntilMs: 'unknown', candidates: [] }]);
    expect(evses).toMatchObject([
      {
        evseId: 1,
        transactionId: null,
        limitA: 32,
        mayDrawA: 32,
        mayDrawUntilMs: null,
        obstacle: { is: 'neverSeen', sentence: 'The station has not connected yet: 32 A are kept free for it.' },
      },
    ]);
  });

  it('are the failsafe, then one for each EVSE with a transaction', () => {
    const station = stationOf('A', { evses: [acEvse(), acEvse({ id: 2 }), dcEvse({ id: 3 })] });
    const life = new SiteLife(siteOf({ stations: [station] })).commission('A');
    life.start('A', 7, { evseId: 2 });
    const { slots, evses } = view(life);
    expect(slots.map(({ slot, purpose, evseId, transactionId }) => [slot, purpose, evseId, transactionId])).toEqual([
      ['failsafe', 'TxDefaultProfile', 0, null],
      ['transaction', 'TxProfile', 2, 7],
    ]);
    expect(slots[1]?.sessionId).toBe('A-7');
    expect(evses.map(({ evseId, sessionId, obstacle }) => [evseId, sessionId, obstacle])).toEqual([
      [1, null, null],
      [2, 'A-7', null],
      [3, null, null],
    ]);
  });

  it('are shown as they go over the wire, in the unit that the station takes', () => {
    const life = charging();
    life.give(
      'A',
      stepsOf(
        [
          [life.nowMs, 16],
          [life.nowMs + 600_000, 8],
        ],
        life.nowMs + 1_800_000,
      ),
    );
    expect(candidates(life, 1)).toMatchObject([
      {
        status: 'confirmed',
        sentMs: life.nowMs,
        answeredMs: life.nowMs,
        goneMs: null,
        checks: 0,
        told: true,
        mayBeInForce: true,
        limits: [
          { fromMs: life.nowMs, limitA: 16 },
          { fromMs: life.nowMs + 600_000, limitA: 8 },
        ],
        untilMs: life.nowMs + 1_800_000,
        profile: {
          purpose: 'TxProfile',
          stackLevel: 0,
          kind: 'Absolute',
          transactionId: 1,
          schedule: {
            startMs: life.nowMs - MINUTE_MS,
            durationS: 1_860,
            rateUnit: 'A',
            periods: [
              { startPeriodS: 0, limit: 16 },
              { startPeriodS: 660, limit: 8 },
            ],
          },
        },
      },
    ]);
    expect(candidates(life, 0)).toMatchObject([
      { status: 'confirmed', untilMs: null, profile: { purpose: 'TxDefaultProfile', schedule: { rateUnit: 'A' } } },
    ]);
  });

  it('are shown in the form that they were sent in, whatever the station is known to take by now', () => {
    const life = charging();
    const limits = (limitA: number) => constantSteps(limitA, life.nowMs, life.nowMs + 1_800_000);
    send(life, life.txSlot('A'), limits(10.5), { purpose: 'TxProfile', kind: 'Absolute', rateUnit: 'W' });
    send(life, life.txSlot('A'), limits(11.5), {
      purpose: 'TxProfile',
      kind: 'Absolute',
      rateUnit: 'A',
      wholeAmperes: true,
    });
    life.take({ type: 'quirkLearned', stationId: 'A', quirk: 'takesWattsOnly', evidence: 'seen' });
    expect(candidates(life, 1)).toMatchObject([
      {
        form: { kind: 'Absolute', rateUnit: 'W', wholeAmperes: false, pauseA: null },
        repeats: null,
        steersUntilMs: null,
        profile: { schedule: { rateUnit: 'W', periods: [{ limit: 7_245, numberPhases: 3 }] } },
      },
      {
        form: { kind: 'Absolute', rateUnit: 'A', wholeAmperes: true, pauseA: null },
        profile: { schedule: { rateUnit: 'A', periods: [{ limit: 11 }] } },
      },
    ]);
  });

  it('that repeat say how often, and a pause is shown as it was written', () => {
    const life = charging();
    const day = {
      ...stepsOf(
        [
          [NOON_MS, 0],
          [NOON_MS + HOUR_MS, 6],
        ],
        'forever',
      ),
      everyMs: 24 * HOUR_MS,
    };
    const form: ProfileForm = { purpose: 'TxDefaultProfile', kind: 'Recurring', rateUnit: 'A', pauseA: 1 };
    send(life, { kind: 'failsafe' }, day, form);
    send(life, { kind: 'failsafe' }, { ...day, everyMs: 7 * 24 * HOUR_MS }, form);
    expect(candidates(life, 0)?.slice(1)).toMatchObject([
      {
        repeats: 'daily',
        untilMs: null,
        form: { kind: 'Recurring', pauseA: 1 },
        limits: [{ fromMs: NOON_MS, limitA: 0 }, { limitA: 6 }],
        profile: { kind: 'Recurring', recurrency: 'Daily', schedule: { periods: [{ limit: 1 }, { limit: 6 }] } },
      },
      { repeats: 'weekly', profile: { recurrency: 'Weekly' } },
    ]);
  });

  it('have the purpose of what was sent last: a station that takes no default has a maximum', () => {
    const life = charging();
    expect(view(life).slots[0]?.purpose).toBe('TxDefaultProfile');
    const form: ProfileForm = { purpose: 'ChargingStationMaxProfile', kind: 'Absolute', rateUnit: 'A' };
    const steersUntilMs = life.nowMs + HOUR_MS;
    send(life, { kind: 'failsafe' }, constantSteps(6, life.nowMs), { ...form, steersUntilMs });
    expect(view(life).slots[0]).toMatchObject({
      purpose: 'ChargingStationMaxProfile',
      candidates: [{ profile: { purpose: 'TxDefaultProfile' } }, { steersUntilMs, profile: { profileId: 2 } }],
    });
    const unseen = new SiteLife(siteOf()).take({
      type: 'quirkLearned',
      stationId: 'A',
      quirk: 'takesNoDefault',
      evidence: 'seen',
    });
    expect(view(unseen).slots[0]).toMatchObject({ purpose: 'ChargingStationMaxProfile', candidates: [] });
  });

  it('that are Relative count until the slowest way of counting is over', () => {
    const life = charging();
    const untilMs = life.nowMs + 10 * MINUTE_MS;
    const elapsedMs = 5 * MINUTE_MS;
    const form: ProfileForm = { purpose: 'TxProfile', kind: 'Relative', rateUnit: 'A', elapsedMs };
    send(life, life.txSlot('A'), constantSteps(16, life.nowMs, untilMs), form);
    life.wait(untilMs + elapsedMs + MESSAGE_LATE_MAX_MS - life.nowMs);
    expect(candidates(life, 1)).toMatchObject([{ mayBeInForce: true }]);
    expect(view(life).evses[0]?.mayDrawA).toBe(16);
    life.wait(11_000);
    expect(candidates(life, 1)).toMatchObject([{ mayBeInForce: false }]);
    expect(view(life).evses[0]?.mayDrawA).toBe(6);
  });

  it('leave less of a budget with each that is written, and it is said when the next write comes back', () => {
    const life = charging();
    const slot = (index: number) => view(life).slots[index];
    expect(slot(0)?.budget).toEqual({ writes: 11, writesMax: 12, nextMs: NOON_MS + 10 * MINUTE_MS });
    expect(slot(1)?.budget).toEqual({ writes: 20, writesMax: 20, nextMs: null });
    life.give('A', 10);
    life.wait(5_000).give('A', 11);
    const { budget } = slot(1) ?? {};
    expect(budget).toEqual({ writes: 18, writesMax: 20, nextMs: life.nowMs + 10_000 });
    life.wait(10_000);
    expect(slot(1)?.budget.writes).toBe(19);
  });

  it('that were not answered leave a count', () => {
    const life = charging();
    life.give('A', 10, 'unknown');
    life.give('A', 11, 'unknown');
    expect(view(life).slots[1]).toMatchObject({ unanswered: 2, refusals: 0 });
    life.give('A', 12, 'accepted');
    expect(view(life).slots[1]).toMatchObject({ unanswered: 0 });
  });

  it('that may or may not have arrived count, and the one that was taken last is told', () => {
    const life = charging();
    life.give('A', 10);
    life.give('A', 16, 'accepted');
    life.give('A', 20, 'unknown');
    expect(candidates(life, 1)?.map(({ status, told, mayBeInForce }) => [status, told, mayBeInForce])).toEqual([
      ['confirmed', false, true],
      ['accepted', true, true],
      ['unknown', false, true],
    ]);
    expect(view(life).evses[0]).toMatchObject({ limitA: 16, mayDrawA: 20 });
  });

  it('that were replaced count until cars have followed, and it is said when that is', () => {
    const life = charging();
    life.give('A', 16);
    // After this no copy of it can be on its way.
    life.meter('A', { currentA: 16 }).wait(10_000);
    life.give('A', 8);
    const { evses } = view(life);
    const gone = candidates(life, 1)?.[0];
    expect(gone).toMatchObject({ mayBeInForce: true, goneMs: life.nowMs + 5_000 });
    expect(evses[0]).toMatchObject({ limitA: 8, mayDrawA: 16, mayDrawUntilMs: gone?.goneMs });
    life.wait(5_000);
    expect(candidates(life, 1)?.[0]).toMatchObject({ mayBeInForce: false });
    // Its own end is next: then the failsafe holds, once the slowest clock and car have come to it.
    expect(view(life).evses[0]).toMatchObject({ mayDrawA: 8, mayDrawUntilMs: life.nowMs - 5_000 + 1_810_001 });
  });

  it('that ended are over once the slowest clock and the slowest car are', () => {
    const life = charging();
    life.give('A', 16);
    life.wait(30 * MINUTE_MS + 9_000);
    expect(candidates(life, 1)).toMatchObject([{ mayBeInForce: true, told: true }]);
    life.wait(2_000);
    expect(candidates(life, 1)).toMatchObject([{ mayBeInForce: false, told: false }]);
    expect(view(life).evses[0]).toMatchObject({ limitA: 6, mayDrawA: 6, mayDrawUntilMs: null });
  });

  it('that were refused leave a count, and keep the EVSE from being steered for a while', () => {
    const life = charging();
    for (const limitA of [10, 11, 12]) life.give('A', limitA, 'refused');
    const { slots, evses } = view(life);
    expect(slots[1]).toMatchObject({ refusals: 3, lastRefusedMs: life.nowMs, candidates: [] });
    expect(evses[0]?.obstacle).toEqual({
      is: 'refuses',
      sentence: 'The station refuses its limits: 6 A are kept free for it, and it is asked again every minute.',
    });
  });

  it('that could not be seen at the station say how often it was looked', () => {
    const life = charging();
    const attemptId = life.give('A', 10, 'accepted');
    const slot = life.txSlot('A');
    life.take({ type: 'profileNotVerified', stationId: 'A', attemptId, slot, detail: 'Rejected' });
    expect(candidates(life, 1)).toMatchObject([{ checks: 1, lastCheckMs: life.nowMs }]);
  });

  it.each([
    ['offline', (life: SiteLife) => life.disconnect('A'), 'The station is offline: 6 A are kept free for it.'],
    [
      'disobeys',
      (life: SiteLife) => life.meter('A', { currentA: 30 }).meter('A', { currentA: 30 }),
      'The EVSE draws more than it was told to: 32 A are kept free for it until it obeys.',
    ],
    [
      'gone',
      (life: SiteLife) =>
        life.wait(1).take({ type: 'evseStatusReported', stationId: 'A', evseId: 1, status: 'Available' }),
      'The EVSE says that it is free, so the session is over or its end was lost: 6 A are kept free for it.',
    ],
  ] as const)('say why it can not be steered: %s', (is, happens, sentence) => {
    expect(view(happens(charging())).evses[0]?.obstacle).toEqual({ is, sentence });
  });

  it('say of one that has not booted, or whose idToken is not listed, that it gets no more', () => {
    const unbooted = new SiteLife(siteOf()).connect('A', { boots: false });
    expect(view(unbooted).evses[0]?.obstacle?.is).toBe('notAccepted');
    const stranger = new SiteLife(siteOf()).commission('A').start('A', 1, { authorized: false });
    expect(view(stranger).evses[0]?.obstacle?.sentence).toMatch(/does not list the idToken/);
  });

  it('say how long a car that is gone may still draw', () => {
    const life = charging();
    life.give('A', 16);
    life.meter('A', { currentA: 16 }).wait(1_000).end('A', 1);
    expect(view(life).evses[0]?.lingering).toMatchObject({ currentA: 16 });
    expect(view(life.wait(MINUTE_MS)).evses[0]?.lingering).toBeNull();
  });
});
