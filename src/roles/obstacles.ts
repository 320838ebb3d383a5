import { withinMs } from '../cluster/withinMs.js';
import type { Clock } from '../site/clock.js';

/** Before a probe gives up, which would be told nothing: deploy/ lets it wait for 3 s. */
const STORE_AT_MOST_MS = 2_000;

/** What keeps the sites from being served, in sentences; a store that hangs is said to, instead of waited for. */
export function obstaclesOfSites(
  sites: { obstacles(): Promise<readonly string[]> },
  clock: Clock,
): Promise<readonly string[]> {
  return withinMs(clock, STORE_AT_MOST_MS, sites.obstacles()).catch((error: unknown) => [
    `the store does not answer: ${error instanceof Error ? error.message : String(error)}`,
  ]);
}
