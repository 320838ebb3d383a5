import type { TransactionId } from '../../site/chargingProfile.js';
import type { SessionNeeds } from '../../site/model.js';
import type { StationCapabilities, StationIdentity } from '../../site/state.js';
import type { EvseStatus, MeterSample, OcppVersion } from '../../site/stationMessages.js';

// A station that a CSMS keeps and speaks with itself: what the CSMS tells of it here, and what it is given to hand on. Refusals are
// thrown as Problem.

export interface DelegationService {
  /** Which of its stations the CSMS has a connection to. To be said again as long as it has: it is its sign of life. */
  tellConnection(stationId: string, told: ConnectionTold): Promise<ConnectionView>;
  connection(stationId: string): ConnectionView;
  tellCapabilities(stationId: string, told: Partial<StationCapabilities>): Promise<StationCapabilities>;
  tellTransaction(
    stationId: string,
    transactionId: string,
    told: DelegatedTransaction,
  ): Promise<DelegatedTransactionView>;
  takeMeterValues(stationId: string, batch: Batch<DelegatedReading>): Promise<MeterValuesTaken>;
  takeMessages(stationId: string, batch: Batch<DelegatedMessage>): Promise<MessagesTaken>;
  /** Resolves at once where there is something, else when something comes or the wait is over. */
  commands(asked: CommandsAsked): Promise<CommandPage>;
  /** Nobody is kept waiting any more: this process goes down. */
  readonly isClosing: boolean;
  takeResult(commandId: string, result: CommandResult): Promise<ClosedCommand>;
}

export type ConnectionTold =
  | {
      readonly status: 'online';
      /** The CSMS's own; another one says that the station has connected anew since. */
      readonly connectionId?: string;
      /** The station said so when it booted. */
      readonly identity?: StationIdentity;
      /** The CSMS has nothing against this service setting the station's metering up. */
      readonly configure: boolean;
      /** How far the station's clock may be off. Absent: not known. */
      readonly clockOffMs?: number;
      readonly leaseMs: number;
      readonly evses: readonly { readonly evseId: number; readonly status: EvseStatus }[];
    }
  | { readonly status: 'offline'; readonly reason?: string };

export interface ConnectionView {
  readonly stationId: string;
  readonly status: 'online' | 'offline';
  readonly connectionId: string | null;
  readonly ocppVersion: OcppVersion;
  /** A boot of it is known: without, nothing is sent to it. */
  readonly isAccepted: boolean;
  /** Without another sign of life it counts as offline from then on. Null while it is. */
  readonly leaseEndsMs: number | null;
  readonly commandsWaiting: number;
}

export interface DelegatedTransaction {
  readonly evseId: number;
  readonly state: 'connected' | 'charging' | 'suspendedEV' | 'suspendedEVSE' | 'ended';
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  readonly idToken?: string;
  readonly meterStartWh?: number;
  readonly meterStopWh?: number;
  readonly reason?: string;
  /** Absent: what is known of them stays. */
  readonly needs?: SessionNeeds;
  /** Counts up with each change of the document. */
  readonly rev: number;
}

export interface DelegatedTransactionView {
  readonly stationId: string;
  readonly transactionId: TransactionId;
  readonly sessionId: string;
  readonly rev: number;
  readonly isOpen: boolean;
}

export interface Batch<T> {
  /** Begun anew where the CSMS begins to count anew. */
  readonly epoch: string;
  readonly items: readonly (T & { readonly seq: number })[];
}

export interface DelegatedReading {
  readonly evseId: number;
  /** By the clock of the CSMS. */
  readonly sample: MeterSample;
}

/** As the station wrote it, in OCPP of its version. */
export interface DelegatedMessage {
  readonly receivedMs: number;
  readonly action: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** What the CSMS answered, as far as it matters here. */
  readonly answer?: Readonly<Record<string, unknown>>;
}

export interface MeterValuesTaken {
  /** All up to here are taken. */
  readonly ackedSeq: number;
  /** Between those that are. */
  readonly missing: readonly number[];
}

export interface MessagesTaken {
  readonly ackedSeq: number;
  /** Where the next batch has to begin. */
  readonly expectedSeq: number;
  readonly refused: readonly { readonly seq: number; readonly detail: string }[];
}

export interface CommandsAsked {
  /** 'start': all that are open. */
  readonly after: string | 'start';
  readonly waitMs: number;
  readonly isVisible: (siteId: string) => boolean;
  /** Nobody reads the answer any more. */
  readonly onGone: (stop: () => void) => void;
}

export interface CommandPage {
  readonly cursor: string;
  readonly commands: readonly DelegatedCommand[];
}

export type CommandKind = 'setLimit' | 'clear' | 'setFailsafe' | 'readback' | 'transaction' | 'configuration' | 'other';

export interface DelegatedCommand {
  readonly id: string;
  readonly siteId: string;
  readonly stationId: string;
  readonly evseId: number | null;
  readonly sessionId: string | null;
  readonly kind: CommandKind;
  /** Whether it lowers or raises what may be drawn. */
  readonly dir: 'dec' | 'inc' | 'none';
  /** One of a lane is given at a time. */
  readonly lane: string;
  /** Those of a group are given in the order that keeps its circuits. */
  readonly group: string;
  /** Decreases of the group that were confirmed lately, before this was given: there is nothing to wait for. */
  readonly after: readonly string[];
  readonly createdMs: number;
  /** Not to be handed to the station after this. */
  readonly notAfterMs: number;
  readonly ocppVersion: OcppVersion;
  readonly action: string;
  readonly payload: object;
  readonly correlationId: string;
}

export interface CommandResult {
  readonly status: 'accepted' | 'rejected' | 'failed' | 'expired' | 'unknown';
  /** The station's answer, in OCPP of its version. */
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly errorCode?: string;
  readonly errorDescription?: string;
}

export interface ClosedCommand {
  readonly id: string;
  readonly status: CommandResult['status'];
  readonly closedMs: number;
}
