import { setTimeout as delay } from 'node:timers/promises';
import { BenchStation, CallRefused, ConnectionLost } from './benchStation.js';
import type { ClusterStationPlace } from './clusterScene.js';
import { METER_INTERVAL_MS } from './clusterScene.js';
import { meterValues } from './messages.js';
import { HandshakeRefused } from './rawWebSocket.js';
import { CURRENT_MAX_A } from './site.js';

/** Where Retry-After says nothing, or nobody listens. */
const RETRY_MS = 1_000;
const VOLTAGE_V = 230;
/** A car takes a little less than it may. */
const BELOW_LIMIT_A = 0.1;

/** A station that stays connected, whatever happens, and says each few seconds what it meters. */
export class ClusterStation {
  readonly bench: BenchStation;
  readonly charges: boolean;
  hasProfile = false;
  lost = 0;
  refused = 0;
  answeredMs: number[] = [];
  #energyWh = 0;

  constructor({ id, phases, charges }: ClusterStationPlace) {
    this.bench = new BenchStation(id, phases, CURRENT_MAX_A);
    this.charges = charges;
    this.bench.hasCar = charges;
    this.bench.onRefused = () => this.refused++;
    this.bench.onAnswered = (action, payload) => {
      if (action === 'SetChargingProfile') this.#told(payload);
      else if (action === 'TriggerMessage' && payload.requestedMessage === 'MeterValues') void this.meter();
    };
  }

  get isControlled(): boolean {
    return this.bench.isConnected && (!this.charges || this.hasProfile);
  }

  /** Does not end, but with an error that is nobody's network's. */
  async stayConnected(port: number): Promise<void> {
    for (;;) {
      await this.#connectOnce(port);
      this.lost++;
      await delay(RETRY_MS);
    }
  }

  /** Until the connection ends. */
  async #connectOnce(port: number): Promise<void> {
    try {
      const lost = new Promise<void>((resolve) => {
        this.bench.onLost = () => resolve();
      });
      await this.bench.connect(port);
      if (this.charges && this.bench.transactionId === 0) await this.bench.startCharging();
      await lost;
    } catch (error) {
      if (!isPassing(error)) throw error;
      await this.bench.cut();
      if (error instanceof HandshakeRefused) await delay((error.retryAfterS ?? 1) * 1_000);
    }
  }

  drawnA(nowMs: number): number {
    return this.bench.transactionId === 0 ? 0 : Math.max(0, this.bench.limitA(nowMs) - BELOW_LIMIT_A);
  }

  async meter(): Promise<void> {
    const { bench } = this;
    if (!bench.isConnected || (this.charges && bench.transactionId === 0)) return;
    const nowMs = Date.now();
    const drawnA = this.drawnA(nowMs);
    this.#energyWh += (drawnA * VOLTAGE_V * bench.phases.length * METER_INTERVAL_MS) / 3_600_000;
    const { transactionId, ...payload } = meterValues({
      transactionId: bench.transactionId,
      atMs: nowMs,
      terminalA: bench.phases.map(() => drawnA),
      energyWh: this.#energyWh,
      offeredA: bench.limitA(nowMs),
    }) as { readonly transactionId: number };
    const sentMs = performance.now();
    try {
      await bench.call('MeterValues', transactionId === 0 ? payload : { transactionId, ...payload });
      this.answeredMs.push(performance.now() - sentMs);
    } catch (error) {
      if (error instanceof CallRefused) this.refused++;
      else if (!(error instanceof ConnectionLost)) throw error;
    }
  }

  #told(payload: Readonly<Record<string, unknown>>): void {
    const profile = payload.csChargingProfiles as { readonly chargingProfilePurpose: string };
    if (profile.chargingProfilePurpose === 'TxProfile') this.hasProfile = true;
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionLost || error instanceof CallRefused || error instanceof HandshakeRefused) return true;
  return error instanceof Error && ('code' in error || error.name === 'AbortError');
}
