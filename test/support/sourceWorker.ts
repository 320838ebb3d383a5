import type { WorkerProgram } from '../../src/solver/workerSlot.js';

/** The solver's worker from its sources, so that a test needs no build and never sees an old one. */
export const SOURCE_WORKER: WorkerProgram = { url: new URL('../fixtures/solver/sourceWorker.mjs', import.meta.url) };
