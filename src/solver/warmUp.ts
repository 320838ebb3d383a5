import { type ChargingProblem, optimize, type Phase, type ProblemCircuit } from '../../optimizer/index.js';
import { WARM_UP_MAX_MS, WARM_UP_ROUNDS_MAX } from './bounds.js';

// The first calls of the optimizer take several times as long as later ones, until the engine has compiled what they run through.
// So a new worker solves small problems that touch most of it, before anybody waits for an answer.

const SESSIONS = 24;
const SLOTS = 32;
const QUARTER_MS = 900_000;
const START_MS = Date.UTC(2026, 0, 5);
const PANELS = 4;
const PHASE_SETS: readonly (readonly Phase[])[] = [['L1'], ['L2'], ['L3'], ['L1', 'L2', 'L3'], ['L2', 'L3', 'L1']];

/** `nowMs` is any clock that runs evenly. What the optimizer throws here it throws. */
export function warmUp(nowMs: () => number): void {
  const startMs = nowMs();
  for (let round = 0; round < WARM_UP_ROUNDS_MAX && nowMs() - startMs < WARM_UP_MAX_MS; round++) {
    const problem = warmUpProblem(round + 1);
    const minimumCurrent = round % 4 === 3 ? 'relax' : 'respect';
    const options = { minimumCurrent, timeLimitMs: WARM_UP_MAX_MS, elapsedMs: () => nowMs() - startMs } as const;
    const previous = optimize(problem, options);
    optimize(problem, { ...options, previous });
  }
}

/** Tight enough that circuits bind, with prices that vary, a demand charge and minimums that do not all fit. */
function warmUpProblem(seed: number): ChargingProblem {
  const random = seededRandom(seed);
  const integer = (below: number) => Math.floor(random() * below);
  const slots = Array.from({ length: SLOTS }, (_, slot) => slot);
  return {
    boundariesMs: Array.from({ length: SLOTS + 1 }, (_, slot) => START_MS + slot * QUARTER_MS),
    circuits: [
      circuit('grid', null, 100),
      ...Array.from({ length: PANELS }, (_, panel): ProblemCircuit => {
        const own = circuit(`panel-${panel}`, 'grid', 40);
        return panel === 0 ? { ...own, powerLimitW: 15_000 } : own;
      }),
    ],
    sessions: Array.from({ length: SESSIONS }, (_, index) => ({
      id: `session-${index}`,
      circuitId: `panel-${index % PANELS}`,
      phases: PHASE_SETS[integer(PHASE_SETS.length)] ?? ['L1'],
      voltageV: 230,
      currentMinA: 6,
      currentMaxA: index % 2 === 0 ? 32 : slots.map(() => 16),
      arrivalMs: START_MS + integer(SLOTS / 2) * QUARTER_MS,
      departureMs: START_MS + (SLOTS / 2 + integer(SLOTS / 2)) * QUARTER_MS,
      energyWh: 5_000 + integer(30_000),
      shortfallPricePerKwh: 1 + random(),
      reservedA: index % 3 === 0 ? 6 : 0,
    })),
    energyPricePerKwh: slots.map(() => random() * 0.3 - 0.02),
    demandCharges: [{ circuitId: 'grid', pricePerKw: 4, peakSoFarKw: 10, windowMs: 4 * QUARTER_MS }],
  };
}

function circuit(id: string, parentId: string | null, limitA: number): ProblemCircuit {
  return { id, parentId, limitA: { L1: limitA, L2: limitA, L3: limitA } };
}

/** Mulberry32: the same problems on every start. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
