import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { BullReplanQueue } from '../bus/bullReplanQueue.js';
import type { Bus } from '../bus/bus.js';
import { EmbeddedBus } from '../bus/embeddedBus.js';
import { RedisBus } from '../bus/redisBus.js';
import { CommandDesk } from '../cluster/commandDesk.js';
import { GatewayDesk } from '../cluster/gatewayDesk.js';
import { answerForMessages, GatewayMessages } from '../cluster/gatewayMessages.js';
import { answerForRoom, GatewayRooms } from '../cluster/gatewayRooms.js';
import { Members } from '../cluster/members.js';
import { NewsForOwners } from '../cluster/newsForOwners.js';
import { NodeKeys } from '../cluster/nodeKeys.js';
import { NodeLine } from '../cluster/nodeLine.js';
import { NodePost } from '../cluster/nodePost.js';
import { OWNS_NOTHING, Planner } from '../cluster/planner.js';
import { SiteRouter } from '../cluster/siteRouter.js';
import { SiteRoutes } from '../cluster/siteRoutes.js';
import { SitesElsewhere } from '../cluster/sitesElsewhere.js';
import { TariffNews } from '../cluster/tariffNews.js';
import type { Config, SingleRole } from '../config.js';
import { ChargingService } from '../control/chargingService.js';
import { type StationWay, StationWays } from '../control/delegation/stationWays.js';
import { Gateway } from '../gateway/gateway.js';
import { MessageLog } from '../gateway/messageLog.js';
import { clusterMetrics, controlMetrics, gatewayMetrics } from '../metrics.js';
import type { StationCaller } from '../site/stationMessages.js';
import type { NodeAnnouncement } from '../store/store.js';
import { monotonicMs } from './clocks.js';
import { closeOnSignals } from './closing.js';
import { createDelegation } from './delegation.js';
import { createDialects, type Parts, secureRandom, startSolvers, systemClock, warmUp } from './foundation.js';
import { GridPeers } from './gridPeers.js';
import { HeartbeatThread } from './heartbeatThread.js';
import { HttpPorts } from './httpPorts.js';
import { obstaclesOfSites } from './obstacles.js';
import { createOcpi, publicBase } from './ocpiParts.js';
import { onlyProbes } from './onlyProbes.js';
import { openProxies, upstreamDesk } from './proxies.js';
import { createNotices, createTelling } from './telling.js';

const CLOSE_AT_MOST_MS = 30_000;
/** Connections are handed over no faster than others can take them in, and in this time at the latest. */
const DRAIN_GAP_MS = 20;
const DRAIN_AT_MOST_MS = 15_000;
const BODY_MAX_BYTES = 1024 * 1024;
const NODE_KEY_BYTES = 32;
const NOBODY: StationCaller = { call: () => Promise.resolve({ outcome: 'notSent', reason: 'offline' }) };

/** One of several processes that share a database, and over Redis talk to each other. */
export async function serveInCluster(parts: Parts): Promise<void> {
  const { config, store, log } = parts;
  const has = (role: SingleRole): boolean => config.roles === 'all' || config.roles.includes(role);
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const nodeId = `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const bus = await openBus(config, nodeId, parts);
  const lineKeys = new NodeKeys({
    documents: store.documents,
    clock: systemClock,
    log,
    nodeId,
    key: randomBytes(NODE_KEY_BYTES).toString('base64url'),
    nodes: () => members?.list() ?? [],
  });
  const line =
    config.redis === 'none' ? 'none' : new NodeLine({ nodeId, keys: lineKeys, nodes: () => members?.list() ?? [] });
  const post = new NodePost(bus, line);
  const routes = new SiteRoutes({ store, post, clock: systemClock, log });
  const queue = config.redis === 'none' ? 'none' : new BullReplanQueue({ address: config.redis, log });
  const solvers = startSolvers({ registry, log, plansSites: has('planner') });
  let members: Members | undefined;
  const running = (): Members => {
    if (members === undefined) throw new Error('this process is starting');
    return members;
  };
  let url = '';
  let heartbeat: HeartbeatThread | undefined;
  const planner = has('planner')
    ? new Planner({
        post,
        bus,
        store,
        routes,
        clock: systemClock,
        monotonicMs,
        hearHeartbeat: () => heartbeat?.hear(),
        log,
        queue,
        members: running,
        self: () => ({ ownerId: nodeId, url }),
        service: () => service,
      })
    : undefined;
  const elsewhere = new SitesElsewhere({
    post,
    planners: () => members?.withRole('planner') ?? [],
    clock: systemClock,
    log,
  });
  // Those that are not spoken with over sockets of their own, by whoever owns their site.
  const ways: StationWay[] = [];
  const isOwned = (siteId: string): boolean => planner?.leases.isValid(siteId) === true;
  const caller = new StationWays(ways, {
    others: () => planner?.desk ?? NOBODY,
    isOwned: (stationId) => {
      const owner = service.sites.ownerOfStation(stationId);
      return owner !== undefined && isOwned(owner.state.site.siteId);
    },
  });
  const service: ChargingService = new ChargingService({
    store,
    clock: systemClock,
    random: secureRandom,
    log,
    solver: solvers.site,
    metrics: controlMetrics(registry, () => service.sites.counts()),
    allowUnauthenticated: config.allowUnauthenticatedStations,
    caller: () => caller,
    cutOff: (stationId, below) => {
      // At once here; and by whichever gateway holds it.
      gateway?.cutOff(stationId, below);
      post.tellAll('credentials.changed', { stationId, below }).catch((error: unknown) => {
        log.error(
          { stationId, error: String(error) },
          'a connection of this station at another gateway may still be open',
        );
      });
    },
    ownership: planner ?? OWNS_NOTHING,
    onOwned: () => grid.siteOwned(),
    onLeft: (siteId) => grid.siteLeft(siteId),
    sitesElsewhere: () => elsewhere.list(),
    onboardingRooms: new GatewayRooms({ post, gateways: () => members?.withRole('gateway') ?? [], log }),
    messageSource: new GatewayMessages({ post, gateways: () => members?.withRole('gateway') ?? [], log }),
  });
  const grid: GridPeers = new GridPeers({ parts, service });
  const tariffs = new TariffNews({
    post,
    tariffs: service.tariffRegistry,
    clock: systemClock,
    log,
    onChanged: (tariffId) => {
      if (queue === 'none') return;
      const naming = [...service.listSites(), ...elsewhere.list()].filter(({ tariffIds }) =>
        tariffIds.includes(tariffId),
      );
      for (const { siteId } of naming) queue.ask(siteId, 'tariff').catch(() => undefined);
    },
  });

  const upstreams = upstreamDesk(parts);
  let listening: number | undefined;
  const base = publicBase(config, () => listening);
  const news = new NewsForOwners({
    post,
    routes,
    clock: systemClock,
    desk: () => ocpi.desk,
    isOwnedHere: (siteId) => service.sites.find(siteId) !== undefined,
  });
  const ocpi = createOcpi({
    parts,
    base,
    service: () => service,
    tellElsewhere: (siteId, told) => news.tell(siteId, told),
  });
  ways.push(ocpi.way);

  let gateway: Gateway | undefined;
  const dialects = has('gateway') ? createDialects() : [];
  const stations = has('gateway')
    ? new GatewayDesk({
        local: service.stations,
        post,
        bus,
        routes,
        store,
        clock: systemClock,
        log,
        displace: (stationId, connectionId) => gateway?.displace(stationId, connectionId),
      })
    : undefined;
  let commands: CommandDesk | undefined;
  if (stations !== undefined) {
    const messages = new MessageLog({ clock: systemClock });
    answerForRoom(post, service.stations.waiting, stations.links);
    answerForMessages(post, messages);
    gateway = new Gateway({
      handler: stations,
      proxies: openProxies({ parts, upstreams, service, dialects }),
      clock: systemClock,
      dialects,
      allowUnauthenticated: config.allowUnauthenticatedStations,
      metrics: gatewayMetrics(registry),
      messages,
    });
    commands = new CommandDesk({
      post,
      routes,
      caller: gateway,
      connectionOf: (stationId) => stations.links.find(stationId)?.socket.connectionId,
    });
  }
  clusterMetrics(registry, {
    sitesOrphaned: () => routes.orphans(),
    busBroken: () => bus.brokenSinceMs !== undefined,
    commandsRefused: () => commands?.refused ?? 0,
    meterValuesBuffered: () => stations?.bufferedMeterValues ?? 0,
    replans: async () => (queue === 'none' ? undefined : await queue.counts().catch(() => undefined)),
  });

  let draining = false;
  let started = false;
  const router = new SiteRouter({
    routes,
    store,
    clock: systemClock,
    nodeId,
    isOwnedHere: (siteId) => service.sites.find(siteId) !== undefined,
    siteOfPeer: (peer) => grid.siteOf(peer),
    planners: () => members?.withRole('planner') ?? [],
    bodyMaxBytes: BODY_MAX_BYTES,
  });
  const isReady = async () => {
    const reasons: string[] = [];
    if (draining) reasons.push('this process is going down');
    if (!started) reasons.push('this process is starting');
    const brokenMs = bus.brokenSinceMs;
    // Those that it has most to say to.
    const others = members?.withRole(has('planner') ? 'gateway' : 'planner') ?? [];
    if (brokenMs !== undefined && !(await post.reaches(others.map((other) => other.nodeId))))
      reasons.push(
        `messages between processes do not pass since ${new Date(brokenMs).toISOString()}: Redis is out of reach, and so are they`,
      );
    reasons.push(...(planner?.obstacles() ?? []), ...(await obstaclesOfSites(service.sites, systemClock)));
    if (started && running().withRole('planner').length === 0) reasons.push('no planner is running');
    return { ready: reasons.length === 0, reasons };
  };
  const servesApi = has('api') || has('planner');
  const telling = createTelling(parts, nodeId);
  const delegation = createDelegation({ service, publisher: telling.publisher, store, isOwned });
  ways.push(delegation);
  const notices = createNotices({
    parts,
    telling,
    service,
    reasons: async () => (started && !draining ? (await isReady()).reasons : 'starting'),
  });
  const ports = await HttpPorts.build({
    parts,
    registry,
    delegation,
    solvers,
    upstreams,
    gateway: gateway ?? 'none',
    service,
    webhooks: telling.webhooks,
    oscp: grid.oscp,
    vens: grid.vens,
    recipients: telling.recipients,
    ocpi: { ocpi, base },
    isReady,
    whereTo: (asked) => router.whereTo(asked),
    // By what is stored, also of a site whose owner has just died: until it is known again it must not seem to be nobody's.
    isSiteElsewhere: (siteId) => routes.has(siteId),
    ...(queue === 'none' ? {} : { failedReplans: (limit: number) => queue.failed(limit) }),
    answerOther: (request, response) =>
      (line !== 'none' && line.answer(request, response)) ||
      gateway?.answerPlainRequest(request, response) === true ||
      (!servesApi && onlyProbes(request, response)),
  });
  if (ports === undefined) return;
  await service.load();
  if (line !== 'none') await lineKeys.start();
  await post.open();
  await post.hear('credentials.changed', ({ stationId, below }) => gateway?.cutOff(stationId, below));
  const port = await ports.listen();
  if (port === undefined) return;
  listening = port;
  url = config.advertisedUrl === 'derived' ? derivedUrl(config, port) : config.advertisedUrl;
  const node: NodeAnnouncement = { nodeId, roles: config.roles === 'all' ? ['all'] : config.roles, url };
  heartbeat = await HeartbeatThread.start({
    databaseUrl: databaseUrlOf(config),
    node,
    ownsSites: planner !== undefined,
    clock: systemClock,
    log,
    told: (news) => planner?.heard(news),
  });
  members = new Members({ store, clock: systemClock, log });
  await members.start();
  await routes.start();
  await tariffs.start();
  await elsewhere.start();
  await planner?.start();
  if (servesApi) telling.outbox.start();
  await grid.start();
  ocpi.start();
  started = true;
  if (servesApi) notices.start();
  log.info({ nodeId, url, roles: config.roles }, 'this process is one of several');
  ports.greet();
  warmUp(dialects);

  closeOnSignals(log, CLOSE_AT_MOST_MS, [
    async () => {
      draining = true;
      members?.close();
      await heartbeat?.leave();
    },
    // Stations go to other gateways before the sites go to other planners: what they still say here is answered.
    async () => {
      const spreadMs = Math.min(DRAIN_AT_MOST_MS, (gateway?.connectionCount ?? 0) * DRAIN_GAP_MS);
      await gateway?.drain(spreadMs);
      await gateway?.close();
      stations?.links.close();
    },
    () => notices.close(),
    () => Promise.all([planner?.close(), solvers.site.close(), solvers.api.close()]),
    async () => heartbeat?.close(),
    async () => {
      grid.close();
      router.close();
      delegation.close();
      ocpi.close();
      await ports.close();
    },
    () => service.close(),
    () => telling.outbox.close(),
    async () => {
      routes.close();
      tariffs.close();
      elsewhere.close();
      if (queue !== 'none') await queue.close();
      await bus.close();
      await lineKeys.close();
      if (line !== 'none') line.close();
    },
    () => store.close(),
  ]);
}

function databaseUrlOf({ database }: Config) {
  if (database === 'embedded') throw new Error('several processes share a database of their own');
  return database;
}

async function openBus(config: Config, nodeId: string, { log }: Parts): Promise<Bus> {
  if (config.redis === 'none') return new EmbeddedBus({ nodeId, clock: systemClock });
  return RedisBus.connect({ address: config.redis, nodeId, clock: systemClock, log });
}

/** By the machine's name, unless it listens at one address only. */
function derivedUrl({ host }: Config, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? hostname() : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
