import type { Clock } from '../site/clock.js';

const MAX_INT31 = 2_147_483_647;
const NS_PER_MS = 1e6;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, Math.max(0, Math.min(delayMs, MAX_INT31)));
    return () => clearTimeout(timer);
  },
};

/** Never set back, goes on while the process is stopped, and is the same in all threads of a process. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / NS_PER_MS;
}
