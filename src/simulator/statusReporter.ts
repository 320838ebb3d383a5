import type { Outbox } from './outbox.js';
import type { StationEvent } from './stationEvents.js';
import type { ConnectorStatus, VirtualEvse } from './virtualEvse.js';

/** Says each change of status once: to whoever watches at once, to the central system as soon as it can be reached. */
export class StatusReporter {
  readonly #evses: ReadonlyMap<number, VirtualEvse>;
  readonly #outbox: Outbox;
  readonly #nowMs: () => number;
  readonly #emit: (event: StationEvent) => void;
  /** What was last seen, sent or not. */
  readonly #seen = new Map<number, ConnectorStatus>();
  /** What the central system was last told. */
  readonly #told = new Map<number, ConnectorStatus>();

  constructor(around: {
    readonly evses: ReadonlyMap<number, VirtualEvse>;
    readonly outbox: Outbox;
    readonly nowMs: () => number;
    readonly emit: (event: StationEvent) => void;
  }) {
    this.#evses = around.evses;
    this.#outbox = around.outbox;
    this.#nowMs = around.nowMs;
    this.#emit = around.emit;
  }

  /** After a boot the central system is told everything anew. */
  forget(): void {
    this.#told.clear();
  }

  /** `online`: the boot was accepted and the socket is up. */
  update(online: boolean): void {
    for (const connectorId of [0, ...this.#evses.keys()]) {
      const status = this.#statusOf(connectorId);
      if (this.#seen.get(connectorId) !== status) {
        this.#seen.set(connectorId, status);
        if (connectorId > 0) this.#emit({ type: 'status', evseId: connectorId, status });
      }
      if (online && this.#told.get(connectorId) !== status) this.send(connectorId);
    }
  }

  send(connectorId: number): void {
    const status = this.#statusOf(connectorId);
    this.#told.set(connectorId, status);
    this.#outbox.push({
      action: 'StatusNotification',
      payload: { connectorId, errorCode: 'NoError', status, timestamp: new Date(this.#nowMs()).toISOString() },
      ended: ({ outcome }) => {
        // A refusal is an answer; what got lost is said again.
        const isLost = outcome === 'lost' || outcome === 'timeout';
        if (isLost && this.#told.get(connectorId) === status) this.#told.delete(connectorId);
      },
    });
  }

  #statusOf(connectorId: number): ConnectorStatus {
    const evse = this.#evses.get(connectorId);
    if (evse !== undefined) return evse.status();
    return [...this.#evses.values()].some((one) => one.operative) ? 'Available' : 'Unavailable';
  }
}
