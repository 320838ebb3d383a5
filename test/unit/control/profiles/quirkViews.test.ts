import { describe, expect, it } from 'vitest';
import { quirkSentence } from '../../../../src/control/profiles/quirkSentence.js';
import { quirkViews } from '../../../../src/control/profiles/quirkViews.js';
import { STATION_QUIRKS } from '../../../../src/site/stationQuirk.js';
import { MINUTE_MS, NOON_MS, SiteLife, siteOf } from '../../../support/builders.js';

const view = (life: SiteLife, stationId = 'A') => quirkViews(life.state, stationId, life.nowMs);
const commissioned = () => new SiteLife(siteOf()).commission('A');

describe('the quirks of a station', () => {
  it('are none of one that does what it should, and of one that was never seen', () => {
    expect(view(new SiteLife(siteOf()))).toEqual([]);
    expect(view(commissioned())).toEqual([]);
  });

  it('that were learned say what was seen of which station, and when', () => {
    const life = commissioned().wait(MINUTE_MS).commission('B').wait(MINUTE_MS);
    life.take({ type: 'quirkLearned', stationId: 'B', quirk: 'takesNoZero', evidence: 'It took 1 A and no 0.' });
    expect(view(life)).toEqual([
      {
        quirk: 'takesNoZero',
        sentence: 'It takes no limit of 0: a pause is sent as 1 A, which is less than any car can charge with.',
        learned: true,
        learnedMs: NOON_MS + 2 * MINUTE_MS,
        seenOf: 'B',
        evidence: 'It took 1 A and no 0.',
      },
    ]);
    expect(view(life, 'B')).toEqual(view(life));
  });

  it.each(STATION_QUIRKS)('have a sentence for the owner: %s', (quirk) => {
    expect(quirkSentence(quirk)).toMatch(/^It .+: .+\.$/);
  });

  it('include a clock that nothing has told of, and one that is off', () => {
    const life = new SiteLife(siteOf()).connect('A');
    expect(view(life)).toMatchObject([{ quirk: 'clockUnknown', learned: false, learnedMs: null, seenOf: 'A' }]);
    life.take({ type: 'clockSeen', stationId: 'A', clockOffMs: 30_000 });
    expect(view(life)[0]).toMatchObject({ quirk: 'clockOff', sentence: expect.stringContaining('off by 30 s') });
    expect(view(life)[0]?.sentence).not.toMatch(/half hour/);
    life.take({ type: 'clockSeen', stationId: 'A', clockOffMs: 480_000 });
    expect(view(life)[0]?.sentence).toMatch(/off by 8 min.*half hour.*Set its clock/);
    expect(view(life.take({ type: 'clockSeen', stationId: 'A', clockOffMs: 0 }))).toEqual([]);
  });

  it('include that it disobeys, for as long as it does', () => {
    const life = commissioned().start('A', 1).wait(MINUTE_MS);
    life.meter('A', { currentA: 30 }).meter('A', { currentA: 30 });
    expect(view(life)).toMatchObject([
      {
        quirk: 'disobeys',
        sentence: 'EVSE 1 draws more than told: 32 A a phase are kept free for it until it obeys.',
        learned: false,
        learnedMs: life.nowMs,
      },
    ]);
    // It proves that it obeys by what it draws under another limit.
    life.give('A', 16);
    for (let sample = 0; sample < 3; sample++) life.wait(10_000).meter('A', { currentA: 15.8 });
    expect(view(life)).toEqual([]);
  });

  it('include that its composite schedule differs, until it is confirmed or known to say nothing', () => {
    const life = commissioned().start('A', 1).wait(MINUTE_MS);
    const attemptId = life.give('A', 10, 'accepted');
    expect(view(life)).toEqual([]);
    const slot = life.txSlot('A');
    life.take({ type: 'profileNotVerified', stationId: 'A', attemptId, slot, detail: 'it says 32 A' });
    expect(view(life)).toMatchObject([
      { quirk: 'compositeDiffers', evidence: 'Its composite schedule did not show what it accepted, once.' },
    ]);
    life.take({ type: 'quirkLearned', stationId: 'A', quirk: 'saysNoComposite', evidence: 'Rejected' });
    expect(view(life).map(({ quirk }) => quirk)).toEqual(['saysNoComposite']);
    life.take({ type: 'quirksForgotten', stationId: 'A' });
    expect(view(life).map(({ quirk }) => quirk)).toEqual(['compositeDiffers']);
    life.verify('A', slot, attemptId);
    expect(view(life)).toEqual([]);
    // What was confirmed may be replaced by a message that came late.
    const detail = 'it says 16 A';
    life.take({ type: 'profileNotVerified', stationId: 'A', attemptId, slot, detail, contradicts: true });
    expect(view(life)).toMatchObject([{ quirk: 'compositeDiffers', evidence: expect.stringMatching(/2 times/) }]);
  });

  it('include what others wrote, for as long as its reports show it', () => {
    const life = commissioned();
    const foreign = { profileId: 7, evseId: 0, source: 'CSO', purpose: 'TxDefaultProfile', stackLevel: 2 } as const;
    const other = { ...foreign, profileId: 8, evseId: 1, source: 'EMS', limitMaxA: 9.5 } as const;
    life.take({ type: 'foreignProfilesSeen', stationId: 'A', profiles: [foreign, other] });
    expect(view(life)).toEqual([
      {
        quirk: 'foreignProfiles',
        sentence: expect.stringMatching(/^It holds profiles that are not of this service: /),
        learned: false,
        learnedMs: null,
        seenOf: 'A',
        evidence:
          'When it last reported it held TxDefaultProfile 7 of CSO on the station, level 2, no limit that can be read; TxDefaultProfile 8 of EMS on EVSE 1, level 2, at most 9.5 A.',
      },
    ]);
    life.take({ type: 'foreignProfilesSeen', stationId: 'A', profiles: [] });
    expect(view(life)).toEqual([]);
  });

  it('say that its report does not show what it accepted, where that is what is looked at', () => {
    const life = new SiteLife(siteOf());
    life.take({ type: 'stationConnected', stationId: 'A', connectionId: 'c', ocppVersion: '2.0.1' });
    const attemptId = life.intend('A', { kind: 'failsafe' }, 6);
    life.answer('A', { kind: 'failsafe' }, attemptId, 'accepted');
    life.take({ type: 'clockSeen', stationId: 'A', clockOffMs: 0 });
    life.take({ type: 'quirkLearned', stationId: 'A', quirk: 'saysNoComposite', evidence: 'Rejected' });
    const slot = { kind: 'failsafe' } as const;
    life.take({
      type: 'profileNotVerified',
      stationId: 'A',
      attemptId,
      slot,
      detail: 'it says 32 A',
      contradicts: true,
    });
    expect(view(life)[1]).toMatchObject({
      quirk: 'compositeDiffers',
      evidence: 'Its report of profiles did not show what it accepted, once.',
    });
  });
});
