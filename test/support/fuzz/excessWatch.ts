import { excessesOf, hasUnreliableRise, heldExcessesOf, mayHaveRisenUnseen, type Observation } from './checks.js';
import type { Stalls } from './stalls.js';

/**
 * After a station turned out to be unreliable, the others have made room within this. Most of it is caution: what a station held before
 * counts on while a copy of an earlier message may still come, ten seconds, and a car may take the station's reaction time.
 */
const ROOM_AT_MOST_MS = 20_000;

/** Judges over time what no single look can: an excess begins with nothing but an unreliable station, and is over soon. */
export class ExcessWatch {
  readonly #stalls: Stalls;
  /** Whether the look before saw an excess. */
  #isOver = false;
  #sinceMs = 0;
  #countedMaxMs = 0;
  #heldMaxMs = 0;

  constructor(stalls: Stalls) {
    this.#stalls = stalls;
  }

  /** How long after that an excess was last seen: as the service counts, and by what the charging stations held. */
  get longestMs(): { readonly counted: number; readonly held: number } {
    return { counted: this.#countedMaxMs, held: this.#heldMaxMs };
  }

  judge(seen: Observation, nowMs: number): string[] {
    const counted = excessesOf(seen.state);
    const isNew = !this.#isOver;
    this.#isOver = counted.length > 0;
    if (counted.length === 0) return [];
    // From each rise on, the others have their time again.
    if (hasUnreliableRise(seen) || (isNew && mayHaveRisenUnseen(seen))) this.#sinceMs = nowMs;
    else if (isNew) return counted;
    const lastsMs = nowMs - this.#sinceMs - this.#stalls.withinMs(this.#sinceMs, nowMs);
    this.#countedMaxMs = Math.max(this.#countedMaxMs, lastsMs);
    if (heldExcessesOf(seen).length > 0) this.#heldMaxMs = Math.max(this.#heldMaxMs, lastsMs);
    return lastsMs <= ROOM_AT_MOST_MS ? [] : counted.map((excess) => `${excess}, for ${lastsMs} ms by now`);
  }
}
