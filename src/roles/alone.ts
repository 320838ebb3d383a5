import { collectDefaultMetrics, Registry } from 'prom-client';
import { ChargingService } from '../control/chargingService.js';
import { type StationWay, StationWays } from '../control/delegation/stationWays.js';
import { Gateway } from '../gateway/gateway.js';
import { MessageLog } from '../gateway/messageLog.js';
import { controlMetrics, gatewayMetrics } from '../metrics.js';
import type { StationCaller } from '../site/stationMessages.js';
import { closeOnSignals } from './closing.js';
import { createDelegation } from './delegation.js';
import { createDialects, type Parts, secureRandom, startSolvers, systemClock, warmUp } from './foundation.js';
import { GridPeers } from './gridPeers.js';
import { HttpPorts } from './httpPorts.js';
import { obstaclesOfSites } from './obstacles.js';
import { createOcpi, publicBase } from './ocpiParts.js';
import { openProxies, upstreamDesk } from './proxies.js';
import { createNotices, createTelling } from './telling.js';

const CLOSE_AT_MOST_MS = 10_000;
const NOBODY: StationCaller = { call: () => Promise.resolve({ outcome: 'notSent', reason: 'offline' }) };

/** One process that does everything, alone with its store: no bus, no leases, no hop between a station and its site. */
export async function serveAlone(parts: Parts): Promise<void> {
  const { config, store, log } = parts;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  let gateway: Gateway | undefined;
  let loaded = false;
  const solvers = startSolvers({ registry, log, plansSites: true });
  // Those that are not spoken with over sockets of their own.
  const ways: StationWay[] = [];
  const caller = new StationWays(ways, { others: () => gateway ?? NOBODY, isOwned: () => true });
  const messages = new MessageLog({ clock: systemClock });
  const service: ChargingService = new ChargingService({
    store,
    clock: systemClock,
    random: secureRandom,
    log,
    solver: solvers.site,
    metrics: controlMetrics(registry, () => service.sites.counts()),
    allowUnauthenticated: config.allowUnauthenticatedStations,
    caller: () => caller,
    cutOff: (stationId, below) => gateway?.cutOff(stationId, below),
    messageSource: {
      read: async (stationId, wanted) => ({ ...messages.read(stationId, wanted), isComplete: true }),
    },
    onOwned: () => grid.siteOwned(),
    onLeft: (siteId) => grid.siteLeft(siteId),
  });
  const telling = createTelling(parts, 'alone');
  const grid: GridPeers = new GridPeers({ parts, service });
  const delegation = createDelegation({ service, publisher: telling.publisher, store, isOwned: () => true });
  ways.push(delegation);
  const notices = createNotices({
    parts,
    telling,
    service,
    reasons: () => obstaclesOfSites(service.sites, systemClock),
  });
  const dialects = createDialects();
  const upstreams = upstreamDesk(parts);
  const stations = new Gateway({
    handler: service.stations,
    proxies: openProxies({ parts, upstreams, service, dialects }),
    clock: systemClock,
    dialects,
    allowUnauthenticated: config.allowUnauthenticatedStations,
    metrics: gatewayMetrics(registry),
    messages,
  });
  gateway = stations;
  let listening: number | undefined;
  const base = publicBase(config, () => listening);
  const ocpi = createOcpi({ parts, base, service: () => service });
  ways.push(ocpi.way);
  const ports = await HttpPorts.build({
    parts,
    registry,
    delegation,
    solvers,
    upstreams,
    gateway,
    service,
    webhooks: telling.webhooks,
    oscp: grid.oscp,
    vens: grid.vens,
    recipients: telling.recipients,
    ocpi: { ocpi, base },
    isReady: async () => {
      const reasons = loaded
        ? await obstaclesOfSites(service.sites, systemClock)
        : ['the sites are being read from the store'];
      return { ready: reasons.length === 0, reasons };
    },
    answerOther: (request, response) => stations.answerPlainRequest(request, response),
  });
  if (ports === undefined) return;
  await service.load();
  await grid.start();
  loaded = true;
  telling.outbox.start();
  notices.start();
  listening = await ports.listen();
  if (listening === undefined) return;
  ocpi.start();
  ports.greet();
  warmUp(dialects);
  // Stations first: what they were told is then known; then readers; then the journal.
  // What is being solved is let go of at once: nobody waits for it, and it would hold up its request.
  closeOnSignals(log, CLOSE_AT_MOST_MS, [
    () => Promise.all([stations.close(), solvers.site.close(), solvers.api.close()]),
    async () => {
      grid.close();
      delegation.close();
      ocpi.close();
      await ports.close();
    },
    () => notices.close(),
    () => service.close(),
    () => telling.outbox.close(),
    () => store.close(),
  ]);
}
