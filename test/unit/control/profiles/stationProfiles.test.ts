import { describe, expect, it } from 'vitest';
import { stationProfilesView } from '../../../../src/control/profiles/stationProfiles.js';
import { acEvse, dcEvse, MINUTE_MS, SiteLife, siteOf, stationOf, stepsOf } from '../../../support/builders.js';

const view = (life: SiteLife) => stationProfilesView(life.state, 'A', life.nowMs);
const charging = () => new SiteLife(siteOf()).commission('A').start('A', 1).wait(MINUTE_MS);
const candidates = (life: SiteLife, slot: number) => view(life).slots[slot]?.candidates;

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
    life.take({ type: 'capabilitiesRead', stationId: 'A', capabilities: { rateUnits: ['W'] } });
    expect(candidates(life, 1)?.[0]?.profile.schedule).toMatchObject({
      rateUnit: 'W',
      periods: [{ limit: 11_040, numberPhases: 3 }, { limit: 5_520 }],
    });
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
    life.meter('A', { currentA: 16 }).wait(1_000);
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
