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
  readonly #toleranceA: number;
  readonly #samples = new Map<string, LoadSample[]>();
  readonly #open = new Map<string, ExcessSpan>();
  readonly #closed: ExcessSpan[] = [];

  constructor(options: { readonly samplesMax: number; readonly toleranceA: number }) {
    this.#samplesMax = options.samplesMax;
    this.#toleranceA = options.toleranceA;
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
      this.#follow({ circuitId, phase, atMs, excessA: loadA - limitA });
    }
  }

  samples(circuitId: string, phase: GridPhase): readonly LoadSample[] {
    return this.#samples.get(keyOf(circuitId, phase)) ?? [];
  }

  /** Longest first. */
  excessSpans(): readonly ExcessSpan[] {
    return [...this.#closed, ...this.#open.values()].sort((a, b) => b.durationMs - a.durationMs);
  }

  #follow(at: {
    readonly circuitId: string;
    readonly phase: GridPhase;
    readonly atMs: number;
    readonly excessA: number;
  }): void {
    const { circuitId, phase, atMs, excessA } = at;
    const key = keyOf(circuitId, phase);
    const span = this.#open.get(key);
    if (excessA > this.#toleranceA) {
      const startMs = span?.startMs ?? atMs;
      const excessMaxA = Math.max(span?.excessMaxA ?? 0, excessA);
      this.#open.set(key, {
        circuitId,
        phase,
        startMs,
        endMs: atMs,
        durationMs: atMs - startMs,
        excessMaxA,
        ongoing: true,
      });
    } else if (span !== undefined) {
      this.#open.delete(key);
      this.#closed.push({ ...span, endMs: atMs, durationMs: atMs - span.startMs, ongoing: false });
    }
  }
}

const keyOf = (circuitId: string, phase: GridPhase): string => `${circuitId}/${phase}`;
