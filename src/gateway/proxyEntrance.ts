import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { OcppVersion, StationApproach } from '../site/stationMessages.js';
import type { Anomalies } from './anomalies.js';
import type { Entrance, Refusal } from './handshake.js';
import type { LiveConnection } from './liveConnection.js';
import type { GatewayContext } from './options.js';

/** Where stations go on to a CSMS of their own. What is behind it opens a second socket for each. */
export interface ProxyEntrance {
  begin(asked: ProxyRequest): ProxiedArrival;
}

export interface ProxyRequest {
  readonly upstreamId: string;
  readonly stationId: string;
  readonly request: IncomingMessage;
  readonly entrance: Entrance;
}

/** One handshake for an upstream. */
export interface ProxiedArrival {
  /** Whether the CSMS takes the station. To be asked once. Throws where that is not known. */
  ask(password: string | undefined, approach: StationApproach): Promise<boolean>;
  /** What the station is answered where it was not let in; undefined: as any other. */
  readonly refusal: Refusal | undefined;
  /** Of the CSMS's choice. */
  readonly subprotocol: string | undefined;
  open(parts: ProxiedParts): ProxiedConnection;
  /** It did not come to that. */
  abandon(): void;
}

export interface ProxiedParts {
  readonly socket: WebSocket;
  readonly context: GatewayContext;
  readonly connectionId: string;
  readonly approach: StationApproach;
  readonly anomalies: Anomalies;
}

/** `takesPart`: a site lists it, and is told of it. Others are only passed on. */
export interface ProxiedConnection {
  readonly connection: LiveConnection;
  readonly ocppVersion: OcppVersion;
  readonly takesPart: boolean;
  /** Its site has been told that it is there. */
  begin(): void;
}
