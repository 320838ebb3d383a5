import { setTimeout as delay } from 'node:timers/promises';
import { BenchStation, ConnectionLost, type GridPhase, unlessLost } from './benchStation.js';
import { meterValues } from './messages.js';
import { HandshakeRefused } from './rawWebSocket.js';

/** Where Retry-After says nothing, or nobody listens yet. */
const RETRY_MS = 1_000;

/** When something happened for the first time since the storm broke, on the clock of performance.now(). */
export interface Milestones {
  /** Connected, its boot accepted where it says one, and its status taken. */
  acceptedMs?: number;
  failsafeMs?: number;
  /** Its transaction's profile is there again. */
  profileMs?: number;
  /** And it was looked at. */
  compositeMs?: number;
  attempts: number;
  /** Of those: told 503; and cut off without an answer, or after it was let in. */
  refused: number;
  lost: number;
}

const NOTHING_YET: Milestones = Object.freeze({ attempts: 0, refused: 0, lost: 0 });

/** A station that comes back, whatever happens, as soon as it may. */
export class StormStation {
  readonly bench: BenchStation;
  /** Every other one says BootNotification each time, as many do; the specification asks for it after a reboot only. */
  readonly #boots: boolean;
  readonly #authorization: string | undefined;
  /** Why its connections failed, since it was made. */
  readonly losses: string[] = [];
  #milestones: Milestones = NOTHING_YET;
  #isBack: () => void = () => {};
  #energyWh = 0;

  constructor(
    place: { id: string; phases: readonly GridPhase[]; currentMaxA: number },
    boots: boolean,
    password?: string,
  ) {
    this.bench = new BenchStation(place.id, place.phases, place.currentMaxA);
    this.#boots = boots;
    if (password !== undefined)
      this.#authorization = `Basic ${Buffer.from(`${place.id}:${password}`).toString('base64')}`;
    this.bench.onLost = () => {};
    this.bench.onAnswered = (action, payload) => this.#answered(action, payload);
  }

  get milestones(): Milestones {
    return this.#milestones;
  }

  /** Resolves when its failsafe and its transaction's profile came over one and the same new connection. */
  async comeBack(port: number): Promise<void> {
    this.#milestones = NOTHING_YET;
    for (;;) {
      try {
        await this.#connect(port);
        return;
      } catch (error) {
        await this.#waitAfter(error);
      }
    }
  }

  async #connect(port: number): Promise<void> {
    const { attempts, refused, lost } = this.#milestones;
    // What came over an earlier connection does not count over this one.
    this.#milestones = { attempts: attempts + 1, refused, lost };
    const isNew = this.bench.transactionId === 0;
    const authorization = this.#authorization === undefined ? {} : { authorization: this.#authorization };
    const back = new Promise<void>((resolve, reject) => {
      this.#isBack = resolve;
      this.bench.onLost = (why) => reject(new ConnectionLost(why));
    });
    back.catch(unlessLost);
    await this.bench.connect(port, { ...authorization, boots: isNew || this.#boots });
    this.#milestones.acceptedMs = performance.now();
    if (isNew) await this.bench.startCharging();
    await back;
    this.bench.onLost = () => {};
  }

  async #waitAfter(error: unknown): Promise<void> {
    if (error instanceof HandshakeRefused) {
      if (error.retryAfterS === undefined) throw error;
      this.#milestones.refused++;
      await delay(error.retryAfterS * 1_000);
      return;
    }
    if (!isOfTheNetwork(error)) throw error;
    this.#milestones.lost++;
    this.losses.push(String(error));
    await delay(RETRY_MS);
  }

  #answered(action: string, payload: Readonly<Record<string, unknown>>): void {
    const seen = this.#milestones;
    const nowMs = performance.now();
    if (action === 'SetChargingProfile') {
      const { chargingProfilePurpose } = payload.csChargingProfiles as { chargingProfilePurpose: string };
      if (chargingProfilePurpose === 'TxProfile') seen.profileMs ??= nowMs;
      else seen.failsafeMs ??= nowMs;
      if (seen.profileMs !== undefined && seen.failsafeMs !== undefined) this.#isBack();
    } else if (action === 'GetCompositeSchedule' && seen.profileMs !== undefined) {
      seen.compositeMs ??= nowMs;
    } else if (action === 'TriggerMessage' && payload.requestedMessage === 'MeterValues') {
      this.meter();
    }
  }

  /** Its car draws what it may. */
  meter(): void {
    const { bench } = this;
    if (!bench.isConnected || bench.transactionId === 0) return;
    const nowMs = Date.now();
    const limitA = bench.limitA(nowMs);
    this.#energyWh += 100;
    const reading = {
      transactionId: bench.transactionId,
      atMs: nowMs,
      terminalA: bench.phases.map(() => Math.max(0, limitA - 0.1)),
      energyWh: this.#energyWh,
      offeredA: limitA,
    };
    bench.call('MeterValues', meterValues(reading)).catch(unlessLost);
  }
}

function isOfTheNetwork(error: unknown): boolean {
  if (error instanceof ConnectionLost) return true;
  return error instanceof Error && ('code' in error || error.name === 'AbortError');
}
