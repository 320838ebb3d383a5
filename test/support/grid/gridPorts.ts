import { createHash } from 'node:crypto';
import { Outbound } from '../../../src/outbound/outbound.js';
import type { CircuitCaps, GridPorts, PeerSites } from '../../../src/peers/ports.js';
import type { CircuitLoad } from '../../../src/site/circuitLoad.js';
import type { Clock } from '../../../src/site/clock.js';
import type { SiteModel } from '../../../src/site/model.js';
import { MemoryDocuments } from '../memoryDocuments.js';

const all = (currentA: number) => ({ L1: currentA, L2: currentA, L3: currentA });

/** A grid connection of 63 A and a row of 32 A below it. */
export const GRID_SITE: SiteModel = {
  siteId: 'depot',
  name: 'Depot',
  timeZone: 'Europe/Stockholm',
  voltageV: 230,
  tariffIds: [],
  circuits: [
    { id: 'grid', parentId: null, limitA: all(63), baseLoadMaxA: all(0), meterStaleS: 30 },
    { id: 'row', parentId: 'grid', limitA: all(32), baseLoadMaxA: all(0), meterStaleS: 30 },
  ],
  stations: [],
  meterIntervalS: 10,
  rotationS: 900,
};

/** A site as its peers see it, which keeps what they ask of it. */
export class FakeSites implements PeerSites {
  readonly caps = new Map<string, CircuitCaps>();
  readonly prices: { readonly tariffId: string; readonly events: unknown }[] = [];
  site: SiteModel | undefined = GRID_SITE;
  flows = { buildingA: 0, carsA: 0 };
  /** Of any time. */
  importedWh: number | 'unknown' = 'unknown';

  find(siteId: string): SiteModel | undefined {
    return this.site?.siteId === siteId ? this.site : undefined;
  }

  async putCaps(_siteId: string, eventId: string, caps: CircuitCaps): Promise<void> {
    this.caps.set(eventId, caps);
  }

  load(siteId: string, circuitId: string): CircuitLoad | undefined {
    const circuit = this.find(siteId)?.circuits.find(({ id }) => id === circuitId);
    if (circuit === undefined) return undefined;
    const { buildingA, carsA } = this.flows;
    return {
      circuit,
      voltageV: 230,
      totalW: (buildingA + carsA) * 690,
      totalA: all(buildingA + carsA),
      buildingW: buildingA * 690,
      buildingA: all(buildingA),
      carsW: carsA * 690,
      evses: [
        { assetId: 'CP001/1', powerW: carsA * 690, session: carsA === 0 ? null : { startedAtMs: 0, energyWh: 1_000 } },
      ],
    };
  }

  async importWh(): Promise<number | 'unknown'> {
    return this.importedWh;
  }

  async putPrices(_siteId: string, tariffId: string, events: unknown): Promise<readonly string[]> {
    this.prices.push({ tariffId, events });
    return [];
  }
}

export interface TestPorts extends GridPorts {
  readonly documents: MemoryDocuments;
  readonly sites: FakeSites;
  readonly logged: string[];
}

/** As the service hands them out, with a site and a store in memory; what is called over the network may be on loopback. */
export function gridPorts(clock: Clock, overrides: Partial<GridPorts> = {}): TestPorts {
  const logged: string[] = [];
  const write = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  let made = 0;
  let drawn = 0;
  return {
    clock,
    random: { positiveInt31: () => ((drawn++ * 715_827_883) % 2_147_483_646) + 1 },
    secrets: {
      make: () => `secret-${++made}`,
      hash: (secret) => createHash('sha256').update(secret).digest('hex'),
    },
    log: { info: write, warn: write, error: write },
    outbound: new Outbound({ allowedNets: [{ address: '127.0.0.0', prefixBits: 8, family: 'ipv4' }], clock }),
    documents: new MemoryDocuments(),
    sites: new FakeSites(),
    logged,
    ...overrides,
  } as TestPorts;
}
