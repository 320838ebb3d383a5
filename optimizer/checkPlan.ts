import { recomputeFigures } from './checkFigures.js';
import type {
  ChargingPlan,
  ChargingProblem,
  Phase,
  ProblemCircuit,
  ProblemSession,
  Series,
  Violation,
} from './types.js';
import { validateProblem } from './validate.js';

// Written without the solver's layout, stages or cost: a mistake there must not be repeated here. Slow and plain on purpose.

/** Relative to the limit, and at least this much in A, W or Wh. Currents are later rounded down to 0.1 A. */
const TOLERANCE = 1e-6;

/**
 * Everything in which a plan breaks its problem or misstates itself; empty for a good plan. Throws InvalidProblem for a malformed
 * problem.
 *
 * Each circuit, phase and slot must satisfy: sum of max(reservedA, currentA) <= max(limitA, sum of reservedA). Where reservations
 * alone exceed a limit, that excess is the reservations' doing and not reported; but then no current above them may be planned.
 */
export function checkPlan(
  problem: ChargingProblem,
  plan: ChargingPlan,
  options: { readonly minimumCurrent?: 'respect' | 'relax' } = {},
): readonly Violation[] {
  validateProblem(problem);
  const slots = problem.boundariesMs.length - 1;
  const misshapen = checkShape(problem.sessions.length, slots, plan);
  if (misshapen.length > 0) return misshapen;
  const relaxed = options.minimumCurrent === 'relax';
  const below = sessionsBelow(problem);
  return [
    ...problem.sessions.flatMap((session, index) => checkSession(problem, session, { index, plan, relaxed })),
    ...problem.circuits.flatMap((circuit) =>
      checkCircuit(problem, plan, { circuit, below: below.get(circuit.id) ?? [] }),
    ),
    ...checkFigures(problem, plan),
  ];
}

function checkShape(sessions: number, slots: number, plan: ChargingPlan): readonly Violation[] {
  const found: Violation[] = [];
  const wrong = (field: string, detail: string) => found.push({ rule: 'shape', field, detail });
  for (const name of ['currentA', 'limitedBy', 'energyWh', 'shortfallWh'] as const) {
    if (plan[name].length !== sessions) wrong(`/${name}`, `has ${plan[name].length} entries for ${sessions} sessions`);
  }
  for (const name of ['currentA', 'limitedBy'] as const) {
    for (const [index, row] of plan[name].entries()) {
      if (row.length !== slots) wrong(`/${name}/${index}`, `has ${row.length} entries for ${slots} slots`);
    }
  }
  for (const [index, row] of plan.currentA.entries()) {
    const slot = row.findIndex((currentA) => !Number.isFinite(currentA));
    if (slot >= 0) wrong(`/currentA/${index}/${slot}`, 'is not a finite number');
  }
  return found;
}

function checkSession(
  problem: ChargingProblem,
  session: ProblemSession,
  of: { readonly index: number; readonly plan: ChargingPlan; readonly relaxed: boolean },
): readonly Violation[] {
  const found: Violation[] = [];
  let energyWh = 0;
  for (const [slot, currentA] of (of.plan.currentA[of.index] ?? []).entries()) {
    const at = { session: of.index, slot, currentA };
    const startMs = problem.boundariesMs[slot] ?? 0;
    const endMs = problem.boundariesMs[slot + 1] ?? 0;
    energyWh += (currentA * session.voltageV * session.phases.length * (endMs - startMs)) / 3_600_000;
    if (currentA < 0) found.push({ rule: 'negativeCurrent', ...at });
    if (currentA <= 0) continue;
    const tooEarly = session.arrivalMs !== undefined && startMs < session.arrivalMs;
    const tooLate = session.departureMs !== undefined && endMs > session.departureMs;
    if (tooEarly || tooLate) found.push({ rule: 'absent', ...at });
    const maxA = seriesAt(session.currentMaxA, slot);
    if (exceeds(currentA, maxA)) found.push({ rule: 'aboveMaximum', ...at, limitA: maxA });
    if (!of.relaxed && exceeds(session.currentMinA, currentA)) {
      found.push({ rule: 'belowMinimum', ...at, limitA: session.currentMinA });
    }
  }
  if (exceeds(energyWh, session.energyWh)) {
    found.push({ rule: 'energyExceeded', session: of.index, energyWh, limitWh: session.energyWh });
  }
  return found;
}

/** Per circuit, the indices of the sessions that it feeds, itself or through circuits below it. */
function sessionsBelow(problem: ChargingProblem): ReadonlyMap<string, readonly number[]> {
  const parents = new Map(problem.circuits.map((circuit) => [circuit.id, circuit.parentId]));
  const below = new Map<string, number[]>(problem.circuits.map((circuit) => [circuit.id, []]));
  for (const [index, session] of problem.sessions.entries()) {
    for (let at: string | null = session.circuitId; at !== null; at = parents.get(at) ?? null)
      below.get(at)?.push(index);
  }
  return below;
}

function checkCircuit(
  problem: ChargingProblem,
  plan: ChargingPlan,
  of: { readonly circuit: ProblemCircuit; readonly below: readonly number[] },
): readonly Violation[] {
  const found: Violation[] = [];
  const { id: circuitId, limitA: limits, powerLimitW } = of.circuit;
  for (let slot = 0; slot < problem.boundariesMs.length - 1; slot++) {
    const loadA = { L1: 0, L2: 0, L3: 0 };
    const reservedA = { L1: 0, L2: 0, L3: 0 };
    let loadW = 0;
    let reservedW = 0;
    for (const index of of.below) {
      const session = problem.sessions[index] as ProblemSession;
      const reserved = seriesAt(session.reservedA ?? 0, slot);
      const load = Math.max(reserved, plan.currentA[index]?.[slot] ?? 0);
      if (load === 0) continue;
      for (const phase of session.phases) {
        loadA[phase] += load;
        reservedA[phase] += reserved;
      }
      loadW += load * session.voltageV * session.phases.length;
      reservedW += reserved * session.voltageV * session.phases.length;
    }
    for (const phase of ['L1', 'L2', 'L3'] as const satisfies readonly Phase[]) {
      const limit = limits[phase];
      if (limit === 'unlimited') continue;
      const limitA = Math.max(seriesAt(limit, slot), reservedA[phase]);
      if (!exceeds(loadA[phase], limitA)) continue;
      found.push({ rule: 'circuit', circuitId, phase, slot, loadA: loadA[phase], limitA });
    }
    if (powerLimitW === undefined) continue;
    const limitW = Math.max(seriesAt(powerLimitW, slot), reservedW);
    if (exceeds(loadW, limitW)) found.push({ rule: 'powerLimit', circuitId, slot, loadW, limitW });
  }
  return found;
}

/** What the plan says of itself, against what its currents give. */
function checkFigures(problem: ChargingProblem, plan: ChargingPlan): readonly Violation[] {
  const actual = recomputeFigures(problem, plan);
  const found: Violation[] = [];
  const compare = (field: string, reported: number | undefined, real: number) => {
    const differs = reported === undefined || !(Math.abs(reported - real) <= TOLERANCE * Math.max(1, Math.abs(real)));
    if (differs) found.push({ rule: 'misreported', field, reported: reported ?? Number.NaN, actual: real });
  };
  for (const [index, energyWh] of actual.energyWh.entries()) {
    compare(`/energyWh/${index}`, plan.energyWh[index], energyWh);
    compare(`/shortfallWh/${index}`, plan.shortfallWh[index], actual.shortfallWh[index] ?? 0);
  }
  for (const name of ['energy', 'demand', 'shortfall', 'total'] as const) {
    compare(`/cost/${name}`, plan.cost[name], actual.cost[name]);
  }
  compare('/gap', plan.gap, (actual.cost.total - plan.lowerBound) / Math.max(0.01, Math.abs(plan.lowerBound)));
  // A plan is its own witness: what it costs is possible, so a bound above it is false.
  if (exceeds(plan.lowerBound, actual.cost.total)) {
    found.push({ rule: 'misreported', field: '/lowerBound', reported: plan.lowerBound, actual: actual.cost.total });
  }
  return found;
}

function exceeds(value: number, limit: number): boolean {
  return value > limit + TOLERANCE * Math.max(1, Math.abs(limit));
}

function seriesAt(series: Series, slot: number): number {
  return typeof series === 'number' ? series : (series[slot] ?? 0);
}
