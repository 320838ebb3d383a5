/**
 * A service of several processes under the load of many stations: two gateways, two planners and an API, with a Postgres and a Redis of
 * their own, and stations of N/20 sites that each say a meter value every 10 s, half of them charging. Each site's building has a meter
 * that reports as often, over HTTP; that of every other site jumps four times over its limit in two minutes, so that its cars must come down,
 * and may rise again after. Measured: what each process takes, how long a meter value waits for its answer, and how long it is from a jump until profiles are on
 * the wire. EVENKEEL_BENCH_CLUSTER_STATIONS (default 1000; "1000,2000,5000,10000" one after the other), EVENKEEL_BENCH_CLUSTER_MEASURE_S.
 * EVENKEEL_BENCH_CLUSTER_KEEP=docs/cluster-growth keeps the points in a .json, beside those of other runs, and draws them into an .svg.
 *
 * All of it, the stations too, is on this machine: it says first what a station costs. Of 10,000 it takes eight minutes, and ends by itself after ten.
 */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { postgresMissing } from '../test/support/ownPostgres.js';
import { redisMissing } from '../test/support/ownRedis.js';
import type { ClusterFleetAnswers, ClusterFleetCommand, Seen } from './support/clusterFleetMessages.js';
import { type GrowthPoint, growthPlot, keepPoint } from './support/clusterGrowth.js';
import { clusterSite, clusterSiteDocument, STATIONS_PER_SITE } from './support/clusterScene.js';
import { ClusterUnderLoad, MEMBERS, type Member, type Use } from './support/clusterUnderLoad.js';
import { refuseTooFewDescriptors } from './support/descriptors.js';
import { Fleets } from './support/fleets.js';
import { report } from './support/report.js';
import { sendPatiently } from './support/service.js';
import { inBatches } from './support/site.js';
import { quantile } from './support/statistics.js';

const SIZES = (process.env.EVENKEEL_BENCH_CLUSTER_STATIONS ?? '1000').split(',').map(Number);
const MEASURE_S = Number(process.env.EVENKEEL_BENCH_CLUSTER_MEASURE_S ?? 120);
const KEEP = process.env.EVENKEEL_BENCH_CLUSTER_KEEP;
const FLEETS = 2;
/** Who is not there then is not counted; how many are is. */
const CONNECTED_WITHIN_MS = 240_000;
/** Buildings jump already, and everybody has found his share. */
const WARM_UP_MS = 40_000;
const SIZE_AT_MOST_MS = 590_000;
const LOOK_EVERY_MS = 1_000;
/** Nothing is drawn here. */
const SEED = 0;

type ClusterFleets = Fleets<ClusterFleetAnswers, ClusterFleetCommand>;

const missing = postgresMissing() ?? redisMissing();
if (missing !== undefined) throw new Error(`This needs Postgres and Redis: ${missing}`);
refuseTooFewDescriptors(Math.max(...SIZES));
for (const stations of SIZES) {
  const late = setTimeout(() => {
    say(`${stations} stations took more than ${SIZE_AT_MOST_MS / 1_000} s: given up`);
    process.exit(1);
  }, SIZE_AT_MOST_MS);
  await underLoad(stations);
  clearTimeout(late);
}

async function underLoad(stations: number): Promise<void> {
  const sites = Math.ceil(stations / STATIONS_PER_SITE);
  say(`${stations} stations: starting`);
  const cluster = await ClusterUnderLoad.start();
  const fleets: ClusterFleets = new Fleets(FLEETS, 'clusterFleet');
  try {
    say(`${sites} sites`);
    const documents = Array.from({ length: sites }, (_, index) => clusterSite(index));
    await inBatches(documents, (site) =>
      sendPatiently(cluster.api, 'PUT', `/v1/sites/${site.siteId}`, clusterSiteDocument(site)),
    );
    const perFleet = Math.ceil(sites / FLEETS);
    const { gatewayPorts } = cluster;
    await fleets.tell((index) => {
      const firstSite = index * perFleet;
      const own = Math.min(perFleet, sites - firstSite);
      return { type: 'create', firstSite, sites: own, apiPort: cluster.api.port, gatewayPorts };
    });
    await fleets.tell(() => ({ type: 'connect' }));
    await untilControlled(fleets, sites * STATIONS_PER_SITE);
    await fleets.tell(() => ({ type: 'jump' }));
    await delay(WARM_UP_MS);
    say(`measuring for ${MEASURE_S} s`);
    await fleets.tell(() => ({ type: 'measure' }));
    const before = await cluster.use();
    await delay(MEASURE_S * 1_000);
    const after = await cluster.use();
    const seen = await fleets.tell(() => ({ type: 'seen' }));
    const progress = await fleets.tell(() => ({ type: 'progress' }));
    tell({ stations, before, after, seen, connected: sum(progress, ({ connected }) => connected) });
  } finally {
    fleets.close();
    await cluster.stop();
  }
}

async function untilControlled(fleets: ClusterFleets, stations: number): Promise<void> {
  const startedMs = performance.now();
  let next = 0;
  for (;;) {
    const progress = await fleets.tell(() => ({ type: 'progress' }));
    const controlled = sum(progress, (fleet) => fleet.controlled);
    const tookMs = performance.now() - startedMs;
    if (controlled === stations) return say(`all ${stations} are under control after ${Math.round(tookMs / 1_000)} s`);
    if (tookMs > CONNECTED_WITHIN_MS) {
      const connected = sum(progress, (fleet) => fleet.connected);
      return say(`of ${stations} only ${connected} are connected and ${controlled} under control: going on with those`);
    }
    if (next++ % 15 === 0) say(`${controlled} of ${stations} under control`);
    await delay(LOOK_EVERY_MS);
  }
}

interface Measured {
  readonly stations: number;
  readonly connected: number;
  readonly before: Use;
  readonly after: Use;
  readonly seen: readonly Seen[];
}

function tell({ stations, connected, before, after, seen }: Measured): void {
  const seconds = (after.atMs - before.atMs) / 1_000;
  const takeovers = after.postgres.tokens - before.postgres.tokens;
  const cores = (fromMs: number, toMs: number) => (toMs - fromMs) / 1_000 / seconds;
  const scene = {
    stations,
    connected,
    takeovers,
    sites: after.members['planner 1'].sites + after.members['planner 2'].sites,
    seconds: Math.round(seconds),
  };
  const common = { repeats: 1, seed: SEED, scene };
  const coresOf = (member: Member) => cores(before.members[member].cpuMs, after.members[member].cpuMs);
  const postgresCores = cores(before.postgres.cpuMs, after.postgres.cpuMs);
  const redisCores = cores(before.redis.cpuMs, after.redis.cpuMs);
  const figure = (name: string, unit: string, value: Readonly<Record<string, number>>) =>
    report({ name: `cluster load: ${name}`, value, unit, ...common });
  const perMember = (of: (member: Member) => number) =>
    Object.fromEntries(MEMBERS.map((member) => [member, of(member)]));

  figure('CPU', 'cores', {
    ...perMember(coresOf),
    postgres: postgresCores,
    redis: redisCores,
    'the stations': sum(seen, ({ cpuMs }) => cpuMs) / 1_000 / seconds,
  });
  figure(
    'resident memory',
    'MiB',
    perMember((member) => after.members[member].rssMiB),
  );
  figure(
    'event loop lag, half',
    'ms',
    perMember((member) => after.members[member].lagP50Ms),
  );
  figure('event loop lag, 99 %', 'ms', {
    ...perMember((member) => after.members[member].lagP99Ms),
    'the stations': Math.max(...seen.map(({ lagP99Ms }) => lagP99Ms)),
  });
  figure('stations by gateway, sites by planner', 'number', {
    ...Object.fromEntries(MEMBERS.slice(0, 2).map((name) => [name, after.members[name].connections])),
    ...Object.fromEntries(MEMBERS.slice(2, 4).map((name) => [name, after.members[name].sites])),
  });
  const per = (from: number, to: number) => (to - from) / seconds;
  figure('Postgres', 'per second unless said', {
    'connections (number)': after.postgres.connections,
    commits: per(before.postgres.commits, after.postgres.commits),
    'rows written': per(before.postgres.rows, after.postgres.rows),
    'bytes of WAL': per(before.postgres.walBytes, after.postgres.walBytes),
    'size (bytes)': after.postgres.databaseBytes,
  });
  figure('Redis', 'per second unless said', {
    'connections (number)': after.redis.connections,
    commands: per(before.redis.commands, after.redis.commands),
    'bytes in': per(before.redis.bytesIn, after.redis.bytesIn),
    'bytes out': per(before.redis.bytesOut, after.redis.bytesOut),
    'memory (bytes)': after.redis.memoryBytes,
  });
  const times = (name: string, of: (fleet: Seen) => readonly number[]) => {
    const all = seen.flatMap(of);
    const value = { p50: quantile(all, 0.5), p99: quantile(all, 0.99), longest: quantile(all, 1), of: all.length };
    figure(name, 'ms', value);
    return value;
  };
  const firstProfileMs = times(
    "a building's meter over the limit until the first profile is on the wire",
    ({ firstMs }) => firstMs,
  );
  const fitsMs = times('… until what all draw fits again', ({ fitsMs: all }) => all);
  const meterValueMs = times("a station's meter value until its answer", ({ answeredMs }) => answeredMs);
  times("a building's meter value until its answer", ({ readingMs }) => readingMs);
  figure('seen by the stations', 'number', {
    'meter values per second': sum(seen, ({ answeredMs }) => answeredMs.length) / seconds,
    'profiles per second': sum(seen, ({ profiles }) => profiles) / seconds,
    'jumps that nobody reacted to': sum(seen, ({ jumpsUnanswered }) => jumpsUnanswered),
    'readings that failed': sum(seen, ({ readingsFailed }) => readingsFailed),
    'messages refused': sum(seen, ({ messagesRefused }) => messagesRefused),
    'connections lost': sum(seen, ({ connectionsLost }) => connectionsLost),
    'longest over a limit (ms)': Math.max(...seen.map(({ longestOverMs }) => longestOverMs)),
  });
  if (KEEP === undefined) return;
  const point: GrowthPoint = {
    stations,
    connected,
    loadAverage: rounded(loadavg()[0] ?? Number.NaN),
    measuredS: Math.round(seconds),
    takeovers,
    cpuCores: {
      gateways: rounded(coresOf('gateway 1') + coresOf('gateway 2')),
      planners: rounded(coresOf('planner 1') + coresOf('planner 2')),
      api: rounded(coresOf('api')),
      postgres: rounded(postgresCores),
      redis: rounded(redisCores),
      stations: rounded(sum(seen, ({ cpuMs }) => cpuMs) / 1_000 / seconds),
    },
    firstProfileMs: { p50: rounded(firstProfileMs.p50), p99: rounded(firstProfileMs.p99) },
    fitsMs: { p50: rounded(fitsMs.p50), p99: rounded(fitsMs.p99) },
    meterValueMs: { p50: rounded(meterValueMs.p50), p99: rounded(meterValueMs.p99) },
  };
  writeFileSync(`${KEEP}.svg`, growthPlot(keepPoint(`${KEEP}.json`, point)));
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** Three digits say all that a noisy machine can. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function say(what: string): void {
  process.stderr.write(`clusterLoad: ${what}\n`);
}
