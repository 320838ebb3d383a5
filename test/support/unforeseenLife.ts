import { comeOrGo, randomNeeds } from './happenings.js';
import { randomSite } from './randomSite.js';
import { SeededRandom } from './seededRandom.js';
import { beliefs, surprise, withBuilding } from './siteLife.js';
import { Unforeseen } from './unforeseen.js';
import { VirtualSite } from './virtualSite.js';

const STEP_MS = 250;
const MINUTES = 10;
/** Drawn by themselves, so that a seed's stations and cars are the same whatever else happens. */
const UNFORESEEN_SEED = 3_000_017;

/**
 * One random life of a site over a network that works, with a building and limits that change without notice. Answers the first thing
 * that went wrong, with the timeline that led to it. deaf: the service is told of nothing that is metered, to prove that the checks can fail.
 */
export async function liveUnforeseen(
  seed: number,
  { deaf = false } = {},
): Promise<{ violation?: string; timeline: string[]; mostUsed: number }> {
  const random = new SeededRandom(seed);
  const ofNews = new SeededRandom(seed + UNFORESEEN_SEED);
  const world = new VirtualSite(withBuilding(randomSite(random), ofNews.pick([0, 5, 10])), random);
  for (const { id, parentId, baseLoadMaxA } of world.site.circuits)
    if (parentId === null) world.buildingA.set(id, { ...baseLoadMaxA });
  world.solver.looksMax = 10;
  world.isDeaf = deaf;
  await world.start();
  for (const id of world.stations.keys()) await world.connect(id, true);
  const unforeseen = new Unforeseen(world, ofNews);
  let violation = await advance(world, 20_000, unforeseen);
  const untilMs = world.clock.nowMs() + MINUTES * 60_000;
  while (world.clock.nowMs() < untilMs && violation === undefined) {
    const id = random.pick([...world.stations.keys()]);
    if (random.chance(0.8)) comeOrGo(world, random, id);
    else void world.stateNeeds(id, randomNeeds(world, random));
    violation = await advance(world, STEP_MS * random.integer(1, 80), unforeseen);
  }
  if (violation !== undefined) for (const line of beliefs(world)) world.note(line);
  const { mostUsed } = unforeseen;
  return { ...(violation === undefined ? {} : { violation }), timeline: world.timeline, mostUsed };
}

async function advance(world: VirtualSite, ms: number, unforeseen: Unforeseen): Promise<string | undefined> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    await world.clock.runUntil(world.clock.nowMs() + STEP_MS, () => world.follow(0));
    world.follow(STEP_MS);
    if (world.clock.nowMs() % 10_000 < STEP_MS) for (const id of world.stations.keys()) world.meter(id);
    const violation = unforeseen.look() ?? surprise(world);
    if (violation === undefined) continue;
    world.note(violation);
    return violation;
  }
  return undefined;
}
