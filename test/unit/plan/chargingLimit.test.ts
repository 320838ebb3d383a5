import { describe, expect, it } from 'vitest';
import { openLedger } from '../../../src/handout/ledger.js';
import { balanceSite } from '../../../src/plan/balance.js';
import { desiredFailsafes } from '../../../src/plan/failsafe.js';
import { planSite, type SitePlan } from '../../../src/plan/plan.js';
import { scheduleProblem } from '../../../src/plan/schedule.js';
import type { LimitWindow } from '../../../src/site/capacity.js';
import { limitAt } from '../../../src/site/limitSteps.js';
import type { CapacityLimit } from '../../../src/site/model.js';
import { ampere, circuitOf, HOUR_MS, MINUTE_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

/** Cars on three phases of 230 V: 690 W for each ampere. */
const W_PER_A = 690;

/** Three stations below a connection of 63 A of which the building takes 20 A. */
function charging(failsafeA = 0): SiteLife {
  const ids = ['A', 'B', 'C'];
  const stations = ids.map((id) => stationOf(id, { failsafeA }));
  const life = new SiteLife(siteOf({ stations, circuits: [circuitOf('grid', 63, { baseLoadMaxA: ampere(20) })] }));
  ids.forEach((id, index) => {
    life.commission(id, failsafeA).start(id, index + 1);
  });
  return life.wait(MINUTE_MS);
}

function windowOf(fromMs: number, toMs: number | 'open', more: Partial<CapacityLimit>): LimitWindow {
  return { limit: { limitId: 'l', circuitId: 'grid', fromMs, toMs, source: 'grid-operator', ...more }, fromMs, toMs };
}

/** What all cars are to draw together at an instant. */
function plannedW(plan: SitePlan, atMs: number): number {
  return plan.sessions.reduce((sum, { desired }) => {
    const limitA = limitAt(desired, atMs);
    return sum + (limitA === 'ended' ? 0 : limitA) * W_PER_A;
  }, 0);
}

describe('a limit on the charging alone', () => {
  it('is what the plan gives the cars in all while it holds, the building left aside, and no less', () => {
    const life = charging();
    const { nowMs } = life;
    const windows = [windowOf(nowMs + 20 * MINUTE_MS, nowMs + 40 * MINUTE_MS, { chargingPowerLimitW: 20_000 })];
    const plan = planSite(life.state, windows, nowMs);
    expect(plan.violations).toEqual([]);
    // 43 A on three phases are left of the connection.
    for (const minutes of [0, 19, 41]) expect(plannedW(plan, nowMs + minutes * MINUTE_MS)).toBeCloseTo(43 * W_PER_A, 0);
    for (const minutes of [20, 30, 39]) expect(plannedW(plan, nowMs + minutes * MINUTE_MS)).toBeCloseTo(20_000, 0);
  });

  it('is named as what limits the cars', () => {
    const life = charging();
    const plan = planSite(life.state, [windowOf(life.nowMs, 'open', { chargingPowerLimitW: 20_000 })], life.nowMs);
    for (const { limitedBy } of plan.sessions) expect(limitedBy[0]).toEqual({ by: 'powerLimit', circuitId: 'grid' });
  });

  it('counts beside a power limit: the tighter one holds', () => {
    const life = charging();
    const both = (powerLimitW: number, chargingPowerLimitW: number) =>
      plannedW(
        planSite(life.state, [windowOf(life.nowMs, 'open', { powerLimitW, chargingPowerLimitW })], life.nowMs),
        life.nowMs,
      );
    // The building takes 13,800 W.
    expect(both(30_000, 17_000)).toBeCloseTo(16_200, 0);
    expect(both(31_000, 17_000)).toBeCloseTo(17_000, 0);
  });

  it('brings cars down at once when it comes unannounced', () => {
    const life = charging();
    const plan = planSite(life.state, [], life.nowMs);
    const windows = [windowOf(life.nowMs, 'open', { section14a: { mode: 'ems' } })];
    const balanced = balanceSite(life.state, windows, plan, life.nowMs);
    expect(plannedW(balanced, life.nowMs)).toBeLessThanOrEqual(10_500);
    expect(plannedW(balanced, life.nowMs)).toBeGreaterThan(10_500 - 6 * W_PER_A);
  });

  it('is in the problem of the longer plan, in the slots where it holds', () => {
    const life = charging();
    const { nowMs, state } = life;
    const windows = [windowOf(nowMs + HOUR_MS, nowMs + 2 * HOUR_MS, { chargingPowerLimitW: 5_000 })];
    const { problem } = scheduleProblem({ state, windows, failsafes: desiredFailsafes(state, windows, nowMs), nowMs });
    const powerLimitW = problem.circuits[0]?.powerLimitW;
    if (typeof powerLimitW !== 'object') throw new Error('it does not change over the slots');
    problem.boundariesMs.slice(0, -1).forEach((fromMs, slot) => {
      const holds = fromMs >= nowMs + HOUR_MS && fromMs < nowMs + 2 * HOUR_MS;
      if (holds) expect(powerLimitW[slot]).toBe(5_000);
      else expect(powerLimitW[slot]).toBeGreaterThan(100_000);
    });
  });

  it('is a row of what may be drawn, against which every message is checked', () => {
    const life = charging();
    for (const id of ['A', 'B', 'C']) life.give(id, 10);
    const windows = [windowOf(life.nowMs + HOUR_MS, 'open', { chargingPowerLimitW: 5_000 })];
    const ledger = openLedger(life.state, windows, life.nowMs);
    const row = ledger.rows.find(({ kind }) => kind === 'power');
    const at = ledger.timesMs.indexOf(life.nowMs + HOUR_MS);
    expect(row?.reserved[0]).toBeCloseTo(30 * W_PER_A, 6);
    expect([row?.capacity[0], row?.capacity[at]]).toEqual([Number.POSITIVE_INFINITY, 5_000]);
  });

  it('lowers failsafes beforehand where it leaves no room for all of them, and lets them take turns', () => {
    const life = charging(6);
    const { nowMs } = life;
    const fromMs = nowMs + HOUR_MS;
    // 10 kW for three failsafes of 4,140 W: two at a time.
    const windows = [windowOf(fromMs, fromMs + HOUR_MS, { chargingPowerLimitW: 10_000 })];
    const failsafes = desiredFailsafes(life.state, windows, nowMs);
    const heldA = (id: string, atMs: number) => {
      const steps = failsafes.get(id);
      const limitA = steps === undefined ? 'ended' : limitAt(steps, atMs);
      return limitA === 'ended' ? 0 : limitA;
    };
    const sumW = (atMs: number) => ['A', 'B', 'C'].reduce((sum, id) => sum + heldA(id, atMs) * W_PER_A, 0);
    expect(sumW(nowMs)).toBe(18 * W_PER_A);
    for (let ms = fromMs; ms < fromMs + HOUR_MS; ms += MINUTE_MS) expect(sumW(ms)).toBeLessThanOrEqual(10_000);
    for (const id of ['A', 'B', 'C']) {
      const minutes = Array.from({ length: 60 }, (_, n) => heldA(id, fromMs + n * MINUTE_MS)).filter((a) => a > 0);
      expect(minutes.length, id).toBeGreaterThan(10);
    }
  });
});
