import { getPriority, setPriority } from 'node:os';
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { checkPlan, optimize } from '../../optimizer/index.js';
import type { SolveMessage, WorkerMessage, WorkerSettings } from './messages.js';
import { RequestSolver } from './requestSolver.js';
import { warmUp } from './warmUp.js';

// What runs in a worker thread: one problem after the other, each answered before the next is sent. It is the root of its thread
// as main.ts is of the process, so it is here that the clock is read.

const port = parentPort;
if (port === null) throw new Error('the solver worker must be started as a worker thread');

/** The most that the system knows. */
const NICENESS_MAX = 19;

const nowMs = () => performance.now();
const solver = new RequestSolver({ optimize, checkPlan, nowMs });

stepBack((workerData as WorkerSettings).niceness);
const ready: WorkerMessage = { type: 'ready', ...warmUpFault() };
port.on('message', (request: SolveMessage) => {
  const { message, buffers } = solver.solve(request);
  port.postMessage(message, buffers);
});
port.postMessage(ready);

/** The optimizer failed on a problem of ours. It may still do well on others. */
function warmUpFault(): { readonly warmUpFault?: string } {
  try {
    warmUp(nowMs);
    return {};
  } catch (error) {
    return { warmUpFault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** On Linux a priority belongs to the thread that asks; elsewhere it would be the whole process that steps back. */
function stepBack(niceness: number): void {
  if (process.platform !== 'linux' || niceness <= 0) return;
  setPriority(Math.min(NICENESS_MAX, getPriority() + niceness));
}
