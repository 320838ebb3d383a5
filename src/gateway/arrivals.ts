/** One handshake that is being looked at. */
export interface Arrival {
  readonly stationId: string;
  /** What it showed may hold no more. */
  isStale: boolean;
}

/** Handshakes under way, by station: what they showed is checked against what was stored when they came. */
export class Arrivals {
  readonly #underWay = new Map<string, Set<Arrival>>();

  begin(stationId: string): Arrival {
    const arrival = { stationId, isStale: false };
    const ofStation = this.#underWay.get(stationId) ?? new Set();
    this.#underWay.set(stationId, ofStation.add(arrival));
    return arrival;
  }

  end(arrival: Arrival): void {
    const ofStation = this.#underWay.get(arrival.stationId);
    ofStation?.delete(arrival);
    if (ofStation?.size === 0) this.#underWay.delete(arrival.stationId);
  }

  /** Something else is stored now: all that are under way have to come again. */
  makeStale(stationId: string): void {
    for (const arrival of this.#underWay.get(stationId) ?? []) arrival.isStale = true;
  }
}
