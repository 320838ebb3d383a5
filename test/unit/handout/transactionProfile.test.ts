import { describe, expect, it } from 'vitest';
import { RENEW_BEFORE_MS } from '../../../src/handout/transactionProfile.js';
import { limitAt } from '../../../src/site/limitSteps.js';
import { MESSAGE_LATE_MAX_MS } from '../../../src/site/mayDraw.js';
import { writesLeft } from '../../../src/site/messageBudget.js';
import { HOUR_MS, MINUTE_MS, NOON_MS, SiteLife } from '../../support/builders.js';
import { carryOut, charging, oneCircuit, pass, sends, sent, short } from './passes.js';

const QUARTER_MS = 15 * MINUTE_MS;
const GATHER_MS = 2_000;

describe('a raise of a transaction', () => {
  /** Raised as often as it may be, a little each time. */
  function spent(): { life: SiteLife; limitA: number; raises: number } {
    const life = charging(oneCircuit(63, ['A']));
    let limitA = 6;
    let raises = 0;
    for (; raises < 60; raises++) {
      const [send] = sends(pass(life, { A: limitA }));
      if (send === undefined) break;
      carryOut(life, send);
      limitA += 0.5;
      life.wait(GATHER_MS);
    }
    return { life, limitA, raises };
  }

  it('waits for the budget of its station once that is spent', () => {
    const { life, limitA, raises } = spent();
    expect(raises).toBeGreaterThanOrEqual(20);
    expect(raises).toBeLessThanOrEqual(24);
    expect(short(life.wait(QUARTER_MS / 60), pass(life, { A: limitA }))).toHaveLength(1);
  });

  it('leaves the budget to lowerings, which never wait for it', () => {
    const { life } = spent();
    for (const lowerA of [12, 11, 10, 9, 8]) {
      const send = carryOut(life, sent(pass(life, { A: lowerA })));
      expect(send.purpose).toBe('lower');
      life.wait(100);
    }
    expect(sends(pass(life.wait(GATHER_MS), { A: 16 }))).toEqual([]);
    expect(short(life.wait(30_000), pass(life, { A: 16 }))).toEqual(['A raise 16']);
  });

  it('is not its renewal, which comes in time whatever is left of the budget', () => {
    const life = charging(oneCircuit(63, ['A']));
    const { limits } = carryOut(life, sent(pass(life, { A: 20 })));
    if (limits.untilMs === 'forever') throw new Error('it has no end');
    life.wait(limits.untilMs - life.nowMs - RENEW_BEFORE_MS - 1_000);
    for (let limitA = 19.8; limitA > 16; limitA -= 0.2) {
      expect(carryOut(life, sent(pass(life.wait(10), { A: limitA }))).purpose).toBe('lower');
    }
    life.wait(5_000);
    expect(sends(pass(life, { A: 20 })).map(({ purpose }) => purpose)).toEqual(['renew']);
    expect(writesLeft(life.at('A').evseState.txProfile, 'tx', life.nowMs)).toBeLessThan(1.5);
  });
});

describe('a lowering of a transaction', () => {
  it('keeps the end of what it lowers, so that it raises nothing at any instant and waits for no disk', () => {
    const life = charging(oneCircuit(32, ['A']));
    const first = carryOut(life, sent(pass(life, { A: 20 })));
    life.wait(6 * MINUTE_MS);
    const lowering = sent(pass(life, { A: 10 }));
    expect(lowering).toMatchObject({ purpose: 'lower', needsDisk: false });
    expect(lowering.limits.untilMs).toBe(first.limits.untilMs);
  });

  it('has an end of its own where that is near', () => {
    const life = charging(oneCircuit(32, ['A']));
    const first = carryOut(life, sent(pass(life, { A: 20 })));
    if (first.limits.untilMs === 'forever') throw new Error('it has no end');
    life.wait(first.limits.untilMs - life.nowMs - 3 * MINUTE_MS + 1);
    const lowering = sent(pass(life, { A: 10 }));
    expect(lowering.purpose).toBe('lower');
    expect(Number(lowering.limits.untilMs)).toBeGreaterThan(first.limits.untilMs);
  });
});

describe('a transaction at a station whose clock is wrong', () => {
  /** Confirmed, with nobody knowing its clock or with this much off. */
  function wrongClock(clockOffMs: number | undefined): SiteLife {
    const life = new SiteLife(oneCircuit(32, ['A'])).connect('A');
    carryOut(life, sent(pass(life, {})));
    if (clockOffMs !== undefined) life.take({ type: 'clockSeen', stationId: 'A', clockOffMs });
    life.take({ type: 'capabilitiesRead', stationId: 'A', capabilities: { maxPeriods: 24 } });
    return life.wait(MINUTE_MS).start('A', 1);
  }

  it('has one limit that counts from its start, in its first half hour, and the clock after that', () => {
    const life = wrongClock(10 * MINUTE_MS);
    const first = sent(pass(life.wait(2_000), { A: 16 }));
    expect(first.form).toMatchObject({ kind: 'Relative', elapsedMs: 2_000 });
    expect(first.limits.steps).toHaveLength(1);
    carryOut(life, first);
    life.wait(30 * MINUTE_MS);
    expect(sent(pass(life, { A: 16 })).form.kind).toBe('Absolute');
  });

  it('counts as long as the station may count it, whatever it counts from', () => {
    const life = wrongClock(undefined).wait(5 * MINUTE_MS);
    const send = carryOut(life, sent(pass(life, { A: 16 })));
    if (send.limits.untilMs === 'forever') throw new Error('it has no end');
    // From when it came, however late, it lasts by what the transaction lasted longer than it was meant to.
    const latestMs = send.limits.untilMs + 5 * MINUTE_MS + MESSAGE_LATE_MAX_MS;
    expect(life.mayA('A', latestMs - 1)).toBe(16);
    life.take({ type: 'clockSeen', stationId: 'A', clockOffMs: 0 });
    expect(life.mayA('A', latestMs + MINUTE_MS)).toBe(0);
  });

  it.each([18, 21.5, 26, 40])(
    'has no more than there is room for until it is surely over, here from minute %d on',
    (minute) => {
      const life = charging(oneCircuit(40));
      life.take({ type: 'clockSeen', stationId: 'A', clockOffMs: 20 * MINUTE_MS });
      life.take({ type: 'quirkLearned', stationId: 'A', quirk: 'takesNoAbsolute', evidence: 'in a test' });
      // B may take more from then on: A may still hold what it is told now.
      const laterMs = NOON_MS + minute * MINUTE_MS;
      life.give('B', {
        steps: [
          { fromMs: life.nowMs, limitA: 6 },
          { fromMs: laterMs, limitA: 30 },
        ],
        untilMs: NOON_MS + 5 * HOUR_MS,
      });
      const send = carryOut(life, sent(pass(life.wait(MINUTE_MS), { A: 32, B: 6 })));
      expect(send.form.kind).toBe('Relative');
      expect(limitAt(send.limits, life.nowMs)).toBeGreaterThanOrEqual(10);
      for (let ms = life.nowMs + MINUTE_MS; ms < NOON_MS + 2 * HOUR_MS; ms += MINUTE_MS / 2)
        expect(life.mayA('A', ms) + life.mayA('B', ms)).toBeLessThanOrEqual(40);
    },
  );

  it('is told by the clock too where that leaves it more now, as far as it is known', () => {
    const life = charging(oneCircuit(40));
    life.take({ type: 'clockSeen', stationId: 'A', clockOffMs: 2 * MINUTE_MS });
    life.give('B', {
      steps: [
        { fromMs: life.nowMs, limitA: 6 },
        { fromMs: NOON_MS + 14 * MINUTE_MS, limitA: 30 },
      ],
      untilMs: NOON_MS + 5 * HOUR_MS,
    });
    const send = carryOut(life, sent(pass(life.wait(MINUTE_MS), { A: 32, B: 6 })));
    expect(send.form.kind).toBe('Absolute');
    expect(limitAt(send.limits, life.nowMs)).toBe(32);
    for (let ms = life.nowMs + MINUTE_MS; ms < NOON_MS + 2 * HOUR_MS; ms += MINUTE_MS / 2)
      expect(life.mayA('A', ms) + life.mayA('B', ms)).toBeLessThanOrEqual(40);
  });

  it('is told by the clock where the clock is right', () => {
    expect(sent(pass(wrongClock(0), { A: 16 })).form.kind).toBe('Absolute');
  });
});

describe('a transaction whose profile is refused', () => {
  it('is tried in each form, and what is taken teaches what to begin with', () => {
    const life = charging(oneCircuit(32, ['A']));
    const tried = [];
    for (let tries = 0; tries < 3; tries++) {
      const send = sent(pass(life, { A: 16 }));
      tried.push(send.form.rateUnit);
      carryOut(life, send, send.form.rateUnit === 'W' ? 'confirmed' : 'refused');
      life.wait(5_000);
    }
    expect(tried).toEqual(['A', 'A', 'W']);
    life.end('A', 1).wait(MINUTE_MS).start('A', 2).wait(MINUTE_MS);
    expect(sent(pass(life, { A: 16 })).form.rateUnit).toBe('W');
  });

  it('in every form is steered through its default, while its profile is asked for again from time to time', () => {
    const life = charging(oneCircuit(32, ['A']));
    for (let tries = 0; tries < 7; tries++) {
      carryOut(life, sent(pass(life, { A: 16 })), 'refused');
      life.wait(MINUTE_MS);
    }
    const asked = sent(pass(life, { A: 16 }));
    expect(asked.slot.kind).toBe('failsafe');
    expect(limitAt(carryOut(life, asked).limits, life.nowMs)).toBe(16);
    expect(life.wait(MINUTE_MS).mayA('A')).toBe(16);
    const next = sent(pass(life, { A: 16 }));
    expect(next.slot.kind).toBe('tx');
  });
});
