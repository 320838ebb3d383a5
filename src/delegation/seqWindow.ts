/** How far ahead of a gap numbers are remembered; beyond it the gap is given up. */
const AHEAD_MAX = 1_000;
/** So many taken ones are known by what they said. */
const REMEMBERED_MAX = 1_000;
const MISSING_TOLD_MAX = 100;

/**
 * Which of the numbered items of one sender are taken. They may come twice, out of order, or never; where this process did not hear the
 * beginning, it begins with the first that it hears.
 */
export class SeqWindow {
  readonly epoch: string;
  private acked: number | undefined;
  private readonly ahead = new Set<number>();
  private readonly said = new Map<number, string>();

  constructor(epoch: string) {
    this.epoch = epoch;
  }

  /** All up to here are taken, or given up. 0 before the first. */
  get ackedSeq(): number {
    return this.acked ?? 0;
  }

  get missing(): readonly number[] {
    const missing: number[] = [];
    const last = Math.max(this.ackedSeq, ...this.ahead);
    for (let seq = this.ackedSeq + 1; seq < last && missing.length < MISSING_TOLD_MAX; seq += 1)
      if (!this.ahead.has(seq)) missing.push(seq);
    return missing;
  }

  /** `fingerprint`: what the item says. 'reused': another one had the number. Changes nothing. */
  look(seq: number, fingerprint: string): 'new' | 'duplicate' | 'reused' {
    const said = this.said.get(seq);
    if (said !== undefined) return said === fingerprint ? 'duplicate' : 'reused';
    return this.acked !== undefined && seq <= this.acked ? 'duplicate' : 'new';
  }

  take(seq: number, fingerprint: string): void {
    this.said.set(seq, fingerprint);
    for (const [oldest] of this.said) {
      if (this.said.size <= REMEMBERED_MAX) break;
      this.said.delete(oldest);
    }
    this.acked ??= seq - 1;
    this.ahead.add(seq);
    if (this.ahead.size > AHEAD_MAX) this.acked = Math.min(...this.ahead) - 1;
    while (this.ahead.delete(this.acked + 1)) this.acked += 1;
  }
}
