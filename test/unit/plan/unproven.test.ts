import { describe, expect, it } from 'vitest';
import { planSite } from '../../../src/plan/plan.js';
import type { LimitWindow } from '../../../src/site/capacity.js';
import { limitAt } from '../../../src/site/limitSteps.js';
import { ampere, circuitOf, MINUTE_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

/** On one phase: A took its failsafe, and B, of 32 A, refuses any. Both have a car. */
function besideUnproven(limitA: number): SiteLife {
  const stations = ['A', 'B'].map((id) => stationOf(id, { phases: ['L1'] }));
  const life = new SiteLife(siteOf({ stations, circuits: [circuitOf('grid', limitA)] }));
  life.commission('A').start('A', 1).connect('B').start('B', 2);
  life.answer('B', { kind: 'failsafe' }, life.intend('B', { kind: 'failsafe' }, 6), 'refused');
  return life.wait(MINUTE_MS);
}

function plannedA(life: SiteLife, atMs = life.nowMs, windows: readonly LimitWindow[] = []): Record<string, unknown> {
  const { sessions } = planSite(life.state, windows, life.nowMs);
  return Object.fromEntries(sessions.map(({ stationId, desired }) => [stationId, limitAt(desired, atMs)]));
}

describe('a station that may have no failsafe', () => {
  it('is left its hardware maximum in the plan of the others, and may have it, where it fits beside their failsafes', () => {
    expect(plannedA(besideUnproven(42))).toEqual({ A: 10, B: 32 });
  });

  it('is planned its share where it does not fit, so that the circuit is kept as long as it obeys', () => {
    expect(plannedA(besideUnproven(30))).toEqual({ A: 15, B: 15 });
  });

  it('is planned its share for as long as a temporary limit leaves no room for it', () => {
    const life = besideUnproven(42);
    const fromMs = life.nowMs + 5 * MINUTE_MS;
    const toMs = fromMs + 10 * MINUTE_MS;
    const limit = { limitId: 'l', circuitId: 'grid', limitA: { L1: 20, L2: 20, L3: 20 }, fromMs, toMs } as const;
    const windows = [{ limit: { ...limit, source: 'owner' as const }, fromMs, toMs }];
    expect(plannedA(life, life.nowMs, windows)).toEqual({ A: 10, B: 32 });
    expect(plannedA(life, fromMs + MINUTE_MS, windows)).toEqual({ A: 10, B: 10 });
  });

  it('has no more than its share beside one that does not obey, and counts at its hardware too', () => {
    const stations = ['B', 'C'].map((id) => stationOf(id, { phases: ['L1'], failsafeA: 0 }));
    const life = new SiteLife(siteOf({ stations, circuits: [circuitOf('grid', 50)] }));
    life.connect('B').start('B', 2).commission('C', 0).start('C', 3).wait(MINUTE_MS);
    for (let sample = 0; sample < 2; sample++) life.wait(10_000).meter('C', { currentA: ampere(20, 0, 0) });
    expect(life.at('C').evseState.disobeys).toBe(true);
    expect(plannedA(life)).toEqual({ B: 18 });
  });

  it('counts as any other once its failsafe is confirmed', () => {
    const life = besideUnproven(42);
    const slot = { kind: 'failsafe' } as const;
    const attemptId = life.intend('B', slot, 6);
    life.answer('B', slot, attemptId, 'accepted').verify('B', slot, attemptId).wait(MINUTE_MS);
    expect(plannedA(life)).toEqual({ A: 21, B: 21 });
  });
});
