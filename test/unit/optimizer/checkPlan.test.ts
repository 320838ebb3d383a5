import { describe, expect, test } from 'vitest';
import { type ChargingPlan, checkPlan, shareFairly, type Violation } from '../../../optimizer/index.js';
import { circuit, problem, QUARTER_MS, START_MS, session } from './problems.js';

const site = problem(
  40,
  [
    session('a', { circuitId: 'row', departureMs: START_MS + QUARTER_MS }),
    session('b', { circuitId: 'row', phases: ['L2'], currentMaxA: 16, energyWh: 2_000 }),
    session('c', { phases: ['L3', 'L1', 'L2'], reservedA: 10 }),
  ],
  {
    slots: 2,
    circuits: [{ ...circuit('grid', null, 40), powerLimitW: 25_000 }, circuit('row', 'grid', [20, 30])],
    demandCharges: [{ circuitId: 'row', pricePerKw: 3, peakSoFarKw: 1 }],
  },
);
const plan = shareFairly(site);

/** The plan with one current changed. */
function withCurrent(sessionIndex: number, slot: number, currentA: number): ChargingPlan {
  const rows = plan.currentA.map((row) => [...row]);
  const row = rows[sessionIndex];
  if (row !== undefined) row[slot] = currentA;
  return { ...plan, currentA: rows };
}

function rulesOf(violations: readonly Violation[]): readonly string[] {
  return [...new Set(violations.map((violation) => violation.rule))];
}

describe('checkPlan', () => {
  test('finds nothing in a good plan', () => {
    expect(checkPlan(site, plan)).toEqual([]);
  });

  test('finds a current in a slot that is not wholly inside the stay', () => {
    expect(checkPlan(site, withCurrent(0, 1, 6))).toContainEqual({ rule: 'absent', session: 0, slot: 1, currentA: 6 });
    const early = { ...site, sessions: site.sessions.map((each) => ({ ...each, arrivalMs: START_MS + 1 })) };
    expect(
      rulesOf(checkPlan({ ...early, sessions: early.sessions.map(({ departureMs: _, ...each }) => each) }, plan)),
    ).toContain('absent');
  });

  test('finds a current between 0 and the minimum, unless the minimum is relaxed', () => {
    const found = checkPlan(site, withCurrent(1, 0, 5.9));
    expect(found).toContainEqual({ rule: 'belowMinimum', session: 1, slot: 0, currentA: 5.9, limitA: 6 });
    expect(rulesOf(checkPlan(site, withCurrent(1, 0, 5.9), { minimumCurrent: 'relax' }))).not.toContain('belowMinimum');
  });

  test('finds a current above the maximum', () => {
    const found = checkPlan(site, withCurrent(1, 1, 16.1));
    expect(found).toContainEqual({ rule: 'aboveMaximum', session: 1, slot: 1, currentA: 16.1, limitA: 16 });
  });

  test('finds a negative current', () => {
    expect(rulesOf(checkPlan(site, withCurrent(2, 0, -1)))).toContain('negativeCurrent');
  });

  test('finds more energy than is wanted', () => {
    expect(rulesOf(checkPlan(site, withCurrent(1, 1, 32)))).toContain('energyExceeded');
  });

  test('finds an overload of the very circuit, phase and slot', () => {
    const found = checkPlan(site, withCurrent(1, 0, 14)).filter((violation) => violation.rule === 'circuit');
    const row = found.filter((violation) => violation.circuitId === 'row');
    expect(row).toEqual([{ rule: 'circuit', circuitId: 'row', phase: 'L2', slot: 0, loadA: 24, limitA: 20 }]);
  });

  test('finds an overload of a circuit further up', () => {
    const tight = { ...site, circuits: [circuit('grid', null, 20), circuit('row', 'grid', 30)] };
    const further = checkPlan(tight, plan).filter((violation) => violation.rule === 'circuit');
    expect(further.map((violation) => violation.circuitId)).toContain('grid');
  });

  test('finds too much power', () => {
    const tight = {
      ...site,
      circuits: [{ ...circuit('grid', null, 40), powerLimitW: 9_000 }, circuit('row', 'grid', 30)],
    };
    expect(rulesOf(checkPlan(tight, plan))).toContain('powerLimit');
  });

  test('does not blame the plan for what reservations alone exceed, but for anything beyond', () => {
    const reserved = problem(10, [session('a', { reservedA: 16 }), session('b', { reservedA: 6 })]);
    const ofCurrents = (...currents: number[]) =>
      checkPlan(reserved, {
        ...plan,
        currentA: currents.map((each) => [each]),
        limitedBy: [[], []].map(() => [{ by: 'evse' as const }]),
        energyWh: [0, 0],
        shortfallWh: [0, 0],
      }).filter((violation) => violation.rule === 'circuit');
    expect(ofCurrents(16, 6)).toEqual([]);
    expect(ofCurrents(0, 6)).toEqual([]);
    expect(ofCurrents(16.5, 6)).toHaveLength(3);
    // What a leaves unused stays reserved for a.
    expect(ofCurrents(0, 6.5)).toHaveLength(3);
  });

  test('finds figures that the currents do not give', () => {
    const lies: readonly Partial<ChargingPlan>[] = [
      { energyWh: [0, 0, 0] },
      { shortfallWh: [0, 0, 0] },
      { cost: { ...plan.cost, energy: 0 } },
      { cost: { ...plan.cost, demand: plan.cost.demand + 1 } },
      { cost: { ...plan.cost, shortfall: 0 } },
      { cost: { ...plan.cost, total: NaN } },
      { gap: 0 },
      { lowerBound: plan.cost.total + 1, gap: -1 / (plan.cost.total + 1) },
    ];
    for (const lie of lies) expect(rulesOf(checkPlan(site, { ...plan, ...lie }))).toEqual(['misreported']);
  });

  test('finds a plan of another shape', () => {
    expect(rulesOf(checkPlan(site, { ...plan, currentA: plan.currentA.slice(1) }))).toEqual(['shape']);
    expect(rulesOf(checkPlan(site, { ...plan, limitedBy: plan.limitedBy.map(() => []) }))).toEqual(['shape']);
    expect(rulesOf(checkPlan(site, withCurrent(0, 0, NaN)))).toEqual(['shape']);
  });
});
