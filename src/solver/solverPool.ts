import type { ChargingProblem } from '../../optimizer/index.js';
import type { SolveOptions, Solver, SolverResult } from '../plan/solver.js';
import type { Clock } from '../site/clock.js';
import { type SolveRequest, type WorkerBegin, type WorkerProgram, WorkerSlot } from './workerSlot.js';

export interface SolverPoolOptions {
  readonly clock: Clock;
  readonly workers: number;
  /** Requests that may wait, for all workers together; those that replace another do not count. */
  readonly waitingMax: number;
  /** When its threads start. Default 'atOnce'. */
  readonly begins?: WorkerBegin;
  /** How much its threads step back for others, as of nice(1). Default 0. */
  readonly niceness?: number;
  readonly metrics?: SolverMetrics;
  /** A worker died or had to be ended, and is replaced; or it could not warm up. */
  readonly onFault?: (detail: string) => void;
  /** What the workers run. Default: the worker beside this file, as built. */
  readonly worker?: WorkerProgram;
}

export interface SolverMetrics {
  /** `tookMs`: since a worker began with it; 0 where none did. */
  settled(outcome: SolverResult['outcome'], tookMs: number): void;
}

/**
 * Runs the optimizer in a fixed number of threads, one problem at a time in each. Requests of one key go to the same thread, which
 * keeps that key's last plan; others go where least waits.
 */
export class SolverPool implements Solver {
  readonly #options: SolverPoolOptions;
  readonly #slots: readonly WorkerSlot[];
  readonly #begunMs = new WeakMap<SolveRequest, number>();
  #closing: Promise<void> | undefined;

  constructor(options: SolverPoolOptions) {
    this.#options = options;
    const { clock, workers, begins = 'atOnce', niceness = 0, onFault = () => undefined } = options;
    const worker = options.worker ?? { url: new URL('./worker.js', import.meta.url) };
    const onBegin = (request: SolveRequest) => void this.#begunMs.set(request, clock.nowMs());
    const slot = () => new WorkerSlot({ clock, worker, settings: { niceness }, begins, onFault, onBegin });
    this.#slots = Array.from({ length: workers }, slot);
  }

  /** Requests that no worker has begun yet. */
  get waiting(): number {
    return this.#slots.reduce((sum, slot) => sum + slot.waiting, 0);
  }

  solve(problem: ChargingProblem, options: SolveOptions): Promise<SolverResult> {
    return new Promise((resolve) => {
      const request: SolveRequest = {
        problem,
        options,
        settle: (result) => {
          this.#measure(request, result);
          resolve(result);
        },
      };
      this.#take(request);
    });
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all(this.#slots.map((slot) => slot.close())).then(() => undefined);
    return this.#closing;
  }

  #take(request: SolveRequest): void {
    const slot = this.#slotFor(request.options.warmKey);
    if (this.#closing !== undefined || slot === undefined) {
      request.settle({ outcome: 'busy' });
    } else if (!slot.replace(request)) {
      const isFull = slot.load > 0 && this.waiting >= this.#options.waitingMax;
      if (isFull) request.settle({ outcome: 'busy' });
      else slot.add(request);
    }
  }

  #slotFor(warmKey: string | undefined): WorkerSlot | undefined {
    if (warmKey !== undefined) return this.#slots[hashOf(warmKey) % this.#slots.length];
    return this.#slots.reduce((least, slot) => (slot.load < least.load ? slot : least));
  }

  #measure(request: SolveRequest, { outcome }: SolverResult): void {
    const begunMs = this.#begunMs.get(request);
    const tookMs = begunMs === undefined ? 0 : this.#options.clock.nowMs() - begunMs;
    this.#options.metrics?.settled(outcome, tookMs);
  }
}

/** FNV-1a: the same for the same key, always. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
