import type { WebSocket } from 'ws';
import type { Anomalies } from '../gateway/anomalies.js';
import type { GatewayContext } from '../gateway/options.js';
import type { Dialect } from '../ocpp/dialect.js';
import type { SecurityProfile } from '../site/stationMessages.js';
import type { OnLoss } from '../site/upstream.js';
import type { Dialled } from './dialUpstream.js';
import type { IslandQueue } from './islandQueue.js';
import type { OwnProfiles } from './ownProfiles.js';
import type { ProxyMemory } from './proxyMemory.js';

export interface ProxyConnectionParts {
  readonly context: GatewayContext;
  readonly socket: WebSocket;
  /** Undefined: its CSMS is away, and it is served without. */
  readonly upstream: WebSocket | undefined;
  readonly dialect: Dialect;
  readonly stationId: string;
  readonly connectionId: string;
  readonly securityProfile: SecurityProfile;
  readonly anomalies: Anomalies;
  readonly letInBy: 'us' | 'upstream';
  readonly onLoss: OnLoss;
  /** The same station, the same subprotocol, once more. */
  readonly redial: () => Promise<Dialled>;
  /** A site lists it: it is told what the station says, and may tell it something. Absent: it is passed on, and no more. */
  readonly part?: PartInSite;
}

export interface PartInSite {
  readonly memory: ProxyMemory;
  readonly profiles: OwnProfiles;
  readonly voltageV: number;
  /** What its CSMS has not heard yet; from OCPP 2.0.1 on. */
  readonly islandQueue?: IslandQueue;
  readonly credentials: 'passThrough' | 'replace';
  /** The CSMS gave the station another password, which it took. */
  readonly passwordChanged: (password: string) => void;
}
