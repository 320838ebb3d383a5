const WINDOW_MS = 60_000;
/** Who guesses under ever new names makes us forget old ones; each name still starts from nothing. */
const KEYS_MAX = 10_000;

/**
 * Slows the guessing of passwords: so many failures a minute for one key (identity and address). An attempt counts from its
 * beginning, or many at once would all pass before the first has failed.
 */
export class FailureThrottle {
  readonly #failuresMax: number;
  /** When each recent attempt began, oldest first. */
  readonly #attempts = new Map<string, number[]>();

  constructor(failuresMax: number) {
    this.#failuresMax = failuresMax;
  }

  /** Counts an attempt; or says how long to wait, and counts none. */
  begin(key: string, nowMs: number): { readonly allowed: true } | { readonly allowed: false; readonly waitMs: number } {
    const recent = this.#recent(key, nowMs);
    const oldest = recent[0];
    if (recent.length >= this.#failuresMax && oldest !== undefined) {
      this.#keep(key, recent);
      return { allowed: false, waitMs: oldest + WINDOW_MS - nowMs };
    }
    recent.push(nowMs);
    this.#keep(key, recent);
    return { allowed: true };
  }

  /** How long until an attempt is allowed; 0 when one is. Counts none. */
  waitMs(key: string, nowMs: number): number {
    const recent = this.#recent(key, nowMs);
    return recent.length < this.#failuresMax ? 0 : (recent[0] ?? nowMs) + WINDOW_MS - nowMs;
  }

  failed(key: string, nowMs: number): void {
    const recent = this.#recent(key, nowMs);
    recent.push(nowMs);
    // More of them would make no difference.
    this.#keep(key, recent.slice(-this.#failuresMax));
  }

  succeeded(key: string): void {
    this.#attempts.delete(key);
  }

  /** The attempt came to no verdict, through no fault of the station. */
  undecided(key: string): void {
    this.#attempts.get(key)?.pop();
  }

  get size(): number {
    return this.#attempts.size;
  }

  #recent(key: string, nowMs: number): number[] {
    return (this.#attempts.get(key) ?? []).filter((atMs) => atMs > nowMs - WINDOW_MS);
  }

  #keep(key: string, attempts: number[]): void {
    // Deleted first, so that the map stays in order of last use.
    this.#attempts.delete(key);
    this.#attempts.set(key, attempts);
    if (this.#attempts.size <= KEYS_MAX) return;
    for (const oldest of this.#attempts.keys()) {
      this.#attempts.delete(oldest);
      break;
    }
  }
}
