import { describe, expect, it } from 'vitest';
import type { SiteEvent } from '../../../src/site/events.js';
import { MINUTE_MS, SiteLife, siteOf } from '../../support/builders.js';

const FAILSAFE = { kind: 'failsafe' } as const;

/** Its failsafe is confirmed by its word alone. */
function commissioned({ trusted = false } = {}): SiteLife {
  return new SiteLife(siteOf()).commission('A', 6, { trusted }).start('A', 1).wait(MINUTE_MS);
}
const verified = (life: SiteLife, attemptId: string, exact: boolean): SiteEvent => ({
  type: 'profileVerified',
  stationId: 'A',
  attemptId,
  slot: life.txSlot('A'),
  by: 'report',
  exact,
});
const newest = (life: SiteLife) => life.at('A').evseState.txProfile.candidates.at(-1);

describe('a report of profiles', () => {
  it('that shows a lowering makes what it lowers impossible once its car has followed', () => {
    const life = commissioned();
    life.give('A', 16);
    life.wait(MINUTE_MS);
    const lowered = life.give('A', 8, 'accepted');
    life.wait(20_000);
    expect(life.mayA('A')).toBe(16);
    life.take(verified(life, lowered, false));
    expect(life.mayA('A')).toBe(16);
    expect(life.wait(6_000).mayA('A')).toBe(8);
  });

  it('is a record of obedience where it shows exactly what was sent, and none where it shows less', () => {
    const life = commissioned();
    life.take(verified(life, life.give('A', 16, 'accepted'), false));
    expect(life.station('A')).toMatchObject({ trusted: false, reportsProfiles: true });
    life.take(verified(life, life.give('A', 12, 'accepted'), true));
    expect(life.station('A').trusted).toBe(true);
  });

  it('that does not show the failsafe has the station counted at its hardware, and its word for nothing', () => {
    const life = commissioned({ trusted: true });
    const attemptId = life.station('A').failsafe.candidates[0]?.attemptId ?? '';
    const denial = { type: 'profileNotVerified', stationId: 'A', attemptId, slot: FAILSAFE, detail: '' } as const;
    life.take({ ...denial, contradicts: true });
    expect([life.mayA('A'), life.station('A').trusted]).toEqual([6, true]);
    life.take({ ...denial, contradicts: true, absent: true });
    expect(life.station('A')).toMatchObject({ trusted: false, failsafe: { missingUntilMs: 'unknown' } });
    expect(life.mayA('A')).toBe(32);
    // It takes it once more by its word; that is not enough.
    const again = life.intend('A', FAILSAFE, 6);
    life.answer('A', FAILSAFE, again, 'accepted').wait(MINUTE_MS);
    expect(life.mayA('A')).toBe(32);
    life.take({ type: 'profileVerified', stationId: 'A', attemptId: again, slot: FAILSAFE, by: 'report', exact: true });
    expect(life.wait(MINUTE_MS).mayA('A')).toBe(6);
  });

  it('that does not show a profile of a transaction has it sent again, and nothing that it may draw less', () => {
    const life = commissioned();
    const attemptId = life.give('A', 16, 'accepted');
    const slot = life.txSlot('A');
    const detail = '';
    life.take({ type: 'profileNotVerified', stationId: 'A', attemptId, slot, contradicts: true, absent: true, detail });
    expect(newest(life)).toMatchObject({ status: 'unknown', checks: 1 });
    expect(life.wait(5 * MINUTE_MS).mayA('A')).toBe(16);
  });

  it('of another transaction, or of a profile that was replaced, changes nothing', () => {
    const life = commissioned();
    const attemptId = life.give('A', 16, 'accepted');
    const slot = { ...life.txSlot('A'), transactionId: 99 };
    const before = life.state;
    life.take({ type: 'profileNotVerified', stationId: 'A', attemptId, slot, absent: true, detail: '' });
    expect(life.state.stations).toEqual(before.stations);
    life.take({ type: 'profileReportAwaited', stationId: 'A', attemptId: 'other', slot: life.txSlot('A') });
    expect(newest(life)).not.toHaveProperty('lastCheckMs');
  });

  it('shows what others wrote until a later one does not, or another device comes', () => {
    const life = commissioned();
    const foreign = { profileId: 7, evseId: 0, source: 'EMS', purpose: 'TxDefaultProfile', stackLevel: 2 } as const;
    const seen = (...profiles: readonly (typeof foreign)[]) =>
      life.take({ type: 'foreignProfilesSeen', stationId: 'A', profiles });
    expect(seen(foreign).station('A').foreignProfiles).toEqual([foreign]);
    expect(seen().station('A').foreignProfiles).toEqual([]);
    seen(foreign);
    life.boot('A', '2');
    expect(life.station('A').foreignProfiles).toEqual([]);
    expect(life.station('A')).not.toHaveProperty('reportsProfiles');
  });
});
