import type { Outbox } from './outbox.js';
import type { CallOutcome, JsonObject } from './rpc.js';
import type { StationClock } from './stationClock.js';
import type { StationSettings } from './stationDialect.js';
import type { StationEvent } from './stationEvents.js';
import type { SimulatorClock } from './time.js';
import type { BootReason } from './wireCall.js';

/** When the answer to a boot names no interval, or there is none. */
const BOOT_RETRY_MS = 10_000;

interface Surroundings {
  readonly bootPayload: (reason: BootReason) => JsonObject;
  readonly outbox: Outbox;
  readonly settings: StationSettings;
  readonly clock: SimulatorClock;
  readonly stationClock: StationClock;
  readonly emit: (event: StationEvent) => void;
  readonly isConnected: () => boolean;
  /** A boot was accepted: the central system is told everything anew. */
  readonly accepted: () => void;
}

/** Boots until it is accepted, then keeps the line warm with heartbeats. Lasts over reconnects, not over a power cycle. */
export class Registration {
  readonly #around: Surroundings;
  #state: 'none' | 'Pending' | 'Rejected' | 'Accepted' = 'none';
  #nextHeartbeatMs = 0;
  /** Said until a boot with it is accepted. */
  #bootReason: BootReason = 'PowerUp';
  #cancelRetry: (() => void) | undefined;

  constructor(surroundings: Surroundings) {
    this.#around = surroundings;
  }

  get isAccepted(): boolean {
    return this.#state === 'Accepted';
  }

  /** The socket is up: goes on where it was, or boots. */
  opened(): void {
    if (this.isAccepted) {
      this.#around.outbox.setGate('open');
      return;
    }
    this.#around.outbox.setGate('bootOnly');
    this.boot();
  }

  closed(): void {
    this.#cancelRetry?.();
    this.#around.outbox.setGate('closed');
  }

  /** It has to boot again. */
  forget(reason: BootReason): void {
    this.#cancelRetry?.();
    this.#state = 'none';
    this.#bootReason = reason;
  }

  boot(reason = this.#bootReason): void {
    this.#cancelRetry?.();
    this.#around.outbox.boot({
      action: 'BootNotification',
      payload: this.#around.bootPayload(reason),
      ended: (outcome) => this.#bootEnded(outcome),
    });
  }

  heartbeat(): void {
    this.#around.outbox.push({
      action: 'Heartbeat',
      payload: {},
      ended: (outcome) => {
        if (outcome.outcome === 'result') this.#takeTime(outcome.payload.currentTime);
      },
    });
  }

  heartbeatIfDue(nowMs: number): void {
    const intervalMs = this.#around.settings.heartbeatIntervalS * 1000;
    if (!this.isAccepted || !this.#around.isConnected() || intervalMs === 0) return;
    // A shortened interval counts from now.
    this.#nextHeartbeatMs = Math.min(this.#nextHeartbeatMs, nowMs + intervalMs);
    if (nowMs < this.#nextHeartbeatMs) return;
    this.#nextHeartbeatMs = nowMs + intervalMs;
    this.heartbeat();
  }

  #bootEnded(outcome: CallOutcome): void {
    if (outcome.outcome === 'lost') return;
    const answer = outcome.outcome === 'result' ? outcome.payload : {};
    const intervalS = typeof answer.interval === 'number' && answer.interval > 0 ? answer.interval : undefined;
    this.#takeTime(answer.currentTime);
    if (answer.status === 'Accepted') {
      this.#wasAccepted(intervalS);
      return;
    }
    if (answer.status === 'Pending' || answer.status === 'Rejected') {
      this.#state = answer.status;
      this.#around.emit({ type: 'registration', status: answer.status });
      this.#around.outbox.setGate('bootOnly');
    }
    const waitMs = intervalS === undefined ? BOOT_RETRY_MS : intervalS * 1000;
    this.#cancelRetry = this.#around.clock.after(waitMs, () => {
      if (this.#around.isConnected()) this.boot();
    });
  }

  #wasAccepted(intervalS: number | undefined): void {
    const { settings, clock, outbox, emit, accepted } = this.#around;
    this.#state = 'Accepted';
    if (intervalS !== undefined) settings.setHeartbeatIntervalS(intervalS);
    this.#nextHeartbeatMs = clock.nowMs() + settings.heartbeatIntervalS * 1000;
    emit({ type: 'registration', status: 'Accepted' });
    outbox.setGate('open');
    accepted();
  }

  #takeTime(currentTime: unknown): void {
    const currentTimeMs = typeof currentTime === 'string' ? Date.parse(currentTime) : Number.NaN;
    if (!Number.isNaN(currentTimeMs)) this.#around.stationClock.sync(currentTimeMs);
  }
}
