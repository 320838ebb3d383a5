import { describe, expect, it } from 'vitest';
import { CANDIDATES_KEPT } from '../../../src/site/profileSlots.js';
import { HOUR_MS, MINUTE_MS, NOON_MS, SiteLife, siteOf, stepsOf } from '../../support/builders.js';

function charging(): SiteLife {
  return new SiteLife(siteOf()).commission('A', 6).start('A', 1);
}

function held(life: SiteLife): (number | undefined)[] {
  return life.at('A').evseState.txProfile.candidates.map((candidate) => candidate.limits.steps[0]?.limitA);
}

describe('what a profile slot of a station may hold', () => {
  it('counts a profile from the moment it is intended, before any answer', () => {
    const life = charging();
    life.give('A', 16, 'sent');
    expect(life.mayA('A')).toBe(16);
  });

  it('counts old and new until the new one is confirmed, not merely accepted', () => {
    const life = charging();
    life.give('A', 16);
    life.wait(MINUTE_MS);
    life.give('A', 8, 'accepted');
    expect(life.wait(MINUTE_MS).mayA('A')).toBe(16);
  });

  it('counts the old one for the reaction time after a lowering is confirmed', () => {
    const life = charging();
    life.give('A', 16);
    life.wait(MINUTE_MS);
    life.give('A', 8);
    expect(life.wait(4_999).mayA('A')).toBe(16);
    expect(life.wait(1).mayA('A')).toBe(8);
  });

  it('frees nothing for a refused, an unanswered or an unsent lowering', () => {
    for (const how of ['refused', 'unknown', 'notSent'] as const) {
      const life = charging();
      life.give('A', 16);
      life.wait(MINUTE_MS);
      life.give('A', 8, how);
      expect(life.wait(MINUTE_MS).mayA('A')).toBe(16);
    }
  });

  it('takes a refused or an unsent rise back at once, and keeps an unanswered one', () => {
    for (const [how, mayA] of [
      ['refused', 8],
      ['notSent', 8],
      ['unknown', 20],
    ] as const) {
      const life = charging();
      life.give('A', 8);
      life.give('A', 20, how);
      expect(life.mayA('A')).toBe(mayA);
    }
  });

  it('keeps what may have arrived before, when a retry of the same limits is refused', () => {
    const life = charging();
    life.give('A', 8);
    life.give('A', 20, 'unknown');
    life.wait(MINUTE_MS);
    life.give('A', 20, 'refused');
    expect(life.mayA('A')).toBe(20);
  });

  it('counts attempts at the same limits once', () => {
    const life = charging();
    const limits = stepsOf([[NOON_MS, 12]], NOON_MS + HOUR_MS);
    for (let attempt = 0; attempt < 5; attempt++) life.give('A', limits, 'unknown');
    life.give('A', limits, 'accepted');
    expect(held(life)).toEqual([12]);
  });

  it('stays bounded under endless silence, and never below what may have arrived', () => {
    const life = charging();
    const given = [16, 20, 7, 9, 11, 13, 8, 10, 12, 6.5, 7.5, 8.5];
    for (const limitA of given) {
      life.give('A', limitA, 'unknown');
      life.wait(1_000);
    }
    expect(held(life).length).toBeLessThanOrEqual(CANDIDATES_KEPT);
    expect(life.mayA('A')).toBe(20);
  });

  it('forgets a profile only when its time is over, on the slowest clock and with the slowest car', () => {
    const life = charging();
    life.give('A', stepsOf([[NOON_MS, 16]], NOON_MS + HOUR_MS));
    life.wait(HOUR_MS + 9_999);
    expect(life.mayA('A')).toBe(16);
    // A new profile is an occasion to clear away the old; not before its time.
    life.give('A', 7, 'refused');
    expect(life.mayA('A')).toBe(16);
    expect(life.wait(2).mayA('A')).toBe(6);
  });

  it('counts calls under way as open when the connection or the service is lost', () => {
    for (const lost of ['disconnect', 'restart'] as const) {
      const life = charging();
      life.give('A', 8);
      life.give('A', 20, 'sent');
      if (lost === 'disconnect') life.disconnect('A');
      else life.take({ type: 'serviceStarted' });
      expect(life.at('A').evseState.txProfile.candidates.at(-1)?.status).toBe('unknown');
      expect(life.mayA('A')).toBe(20);
    }
  });

  it('drops the transaction profile with its transaction, once the car had time to follow', () => {
    const life = charging();
    life.give('A', 16);
    life.end('A', 1);
    expect(life.mayA('A')).toBe(16);
    expect(life.wait(5_000).mayA('A')).toBe(6);
    // A late word about it changes nothing.
    life.take({
      type: 'profileAnswered',
      stationId: 'A',
      attemptId: 'late',
      slot: { kind: 'tx', evseId: 1, transactionId: 1 },
      result: 'accepted',
    });
    expect(life.mayA('A')).toBe(6);
  });

  it('takes the word of a station with a record of obedience', () => {
    const life = new SiteLife(siteOf()).commission('A', 6, { trusted: true }).start('A', 1);
    life.give('A', 16, 'accepted');
    life.wait(MINUTE_MS);
    life.give('A', 8, 'accepted');
    expect(life.wait(5_000).mayA('A')).toBe(8);
  });
});

describe('a message that comes late, or twice', () => {
  const again = (life: SiteLife, attemptId: string) => life.verify('A', life.txSlot('A'), attemptId);

  it('may still take the place of a later one that was confirmed, for good: that is only told once none can be on its way', () => {
    const life = charging();
    life.give('A', 16);
    const later = life.wait(1_000).give('A', 8);
    expect(life.wait(MINUTE_MS).mayA('A')).toBe(16);
    again(life, later);
    expect(life.wait(4_999).mayA('A')).toBe(16);
    expect(life.wait(1).mayA('A')).toBe(8);
  });

  it('is on its way for ten seconds where it was answered, and for a minute where it was not', () => {
    for (const [how, ms] of [
      ['confirmed', 10_000],
      ['unknown', 60_000],
    ] as const) {
      const life = charging();
      life.give('A', 16, how);
      const later = life.wait(1_000).give('A', 8);
      again(life.wait(ms - 1_001), later);
      expect(life.wait(MINUTE_MS).mayA('A')).toBe(16);
      const other = charging();
      other.give('A', 16, how);
      const last = other.wait(1_000).give('A', 8);
      again(other.wait(ms - 1_000), last);
      expect(other.wait(5_000).mayA('A')).toBe(8);
    }
  });

  it('goes by when the station was asked, not by when it answered', () => {
    const life = charging();
    life.give('A', 16);
    const attemptId = life.wait(1_000).give('A', 8);
    const askedMs = life.wait(8_000).nowMs;
    const event = { type: 'profileVerified', stationId: 'A', slot: life.txSlot('A'), attemptId } as const;
    life.wait(2_000).take({ ...event, by: 'composite', exact: false, askedMs });
    expect(life.wait(MINUTE_MS).mayA('A')).toBe(16);
  });

  it('does not come over a connection that is gone', () => {
    const life = charging();
    life.give('A', 16, 'unknown');
    life.wait(500).disconnect('A').wait(500).connect('A', { boots: false });
    life.give('A', 8);
    expect(life.wait(4_999).mayA('A')).toBe(16);
    expect(life.wait(1).mayA('A')).toBe(8);
  });

  it('that did take its place is seen: the later one is to be sent again, and the earlier one counts', () => {
    const life = charging();
    life.give('A', 16);
    const attemptId = life.wait(1_000).give('A', 8);
    const event = { type: 'profileNotVerified', stationId: 'A', slot: life.txSlot('A'), attemptId } as const;
    life.wait(MINUTE_MS).take({ ...event, detail: 'reports 16 A where 8 A were sent', contradicts: true });
    expect(life.at('A').evseState.txProfile.candidates.map(({ status }) => status)).toEqual(['confirmed', 'unknown']);
    expect(life.mayA('A')).toBe(16);
  });
});

describe('the failsafe of a station', () => {
  it('counts as missing, and the EVSE at its hardware, until it is confirmed', () => {
    const life = new SiteLife(siteOf()).connect('A');
    expect(life.mayA('A')).toBe(32);
    const attemptId = life.intend('A', { kind: 'failsafe' }, 6);
    life.answer('A', { kind: 'failsafe' }, attemptId, 'accepted');
    expect(life.mayA('A')).toBe(32);
    life.verify('A', { kind: 'failsafe' }, attemptId);
    expect(life.mayA('A')).toBe(6);
  });

  it('is not there because some other attempt was verified', () => {
    const life = new SiteLife(siteOf()).connect('A').verify('A', { kind: 'failsafe' }, 'never-intended');
    expect(life.mayA('A')).toBe(32);
  });

  it('is not waited for where no car charges, and for the reaction time where one does', () => {
    const life = new SiteLife(siteOf()).connect('A').start('A', 1);
    const attemptId = life.intend('A', { kind: 'failsafe' }, 6);
    life.answer('A', { kind: 'failsafe' }, attemptId, 'accepted').verify('A', { kind: 'failsafe' }, attemptId);
    expect(life.wait(4_999).mayA('A')).toBe(32);
    expect(life.wait(1).mayA('A')).toBe(6);
  });

  it('is asserted anew on each connection and after each boot', () => {
    const life = new SiteLife(siteOf()).commission('A');
    expect(life.station('A').failsafe.assertedOn).toBe('c1');
    life.boot('A');
    expect(life.station('A').failsafe.assertedOn).toBeNull();
    life.disconnect('A').connect('A', { boots: false });
    expect(life.station('A').failsafe.assertedOn).not.toBe('c2');
  });

  it('is unknown again, with all that was learned, when another device or firmware boots under the same name', () => {
    const life = new SiteLife(siteOf()).commission('A', 6, { trusted: true });
    life.boot('A', '1');
    expect(life.mayA('A')).toBe(6);
    life.boot('A', '2');
    expect(life.mayA('A')).toBe(32);
    expect(life.station('A')).toMatchObject({ trusted: false, capabilities: { maxPeriods: 'unknown' } });
  });
});
