import type { CallOptions, CommandOutcome, SecurityProfile, StationCommand } from '../site/stationMessages.js';

/** A station's connection, as the gateway keeps it: one that is served here, or one that goes on to a CSMS through us. */
export interface LiveConnection {
  readonly station: {
    readonly stationId: string;
    readonly connectionId: string;
    readonly securityProfile: SecurityProfile;
  };
  /** 'upstream': another service let it in, whatever credentials are stored here. */
  readonly letInBy: 'us' | 'upstream';
  call<C extends StationCommand>(
    command: C,
    options: Pick<CallOptions, 'priority' | 'timeoutMs' | 'isOutdated'>,
  ): Promise<CommandOutcome<C['type']>>;
  onClose(run: (reason: string) => void): void;
  /** Pings a silent peer, and ends the connection of one that does not answer. */
  checkAlive(): void;
  /** The socket is gone, or no longer speaks for the station. Nothing that it still says counts. */
  end(): void;
  /** Another connection of this station has taken over. */
  replace(): void;
  /** No new calls in either direction. Resolves when what is under way has ended. */
  drain(): Promise<void>;
  close(code: number, reason: string): void;
}
