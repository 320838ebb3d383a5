import type { StationEvent } from '../../../src/simulator/index.js';

interface Entry {
  readonly atMs: number;
  readonly who: string;
  readonly what: string;
}

/** What happened, in order: read when a test has failed. */
export class Timeline {
  readonly #startMs: number;
  readonly #entries: Entry[] = [];

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  add(who: string, what: string): void {
    this.#entries.push({ atMs: Date.now(), who, what });
  }

  heard(stationId: string, event: StationEvent): void {
    const what = describe(event);
    if (what !== undefined) this.add(stationId, what);
  }

  seconds(atMs: number): string {
    return `${((atMs - this.#startMs) / 1000).toFixed(2)} s`;
  }

  lines(fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY): string {
    return this.#entries
      .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
      .map(({ atMs, who, what }) => `${this.seconds(atMs).padStart(9)}  ${who.padEnd(7)} ${what}`)
      .join('\n');
  }
}

function describe(event: StationEvent): string | undefined {
  switch (event.type) {
    case 'connected':
      return 'connected';
    case 'disconnected':
      return `disconnected: ${event.detail}`;
    case 'registration':
      return `boot ${event.status}`;
    case 'rebooting':
      return `reboots for ${event.downMs} ms`;
    case 'limit':
      return `offers ${event.limitA.toFixed(1)} A`;
    case 'transactionStarted':
      return `transaction begins for ${event.idToken}`;
    case 'transactionIdentified':
      return `transaction is ${event.transactionId}`;
    case 'transactionEnded':
      return `transaction ends: ${event.reason}, ${event.energyWh.toFixed(0)} Wh`;
    case 'command':
      return `was asked ${event.action}: ${event.answer}`;
    case 'discarded':
      return `gave up a ${event.action}: ${event.detail}`;
    case 'status':
      return undefined;
  }
}
