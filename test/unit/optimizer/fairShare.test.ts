import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ChargingPlan,
  type ChargingProblem,
  checkPlan,
  type ProblemSession,
  type Series,
  shareFairly,
} from '../../../optimizer/index.js';
import { anyProblem, circuit, problem, QUARTER_MS, START_MS, session } from './problems.js';

const RUNS = 400;
const at = (series: Series, slot: number): number => (typeof series === 'number' ? series : (series[slot] ?? 0));

function slotCurrents(plan: ChargingPlan, slot: number): readonly number[] {
  return plan.currentA.map((row) => row[slot] ?? 0);
}

describe('shares', () => {
  test('a circuit is shared equally', () => {
    const plan = shareFairly(problem(30, [session('a'), session('b'), session('c')]));
    expect(plan.currentA).toEqual([[10], [10], [10]]);
  });

  test('also a circuit that is only just too small for all', () => {
    expect(shareFairly(problem(63, [session('a'), session('b')])).currentA).toEqual([[31.5], [31.5]]);
  });

  test('what one car can not use goes to the others', () => {
    const plan = shareFairly(problem(42, [session('a', { currentMaxA: 8 }), session('b'), session('c')]));
    expect(slotCurrents(plan, 0)).toEqual([8, 17, 17]);
  });

  test('what a car does not need any more goes to the others', () => {
    const short = session('a', { energyWh: 7 * 230 * 3 * 0.25 });
    const plan = shareFairly(problem(40, [short, session('b')], { slots: 2 }));
    expect(plan.currentA).toEqual([
      [7, 0],
      [32, 32],
    ]);
  });

  test('shares are in proportion to weights', () => {
    const plan = shareFairly(problem(28, [session('a', { weight: 3 }), session('b')]));
    expect(slotCurrents(plan, 0)).toEqual([21, 7]);
  });

  test('a weight never takes the minimum from another', () => {
    const plan = shareFairly(problem(28, [session('a', { weight: 30 }), session('b')]));
    expect(slotCurrents(plan, 0)).toEqual([22, 6]);
  });

  test('a one-phase car takes what three-phase cars leave on its phase, and they what it leaves', () => {
    const plan = shareFairly(problem(30, [session('a'), session('b', { phases: ['L2'] })]));
    expect(slotCurrents(plan, 0)).toEqual([15, 15]);
    const free = problem(30, [session('a'), session('b', { phases: ['L2'] })], {
      circuits: [{ id: 'grid', parentId: null, limitA: { L1: 10, L2: 30, L3: 'unlimited' } }],
    });
    expect(slotCurrents(shareFairly(free), 0)).toEqual([10, 20]);
  });

  test('a tight row leaves its share of the feeder to the other row', () => {
    const plan = shareFairly(
      problem(
        60,
        [
          session('a', { circuitId: 'row-a' }),
          session('b', { circuitId: 'row-a' }),
          session('c', { circuitId: 'row-b' }),
        ],
        {
          circuits: [circuit('grid', null, 40), circuit('row-a', 'grid', 16), circuit('row-b', 'grid', 32)],
        },
      ),
    );
    expect(slotCurrents(plan, 0)).toEqual([8, 8, 24]);
  });

  test('a power limit is shared in amperes, whatever the phases', () => {
    const plan = shareFairly(
      problem('unlimited', [session('a'), session('b', { phases: ['L1'] })], {
        circuits: [{ ...circuit('grid', null, 'unlimited'), powerLimitW: 230 * 40 }],
      }),
    );
    expect(slotCurrents(plan, 0)).toEqual([10, 10]);
  });

  test('limits and maxima that change by slot are followed', () => {
    const plan = shareFairly(
      problem([20, 0, 64], [session('a', { currentMaxA: [32, 32, 12] }), session('b')], { slots: 3 }),
    );
    expect(plan.currentA).toEqual([
      [10, 0, 12],
      [10, 0, 32],
    ]);
  });

  test('cars charge only in slots that lie wholly inside their stay', () => {
    const stay = { arrivalMs: START_MS + 1, departureMs: START_MS + 3 * QUARTER_MS - 1 };
    expect(shareFairly(problem(32, [session('a', stay)], { slots: 3 })).currentA).toEqual([[0, 32, 0]]);
    const exact = { arrivalMs: START_MS + QUARTER_MS, departureMs: START_MS + 2 * QUARTER_MS };
    expect(shareFairly(problem(32, [session('a', exact)], { slots: 3 })).currentA).toEqual([[0, 32, 0]]);
    const past = { arrivalMs: START_MS - QUARTER_MS, departureMs: START_MS };
    expect(shareFairly(problem(32, [session('a', past)], { slots: 3 })).currentA).toEqual([[0, 0, 0]]);
    const later = { arrivalMs: START_MS + 9 * QUARTER_MS };
    expect(shareFairly(problem(32, [session('a', later)], { slots: 3 })).currentA).toEqual([[0, 0, 0]]);
    const beyond = { departureMs: START_MS + 9 * QUARTER_MS };
    expect(shareFairly(problem(32, [session('a', beyond)], { slots: 3 })).currentA).toEqual([[32, 32, 32]]);
  });

  test('the slot before the last gives a little less, so that the last is worth its minimum', () => {
    const plan = shareFairly(problem(32, [session('a', { energyWh: 34 * 230 * 3 * 0.25 })], { slots: 2 }));
    expect(plan.currentA).toEqual([[28, 6]]);
    expect(plan.shortfallWh).toEqual([0]);
    const shared = shareFairly(
      problem(36, [session('a', { energyWh: 20 * 230 * 3 * 0.25 }), session('b')], { slots: 2 }),
    );
    expect(shared.currentA).toEqual([
      [14, 6],
      [22, 30],
    ]);
  });

  test('a rest that is worth less than the minimum is not delivered, rather than planned below the minimum', () => {
    const plan = shareFairly(problem(32, [session('a', { energyWh: 5 * 230 * 3 * 0.25 })], { slots: 2 }));
    expect(plan.currentA).toEqual([[0, 0]]);
    expect(plan.limitedBy[0]).toEqual([{ by: 'energy' }, { by: 'energy' }]);
    expect(shareFairly(problem(32, [session('a', { energyWh: 862.5 })]), { minimumCurrent: 'relax' }).currentA).toEqual(
      [[5]],
    );
  });

  test('a problem without cars has an empty plan', () => {
    const plan = shareFairly(problem(32, [], { slots: 2 }));
    expect(plan).toMatchObject({ status: 'optimal', currentA: [], limitedBy: [], lowerBound: 0, gap: 0 });
  });
});

/**
 * A session that is held back by a circuit must meet, on its way up, a full row where nobody above its own floor has more per
 * weight than itself: only then can it not be raised but by lowering one that has no more.
 */
function unfairlyHeldBack(given: ChargingProblem, plan: ChargingPlan): readonly string[] {
  const found: string[] = [];
  for (const [slot] of given.energyPricePerKwh.entries()) {
    for (const [index, one] of given.sessions.entries()) {
      const by = plan.limitedBy[index]?.[slot]?.by;
      const currentA = plan.currentA[index]?.[slot] ?? 0;
      if (by === 'evse' && currentA !== at(one.currentMaxA, slot) && at(one.currentMaxA, slot) !== 0)
        found.push(`${one.id} ${slot} evse`);
      if (currentA === 0 || (by !== 'circuit' && by !== 'powerLimit')) continue;
      if (!bottleneckOf(given, plan, { one, index, slot })) found.push(`${one.id} in slot ${slot}`);
    }
  }
  return found;
}

function bottleneckOf(
  given: ChargingProblem,
  plan: ChargingPlan,
  of: { readonly one: ProblemSession; readonly index: number; readonly slot: number },
): boolean {
  const { one, index, slot } = of;
  const ownA = plan.currentA[index]?.[slot] ?? 0;
  const parents = new Map(given.circuits.map((each) => [each.id, each]));
  for (let node = parents.get(one.circuitId); node !== undefined; node = parents.get(node.parentId ?? '')) {
    const under = given.sessions.flatMap((other, otherIndex) => {
      for (let up = parents.get(other.circuitId); up !== undefined; up = parents.get(up.parentId ?? '')) {
        if (up === node) return [{ other, currentA: plan.currentA[otherIndex]?.[slot] ?? 0 }];
      }
      return [];
    });
    const rows = [
      ...one.phases.map((phase) => ({
        limit: node?.limitA[phase] ?? 'unlimited',
        loads: under.filter(({ other }) => other.phases.includes(phase)),
        perAmpere: (_: ProblemSession) => 1,
      })),
      {
        limit: node.powerLimitW ?? ('unlimited' as const),
        loads: under,
        perAmpere: (other: ProblemSession) => other.voltageV * other.phases.length,
      },
    ];
    for (const { limit, loads, perAmpere } of rows) {
      if (limit === 'unlimited') continue;
      const load = loads.reduce(
        (sum, { other, currentA }) => sum + perAmpere(other) * Math.max(currentA, at(other.reservedA ?? 0, slot)),
        0,
      );
      const isFull = load >= at(limit, slot) - 1e-5 * Math.max(1, at(limit, slot));
      const level = ownA / (one.weight ?? 1);
      const hasRicher = loads.some(({ other, currentA }) => {
        const floorA = Math.max(other.currentMinA, at(other.reservedA ?? 0, slot));
        return currentA > floorA + 1e-6 && currentA / (other.weight ?? 1) > level + 1e-6;
      });
      if (isFull && !hasRicher) return true;
    }
  }
  return false;
}

describe('for any tree, limits and cars', () => {
  test('the plan breaks no limit and states its figures rightly', () => {
    fc.assert(
      fc.property(anyProblem(), fc.constantFrom('respect' as const, 'relax' as const), (given, minimumCurrent) => {
        expect(checkPlan(given, shareFairly(given, { minimumCurrent }), { minimumCurrent })).toEqual([]);
      }),
      { numRuns: 2 * RUNS },
    );
  });

  test('no car can be raised without lowering one that has no more than it', () => {
    fc.assert(
      fc.property(anyProblem(), fc.constantFrom('respect' as const, 'relax' as const), (given, minimumCurrent) => {
        const read =
          minimumCurrent === 'relax'
            ? { ...given, sessions: given.sessions.map((each) => ({ ...each, currentMinA: 0 })) }
            : given;
        expect(unfairlyHeldBack(read, shareFairly(given, { minimumCurrent }))).toEqual([]);
      }),
      { numRuns: 2 * RUNS },
    );
  });

  test('the same problem has the same plan, and the order of sessions and circuits changes nothing', () => {
    fc.assert(
      fc.property(anyProblem(), fc.nat(), (given, seed) => {
        const order = given.sessions
          .map((_, index) => index)
          .sort((a, b) => ((a * 7 + seed) % 11) - ((b * 7 + seed) % 11));
        const shuffled = {
          ...given,
          sessions: order.flatMap((index) => given.sessions[index] ?? []),
          circuits: [...given.circuits].reverse(),
        };
        const plan = shareFairly(given);
        expect(shareFairly(structuredClone(given))).toEqual(plan);
        const other = shareFairly(shuffled);
        expect(other.currentA).toEqual(order.map((index) => plan.currentA[index]));
        expect(other.limitedBy).toEqual(order.map((index) => plan.limitedBy[index]));
        expect(other.cost).toEqual(plan.cost);
      }),
      { numRuns: RUNS },
    );
  });

  test('more capacity never gives a smaller least share', () => {
    const leastShare = (given: ChargingProblem): number =>
      Math.min(
        Number.POSITIVE_INFINITY,
        ...shareFairly(given).currentA.flatMap((row, index) => {
          const one = given.sessions[index];
          const present =
            one !== undefined &&
            at(one.currentMaxA, 0) > 0 &&
            (one.arrivalMs ?? 0) <= (given.boundariesMs[0] ?? 0) &&
            (one.departureMs ?? Number.POSITIVE_INFINITY) >= (given.boundariesMs[1] ?? 0);
          return present ? [(row[0] ?? 0) / (one.weight ?? 1)] : [];
        }),
      );
    fc.assert(
      fc.property(
        anyProblem({ plentyOfEnergy: true }),
        fc.double({ min: 1, max: 3, noNaN: true }),
        fc.nat(),
        (given, factor, pick) => {
          const grow = (series: Series | 'unlimited'): Series | 'unlimited' =>
            series === 'unlimited'
              ? series
              : typeof series === 'number'
                ? series * factor
                : series.map((each) => each * factor);
          const larger = {
            ...given,
            circuits: given.circuits.map((each, index) =>
              index === pick % given.circuits.length
                ? { ...each, limitA: { L1: grow(each.limitA.L1), L2: grow(each.limitA.L2), L3: grow(each.limitA.L3) } }
                : each,
            ),
          };
          expect(leastShare(larger)).toBeGreaterThanOrEqual(leastShare(given) - 1e-6);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('no room is left that a car turned away could use, unless it is held for one that waited long', () => {
    fc.assert(
      fc.property(anyProblem({ plentyOfEnergy: true }), (drawn) => {
        const given = { ...drawn, sessions: drawn.sessions.map(({ lastSwitch: _, arrivalMs: _a, ...each }) => each) };
        const plan = shareFairly(given);
        for (const [index, one] of given.sessions.entries()) {
          if (plan.limitedBy[index]?.[0]?.by !== 'minimumCurrent') continue;
          // With everyone else at no more than they must have, the minimum would still overload something.
          const currentA = given.sessions.map((each, other) => {
            const planned = plan.currentA[other]?.[0] ?? 0;
            if (other === index) return [one.currentMinA];
            return [planned === 0 ? 0 : Math.min(planned, Math.max(each.currentMinA, at(each.reservedA ?? 0, 0)))];
          });
          const first = { ...given, boundariesMs: given.boundariesMs.slice(0, 2) };
          const found = checkPlan(atFirstSlot(first), {
            ...plan,
            currentA,
            limitedBy: currentA.map(() => [{ by: 'evse' }]),
          });
          expect(found.some(({ rule }) => rule === 'circuit' || rule === 'powerLimit')).toBe(true);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

function atFirstSlot(given: ChargingProblem): ChargingProblem {
  const first = (series: Series) => at(series, 0);
  const limit = (series: Series | 'unlimited') => (series === 'unlimited' ? series : first(series));
  return {
    boundariesMs: given.boundariesMs.slice(0, 2),
    energyPricePerKwh: given.energyPricePerKwh.slice(0, 1),
    circuits: given.circuits.map(({ limitA, powerLimitW, ...each }) => ({
      ...each,
      limitA: { L1: limit(limitA.L1), L2: limit(limitA.L2), L3: limit(limitA.L3) },
      ...(powerLimitW === undefined ? {} : { powerLimitW: first(powerLimitW) }),
    })),
    sessions: given.sessions.map((each) => ({
      ...each,
      currentMaxA: first(each.currentMaxA),
      reservedA: first(each.reservedA ?? 0),
    })),
  };
}
