import type { ResetRequest } from './commandTarget.js';
import type { ProfileEngine } from './profileEngine.js';
import type { Registration } from './registration.js';
import type { SessionControl } from './sessionControl.js';
import type { StationEvent } from './stationEvents.js';
import type { StationLink } from './stationLink.js';
import type { FilledStationOptions } from './stationOptions.js';
import type { SimulatorClock } from './time.js';
import type { VirtualEvse } from './virtualEvse.js';
import type { BootReason } from './wireCall.js';

/** Between the answer to a reset and the reset. */
const RESET_GRACE_MS = 300;

export interface RebootOptions {
  readonly downMs?: number;
  readonly transactions?: 'keep' | 'end';
  /** Why its transactions end. */
  readonly reason?: string;
  readonly bootReason?: BootReason;
}

interface Surroundings {
  readonly options: FilledStationOptions;
  readonly evses: ReadonlyMap<number, VirtualEvse>;
  readonly profiles: ProfileEngine;
  readonly sessions: SessionControl;
  readonly registration: Registration;
  readonly link: StationLink;
  readonly clock: SimulatorClock;
  readonly emit: (event: StationEvent) => void;
  /** Something changed: pilots and statuses follow. */
  readonly changed: () => void;
}

/** Goes down and comes up again: at once, when asked, or when the last car has gone. */
export class PowerCycle {
  readonly #around: Surroundings;
  /** Cars that it keeps waiting: charged, or charged again, when the station is up. */
  readonly #waiting = new Set<VirtualEvse>();
  #isDown = false;
  #whenIdle: ResetRequest | undefined;
  #cancelPowerUp: (() => void) | undefined;

  constructor(surroundings: Surroundings) {
    this.#around = surroundings;
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  stop(): void {
    this.#cancelPowerUp?.();
  }

  /** A cable that was put in while it is down. */
  keepWaiting(evse: VirtualEvse): void {
    this.#waiting.add(evse);
  }

  reboot({
    downMs = this.#around.options.rebootMs,
    transactions = 'end',
    reason = 'Reboot',
    bootReason = 'PowerUp',
  }: RebootOptions): void {
    const { options, evses, profiles, sessions, registration, link, clock, emit } = this.#around;
    this.#isDown = true;
    this.#whenIdle = undefined;
    for (const evse of evses.values()) {
      const endsNow = transactions === 'end' && evse.transaction !== undefined;
      if (endsNow && options.resumeAfterReboot) this.#waiting.add(evse);
      if (endsNow) sessions.end(evse, reason);
      evse.advance(clock.nowMs());
      evse.awaitedStart = undefined;
      evse.setPowered(false);
    }
    if (!options.txProfilesSurviveReboot) profiles.loseTxProfiles();
    registration.forget(bootReason);
    emit({ type: 'rebooting', downMs });
    link.drop(downMs);
    this.#cancelPowerUp?.();
    this.#cancelPowerUp = clock.after(downMs, () => this.#powerUp());
  }

  /** Once the answer to what asked for it is on its way. */
  resetSoon({ reason, transactions }: ResetRequest): void {
    this.#around.clock.after(RESET_GRACE_MS, () => this.reboot({ reason, transactions, bootReason: 'RemoteReset' }));
  }

  resetWhenIdle(request: ResetRequest): void {
    this.#whenIdle = request;
  }

  /** The beat. */
  tick(): void {
    const request = this.#whenIdle;
    const isBusy = [...this.#around.evses.values()].some(({ transaction }) => transaction !== undefined);
    if (request === undefined || isBusy) return;
    this.#whenIdle = undefined;
    this.resetSoon(request);
  }

  #powerUp(): void {
    const { evses, sessions, changed } = this.#around;
    this.#isDown = false;
    for (const evse of evses.values()) evse.setPowered(true);
    for (const evse of this.#waiting) sessions.plugged(evse);
    this.#waiting.clear();
    changed();
  }
}
