import { describe, expect, it } from 'vitest';
import { MESSAGE_LATE_MAX_MS } from '../../../src/site/mayDraw.js';
import { START_PROFILE_LASTS_MS } from '../../../src/site/startProfile.js';
import { HOUR_MS, MINUTE_MS, SiteLife, siteOf } from '../../support/builders.js';

const ask = (life: SiteLife, limitA: number) =>
  life.take({ type: 'startProfileSent', stationId: 'A', evseId: 1, limitA });

/** Its failsafe is another one from now on. */
function lowerFailsafe(life: SiteLife, limitA: number): SiteLife {
  const attemptId = life.intend('A', { kind: 'failsafe' }, limitA);
  life.answer('A', { kind: 'failsafe' }, attemptId, 'accepted').verify('A', { kind: 'failsafe' }, attemptId);
  return life.wait(2 * MINUTE_MS);
}

describe('the profile of a remote start', () => {
  it('counts for nothing beside a failsafe that is as high', () => {
    const life = new SiteLife(siteOf()).commission('A', 6);
    expect(ask(life, 6).mayA('A')).toBe(6);
  });

  it('still counts where the failsafe fell before the cable came', () => {
    const life = ask(new SiteLife(siteOf()).commission('A', 6).wait(10_000), 6);
    lowerFailsafe(life, 0);
    expect(life.mayA('A')).toBe(6);
    life.start('A', 1);
    expect(life.mayA('A')).toBe(6);
    expect(life.mayA('A', life.nowMs + START_PROFILE_LASTS_MS)).toBe(6);
    expect(life.wait(HOUR_MS).mayA('A')).toBe(0);
  });

  it('is gone when a profile that names the transaction is confirmed, and no copy of the start can come any more', () => {
    const life = ask(new SiteLife(siteOf()).commission('A', 6), 6).wait(1_000).start('A', 1);
    life.give('A', 0);
    life.wait(10_000);
    lowerFailsafe(life, 0);
    expect(life.mayA('A')).toBe(6);
    life.give('A', 0);
    expect(life.wait(4_999).mayA('A')).toBe(6);
    expect(life.wait(1).mayA('A')).toBe(0);
  });

  it('is not gone because the profile of an earlier transaction was confirmed', () => {
    const life = new SiteLife(siteOf()).commission('A', 6).start('A', 1).wait(MINUTE_MS);
    ask(life, 6);
    lowerFailsafe(life, 0);
    life.wait(MESSAGE_LATE_MAX_MS);
    life.give('A', 0);
    expect(life.wait(MINUTE_MS).mayA('A')).toBe(6);
  });

  it('counts at the larger of two that were sent, for the first may be the one that begins', () => {
    const life = ask(new SiteLife(siteOf()).commission('A', 6), 6).wait(MINUTE_MS);
    lowerFailsafe(life, 0);
    expect(ask(life, 0).mayA('A')).toBe(6);
    expect(ask(life.wait(HOUR_MS), 0).mayA('A')).toBe(0);
  });
});
