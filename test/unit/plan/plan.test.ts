import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balanceSite } from '../../../src/plan/balance.js';
import { planSite, type SitePlan } from '../../../src/plan/plan.js';
import { weightOf } from '../../../src/plan/priority.js';
import { planBoundariesMs, siteProblem } from '../../../src/plan/problem.js';
import { vehicleCapA } from '../../../src/plan/sessions.js';
import type { LimitWindow } from '../../../src/site/capacity.js';
import { limitAt } from '../../../src/site/limitSteps.js';
import type { Station } from '../../../src/site/model.js';
import { PHASES, type Phase } from '../../../src/site/phases.js';
import {
  acEvse,
  ampere,
  circuitOf,
  HOUR_MS,
  MINUTE_MS,
  NOON_MS,
  SiteLife,
  siteOf,
  stationOf,
} from '../../support/builders.js';

const onL1 = (id: string, more: Partial<Station> = {}) => stationOf(id, { phases: ['L1'], failsafeA: 0, ...more });

/** Stations with a failsafe confirmed and a car each, in order. */
function charging(stations: readonly Station[], limitA = 63): SiteLife {
  const life = new SiteLife(siteOf({ stations, circuits: [circuitOf('grid', limitA), circuitOf('row', 32)] }));
  stations.forEach(({ id, failsafeA }, index) => {
    life.commission(id, failsafeA).start(id, index + 1);
  });
  return life.wait(MINUTE_MS);
}

function nowA(plan: SitePlan, atMs = plan.computedAtMs): Record<string, number> {
  return Object.fromEntries(
    plan.sessions.map((session) => {
      const limitA = limitAt(session.desired, atMs);
      return [session.stationId, limitA === 'ended' ? 0 : limitA];
    }),
  );
}

const planOf = (life: SiteLife, windows: readonly LimitWindow[] = []) => planSite(life.state, windows, life.nowMs);

describe('a plan', () => {
  it('gives every car all it can take where there is room', () => {
    expect(nowA(planOf(charging([onL1('A')])))).toEqual({ A: 32 });
  });

  it('shares what there is by priority', () => {
    const life = charging([onL1('A'), onL1('B')], 20);
    expect(nowA(planOf(life))).toEqual({ A: 10, B: 10 });
    life.take({ type: 'needsPut', sessionId: 'A-1', needs: { priority: 6 } });
    const { A = 0, B = 0 } = nowA(planOf(life));
    expect(A + B).toBeCloseTo(20, 6);
    expect(A / B).toBeCloseTo(weightOf(6) / weightOf(5), 6);
    expect(A).toBeGreaterThan(B);
  });

  it('keeps what cannot be steered out of the shares, at all that it may draw', () => {
    const life = charging([onL1('A'), onL1('B')], 40);
    life.give('B', 25);
    life.disconnect('B');
    expect(nowA(planOf(life))).toEqual({ A: 15 });
  });

  it('leaves free EVSEs their failsafe', () => {
    const life = charging([onL1('A')], 20);
    life.take({
      type: 'siteConfigured',
      site: { ...life.state.site, stations: [onL1('A'), onL1('B', { failsafeA: 6 })] },
    });
    life.commission('B', 6).wait(MINUTE_MS);
    expect(nowA(planOf(life))).toEqual({ A: 14 });
  });

  it('gives one who may not charge nothing beyond its failsafe', () => {
    const life = new SiteLife(siteOf({ stations: [onL1('A', { failsafeA: 6 }), onL1('B')] }));
    life.commission('A', 6).start('A', 1, { authorized: false }).commission('B', 0).start('B', 2).wait(MINUTE_MS);
    expect(Object.keys(nowA(planOf(life)))).toEqual(['B']);
  });

  it('gives nothing to a car that has what it wanted', () => {
    const life = charging([onL1('A'), onL1('B')], 20);
    life.take({ type: 'needsPut', sessionId: 'A-1', needs: { energyWh: 2_000 } });
    life.meter('A', { energyWh: 3_000 });
    expect(nowA(planOf(life))).toEqual({ A: 0, B: 20 });
  });

  it('goes on charging a car whose departure has passed', () => {
    const life = charging([onL1('A')]);
    life.take({ type: 'needsPut', sessionId: 'A-1', needs: { departureMs: life.nowMs - HOUR_MS, energyWh: 90_000 } });
    expect(nowA(planOf(life))).toEqual({ A: 32 });
  });

  it('counts a car on the phases of its wiring until it was seen to use fewer and the owner trusts that', () => {
    for (const [trustLearnedPhases, expected] of [
      [true, { A: 26, B: 32 }],
      [false, { A: 13, B: 13 }],
    ] as const) {
      const stations = [
        stationOf('A', { failsafeA: 0, evses: [acEvse({ trustLearnedPhases, currentMaxA: 32 })] }),
        stationOf('B', { failsafeA: 0, phases: ['L2'] }),
      ];
      const life = charging(stations, 26);
      life.take({
        type: 'siteConfigured',
        site: { ...life.state.site, circuits: [circuitOf('grid', ampere(26, trustLearnedPhases ? 40 : 26, 26))] },
      });
      life.give('A', 13);
      for (let n = 0; n < 3; n++) life.wait(10_000).meter('A', { currentA: ampere(13, 0, 0) });
      expect(nowA(planOf(life))).toEqual(expected);
    }
  });

  it('gives a share that a car does not use to others, and only when somebody is short', () => {
    const tapering = (limitA: number) => {
      const life = charging([onL1('A'), onL1('B')], limitA);
      for (const id of ['A', 'B']) life.give(id, 16);
      for (let n = 0; n < 3; n++) {
        life
          .wait(10_000)
          .meter('A', { currentA: ampere(7, 0, 0) })
          .meter('B', { currentA: ampere(16, 0, 0) });
      }
      return life;
    };
    expect(vehicleCapA(tapering(32).at('A'))).toBe(8.5);
    expect(vehicleCapA(tapering(32).at('B'))).toBe('unknown');
    expect(nowA(planOf(tapering(32)))).toEqual({ A: 8.5, B: 23.5 });
    expect(nowA(planOf(tapering(64)))).toEqual({ A: 32, B: 32 });
  });

  it('gives it back to a car that takes what it is given again', () => {
    const life = charging([onL1('A'), onL1('B')], 32);
    life.give('A', 8.5);
    for (let n = 0; n < 3; n++) life.wait(10_000).meter('A', { currentA: ampere(8.4, 0, 0) });
    expect(nowA(planOf(life))).toEqual({ A: 16, B: 16 });
  });

  it('leaves a car that says it wants nothing the least there is, and nothing where somebody wants that', () => {
    const idle = (limitA: number) => {
      const life = charging([onL1('A'), onL1('B')], limitA);
      life.take({ type: 'evseStatusReported', stationId: 'A', evseId: 1, status: 'SuspendedEV' }).wait(1_000);
      return life;
    };
    expect(nowA(planOf(idle(20)))).toEqual({ A: 6, B: 14 });
    expect(nowA(planOf(idle(10)))).toEqual({ A: 0, B: 10 });
    // Until it says, or its meter shows, that it does.
    const awake = idle(20);
    awake.give('A', 6);
    awake.wait(10_000).meter('A', { currentA: ampere(6, 0, 0) });
    expect(nowA(planOf(awake))).toEqual({ A: 10, B: 10 });
  });

  it('lets cars wait in turns where not all can have the minimum', () => {
    const life = charging(
      ['A', 'B', 'C'].map((id) => onL1(id)),
      13,
    );
    const had = { A: 0, B: 0, C: 0 };
    for (let n = 0; n < 120; n++) {
      const currents = nowA(planOf(life));
      const on = (['A', 'B', 'C'] as const).filter((id) => (currents[id] ?? 0) > 0);
      expect(on).toHaveLength(2);
      for (const id of ['A', 'B', 'C'] as const) {
        if (currents[id] !== undefined && on.includes(id)) had[id] += 1;
        life.give(id, currents[id] ?? 0);
      }
      life.wait(MINUTE_MS);
    }
    for (const minutes of Object.values(had)) expect(minutes).toBeGreaterThan(50);
  });

  it('is nowhere above a limit that begins later', () => {
    const life = charging([onL1('A')]);
    const fromMs = NOON_MS + 20 * MINUTE_MS;
    const limit = {
      limitId: 'l',
      circuitId: 'grid',
      limitA: ampere(10),
      fromMs,
      toMs: 'open',
      source: 'owner',
    } as const;
    const plan = planOf(life, [{ limit, fromMs, toMs: 'open' }]);
    expect(nowA(plan, fromMs - 1)).toEqual({ A: 32 });
    expect(nowA(plan, fromMs)).toEqual({ A: 10 });
  });

  it('holds within every limit, whatever the cars, circuits and base load', () => {
    const car = fc.record({
      circuitId: fc.constantFrom('grid', 'row'),
      phases: fc.constantFrom<Phase[]>(['L1'], ['L2'], ['L3'], ['L1', 'L2', 'L3'], ['L2', 'L3', 'L1']),
      heldA: fc.constantFrom(0, 6, 16, 32),
      priority: fc.integer({ min: 0, max: 10 }),
      online: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(car, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 5, max: 80 }),
        fc.integer({ min: 0, max: 40 }),
        (cars, limitA, building) => {
          const stations = cars.map(({ circuitId, phases }, index) =>
            stationOf(`S${index}`, { circuitId, phases, failsafeA: 0 }),
          );
          const life = charging(stations, limitA);
          cars.forEach(({ heldA, priority, online }, index) => {
            life.give(`S${index}`, heldA);
            life.take({ type: 'needsPut', sessionId: `S${index}-${index + 1}`, needs: { priority } });
            if (!online) life.disconnect(`S${index}`);
          });
          life.wait(MINUTE_MS).meterCircuit('grid', building);
          const plan = planOf(life);
          expect(plan.violations).toEqual([]);
          const currents = nowA(plan);
          for (const circuit of life.state.site.circuits) {
            for (const phase of PHASES) {
              const below = stations.filter((station) => circuit.id === 'grid' || station.circuitId === circuit.id);
              const onPhase = below.filter(({ evses }) => evses[0]?.phases.includes(phase));
              const steered = onPhase.reduce((sum, { id }) => sum + (currents[id] ?? 0), 0);
              const others = onPhase
                .filter(({ id }) => currents[id] === undefined)
                .reduce((sum, { id }) => sum + life.mayA(id), 0);
              const base = circuit.id === 'grid' ? building : 0;
              expect(steered).toBeLessThanOrEqual(Math.max(0, circuit.limitA[phase] - base - others) + 1e-6);
            }
          }
          for (const currentA of Object.values(currents)) expect(currentA === 0 || currentA >= 6 - 1e-9).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the slots of a plan', () => {
  it('begin now, ascend, end within the horizon and have a boundary where a limit changes', () => {
    const limit = { limitId: 'l', circuitId: 'grid', fromMs: 0, toMs: 'open', source: 'owner' } as const;
    const changeMs = NOON_MS + 1_234_567;
    const boundaries = planBoundariesMs(NOON_MS + 17_000, [{ limit, fromMs: changeMs, toMs: 'open' }], new Map());
    expect(boundaries[0]).toBe(NOON_MS + 17_000);
    expect(boundaries).toContain(changeMs);
    expect([...boundaries].sort((a, b) => a - b)).toEqual(boundaries);
    expect(new Set(boundaries).size).toBe(boundaries.length);
    expect(boundaries.at(-1)).toBeGreaterThan(NOON_MS + 1.5 * HOUR_MS);
  });

  it('have a problem for the optimizer whose energy is counted on the grid side', () => {
    const life = charging([onL1('A')]);
    life.take({ type: 'needsPut', sessionId: 'A-1', needs: { energyWh: 5_000 } });
    const input = {
      state: life.state,
      windows: [],
      failsafes: new Map(),
      boundariesMs: [life.nowMs, life.nowMs + MINUTE_MS],
      nowMs: life.nowMs,
      capToVehicle: false,
    };
    expect(siteProblem(input).problem.sessions).toMatchObject([
      { id: 'A-1', phases: ['L1'], voltageV: 230, energyWh: 5_000 },
    ]);
  });
});

describe('a car on one of three phases that are kept for it', () => {
  it('is planned for as long as its energy takes on that one', () => {
    const life = charging([stationOf('A', { failsafeA: 16 })]);
    life.take({ type: 'needsPut', sessionId: 'A-1', needs: { energyWh: 5_000 } });
    for (let sample = 0; sample < 3; sample++) life.wait(10_000).meter('A', { currentA: ampere(16, 0, 0) });
    const boundariesMs = [life.nowMs, life.nowMs + MINUTE_MS];
    const input = { state: life.state, windows: [], failsafes: new Map(), boundariesMs, nowMs: life.nowMs };
    const [session] = siteProblem({ ...input, capToVehicle: false }).problem.sessions;
    expect(session?.phases).toEqual(['L1', 'L2', 'L3']);
    const leftWh = 5_000 - (life.state.stations.get('A')?.evses.get(1)?.transaction?.energyWh ?? 0);
    expect(session?.energyWh).toBeCloseTo(3 * leftWh, 6);
  });
});

describe('the balance', () => {
  it('takes cars down at once for a building that takes more, and raises nobody', () => {
    const life = charging([onL1('A'), onL1('B')], 60);
    const plan = planOf(life);
    expect(nowA(plan)).toEqual({ A: 30, B: 30 });
    life.meterCircuit('grid', ampere(40, 0, 0));
    const balanced = balanceSite(life.state, [], plan, life.nowMs);
    expect(nowA(balanced, life.nowMs)).toEqual({ A: 10, B: 10 });
    life.end('B', 2).wait(10_000).meterCircuit('grid', ampere(0));
    expect(nowA(balanceSite(life.state, [], balanced, life.nowMs), life.nowMs).A).toBe(10);
  });

  it('always fits, never raises, and offers nothing below the minimum', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 63 }),
        fc.array(fc.integer({ min: 0, max: 63 }), { minLength: 1, maxLength: 4 }),
        (limitA, loads) => {
          const life = charging(
            ['A', 'B', 'C'].map((id) => onL1(id)),
            limitA,
          );
          let plan = planOf(life);
          for (const load of loads) {
            life.wait(1_000).meterCircuit('grid', ampere(load, 0, 0));
            const before = nowA(plan, life.nowMs);
            plan = balanceSite(life.state, [], plan, life.nowMs);
            const after = nowA(plan, life.nowMs);
            const base = Math.max(
              ...(life.state.circuits.get('grid')?.readings.map((reading) => reading.baseLoadA.L1) ?? [0]),
            );
            expect(Object.values(after).reduce((sum, currentA) => sum + currentA, 0)).toBeLessThanOrEqual(
              Math.max(0, limitA - base) + 1e-6,
            );
            for (const [id, currentA] of Object.entries(after)) {
              expect(currentA).toBeLessThanOrEqual((before[id] ?? 0) + 1e-9);
              expect(currentA === 0 || currentA >= 6).toBe(true);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leaves a car the failsafe that is reserved for it anyway', () => {
    const life = charging([onL1('A', { failsafeA: 6 })], 30);
    const plan = planOf(life);
    life.meterCircuit('grid', ampere(24, 0, 0));
    expect(nowA(balanceSite(life.state, [], plan, life.nowMs), life.nowMs)).toEqual({ A: 6 });
  });
});
