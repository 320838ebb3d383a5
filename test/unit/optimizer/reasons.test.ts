import { describe, expect, test } from 'vitest';
import { optimize } from '../../../optimizer/index.js';
import { circuit, problem, session } from './problems.js';

// One kWh is 4.35 A for an hour on one phase at 230 V. Slots here are quarters of an hour.

function reasons(given: Parameters<typeof problem>, index = 0) {
  return optimize(problem(...given)).limitedBy[index];
}

describe('limitedBy of the exact plan', () => {
  test('price: it waits for the cheap slot, where the EVSE is the limit until the energy is there', () => {
    const car = session('car', { currentMaxA: 16, energyWh: 2760 });
    expect(reasons([32, [car], { slots: 3, energyPricePerKwh: [0.4, 0.1, 0.4] }])).toEqual([
      { by: 'price' },
      { by: 'energy' },
      { by: 'energy' },
    ]);
    const hungry = session('car', { currentMaxA: 16, energyWh: 5000 });
    expect(reasons([32, [hungry], { slots: 3, energyPricePerKwh: [0.4, 0.1, 0.3] }])).toEqual([
      { by: 'price' },
      { by: 'evse' },
      { by: 'energy' },
    ]);
  });

  test('circuit: the phase that is full, where the price alone would not hold it back', () => {
    const cars = [
      session('a', { phases: ['L2'], currentMaxA: 32 }),
      session('b', { phases: ['L2'], currentMaxA: 32, shortfallPricePerKwh: 5 }),
    ];
    expect(reasons([40, cars, { slots: 2 }])).toEqual([
      { by: 'circuit', circuitId: 'grid', phase: 'L2' },
      { by: 'circuit', circuitId: 'grid', phase: 'L2' },
    ]);
  });

  test('powerLimit: the circuit whose power is used up', () => {
    const cars = [session('a'), session('b', { shortfallPricePerKwh: 5 })];
    const circuits = [{ ...circuit('grid', null, 'unlimited'), powerLimitW: 22_080 + 6_000 }];
    expect(reasons([0, cars, { slots: 1, circuits }])).toEqual([{ by: 'powerLimit', circuitId: 'grid' }]);
  });

  test('a circuit that the car has to itself is named, not its EVSE', () => {
    const circuits = [circuit('grid', null, 100), circuit('own', 'grid', 10)];
    const cars = [session('a', { circuitId: 'own' }), session('b')];
    expect(reasons([0, cars, { slots: 1, circuits }])).toEqual([{ by: 'circuit', circuitId: 'own', phase: 'L1' }]);
  });

  test('demandCharge: what would be cheap enough but for the peak', () => {
    const car = session('car', { energyWh: 4140, shortfallPricePerKwh: 10 });
    const charge = { circuitId: 'grid', pricePerKw: 2, peakSoFarKw: 8.28 };
    const plan = optimize(
      problem('unlimited', [car], { slots: 4, energyPricePerKwh: [0.1, 0.2, 0.2, 0.2], demandCharges: [charge] }),
    );
    expect(plan.limitedBy[0]?.[0]).toEqual({ by: 'demandCharge' });
    expect(plan.currentA[0]?.[0]).toBeCloseTo(12, 2);
    expect(plan.cost.demand).toBeCloseTo(0, 9);
  });

  test('minimumCurrent: a current below it was worth having and can not be given', () => {
    const cars = [session('a', { phases: ['L1'] }), session('b', { phases: ['L1'], shortfallPricePerKwh: 0.9 })];
    const plan = optimize(problem(10, cars, { slots: 1 }));
    expect(plan.currentA).toEqual([[10], [0]]);
    expect(plan.limitedBy[1]?.[0]?.by).not.toBe('evse');
  });

  test('absent before arrival and after departure', () => {
    const start = problem(32, [], { slots: 4 }).boundariesMs;
    const car = session('car', { arrivalMs: start[1] as number, departureMs: start[3] as number });
    expect(reasons([32, [car], { slots: 4 }])).toEqual([
      { by: 'absent' },
      { by: 'evse' },
      { by: 'evse' },
      { by: 'absent' },
    ]);
  });
});

describe('what can not be met gets the best plan there is', () => {
  test('a limit of 0 A', () => {
    const plan = optimize(problem(0, [session('car'), session('other')], { slots: 2 }));
    expect(plan.currentA).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(plan.shortfallWh).toEqual([100_000, 100_000]);
    expect(plan.gap).toBeLessThan(1e-9);
    expect(plan.limitedBy[0]).toEqual([
      { by: 'circuit', circuitId: 'grid', phase: 'L1' },
      { by: 'circuit', circuitId: 'grid', phase: 'L1' },
    ]);
  });

  test('no session at all', () => {
    const plan = optimize(problem(32, [], { slots: 2 }));
    expect(plan).toMatchObject({ status: 'optimal', currentA: [], cost: { total: 0 }, gap: 0, relaxedGap: 0 });
  });

  test('nothing wanted, or a stay that holds no whole slot', () => {
    const start = problem(32, [], { slots: 2 }).boundariesMs;
    const cars = [
      session('full', { energyWh: 0 }),
      session('brief', { arrivalMs: (start[0] as number) + 1, departureMs: (start[1] as number) + 1 }),
    ];
    const plan = optimize(problem(32, cars, { slots: 2 }));
    expect(plan.currentA.flat()).toEqual([0, 0, 0, 0]);
    expect(plan.shortfallWh).toEqual([0, 100_000]);
  });

  test('a negative price is taken as far as the energy wanted goes, and no further', () => {
    const car = session('car', { energyWh: 2000, shortfallPricePerKwh: 0 });
    const plan = optimize(problem(32, [car], { slots: 2, energyPricePerKwh: [-0.1, -0.2] }));
    expect(plan.cost.energy).toBeCloseTo(-0.4, 9);
    expect(plan.energyWh[0]).toBeCloseTo(2000, 6);
  });

  test('a tree a thousand circuits deep', () => {
    const circuits = Array.from({ length: 12_000 }, (_, index) =>
      circuit(`c${index}`, index === 0 ? null : `c${index - 1}`, index === 7 ? 20 : 32),
    );
    const cars = ['a', 'b'].map((id) => session(id, { circuitId: 'c11999', phases: ['L1'] }));
    const plan = optimize(problem(0, cars, { slots: 1, circuits }));
    expect((plan.currentA[0]?.[0] ?? 0) + (plan.currentA[1]?.[0] ?? 0)).toBeCloseTo(20, 6);
  });
});
