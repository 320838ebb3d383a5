import { describe, expect, it } from 'vitest';
import { ProfileReports } from '../../../src/control/profileReports.js';
import type { ReportedProfile } from '../../../src/site/stationMessages.js';
import { VirtualClock } from '../../support/virtualClock.js';

const WITHIN_MS = 4_000;

const profile = (profileId: number): ReportedProfile => ({
  profileId,
  stackLevel: 0,
  purpose: 'TxProfile',
  kind: 'Absolute',
  schedules: [{ startMs: 0, rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 6 }] }],
});

function rig() {
  const clock = new VirtualClock(0);
  const reports = new ProfileReports(clock);
  const part = (requestId: number, isLast: boolean, ...ids: readonly number[]) =>
    ({ type: 'profilesReported', requestId, isLast, evseId: 1, source: 'EMS', profiles: ids.map(profile) }) as const;
  return { clock, reports, part };
}

describe('a report of profiles that is waited for', () => {
  it('is all of its messages, those that came before its station agreed to it too', async () => {
    const { reports, part } = rig();
    const awaited = reports.expect('A', 1);
    reports.take('A', part(1, false, 1));
    const whole = awaited.within(WITHIN_MS);
    reports.take('A', part(1, true, 2));
    const { isComplete, profiles } = await whole;
    expect([isComplete, profiles.map(({ profileId }) => profileId)]).toEqual([true, [1, 2]]);
    expect(profiles[0]).toMatchObject({ evseId: 1, source: 'EMS' });
    const early = reports.expect('A', 2);
    reports.take('A', part(2, true));
    expect(await early.within(WITHIN_MS)).toEqual({ isComplete: true, profiles: [] });
  });

  it('is not complete where its last message does not come in time', async () => {
    const { clock, reports, part } = rig();
    const whole = reports.expect('A', 1).within(WITHIN_MS);
    reports.take('A', part(1, false, 1));
    await clock.runUntil(WITHIN_MS, () => undefined);
    expect(await whole).toMatchObject({ isComplete: false, profiles: [{ profileId: 1 }] });
    reports.take('A', part(1, true, 2));
  });

  it('is of one station and one request: what nobody waits for is dropped', async () => {
    const { clock, reports, part } = rig();
    const whole = reports.expect('A', 1).within(WITHIN_MS);
    reports.take('B', part(1, true, 9));
    reports.take('A', part(2, true, 9));
    reports.expect('A', 3).close();
    reports.take('A', part(3, true, 9));
    await clock.runUntil(WITHIN_MS, () => undefined);
    expect(await whole).toEqual({ isComplete: false, profiles: [] });
  });

  it('that goes on and on, or has too much in it, is cut off and proves nothing', async () => {
    const { reports, part } = rig();
    const endless = reports.expect('A', 1).within(WITHIN_MS);
    for (let k = 0; k < 1_000; k++) reports.take('A', part(1, false, k));
    reports.take('A', part(1, true));
    const cut = await endless;
    expect(cut.isComplete).toBe(false);
    expect(cut.profiles).toHaveLength(50);
    const huge = reports.expect('A', 2).within(WITHIN_MS);
    reports.take('A', part(2, true, ...Array.from({ length: 10_000 }, (_, k) => k)));
    expect(await huge).toEqual({ isComplete: false, profiles: [] });
  });
});
