import { describe, expect, it } from 'vitest';
import type { ChargingPlan, LimitedBy } from '../../../optimizer/index.js';
import { desiredFailsafes } from '../../../src/plan/failsafe.js';
import { guidanceFrom, type Schedule } from '../../../src/plan/guidance.js';
import { SCHEDULE_STALE_MS } from '../../../src/plan/guided.js';
import { planSite, type SitePlan } from '../../../src/plan/plan.js';
import { type ScheduleProblem, scheduleProblem } from '../../../src/plan/schedule.js';
import { limitAt } from '../../../src/site/limitSteps.js';
import type { SessionNeeds, SiteModel, Station } from '../../../src/site/model.js';
import { circuitOf, dcEvse, HOUR_MS, MINUTE_MS, NOON_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

const onL1 = (id: string, more: Partial<Station> = {}) => stationOf(id, { phases: ['L1'], failsafeA: 0, ...more });
const evening = NOON_MS + 6 * HOUR_MS;
const EVSE: LimitedBy = { by: 'evse' };
const PRICE: LimitedBy = { by: 'price' };

function charging(stations: readonly Station[], limitA = 32, site: Partial<SiteModel> = {}): SiteLife {
  const life = new SiteLife(siteOf({ stations, circuits: [circuitOf('grid', limitA)], ...site }));
  stations.forEach(({ id, failsafeA }, index) => {
    life.commission(id, failsafeA).start(id, index + 1);
  });
  return life.wait(MINUTE_MS);
}

const needs = (life: SiteLife, sessionId: string, given: SessionNeeds) =>
  life.take({ type: 'needsPut', sessionId, needs: given });

function made(life: SiteLife): ScheduleProblem {
  const failsafes = desiredFailsafes(life.state, [], life.nowMs);
  return scheduleProblem({ state: life.state, windows: [], failsafes, nowMs: life.nowMs });
}

type Cell = readonly [currentA: number, reason: LimitedBy];

/** A plan that says of each session and slot what it is told here. */
function planOf({ problem }: ScheduleProblem, cell: (session: number, slot: number) => Cell): ChargingPlan {
  const slots = problem.boundariesMs.slice(1).map((_, slot) => slot);
  const rows = problem.sessions.map((_, session) => slots.map((slot) => cell(session, slot)));
  return {
    status: 'feasible',
    currentA: rows.map((row) => row.map(([currentA]) => currentA)),
    limitedBy: rows.map((row) => row.map(([, reason]) => reason)),
    energyWh: problem.sessions.map(() => 5_000),
    shortfallWh: problem.sessions.map(() => 0),
    cost: { energy: 1, demand: 2, shortfall: 3, total: 6 },
    lowerBound: 5,
    gap: 0.2,
    relaxedGap: 0.1,
  };
}

function scheduled(life: SiteLife, cell: (session: number, slot: number) => Cell): Schedule {
  const problem = made(life);
  const schedule = guidanceFrom(problem, planOf(problem, cell));
  if (schedule === 'refused') throw new Error('refused');
  return schedule;
}

function nowA(plan: SitePlan, atMs = plan.computedAtMs): Record<string, number> {
  return Object.fromEntries(
    plan.sessions.map((session) => {
      const limitA = limitAt(session.desired, atMs);
      return [session.stationId, limitA === 'ended' ? 0 : limitA];
    }),
  );
}

const reasons = (plan: SitePlan) => plan.sessions.map(({ limitedBy }) => limitedBy[0]?.by);

describe('what a schedule says', () => {
  it('promises what the optimizer gives, and holds back where it waits for a better time', () => {
    const life = charging([onL1('A')]);
    needs(life, 'A-1', { energyWh: 9_000, departureMs: evening });
    const schedule = scheduled(life, (_, slot) => (slot < 2 ? [0, PRICE] : slot < 4 ? [16, EVSE] : [8, PRICE]));
    const boundaries = schedule.boundariesMs;
    expect(schedule.sessions.get('A-1')?.steps).toEqual([
      { fromMs: boundaries[0], promisedA: 0, capA: 0, cappedBy: 'price' },
      { fromMs: boundaries[2], promisedA: 16, capA: 32, cappedBy: 'none' },
      { fromMs: boundaries[4], promisedA: 8, capA: 8, cappedBy: 'price' },
    ]);
    expect(schedule.guides).toBe(true);
  });

  it('promises nothing to a car without needs, and never lets it wait', () => {
    const life = charging([onL1('A')]);
    const schedule = scheduled(life, (_, slot) => (slot < 9 ? [0, PRICE] : [0, { by: 'absent' }]));
    expect(schedule.sessions.get('A-1')?.steps).toEqual([]);
    expect(schedule.guides).toBe(false);
    expect(schedule.sessions.get('A-1')?.limitedBy.at(-1)).toEqual({ by: 'energy' });
  });

  it('says how much a car will have by its departure, at its outlet', () => {
    const life = charging([stationOf('A', { failsafeA: 0, evses: [dcEvse()] })]);
    needs(life, 'A-1', { energyWh: 9_400, departureMs: evening });
    expect(scheduled(life, () => [0, EVSE]).sessions.get('A-1')?.plannedEnergyWh).toBeCloseTo(4_700, 6);
  });

  it('has the load of each circuit, building included, and what the plan costs', () => {
    const life = charging([onL1('A'), stationOf('B', { failsafeA: 0 })], 32);
    life.meterCircuit('grid', { L1: 5, L2: 4, L3: 3 });
    const schedule = scheduled(life, (session) => [session === 0 ? 8 : 6, EVSE]);
    const [grid] = schedule.circuits;
    expect([grid?.loadA.L1[0], grid?.loadA.L2[0], grid?.loadA.L3.at(-1)]).toEqual([19, 10, 9]);
    expect(grid?.limitA.L1[0]).toBe(32);
    expect(schedule).toMatchObject({ cost: { total: 6 }, gap: 0.2, relaxedGap: 0.1, lowerBound: 5 });
  });

  it('is refused when it answers another problem, or in no currents', () => {
    const problem = made(charging([onL1('A')]));
    const good = planOf(problem, () => [6, EVSE]);
    expect(guidanceFrom(problem, { ...good, currentA: [] })).toBe('refused');
    expect(guidanceFrom(problem, { ...good, currentA: [[6]] })).toBe('refused');
    expect(guidanceFrom(problem, { ...good, limitedBy: [[]] })).toBe('refused');
    const slots = good.currentA[0] ?? [];
    for (const wrong of [Number.NaN, -1, Number.POSITIVE_INFINITY])
      expect(guidanceFrom(problem, { ...good, currentA: [slots.map(() => wrong)] })).toBe('refused');
  });
});

describe('a plan with a schedule', () => {
  it('gives first what was promised', () => {
    const life = charging([onL1('A'), onL1('B'), onL1('C')], 32);
    needs(life, 'A-1', { energyWh: 40_000, departureMs: evening });
    const schedule = scheduled(life, (session) => [session === 0 ? 20 : 0, EVSE]);
    expect(nowA(planSite(life.state, [], life.nowMs))).not.toEqual({ A: 20, B: 6, C: 6 });
    expect(nowA(planSite(life.state, [], life.nowMs, schedule))).toEqual({ A: 20, B: 6, C: 6 });
  });

  it('keeps a car on that was just switched on beside a promise, but not one that is scheduled for another time', () => {
    const isGuided = (guided: boolean) => {
      const life = charging([onL1('A'), onL1('B')], 32);
      needs(life, 'A-1', { energyWh: 40_000, departureMs: evening });
      if (guided) needs(life, 'B-2', { energyWh: 9_000, departureMs: evening });
      life.give('B', 6);
      life.wait(MINUTE_MS);
      const schedule = scheduled(life, (session) => (session === 0 ? [32, EVSE] : [0, { by: 'energy' }]));
      return nowA(planSite(life.state, [], life.nowMs, schedule));
    };
    expect(isGuided(false)).toEqual({ A: 26, B: 6 });
    expect(isGuided(true)).toEqual({ A: 32, B: 0 });
  });

  it('lets a car wait for a better time, failsafe or not, and says so', () => {
    for (const failsafeA of [0, 6]) {
      const life = charging([onL1('A', { failsafeA }), onL1('B')], 32);
      needs(life, 'A-1', { energyWh: 9_000, departureMs: evening });
      const schedule = scheduled(life, (session, slot) => (session === 0 && slot < 2 ? [0, PRICE] : [16, EVSE]));
      const plan = planSite(life.state, [], life.nowMs, schedule);
      expect(nowA(plan)).toEqual({ A: 0, B: 32 - failsafeA });
      expect(reasons(plan)).toEqual(['price', failsafeA === 0 ? 'evse' : 'circuit']);
      expect(nowA(plan, NOON_MS + 31 * MINUTE_MS)).toEqual({ A: 16, B: 16 });
      expect(plan.violations).toEqual([]);
    }
  });

  it('holds a car to what a peak allows, and says so', () => {
    const life = charging([onL1('A')]);
    needs(life, 'A-1', { energyWh: 9_000, departureMs: evening });
    const plan = planSite(
      life.state,
      [],
      life.nowMs,
      scheduled(life, () => [9, { by: 'demandCharge' }]),
    );
    expect(nowA(plan)).toEqual({ A: 9 });
    expect(reasons(plan)).toEqual(['demandCharge']);
  });

  it('is the plan without one for whom it does not know, or whose needs are others by now', () => {
    const life = charging([onL1('A')]);
    needs(life, 'A-1', { energyWh: 9_000, departureMs: evening });
    const schedule = scheduled(life, () => [0, PRICE]);
    expect(nowA(planSite(life.state, [], life.nowMs, schedule))).toEqual({ A: 0 });
    needs(life, 'A-1', {});
    expect(nowA(planSite(life.state, [], life.nowMs, schedule))).toEqual({ A: 32 });
    needs(life, 'A-1', { energyWh: 9_000, departureMs: evening + 1 });
    expect(nowA(planSite(life.state, [], life.nowMs, schedule))).toEqual({ A: 32 });
    life.end('A', 1).start('A', 2).wait(MINUTE_MS);
    expect(nowA(planSite(life.state, [], life.nowMs, schedule))).toEqual({ A: 32 });
  });

  it('is the plan without one once the schedule is stale', () => {
    const life = charging([onL1('A')]);
    needs(life, 'A-1', { energyWh: 9_000, departureMs: evening });
    const schedule = scheduled(life, () => [0, PRICE]);
    life.wait(SCHEDULE_STALE_MS);
    expect(nowA(planSite(life.state, [], life.nowMs, schedule))).toEqual({ A: 0 });
    life.wait(1);
    expect(planSite(life.state, [], life.nowMs, schedule)).toEqual(planSite(life.state, [], life.nowMs));
  });

  it('is the very plan without one where nobody has needs', () => {
    const life = charging([onL1('A'), onL1('B'), onL1('C')], 15);
    const schedule = scheduled(life, (session) => [session === 0 ? 15 : 0, PRICE]);
    expect(planSite(life.state, [], life.nowMs, schedule)).toEqual(planSite(life.state, [], life.nowMs));
  });

  it('has over a longer slot the mean of what is scheduled, and never less than the minimum for a little', () => {
    const life = charging([onL1('A'), onL1('B'), onL1('C')], 96);
    needs(life, 'A-1', { energyWh: 40_000, departureMs: evening });
    // 12:45 to 13:00 is one slot of the plan and three of the schedule, for others leave meanwhile.
    needs(life, 'B-2', { departureMs: NOON_MS + 50 * MINUTE_MS });
    needs(life, 'C-3', { departureMs: NOON_MS + 55 * MINUTE_MS });
    const { boundariesMs } = made(life).problem;
    const isAt50 = (slot: number) => boundariesMs[slot] === NOON_MS + 50 * MINUTE_MS;
    const withOneOf = (currentA: number, rest: Cell) =>
      planSite(
        life.state,
        [],
        life.nowMs,
        scheduled(life, (_, slot) => (isAt50(slot) ? [currentA, PRICE] : rest)),
      );
    const at = NOON_MS + 46 * MINUTE_MS;
    expect(nowA(withOneOf(30, [0, PRICE]), at).A).toBeCloseTo(10, 6);
    expect(nowA(withOneOf(6, [0, PRICE]), at).A).toBe(6);
    expect(nowA(withOneOf(0, [32, EVSE]), at).A).toBeCloseTo(64 / 3, 6);
  });
});
