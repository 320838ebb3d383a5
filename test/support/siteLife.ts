import { mayDrawA } from '../../src/site/mayDraw.js';
import type { SessionNeeds, SiteModel, Station } from '../../src/site/model.js';
import { perPhase } from '../../src/site/phases.js';
import { evsesOfSite } from '../../src/site/sites.js';
import { randomSite } from './randomSite.js';
import { SeededRandom } from './seededRandom.js';
import { excessOf, randomLimits, type TimedLimit } from './siteLimits.js';
import { type Faults, NO_FAULTS, VirtualSite } from './virtualSite.js';

const STEP_MS = 250;
const MINUTES = 12;

/** A building behind the grid connection that always takes its worst; the cars have the same room beside it as without. */
function withBuilding(site: SiteModel, buildingA: number): SiteModel {
  const circuits = site.circuits.map((circuit) =>
    circuit.parentId === null
      ? {
          ...circuit,
          limitA: perPhase((phase) => circuit.limitA[phase] + buildingA),
          baseLoadMaxA: perPhase(() => buildingA),
        }
      : circuit,
  );
  return { ...site, circuits };
}

/** Drawn by themselves, so that a seed's stations, cars and faults are the same with them and without. */
const LIMITS_SEED = 1_000_003;
/** From when failsafes are confirmed until the faults stop. */
const LIMITED = { fromMs: 60_000, toMs: MINUTES * 60_000 };

/**
 * One random life of a site, with limits that are known beforehand. Answers the first thing that went wrong, with the timeline that led
 * to it. untold: limits are looked at, but the service does not know of them.
 */
export async function live(
  seed: number,
  sabotage?: (world: VirtualSite) => void,
  { untold = false } = {},
): Promise<{ violation?: string; timeline: string[]; charged: number }> {
  const random = new SeededRandom(seed);
  const ofLimits = new SeededRandom(seed + LIMITS_SEED);
  const site = withBuilding(randomSite(random), ofLimits.pick([0, 0, 5, 10]));
  const world = new VirtualSite(site, random);
  for (const { id, parentId, baseLoadMaxA } of site.circuits)
    if (parentId === null) world.buildingA.set(id, { ...baseLoadMaxA });
  sabotage?.(world);
  await world.start();
  const startMs = world.clock.nowMs();
  const span = { fromMs: startMs + LIMITED.fromMs, toMs: startMs + LIMITED.toMs };
  const limits = randomLimits(ofLimits, site, span);
  for (const { limit } of limits) {
    world.note(`limit ${JSON.stringify(limit)}`);
    if (!untold) await world.service.putLimit(site.siteId, limit);
  }
  // Until its failsafe is confirmed a station counts at its hardware maximum: nothing may charge before.
  for (const id of world.stations.keys()) await world.connect(id, true);
  await advance(world, 20_000, limits);
  world.faults = randomFaults(random);
  world.diskPace.mostMs = random.pick([0, 30, 2_000]);
  world.solver.trouble = random.pick([0, 0, 0.3, 1]);
  world.solver.looksMax = 10;
  const prices = random.pick([[0], [1, 0.2, 0.6], [0.1, 1]]);
  world.solver.priceAt = (atMs) => prices[Math.floor(atMs / 300_000) % prices.length] ?? 0;
  let violation: string | undefined;
  const until = world.clock.nowMs() + MINUTES * 60_000;
  while (world.clock.nowMs() < until && violation === undefined) {
    await happen(world, random);
    violation = await advance(world, STEP_MS * random.integer(1, 40), limits);
  }
  if (violation === undefined) violation = await calm(world, limits);
  if (violation !== undefined && world.isAlive) for (const line of beliefs(world)) world.note(line);
  const charged = [...world.stations.values()].filter((station) => station.energyWh > 1_001).length;
  return { ...(violation === undefined ? {} : { violation }), timeline: world.timeline, charged };
}

/** Of messages to stations and from them. */
export function randomFaults(random: SeededRandom): Faults {
  if (random.chance(0.3)) return NO_FAULTS;
  return {
    requestLost: random.between(0, 0.1),
    answerLost: random.between(0, 0.1),
    refused: random.between(0, 0.1),
    slow: random.between(0, 0.2),
    doubled: TRICKS * random.pick([0, 0.05, 0.3]),
    late: TRICKS * random.pick([0, 0.03, 0.1]),
  };
}

/** 1 where messages are doubled and late in all lives. */
const TRICKS = Number(process.env.EVENKEEL_TRICKS ?? 0);

/**
 * What a day brings: cars come and go, stations too, and the service dies and lives again. Nobody waits for anybody: what takes time goes
 * on while the next thing happens.
 */
export async function happen(world: VirtualSite, random: SeededRandom): Promise<void> {
  const id = random.pick([...world.stations.keys()]);
  const station = world.station(id);
  const dice = random.next();
  if (!world.isAlive) {
    if (dice < 0.3) void restart(world, random);
    return;
  }
  const car = () => ({ phases: random.pick([1, 2, 3]), wantsA: random.pick([6, 10, 16, 32]) });
  if (dice < 0.42) {
    if (station.car !== undefined) world.remotelyStart(id);
    else if (random.chance(0.8)) void world.plugIn(id, car());
    else world.park(id, car());
  } else if (dice < 0.55) void world.unplug(id);
  else if (dice < 0.58) world.remotelyStop(id);
  else if (dice < 0.66) world.disconnect(id);
  else if (dice < 0.72) world.reboot(id);
  else if (dice < 0.75) loseContact(world, random);
  else if (dice < 0.86) void world.stateNeeds(id, randomNeeds(world, random));
  else if (dice < 0.97) void world.connect(id, random.chance(0.5));
  else world.crashWithin(5_000);
}

async function restart(world: VirtualSite, random: SeededRandom): Promise<void> {
  const comeBack = [...world.stations.keys()].map((id) => ({
    id,
    comes: random.chance(0.8),
    boots: random.chance(0.3),
  }));
  await world.restart();
  for (const { id, comes, boots } of comeBack) if (comes) void world.connect(id, boots);
}

/** A group of stations at once; each is back after a while, perhaps before the service knows that it was gone. */
function loseContact(world: VirtualSite, random: SeededRandom): void {
  const group = [...world.stations.keys()].filter(() => random.chance(0.6));
  world.partition(group, random.between(0, 30_000));
  for (const id of group) {
    const boots = random.chance(0.2);
    world.clock.after(random.between(1_000, 60_000), () => void world.connect(id, boots));
  }
}

/** From nothing to more than there is time for; some leave while the world is still looked at. */
function randomNeeds(world: VirtualSite, random: SeededRandom): SessionNeeds {
  return {
    ...(random.chance(0.7) ? { energyWh: random.integer(100, 20_000) } : {}),
    ...(random.chance(0.7) ? { departureMs: world.clock.nowMs() + random.integer(-5, 180) * 60_000 } : {}),
    ...(random.chance(0.3) ? { priority: random.integer(0, 10) } : {}),
  };
}

async function advance(world: VirtualSite, ms: number, limits: readonly TimedLimit[]): Promise<string | undefined> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    await world.clock.runUntil(world.clock.nowMs() + STEP_MS, () => world.follow(0));
    world.follow(STEP_MS);
    if (world.clock.nowMs() % 10_000 < STEP_MS) for (const id of world.stations.keys()) world.meter(id);
    const violation = overload(world, limits) ?? surprise(world);
    if (violation !== undefined) {
      world.note(violation);
      return violation;
    }
  }
  return undefined;
}

/** No circuit carries more than its rating and every limit in force allow, at any instant. */
function overload(world: VirtualSite, limits: readonly TimedLimit[]): string | undefined {
  const nothing = { L1: 0, L2: 0, L3: 0 };
  const flows = new Map(
    [...world.loadA()].map(([id, loadA]) => [id, { loadA, buildingA: world.buildingA.get(id) ?? nothing }]),
  );
  return excessOf(world.site, limits, flows, world.clock.nowMs());
}

/** What a station can do is always among what we think it may do. */
function surprise(world: VirtualSite): string | undefined {
  if (!world.isAlive) return undefined;
  const { state } = ownerOf(world);
  const nowMs = world.clock.nowMs();
  for (const at of evsesOfSite(state)) {
    const held = world.station(at.station.id).limitA(nowMs);
    const mayA = mayDrawA(at, nowMs, nowMs);
    if (held > mayA + 0.01) return `SURPRISE ${at.station.id} holds ${held} A, believed at most ${mayA} A`;
  }
  return undefined;
}

/** When faults stop, every station is back and nobody's need comes before another's, every car charges within a bounded time. */
async function calm(world: VirtualSite, limits: readonly TimedLimit[]): Promise<string | undefined> {
  world.solver.trouble = 0;
  const back = await comeBack(world, () => advance(world, COMES_BACK_MS, limits));
  if (back !== undefined) return back;
  for (const id of world.stations.keys()) void world.stateNeeds(id, {});
  const before = new Map([...world.stations].map(([id, station]) => [id, station.energyWh]));
  const violation = await advance(world, 15 * 60_000, limits);
  if (violation !== undefined) return violation;
  for (const [id, station] of world.stations) {
    if (station.car !== undefined && couldCharge(world, id) && station.energyWh <= (before.get(id) ?? 0))
      return `STARVED ${id} got nothing in 15 minutes`;
  }
  return undefined;
}

/** Faults stop: the service is there, every station connected, and each car that waits for it is started. */
export async function comeBack(
  world: VirtualSite,
  passes: () => Promise<string | undefined>,
): Promise<string | undefined> {
  world.faults = NO_FAULTS;
  world.diskPace.mostMs = 0;
  world.spare();
  world.note('faults stop');
  void world.restart();
  // What was written when the disk was slow is done by then.
  const violation = await passes();
  if (violation !== undefined) return violation;
  for (const id of world.stations.keys()) {
    world.disconnect(id);
    void world.connect(id, true);
    void world.startParked(id);
  }
  return passes();
}

export const COMES_BACK_MS = 5_000;

/** Where what is always reserved for the others, their failsafes, leaves room for one car at all. */
export function couldCharge(
  world: VirtualSite,
  stationId: string,
  alwaysA: (other: Station) => number = ({ failsafeA }) => failsafeA,
): boolean {
  const { circuits, stations } = world.site;
  const station = stations.find(({ id }) => id === stationId);
  const phases = station?.evses[0]?.phases ?? [];
  return circuits
    .filter(({ id }) => id === 'grid' || id === station?.circuitId)
    .every((circuit) => {
      const others = stations.filter(
        (other) => other.id !== stationId && (circuit.id === 'grid' || other.circuitId === circuit.id),
      );
      return phases.every((phase) => {
        const reservedA = others
          .filter((other) => other.evses[0]?.phases.includes(phase))
          .reduce((sum, other) => sum + alwaysA(other), 0);
        return circuit.limitA[phase] - circuit.baseLoadMaxA[phase] - reservedA >= 6;
      });
    });
}

/** What the service believes, to be read beside the timeline. */
export function beliefs(world: VirtualSite): string[] {
  const view = world.service.getState('s');
  return [
    ...view.circuits.map(
      (circuit) =>
        `circuit ${circuit.id} limit ${JSON.stringify(circuit.limitA)} reserved ${JSON.stringify(circuit.reservedA)}`,
    ),
    ...view.stations.flatMap((station) =>
      station.evses.map(
        (evse) =>
          `${station.id} on ${station.circuitId} ${evse.phases} online=${station.online} ${station.control} failsafe ${station.failsafe.limitA} told ${evse.limitA} reserved ${evse.reservedA} tx ${evse.transaction?.transactionId} ${JSON.stringify(evse.limitedBy)}`,
      ),
    ),
  ];
}

export function ownerOf(world: VirtualSite) {
  const owner = world.service.sites.find('s');
  if (owner === undefined) throw new Error('the site has no owner');
  return owner;
}
