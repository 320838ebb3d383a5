/**
 * Light stations of many sites in a process of their own, and the meters of the buildings they stand in: the load of a service of
 * several processes. Whatever it hears late it was late itself, so it says how late its own event loop was.
 */
import { Agent } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterFleetAnswers, ClusterFleetCommand, Seen } from '../support/clusterFleetMessages.js';
import { clusterSite, METER_INTERVAL_MS } from '../support/clusterScene.js';
import { ClusterSiteWatch } from '../support/clusterSiteWatch.js';
import { ClusterStation } from '../support/clusterStation.js';
import { serveFleet } from '../support/fleetProcess.js';
import { exchange } from '../support/service.js';

const LOOK_EVERY_MS = 500;
const JUMP_EVERY_MS = 10_000;
/** What is due is done so often: a timer for each station would be late anyway. */
const TICK_MS = 20;
/** No storm: that is another benchmark's. */
const CONNECT_PER_SECOND = 100;
const LAG_RESOLUTION_MS = 10;

let stations: readonly ClusterStation[] = [];
let sites: readonly ClusterSiteWatch[] = [];
let gatewayPorts: readonly number[] = [];
let apiPort = 0;
let readingMs: number[] = [];
let readingsFailed = 0;
let cpuBefore = process.cpuUsage();
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
/** Sites whose building's meter waits for an answer: it sends nothing more until then, and then what it shows by then. */
const waiting = new Map<ClusterSiteWatch, 'answer' | 'answer, has more'>();
const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
lag.enable();

serveFleet(obey);

async function obey(command: ClusterFleetCommand): Promise<ClusterFleetAnswers[ClusterFleetCommand['type']]> {
  switch (command.type) {
    case 'create':
      create(command);
      return null;
    case 'connect':
      void connect();
      return null;
    case 'progress':
      return {
        connected: stations.filter(({ bench }) => bench.isConnected).length,
        controlled: stations.filter(({ isControlled }) => isControlled).length,
      };
    case 'jump': {
      const jumping = sites.filter(({ jumps }) => jumps);
      inTurn(jumping, JUMP_EVERY_MS, (site) => {
        site.jump();
        void post(site);
      });
      return null;
    }
    case 'measure':
      measure();
      return null;
    case 'seen':
      return seen();
    case 'close':
      agent.destroy();
      return null;
  }
}

function create(command: ClusterFleetCommand & { type: 'create' }): void {
  ({ gatewayPorts, apiPort } = command);
  sites = Array.from({ length: command.sites }, (_, index) => {
    const site = clusterSite(command.firstSite + index);
    const own = site.stations.map((place) => new ClusterStation(place));
    stations = [...stations, ...own];
    return new ClusterSiteWatch(site, own);
  });
}

async function connect(): Promise<void> {
  inTurn(sites, METER_INTERVAL_MS, (site) => void post(site));
  inTurn(stations, METER_INTERVAL_MS, (station) => void station.meter());
  setInterval(() => {
    for (const site of sites) site.look();
  }, LOOK_EVERY_MS);
  for (const [index, station] of stations.entries()) {
    void station.stayConnected(gatewayPorts[index % gatewayPorts.length] ?? 0);
    await delay(1_000 / CONNECT_PER_SECOND);
  }
}

/** Each once in so long, evenly, for ever. */
function inTurn<T>(items: readonly T[], everyMs: number, run: (item: T) => void): void {
  if (items.length === 0) return;
  const startedMs = performance.now();
  let done = 0;
  setInterval(() => {
    const due = ((performance.now() - startedMs) / everyMs) * items.length;
    for (; done < due; done++) {
      const item = items[done % items.length];
      if (item !== undefined) run(item);
    }
  }, TICK_MS);
}

async function post(site: ClusterSiteWatch): Promise<void> {
  if (waiting.has(site)) {
    waiting.set(site, 'answer, has more');
    return;
  }
  waiting.set(site, 'answer');
  await postOnce(site);
  const hasMore = waiting.get(site) === 'answer, has more';
  waiting.delete(site);
  if (hasMore) await post(site);
}

async function postOnce(site: ClusterSiteWatch): Promise<void> {
  const path = `/v1/sites/${site.siteId}/meter-values`;
  const sentMs = performance.now();
  try {
    await exchange({ agent, port: apiPort, method: 'POST', path, body: site.reading() });
    readingMs.push(performance.now() - sentMs);
  } catch {
    readingsFailed++;
  }
}

function measure(): void {
  for (const site of sites) site.forget();
  for (const station of stations) Object.assign(station, { answeredMs: [], lost: 0, refused: 0 });
  readingMs = [];
  readingsFailed = 0;
  cpuBefore = process.cpuUsage();
  lag.reset();
}

function seen(): Seen {
  const { user, system } = process.cpuUsage(cpuBefore);
  const sum = <T>(items: readonly T[], of: (item: T) => number) => items.reduce((total, item) => total + of(item), 0);
  return {
    firstMs: sites.flatMap(({ firstMs }) => firstMs),
    fitsMs: sites.flatMap(({ fitsMs }) => fitsMs),
    answeredMs: stations.flatMap(({ answeredMs }) => answeredMs),
    readingMs,
    profiles: sum(sites, ({ profiles }) => profiles),
    jumpsUnanswered: sum(sites, ({ unanswered }) => unanswered),
    readingsFailed,
    messagesRefused: sum(stations, ({ refused }) => refused),
    connectionsLost: sum(stations, ({ lost }) => lost),
    longestOverMs: Math.max(0, ...sites.map(({ longestOverMs }) => longestOverMs)),
    cpuMs: (user + system) / 1_000,
    lagP99Ms: Math.max(0, lag.percentile(99) / 1e6 - LAG_RESOLUTION_MS),
  };
}
