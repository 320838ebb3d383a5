import type { SimulatedSite } from './simulatedSite.js';
import { realClock, type SimulatorClock } from './time.js';

const POST_TIMEOUT_MS = 5_000;

export interface CircuitMeterOptions {
  /** The service's HTTP address, as http://127.0.0.1:8080 */
  readonly baseUrl: string;
  readonly siteId: string;
  readonly apiKey: string;
  /** Circuits that have a meter. */
  readonly circuitIds: readonly string[];
  readonly intervalMs: number;
  readonly clock?: SimulatorClock;
  /** A reading that could not be delivered; the next one is tried all the same. */
  readonly onError?: (detail: string) => void;
}

/** The meters of a site's circuits: post what really flows to the service's HTTP API. A slow answer skips a reading, never piles up. */
export class CircuitMeters {
  readonly #site: SimulatedSite;
  readonly #options: CircuitMeterOptions;
  readonly #clock: SimulatorClock;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #muted = new Set<string>();
  #cancel: (() => void) | undefined;

  constructor(site: SimulatedSite, options: CircuitMeterOptions) {
    this.#site = site;
    this.#options = options;
    this.#clock = options.clock ?? realClock;
  }

  start(): void {
    if (this.#cancel === undefined) this.#round();
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await Promise.all(this.#underWay.values());
  }

  /** A meter that says nothing any more. */
  mute(circuitId: string): void {
    this.#muted.add(circuitId);
  }

  unmute(circuitId: string): void {
    this.#muted.delete(circuitId);
  }

  /** Posts one reading per circuit now; resolves when all are answered or given up. */
  async postNow(): Promise<void> {
    const posts = this.#options.circuitIds.map((circuitId) => {
      if (this.#muted.has(circuitId)) return undefined;
      const before = this.#underWay.get(circuitId);
      if (before !== undefined) return before;
      const post = this.#post(circuitId).finally(() => this.#underWay.delete(circuitId));
      this.#underWay.set(circuitId, post);
      return post;
    });
    await Promise.all(posts);
  }

  #round(): void {
    this.#cancel = this.#clock.after(this.#options.intervalMs, () => this.#round());
    void this.postNow();
  }

  async #post(circuitId: string): Promise<void> {
    const { baseUrl, siteId, apiKey, onError } = this.#options;
    const reading = {
      circuitId,
      timestamp: new Date(this.#clock.nowMs()).toISOString(),
      currentA: rounded(this.#site.loadA(circuitId)),
    };
    try {
      const answer = await fetch(`${baseUrl}/v1/sites/${encodeURIComponent(siteId)}/meter-values`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(reading),
        signal: AbortSignal.timeout(POST_TIMEOUT_MS),
      });
      const text = await answer.text();
      if (!answer.ok) onError?.(`meter of ${circuitId}: ${answer.status} ${text.slice(0, 200)}`);
    } catch (error) {
      onError?.(`meter of ${circuitId}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function rounded(currentA: Readonly<Record<'L1' | 'L2' | 'L3', number>>): Record<'L1' | 'L2' | 'L3', number> {
  const round = (value: number): number => Math.round(value * 100) / 100;
  return { L1: round(currentA.L1), L2: round(currentA.L2), L3: round(currentA.L3) };
}
