import type { ProfileEngine } from './profileEngine.js';
import type { JsonObject } from './rpc.js';
import type { SessionStart, VirtualEvse } from './virtualEvse.js';
import type { BootReason, WireCall } from './wireCall.js';

export interface ResetRequest {
  /** Why its transactions end. */
  readonly reason: string;
  readonly transactions: 'keep' | 'end';
}

/** What a command may do to its station, whatever version it came in. */
export interface CommandTarget {
  readonly stationId: string;
  readonly evses: ReadonlyMap<number, VirtualEvse>;
  readonly profiles: ProfileEngine;
  /** Boot accepted; before, a station takes no remote start or stop (OCPP 1.6, 4.2). */
  readonly isRegistered: boolean;
  readonly transactionMessagesWaiting: number;
  /** By the station's clock. */
  nowMs(): number;
  /** Profiles have changed: the pilots follow at once. */
  limitsChanged(): void;
  remoteStart(evse: VirtualEvse, start: SessionStart): void;
  endTransaction(evse: VirtualEvse, reason: string): void;
  setOperative(evse: VirtualEvse, operative: boolean): 'Accepted' | 'Scheduled';
  reset(request: ResetRequest): void;
  /** Once no transaction runs. */
  resetWhenIdle(request: ResetRequest): void;
  sendBoot(reason: BootReason): void;
  sendHeartbeat(): void;
  sendStatus(evseId: number): void;
  /** Of the running transaction, else of the EVSE. */
  sendSample(evse: VirtualEvse): void;
  /** Of the EVSE, whatever runs there. */
  sendIdleSample(evse: VirtualEvse): void;
  send(call: WireCall, options?: { readonly evenBeforeBoot: true }): void;
  setPassword(password: string): void;
}

export interface CommandAnswer {
  readonly payload: JsonObject;
  /** What follows once the answer is on the wire. */
  readonly then?: () => void;
}
