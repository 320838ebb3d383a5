/**
 * Time for a whole call of shareFairly(): checking, layout, allocation, cost, bound. Seeded problems on a three-level tree, tight
 * enough that circuits bind. Prints one JSON line per size; beside it, the time to only read and write the plan's numbers once,
 * which no planner can beat.
 */
import { arch, cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { type ChargingProblem, checkPlan, type Phase, type ProblemCircuit, shareFairly } from '../optimizer/index.js';

const SEED = 20_260_105;
const ROUNDS = 25;
const QUARTER_MS = 900_000;
const FEEDERS = 5;
const PANELS_PER_FEEDER = 8;
const PHASE_SETS: readonly (readonly Phase[])[] = [['L1'], ['L2'], ['L3'], ['L1', 'L2', 'L3'], ['L2', 'L3', 'L1']];

for (const [sessions, slots] of [
  [24, 32],
  [500, 32],
  [1000, 96],
] as const) {
  const given = seededProblem(sessions, slots);
  const violations = checkPlan(given, shareFairly(given)).length;
  if (violations > 0) throw new Error(`the plan of ${sessions} x ${slots} breaks ${violations} rules`);
  const times = sortedTimes(() => shareFairly(given));
  const floor = sortedTimes(() => given.sessions.map(() => new Array<number>(slots).fill(1)));
  console.log(
    JSON.stringify({
      benchmark: 'fairShare',
      sessions,
      slots,
      circuits: given.circuits.length,
      medianMs: at(times, 0.5),
      p95Ms: at(times, 0.95),
      bestMs: at(times, 0),
      floorMs: at(floor, 0.5),
      rounds: ROUNDS,
      seed: SEED,
      node: process.version,
      machine: `${cpus().length} x ${cpus()[0]?.model ?? arch()}`,
    }),
  );
}

function sortedTimes(run: () => unknown): readonly number[] {
  for (let round = 0; round < 5; round++) run();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = performance.now();
    run();
    times.push(performance.now() - startedMs);
  }
  return times.sort((a, b) => a - b);
}

function at(sorted: readonly number[], quantile: number): number {
  const index = Math.min(sorted.length - 1, Math.floor(quantile * sorted.length));
  return Number((sorted[index] ?? 0).toFixed(3));
}

function seededProblem(count: number, slots: number): ChargingProblem {
  const random = seededRandom(SEED);
  const startMs = Date.UTC(2026, 0, 5);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  return {
    boundariesMs: Array.from({ length: slots + 1 }, (_, index) => startMs + index * QUARTER_MS),
    circuits: tree(count),
    sessions: Array.from({ length: count }, (_, index) => {
      const arrival = Math.floor(random() * slots * 0.5);
      const departure = Math.ceil(slots * 0.5 + random() * slots * 0.5);
      return {
        id: `session-${index}`,
        circuitId: `panel-${Math.floor(random() * FEEDERS)}-${Math.floor(random() * PANELS_PER_FEEDER)}`,
        phases: pick(PHASE_SETS),
        voltageV: 230,
        currentMinA: 6,
        currentMaxA: pick([16, 32]),
        arrivalMs: startMs + arrival * QUARTER_MS,
        departureMs: startMs + departure * QUARTER_MS,
        energyWh: 5_000 + random() * 40_000,
        shortfallPricePerKwh: 1 + random(),
        weight: pick([1, 1, 1, 2]),
      };
    }),
    energyPricePerKwh: Array.from({ length: slots }, () => random() * 0.3 - 0.02),
  };
}

function tree(count: number): readonly ProblemCircuit[] {
  const circuit = (id: string, parentId: string | null, limitA: number): ProblemCircuit => ({
    id,
    parentId,
    limitA: { L1: limitA, L2: limitA, L3: limitA },
  });
  const circuits = [circuit('grid', null, count * 2.5)];
  for (let feeder = 0; feeder < FEEDERS; feeder++) {
    circuits.push({ ...circuit(`feeder-${feeder}`, 'grid', count * 0.6), powerLimitW: count * 400 });
    for (let panel = 0; panel < PANELS_PER_FEEDER; panel++) {
      circuits.push(circuit(`panel-${feeder}-${panel}`, `feeder-${feeder}`, Math.max(16, count * 0.09)));
    }
  }
  return circuits;
}

/** Mulberry32: small, seeded, good enough to draw problems with. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
