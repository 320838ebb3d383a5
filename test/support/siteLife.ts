import { mayDrawA } from '../../src/site/mayDraw.js';
import type { SiteModel, Station } from '../../src/site/model.js';
import { perPhase } from '../../src/site/phases.js';
import { evsesOfSite } from '../../src/site/sites.js';
import { COMES_BACK_MS, comeBack, happen, randomFaults } from './happenings.js';
import { randomSite } from './randomSite.js';
import { SeededRandom } from './seededRandom.js';
import { excessOf, randomLimits, type TimedLimit } from './siteLimits.js';
import { VirtualSite } from './virtualSite.js';

const STEP_MS = 250;
/** What stations say of what they hold is rounded: a tenth of an ampere is not told from another. */
export const SAID_A = 0.15;
const MINUTES = 12;

/** A building behind the grid connection that always takes its worst; the cars have the same room beside it as without. */
export function withBuilding(site: SiteModel, buildingA: number): SiteModel {
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
export function surprise(world: VirtualSite): string | undefined {
  if (!world.isAlive) return undefined;
  const { state } = ownerOf(world);
  const nowMs = world.clock.nowMs();
  for (const at of evsesOfSite(state)) {
    const held = offeredBy(world.station(at.station.id).limitA(nowMs));
    const mayA = mayDrawA(at, nowMs, nowMs);
    if (held > mayA + SAID_A) return `SURPRISE ${at.station.id} holds ${held} A, believed at most ${mayA} A`;
  }
  return undefined;
}

/** No pilot offers less than 6 A (IEC 61851-1): a station that takes no 0 is told less than that. */
export function offeredBy(heldA: number): number {
  return heldA < 6 ? 0 : heldA;
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
