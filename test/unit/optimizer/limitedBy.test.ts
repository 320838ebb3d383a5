import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LimitedBy, shareFairly } from '../../../optimizer/index.js';
import { anyProblem, circuit, problem, QUARTER_MS, START_MS, session } from './problems.js';

const reasons = (given: Parameters<typeof shareFairly>[0]): readonly (readonly LimitedBy[])[] =>
  shareFairly(given).limitedBy;

describe('limitedBy says what keeps a car from more', () => {
  test('absent outside its stay, energy once it has all it wants', () => {
    const stay = { arrivalMs: START_MS + QUARTER_MS, departureMs: START_MS + 4 * QUARTER_MS, energyWh: 32 * 172.5 };
    expect(reasons(problem(32, [session('a', stay)], { slots: 5 }))[0]?.map(({ by }) => by)).toEqual([
      'absent',
      'energy',
      'energy',
      'energy',
      'absent',
    ]);
  });

  test('energy before evse where both hold, evse where the EVSE gives all it has or nothing', () => {
    expect(reasons(problem(32, [session('a', { energyWh: 32 * 172.5 })]))).toEqual([[{ by: 'energy' }]]);
    expect(reasons(problem(32, [session('a', { currentMaxA: [32, 0] })], { slots: 2 }))).toEqual([
      [{ by: 'evse' }, { by: 'evse' }],
    ]);
  });

  test('the circuit nearest to the car, and the phase, of those that are full', () => {
    const circuits = [circuit('grid', null, 20), { ...circuit('row', 'grid', 20), limitA: { L1: 24, L2: 20, L3: 20 } }];
    expect(reasons(problem(0, [session('a', { circuitId: 'row' })], { circuits }))).toEqual([
      [{ by: 'circuit', circuitId: 'row', phase: 'L2' }],
    ]);
  });

  test('the circuit that binds, not one below that has room', () => {
    const circuits = [circuit('grid', null, 20), circuit('row', 'grid', 21)];
    expect(reasons(problem(0, [session('a', { circuitId: 'row' })], { circuits }))[0]?.[0]).toMatchObject({
      circuitId: 'grid',
    });
  });

  test('a power limit by its own name', () => {
    const circuits = [{ ...circuit('grid', null, 40), powerLimitW: 6_900 }];
    expect(reasons(problem(0, [session('a')], { circuits }))).toEqual([[{ by: 'powerLimit', circuitId: 'grid' }]]);
  });

  test('minimumCurrent for a car that waits its turn or whose minimum does not fit, circuit where there is nothing at all', () => {
    const waits = session('b', { weight: 0.5, lastSwitch: { on: false, atMs: START_MS } });
    expect(reasons(problem(8, [session('a'), waits]))[1]).toEqual([{ by: 'minimumCurrent' }]);
    expect(reasons(problem(5, [session('a')]))).toEqual([[{ by: 'minimumCurrent' }]]);
    expect(reasons(problem(0, [session('a')]))).toEqual([[{ by: 'circuit', circuitId: 'grid', phase: 'L1' }]]);
  });

  test('entries are frozen', () => {
    for (const reason of reasons(problem([9, 0, 40], [session('a'), session('b')], { slots: 3 })).flat()) {
      expect(Object.isFrozen(reason)).toBe(true);
    }
  });

  test('agrees with the currents, whatever the site', () => {
    fc.assert(
      fc.property(anyProblem(), (given) => {
        const plan = shareFairly(given);
        for (const [index, row] of plan.limitedBy.entries()) {
          const one = given.sessions[index];
          for (const [slot, { by }] of row.entries()) {
            const currentA = plan.currentA[index]?.[slot] ?? 0;
            const maxA = typeof one?.currentMaxA === 'number' ? one.currentMaxA : (one?.currentMaxA[slot] ?? 0);
            if (by === 'absent' || by === 'minimumCurrent') expect(currentA).toBe(0);
            if (by === 'evse') expect(currentA).toBe(maxA);
            if (by === 'energy')
              expectEnergyBinds(given, { index, slot, currentA, delivered: plan.currentA[index] ?? [] });
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});

/** What is left afterwards is nothing, less than a slot at the minimum, or just that much, kept for the next slot. */
function expectEnergyBinds(
  given: Parameters<typeof shareFairly>[0],
  of: {
    readonly index: number;
    readonly slot: number;
    readonly currentA: number;
    readonly delivered: readonly number[];
  },
): void {
  const one = given.sessions[of.index];
  if (one === undefined) throw new Error('no such session');
  const whPerAmpere = (slot: number) =>
    (one.voltageV * one.phases.length * ((given.boundariesMs[slot + 1] ?? 0) - (given.boundariesMs[slot] ?? 0))) /
    3_600_000;
  let leftWh = one.energyWh;
  for (let slot = 0; slot <= of.slot; slot++) leftWh -= (of.delivered[slot] ?? 0) * whPerAmpere(slot);
  const minimumWh =
    one.currentMinA * Math.max(whPerAmpere(of.slot), whPerAmpere(Math.min(of.slot + 1, of.delivered.length - 1)));
  expect(leftWh).toBeLessThanOrEqual(minimumWh + 1e-6 * Math.max(1, one.energyWh));
}
