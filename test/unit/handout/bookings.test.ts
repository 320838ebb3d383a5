import { describe, expect, it } from 'vitest';
import { limitAt } from '../../../src/site/limitSteps.js';
import { HOUR_MS, MINUTE_MS, type SiteLife, stepsOf } from '../../support/builders.js';
import { carryOut, charging, oneCircuit, pass, sends, sent, short } from './passes.js';

/** B's turn is now, and its clock is not relied upon; A's is in ten minutes, and it was told so. */
function bookedAhead(): SiteLife {
  const life = charging(oneCircuit(7));
  life.take({ type: 'clockSeen', stationId: 'B', clockOffMs: 12 * MINUTE_MS });
  const told = carryOut(life, sent(pass(life, { A: later(life), B: 0 })));
  expect(told.limits.steps.map(({ limitA }) => limitA)).toEqual([0, 7]);
  carryOut(life, sent(pass(life, { B: 0 }), 'B'));
  return life.wait(MINUTE_MS);
}

const later = (life: SiteLife, limitA = 7) =>
  stepsOf(
    [
      [life.nowMs, 0],
      [life.nowMs + 9 * MINUTE_MS, limitA],
    ],
    life.nowMs + 4 * HOUR_MS,
  );

describe('a station that needs its room for as long as one profile counts', () => {
  it('has its turn, though another was told of a later one: that is taken back first', () => {
    const life = bookedAhead();
    const wanted = () => ({ A: later(life), B: 7 });
    const back = sent(pass(life, wanted()));
    expect(back.purpose).toBe('lower');
    expect(back.limits.steps.map(({ limitA }) => limitA)).toEqual([0]);
    expect(short(life, pass(life, wanted()))).not.toContain('B raise 7');
    carryOut(life, back);
    life.wait(MINUTE_MS);
    expect(short(life, pass(life, wanted()))).toEqual(['B raise 7']);
  });

  it('is not disturbed by what others are told while it has its turn', () => {
    const life = bookedAhead();
    carryOut(life, sent(pass(life, { A: later(life), B: 7 })));
    carryOut(life, sent(pass(life.wait(MINUTE_MS), { A: later(life), B: 7 }), 'B'));
    expect(sends(pass(life.wait(MINUTE_MS), { A: later(life), B: 7 }))).toEqual([]);
    expect(short(life, pass(life, { A: 7, B: 0 }))).toEqual(['B lower 0']);
  });

  it('lets others have their later turns where it waits for none', () => {
    const life = charging(oneCircuit(7));
    life.take({ type: 'clockSeen', stationId: 'B', clockOffMs: 12 * MINUTE_MS });
    expect(limitAt(sent(pass(life, { A: later(life), B: 0 })).limits, life.nowMs + 10 * MINUTE_MS)).toBe(7);
  });

  it('is told what it is to have now, though it is to fall soon: that is told when it is due', () => {
    const life = charging(oneCircuit(16, ['A']));
    life.take({ type: 'capabilitiesRead', stationId: 'A', capabilities: { maxPeriods: 1 } });
    const soon = stepsOf(
      [
        [life.nowMs, 16],
        [life.nowMs + 2 * MINUTE_MS, 0],
      ],
      life.nowMs + 4 * HOUR_MS,
    );
    expect(carryOut(life, sent(pass(life, { A: soon }))).limits.steps.map(({ limitA }) => limitA)).toEqual([16]);
    expect(short(life.wait(2 * MINUTE_MS), pass(life, { A: soon }))).toEqual(['A lower 0']);
  });
});
