import { call } from './messages.js';
import { openWebSocket, type RawWebSocket, textFrame } from './rawWebSocket.js';

// A station that does what it is told and costs little. The simulator's is far closer to a real one; here it must not be in the way.

export type GridPhase = 'L1' | 'L2' | 'L3';

type Json = Readonly<Record<string, unknown>>;

interface Installed {
  readonly startMs: number;
  readonly untilMs: number;
  readonly periods: readonly { readonly startPeriod: number; readonly limit: number }[];
}

interface Waiting {
  readonly resolve: (payload: Json) => void;
  readonly reject: (error: Error) => void;
}

export interface StationConnecting {
  readonly authorization?: string;
  /** As after a power cut; else it was only cut off, and was accepted before. */
  readonly boots?: boolean;
}

/** What was asked will never be answered: the connection is gone. */
export class ConnectionLost extends Error {}

/** Answered with a CALLERROR. */
export class CallRefused extends Error {}

const SUBPROTOCOL = 'ocpp1.6';
const VENDOR = { chargePointVendor: 'Bench', chargePointModel: 'B1' };
const CONFIGURATION: Readonly<Record<string, string>> = {
  ChargeProfileMaxStackLevel: '8',
  ChargingScheduleAllowedChargingRateUnit: 'Current',
  ChargingScheduleMaxPeriods: '24',
  MaxChargingProfilesInstalled: '8',
  MeterValueSampleInterval: '10',
  MeterValuesSampledData: 'Current.Import,Power.Active.Import,Energy.Active.Import.Register,Current.Offered',
};

export class BenchStation {
  readonly id: string;
  /** Of its one EVSE, in the order of its terminals. */
  readonly phases: readonly GridPhase[];
  readonly currentMaxA: number;
  transactionId = 0;
  /** Plugged in, before its transaction too. */
  hasCar = true;
  /** A charging profile came in; the limit is already in force. */
  onProfile: (arrivedMs: number) => void = () => {};
  /** It answered a call; what that asked for is done. */
  onAnswered: (action: string, payload: Json) => void = () => {};
  /** What it said by itself was answered with a CALLERROR. Where nobody listens, that ends the benchmark. */
  onRefused: (() => void) | undefined;
  /** Its connection ended. Where nobody listens, that ends the benchmark. */
  onLost: ((why: string) => void) | undefined;
  readonly #answers = new Map<string, Waiting>();
  readonly #settings = new Map<string, string>();
  readonly #held = new Set<string>();
  #socket: RawWebSocket | undefined;
  #failsafe: Installed | undefined;
  #tx: Installed | undefined;
  #lastId = 0;

  constructor(id: string, phases: readonly GridPhase[], currentMaxA: number) {
    this.id = id;
    this.phases = phases;
    this.currentMaxA = currentMaxA;
  }

  get socket(): RawWebSocket {
    if (this.#socket === undefined) throw new Error(`${this.id} is not connected`);
    return this.#socket;
  }

  async connect(port: number, { authorization, boots = true }: StationConnecting = {}): Promise<void> {
    const credentials = authorization === undefined ? {} : { authorization };
    const socket = await openWebSocket({
      port,
      path: `/ocpp/${this.id}`,
      subprotocol: SUBPROTOCOL,
      ...credentials,
    });
    this.#socket = socket;
    socket.onMessage = (payload, arrivedMs) => this.receive(payload, arrivedMs);
    const { onLost } = this;
    if (onLost !== undefined) socket.onLost = (why) => this.#lost(why, onLost);
    if (boots) {
      const boot = await this.call('BootNotification', VENDOR);
      if (boot.status !== 'Accepted') throw new Error(`${this.id} was not accepted: ${String(boot.status)}`);
    }
    await this.call('StatusNotification', this.#status());
  }

  #lost(why: string, onLost: (why: string) => void): void {
    this.#socket = undefined;
    for (const { reject } of this.#answers.values()) reject(new ConnectionLost(`${this.id}: ${why}`));
    this.#answers.clear();
    onLost(why);
  }

  /** As when its network fails. */
  async cut(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#lost('cut', () => {});
    await socket.close();
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  /** Purpose, stack level and id of each profile that it holds. */
  get held(): readonly string[] {
    return [...this.#held];
  }

  async startCharging(): Promise<void> {
    const timestamp = new Date().toISOString();
    const answer = await this.call('StartTransaction', { connectorId: 1, idTag: 'BENCH', meterStart: 0, timestamp });
    this.transactionId = Number(answer.transactionId);
    await this.call('StatusNotification', this.#status());
  }

  call(action: string, payload: object): Promise<Json> {
    const id = `${this.id}-${++this.#lastId}`;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve, reject });
      this.socket.write(textFrame(call(id, action, payload)));
    });
  }

  /** What its car may draw now, and does. */
  limitA(nowMs: number): number {
    const txA = this.transactionId === 0 ? undefined : limitOf(this.#tx, nowMs);
    return Math.min(this.currentMaxA, txA ?? limitOf(this.#failsafe, nowMs) ?? this.currentMaxA);
  }

  receive(payload: Buffer, arrivedMs: number): void {
    const [type, id, ...rest] = JSON.parse(payload.toString()) as [number, string, ...unknown[]];
    if (type === 2) this.#called(id, String(rest[0]), rest[1] as Json, arrivedMs);
    else if (type === 3) {
      this.#answers.get(id)?.resolve(rest[0] as Json);
      this.#answers.delete(id);
    } else this.#refused(id, rest);
  }

  /** Where nobody expects it, that ends the benchmark. */
  #refused(id: string, why: readonly unknown[]): void {
    this.#answers.get(id)?.reject(new CallRefused(`${this.id} was told ${JSON.stringify(why)}`));
    this.#answers.delete(id);
  }

  #called(id: string, action: string, payload: Json, arrivedMs: number): void {
    this.socket.write(textFrame(JSON.stringify([3, id, this.#answerTo(action, payload)])));
    if (action === 'SetChargingProfile') this.onProfile(arrivedMs);
    this.onAnswered(action, payload);
    if (action === 'TriggerMessage' && payload.requestedMessage === 'StatusNotification')
      this.call('StatusNotification', this.#status()).catch((error: unknown) => {
        if (error instanceof CallRefused && this.onRefused !== undefined) this.onRefused();
        else unlessLost(error);
      });
  }

  #answerTo(action: string, payload: Json): Json {
    switch (action) {
      case 'SetChargingProfile':
        this.#install(payload.csChargingProfiles as Json);
        return { status: 'Accepted' };
      case 'GetCompositeSchedule':
        return this.#composite(Number(payload.duration));
      case 'GetConfiguration': {
        const keys = (payload.key as readonly string[] | undefined) ?? Object.keys(CONFIGURATION);
        const configurationKey = keys.map((key) => ({ key, readonly: false, value: this.#valueOf(key) }));
        return { configurationKey };
      }
      case 'ChangeConfiguration':
        this.#settings.set(String(payload.key), String(payload.value));
        return { status: 'Accepted' };
      default:
        return { status: 'Accepted' };
    }
  }

  #valueOf(key: string): string {
    return this.#settings.get(key) ?? CONFIGURATION[key] ?? '';
  }

  #install(profile: Json): void {
    this.#held.add(`${profile.chargingProfilePurpose} ${profile.stackLevel} ${profile.chargingProfileId}`);
    const schedule = profile.chargingSchedule as Json;
    // Without one it counts from the start of a transaction: of the failsafe, which is the same at all times, from now.
    const startMs = schedule.startSchedule === undefined ? Date.now() : Date.parse(String(schedule.startSchedule));
    const installed: Installed = {
      startMs,
      untilMs: schedule.duration === undefined ? Number.POSITIVE_INFINITY : startMs + Number(schedule.duration) * 1000,
      periods: schedule.chargingSchedulePeriod as Installed['periods'],
    };
    if (profile.chargingProfilePurpose === 'TxProfile') this.#tx = installed;
    else this.#failsafe = installed;
  }

  #composite(durationS: number): Json {
    const nowMs = Math.ceil(Date.now() / 1000) * 1000;
    const endMs = nowMs + durationS * 1000;
    const times = new Set([nowMs]);
    for (const { startMs, untilMs, periods } of [this.#failsafe, this.#tx].filter((known) => known !== undefined)) {
      for (const ms of [untilMs, ...periods.map(({ startPeriod }) => startMs + startPeriod * 1000)])
        if (ms > nowMs && ms < endMs) times.add(ms);
    }
    const chargingSchedulePeriod = [...times]
      .sort((a, b) => a - b)
      .map((ms) => ({ startPeriod: Math.round((ms - nowMs) / 1000), limit: this.limitA(ms) }));
    return {
      status: 'Accepted',
      connectorId: 1,
      scheduleStart: new Date(nowMs).toISOString(),
      chargingSchedule: { duration: durationS, chargingRateUnit: 'A', chargingSchedulePeriod },
    };
  }

  #status(): object {
    const waiting = this.hasCar ? 'Preparing' : 'Available';
    return { connectorId: 1, errorCode: 'NoError', status: this.transactionId === 0 ? waiting : 'Charging' };
  }
}

function limitOf(profile: Installed | undefined, atMs: number): number | undefined {
  if (profile === undefined || atMs >= profile.untilMs) return undefined;
  return profile.periods.findLast(({ startPeriod }) => profile.startMs + startPeriod * 1000 <= atMs)?.limit;
}

/** What a station says of itself is said again once it is back. */
export function unlessLost(error: unknown): void {
  if (!(error instanceof ConnectionLost)) throw error;
}
