import { Accounts } from '../../../src/control/accounts/accounts.js';
import { Passwords } from '../../../src/control/accounts/passwords.js';
import { ChargingService } from '../../../src/control/chargingService.js';
import { type StationWay, StationWays } from '../../../src/control/delegation/stationWays.js';
import { Ocpi } from '../../../src/ocpi/ocpi.js';
import { Outbound } from '../../../src/outbound/outbound.js';
import { ServiceApi } from '../../e2e/support/serviceApi.js';
import { addKey, startApi } from '../../unit/api/harness.js';
import { InlineSolver } from '../inlineSolver.js';
import { MemoryAccounts } from '../memoryAccounts.js';
import { MemoryDocuments } from '../memoryDocuments.js';
import { MemoryStore } from '../memoryStore.js';
import { systemClock } from '../systemClock.js';

export const OCPI_RIG_KEY = 'the-admin-key';
const CHEAP = new Passwords({ N: 16, r: 1, p: 1 });

/** A whole service in this process, with its HTTP API on loopback, that may call loopback. */
export class OcpiRig {
  readonly url: string;
  readonly api: ServiceApi;
  readonly service: ChargingService;
  readonly ocpi: Ocpi;
  readonly log: string[];
  readonly documents: MemoryDocuments;
  readonly accounts: MemoryAccounts;
  private readonly app: Awaited<ReturnType<typeof startApi>>['app'];

  static async start(documents = new MemoryDocuments(), store = new MemoryStore()): Promise<OcpiRig> {
    const log: string[] = [];
    const write = (fields: object, message: string) => void log.push(JSON.stringify({ ...fields, message }));
    const logger = { info: write, warn: write, error: write };
    const ways: StationWay[] = [];
    const nobody = { call: async () => ({ outcome: 'notSent', reason: 'offline' }) as const };
    const caller = new StationWays(ways, { others: () => nobody, isOwned: () => true });
    const service = new ChargingService({
      store,
      clock: systemClock,
      random: { positiveInt31: () => Math.ceil(Math.random() * 2_147_483_646) },
      log: logger,
      solver: new InlineSolver(),
      metrics: { planned: () => {}, profileSent: () => {}, profileAnswered: () => {} },
      allowUnauthenticated: false,
      caller: () => caller,
    });
    let url = '';
    const allowedNets = [{ address: '127.0.0.0', prefixBits: 8, family: 'ipv4' }] as const;
    const ocpi = new Ocpi({
      documents,
      outbound: new Outbound({ allowedNets, clock: systemClock }),
      clock: systemClock,
      log: logger,
      service: () => service,
      base: () => url,
      siteOfStation: async (stationId) => service.sites.ownerOfStation(stationId)?.state.site.siteId,
      organisationOfSite: async (id) => (await accountStore.organisationOf({ kind: 'site', id })) ?? 'default',
    });
    ways.push(ocpi.way);
    const accountStore = new MemoryAccounts();
    const accounts = new Accounts({
      store: accountStore,
      siteOfStation: async () => undefined,
      listSites: () => service.listSites(),
      hasTariff: (tariffId) => service.tariffs.listTariffs().some((tariff) => tariff.tariffId === tariffId),
      clock: systemClock,
      log: logger,
      passwords: CHEAP,
    });
    await addKey(accountStore, OCPI_RIG_KEY);
    const { app } = await startApi({
      service,
      accounts,
      clock: systemClock,
      ocpi: { ocpi, base: () => url },
      logger: { level: 'debug', stream: { write: (line) => void log.push(line) } },
    });
    await service.load();
    url = await app.listen({ port: 0, host: '127.0.0.1' });
    ocpi.start();
    return new OcpiRig({ url, service, ocpi, log, documents, accounts: accountStore, app });
  }

  private constructor(
    parts: Pick<OcpiRig, 'url' | 'service' | 'ocpi' | 'log' | 'documents' | 'accounts'> & { app: OcpiRig['app'] },
  ) {
    this.url = parts.url;
    this.service = parts.service;
    this.ocpi = parts.ocpi;
    this.log = parts.log;
    this.documents = parts.documents;
    this.accounts = parts.accounts;
    this.app = parts.app;
    this.api = new ServiceApi(parts.url, OCPI_RIG_KEY);
  }

  /** As a power cut: nothing that it knew and had not stored is left, and nobody is told. */
  async crash(): Promise<void> {
    this.ocpi.close();
    this.app.server.closeAllConnections();
    await this.app.close();
    for (const owner of this.service.sites.list()) owner.abandon();
  }

  async stop(): Promise<void> {
    this.ocpi.close();
    await this.app.close();
    await this.service.close();
  }
}

export const SITE_ID = 'depot';

/** Two stations behind an operator, that share a fuse. */
export function siteOf(peerId: string, { limitA = 32, count = 2, failsafeA = 6 } = {}): object {
  const all = { L1: limitA, L2: limitA, L3: limitA };
  return {
    name: 'Depot Nord',
    timeZone: 'Europe/Oslo',
    circuits: [{ id: 'grid', limitA: all }],
    stations: Array.from({ length: count }, (_, k) => ({
      id: stationId(k),
      circuitId: 'grid',
      failsafeA,
      reactionS: 0,
      delegated: { by: 'ocpi', peerId, locationId: 'LOC1' },
      evses: [{ id: 1, kind: 'AC', phases: ['L1', 'L2', 'L3'], currentMinA: 6, currentMaxA: 32 }],
    })),
  };
}

export function stationId(k: number): string {
  return `NO${k + 1}`;
}

export function evsesOf(count = 2): readonly object[] {
  return Array.from({ length: count }, (_, k) => ({
    stationId: stationId(k),
    evseId: 1,
    locationId: 'LOC1',
    evseUid: `EVSE-${k + 1}`,
  }));
}

/** A session as an operator has it: what smart charging has no use for included. */
export function sessionAt(k: number, id: string, more: object = {}): Record<string, unknown> {
  const now = new Date().toISOString();
  return {
    country_code: 'NO',
    party_id: 'CPO',
    id,
    start_date_time: now,
    kwh: 0,
    cdr_token: { country_code: 'DE', party_id: 'MSP', uid: `TAG-${k + 1}`, type: 'RFID', contract_id: 'DEMSP1' },
    auth_method: 'WHITELIST',
    location_id: 'LOC1',
    evse_uid: `EVSE-${k + 1}`,
    connector_id: '1',
    currency: 'NOK',
    charging_periods: [],
    total_cost: { before_taxes: 1, taxes: [{ name: 'VAT', amount: 0.25 }] },
    status: 'ACTIVE',
    last_updated: now,
    ...more,
  };
}
