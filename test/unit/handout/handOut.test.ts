import { describe, expect, it } from 'vitest';
import type { HandOutResult } from '../../../src/handout/handOut.js';
import { RENEW_BEFORE_MS } from '../../../src/handout/transactionProfile.js';
import type { LimitWindow } from '../../../src/site/capacity.js';
import { TX_REFUSALS_MAX } from '../../../src/site/controlObstacle.js';
import { limitAt } from '../../../src/site/limitSteps.js';
import { CLOCK_UNCERTAINTY_MS } from '../../../src/site/mayDraw.js';
import { ampere, HOUR_MS, MINUTE_MS, SiteLife, stepsOf } from '../../support/builders.js';
import { charging, oneCircuit, pass, sends, short } from './passes.js';

describe('falls and rises', () => {
  it('let lowerings leave first, the largest effect before the others', () => {
    const life = charging(oneCircuit(60, ['A', 'B', 'C']));
    life.give('A', 8);
    life.give('B', 18);
    life.give('C', 30);
    life.wait(MINUTE_MS);
    expect(short(life, pass(life, { A: 30, B: 16, C: 10 }))).toEqual(['C lower 10', 'B lower 16', 'A raise 12']);
    const roomy = charging(oneCircuit(63, ['A', 'B', 'C']));
    roomy.give('A', 8);
    roomy.give('B', 18);
    roomy.give('C', 16);
    roomy.wait(MINUTE_MS);
    expect(short(roomy, pass(roomy, { A: 20, B: 12, C: 14 }))).toEqual(['B lower 12', 'C lower 14', 'A raise 20']);
  });

  it('let a rise leave only when the fall that makes room is confirmed and the reaction time has passed', () => {
    const life = charging(oneCircuit(32));
    life.give('A', 26);
    life.give('B', 6);
    life.wait(MINUTE_MS);
    const wanted = { A: 16, B: 16 };
    expect(short(life, pass(life, wanted))).toEqual(['A lower 16']);
    const attempt = life.give('A', 16, 'accepted');
    life.wait(MINUTE_MS);
    expect(short(life, pass(life, wanted))).toEqual([]);
    expect([...pass(life, wanted).waiting]).toEqual(['B-2']);
    life.verify('A', life.txSlot('A'), attempt);
    expect(short(life.wait(4_999), pass(life, wanted))).toEqual([]);
    expect(short(life.wait(1), pass(life, wanted))).toEqual(['B raise 16']);
  });

  it('count a lowering that was refused or not answered for nothing', () => {
    for (const how of ['refused', 'unknown'] as const) {
      const life = charging(oneCircuit(32));
      life.give('A', 26);
      life.give('B', 6);
      life.wait(MINUTE_MS);
      life.give('A', 16, how);
      expect(short(life.wait(MINUTE_MS), pass(life, { A: 16, B: 16 })).filter((line) => line.startsWith('B'))).toEqual(
        [],
      );
    }
  });

  it('raise nothing again on a circuit that is over its limit, though what came before still counts', () => {
    const life = charging(oneCircuit(32));
    life.give('A', 16);
    life.give('B', 16);
    life.wait(MINUTE_MS);
    // The building takes 4 A: each comes down, and what each had may still be in force.
    life.meterCircuit('grid', ampere(36, 0, 0));
    life.give('A', 12, 'accepted');
    life.give('B', 12, 'accepted');
    expect(life.mayA('A')).toBe(16);
    expect(short(life.wait(5_000), pass(life, { A: 14, B: 14 }))).toEqual([]);
  });

  it('count an unanswered rise as given: nobody else gets its room', () => {
    const life = charging(oneCircuit(32));
    life.give('A', 6);
    life.give('B', 6);
    life.wait(MINUTE_MS);
    life.give('A', 26, 'unknown');
    expect(short(life, pass(life, { A: 6, B: 26 }))).not.toContainEqual(expect.stringContaining('B raise'));
  });

  it('give two rises in one pass no more than there is', () => {
    const life = charging(oneCircuit(30));
    life.give('A', 6);
    life.give('B', 6);
    life.wait(MINUTE_MS);
    expect(short(life, pass(life, { A: 24, B: 24 }))).toEqual(['A raise 24']);
  });

  it('let small rises wait until they are worth a message, and never a fall', () => {
    const life = charging(oneCircuit(63));
    life.give('A', 10);
    life.give('B', 10);
    life.wait(MINUTE_MS);
    expect(short(life, pass(life, { A: 10.4, B: 9.9 }))).toEqual(['B lower 9.9']);
    expect(short(life, pass(life, { A: 10.5, B: 10 }))).toEqual(['A raise 10.5']);
  });

  it('gather rises that come close together', () => {
    const life = charging(oneCircuit(63, ['A']));
    life.give('A', 10);
    expect(short(life.wait(1_999), pass(life, { A: 20 }))).toEqual([]);
    expect(short(life.wait(1), pass(life, { A: 20 }))).toEqual(['A raise 20']);
  });

  it('offer 0 rather than less than a pilot can say', () => {
    const life = charging(oneCircuit(9));
    life.give('A', 6);
    life.wait(MINUTE_MS);
    expect(short(life, pass(life, { A: 6, B: 6 }))).toEqual(['B first 0']);
  });

  it('serve who has least first', () => {
    const life = charging(oneCircuit(40));
    life.give('A', 16);
    life.give('B', 8);
    life.wait(MINUTE_MS);
    expect(short(life, pass(life, { A: 32, B: 24 }))).toEqual(['B raise 24']);
  });
});

describe('a schedule', () => {
  const limitFrom = (fromMs: number, limitA: number): LimitWindow => ({
    limit: { limitId: 'l', circuitId: 'grid', limitA: ampere(limitA), fromMs, toMs: 'open', source: 'owner' },
    fromMs,
    toMs: 'open',
  });

  it('is nowhere above the room of any later instant, before a limit falls by more than clock and car are late', () => {
    const life = charging(oneCircuit(32, ['A']));
    const fallsMs = life.nowMs + 10 * MINUTE_MS;
    const [sent] = sends(pass(life, { A: 30 }, { windows: [limitFrom(fallsMs, 10)] }));
    if (sent === undefined) throw new Error('nothing was sent');
    expect(limitAt(sent.limits, life.nowMs)).toBe(30);
    for (let ms = fallsMs - CLOCK_UNCERTAINTY_MS - 5_000; ms < fallsMs + 4 * MINUTE_MS; ms += 1_000)
      expect(limitAt(sent.limits, ms)).toBe(10);
  });

  it('does not count on the later fall of another before that is confirmed', () => {
    const life = charging(oneCircuit(32));
    life.give('A', 20);
    life.give('B', 12);
    life.wait(MINUTE_MS);
    const swapMs = life.nowMs + 10 * MINUTE_MS;
    const wanted = {
      A: stepsOf(
        [
          [life.nowMs, 20],
          [swapMs, 12],
        ],
        life.nowMs + 4 * HOUR_MS,
      ),
      B: stepsOf(
        [
          [life.nowMs, 12],
          [swapMs, 20],
        ],
        life.nowMs + 4 * HOUR_MS,
      ),
    };
    expect(sends(pass(life, wanted)).map(({ stationId, purpose }) => `${stationId} ${purpose}`)).toEqual(['A lower']);
  });

  it('ends by itself, and is renewed well before', () => {
    const life = charging(oneCircuit(32, ['A']));
    const [first] = sends(pass(life, { A: 16 }));
    if (first === undefined || first.limits.untilMs === 'forever') throw new Error('it has no end');
    expect(first.limits.untilMs - life.nowMs).toBeGreaterThanOrEqual(15 * MINUTE_MS);
    expect(first.limits.untilMs - life.nowMs).toBeLessThanOrEqual(20 * MINUTE_MS);
    life.give('A', first.limits);
    life.wait(first.limits.untilMs - life.nowMs - RENEW_BEFORE_MS);
    expect(short(life, pass(life, { A: 16 }))).toEqual([]);
    expect(short(life.wait(1), pass(life, { A: 16 }))).toEqual(['A renew 16']);
  });

  it('has no more periods than the station can hold, and is nowhere above what it wants; one period is what it wants now', () => {
    for (const [maxPeriods, most] of [
      ['unknown', 1],
      [2, 2],
    ] as const) {
      const life = charging(oneCircuit(63, ['A']));
      life.take({ type: 'capabilitiesRead', stationId: 'A', capabilities: { maxPeriods } });
      const desired = stepsOf(
        [0, 1, 2, 12, 20].map((minutes, index) => [life.nowMs + minutes * MINUTE_MS, [20, 10, 16, 8, 30][index] ?? 0]),
        life.nowMs + 4 * HOUR_MS,
      );
      const [sent] = sends(pass(life, { A: desired }));
      if (sent === undefined || sent.limits.untilMs === 'forever') throw new Error('nothing was sent');
      expect(sent.limits.steps.length).toBeLessThanOrEqual(most);
      // Of a fall it is told when that is due: what it has is kept for it until it took that.
      const wantedA = (ms: number) => (most === 1 ? 20 : Number(limitAt(desired, ms)));
      for (let ms = life.nowMs; ms < sent.limits.untilMs; ms += 5_000)
        expect(Number(limitAt(sent.limits, ms))).toBeLessThanOrEqual(wantedA(ms));
      if (most === 1) expect(sent.limits.steps.map(({ limitA }) => limitA)).toEqual([20]);
    }
  });
});

describe('retries', () => {
  it('wait a little after silence', () => {
    const life = charging(oneCircuit(32, ['A']));
    life.give('A', 16, 'unknown');
    expect(short(life.wait(4_999), pass(life, { A: 16 }))).toEqual([]);
    expect(short(life.wait(1), pass(life, { A: 16 }))).toEqual(['A first 16']);
  });

  it('wait a little after a refusal while there are forms that were not tried; then the default is tried instead', () => {
    const life = charging(oneCircuit(32, ['A']));
    const [first] = sends(pass(life, { A: 16 }));
    const forms = first?.forms.length ?? 0;
    expect(forms).toBeGreaterThan(2);
    const soon = Math.max(forms, TX_REFUSALS_MAX);
    for (let refusals = 1; refusals < soon; refusals++) {
      life.give('A', 16, 'refused');
      expect(short(life.wait(4_999), pass(life, { A: 16 }))).toEqual([]);
      life.wait(1);
      expect(short(life, pass(life, { A: 16 }))).toEqual(['A first 16']);
    }
    life.give('A', 16, 'refused');
    // What it is asked then goes through its default; a profile for its transaction is tried once in a while.
    const slots = () => sends(pass(life, { A: 16 })).map(({ slot }) => slot.kind);
    expect(slots()).toEqual(['failsafe']);
  });

  it('do not wait on a new connection', () => {
    const life = charging(oneCircuit(32, ['A']));
    life.give('A', 16, 'refused');
    life.disconnect('A').wait(10).connect('A');
    expect(short(life, pass(life, { A: 16 }))).toEqual(['A failsafe 0']);
  });

  it('go to one station at a time once, whatever is under way there', () => {
    const life = charging(oneCircuit(32));
    expect(sends(pass(life, { A: 16, B: 16 }, { busy: ['A'] })).map(({ stationId }) => stationId)).toEqual(['B']);
  });
});

describe('a station that does not do as it is told', () => {
  it('is counted at its hardware and told to keep to its failsafe while it disobeys; the others get what is left', () => {
    const life = charging(oneCircuit(40));
    life.give('A', 8);
    life.give('B', 8);
    life
      .wait(MINUTE_MS)
      .meter('A', { currentA: ampere(20, 0, 0) })
      .meter('A', { currentA: ampere(20, 0, 0) });
    expect(short(life, pass(life, { B: 32 }))).toEqual(['A lower 0']);
    expect(short(life, pass(life, { A: 16, B: 8 }))).toEqual(['A lower 0']);
  });

  it('is told again every half minute for as long as it disobeys', () => {
    const life = charging(oneCircuit(40, ['A']));
    life.give('A', 8);
    life
      .wait(MINUTE_MS)
      .meter('A', { currentA: ampere(20, 0, 0) })
      .meter('A', { currentA: ampere(20, 0, 0) });
    life.give('A', 0);
    expect(short(life.wait(29_000), pass(life, { A: 0 }))).toEqual([]);
    expect(short(life.wait(1_000), pass(life, { A: 0 }))).toEqual(['A first 0']);
  });

  it('is counted at what it may draw where it refuses, and the excess is told', () => {
    const life = charging(oneCircuit(32));
    life.give('A', 20);
    life.give('B', 12);
    life.wait(MINUTE_MS).meterCircuit('grid', ampere(10, 0, 0));
    expect(pass(life, { A: 20, B: 12 }).excess).toEqual([
      { circuitId: 'grid', kind: 'L1', excess: expect.closeTo(10, 6) },
    ]);
  });

  it('gets no transaction profile where its driver may not charge', () => {
    const life = new SiteLife(oneCircuit(32, ['A']))
      .commission('A', 0)
      .start('A', 1, { authorized: false })
      .wait(MINUTE_MS);
    expect(pass(life, { A: 16 }).actions.filter(({ type }) => type === 'send')).toEqual([]);
  });
});

describe('verification', () => {
  const verifies = (result: HandOutResult) => result.actions.filter(({ type }) => type === 'verify');

  it('looks at what was accepted, less and less often, until it is confirmed', () => {
    const life = charging(oneCircuit(32, ['A']));
    const attemptId = life.give('A', 16, 'accepted');
    const look = () => verifies(pass(life, { A: 16 }));
    expect(look()).toMatchObject([{ stationId: 'A', attemptId, slot: { kind: 'tx' } }]);
    const fail = () =>
      life.take({ type: 'profileNotVerified', stationId: 'A', attemptId, slot: life.txSlot('A'), detail: 'no' });
    fail();
    life.wait(9_999);
    expect(look()).toEqual([]);
    life.wait(1);
    expect(look()).toHaveLength(1);
    fail();
    life.wait(20_000);
    expect(look()).toHaveLength(1);
    fail();
    life.wait(10 * MINUTE_MS - 1);
    expect(look()).toEqual([]);
    life.wait(1);
    expect(look()).toHaveLength(1);
  });

  it('asks nothing of a station with a record of obedience', () => {
    const life = new SiteLife(oneCircuit(32, ['A']))
      .commission('A', 0, { trusted: true })
      .start('A', 1)
      .wait(MINUTE_MS);
    life.give('A', 16, 'accepted');
    expect(verifies(pass(life, { A: 16 }))).toEqual([]);
  });

  it('looks at the failsafe where no transaction profile lies over it', () => {
    const life = new SiteLife(oneCircuit(32, ['A'])).connect('A');
    const attemptId = life.intend('A', { kind: 'failsafe' }, 0);
    life.answer('A', { kind: 'failsafe' }, attemptId, 'accepted');
    expect(verifies(pass(life, {}))).toMatchObject([{ slot: { kind: 'failsafe' }, attemptId }]);
  });
});
