import type { ChargingNeeds } from './chargingNeeds.js';
import type { CommandAnswer, CommandTarget } from './commandTarget.js';
import type { ExternalLimit } from './externalLimits.js';
import type { SampleContext, SampleFacts } from './readings.js';
import type { FrameRules, JsonObject } from './rpc.js';
import type { TransactionId } from './stationProfile.js';
import type { ConnectorStatus, SessionStart, StationTransaction, VirtualEvse } from './virtualEvse.js';
import type { BootReason, KeptCall, WireCall } from './wireCall.js';

export type OcppVersion = '1.6' | '2.0.1' | '2.1';
export const OCPP_VERSIONS: readonly OcppVersion[] = ['1.6', '2.0.1', '2.1'];

/** An instant of a transaction that is worth a message, with all that the message may need. */
export interface TransactionMoment {
  readonly evse: VirtualEvse;
  readonly transaction: StationTransaction;
  /** By the station's clock. */
  readonly atMs: number;
  /** Nobody could be told at that instant. */
  readonly isOffline: boolean;
  readonly facts: SampleFacts;
}

/** A transaction's record in the words of one version. Undefined: the version has no word for it. */
export interface TransactionWire {
  /** 'unidentified' where the central system gives the id. */
  newTransactionId(): TransactionId;
  /** Without a start, nobody knows yet who is to charge. */
  started(moment: TransactionMoment, start: SessionStart | undefined): KeptCall;
  /** Of one that began without: now it is known. */
  authorized(moment: TransactionMoment, start: SessionStart): KeptCall | undefined;
  sampled(moment: TransactionMoment, context: SampleContext): KeptCall | undefined;
  chargingStateChanged(moment: TransactionMoment): KeptCall | undefined;
  /** A limit that is not the central system's has come or gone. */
  chargingRateChanged(moment: TransactionMoment): KeptCall | undefined;
  ended(moment: TransactionMoment, end: { readonly reason: string; readonly meterStopWh: number }): KeptCall;
  /** Beside any transaction. */
  idleSample(evse: VirtualEvse, facts: SampleFacts, context: SampleContext): WireCall | undefined;
  /** What the central system said to a start, or to who charges. */
  readStarted(answer: JsonObject): { readonly transactionId?: TransactionId; readonly isAccepted: boolean };
}

/** What of a station's configuration is in use, by whatever name the version has for it. */
export interface StationSettings {
  readonly heartbeatIntervalS: number;
  setHeartbeatIntervalS(intervalS: number): void;
  /** 0: none. */
  readonly pingIntervalS: number;
  /** Of a running transaction. 0: none. */
  readonly sampleIntervalS: number;
  /** A transaction begins when the cable is put in, before anybody is known. */
  readonly startsAtCable: boolean;
  /** Of an outlet without a transaction, aligned to the clock. 0: none. */
  readonly idleSampleIntervalS: number;
  /** How long a remote start waits for its cable. */
  readonly connectionTimeoutS: number;
  /** How often a refused transaction message is sent, and how long it waits in between. */
  readonly attemptsMax: number;
  readonly retryIntervalS: number;
  readonly authorizesRemoteStarts: boolean;
  /** An idToken starts where nobody answers for it. */
  readonly startsUnansweredIdTokens: boolean;
  /** A transaction ends when its start is answered with a refused idToken. */
  readonly stopsRefusedIdTokens: boolean;
}

/** One OCPP version, as a station speaks it: everything that is wire, and nothing that is a station. */
export interface StationDialect {
  readonly ocppVersion: OcppVersion;
  readonly frames: FrameRules;
  readonly settings: StationSettings;
  readonly transactions: TransactionWire;
  /** What relative profiles count from. */
  readonly relativeFrom: 'transaction' | 'powerPath';
  boot(reason: BootReason): JsonObject;
  /**
   * Of an EVSE, or of the station as a whole (0). `word` is what the central system would read: the same word is not said twice.
   * Undefined: nothing is said of it.
   */
  status(of: {
    readonly evseId: number;
    readonly status: ConnectorStatus;
    readonly hasCar: boolean;
    readonly atMs: number;
  }): { readonly word: string; readonly call: WireCall } | undefined;
  authorize(start: SessionStart): WireCall;
  isAuthorized(answer: JsonObject): boolean;
  externalLimitSet(limit: ExternalLimit): WireCall | undefined;
  externalLimitCleared(limit: ExternalLimit): WireCall | undefined;
  chargingNeeds(evseId: number, needs: ChargingNeeds, atMs: number): WireCall | undefined;
  /** Throws RpcFailure where the answer is a CALLERROR. */
  answer(station: CommandTarget, action: string, payload: JsonObject): CommandAnswer;
  /** How an action is refused without a reason. Undefined: its answer has no status to say no with. */
  refusal(action: string): JsonObject | undefined;
}
