import { createHash, randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { pino } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { buildApi } from './api/api.js';
import { type Config, parseConfig } from './config.js';
import { ChargingService } from './control/chargingService.js';
import type { Log } from './control/ports.js';
import { Gateway } from './gateway/gateway.js';
import { TlsPortFailure, TlsPorts, type TlsPortsOptions } from './gateway/tls/tlsPorts.js';
import { controlMetrics, gatewayMetrics, solverMetrics } from './metrics.js';
import { createOcpp16Dialect } from './ocpp/v16/dialect.js';
import { createOcpp21Dialect } from './ocpp/v21/dialect.js';
import { createOcpp201Dialect } from './ocpp/v201/dialect.js';
import type { Clock, RandomSource } from './site/clock.js';
import { siteWorkers } from './solver/bounds.js';
import { SolverPool } from './solver/solverPool.js';
import { openStore, type StorePlace } from './store/openStore.js';
import type { Store } from './store/store.js';

// The composition root: the one place that knows the wall clock, the environment and every part.

const CLOSE_AT_MOST_MS = 10_000;
const MAX_INT31 = 2_147_483_647;
/**
 * Connections that wait to be accepted, where the system allows it: after a power cut thousands come in the same second, and those that
 * find no place are tried again by their own system seconds later, and each time twice as late.
 */
const LISTEN_BACKLOG = 8_192;

/** One waiting for each site of a large installation; a site has no more than one. */
const SITE_PLANS_WAITING_MAX = 2_000;
/** Their bodies are kept in memory meanwhile. */
const API_PROBLEMS_WAITING_MAX = 8;
/** The event loop comes first, then the sites' plans, then strangers' problems. */
const SITE_NICENESS = 3;
const API_NICENESS = 8;

const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, Math.max(0, Math.min(delayMs, MAX_INT31)));
    return () => clearTimeout(timer);
  },
};
const secureRandom: RandomSource = { positiveInt31: () => randomInt(1, MAX_INT31) };

async function main(): Promise<void> {
  const parsed = parseConfig(process.env);
  if (!parsed.ok) return refuseToStart(parsed.error);
  const { config } = parsed;
  const log = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: false }));
  const store = await openStore(storePlace(config)).catch((error: unknown) => refuseToStart(messageOf(error)));
  if (store === undefined) return;
  const key = await ensureAdminKey(store, config);
  await serve({ config, store, log, newKey: key });
}

interface Parts {
  readonly config: Config;
  readonly store: Store;
  readonly log: Log;
  /** Made on this start, to be shown once. */
  readonly newKey: string | undefined;
}

async function serve({ config, store, log, newKey }: Parts): Promise<void> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  let gateway: Gateway | undefined;
  let loaded = false;
  const solvers = startSolvers(registry, log);
  const service: ChargingService = new ChargingService({
    store,
    clock: systemClock,
    random: secureRandom,
    log,
    solver: solvers.site,
    metrics: controlMetrics(registry, () => service.sites.counts()),
    allowUnauthenticated: config.allowUnauthenticatedStations,
    caller: () => gateway ?? { call: () => Promise.resolve({ outcome: 'notSent', reason: 'offline' }) },
    cutOff: (stationId, below) => gateway?.cutOff(stationId, below),
  });
  const newRequestId = () => secureRandom.positiveInt31();
  // Of what a station offers, the first of these is taken.
  const dialects = [createOcpp21Dialect(newRequestId), createOcpp201Dialect(newRequestId), createOcpp16Dialect()];
  gateway = new Gateway({
    handler: service.stations,
    clock: systemClock,
    dialects,
    allowUnauthenticated: config.allowUnauthenticatedStations,
    metrics: gatewayMetrics(registry),
  });
  const stations = gateway;
  const app = await buildApi({
    service,
    optimizer: solvers.api,
    isValidKey: (key) => store.hasApiKey(hashOf(key)),
    isReady: async () => {
      const reasons = loaded ? await service.sites.obstacles() : ['the sites are being read from the store'];
      return { ready: reasons.length === 0, reasons };
    },
    metrics: registry,
    clock: systemClock,
    version: version(),
    logger: { level: config.logLevel, stream: process.stderr },
    answerOther: (request, response) => stations.answerPlainRequest(request, response),
  });
  const tls = openTls({
    config,
    log,
    gateway,
    answer: (request, response) => app.server.emit('request', request, response),
  });
  if (tls === undefined) return;
  await service.load();
  loaded = true;
  gateway.attach(app.server);
  const listening = await app
    .listen({ port: config.port, host: config.host, backlog: LISTEN_BACKLOG })
    .catch((error: unknown) => refuseToStart(listenProblem(error, config)));
  if (listening === undefined) return;
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  const tlsListening =
    tls === 'off'
      ? {}
      : await tls.listen(config.host).catch((error: unknown) => refuseToStart(listenProblem(error, config)));
  if (tlsListening === undefined) return;
  greet({ config, ports: { plain: port, ...tlsListening }, newKey });
  // One a turn: each takes a few tenths of a second, in which nobody is answered.
  for (const dialect of dialects) setImmediate(() => dialect.warm());

  let closing = false;
  const close = (signal: string) => {
    if (closing) return;
    closing = true;
    log.info({ signal }, 'closing');
    setTimeout(() => process.exit(1), CLOSE_AT_MOST_MS).unref();
    // Stations first: what they were told is then known; then readers; then the journal.
    // What is being solved is let go of at once: nobody waits for it, and it would hold up its request.
    void Promise.all([stations.close(), solvers.site.close(), solvers.api.close()])
      .then(() => Promise.all([app.close(), tls === 'off' ? undefined : tls.close()]))
      .then(() => service.close())
      .then(() => store.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ error: messageOf(error) }, 'closing failed');
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', () => close('SIGTERM'));
  process.on('SIGINT', () => close('SIGINT'));
}

/** Undefined: the reason was told, and the process ends. */
function openTls(
  parts: Pick<Parts, 'config' | 'log'> & Pick<TlsPortsOptions, 'gateway' | 'answer'>,
): TlsPorts | 'off' | undefined {
  const { config, log, gateway, answer } = parts;
  if (config.tls === 'off') return 'off';
  const opened = TlsPorts.open({ settings: config.tls, clock: systemClock, log, gateway, answer });
  if (!opened.ok) return refuseToStart(opened.error);
  process.on('SIGHUP', () => opened.ports.reload());
  return opened.ports;
}

/** Sites have their own threads, so that a problem sent to the API never delays a site's plan. */
function startSolvers(registry: Registry, log: Log): { readonly site: SolverPool; readonly api: SolverPool } {
  const metrics = solverMetrics(registry, () => ({ site: site.waiting, api: api.waiting }));
  const start = (pool: 'site' | 'api', bounds: { workers: number; waitingMax: number; niceness: number }) =>
    new SolverPool({
      ...bounds,
      clock: systemClock,
      metrics: metrics(pool),
      onFault: (detail) => log.error({ pool, detail }, 'a solver thread is not well'),
    });
  const site: SolverPool = start('site', {
    workers: siteWorkers(availableParallelism()),
    waitingMax: SITE_PLANS_WAITING_MAX,
    niceness: SITE_NICENESS,
  });
  const api: SolverPool = start('api', {
    workers: 1,
    waitingMax: API_PROBLEMS_WAITING_MAX,
    niceness: API_NICENESS,
  });
  return { site, api };
}

function storePlace({ database, dataDir }: Config): StorePlace {
  return database === 'embedded' ? { dataDir, nowMs: systemClock.nowMs } : { databaseUrl: database };
}

/** The key given by the environment, or one made on the very first start: returned then, so that it is shown that once. */
async function ensureAdminKey(store: Store, config: Config): Promise<string | undefined> {
  const createdMs = systemClock.nowMs();
  if (config.adminKey !== 'generated') {
    const keyHash = hashOf(config.adminKey);
    if (!(await store.hasApiKey(keyHash))) await store.putApiKey({ keyHash, name: 'admin (environment)', createdMs });
    return undefined;
  }
  if ((await store.listApiKeys()).length > 0) return undefined;
  const key = `ek_${randomBytes(32).toString('base64url')}`;
  await store.putApiKey({ keyHash: hashOf(key), name: 'admin', createdMs });
  return key;
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

interface Ports {
  readonly plain: number;
  readonly tls?: number;
  readonly mutualTls?: number;
}

function greet({ config, ports, newKey }: { config: Config; ports: Ports; newKey: string | undefined }): void {
  const host =
    config.host === '0.0.0.0' || config.host === '::'
      ? 'localhost'
      : config.host.includes(':')
        ? `[${config.host}]`
        : config.host;
  const lines = [
    `Evenkeel ${version()} is running.`,
    `  Dashboard and API   http://${host}:${ports.plain}/`,
    `  Stations            ws://${host}:${ports.plain}/ocpp/{stationId}`,
    ...(ports.tls === undefined
      ? []
      : [
          `  Over TLS            https://${host}:${ports.tls}/`,
          `                      wss://${host}:${ports.tls}/ocpp/{stationId}`,
        ]),
    ...(ports.mutualTls === undefined
      ? []
      : [`  With certificates   wss://${host}:${ports.mutualTls}/ocpp/{stationId}`]),
    ...(newKey === undefined
      ? []
      : [`  Admin key           ${newKey}`, '                      (shown this once: keep it)']),
    ...(config.allowUnauthenticatedStations ? ['  Stations without credentials are let in: for a lab only.'] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function version(): string {
  const file = new URL(import.meta.resolve('evenkeel/package.json'));
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const found = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof found === 'string' ? found : 'unknown';
}

function listenProblem(failure: unknown, config: Config): string {
  const [name, number, error] =
    failure instanceof TlsPortFailure
      ? [failure.variable, failure.number, failure.cause]
      : ['PORT', config.port, failure];
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `${name}=${number}: another program has this port. Stop it, or set ${name} to a free one.`;
  if (code === 'EACCES')
    return `${name}=${number}: not allowed. Ports below 1024 need privileges; set ${name} to a higher one.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST=${config.host}: this machine has no such address. Leave HOST out to listen on all.`;
  return messageOf(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One clear line, and no service that runs otherwise than its operator thinks. */
function refuseToStart(reason: string): undefined {
  process.stderr.write(`Evenkeel can not start: ${reason}\n`);
  process.exit(1);
}

main().catch((error: unknown) =>
  refuseToStart(error instanceof Error ? (error.stack ?? error.message) : String(error)),
);
