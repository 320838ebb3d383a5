import type { JsonObject } from './rpc.js';

/** Something to say: an action of the version at hand, and its payload. */
export interface WireCall {
  readonly action: string;
  readonly payload: JsonObject;
}

/** Part of a transaction's record. */
export interface KeptCall {
  readonly action: string;
  /** A sample: where too many wait, it may be forgotten. */
  readonly isSample: boolean;
  /** Made when sent: the transaction's id may only then be known. */
  readonly payload: () => JsonObject;
}

export type BootReason = 'PowerUp' | 'RemoteReset' | 'Reconnect' | 'Triggered';
