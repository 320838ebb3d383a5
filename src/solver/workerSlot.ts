import { Worker } from 'node:worker_threads';
import type { ChargingProblem } from '../../optimizer/index.js';
import type { SolveOptions, SolverResult } from '../plan/solver.js';
import { assertNever } from '../site/assertNever.js';
import type { Clock } from '../site/clock.js';
import { hardLimitMs, restartIntervalMs, START_MAX_MS, WORKER_HEAP_MAX_MB } from './bounds.js';
import type { SolveMessage, WorkerMessage, WorkerSettings } from './messages.js';
import { packNumbers } from './packNumbers.js';
import { unpackPlan } from './packPlan.js';

/** One call of solve, until it is settled. */
export interface SolveRequest {
  readonly problem: ChargingProblem;
  readonly options: SolveOptions;
  /** To be called once. */
  readonly settle: (result: SolverResult) => void;
}

export interface SlotOptions {
  readonly clock: Clock;
  readonly worker: WorkerProgram;
  readonly settings: WorkerSettings;
  readonly begins: WorkerBegin;
  /** A worker ended that nobody told to, had to be ended, or is not well. */
  readonly onFault: (detail: string) => void;
  /** A request left the queue for the worker. */
  readonly onBegin: (request: SolveRequest) => void;
}

/** When its thread is started: with the slot, so that it is warm when somebody asks, or by the first request, which waits for that. */
export type WorkerBegin = 'atOnce' | 'whenAsked';

/** What a worker thread runs. */
export interface WorkerProgram {
  readonly url: URL;
  /** Options for Node, such as what compiles TypeScript. Default none. */
  readonly execArgv?: readonly string[];
}

type State =
  | { readonly is: 'notAsked' }
  | { readonly is: 'starting'; readonly worker: Worker; readonly cancelLimit: () => void }
  | { readonly is: 'idle'; readonly worker: Worker }
  | {
      readonly is: 'solving';
      readonly worker: Worker;
      readonly request: SolveRequest;
      readonly cancelLimit: () => void;
    }
  | { readonly is: 'down'; readonly cancelStart: () => void }
  | { readonly is: 'closed' };

/**
 * One worker thread, and whatever takes its place when it dies; and the requests that wait for it. Its thread never keeps the
 * process alive.
 */
export class WorkerSlot {
  readonly #options: SlotOptions;
  readonly #queue: SolveRequest[] = [];
  readonly #ending = new Set<Promise<unknown>>();
  #state: State;
  #startedMs = 0;
  #deathsInARow = 0;
  /** The last one died before it could take any work, so there is no saying when one will. */
  #failedToStart: string | undefined;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.#state = options.begins === 'atOnce' ? this.#start() : { is: 'notAsked' };
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** How many requests come before the next one. */
  get load(): number {
    return this.#queue.length + (this.#state.is === 'solving' ? 1 : 0);
  }

  /** Where an older request of the same key waits, the newer takes its place in the queue. */
  replace(request: SolveRequest): boolean {
    const { warmKey } = request.options;
    const index = this.#queue.findIndex(({ options }) => warmKey !== undefined && options.warmKey === warmKey);
    const [older] = index < 0 ? [] : this.#queue.splice(index, 1, request);
    older?.settle({ outcome: 'superseded' });
    return older !== undefined;
  }

  add(request: SolveRequest): void {
    if (this.#failedToStart !== undefined) {
      request.settle({ outcome: 'failed', detail: this.#failedToStart });
      return;
    }
    this.#queue.push(request);
    if (this.#state.is === 'notAsked') this.#state = this.#start();
    else this.#next();
  }

  async close(): Promise<void> {
    const state = this.#state;
    this.#state = { is: 'closed' };
    for (const request of this.#queue.splice(0)) request.settle({ outcome: 'busy' });
    switch (state.is) {
      case 'solving':
        state.cancelLimit();
        state.request.settle({ outcome: 'busy' });
        this.#end(state.worker);
        break;
      case 'starting':
        state.cancelLimit();
        this.#end(state.worker);
        break;
      case 'idle':
        this.#end(state.worker);
        break;
      case 'down':
        state.cancelStart();
        break;
      case 'notAsked':
      case 'closed':
        break;
      default:
        assertNever(state);
    }
    await Promise.all(this.#ending);
  }

  #start(): State {
    const { clock, worker: program, settings } = this.#options;
    this.#startedMs = clock.nowMs();
    const worker = new Worker(program.url, {
      execArgv: [...(program.execArgv ?? [])],
      // It needs nothing of the environment, which holds keys.
      env: {},
      workerData: settings,
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MAX_MB },
    });
    worker.unref();
    // A worker says nothing more once it has been taken off its place: `#state` then holds another.
    const mine = (): boolean => 'worker' in this.#state && this.#state.worker === worker;
    worker.on('message', (message: WorkerMessage) => mine() && this.#receive(message));
    worker.on('messageerror', (error) => mine() && this.#died(`its answer can't be read: ${error.message}`));
    worker.on('error', (error) => mine() && this.#died(detailOf(error)));
    worker.on('exit', (code) => mine() && this.#died(`it ended with exit code ${code}`));
    const cancelLimit = clock.after(START_MAX_MS, () => mine() && this.#died('it did not get ready in time'));
    return { is: 'starting', worker, cancelLimit };
  }

  #receive(message: WorkerMessage): void {
    const state = this.#state;
    if (state.is === 'starting' && message.type === 'ready') {
      state.cancelLimit();
      this.#failedToStart = undefined;
      this.#state = { is: 'idle', worker: state.worker };
      if (message.warmUpFault !== undefined) this.#options.onFault(`it could not warm up: ${message.warmUpFault}`);
      this.#next();
    } else if (state.is === 'solving' && message.type !== 'ready') {
      state.cancelLimit();
      this.#deathsInARow = 0;
      this.#state = { is: 'idle', worker: state.worker };
      // First the next one to work on, then the reading of this one's plan.
      this.#next();
      state.request.settle(read(message));
    }
  }

  #next(): void {
    const state = this.#state;
    if (state.is !== 'idle') return;
    const request = this.#queue.shift();
    if (request === undefined) return;
    this.#options.onBegin(request);
    try {
      const { value: problem, buffers } = packNumbers(request.problem);
      state.worker.postMessage({ problem, options: request.options } satisfies SolveMessage, buffers);
    } catch (error) {
      request.settle({ outcome: 'failed', detail: detailOf(error) });
      this.#next();
      return;
    }
    const cancelLimit = this.#options.clock.after(hardLimitMs(request.options.timeLimitMs), () => this.#hung(request));
    this.#state = { is: 'solving', worker: state.worker, request, cancelLimit };
  }

  #hung(request: SolveRequest): void {
    if (this.#state.is !== 'solving' || this.#state.request !== request) return;
    this.#leave('it took far longer than its time limit', { outcome: 'timedOut' });
  }

  #died(detail: string): void {
    this.#leave(detail, { outcome: 'failed', detail: `The solver's thread died: ${detail}` });
  }

  /** Gives up the worker, with `result` for whom it worked for, and sees to it that another takes its place. */
  #leave(detail: string, result: SolverResult): void {
    const state = this.#state;
    if (state.is !== 'starting' && state.is !== 'idle' && state.is !== 'solving') return;
    const { clock, onFault } = this.#options;
    this.#deathsInARow += 1;
    const againInMs = this.#startedMs + restartIntervalMs(this.#deathsInARow) - clock.nowMs();
    const cancelStart = clock.after(Math.max(0, againInMs), () => {
      this.#state = this.#start();
    });
    this.#state = { is: 'down', cancelStart };
    this.#end(state.worker);
    onFault(detail);
    if (state.is !== 'idle') state.cancelLimit();
    if (state.is === 'solving') state.request.settle(result);
    if (state.is !== 'starting') return;
    this.#failedToStart = `The solver's thread does not start: ${detail}`;
    for (const request of this.#queue.splice(0)) request.settle({ outcome: 'failed', detail: this.#failedToStart });
  }

  #end(worker: Worker): void {
    const ended = worker.terminate().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }
}

type Answer = Exclude<WorkerMessage, { readonly type: 'ready' }>;

function read(message: Answer): SolverResult {
  try {
    return resultOf(message);
  } catch (error) {
    return { outcome: 'failed', detail: detailOf(error) };
  }
}

function resultOf(message: Answer): SolverResult {
  switch (message.type) {
    case 'solved':
      return { outcome: 'solved', plan: unpackPlan(message.plan), solveMs: message.solveMs };
    case 'invalid':
      return { outcome: 'invalid', code: message.code, field: message.field, detail: message.detail };
    case 'failed':
      return { outcome: 'failed', detail: message.detail };
    default:
      return assertNever(message);
  }
}

function detailOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
