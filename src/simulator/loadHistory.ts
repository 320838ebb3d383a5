import { ExcessWatch } from './excessWatch.js';

export type GridPhase = 'L1' | 'L2' | 'L3';
export type PerGridPhase = Readonly<Record<GridPhase, number>>;
const GRID_PHASES: readonly GridPhase[] = ['L1', 'L2', 'L3'];

export interface LoadSample {
  readonly atMs: number;
  readonly loadA: number;
  readonly limitA: number;
}

/** A phase of a circuit that was above its limit without a break. */
export interface ExcessSpan {
  readonly circuitId: string;
  readonly phase: GridPhase;
  readonly startMs: number;
  /** The first sample that was within the limit again; the last sample while it goes on. */
  readonly endMs: number;
  readonly durationMs: number;
  readonly excessMaxA: number;
  readonly ongoing: boolean;
}

/** What flowed and what was allowed, per circuit and phase. Samples are bounded; spans of excess are few and kept. */
export class LoadHistory {
  readonly #samplesMax: number;
  readonly #samples = new Map<string, LoadSample[]>();
  readonly #excess: ExcessWatch<Pick<ExcessSpan, 'circuitId' | 'phase'>>;

  constructor(options: { readonly samplesMax: number; readonly toleranceA: number }) {
    this.#samplesMax = options.samplesMax;
    this.#excess = new ExcessWatch(options.toleranceA);
  }

  record(entry: {
    readonly atMs: number;
    readonly circuitId: string;
    readonly loadA: PerGridPhase;
    readonly limitA: PerGridPhase;
  }): void {
    const { atMs, circuitId } = entry;
    for (const phase of GRID_PHASES) {
      const loadA = entry.loadA[phase];
      const limitA = entry.limitA[phase];
      const key = keyOf(circuitId, phase);
      const samples = this.#samples.get(key) ?? [];
      this.#samples.set(key, samples);
      samples.push({ atMs, loadA, limitA });
      // Trimmed by the block: a shift per sample would move the whole array each time.
      if (samples.length > this.#samplesMax * 1.25) samples.splice(0, samples.length - this.#samplesMax);
      this.#excess.follow(key, { circuitId, phase }, { atMs, excess: loadA - limitA });
    }
  }

  samples(circuitId: string, phase: GridPhase): readonly LoadSample[] {
    return this.#samples.get(keyOf(circuitId, phase)) ?? [];
  }

  /** Longest first. */
  excessSpans(): readonly ExcessSpan[] {
    return this.#excess.spans().map(({ of, excessMax, ...span }) => ({ ...of, ...span, excessMaxA: excessMax }));
  }
}

const keyOf = (circuitId: string, phase: GridPhase): string => `${circuitId}/${phase}`;
