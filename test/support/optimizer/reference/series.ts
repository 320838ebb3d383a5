import type { ChargingProblem, ProblemSession, Series } from '../../../../optimizer/index.js';

// Written without the solver's code, for what is compared with it must not share its mistakes.

const MS_PER_HOUR = 3_600_000;

export function at(series: Series | undefined, slot: number, absent = 0): number {
  if (series === undefined) return absent;
  return typeof series === 'number' ? series : (series[slot] ?? absent);
}

export function slotCount(problem: ChargingProblem): number {
  return problem.boundariesMs.length - 1;
}

export function slotHours(problem: ChargingProblem, slot: number): number {
  return ((problem.boundariesMs[slot + 1] ?? 0) - (problem.boundariesMs[slot] ?? 0)) / MS_PER_HOUR;
}

export function kwPerAmpere(session: ProblemSession): number {
  return (session.voltageV * session.phases.length) / 1000;
}

/** What it can draw in a slot, by itself: nothing unless the slot lies wholly inside its stay. */
export function maximumA(problem: ChargingProblem, session: ProblemSession, slot: number): number {
  const startMs = problem.boundariesMs[slot] ?? 0;
  const endMs = problem.boundariesMs[slot + 1] ?? 0;
  const isEarly = session.arrivalMs !== undefined && startMs < session.arrivalMs;
  const isLate = session.departureMs !== undefined && endMs > session.departureMs;
  return isEarly || isLate || session.energyWh === 0 ? 0 : at(session.currentMaxA, slot);
}
