import type { ChargingProblem, ProblemCircuit, Series } from '../../optimizer/index.js';

// What happens to a site between two plans. Each answers a new problem of the same circuits, sessions and slots.

/** Those cars are still away: they want nothing. */
export function withoutCars(problem: ChargingProblem, indices: ReadonlySet<number>): ChargingProblem {
  const sessions = problem.sessions.map((session, index) =>
    indices.has(index) ? { ...session, energyWh: 0 } : session,
  );
  return { ...problem, sessions };
}

/** The root's limits times a factor for each phase and slot. */
export function withRootLimits(
  problem: ChargingProblem,
  factor: (phase: 'L1' | 'L2' | 'L3', slot: number) => number,
): ChargingProblem {
  const scaled = (circuit: ProblemCircuit, phase: 'L1' | 'L2' | 'L3'): Series | 'unlimited' => {
    const limit = circuit.limitA[phase];
    if (limit === 'unlimited') return limit;
    return problem.energyPricePerKwh.map(
      (_, slot) => (typeof limit === 'number' ? limit : (limit[slot] ?? 0)) * factor(phase, slot),
    );
  };
  return {
    ...problem,
    circuits: problem.circuits.map((circuit) => {
      if (circuit.parentId !== null) return circuit;
      return {
        ...circuit,
        limitA: { L1: scaled(circuit, 'L1'), L2: scaled(circuit, 'L2'), L3: scaled(circuit, 'L3') },
      };
    }),
  };
}
