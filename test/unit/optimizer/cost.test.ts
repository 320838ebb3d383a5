import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ChargingProblem,
  checkPlan,
  type DemandCharge,
  type Series,
  shareFairly,
} from '../../../optimizer/index.js';
import { anyProblem, problem, QUARTER_MS, START_MS, session } from './problems.js';

const at = (series: Series, slot: number): number => (typeof series === 'number' ? series : (series[slot] ?? 0));

describe('the cost of a plan', () => {
  test('energy at each slot’s price, and what is missing at its own', () => {
    const given = problem(
      32,
      [session('a', { energyWh: 10_000, shortfallPricePerKwh: 2, departureMs: START_MS + QUARTER_MS })],
      {
        slots: 2,
        energyPricePerKwh: [0.5, -1],
      },
    );
    const plan = shareFairly(given);
    expect(plan.energyWh).toEqual([5_520]);
    expect(plan.shortfallWh).toEqual([4_480]);
    expect(plan.cost.energy).toBeCloseTo(2.76, 9);
    expect(plan.cost.shortfall).toBeCloseTo(8.96, 9);
    expect(plan.cost.total).toBeCloseTo(11.72, 9);
    expect(plan).toMatchObject({ status: 'optimal' });
    expect(plan.gap).toBeCloseTo(0, 9);
  });

  /** 10 kW-ish from one car: 230 V * 3 * 10 A = 6.9 kW in both slots. */
  const withCharge = (charge: Partial<DemandCharge>, slots = 2) =>
    shareFairly(
      problem(10, [session('a')], {
        slots,
        demandCharges: [{ circuitId: 'grid', pricePerKw: 1, peakSoFarKw: 0, ...charge }],
      }),
    ).cost.demand;

  test('a demand charge on the highest slot, building included', () => {
    expect(withCharge({ baseLoadKw: [1, 3] })).toBeCloseTo(9.9, 9);
  });

  test('only above the peak so far', () => {
    expect(withCharge({ peakSoFarKw: 5 })).toBeCloseTo(1.9, 9);
    expect(withCharge({ peakSoFarKw: 7 })).toBe(0);
  });

  test('weighted by slot', () => {
    expect(withCharge({ weight: [0.5, 0.1], baseLoadKw: 1 })).toBeCloseTo(3.95, 9);
  });

  test('on the counted slots only', () => {
    expect(withCharge({ baseLoadKw: [9, 1], slots: [1, 2] })).toBeCloseTo(7.9, 9);
    expect(withCharge({ slots: [1, 1] })).toBe(0);
  });

  test('on the mean over clock-aligned windows', () => {
    expect(withCharge({ windowMs: 2 * QUARTER_MS, baseLoadKw: [0, 3] })).toBeCloseTo(8.4, 9);
  });

  test('with what was taken in the running window before the horizon', () => {
    const charge = { circuitId: 'grid', pricePerKw: 1, peakSoFarKw: 0, windowMs: 4 * QUARTER_MS, windowSoFarKwh: 6 };
    const boundariesMs = [2, 3, 4].map((quarter) => START_MS + quarter * QUARTER_MS);
    const given = { ...problem(10, [session('a')], { slots: 2, demandCharges: [charge] }), boundariesMs };
    expect(shareFairly(given).cost.demand).toBeCloseTo(6 + 3.45, 9);
  });

  test('which counts in that window only', () => {
    expect(withCharge({ windowMs: QUARTER_MS, windowSoFarKwh: 0.25, baseLoadKw: [0, 5] })).toBeCloseTo(11.9, 9);
  });

  test('with a last window that the horizon cuts off taken to go on alike', () => {
    expect(withCharge({ windowMs: 4 * QUARTER_MS })).toBeCloseTo(6.9, 9);
  });

  test('on the circuit’s own cars only', () => {
    const circuits = ['a', 'b'].map((id) => ({ id, parentId: 'grid', limitA: { L1: 10, L2: 10, L3: 10 } }));
    const demandCharges = [{ circuitId: 'a', pricePerKw: 1, peakSoFarKw: 0 }];
    const given = problem(0, [session('x', { circuitId: 'a' }), session('y', { circuitId: 'b' })], {
      circuits: [{ id: 'grid', parentId: null, limitA: { L1: 40, L2: 40, L3: 40 } }, ...circuits],
      demandCharges,
    });
    expect(shareFairly(given).cost.demand).toBeCloseTo(6.9, 9);
  });

  test('agrees with adding up minute by minute', () => {
    fc.assert(
      fc.property(anyProblem(), (given) => {
        const plan = shareFairly(given);
        const naive = costByMinutes(given, plan.currentA);
        for (const name of ['energy', 'demand', 'shortfall', 'total'] as const)
          expect(plan.cost[name]).toBeCloseTo(naive[name], 6);
      }),
      { numRuns: 300 },
    );
  });
});

const MINUTE_MS = 60_000;

function costByMinutes(given: ChargingProblem, currentA: readonly (readonly number[])[]) {
  const startMs = given.boundariesMs[0] ?? 0;
  const endMs = given.boundariesMs[given.boundariesMs.length - 1] ?? 0;
  const slotAt = (atMs: number) => given.boundariesMs.findLastIndex((boundaryMs) => boundaryMs <= atMs);
  const kwOf = (index: number, slot: number) => {
    const one = given.sessions[index];
    return ((currentA[index]?.[slot] ?? 0) * (one?.voltageV ?? 0) * (one?.phases.length ?? 0)) / 1000;
  };
  const deliveredKwh = given.sessions.map(() => 0);
  let energy = 0;
  for (let atMs = startMs; atMs < endMs; atMs += MINUTE_MS) {
    for (const index of given.sessions.keys()) {
      const kwh = kwOf(index, slotAt(atMs)) / 60;
      deliveredKwh[index] = (deliveredKwh[index] ?? 0) + kwh;
      energy += kwh * (given.energyPricePerKwh[slotAt(atMs)] ?? 0);
    }
  }
  const shortfall = given.sessions.reduce(
    (sum, one, index) => sum + Math.max(0, one.energyWh / 1000 - (deliveredKwh[index] ?? 0)) * one.shortfallPricePerKwh,
    0,
  );
  const isUnder = (circuitId: string | null, ancestorId: string): boolean =>
    circuitId === ancestorId ||
    (circuitId !== null && isUnder(given.circuits.find(({ id }) => id === circuitId)?.parentId ?? null, ancestorId));
  let demand = 0;
  for (const charge of given.demandCharges ?? []) {
    const [fromMs, toMs] = (charge.slots ?? [0, given.energyPricePerKwh.length]).map(
      (slot) => given.boundariesMs[slot] ?? 0,
    );
    const kwh = new Map<number, { kwh: number; endMs: number }>();
    for (let atMs = fromMs ?? 0; atMs < (toMs ?? 0); atMs += MINUTE_MS) {
      const slot = slotAt(atMs);
      const carKw = given.sessions.reduce(
        (sum, one, index) => sum + (isUnder(one.circuitId, charge.circuitId) ? kwOf(index, slot) : 0),
        0,
      );
      const key =
        charge.windowMs === undefined
          ? (given.boundariesMs[slot] ?? 0)
          : Math.floor(atMs / charge.windowMs) * charge.windowMs;
      const weight = at(charge.weight ?? 1, slot);
      const before = kwh.get(key)?.kwh ?? (slot === 0 ? at(charge.weight ?? 1, 0) * (charge.windowSoFarKwh ?? 0) : 0);
      kwh.set(key, {
        kwh: before + (weight * (carKw + at(charge.baseLoadKw ?? 0, slot))) / 60,
        endMs: atMs + MINUTE_MS,
      });
    }
    const meansKw = [...kwh].map(([windowMs, window]) => window.kwh / ((window.endMs - windowMs) / 3_600_000));
    demand += charge.pricePerKw * Math.max(0, Math.max(0, ...meansKw) - charge.peakSoFarKw);
  }
  return { energy, demand, shortfall, total: energy + demand + shortfall };
}

describe('the lower bound', () => {
  test('is not above the cost, and the gaps are those of the contract, for any problem', () => {
    fc.assert(
      fc.property(anyProblem(), fc.constantFrom('respect' as const, 'relax' as const), (given, minimumCurrent) => {
        const plan = shareFairly(given, { minimumCurrent, gap: 0.2 });
        expect(plan.lowerBound).toBeLessThanOrEqual(plan.cost.total);
        expect(plan.gap).toBeCloseTo(
          (plan.cost.total - plan.lowerBound) / Math.max(0.01, Math.abs(plan.lowerBound)),
          9,
        );
        expect(plan.relaxedGap).toBeLessThanOrEqual(plan.gap);
        expect(plan.relaxedGap).toBeGreaterThanOrEqual(0);
        expect(plan.status).toBe(plan.gap <= 0.2 ? 'optimal' : 'feasible');
      }),
      { numRuns: 400 },
    );
  });

  test('is not above the best of all plans on a grid, on tiny problems', () => {
    const price = fc.double({ min: -0.5, max: 1, noNaN: true });
    const tiny = fc.record({
      limitA: fc.array(fc.constantFrom(0, 6, 10, 16), { minLength: 3, maxLength: 3 }),
      prices: fc.array(price, { minLength: 3, maxLength: 3 }),
      energyWh: fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 2, maxLength: 2 }),
      shortfall: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 2 }),
      reservedA: fc.constantFrom(0, 6),
      pricePerKw: fc.constantFrom(0, 0.5),
    });
    fc.assert(
      fc.property(tiny, ({ limitA, prices, energyWh, shortfall, reservedA, pricePerKw }) => {
        const given = problem(
          limitA,
          [0, 1].map((index) =>
            session(`s${index}`, {
              phases: index === 0 ? ['L1'] : ['L1', 'L2', 'L3'],
              currentMinA: 0,
              currentMaxA: 12,
              energyWh: energyWh[index] ?? 0,
              shortfallPricePerKwh: shortfall[index] ?? 0,
              reservedA: index === 0 ? reservedA : 0,
            }),
          ),
          {
            slots: 3,
            energyPricePerKwh: prices,
            demandCharges: [{ circuitId: 'grid', pricePerKw, peakSoFarKw: 1, baseLoadKw: [0, 2, 0] }],
          },
        );
        const { lowerBound } = shareFairly(given);
        expect(lowerBound).toBeLessThanOrEqual(bestOnGrid(given, [0, 6, 12]) + 1e-9);
      }),
      { numRuns: 40 },
    );
  });

  test('is reached where cars do not meet and prices do not differ', () => {
    const plan = shareFairly(
      problem(64, [session('a', { energyWh: 5_000 }), session('b', { energyWh: 8_000 })], { slots: 4 }),
    );
    expect(plan).toMatchObject({ status: 'optimal' });
    expect(plan.gap).toBeLessThan(1e-9);
  });

  test('knows negative prices and energy that is not worth its price', () => {
    const paid = problem(32, [session('a', { energyWh: 5_520, shortfallPricePerKwh: 0 })], {
      slots: 2,
      energyPricePerKwh: [-1, -2],
    });
    expect(shareFairly(paid).lowerBound).toBeCloseTo(-11.04, 9);
    const dear = problem(32, [session('a', { energyWh: 5_520, shortfallPricePerKwh: 0.1 })], {
      slots: 2,
      energyPricePerKwh: [1, 2],
    });
    expect(shareFairly(dear).lowerBound).toBeCloseTo(0.552, 9);
  });
});

/** The least cost of all feasible plans whose currents are among the levels; each plan is judged by the checker. */
function bestOnGrid(given: ChargingProblem, levels: readonly number[]): number {
  const slots = given.energyPricePerKwh.length;
  const cells = given.sessions.length * slots;
  let best = Number.POSITIVE_INFINITY;
  for (let code = 0; code < levels.length ** cells; code++) {
    const digits = Array.from(
      { length: cells },
      (_, cell) => levels[Math.floor(code / levels.length ** cell) % levels.length] ?? 0,
    );
    const currentA = given.sessions.map((_, index) => digits.slice(index * slots, (index + 1) * slots));
    const cost = costByMinutes(given, currentA).total;
    if (cost >= best || !isFeasible(given, currentA)) continue;
    best = cost;
  }
  return best;
}

function isFeasible(given: ChargingProblem, currentA: readonly (readonly number[])[]): boolean {
  const nothing = given.sessions.map(() => 0);
  const limitedBy = currentA.map((row) => row.map(() => ({ by: 'price' as const })));
  const cost = { energy: 0, demand: 0, shortfall: 0, total: 0 };
  const plan = {
    status: 'feasible' as const,
    currentA,
    limitedBy,
    energyWh: nothing,
    shortfallWh: nothing,
    cost,
    lowerBound: 0,
    gap: 0,
    relaxedGap: 0,
  };
  return checkPlan(given, plan).every(({ rule }) => rule === 'misreported');
}

describe('a time limit', () => {
  test('still gives a whole plan, and leaves out what would only improve it', () => {
    const given = problem(20, [session('a'), session('b'), session('c'), session('d')], { slots: 3 });
    const late = shareFairly(given, { timeLimitMs: 1, elapsedMs: () => 2 });
    expect(late.currentA).toEqual(shareFairly(given).currentA);
    expect(late.relaxedGap).toBe(late.gap);
    expect(checkPlan(given, late)).toEqual([]);
    expect(shareFairly(given, { timeLimitMs: 10, elapsedMs: () => 2 })).toEqual(shareFairly(given));
  });
});
