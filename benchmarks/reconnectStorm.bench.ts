/**
 * 5,000 stations of 50 sites back in the same moment, each with a car that charges within a limit that it holds: after the service was
 * killed (kill -9) and started again, and after every connection was cut while it ran on. Measured: how long until each is accepted, its
 * failsafe asserted and its transaction's profile confirmed again, how long the service's other work waits meanwhile, and whether at any
 * moment any circuit's cars might have drawn more than it carries, by what the stations themselves hold.
 *
 * Each has a password, which a service that was started has to hash once; one that is told 503 comes back when Retry-After says.
 */
import { scrypt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { startServer } from './support/children.js';
import { refuseTooFewDescriptors } from './support/descriptors.js';
import type { FleetAnswers, FleetCommand, HeldByStation } from './support/fleetMessages.js';
import { Fleets } from './support/fleets.js';
import { BENCH_PASSWORD } from './support/messages.js';
import { report } from './support/report.js';
import { type RunningService, sendPatiently, startService } from './support/service.js';
import { inBatches } from './support/site.js';
import { median, quantile } from './support/statistics.js';
import { checkHeld } from './support/stormCheck.js';
import { ownerLimitDocument, STATIONS_PER_SITE, stormSite, stormSiteDocument } from './support/stormScene.js';
import type { Milestones } from './support/stormStation.js';

const SITES = Number(process.env.EVENKEEL_BENCH_STORM_SITES ?? 50);
const STATIONS = SITES * STATIONS_PER_SITE;
const FLEETS = 2;
const REPEATS = Number(process.env.EVENKEEL_BENCH_STORM_REPEATS ?? 2);
const LOOK_EVERY_MS = 50;
/** No profile came for so long: the service has said what it had to say, and waits for no copy of an earlier one any more. */
const QUIET_MS = 12_000;
const QUIET_WITHIN_MS = 180_000;
/** What is exchanged with a station that comes back: handshakes aside, so many calls and answers. */
const MESSAGES_PER_STATION = 9;
const HASHED = 500;
/** Nothing is drawn here: every station says the same. */
const SEED = 0;

interface Storm {
  readonly stations: readonly Milestones[];
  readonly healthMs: readonly number[];
  readonly serviceCpuMs: number;
  readonly fleetCpuMs: number;
  readonly overA: number;
  readonly where: string;
}

refuseTooFewDescriptors(STATIONS);
const sites = Array.from({ length: SITES }, (_, index) => stormSite(index));
const fleets = new Fleets<FleetAnswers, FleetCommand>(FLEETS, 'stationFleet');
const sitesPerFleet = Math.ceil(SITES / FLEETS);
await fleets.tell((index) => {
  const firstSite = index * sitesPerFleet;
  return { type: 'create', firstSite, sites: Math.min(sitesPerFleet, SITES - firstSite), password: BENCH_PASSWORD };
});

let service = await startService({ keepsFiles: true });
const { directory, port } = service;
for (const site of sites) {
  await service.send('PUT', `/v1/sites/${site.siteId}`, stormSiteDocument(site));
  await service.send('PUT', `/v1/sites/${site.siteId}/limits/owner`, ownerLimitDocument(site));
}
say('the first time');
await fleets.tell(() => ({ type: 'comeBack', port }));
const stationIds = sites.flatMap(({ stations }) => stations.map(({ id }) => id));
await quiet();
say('their passwords');
const credentials = { password: BENCH_PASSWORD };
await inBatches(stationIds, (id) => sendPatiently(service, 'PUT', `/v1/stations/${id}/credentials`, credentials));
const drawnBeforeA = sumA(await checkHeld(service, sites, held));
await worst();

const downMs: number[] = [];
const killed: Storm[] = [];
const cut: Storm[] = [];
for (let repeat = 0; repeat < REPEATS; repeat++) {
  await service.kill();
  const killedMs = performance.now();
  service = await startService({ directory, port, passwords: true, keepsFiles: true });
  downMs.push(performance.now() - killedMs);
  killed.push(await storm(service));
  cut.push(await storm(service));
}
const hashingMs = (await hashSome()) * (STATIONS / HASHED);
await fleets.tell(() => ({ type: 'close' }));
const bareMs = await bareStorm();
for (const [name, storms] of [
  ['after kill -9 and a restart', killed],
  ['after every connection was cut', cut],
] as const)
  tell(name, storms);
report({
  name: 'reconnect storm: from kill -9 until the service that was started then listens',
  value: median(downMs),
  unit: 'ms',
  repeats: REPEATS,
  seed: SEED,
  scene: { sites: SITES, stations: STATIONS },
});
await fleets.tell(() => ({ type: 'close' }));
fleets.close();
await service.stop();
await rm(directory, { recursive: true, force: true });

async function storm(running: RunningService): Promise<Storm> {
  say('a storm');
  const cpuBeforeMs = await running.cpuMs();
  const looking = { isOver: false };
  const looks = look(running, looking);
  const ended = await fleets.tell(() => ({ type: 'comeBack', port }));
  looking.isOver = true;
  const healthMs = await looks;
  const serviceCpuMs = (await running.cpuMs()) - cpuBeforeMs;
  await quiet();
  const { stations, overA, where } = await worst();
  const now = await checkHeld(running, sites, held);
  if (overA > 0) throw new Error(`${where} was ${overA} A above its limit, by what its stations held`);
  if (sumA(now) < 0.99 * drawnBeforeA) throw new Error(`of ${drawnBeforeA} A the cars got ${sumA(now)} A back`);
  return {
    stations,
    healthMs,
    serviceCpuMs,
    fleetCpuMs: ended.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    overA,
    where,
  };
}

function tell(name: string, storms: readonly Storm[]): void {
  const times = (of: (seen: Milestones) => number | undefined) =>
    storms.map(({ stations }) => stations.map((seen) => of(seen) ?? Number.NaN));
  const quantiles = (perStorm: readonly (readonly number[])[]) => ({
    p50: median(perStorm.map((ms) => quantile(ms, 0.5))),
    p99: median(perStorm.map((ms) => quantile(ms, 0.99))),
    last: median(perStorm.map((ms) => quantile(ms, 1))),
  });
  const peer = { passwordsHashedOnAllCores: hashingMs, bareWsAndAsManyMessages: bareMs };
  const count = (of: (seen: Milestones) => number) =>
    median(storms.map(({ stations }) => stations.reduce((sum, seen) => sum + of(seen), 0)));
  const common = { repeats: REPEATS, seed: SEED };
  const scene = {
    sites: SITES,
    stations: STATIONS,
    told503: count(({ refused }) => refused),
    cutOff: count(({ lost }) => lost),
    serviceCpuMs: Math.round(median(storms.map(({ serviceCpuMs }) => serviceCpuMs))),
    fleetCpuMs: Math.round(median(storms.map(({ fleetCpuMs }) => fleetCpuMs))),
    lookedAt: count(({ compositeMs }) => (compositeMs === undefined ? 0 : 1)),
  };
  for (const [until, of] of [
    ['a station is accepted', (seen: Milestones) => seen.acceptedMs],
    ['its failsafe is asserted', (seen: Milestones) => seen.failsafeMs],
    ["its transaction's profile is confirmed", (seen: Milestones) => seen.compositeMs ?? seen.profileMs],
  ] as const) {
    const value = quantiles(times(of));
    report({
      name: `reconnect storm ${name}: until ${until}`,
      value,
      unit: 'ms',
      peer: { name: 'nothing but', value: peer },
      ratio: value.last / (storms === killed ? Math.max(hashingMs, bareMs) : bareMs),
      ...common,
      scene,
    });
  }
  const looks = storms.map(({ healthMs }) => healthMs);
  report({
    name: `reconnect storm ${name}: an answer of GET /healthz meanwhile`,
    value: {
      p50: median(looks.map((ms) => quantile(ms, 0.5))),
      p99: median(looks.map((ms) => quantile(ms, 0.99))),
      longest: Math.max(...looks.flat()),
    },
    unit: 'ms',
    ...common,
    scene: { stations: STATIONS, looks: looks.flat().length },
  });
  report({
    name: `reconnect storm ${name}: the fullest phase of any circuit, over its limit`,
    value: Math.max(...storms.map(({ overA }) => overA)),
    unit: 'A',
    aim: 'never above 0',
    aimMet: storms.every(({ overA }) => overA <= 0),
    ...common,
    scene: { sites: SITES, circuits: SITES * (sites[0]?.circuits.length ?? 0), stations: STATIONS },
  });
}

async function look(running: RunningService, until: { readonly isOver: boolean }): Promise<number[]> {
  const tookMs: number[] = [];
  while (!until.isOver) {
    const askedMs = performance.now();
    await running.send('GET', '/healthz');
    tookMs.push(performance.now() - askedMs);
    await delay(LOOK_EVERY_MS);
  }
  return tookMs;
}

async function quiet(): Promise<void> {
  const endMs = performance.now() + QUIET_WITHIN_MS;
  for (;;) {
    const seen = await fleets.tell(() => ({ type: 'quiet' }));
    if (seen.every(({ quietMs }) => quietMs > QUIET_MS)) return;
    if (performance.now() > endMs) throw new Error(`profiles still came after ${QUIET_WITHIN_MS} ms`);
    await delay(LOOK_EVERY_MS);
  }
}

async function worst() {
  const seen = await fleets.tell(() => ({ type: 'milestones' }));
  const [first] = [...seen].sort((a, b) => b.overA - a.overA);
  if (first === undefined) throw new Error('there are no fleets');
  return { stations: seen.flatMap(({ stations }) => stations), overA: first.overA, where: first.where };
}

async function held(): Promise<ReadonlyMap<string, HeldByStation>> {
  const all = (await fleets.tell(() => ({ type: 'held' }))).flat();
  return new Map(all.map((station) => [station.id, station]));
}

function sumA(stations: ReadonlyMap<string, HeldByStation>): number {
  return [...stations.values()].reduce((sum, { limitA }) => sum + limitA, 0);
}

async function bareStorm(): Promise<number> {
  const server = await startServer('echoServer');
  const took = await fleets.tell(() => ({ type: 'bare', port: server.port, messages: MESSAGES_PER_STATION }));
  await server.stop();
  return Math.max(...took.map(({ tookMs }) => tookMs));
}

async function hashSome(): Promise<number> {
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: HASHED }, () => hash()));
  return performance.now() - startedMs;
}

/** As the service hashes them. */
function hash(): Promise<void> {
  return new Promise((resolve, reject) => {
    scrypt(BENCH_PASSWORD, 'sixteen bytes ok', 32, { N: 4096, r: 8, p: 1 }, (error) =>
      error ? reject(error) : resolve(),
    );
  });
}

function say(what: string): void {
  process.stderr.write(`reconnectStorm: ${what}\n`);
}
