import type { ProfileEngine } from './profileEngine.js';
import type { StationEvent } from './stationEvents.js';
import type { VirtualEvse } from './virtualEvse.js';

/** A change of the pilot smaller than this is not worth an event. */
const LIMIT_EVENT_MIN_A = 0.05;

interface Surroundings {
  readonly evses: ReadonlyMap<number, VirtualEvse>;
  readonly profiles: ProfileEngine;
  /** True time, which cars live in, and the station's, which schedules run by. */
  readonly nowMs: () => number;
  readonly stationNowMs: () => number;
  readonly emit: (event: StationEvent) => void;
}

/** What the outlets let cars have: what the profiles say, unless the station ignores them. */
export class Pilots {
  readonly #around: Surroundings;
  /** What each outlet goes on offering while the station ignores its profiles. */
  readonly #ignoredLimitA = new Map<number, number>();
  readonly #eventLimitA = new Map<number, number>();

  constructor(surroundings: Surroundings) {
    this.#around = surroundings;
  }

  /** From now on profiles change nothing: what is offered now, or that limit, goes on. */
  ignoreProfiles(limitA: number | undefined): void {
    for (const evse of this.#around.evses.values()) {
      this.#ignoredLimitA.set(evse.id, limitA ?? this.#profileLimitA(evse));
    }
  }

  obeyProfiles(): void {
    this.#ignoredLimitA.clear();
  }

  limitA(evse: VirtualEvse): number {
    const ignoredA = this.#ignoredLimitA.get(evse.id);
    return ignoredA === undefined ? this.#profileLimitA(evse) : Math.min(ignoredA, evse.supply.currentMaxA);
  }

  /** Brings every pilot to what holds now. */
  set(): void {
    const nowMs = this.#around.nowMs();
    for (const evse of this.#around.evses.values()) {
      evse.offer(nowMs, this.limitA(evse));
      const before = this.#eventLimitA.get(evse.id) ?? 0;
      if (Math.abs(evse.offeredA - before) < LIMIT_EVENT_MIN_A) continue;
      this.#eventLimitA.set(evse.id, evse.offeredA);
      this.#around.emit({ type: 'limit', evseId: evse.id, limitA: evse.offeredA });
    }
  }

  #profileLimitA(evse: VirtualEvse): number {
    return this.#around.profiles.limitA(evse.id, this.#around.stationNowMs());
  }
}
