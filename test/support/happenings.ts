import type { SessionNeeds } from '../../src/site/model.js';
import type { SeededRandom } from './seededRandom.js';
import { type Faults, NO_FAULTS, type VirtualSite } from './virtualSite.js';

/** Of messages to stations and from them. */
export function randomFaults(random: SeededRandom): Faults {
  if (random.chance(0.3)) return NO_FAULTS;
  return {
    requestLost: random.between(0, 0.1),
    answerLost: random.between(0, 0.1),
    refused: random.between(0, 0.1),
    slow: random.between(0, 0.2),
    doubled: random.pick([0, 0.05, 0.3]),
    late: random.pick([0, 0.03, 0.1]),
  };
}

/**
 * What a day brings: cars come and go, stations too, and the service dies and lives again. Nobody waits for anybody: what takes time goes
 * on while the next thing happens.
 */
export async function happen(world: VirtualSite, random: SeededRandom): Promise<void> {
  const id = random.pick([...world.stations.keys()]);
  const dice = random.next();
  if (!world.isAlive) {
    if (dice < 0.3) void restart(world, random);
    return;
  }
  if (dice < 0.58) comeOrGo(world, random, id);
  else if (dice < 0.66) world.disconnect(id);
  else if (dice < 0.72) world.reboot(id);
  else if (dice < 0.75) loseContact(world, random);
  else if (dice < 0.86) void world.stateNeeds(id, randomNeeds(world, random));
  else if (dice < 0.97) void world.connect(id, random.chance(0.5));
  else world.crashWithin(5_000);
}

/** A car comes or goes, or is started or stopped by the service. */
export function comeOrGo(world: VirtualSite, random: SeededRandom, id: string): void {
  const station = world.station(id);
  const dice = random.next();
  const car = () => ({ phases: random.pick([1, 2, 3]), wantsA: random.pick([6, 10, 16, 32]) });
  if (dice < 0.72) {
    if (station.car !== undefined) world.remotelyStart(id);
    else if (random.chance(0.8)) void world.plugIn(id, car());
    else world.park(id, car());
  } else if (dice < 0.95) void world.unplug(id);
  else world.remotelyStop(id);
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
export function randomNeeds(world: VirtualSite, random: SeededRandom): SessionNeeds {
  return {
    ...(random.chance(0.7) ? { energyWh: random.integer(100, 20_000) } : {}),
    ...(random.chance(0.7) ? { departureMs: world.clock.nowMs() + random.integer(-5, 180) * 60_000 } : {}),
    ...(random.chance(0.3) ? { priority: random.integer(0, 10) } : {}),
  };
}

/** Faults stop: the service is there, every station connected, and each car that waits for it is started. */
export async function comeBack(
  world: VirtualSite,
  passes: () => Promise<string | undefined>,
): Promise<string | undefined> {
  world.isMortal = false;
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
  const after = await passes();
  // An order to stop may have been on its way to one of them until now.
  for (const id of world.stations.keys()) void world.startParked(id);
  return after;
}

export const COMES_BACK_MS = 5_000;
