import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChargingProblem, checkPlan, type ProblemSession, shareFairly } from '../../../optimizer/index.js';
import { MINUTE_MS } from './controllerLoop.js';
import { anyProblem, circuit, problem, START_MS, session } from './problems.js';

const currents = (given: ChargingProblem, options = {}) => shareFairly(given, options).currentA;

describe('a promised current', () => {
  test('is given before others are raised, and what is left is shared as ever', () => {
    const cars = [session('a', { promisedA: 20 }), session('b'), session('c')];
    expect(currents(problem(40, cars))).toEqual([[20], [10], [10]]);
  });

  test('takes even the minimum from those who were promised nothing: they wait', () => {
    const plan = shareFairly(problem(16, [session('a', { promisedA: 16 }), session('b')]));
    expect(plan.currentA).toEqual([[16], [0]]);
    expect(plan.limitedBy).toEqual([[{ by: 'circuit', circuitId: 'grid', phase: 'L1' }], [{ by: 'minimumCurrent' }]]);
  });

  test('is the least a session gets, not the most', () => {
    expect(currents(problem(40, [session('a', { promisedA: 8 }), session('b')]))).toEqual([[20], [20]]);
  });

  test('is cut where it does not fit, by weight among those who were promised', () => {
    const cars = [session('a', { promisedA: 32 }), session('b', { promisedA: 30, weight: 2 }), session('c')];
    expect(currents(problem(30, cars))).toEqual([[10], [20], [0]]);
    expect(currents(problem(12, cars))).toEqual([[6], [6], [0]]);
    expect(
      currents(problem(11, cars))
        .flat()
        .filter((currentA) => currentA > 0),
    ).toEqual([11]);
  });

  test('leaves a car on that went on less than minOnMs ago, and goes before one that waited long', () => {
    const fresh = session('fresh', { lastSwitch: { on: true, atMs: START_MS - MINUTE_MS } });
    const waits = session('waits', { weight: 100, arrivalMs: START_MS - 60 * MINUTE_MS });
    const promised = session('promised', { promisedA: 32, lastSwitch: { on: false, atMs: START_MS - MINUTE_MS } });
    expect(currents(problem(22, [fresh, waits, promised]))).toEqual([[6], [0], [16]]);
    expect(currents(problem(6, [waits, promised]))).toEqual([[0], [6]]);
  });

  test('goes no further than the EVSE, the energy and the circuits on its way', () => {
    const cars = (more: Partial<ProblemSession>) => [session('a', { promisedA: 30, ...more }), session('b')];
    expect(currents(problem(32, cars({ currentMaxA: 12 })))).toEqual([[12], [20]]);
    expect(currents(problem(32, cars({ energyWh: 8 * 172.5 })))).toEqual([[8], [24]]);
    const circuits = [circuit('grid', null, 32), circuit('row', 'grid', 14)];
    expect(currents(problem(0, cars({ circuitId: 'row' }), { circuits }))).toEqual([[14], [18]]);
  });

  test('counts what is reserved for the session as a part of it, and takes nothing that is reserved for others', () => {
    const cars = [session('a', { promisedA: 32, reservedA: 6 }), session('b', { reservedA: 6 })];
    expect(currents(problem(20, cars))).toEqual([[14], [6]]);
  });

  test('may change from slot to slot', () => {
    const cars = [session('a', { promisedA: [20, 0] }), session('b', { promisedA: [0, 20] })];
    expect(currents(problem(26, cars, { slots: 2 }))).toEqual([
      [20, 6],
      [6, 20],
    ]);
  });

  test('leaves enough energy for a whole slot at the minimum, and what that frees goes to others', () => {
    const cars = [session('a', { promisedA: 20, energyWh: 22 * 172.5 }), session('b')];
    const plan = shareFairly(problem(32, cars, { slots: 2 }));
    expect(plan.currentA[0]?.[0]).toBeCloseTo(16, 9);
    expect(plan.currentA[0]?.[1]).toBeCloseTo(6, 9);
    expect(plan.currentA[1]?.[0]).toBeCloseTo(16, 9);
    expect(plan.shortfallWh[0]).toBe(0);
  });
});

const quiet = (given: ChargingProblem): ChargingProblem => ({
  ...given,
  sessions: given.sessions.map(({ lastSwitch, ...one }) =>
    lastSwitch?.on === true ? one : { ...one, ...(lastSwitch === undefined ? {} : { lastSwitch }) },
  ),
});
const withPromises = (
  given: ChargingProblem,
  promised: readonly (readonly number[] | undefined)[],
): ChargingProblem => ({
  ...given,
  sessions: given.sessions.map((one, index) => {
    const promisedA = promised[index];
    return promisedA === undefined ? one : { ...one, promisedA };
  }),
});
const someOf = fc.array(fc.boolean(), { minLength: 9, maxLength: 9 });

describe('promises, whatever the site', () => {
  test('never break a limit', () => {
    fc.assert(
      fc.property(anyProblem(), someOf, fc.double({ min: 0, max: 80, noNaN: true }), (given, chosen, promisedA) => {
        const promised = given.sessions.map((_, index) =>
          chosen[index] === true
            ? given.energyPricePerKwh.map((_, slot) => promisedA * ((slot + index) % 3))
            : undefined,
        );
        const wishes = withPromises(given, promised);
        for (const minimumCurrent of ['respect', 'relax'] as const)
          expect(checkPlan(wishes, shareFairly(wishes, { minimumCurrent }), { minimumCurrent })).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('that fit beside each other are kept where nobody must stay on', () => {
    fc.assert(
      fc.property(anyProblem({ plentyOfEnergy: true }), someOf, (drawn, chosen) => {
        const given = quiet(drawn);
        const possible = shareFairly(given).currentA;
        const wishes = withPromises(
          given,
          possible.map((currentA, index) => (chosen[index] === true ? currentA : undefined)),
        );
        const plan = shareFairly(wishes, { minOnMs: 0, minOffMs: 0 });
        for (const [index, row] of possible.entries()) {
          if (chosen[index] !== true) continue;
          for (const [slot, currentA] of row.entries())
            expect(plan.currentA[index]?.[slot] ?? 0).toBeGreaterThanOrEqual(currentA * (1 - 1e-6));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('below what each gets anyway change nothing', () => {
    fc.assert(
      fc.property(anyProblem({ plentyOfEnergy: true }), someOf, (given, chosen) => {
        const fair = shareFairly(given, { minimumCurrent: 'relax' }).currentA;
        const wishes = withPromises(
          given,
          fair.map((row, index) => (chosen[index] === true ? row.map((currentA) => currentA * 0.9) : undefined)),
        );
        const plan = shareFairly(wishes, { minimumCurrent: 'relax' });
        for (const [index, row] of fair.entries()) {
          for (const [slot, currentA] of row.entries())
            expect(plan.currentA[index]?.[slot] ?? 0).toBeCloseTo(currentA, 6);
        }
      }),
      { numRuns: 300 },
    );
  });
});
