/** Sites beside each other on one machine rarely need more, and the event loop needs a core of its own. */
const SITE_WORKERS_MAX = 2;

/** How many threads plan sites on a machine of so many cores. */
export function siteWorkers(cores: number): number {
  return Math.min(SITE_WORKERS_MAX, Math.max(1, cores - 1));
}

/** A first plan is always finished, and a core may be shared: only what is far beyond its limit is taken to be hung. */
const HARD_LIMIT_FACTOR = 3;
const HARD_LIMIT_EXTRA_MS = 10_000;

/** How long a worker may take before it is ended by force. */
export function hardLimitMs(timeLimitMs: number): number {
  return timeLimitMs * HARD_LIMIT_FACTOR + HARD_LIMIT_EXTRA_MS;
}

/** Loading and warming up take about a second; a worker that is not ready by then is ended. */
export const START_MAX_MS = 30_000;

/** A thread that needs more ends, alone, with ERR_WORKER_OUT_OF_MEMORY. */
export const WORKER_HEAP_MAX_MB = 1_024;

/** Between two starts of the same worker: the first figure after one death, doubled with each further death in a row. */
const RESTART_INTERVAL_MS = 1_000;
const RESTART_INTERVAL_MAX_MS = 16_000;

export function restartIntervalMs(deathsInARow: number): number {
  return Math.min(RESTART_INTERVAL_MAX_MS, RESTART_INTERVAL_MS * 2 ** Math.max(0, deathsInARow - 1));
}

/** Plans that a worker keeps to begin the next from, and the session-slots that all of them may have together. */
export const WARM_PLANS_MAX = 2_000;
export const WARM_CELLS_MAX = 2_000_000;

/** A new worker warms up until it has solved this often, or for this long. */
export const WARM_UP_ROUNDS_MAX = 12;
export const WARM_UP_MAX_MS = 1_500;
