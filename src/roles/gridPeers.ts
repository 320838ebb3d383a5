import { hashOfSecret, newSessionId } from '../control/accounts/secrets.js';
import type { ChargingService } from '../control/chargingService.js';
import { OscpDesk } from '../oscp/desk.js';
import type { GridPorts, PeerSites } from '../peers/ports.js';
import { circuitLoad } from '../site/circuitLoad.js';
import { type Parts, secureRandom, systemClock } from './foundation.js';

/** Grid operators that say themselves what the sites of this process may take. */
export class GridPeers {
  readonly oscp: OscpDesk;
  private started = false;

  constructor({ parts, service }: { readonly parts: Parts; readonly service: ChargingService }) {
    const { store, log, outbound } = parts;
    const ports: GridPorts = {
      clock: systemClock,
      random: secureRandom,
      secrets: { make: newSessionId, hash: hashOfSecret },
      log,
      documents: store.documents,
      outbound,
      sites: sitesOf(service),
    };
    this.oscp = new OscpDesk(ports);
  }

  /** Once the sites are there. */
  async start(): Promise<void> {
    this.started = true;
    await this.oscp.host.start();
  }

  /** Before the sites are closed, and what they are told is refused. */
  close(): void {
    this.started = false;
    this.oscp.host.close();
  }

  /** A site has become this process's: so have its peers. */
  siteOwned(): void {
    if (this.started) void this.oscp.host.look();
  }

  /** By what is stored, wherever it runs. */
  async siteOf({
    protocol,
    id,
  }: {
    readonly protocol: 'oscp' | 'openadr';
    readonly id: string;
  }): Promise<string | undefined> {
    return protocol === 'oscp' ? this.oscp.siteOf(id) : undefined;
  }

  siteLeft(siteId: string): void {
    this.oscp.host.siteLeft(siteId);
  }
}

function sitesOf(service: ChargingService): PeerSites {
  const stateOf = (siteId: string) => service.sites.find(siteId)?.state;
  return {
    find: (siteId) => stateOf(siteId)?.site,
    putCaps: (siteId, eventId, caps) => service.gridEvents.putCaps(siteId, eventId, caps),
    load: (siteId, circuitId) => {
      const state = stateOf(siteId);
      return state === undefined ? undefined : circuitLoad(state, circuitId, systemClock.nowMs());
    },
    importWh: async () => 'unknown',
    putPrices: async () => [],
  };
}
