import type { Outbox } from './outbox.js';
import type { StationDialect } from './stationDialect.js';
import type { StationEvent } from './stationEvents.js';
import type { ConnectorStatus, VirtualEvse } from './virtualEvse.js';

/** Says each change of status once: to whoever watches at once, to the central system as soon as it can be reached. */
export class StatusReporter {
  readonly #evses: ReadonlyMap<number, VirtualEvse>;
  readonly #outbox: Outbox;
  readonly #dialect: StationDialect;
  readonly #nowMs: () => number;
  readonly #emit: (event: StationEvent) => void;
  /** What was last seen, sent or not. */
  readonly #seen = new Map<number, ConnectorStatus>();
  /** What the central system was last told, in its own words. */
  readonly #told = new Map<number, string>();

  constructor(around: {
    readonly evses: ReadonlyMap<number, VirtualEvse>;
    readonly outbox: Outbox;
    readonly dialect: StationDialect;
    readonly nowMs: () => number;
    readonly emit: (event: StationEvent) => void;
  }) {
    this.#evses = around.evses;
    this.#outbox = around.outbox;
    this.#dialect = around.dialect;
    this.#nowMs = around.nowMs;
    this.#emit = around.emit;
  }

  /** After a boot the central system is told everything anew. */
  forget(): void {
    this.#told.clear();
  }

  /** `online`: the boot was accepted and the socket is up. */
  update(online: boolean): void {
    for (const evseId of [0, ...this.#evses.keys()]) {
      const status = this.#statusOf(evseId);
      if (this.#seen.get(evseId) !== status) {
        this.#seen.set(evseId, status);
        if (evseId > 0) this.#emit({ type: 'status', evseId, status });
      }
      const said = online ? this.#inWords(evseId) : undefined;
      if (said !== undefined && this.#told.get(evseId) !== said.word) this.send(evseId);
    }
  }

  /** 0 is the station as a whole; some versions say nothing of that. */
  send(evseId: number): void {
    const said = this.#inWords(evseId);
    if (said === undefined) return;
    this.#told.set(evseId, said.word);
    this.#outbox.push({
      ...said.call,
      ended: ({ outcome }) => {
        // A refusal is an answer; what got lost is said again.
        const isLost = outcome === 'lost' || outcome === 'timeout';
        if (isLost && this.#told.get(evseId) === said.word) this.#told.delete(evseId);
      },
    });
  }

  #inWords(evseId: number): ReturnType<StationDialect['status']> {
    const hasCar = this.#evses.get(evseId)?.car !== undefined;
    return this.#dialect.status({ evseId, status: this.#statusOf(evseId), hasCar, atMs: this.#nowMs() });
  }

  #statusOf(evseId: number): ConnectorStatus {
    const evse = this.#evses.get(evseId);
    if (evse !== undefined) return evse.status();
    return [...this.#evses.values()].some((one) => one.operative) ? 'Available' : 'Unavailable';
  }
}
