import { describe, expect, it } from 'vitest';
import { verification } from '../../../src/handout/verification.js';
import { acEvse, MINUTE_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

const look = (life: SiteLife) => verification(life.state, 'A', life.nowMs);
const site = siteOf({ stations: [stationOf('A', { evses: [acEvse(), acEvse({ id: 2 })] })] });

function inVain(life: SiteLife): void {
  const check = look(life);
  if (check === undefined) throw new Error('nothing to look at');
  const { attemptId, slot } = check;
  life.take({ type: 'profileNotVerified', stationId: 'A', attemptId, slot, detail: 'no' });
}

/** As of OCPP 2.0.1, unless it speaks 1.6. */
function speaking(ocppVersion: '1.6' | '2.0.1' | '2.1', of = siteOf()): SiteLife {
  const life = new SiteLife(of);
  life.take({ type: 'stationConnected', stationId: 'A', connectionId: 'c', ocppVersion });
  life.boot('A');
  const failsafe = life.intend('A', { kind: 'failsafe' }, 6);
  return life.answer('A', { kind: 'failsafe' }, failsafe, 'accepted');
}
const learns = (life: SiteLife, quirk: 'saysNoComposite' | 'saysNoReport') =>
  life.take({ type: 'quirkLearned', stationId: 'A', quirk, evidence: 'seen' });

describe('a look at a composite schedule', () => {
  it('is for what was accepted last, of a transaction before what lies under it', () => {
    const life = new SiteLife(site).connect('A').start('A', 1).wait(MINUTE_MS);
    const failsafe = life.intend('A', { kind: 'failsafe' }, 6);
    life.answer('A', { kind: 'failsafe' }, failsafe, 'accepted');
    life.give('A', 16);
    const attemptId = life.give('A', 8, 'accepted');
    expect(look(life)).toMatchObject({
      evseId: 1,
      attemptId,
      slot: life.txSlot('A'),
      limits: { steps: [{ limitA: 8 }] },
    });
    life.verify('A', life.txSlot('A'), attemptId);
    // The other EVSE shows what the station falls to.
    expect(look(life)).toMatchObject({ evseId: 2, attemptId: failsafe, slot: { kind: 'failsafe' } });
  });

  it('is for nothing that was not answered, was confirmed, or lies under the profiles of all EVSEs', () => {
    const life = new SiteLife(siteOf()).connect('A').start('A', 1);
    const failsafe = life.intend('A', { kind: 'failsafe' }, 6);
    expect(look(life)).toBeUndefined();
    life.answer('A', { kind: 'failsafe' }, failsafe, 'accepted');
    expect(look(life)).toBeDefined();
    life.give('A', 16, 'unknown');
    expect(look(life)).toBeUndefined();
    life.give('A', 8, 'confirmed');
    expect(look(life)).toBeUndefined();
  });

  it('is not asked for where it is known to say nothing', () => {
    const accepted = () => {
      const life = new SiteLife(siteOf()).commission('A').start('A', 1);
      life.give('A', 16, 'accepted');
      expect(look(life)).toBeDefined();
      return life;
    };
    const bare = accepted().take({
      type: 'capabilitiesRead',
      stationId: 'A',
      capabilities: { compositeSchedule: false },
    });
    expect(look(bare)).toBeUndefined();
    const silent = accepted();
    silent.take({ type: 'quirkLearned', stationId: 'A', quirk: 'saysNoComposite', evidence: 'seen' });
    expect(look(silent)).toBeUndefined();
  });

  it('is taken three times at greater and greater distance, then now and then, and anew for what comes next', () => {
    const life = new SiteLife(siteOf()).commission('A').start('A', 1);
    life.give('A', 16, 'accepted');
    for (const waitMs of [10_000, 20_000]) {
      inVain(life);
      expect(look(life.wait(waitMs - 1))).toBeUndefined();
      expect(look(life.wait(1))).toBeDefined();
    }
    inVain(life);
    expect(look(life.wait(10 * MINUTE_MS - 1))).toBeUndefined();
    expect(look(life.wait(1))).toBeDefined();
    inVain(life);
    expect(look(life.wait(10 * MINUTE_MS - 1))).toBeUndefined();
    life.give('A', 12, 'accepted');
    expect(look(life)).toBeDefined();
  });
});

describe('what is looked at', () => {
  it('is the composite schedule, then a report, then nothing but the meter, by what the station is known to say', () => {
    const life = speaking('2.0.1');
    expect(look(life)).toMatchObject({ by: 'composite' });
    learns(life, 'saysNoComposite');
    expect(look(life)).toMatchObject({ by: 'report', slot: { kind: 'failsafe' } });
    learns(life, 'saysNoReport');
    expect(look(life)).toBeUndefined();
  });

  it('is never a report in OCPP 1.6, and is one in 2.1', () => {
    expect(look(learns(speaking('1.6'), 'saysNoComposite'))).toBeUndefined();
    expect(look(learns(speaking('2.1'), 'saysNoComposite'))).toMatchObject({ by: 'report' });
  });

  it('shows the failsafe beside a profile of a transaction only where it is a report', () => {
    const charging = () => {
      const life = speaking('2.0.1').start('A', 'tx');
      life.give('A', 16);
      return life;
    };
    expect(look(charging())).toBeUndefined();
    expect(look(learns(charging(), 'saysNoComposite'))).toMatchObject({ by: 'report', slot: { kind: 'failsafe' } });
  });

  it('is not asked for again while a report is awaited', () => {
    const life = learns(speaking('2.0.1'), 'saysNoComposite');
    const check = look(life);
    if (check === undefined) throw new Error('nothing to look at');
    const { attemptId, slot } = check;
    life.take({ type: 'profileReportAwaited', stationId: 'A', attemptId, slot });
    expect(look(life.wait(4_999))).toBeUndefined();
    expect(look(life.wait(1))).toMatchObject({ by: 'report', attemptId });
    expect(life.station('A').failsafe.candidates[0]?.checks).toBe(0);
  });
});
