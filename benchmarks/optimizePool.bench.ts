/**
 * What it costs to have the optimizer in another thread, and what a stranger's problem does to the event loop.
 * - Round trip: from the call of solve to its result, less the time that the worker's optimizer took. The peer is what plain
 *   structured clones of problem and plan take, which is what a worker costs that is simply sent both.
 * - Stall: the longest that GET /healthz takes while a problem is posted, solved and answered; all of it shares one event loop. The
 *   peer is JSON.parse of that body and JSON.stringify of that plan, each in one piece.
 */
import { Agent } from 'node:http';
import type { ChargingPlan, ChargingProblem, ProblemCircuit } from '../optimizer/index.js';
import type { Clock } from '../src/site/clock.js';
import { builtModule } from './support/children.js';
import { report } from './support/report.js';
import { exchange, startService } from './support/service.js';
import { median, quantile, seededRandom } from './support/statistics.js';

const { SolverPool }: typeof import('../src/solver/solverPool.js') = await import(
  builtModule('src/solver/solverPool.js')
);

const SEED = 20_261_126;
const WARM_UP_ROUNDS = 5;
const ROUNDS = 20;
const TIME_LIMIT_MS = 2_000;
const QUARTER_MS = 900_000;
const PANELS = 20;

const clock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

await measureRoundTrip(1_000, 112);
await measureStall(1_000, 96);

async function measureRoundTrip(sessions: number, slots: number): Promise<void> {
  const pool = new SolverPool({ clock, workers: 1, waitingMax: 4 });
  const problem = seededProblem(sessions, slots);
  const rounds: { readonly beside: number; readonly sent: number; readonly clone: number; readonly solve: number }[] =
    [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const startMs = performance.now();
    const result = pool.solve(problem, { timeLimitMs: TIME_LIMIT_MS });
    const sentMs = performance.now();
    const solved = await result;
    const endMs = performance.now();
    if (solved.outcome !== 'solved') throw new Error(JSON.stringify(solved));
    const clone = timeOf(() => structuredClone(problem)) + timeOf(() => structuredClone(solved.plan));
    const beside = endMs - startMs - solved.solveMs;
    if (round >= WARM_UP_ROUNDS) rounds.push({ beside, sent: sentMs - startMs, clone, solve: solved.solveMs });
  }
  await pool.close();
  const scene = { sessions, slots, solveMs: median(rounds.map(({ solve }) => solve)) };
  report({
    name: 'solver pool: round trip beside the solving',
    value: quantiles(rounds.map(({ beside }) => beside)),
    unit: 'ms',
    peer: { name: 'structuredClone of problem and plan', value: median(rounds.map(({ clone }) => clone)) },
    ratio: median(rounds.map(({ beside, clone }) => beside / clone)),
    repeats: ROUNDS,
    seed: SEED,
    scene,
  });
  report({
    name: 'solver pool: of that, on the event loop when it is sent',
    value: quantiles(rounds.map(({ sent }) => sent)),
    unit: 'ms',
    repeats: ROUNDS,
    seed: SEED,
    scene,
  });
}

async function measureStall(sessions: number, slots: number): Promise<void> {
  const service = await startService();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const body = { ...seededProblem(sessions, slots), options: { timeLimitMs: TIME_LIMIT_MS } };
  const rounds: { readonly stall: number; readonly whole: number; readonly pieces: number }[] = [];
  let bytes = 0;
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    let done = false;
    const latencies: number[] = [];
    const startMs = performance.now();
    const answer = service.send('POST', '/v1/optimize', body).finally(() => {
      done = true;
    });
    while (!done) {
      const askedMs = performance.now();
      await exchange({ agent, port: service.port, method: 'GET', path: '/healthz', body: undefined });
      latencies.push(performance.now() - askedMs);
    }
    const text = await answer;
    const whole = performance.now() - startMs;
    bytes = text.length;
    const plan = JSON.parse(text) as ChargingPlan;
    const sent = JSON.stringify(body);
    const pieces = Math.max(
      timeOf(() => JSON.parse(sent)),
      timeOf(() => JSON.stringify(plan)),
    );
    if (round >= WARM_UP_ROUNDS) rounds.push({ stall: Math.max(...latencies), whole, pieces });
  }
  agent.destroy();
  await service.stop();
  report({
    name: 'POST /v1/optimize: longest answer to GET /healthz meanwhile',
    value: quantiles(rounds.map(({ stall }) => stall)),
    unit: 'ms',
    peer: { name: 'JSON.parse or JSON.stringify in one piece', value: median(rounds.map(({ pieces }) => pieces)) },
    ratio: median(rounds.map(({ stall, pieces }) => stall / pieces)),
    aim: 'at most 100 ms',
    aimMet: median(rounds.map(({ stall }) => stall)) <= 100,
    repeats: ROUNDS,
    seed: SEED,
    scene: {
      sessions,
      slots,
      bodyBytes: JSON.stringify(body).length,
      answerBytes: bytes,
      wholeMs: median(rounds.map(({ whole }) => whole)),
    },
  });
}

function quantiles(values: readonly number[]): Readonly<Record<string, number>> {
  return { median: median(values), p95: quantile(values, 0.95) };
}

function timeOf(run: () => unknown): number {
  const startMs = performance.now();
  run();
  return performance.now() - startMs;
}

/** As the planner makes them: a current per slot for every car, on a tree tight enough that circuits bind. */
function seededProblem(count: number, slots: number): ChargingProblem {
  const random = seededRandom(SEED);
  const startMs = Date.UTC(2026, 0, 5);
  const circuit = (id: string, parentId: string | null, limitA: number): ProblemCircuit => ({
    id,
    parentId,
    limitA: { L1: limitA, L2: limitA, L3: limitA },
  });
  const panels = Array.from({ length: PANELS }, (_, panel) => circuit(`panel-${panel}`, 'grid', (count / PANELS) * 6));
  return {
    boundariesMs: Array.from({ length: slots + 1 }, (_, slot) => startMs + slot * QUARTER_MS),
    circuits: [circuit('grid', null, count * 4), ...panels],
    sessions: Array.from({ length: count }, (_, index) => ({
      id: `session-${index}`,
      circuitId: `panel-${index % PANELS}`,
      phases: index % 3 === 0 ? ['L1'] : ['L1', 'L2', 'L3'],
      voltageV: 230,
      currentMinA: 6,
      currentMaxA: Array.from({ length: slots }, () => 16 + random() * 16),
      arrivalMs: startMs + Math.floor(random() * slots * 0.5) * QUARTER_MS,
      departureMs: startMs + Math.ceil(slots * 0.5 + random() * slots * 0.5) * QUARTER_MS,
      energyWh: 5_000 + random() * 40_000,
      shortfallPricePerKwh: 1 + random(),
    })),
    energyPricePerKwh: Array.from({ length: slots }, () => random() * 0.3 - 0.02),
  };
}
