import { beforeAll, describe, expect, it } from 'vitest';
import { type ChargingProblem, checkPlan, type ProblemSession } from '../../../optimizer/index.js';
import { mixedProblem } from '../../support/optimizer/mixedProblem.js';
import { planOf } from '../../support/optimizer/planOf.js';
import { loadReference, type Reference, type ReferenceOptions } from '../../support/optimizer/reference.js';
import { smallProblem } from '../../support/optimizer/smallProblem.js';
import { circuit, problem, session } from './problems.js';

// What every other figure of the optimizer is compared with has to be right itself: by hand where a hand can do it, and by the
// contract's checker everywhere.

const HOUR_MS = 3_600_000;
const EXACT = { tolerance: 1e-9 } as const;

let reference: Reference;
beforeAll(async () => {
  reference = await loadReference();
});

/** Hours instead of quarters, so that amperes times 0.23 are kWh. */
function hourly(given: ChargingProblem): ChargingProblem {
  const [startMs = 0] = given.boundariesMs;
  return { ...given, boundariesMs: given.boundariesMs.map((_, index) => startMs + index * HOUR_MS) };
}

function car(id: string, energyWh: number, more: Partial<ProblemSession> = {}): ProblemSession {
  return session(id, { phases: ['L1'], currentMaxA: 16, energyWh, shortfallPricePerKwh: 10, ...more });
}

function objectiveOf(given: ChargingProblem, options: ReferenceOptions = {}): number {
  return reference.solve(given, { ...EXACT, ...options }).objective;
}

describe('the reference, by hand', () => {
  it('charges in the cheap hour first', () => {
    const given = hourly(problem('unlimited', [car('a', 5_000)], { slots: 2, energyPricePerKwh: [0.3, 0.1] }));
    // 16 A for an hour are 3.68 kWh.
    expect(objectiveOf(given)).toBeCloseTo(3.68 * 0.1 + 1.32 * 0.3, 9);
  });

  it('leaves the cheaper shortfall where not all fits', () => {
    const cars = [car('a', 2_300, { shortfallPricePerKwh: 4 }), car('b', 2_300, { shortfallPricePerKwh: 20 })];
    const solution = reference.solve(hourly(problem(12, cars)), EXACT);
    expect(solution.currentA.map(([currentA = 0]) => currentA)).toEqual([expect.closeTo(2, 6), expect.closeTo(10, 6)]);
    expect(solution.objective).toBeCloseTo(12 * 0.23 * 0.2 + 8 * 0.23 * 4, 9);
  });

  it('does not deliver what costs more than its shortfall', () => {
    const given = hourly(problem('unlimited', [car('a', 2_300, { shortfallPricePerKwh: 0.1 })]));
    expect(objectiveOf(given)).toBeCloseTo(2.3 * 0.1, 9);
  });

  it('takes no more than wanted where the price is negative', () => {
    const given = hourly(problem('unlimited', [car('a', 2_300)], { energyPricePerKwh: [-0.1] }));
    expect(objectiveOf(given)).toBeCloseTo(-0.23, 9);
  });

  it('counts a three-phase car on each of its phases', () => {
    const cars = [car('a', 100_000, { phases: ['L2', 'L3', 'L1'] }), car('b', 100_000, { phases: ['L2'] })];
    const grid = { id: 'grid', parentId: null, limitA: { L1: 'unlimited', L2: 20, L3: 12 } } as const;
    // 12 A on three phases leave 8 A of L2.
    const delivered = (3 * 12 + 8) * 0.23;
    const given = hourly(problem(0, cars, { circuits: [grid] }));
    expect(objectiveOf(given)).toBeCloseTo(delivered * 0.2 + (200 - delivered) * 10, 9);
  });

  it('keeps every circuit up to the root, and power limits', () => {
    const cars = [car('a', 100_000, { circuitId: 'left' }), car('b', 100_000, { circuitId: 'right', voltageV: 120 })];
    const circuits = [
      { ...circuit('grid', null, 30), powerLimitW: 2_000 },
      circuit('left', 'grid', 6),
      circuit('right', 'grid', 'unlimited'),
    ];
    // 6 A at 230 V leave 620 W, which are less than 16 A at 120 V.
    const solution = reference.solve(hourly(problem(0, cars, { circuits })), EXACT);
    expect(solution.objective).toBeCloseTo(2 * 0.2 + 198 * 10, 9);
    expect(solution.currentA[0]?.[0]).toBeLessThanOrEqual(6 + 1e-6);
  });

  it('knows no current between 0 and the minimum', () => {
    // Of 11 A, two cars that want 5.5 A of an hour could have it all; from 6 A on only one can, for no longer than it wants.
    const cars = [car('a', 1_265), car('b', 1_265)];
    const given = hourly(problem(11, cars, { slots: 1 }));
    expect(objectiveOf(given)).toBeCloseTo(2.53 * 0.2, 9);
    expect(objectiveOf(given, { minimumCurrent: 'respect' })).toBeCloseTo(2.53 * 10, 9);
    const wanting8A = hourly(problem(11, [car('a', 1_840), car('b', 1_840)]));
    expect(objectiveOf(wanting8A, { minimumCurrent: 'respect' })).toBeCloseTo(1.84 * 0.2 + 1.84 * 10, 9);
  });

  it('sets reservations aside, and lets their holder use them', () => {
    const away = car('away', 0, { reservedA: 10 });
    const given = hourly(problem(16, [away, car('b', 100_000)]));
    expect(objectiveOf(given)).toBeCloseTo(6 * 0.23 * 0.2 + (100 - 6 * 0.23) * 10, 9);
    const here = hourly(problem(16, [car('a', 100_000, { reservedA: 10 }), car('b', 100_000)]));
    expect(objectiveOf(here)).toBeCloseTo(16 * 0.23 * 0.2 + (200 - 16 * 0.23) * 10, 9);
  });

  it('lets nobody above a reservation where reservations exceed the limit', () => {
    const cars = [car('a', 100_000, { reservedA: 10 }), car('b', 100_000, { reservedA: 8 })];
    const solution = reference.solve(hourly(problem(16, cars)), EXACT);
    expect(solution.currentA.map(([currentA = 0]) => currentA)).toEqual([expect.closeTo(10, 6), expect.closeTo(8, 6)]);
  });

  it('charges the largest mean above the peak so far, building included', () => {
    const demand = { circuitId: 'grid', pricePerKw: 2, peakSoFarKw: 3, baseLoadKw: 2, windowMs: HOUR_MS };
    const halves = problem('unlimited', [car('a', 1_840, { departureMs: Date.UTC(2026, 0, 5, 0, 30) })], { slots: 4 });
    // 8 A of an hour within the first half of it: the mean over the hour is 2 + 1.84 kW.
    expect(objectiveOf({ ...halves, demandCharges: [demand] })).toBeCloseTo(1.84 * 0.2 + 0.84 * 2, 9);
    // Per slot it is 2 + 3.68.
    const { windowMs: _, ...perSlot } = demand;
    expect(objectiveOf({ ...halves, demandCharges: [perSlot] })).toBeCloseTo(1.84 * 0.2 + 2.68 * 2, 9);
    // A running window that has taken much already, at half weight.
    const running = { ...demand, windowSoFarKwh: 6, weight: 0.5 };
    expect(objectiveOf({ ...halves, demandCharges: [running] })).toBeCloseTo(
      1.84 * 0.2 + ((6 + 2 + 1.84) / 2 - 3) * 2,
      9,
    );
  });

  it('answers for no sessions at all', () => {
    expect(objectiveOf(problem(10, []))).toBe(0);
  });
});

describe('the reference, by the checker', () => {
  it.each(['relax', 'respect'] as const)(
    'makes plans that keep the contract and cost what it says: %s',
    { timeout: 120_000 },
    (minimumCurrent) => {
      for (let seed = 0; seed < 60; seed++) {
        const given = smallProblem(seed);
        const solution = reference.solve(given, { ...EXACT, minimumCurrent, gap: 1e-7 });
        const plan = planOf(given, solution.currentA, solution.lowerBound);
        expect(checkPlan(given, plan, { minimumCurrent }), `seed ${seed}`).toEqual([]);
        const differs = Math.abs(plan.cost.total - solution.objective) / Math.max(1, Math.abs(solution.objective));
        expect(differs, `seed ${seed}`).toBeLessThan(1e-6);
        expect(solution.status, `seed ${seed}`).toBe('optimal');
      }
    },
  );

  it('does so at the size of a site', () => {
    for (const seed of [3, 5, 7]) {
      const given = mixedProblem(seed);
      const { objective, currentA } = reference.solve(given);
      const plan = planOf(given, currentA, objective);
      expect(checkPlan(given, plan, { minimumCurrent: 'relax' }), `seed ${seed}`).toEqual([]);
      expect(plan.gap, `seed ${seed}`).toBeLessThan(1e-6);
    }
  });

  it('costs no less with the minimum than without', () => {
    for (let seed = 0; seed < 30; seed++) {
      const given = smallProblem(seed);
      const relaxed = objectiveOf(given);
      expect(objectiveOf(given, { minimumCurrent: 'respect' })).toBeGreaterThan(
        relaxed - 1e-6 * Math.max(1, Math.abs(relaxed)),
      );
    }
  });
});

describe('a kept model', () => {
  it('solves a changed problem as a new model does', () => {
    for (let seed = 0; seed < 60; seed++) {
      const arrived = smallProblem(seed);
      const before = withEnergy(arrived, 0, 0);
      const lower = withLimits(arrived, 0.7);
      const model = reference.open(before, [arrived, lower], EXACT);
      try {
        for (const next of [before, arrived, lower, arrived]) {
          model.change(next);
          const expected = objectiveOf(next);
          const differs = Math.abs(model.solve().objective - expected) / Math.max(1, Math.abs(expected));
          expect(differs, `seed ${seed}`).toBeLessThan(1e-6);
        }
      } finally {
        model.dispose();
      }
    }
  });
});

function withEnergy(given: ChargingProblem, index: number, energyWh: number): ChargingProblem {
  return { ...given, sessions: given.sessions.map((one, at) => (at === index ? { ...one, energyWh } : one)) };
}

function withLimits(given: ChargingProblem, share: number): ChargingProblem {
  const scaled = (limit: ChargingProblem['circuits'][number]['limitA']['L1']) => {
    if (limit === 'unlimited') return limit;
    return typeof limit === 'number' ? limit * share : limit.map((limitA) => limitA * share);
  };
  return {
    ...given,
    circuits: given.circuits.map((one) => ({
      ...one,
      limitA: { L1: scaled(one.limitA.L1), L2: scaled(one.limitA.L2), L3: scaled(one.limitA.L3) },
    })),
  };
}
