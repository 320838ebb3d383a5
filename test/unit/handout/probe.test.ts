import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitAt } from '../../../src/site/limitSteps.js';
import { ampere, MINUTE_MS, SiteLife } from '../../support/builders.js';
import { carryOut, oneCircuit, pass, type Send, sends } from './passes.js';

/** A is taken at its word by nobody: its failsafe is not confirmed, and it says nothing of what it holds. B is, and has this much. */
function unproven(limitA: number, otherA = 0): SiteLife {
  const life = new SiteLife(oneCircuit(limitA)).connect('A').commission('B', 0);
  life.take({ type: 'clockSeen', stationId: 'A', clockOffMs: 0 });
  for (const how of ['accepted'] as const) {
    const attemptId = life.intend('A', { kind: 'failsafe' }, 0);
    life.answer('A', { kind: 'failsafe' }, attemptId, how);
  }
  life.take({ type: 'quirkLearned', stationId: 'A', quirk: 'saysNoComposite', evidence: 'seen' });
  life.start('A', 1).start('B', 2).wait(MINUTE_MS);
  if (otherA > 0) life.give('B', otherA);
  return life.wait(MINUTE_MS);
}

const toldA = (send: Send | undefined, life: SiteLife) =>
  send === undefined ? undefined : limitAt(send.limits, life.nowMs);
const forA = (life: SiteLife, wanted: { A: number; B?: number }) =>
  sends(pass(life, wanted)).filter(({ stationId }) => stationId === 'A');

/** Its car draws just what it is offered, twice over, which is what proves anything. */
function drawsAsTold(life: SiteLife, currentA: number): void {
  for (const _ of [1, 2, 3]) life.wait(10_000).meter('A', { currentA: ampere(currentA, 0, 0) });
}

describe('a station that can be proven by its meter alone', () => {
  it('is told two limits, one after the other, and counts as what it holds once its car drew just as much as both', () => {
    const life = unproven(32);
    expect(life.mayA('A')).toBe(32);
    const [first] = forA(life, { A: 0 });
    const firstA = Number(toldA(first, life));
    expect(firstA).toBeGreaterThanOrEqual(6);
    if (first !== undefined) carryOut(life, first, 'accepted');
    drawsAsTold(life, firstA);
    expect(life.at('A').evseState.trackedA).toBe(firstA);
    const [second] = forA(life, { A: 0 });
    const secondA = Number(toldA(second, life));
    expect(Math.abs(secondA - firstA)).toBeGreaterThanOrEqual(3);
    if (second !== undefined) carryOut(life, second, 'accepted');
    drawsAsTold(life, secondA);
    expect(life.station('A').trusted).toBe(true);
    expect(life.wait(MINUTE_MS).mayA('A')).toBeLessThan(32);
  });

  it('is told what the plan wants where that is enough for a car, and tells one limit from the other', () => {
    const life = unproven(32);
    expect(toldA(forA(life, { A: 14 })[0], life)).toBe(14);
  });

  it('is told nothing but the plan where there is no room for a car beside what the others may draw', () => {
    const life = unproven(32, 30);
    expect(toldA(forA(life, { A: 0, B: 30 })[0], life)).toBe(0);
    const roomy = unproven(32, 26);
    expect(toldA(forA(roomy, { A: 0, B: 26 })[0], roomy)).toBe(6);
  });

  it('is not probed where its composite schedule may yet prove it, or its failsafe is confirmed', () => {
    const asked = new SiteLife(oneCircuit(32)).connect('A');
    asked.answer('A', { kind: 'failsafe' }, asked.intend('A', { kind: 'failsafe' }, 0), 'accepted');
    asked.start('A', 1).wait(MINUTE_MS);
    expect(toldA(forA(asked, { A: 0 })[0], asked)).toBe(0);
    const proven = new SiteLife(oneCircuit(32)).commission('A', 0);
    proven.take({ type: 'quirkLearned', stationId: 'A', quirk: 'saysNoComposite', evidence: 'seen' });
    proven.start('A', 1).wait(MINUTE_MS);
    expect(toldA(forA(proven, { A: 0 })[0], proven)).toBe(0);
  });

  it('is reserved no more than before, whatever it is told, and takes nobody’s room', () => {
    const current = fc.integer({ min: 0, max: 33 });
    const step = fc.record({
      wantedA: current,
      otherA: current,
      drawnA: current,
      waitS: fc.integer({ min: 1, max: 90 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 70 }), fc.array(step, { minLength: 1, maxLength: 8 }), (limitA, steps) => {
        const life = unproven(limitA);
        for (const { wantedA, otherA, drawnA, waitS } of steps) {
          const times = Array.from({ length: 90 }, (_, minute) => life.nowMs + minute * MINUTE_MS);
          const before = times.map((ms) => life.mayA('A', ms));
          if (life.station('A').failsafe.missingUntilMs !== 'unknown') return;
          for (const send of sends(pass(life, { A: wantedA, B: otherA }))) {
            carryOut(life, send, 'accepted');
            if (send.stationId === 'A') expect(send.needsDisk).toBe(false);
            if (send.stationId === 'B' && send.purpose !== 'lower')
              expect(life.mayA('A') + Number(toldA(send, life))).toBeLessThanOrEqual(Math.max(limitA, 32) + 1e-6);
          }
          expect(times.map((ms) => life.mayA('A', ms))).toEqual(before);
          life.wait(waitS * 1_000).meter('A', { currentA: ampere(drawnA, 0, 0) });
        }
      }),
      { numRuns: 80 },
    );
  });
});
