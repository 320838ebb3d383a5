/** A time in which something was above its limit without a break. */
interface Span {
  readonly startMs: number;
  /** The first sample that was within the limit again; the last sample while it goes on. */
  readonly endMs: number;
  readonly durationMs: number;
  readonly excessMax: number;
  readonly ongoing: boolean;
}

type SpanOf<Subject> = Span & { readonly of: Subject };

/** When what was above its limit, by how much and for how long. Such spans are few, and kept whatever their age. */
export class ExcessWatch<Subject> {
  readonly #tolerance: number;
  readonly #open = new Map<string, SpanOf<Subject>>();
  readonly #closed: SpanOf<Subject>[] = [];

  constructor(tolerance: number) {
    this.#tolerance = tolerance;
  }

  follow(key: string, of: Subject, { atMs, excess }: { readonly atMs: number; readonly excess: number }): void {
    const span = this.#open.get(key);
    if (excess > this.#tolerance) {
      const startMs = span?.startMs ?? atMs;
      const excessMax = Math.max(span?.excessMax ?? 0, excess);
      this.#open.set(key, { of, startMs, endMs: atMs, durationMs: atMs - startMs, excessMax, ongoing: true });
    } else if (span !== undefined) {
      this.#open.delete(key);
      this.#closed.push({ ...span, endMs: atMs, durationMs: atMs - span.startMs, ongoing: false });
    }
  }

  /** Longest first. */
  spans(): readonly SpanOf<Subject>[] {
    return [...this.#closed, ...this.#open.values()].sort((a, b) => b.durationMs - a.durationMs);
  }
}
