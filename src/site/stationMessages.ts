import type { CommandOutcome, StationCommand } from './stationCommand.js';
import type { StationRequest, StationResponses } from './stationRequest.js';

export * from './stationCommand.js';
export * from './stationRequest.js';

/**
 * The neutral language between stations and the site: what a station says (StationRequest) and what it is told (StationCommand).
 * Each OCPP version's codec translates to and from it; nothing behind the codec knows a version.
 */

export type OcppVersion = '1.6' | '2.0.1' | '2.1';

/** OCPP's own numbers: 0 none, 1 a password over plain TCP, 2 a password over TLS, 3 a client certificate. */
export type SecurityProfile = 0 | 1 | 2 | 3;

/** How a station came to us. */
export interface StationApproach {
  readonly securityProfile: SecurityProfile;
  readonly address: string;
  /** The address, or of IPv6 the /64 that it is in: of what is beyond that one stranger has plenty. */
  readonly network: string;
}

/** Whether a station is let in. A ticket: nobody knows it, and it may wait for somebody who takes it in. */
export type Admission = boolean | { readonly ticket: string };

export interface StationSocket extends StationApproach {
  readonly connectionId: string;
  readonly ocppVersion: OcppVersion;
  /** Somebody else holds the connection, and sees to the station's settings: none of them is asked for or changed from here. */
  readonly isSetUpElsewhere?: true;
}

/** What the gateway needs from the rest of the service. */
export interface StationHandler {
  /**
   * Is this station who it says it is? `password` is absent when none came, and with security profile 3, whose certificate was
   * verified already. Must take the same time for an unknown identity as for a wrong password.
   */
  authenticate(stationId: string, password: string | undefined, approach: StationApproach): Promise<Admission>;
  /** Absent: no tickets are given out. */
  readonly waiting?: WaitingRoom;
  /** An authenticated socket is up and replaces any earlier one of the same station. */
  connected(stationId: string, connection: StationSocket): void;
  /** That socket is gone. Never called for a socket that has been replaced. */
  disconnected(stationId: string, connectionId: string, reason: string): void;
  /**
   * True once the station's boot was accepted; lasts over reconnects and restarts. Before, all but BootNotification is refused. A
   * promise where it has to be asked for elsewhere first.
   */
  isAccepted(stationId: string): boolean | Promise<boolean>;
  /** Resolves when the answer may leave: what must not be lost is then on disk. */
  request<R extends StationRequest>(stationId: string, request: R): Promise<StationResponses[R['type']]>;
  /** Something a person should know of: a malformed frame, an unsolicited answer, a flapping connection. */
  anomaly(stationId: string, anomaly: { readonly kind: string; readonly detail: string }): void;
}

/** Where stations with a ticket are. Nothing is served to them but that they wait. */
export interface WaitingRoom {
  /** `close` ends the connection, so that the station comes again. */
  entered(ticket: string, socket: StationSocket, close: (reason: string) => void): void;
  booted(ticket: string, boot: Extract<StationRequest, { type: 'boot' }>): StationResponses['boot'];
  /** The connection is gone, or never came to be. */
  left(ticket: string): void;
}

/** What the rest of the service needs from the gateway. Never rejects. */
export interface StationCaller {
  call<C extends StationCommand>(
    stationId: string,
    command: C,
    options?: CallOptions,
  ): Promise<CommandOutcome<C['type']>>;
}

export interface CallOptions {
  readonly priority?: 'safety' | 'normal';
  readonly timeoutMs?: number;
  /** Looked at when it is its turn to leave: what is outdated by then was not sent. Absent: it never is. */
  readonly isOutdated?: () => boolean;
  /** Why it is sent, for those who hand it on. Absent: it changes nothing of what may be drawn. */
  readonly about?: {
    /** What it is known by in the journal. */
    readonly attemptId: string;
    /** Whether it raises what may be drawn at any instant. */
    readonly dir: 'dec' | 'inc';
  };
}
