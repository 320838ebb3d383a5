import { createOcpp16Dialect } from '../../../src/ocpp/v16/dialect.js';
import { createOcpp21Dialect } from '../../../src/ocpp/v21/dialect.js';
import { createOcpp201Dialect } from '../../../src/ocpp/v201/dialect.js';
import { Outbound } from '../../../src/outbound/outbound.js';
import { Proxies, type ProxiesOptions } from '../../../src/proxy/proxies.js';
import type { NetworkRange } from '../../../src/site/networks.js';
import type { StationHandler } from '../../../src/site/stationMessages.js';
import type { Upstream } from '../../../src/site/upstream.js';
import { MemoryDocuments } from '../../support/memoryDocuments.js';
import { TestCsms } from '../../support/testCsms.js';
import {
  basicAuth,
  FakeHandler,
  openSocket,
  PASSWORD,
  type RunningGateway,
  realClock,
  startGateway,
  TestStation,
} from '../gateway/gatewayFixture.js';

let nextRequestId = 1_000_000;
const DIALECTS = [
  createOcpp21Dialect(() => nextRequestId++),
  createOcpp201Dialect(() => nextRequestId++),
  createOcpp16Dialect(),
];

export interface ProxyWorld {
  readonly csms: TestCsms;
  readonly running: RunningGateway;
  readonly handler: FakeHandler;
  /** By station; those that are not here are listed by no site. */
  readonly organisations: Map<string, string>;
  upstream: Upstream;
  readonly reports: string[];
  /** That the CSMS gave the station. */
  readonly passwords: string[];
  readonly documents: MemoryDocuments;
  stop(): Promise<void>;
}

export interface ProxyWorldOptions {
  readonly subprotocol?: string;
  readonly upstream?: Partial<Upstream>;
  readonly handler?: StationHandler;
  readonly proxies?: Partial<ProxiesOptions>;
  readonly gateway?: Parameters<typeof startGateway>[0];
}

/** A gateway with a CSMS behind it, which knows the station CP001. */
export async function startProxy(options: ProxyWorldOptions = {}): Promise<ProxyWorld> {
  const csms = await TestCsms.listen(options.subprotocol);
  const handler = new FakeHandler();
  const organisations = new Map([['CP001', 'north']]);
  const reports: string[] = [];
  const passwords: string[] = [];
  const documents = new MemoryDocuments();
  const world = {
    csms,
    handler,
    organisations,
    reports,
    passwords,
    documents,
    upstream: {
      upstreamId: 'csms',
      organisationId: 'north',
      url: csms.url,
      credentials: { mode: 'passThrough' },
      onLoss: { kind: 'close' },
      updatedMs: 0,
      ...options.upstream,
    } as Upstream,
  };
  const proxies = new Proxies({
    upstreams: {
      find: async (upstreamId) => (upstreamId === world.upstream.upstreamId ? world.upstream : undefined),
      siteOf: async (stationId) => {
        const organisationId = organisations.get(stationId);
        return organisationId === undefined ? undefined : { organisationId };
      },
    },
    documents,
    passwordChanged: (_stationId, password) => void passwords.push(password),
    outbound: new Outbound({ allowedNets: LOOPBACK, clock: realClock }),
    handler,
    clock: realClock,
    dialects: DIALECTS,
    report: (_stationId, detail) => void reports.push(detail),
    ...options.proxies,
  });
  const running = await startGateway({
    handler: options.handler ?? handler,
    dialects: DIALECTS,
    proxies,
    ...options.gateway,
  });
  return Object.assign(world, {
    running,
    stop: async () => {
      await running.stop();
      await csms.close();
    },
  });
}

const LOOPBACK: readonly NetworkRange[] = [{ address: '127.0.0.0', prefixBits: 8, family: 'ipv4' }];

export interface ProxiedStationOptions {
  readonly stationId?: string;
  readonly upstreamId?: string;
  readonly protocols?: string[];
  readonly password?: string;
}

export async function connectProxied(world: ProxyWorld, options: ProxiedStationOptions = {}): Promise<TestStation> {
  const { stationId = 'CP001', upstreamId = 'csms', protocols = ['ocpp1.6'], password = PASSWORD } = options;
  const socket = openSocket(world.running.port, `/proxy/${upstreamId}/${stationId}`, {
    protocols,
    headers: { authorization: basicAuth(stationId, password) },
  });
  const station = new TestStation(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  return station;
}
