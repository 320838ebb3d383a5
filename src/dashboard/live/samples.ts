import { type ReadonlySignal, signal } from '@preact/signals';
import type { SiteState } from '../api/documents.js';

const SAMPLE_EVERY_MS = 10_000;
/** An hour of one outlet. */
const SAMPLES_KEPT = 360;

export interface Sample {
  readonly atMs: number;
  readonly currentA: number;
}

/** What flowed through each outlet since this page was opened, at most an hour of it. */
export class Samples {
  readonly #byEvse = new Map<string, Sample[]>();
  readonly #count = signal(0);
  #lastMs = 0;

  /** Grows with every sample that was kept. */
  get count(): ReadonlySignal<number> {
    return this.#count;
  }

  of(stationId: string, evseId: number): readonly Sample[] {
    return this.#byEvse.get(`${stationId}/${evseId}`) ?? [];
  }

  take(state: SiteState, atMs: number): void {
    if (atMs - this.#lastMs < SAMPLE_EVERY_MS) return;
    this.#lastMs = atMs;
    for (const station of state.stations) {
      for (const evse of station.evses) {
        if (evse.currentA === 'unknown' || evse.transaction === null) continue;
        const key = `${station.id}/${evse.id}`;
        const samples = this.#byEvse.get(key) ?? [];
        samples.push({ atMs, currentA: Math.max(evse.currentA.L1, evse.currentA.L2, evse.currentA.L3) });
        if (samples.length > SAMPLES_KEPT) samples.shift();
        this.#byEvse.set(key, samples);
      }
    }
    this.#count.value += 1;
  }
}
