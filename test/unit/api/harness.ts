import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { buildApi } from '../../../src/api/api.js';
import type { ApiOptions } from '../../../src/api/options.js';
import { Accounts, type AccountsOptions } from '../../../src/control/accounts/accounts.js';
import { Passwords } from '../../../src/control/accounts/passwords.js';
import { hashOfSecret } from '../../../src/control/accounts/secrets.js';
import { KeptAnswers } from '../../../src/control/delegation/keptAnswers.js';
import { UpstreamDesk } from '../../../src/control/upstreams.js';
import { VenDesk } from '../../../src/openadr/desk.js';
import { OscpDesk } from '../../../src/oscp/desk.js';
import type { Clock } from '../../../src/site/clock.js';
import { gridPorts } from '../../support/grid/gridPorts.js';
import { InlineSolver } from '../../support/inlineSolver.js';
import { MemoryAccounts } from '../../support/memoryAccounts.js';
import { MemoryDocuments } from '../../support/memoryDocuments.js';
import { webhookRig } from '../../support/webhookRig.js';
import { fakeDelegation } from './fakeDelegation.js';
import { FakeService, NOW_MS } from './fakeService.js';
import { ocpiRig } from './ocpiRig.js';

export const KEY = 'the-admin-key';
export const AUTHORIZED = { authorization: `Bearer ${KEY}` };

/** Time that only moves when it is told to. */
export class ManualClock implements Clock {
  #nowMs = NOW_MS;
  readonly #timers = new Set<{ readonly dueMs: number; readonly run: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get pending(): number {
    return this.#timers.size;
  }

  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const [next] = [...this.#timers].filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.run();
    }
    this.#nowMs = untilMs;
  }
}

export interface Harness {
  readonly app: FastifyInstance;
  readonly service: FakeService;
  readonly clock: ManualClock;
  readonly metrics: Registry;
  readonly log: string[];
  readonly accounts: Accounts;
  readonly store: MemoryAccounts;
}

export async function startApi(
  overrides: Partial<ApiOptions> = {},
  { identityProvider }: Pick<AccountsOptions, 'identityProvider'> = {},
): Promise<Harness> {
  const service = new FakeService();
  const clock = new ManualClock();
  const metrics = new Registry();
  const log: string[] = [];
  const store = new MemoryAccounts();
  await addKey(store, KEY);
  const write = (fields: object, message: string) => void log.push(JSON.stringify({ ...fields, message }));
  const accounts = new Accounts({
    store,
    siteOfStation: async () => undefined,
    listSites: () => service.listSites(),
    hasTariff: (tariffId) => service.tariffs.listTariffs().some((tariff) => tariff.tariffId === tariffId),
    clock,
    log: { info: write, warn: write, error: write },
    passwords: CHEAP,
    ...(identityProvider === undefined ? {} : { identityProvider }),
  });
  const grid = gridPorts(clock);
  grid.sites.find = (siteId) => service.listSites().find((site) => site.siteId === siteId);
  const telling = webhookRig({ clock });
  const app = await buildApi({
    service,
    oscp: new OscpDesk(grid),
    vens: new VenDesk(grid),
    optimizer: new InlineSolver(),
    delegation: fakeDelegation(service, NOW_MS),
    keptAnswers: new KeptAnswers({
      documents: new MemoryDocuments(),
      clock,
      log: { info: write, warn: write, error: write },
    }),
    accounts,
    webhooks: telling.desk,
    recipients: telling.recipients,
    upstreams: new UpstreamDesk({ documents: new MemoryDocuments(), checkUrl: checkTestUrl, clock }),
    ocpi: ocpiRig(clock),
    isReady: async () => ({ ready: true, reasons: [] }),
    metrics,
    clock,
    version: '0.0.0-test',
    logger: { level: 'debug', stream: { write: (line) => log.push(line) } },
    ...overrides,
    // A test machine that is short of processors must not turn answers into OVERLOADED.
    bounds: { eventLoopDelayMaxMs: 60_000, ...overrides.bounds },
  });
  return { app, service, clock, metrics, log, accounts, store };
}

/** As src/outbound says of it, in short. */
function checkTestUrl(url: string) {
  const isTaken = url.startsWith('wss://');
  return isTaken ? ({ ok: true } as const) : ({ ok: false, reason: 'it must begin with wss://' } as const);
}

/** As the real ones but for their cost, which is what a test can do without. */
const CHEAP = new Passwords({ N: 16, r: 1, p: 1 });

/** One that may do everything, as the first start makes it. */
export async function addKey(store: MemoryAccounts, secret: string): Promise<void> {
  const keyHash = hashOfSecret(secret);
  await store.putKey(
    {
      keyId: `key-${keyHash.slice(0, 16)}`,
      name: 'admin',
      role: 'admin',
      organisationId: 'default',
      siteIds: null,
      createdMs: NOW_MS,
      expiresMs: null,
      lastUsedMs: null,
      revokedMs: null,
    },
    keyHash,
  );
}

/** A user and a key, with ids that a test can name. */
export async function addPeople(store: MemoryAccounts): Promise<void> {
  const passwordHash = await CHEAP.hash('correct horse battery');
  const organisationId = 'default';
  const anna = { userId: 'user-1', email: 'anna@example.com', name: 'Anna', role: 'owner' } as const;
  await store.putUser({ ...anna, organisationId, passwordHash, createdMs: NOW_MS }, { endsSignIns: false });
  const meter = { keyId: 'key-1', name: 'meter', role: 'integrator', organisationId, siteIds: null } as const;
  await store.putKey(
    { ...meter, createdMs: NOW_MS, expiresMs: null, lastUsedMs: null, revokedMs: null },
    'hash of key-1',
  );
}

export const SITE = {
  name: 'Depot Nord',
  timeZone: 'Europe/Stockholm',
  circuits: [
    { id: 'grid', limitA: { L1: 63, L2: 63, L3: 63 } },
    { id: 'row-a', parentId: 'grid', limitA: { L1: 32, L2: 32, L3: 32 }, baseLoadMaxA: { L2: 4 } },
  ],
  stations: [
    {
      id: 'CP001',
      circuitId: 'row-a',
      failsafeA: 6,
      evses: [
        { id: 1, kind: 'AC', phases: ['L1', 'L2', 'L3'], currentMaxA: 16 },
        { id: 2, kind: 'DC', phases: ['L1', 'L2', 'L3'], powerMaxW: 50_000, efficiency: 0.94 },
      ],
    },
  ],
};

export async function putSite({ app }: Pick<Harness, 'app'>, siteId = 'depot'): Promise<void> {
  const response = await app.inject({ method: 'PUT', url: `/v1/sites/${siteId}`, headers: AUTHORIZED, payload: SITE });
  if (response.statusCode !== 200) throw new Error(response.body);
}
