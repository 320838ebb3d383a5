import { hashOfSecret, newSessionId } from '../control/accounts/secrets.js';
import type { ChargingService } from '../control/chargingService.js';
import { VenDesk } from '../openadr/desk.js';
import { OscpDesk } from '../oscp/desk.js';
import type { GridPorts, PeerSites } from '../peers/ports.js';
import { circuitLoad } from '../site/circuitLoad.js';
import { QUARTER_MS } from '../site/history.js';
import { Problem } from '../site/problem.js';
import { type Parts, secureRandom, systemClock } from './foundation.js';

/** Grid operators and energy providers that say themselves what the sites of this process may take. */
export class GridPeers {
  readonly oscp: OscpDesk;
  readonly vens: VenDesk;
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
    this.vens = new VenDesk(ports);
  }

  /** Once the sites are there. */
  async start(): Promise<void> {
    this.started = true;
    await Promise.all([this.oscp.host.start(), this.vens.host.start()]);
  }

  /** Before the sites are closed, and what they are told is refused. */
  close(): void {
    this.started = false;
    this.oscp.host.close();
    this.vens.host.close();
  }

  /** A site has become this process's: so have its peers. */
  siteOwned(): void {
    if (!this.started) return;
    void this.oscp.host.look();
    void this.vens.host.look();
  }

  siteLeft(siteId: string): void {
    this.oscp.host.siteLeft(siteId);
    this.vens.host.siteLeft(siteId);
  }

  /** By what is stored, wherever it runs. */
  siteOf({
    protocol,
    id,
  }: {
    readonly protocol: 'oscp' | 'openadr';
    readonly id: string;
  }): Promise<string | undefined> {
    return protocol === 'oscp' ? this.oscp.siteOf(id) : this.vens.siteOf(id);
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
    importWh: (siteId, fromMs, toMs) => importWh(service, siteId, fromMs, toMs),
    putPrices: (siteId, tariffId, events) => putPrices(service, siteId, tariffId, events),
  };
}

/** What is shorter than a quarter of an hour is taken in proportion. */
async function importWh(
  service: ChargingService,
  siteId: string,
  fromMs: number,
  toMs: number,
): Promise<number | 'unknown'> {
  const quarters = await service.historyDesk.quarters(siteId, fromMs, toMs);
  let knownMs = 0;
  let sumWh = 0;
  for (const { startMs, importWh: wh } of quarters) {
    const withinMs = Math.min(toMs, startMs + QUARTER_MS) - Math.max(fromMs, startMs);
    knownMs += withinMs;
    sumWh += (wh * withinMs) / QUARTER_MS;
  }
  return knownMs < toMs - fromMs ? 'unknown' : sumWh;
}

async function putPrices(
  service: ChargingService,
  siteId: string,
  tariffId: string,
  events: unknown,
): Promise<readonly string[]> {
  const upload = { format: 'openadr3', content: events, options: {} } as const;
  try {
    return (await service.tariffs.addPrices(tariffId, upload)).warnings;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'TARIFF_NOT_FOUND') throw error;
    const { timeZone } = service.getSite(siteId);
    return (await service.tariffs.putTariff(tariffId, { ...upload, options: { timeZone } })).warnings;
  }
}
