import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ChargingPlan, type ChargingProblem, checkPlan, optimize } from '../../../optimizer/index.js';
import { PlanDocument } from '../../../src/api/optimize/planDocument.js';
import type { ProblemDocument } from '../../../src/api/optimize/problemDocument.js';
import type { SolveOptions, Solver, SolverResult } from '../../../src/plan/solver.js';
import { SolverPool } from '../../../src/solver/solverPool.js';
import { InlineSolver } from '../../support/inlineSolver.js';
import { SOURCE_WORKER } from '../../support/sourceWorker.js';
import { VirtualClock } from '../../support/virtualClock.js';
import { exampleOf, PROBLEM } from './exchanges.js';
import { addKey, type Harness, KEY, startApi } from './harness.js';
import { GOOD, post, slotsOf, withCharge, withSession } from './optimizeRequests.js';

/** Answers what a test says, when it says so. */
class ToldSolver implements Solver {
  readonly asked: { readonly problem: ChargingProblem; readonly options: SolveOptions }[] = [];
  readonly #waiting: ((result: SolverResult) => void)[] = [];
  result: SolverResult | 'later' = 'later';

  solve(given: ChargingProblem, options: SolveOptions): Promise<SolverResult> {
    this.asked.push({ problem: given, options });
    if (this.result !== 'later') return Promise.resolve(this.result);
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  answer(result: SolverResult): void {
    this.#waiting.shift()?.(result);
  }

  async close(): Promise<void> {}
}

describe('POST optimize', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startApi();
  });
  afterAll(async () => harness.app.close());

  it('answers the plan of the optimizer, whole', async () => {
    const { status, headers, body } = await post(harness, GOOD);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(body).toEqual(optimize(GOOD));
    expect(checkPlan(GOOD, body as ChargingPlan)).toEqual([]);
  });

  it('answers a plan for nobody', async () => {
    const { body } = await post(harness, { ...GOOD, sessions: [] });
    expect(body).toMatchObject({ currentA: [], limitedBy: [], energyWh: [] });
  });

  it('takes every member of the optimizer types, and no other', async () => {
    // Typed so that a member added to the optimizer's types, or to the document, is missing here until it is in both.
    const everything: Everything<ChargingProblem> = {
      boundariesMs: [...GOOD.boundariesMs],
      energyPricePerKwh: [...GOOD.energyPricePerKwh],
      circuits: [
        {
          id: 'grid',
          parentId: null,
          limitA: { L1: 20, L2: slotsOf(20), L3: 'unlimited' },
          powerLimitW: slotsOf(9_000),
        },
        { id: 'row', parentId: 'grid', limitA: { L1: 20, L2: 20, L3: 20 }, powerLimitW: 9_000 },
      ],
      sessions: [
        {
          id: 'a',
          circuitId: 'row',
          phases: ['L1', 'L3'],
          voltageV: 230,
          currentMinA: 6,
          currentMaxA: slotsOf(16),
          arrivalMs: GOOD.boundariesMs[1] ?? 0,
          departureMs: GOOD.boundariesMs[20] ?? 0,
          energyWh: 10_000,
          shortfallPricePerKwh: 1,
          weight: 2,
          reservedA: slotsOf(6),
          promisedA: 6,
          lastSwitch: { on: true, atMs: GOOD.boundariesMs[0] ?? 0 },
        },
      ],
      demandCharges: [
        {
          circuitId: 'grid',
          pricePerKw: 4,
          peakSoFarKw: 10,
          baseLoadKw: slotsOf(-2),
          weight: slotsOf(1),
          windowMs: 900_000,
          windowSoFarKwh: 0,
          slots: [0, 24],
        },
      ],
    };
    const inBoth: Everything<Omit<ProblemDocument, 'options'>> & Everything<ChargingProblem> = everything;
    const { status, body } = await post(harness, inBoth);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(checkPlan(everything, body as ChargingPlan)).toEqual([]);
  });

  it('answers its own example with the example of its answer', async () => {
    const { body } = await post(harness, PROBLEM);
    expect(rounded(body)).toEqual(exampleOf(PlanDocument));
  });
});

describe('what the solver says', () => {
  let harness: Harness;
  let solver: ToldSolver;
  beforeEach(async () => {
    solver = new ToldSolver();
    harness = await startApi({ optimizer: solver });
    await addKey(harness.store, `${KEY}-of-another`);
  });
  afterEach(async () => harness.app.close());

  it('is asked with the limits of the body, or 5 s', async () => {
    solver.result = { outcome: 'busy' };
    await post(harness, GOOD);
    await post(harness, { ...GOOD, options: { timeLimitMs: 700, gap: 0.1, minimumCurrent: 'relax' } });
    expect(solver.asked.map(({ options }) => options)).toEqual([
      { timeLimitMs: 5_000 },
      { timeLimitMs: 700, gap: 0.1, minimumCurrent: 'relax' },
    ]);
    expect(solver.asked[1]?.problem).toEqual(GOOD);
  });

  it.each<[SolverResult, number, string]>([
    [{ outcome: 'busy' }, 503, 'OVERLOADED'],
    [{ outcome: 'superseded' }, 503, 'OVERLOADED'],
    [{ outcome: 'timedOut' }, 504, 'OPTIMIZER_TIMEOUT'],
    [{ outcome: 'failed', detail: 'secret stack' }, 500, 'INTERNAL'],
    [{ outcome: 'invalid', code: 'EMPTY', field: '/x', detail: 'is empty' }, 422, 'INVALID_PROBLEM'],
  ])('$outcome is answered as a problem', async (result, status, code) => {
    solver.result = result;
    const answer = await post(harness, GOOD);
    expect(answer.body).toMatchObject({ status, code });
    expect(answer.headers['retry-after']).toBe(status === 503 ? '5' : undefined);
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    if (code === 'INTERNAL') expect(harness.log.join('')).toContain('secret stack');
  });

  it('is answered as one document, however many writes it takes', async () => {
    const plan = optimize(GOOD);
    const many = <T>(rows: readonly T[]): readonly T[] => Array.from({ length: 1_000 }, () => rows).flat();
    const large = { ...plan, currentA: many(plan.currentA), limitedBy: many(plan.limitedBy) };
    solver.result = { outcome: 'solved', plan: large, solveMs: 1 };
    expect((await post(harness, GOOD)).body).toEqual(large);
  });

  it('leaves no more than a few of one key under way; another key is served', async () => {
    const under = Array.from({ length: 4 }, () => post(harness, GOOD));
    await expect.poll(() => solver.asked.length).toBe(4);
    const refused = await post(harness, GOOD);
    expect(refused.body).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS' });
    expect(refused.headers['retry-after']).toBe('5');
    const other = post(harness, GOOD, { headers: { authorization: `Bearer ${KEY}-of-another` } });
    await expect.poll(() => solver.asked.length).toBe(5);
    for (const _ of [...under, other]) solver.answer({ outcome: 'timedOut' });
    await Promise.all([...under, other]);
    solver.result = { outcome: 'timedOut' };
    expect((await post(harness, GOOD)).status).toBe(504);
  });
});

describe('behind a real thread', () => {
  it('answers the same as in this one', async () => {
    const pool = new SolverPool({ clock: new VirtualClock(0), workers: 1, waitingMax: 4, worker: SOURCE_WORKER });
    const harness = await startApi({ optimizer: pool });
    const inline = await startApi({ optimizer: new InlineSolver() });
    try {
      const given = { ...withCharge({ windowMs: 1_800_000 }), options: { timeLimitMs: 30_000 } };
      const { status, body } = await post(harness, given);
      expect(status).toBe(200);
      expect(body).toEqual((await post(inline, given)).body);
      const invalid = await post(harness, withSession({ reservedA: slotsOf(6).slice(1) }));
      expect(invalid.body).toMatchObject({
        code: 'INVALID_PROBLEM',
        problemCode: 'WRONG_LENGTH',
        field: '/sessions/0/reservedA',
      });
    } finally {
      await harness.app.close();
      await inline.app.close();
      await pool.close();
    }
  });
});

/** Every member required, however deep. */
type Everything<T> = T extends readonly (infer I)[]
  ? number extends T['length']
    ? Everything<I>[]
    : { -readonly [K in keyof T]: T[K] }
  : T extends object
    ? { -readonly [K in keyof T]-?: Everything<T[K]> }
    : T;

/** What is computed is off by very little. */
function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_name, member) =>
    typeof member === 'number' ? Number(member.toFixed(6)) : member,
  );
}
