import type { Outbox } from './outbox.js';
import type { ProfileEngine } from './profileEngine.js';
import type { RateUnit } from './stationProfile.js';
import type { WireCall } from './wireCall.js';

/** A limit that somebody else put on the station: an energy management system, the grid's operator. */
export interface ExternalLimit {
  readonly source: 'EMS' | 'SO' | 'Other';
  /** 0: the whole station. */
  readonly evseId: number;
  readonly rateUnit: RateUnit;
  /** A per phase, or W in total. */
  readonly limit: number;
  /** By the station's clock. */
  readonly startMs: number;
  /** Without it, it holds until it is cleared. */
  readonly durationS?: number;
}

interface Surroundings {
  readonly profiles: ProfileEngine;
  readonly outbox: Outbox;
  /** By the station's clock. */
  readonly nowMs: () => number;
  /** Its profiles have ids below this, where no central system looks for its own. */
  readonly idMax: number;
  /** Undefined: this version has no words for it. The limit holds all the same. */
  readonly setCall: (limit: ExternalLimit) => WireCall | undefined;
  readonly clearedCall: (limit: ExternalLimit) => WireCall | undefined;
}

interface Entry {
  readonly limit: ExternalLimit;
  readonly profileId: number;
}

/** The station's own constraints: in force at once, and told to the central system as soon as it can be reached. */
export class ExternalLimits {
  readonly #around: Surroundings;
  readonly #entries = new Map<string, Entry>();
  /** What is still to be said, by source and EVSE: the last of each is what counts. */
  readonly #untold = new Map<string, WireCall>();
  #nextProfileId: number;

  constructor(surroundings: Surroundings) {
    this.#around = surroundings;
    this.#nextProfileId = surroundings.idMax - 1;
  }

  /** Replaces the one of the same source on the same EVSE. */
  set(limit: ExternalLimit): void {
    const key = keyOf(limit);
    const profileId = this.#entries.get(key)?.profileId ?? this.#nextProfileId--;
    this.#entries.set(key, { limit, profileId });
    this.#around.profiles.install({
      evseId: limit.evseId,
      source: limit.source,
      profile: {
        profileId,
        stackLevel: 0,
        purpose: 'ChargingStationExternalConstraints',
        kind: 'Absolute',
        startMs: limit.startMs,
        ...(limit.durationS === undefined ? {} : { durationS: limit.durationS }),
        rateUnit: limit.rateUnit,
        periods: [{ startPeriodS: 0, limit: limit.limit }],
      },
    });
    this.#tell(key, this.#around.setCall(limit));
  }

  /** False when there is none. */
  clear(source: ExternalLimit['source'], evseId: number): boolean {
    const key = keyOf({ source, evseId });
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    this.#around.profiles.remove(({ profile }) => profile.profileId === entry.profileId);
    this.#tell(key, this.#around.clearedCall(entry.limit));
    return true;
  }

  /** The beat. `online`: the boot was accepted and the socket is up. Answers the EVSEs whose limit is over (0: all). */
  update(online: boolean): readonly number[] {
    const over = [...this.#entries.values()].map(({ limit }) => limit).filter((limit) => this.#isOver(limit));
    for (const { source, evseId } of over) this.clear(source, evseId);
    if (online) this.#tellAll();
    return over.map(({ evseId }) => evseId);
  }

  #isOver({ startMs, durationS }: ExternalLimit): boolean {
    return durationS !== undefined && this.#around.nowMs() >= startMs + durationS * 1000;
  }

  #tellAll(): void {
    for (const [key, call] of [...this.#untold]) {
      this.#untold.delete(key);
      this.#around.outbox.push({
        ...call,
        ended: ({ outcome }) => {
          const isLost = outcome === 'lost' || outcome === 'timeout';
          if (isLost && !this.#untold.has(key)) this.#untold.set(key, call);
        },
      });
    }
  }

  #tell(key: string, call: WireCall | undefined): void {
    if (call === undefined) this.#untold.delete(key);
    else this.#untold.set(key, call);
  }
}

const keyOf = ({ source, evseId }: Pick<ExternalLimit, 'source' | 'evseId'>): string => `${source} ${evseId}`;
