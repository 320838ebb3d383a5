import { createHash, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Registry } from 'prom-client';
import type { Config } from '../config.js';
import type { Log } from '../control/ports.js';
import { solverMetrics } from '../metrics.js';
import type { Dialect } from '../ocpp/dialect.js';
import { createOcpp16Dialect } from '../ocpp/v16/dialect.js';
import { createOcpp21Dialect } from '../ocpp/v21/dialect.js';
import { createOcpp201Dialect } from '../ocpp/v201/dialect.js';
import type { Outbound } from '../outbound/outbound.js';
import type { RandomSource } from '../site/clock.js';
import { siteWorkers } from '../solver/bounds.js';
import { SolverPool, type SolverPoolOptions } from '../solver/solverPool.js';
import type { WholeStore } from '../store/store.js';
import { systemClock } from './clocks.js';

export { systemClock };

// What every role of the program stands on: the wall clock, chance, threads. Only src/main.ts and its roles know them.

const MAX_INT31 = 2_147_483_647;
/** One waiting for each site of a large installation; a site has no more than one. */
const SITE_PLANS_WAITING_MAX = 2_000;
/** Their bodies are kept in memory meanwhile. */
const API_PROBLEMS_WAITING_MAX = 8;
/** The event loop comes first, then the sites' plans, then strangers' problems. */
const SITE_NICENESS = 3;
const API_NICENESS = 8;

/** What a process was started with. */
export interface Parts {
  readonly config: Config;
  readonly store: WholeStore;
  readonly log: Log;
  /** For every call to an address that others gave us. */
  readonly outbound: Outbound;
  /** Made on this start, to be shown once. */
  readonly newKey: string | undefined;
}

export const secureRandom: RandomSource = { positiveInt31: () => randomInt(1, MAX_INT31) };

export interface Solvers {
  readonly site: SolverPool;
  readonly api: SolverPool;
}

interface SolverParts {
  readonly registry: Registry;
  readonly log: Log;
  /** Whether this process is one that owns sites. */
  readonly plansSites: boolean;
}

/**
 * Sites have their own threads, so that a problem sent to the API never delays a site's plan. Those are warm when a site first asks; most
 * services are never sent a problem, and so have no thread for it.
 */
export function startSolvers({ registry, log, plansSites }: SolverParts): Solvers {
  const metrics = solverMetrics(registry, () => ({ site: site.waiting, api: api.waiting }));
  const start = (
    pool: 'site' | 'api',
    bounds: Pick<SolverPoolOptions, 'workers' | 'waitingMax' | 'niceness' | 'begins'>,
  ) =>
    new SolverPool({
      ...bounds,
      clock: systemClock,
      metrics: metrics(pool),
      onFault: (detail) => log.error({ pool, detail }, 'a solver thread is not well'),
    });
  const site: SolverPool = start('site', {
    workers: siteWorkers(availableParallelism()),
    waitingMax: SITE_PLANS_WAITING_MAX,
    niceness: SITE_NICENESS,
    begins: plansSites ? 'atOnce' : 'whenAsked',
  });
  const api: SolverPool = start('api', {
    workers: 1,
    waitingMax: API_PROBLEMS_WAITING_MAX,
    niceness: API_NICENESS,
    begins: 'whenAsked',
  });
  return { site, api };
}

/** The OCPP versions spoken. Of what a station offers, the first of these is taken. */
export function createDialects() {
  const newRequestId = () => secureRandom.positiveInt31();
  return [createOcpp21Dialect(newRequestId), createOcpp201Dialect(newRequestId), createOcpp16Dialect()];
}

/** One piece a turn of the event loop, so that whoever waits is answered between them. */
export function warmUp(dialects: readonly Dialect[]): void {
  const pieces = dialects.flatMap((dialect) => dialect.warming());
  const next = (): void => {
    const piece = pieces.shift();
    if (piece === undefined) return;
    piece();
    setImmediate(next);
  };
  setImmediate(next);
}

export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

export function version(): string {
  const file = new URL(import.meta.resolve('evenkeel/package.json'));
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const found = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof found === 'string' ? found : 'unknown';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One clear line, and no service that runs otherwise than its operator thinks. */
export function refuseToStart(reason: string): undefined {
  process.stderr.write(`Evenkeel can not start: ${reason}\n`);
  process.exit(1);
}
