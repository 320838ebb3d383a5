import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChargingPlan, checkPlan } from '../../optimizer/index.js';
import { circuit, problem, session } from '../unit/optimizer/problems.js';
import { ServiceProcess } from './support/serviceProcess.js';

const SLOTS = 96;

let dataDir: string;
let service: ServiceProcess;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-optimize-'));
  service = await ServiceProcess.start({ dataDir });
}, 60_000);

afterAll(async () => {
  await service?.kill();
  await rm(dataDir, { recursive: true, force: true });
});

/** Enough for a plan, and far from what a request may take on a machine that is busy with other tests. */
const OPTIONS = { timeLimitMs: 1_000 };

/** 30 cars on two rows, a power limit, reservations per slot and a demand charge. */
const PROBLEM = problem(
  150,
  Array.from({ length: 30 }, (_, index) =>
    session(`car-${index}`, {
      circuitId: index % 2 === 0 ? 'row-a' : 'row-b',
      phases: index % 3 === 0 ? ['L2'] : ['L1', 'L2', 'L3'],
      currentMaxA: new Array<number>(SLOTS).fill(16 + (index % 17)),
      reservedA: index % 5 === 0 ? 6 : 0,
      energyWh: 20_000 + 1_000 * index,
      shortfallPricePerKwh: 1 + index / 30,
    }),
  ),
  {
    slots: SLOTS,
    circuits: [
      circuit('grid', null, 150),
      circuit('row-a', 'grid', 80),
      { ...circuit('row-b', 'grid', new Array<number>(SLOTS).fill(100)), powerLimitW: 45_000 },
    ],
    demandCharges: [{ circuitId: 'grid', pricePerKw: 3, peakSoFarKw: 40, windowMs: 3_600_000 }],
  },
);

test('a posted problem is answered with a plan that keeps every limit and says what it costs', async () => {
  const { status, body } = await service.api.request('POST', '/v1/optimize', { ...PROBLEM, options: OPTIONS });
  expect(status, JSON.stringify(body).slice(0, 500)).toBe(200);
  expect(checkPlan(PROBLEM, body as ChargingPlan)).toEqual([]);
  expect((body as ChargingPlan).currentA.flat().some((currentA) => currentA > 0)).toBe(true);
});

test('several at once are each answered with their own plan', async () => {
  const sizes = [5, 15, 30];
  const plans = await Promise.all(
    sizes.map(async (size) => {
      const given = { ...PROBLEM, sessions: PROBLEM.sessions.slice(0, size) };
      const { body } = await service.api.request('POST', '/v1/optimize', { ...given, options: OPTIONS });
      expect(checkPlan(given, body as ChargingPlan)).toEqual([]);
      return body as ChargingPlan;
    }),
  );
  expect(plans.map(({ currentA }) => currentA.length)).toEqual(sizes);
});

test('a malformed problem is answered with the code and the field of the optimizer', async () => {
  const given = { ...PROBLEM, energyPricePerKwh: PROBLEM.energyPricePerKwh.slice(1) };
  const { status, body } = await service.api.request('POST', '/v1/optimize', given);
  expect(status).toBe(422);
  expect(body).toMatchObject({ code: 'INVALID_PROBLEM', problemCode: 'WRONG_LENGTH', field: '/energyPricePerKwh' });
});

test('the metrics say how the requests ended, and that nothing waits', async () => {
  const metrics = await (await fetch(`${service.httpUrl}/metrics`)).text();
  expect(metrics).toMatch(/evenkeel_optimizer_solve_seconds_count\{pool="api",outcome="solved"\} 4/);
  expect(metrics).toMatch(/evenkeel_optimizer_solve_seconds_count\{pool="api",outcome="invalid"\} 1/);
  expect(metrics).toContain('evenkeel_optimizer_queue_length{pool="api"} 0');
  expect(metrics).toContain('evenkeel_optimizer_queue_length{pool="site"} 0');
});

test('it ends in good order, its threads too', async () => {
  expect(await service.stop()).toEqual({ code: 0, signal: null });
});
