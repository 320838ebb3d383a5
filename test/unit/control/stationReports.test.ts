import { describe, expect, it } from 'vitest';
import { StationReports } from '../../../src/control/stationReports.js';
import type { StationCommand } from '../../../src/site/stationMessages.js';
import { ManualClock } from '../gateway/gatewayFixture.js';

const PROFILE = { profileId: 7, stackLevel: 0, purpose: 'TxProfile', kind: 'Absolute', schedules: [] };

function reporting(status = 'Accepted') {
  const clock = new ManualClock();
  const asked: StationCommand[] = [];
  let number = 0;
  const reports = new StationReports({
    clock,
    random: { positiveInt31: () => ++number },
    commands: {
      status: async (_stationId, command) => {
        asked.push(command);
        return { status };
      },
    },
  });
  const tell = (stationId: string, requestId: number, isLast: boolean) =>
    reports.take(stationId, {
      type: 'profilesReported',
      requestId,
      isLast,
      evseId: 1,
      source: 'CSO',
      profiles: [PROFILE],
    });
  /** What was asked has been sent. */
  const sent = () => expect.poll(() => asked.length).toBeGreaterThan(0);
  return { reports, clock, tell, sent };
}

describe('a report that a station was asked for', () => {
  it('is waited for until its last part', async () => {
    const { reports, clock, tell, sent } = reporting();
    const answer = reports.profiles('A', { evseId: 1 });
    await sent();
    tell('A', 1, false);
    clock.advance(14_000);
    tell('A', 1, false);
    clock.advance(14_000);
    tell('A', 1, true);
    expect(await answer).toMatchObject({ isComplete: true, profiles: [PROFILE, PROFILE, PROFILE] });
  });

  it('is not complete when the station falls silent in it', async () => {
    const { reports, clock, tell, sent } = reporting();
    const answer = reports.profiles('A', { evseId: 1 });
    await sent();
    tell('A', 1, false);
    await Promise.resolve();
    clock.advance(15_000);
    expect(await answer).toMatchObject({ isComplete: false, profiles: [PROFILE] });
  });

  it('is not complete when it goes on and on: it is cut off, whatever comes after that', async () => {
    const { reports, tell, sent } = reporting();
    const answer = reports.profiles('A', { evseId: 1 });
    await sent();
    for (let part = 0; part < 5_001; part += 1) tell('A', 1, false);
    tell('A', 1, true);
    const { isComplete, profiles } = await answer;
    expect([isComplete, profiles.length]).toEqual([false, 5_000]);
  });

  it('is a timeout when nothing comes at all, or a report of variables breaks off', async () => {
    const { reports, clock, sent } = reporting();
    for (const asking of [() => reports.profiles('A', {}), () => reports.settings('A')]) {
      const answer = expect(asking()).rejects.toMatchObject({ code: 'STATION_TIMEOUT' });
      await sent();
      await new Promise(setImmediate);
      clock.advance(15_000);
      await answer;
    }
  });

  it('is neither another station’s, nor one that nobody asked for', async () => {
    const { reports, clock, tell, sent } = reporting();
    tell('A', 1, true);
    const answer = reports.profiles('A', { evseId: 1 });
    await sent();
    tell('B', 1, true);
    tell('A', 2, true);
    await new Promise(setImmediate);
    clock.advance(15_000);
    await expect(answer).rejects.toMatchObject({ code: 'STATION_TIMEOUT' });
  });

  it.each([
    ['NoProfiles', []],
    ['EmptyResultSet', []],
  ])('is empty where the station says %s', async (status, profiles) => {
    expect(await reporting(status).reports.profiles('A', {})).toEqual({ stationId: 'A', isComplete: true, profiles });
  });

  it('is refused in the station’s own word', async () => {
    await expect(reporting('Rejected').reports.settings('A')).rejects.toMatchObject({ code: 'STATION_REFUSED' });
  });
});
