import { type Car, PILOT_CURRENT_MIN_A } from './car.js';
import type { StationProfile, TransactionId } from './stationProfile.js';
import { type Supply, wattsPerAmpere } from './supply.js';

export type ConnectorStatus =
  | 'Available'
  | 'Preparing'
  | 'Charging'
  | 'SuspendedEVSE'
  | 'SuspendedEV'
  | 'Finishing'
  | 'Unavailable';

/** A transaction as the station keeps it. In OCPP 1.6 its id is the central system's to give, and may come late. */
export interface StationTransaction {
  readonly evseId: number;
  /** Undefined while nobody is known: until then no power flows. */
  idToken: string | undefined;
  /** By the station's clock. */
  readonly startMs: number;
  readonly meterStartWh: number;
  /** 'unidentified' until it is known. */
  transactionId: TransactionId;
  ended: boolean;
}

/** Who charges, and what came with a remote start. */
export interface SessionStart {
  readonly idToken: string;
  readonly profile?: StationProfile;
  /** From 2.0.1 on: what kind of token it is. Absent: a card that was held to the station. */
  readonly idTokenType?: string;
  /** From 2.0.1 on, of a remote start. */
  readonly remoteStartId?: number;
}

/** A remote start that waits for its cable. */
export type AwaitedStart = SessionStart & { readonly untilMs: number };

/** One outlet: cable, contactor, pilot and meter. It knows no OCPP. */
export class VirtualEvse {
  readonly id: number;
  readonly supply: Supply;
  readonly #energySpeed: number;
  #car: Car | undefined;
  #registerWh: number;
  #offeredA = 0;
  #powered = true;
  transaction: StationTransaction | undefined;
  awaitedStart: AwaitedStart | undefined;
  /** The token this cable was plugged in with: a station that comes up again starts with it once more. */
  idToken: string | undefined;
  operative = true;
  /** Made inoperative while a car was charging: takes hold when it is done. */
  inoperativeAfterTransaction = false;
  /** A transaction has ended and the cable is still in. */
  finishing = false;
  nextSampleMs = 0;
  nextIdleSampleMs: number | 'none' = 'none';

  constructor(options: {
    readonly id: number;
    readonly supply: Supply;
    readonly energySpeed: number;
    readonly registerWh: number;
  }) {
    this.id = options.id;
    this.supply = options.supply;
    this.#energySpeed = options.energySpeed;
    this.#registerWh = options.registerWh;
  }

  get car(): Car | undefined {
    return this.#car;
  }

  /** Nobody charges here, or is known to. */
  get isFree(): boolean {
    return this.transaction?.idToken === undefined;
  }

  /** Of the outlet, for an ampere on each terminal. */
  get wattsPerAmpere(): number {
    return wattsPerAmpere(this.supply);
  }

  get registerWh(): number {
    return this.#registerWh;
  }

  /** A per phase on the pilot: 0 while paused, without a transaction or without power. */
  get offeredA(): number {
    return this.#offeredA;
  }

  plug(car: Car, idToken: string | undefined): void {
    this.#car = car;
    car.connect(this.supply);
    this.idToken = idToken;
    this.finishing = false;
  }

  unplug(): Car | undefined {
    const car = this.#car;
    car?.cutPower();
    this.#car = undefined;
    this.#offeredA = 0;
    this.idToken = undefined;
    this.finishing = false;
    return car;
  }

  setPowered(powered: boolean): void {
    this.#powered = powered;
    if (!powered) this.#openContactor();
  }

  /** Lives on to nowMs: the car draws, the register counts. */
  advance(nowMs: number): void {
    if (this.#car === undefined) return;
    this.#registerWh += this.#car.step(nowMs, { ...this.supply, energySpeed: this.#energySpeed });
  }

  /** Puts a limit on the pilot. Without a transaction, or power, the contactor is open. */
  offer(nowMs: number, limitA: number): void {
    if (!this.#powered || this.transaction?.idToken === undefined || this.#car === undefined) {
      this.#openContactor();
      return;
    }
    // An AC pilot knows 0 and 6 A upwards only; below it the car is paused (IEC 61851-1). DC regulates down to nothing.
    const leastA = this.supply.direct === undefined ? PILOT_CURRENT_MIN_A : 0;
    this.#offeredA = limitA < leastA ? 0 : Math.min(limitA, this.supply.currentMaxA);
    this.#car.setPilot(nowMs, this.#offeredA);
  }

  /** By terminal, L1 first. */
  terminalCurrentA(): readonly number[] {
    const drawA = this.#car?.drawA ?? 0;
    const used = this.#car?.terminalsUsed(this.supply.terminals) ?? 0;
    return Array.from({ length: this.supply.terminals }, (_, k) => (k < used ? drawA : 0));
  }

  status(): ConnectorStatus {
    if (this.transaction?.idToken !== undefined) return this.#chargingStatus();
    if (!this.operative) return 'Unavailable';
    if (this.#car === undefined) return this.awaitedStart === undefined ? 'Available' : 'Preparing';
    return this.finishing ? 'Finishing' : 'Preparing';
  }

  #chargingStatus(): ConnectorStatus {
    if (this.#offeredA === 0) return 'SuspendedEVSE';
    return (this.#car?.wantsA(this.#offeredA) ?? 0) > 0 ? 'Charging' : 'SuspendedEV';
  }

  #openContactor(): void {
    this.#offeredA = 0;
    this.#car?.cutPower();
  }
}
