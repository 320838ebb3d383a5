import { describe, expect, it } from 'vitest';
import type { ChargingProblem, DemandCharge, LimitedBy, ProblemSession } from '../../../optimizer/index.js';
import { heldBack, peakSlots } from '../../../src/plan/holdBack.js';
import { HOUR_MS, MINUTE_MS, NOON_MS } from '../../support/builders.js';

const ENERGY: LimitedBy = { by: 'energy' };
const PRICE: LimitedBy = { by: 'price' };
const ABSENT: LimitedBy = { by: 'absent' };

/** 3.68 kW. */
const car = (more: Partial<ProblemSession> = {}): ProblemSession => ({
  id: 'A',
  circuitId: 'grid',
  phases: ['L1'],
  voltageV: 230,
  currentMinA: 6,
  currentMaxA: 16,
  energyWh: 10_000,
  shortfallPricePerKwh: 100,
  ...more,
});

function problemOf(
  energyPricePerKwh: readonly number[],
  { demandCharges, sessions = [car()] }: Partial<ChargingProblem> = {},
): ChargingProblem {
  return {
    boundariesMs: Array.from({ length: energyPricePerKwh.length + 1 }, (_, slot) => NOON_MS + slot * 15 * MINUTE_MS),
    circuits: [{ id: 'grid', parentId: null, limitA: { L1: 63, L2: 63, L3: 63 } }],
    sessions,
    energyPricePerKwh,
    ...(demandCharges === undefined ? {} : { demandCharges }),
  };
}

const held = (prices: readonly number[], currentA: readonly number[], reasons: readonly LimitedBy[] = []) =>
  heldBack(
    problemOf(prices),
    { currentA, reasons: currentA.map((_, slot) => reasons[slot] ?? ENERGY) },
    prices.map(() => false),
  );

describe('a car that can wait', () => {
  it('may take more than planned where that saves energy that is no cheaper', () => {
    expect(held([1, 1, 1], [0, 8, 16])).toEqual(['none', 'none', 'none']);
    expect(held([1, 1, 2], [0, 8, 16])).toEqual(['none', 'none', 'none']);
    // It has what it wants by then: its own energy stops it.
    expect(held([1, 2], [16, 0])).toEqual(['none', 'none']);
  });

  it('is held back where all it takes later is cheaper, though the plan says only that it takes the rest later', () => {
    expect(held([2, 1, 1], [7, 16, 16])).toEqual(['price', 'none', 'none']);
    // What is saved first is the dearest.
    expect(held([2, 1, 3], [7, 16, 16])).toEqual(['none', 'none', 'none']);
  });

  it('is held back where the plan says that it waits', () => {
    expect(held([1, 1], [0, 16], [PRICE, ENERGY])).toEqual(['price', 'none']);
    expect(held([1, 1], [0, 16], [{ by: 'demandCharge' }])).toEqual(['demandCharge', 'none']);
  });

  it('is held to the plan where all cars together could make a peak, and nowhere else', () => {
    const prices = [1, 1, 1];
    const reasons = [ENERGY, { by: 'minimumCurrent' }, ABSENT] as const;
    expect(heldBack(problemOf(prices), { currentA: [8, 0, 0], reasons }, [true, true, true])).toEqual([
      'demandCharge',
      'demandCharge',
      'none',
    ]);
    expect(heldBack(problemOf(prices), { currentA: [8, 0, 8], reasons }, [false, true, false])[0]).toBe('none');
  });
});

describe('a slot in which there could be a peak', () => {
  const charge = (more: Partial<DemandCharge>): DemandCharge => ({
    circuitId: 'grid',
    pricePerKw: 60,
    peakSoFarKw: 10,
    windowMs: HOUR_MS,
    ...more,
  });
  const peaks = (demandCharges: readonly DemandCharge[], sessions: readonly ProblemSession[] = [car(), car()]) =>
    peakSlots(problemOf([1, 1, 1, 1], { demandCharges, sessions }));

  it('is one in which building and all cars at their most exceed the peak so far', () => {
    expect(peaks([charge({})])).toEqual([false, false, false, false]);
    expect(peaks([charge({ baseLoadKw: [0, 2.6, 2.7, 9] })])).toEqual([false, false, true, true]);
    expect(peaks([charge({ baseLoadKw: 3 })], [car(), car({ currentMaxA: [6, 6, 6, 6] })])).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('is none outside of what counts, nor where peaks cost nothing', () => {
    const high = charge({ baseLoadKw: 40 });
    expect(peaks([{ ...high, slots: [1, 3] }])).toEqual([false, true, true, false]);
    expect(peaks([{ ...high, weight: [1, 0.5, 0.1, 0] }])).toEqual([true, true, false, false]);
    expect(peaks([{ ...high, pricePerKw: 0 }])).toEqual([false, false, false, false]);
    expect(peakSlots(problemOf([1]))).toEqual([false]);
  });

  it('is one whose window has had more than the peak so far already', () => {
    const boundariesMs = Array.from({ length: 6 }, (_, slot) => NOON_MS + (30 + slot * 15) * MINUTE_MS);
    const problem = (windowSoFarKwh: number) => ({
      ...problemOf([1, 1, 1, 1, 1], { demandCharges: [charge({ windowSoFarKwh })] }),
      boundariesMs,
    });
    // In half an hour.
    expect(peakSlots(problem(4.9))).toEqual([false, false, false, false, false]);
    expect(peakSlots(problem(5.1))).toEqual([true, true, false, false, false]);
  });
});
