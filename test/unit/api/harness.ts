import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { buildApi } from '../../../src/api/api.js';
import type { ApiOptions } from '../../../src/api/options.js';
import type { Clock } from '../../../src/site/clock.js';
import { InlineSolver } from '../../support/inlineSolver.js';
import { FakeService, NOW_MS } from './fakeService.js';

export const KEY = 'the-admin-key';
export const AUTHORIZED = { authorization: `Bearer ${KEY}` };

/** Time that only moves when it is told to. */
export class ManualClock implements Clock {
  #nowMs = NOW_MS;
  readonly #timers = new Set<{ readonly dueMs: number; readonly run: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get pending(): number {
    return this.#timers.size;
  }

  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const [next] = [...this.#timers].filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.run();
    }
    this.#nowMs = untilMs;
  }
}

export interface Harness {
  readonly app: FastifyInstance;
  readonly service: FakeService;
  readonly clock: ManualClock;
  readonly metrics: Registry;
  readonly log: string[];
}

export async function startApi(overrides: Partial<ApiOptions> = {}): Promise<Harness> {
  const service = new FakeService();
  const clock = new ManualClock();
  const metrics = new Registry();
  const log: string[] = [];
  const app = await buildApi({
    service,
    optimizer: new InlineSolver(),
    isValidKey: async (key) => key === KEY,
    isReady: async () => ({ ready: true, reasons: [] }),
    metrics,
    clock,
    version: '0.0.0-test',
    logger: { level: 'debug', stream: { write: (line) => log.push(line) } },
    ...overrides,
    // A test machine that is short of processors must not turn answers into OVERLOADED.
    bounds: { eventLoopDelayMaxMs: 60_000, ...overrides.bounds },
  });
  return { app, service, clock, metrics, log };
}

export const SITE = {
  name: 'Depot Nord',
  timeZone: 'Europe/Stockholm',
  circuits: [
    { id: 'grid', limitA: { L1: 63, L2: 63, L3: 63 } },
    { id: 'row-a', parentId: 'grid', limitA: { L1: 32, L2: 32, L3: 32 }, baseLoadMaxA: { L2: 4 } },
  ],
  stations: [
    {
      id: 'CP001',
      circuitId: 'row-a',
      failsafeA: 6,
      evses: [
        { id: 1, kind: 'AC', phases: ['L1', 'L2', 'L3'], currentMaxA: 16 },
        { id: 2, kind: 'DC', phases: ['L1', 'L2', 'L3'], powerMaxW: 50_000, efficiency: 0.94 },
      ],
    },
  ],
};

export async function putSite({ app }: Pick<Harness, 'app'>, siteId = 'depot'): Promise<void> {
  const response = await app.inject({ method: 'PUT', url: `/v1/sites/${siteId}`, headers: AUTHORIZED, payload: SITE });
  if (response.statusCode !== 200) throw new Error(response.body);
}
