import { describe, expect, it } from 'vitest';
import { ampere, circuitOf, MINUTE_MS, siteOf, stationOf } from '../../../support/builders.js';
import { SeededRandom } from '../../../support/seededRandom.js';
import { VirtualSite } from '../../../support/virtualSite.js';

const STEP_MS = 500;

async function run(world: VirtualSite, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    await world.clock.runUntil(world.clock.nowMs() + STEP_MS, () => world.follow(0));
    world.follow(STEP_MS);
    if (world.clock.nowMs() % 10_000 < STEP_MS) for (const id of world.stations.keys()) world.meter(id);
  }
}

/** Two of a model that takes watts only, and does not say so; a car at the first. */
async function charging(): Promise<VirtualSite> {
  const site = siteOf({
    siteId: 's',
    circuits: [circuitOf('grid', ampere(40))],
    stations: [stationOf('A'), stationOf('B')],
  });
  const world = new VirtualSite(site, new SeededRandom(1), () => ({ quirks: new Set(['takesWattsUnsaid']) }));
  await world.start();
  for (const id of ['A', 'B']) await world.connect(id, true);
  await world.plugIn('A', { phases: 3, wantsA: 32 });
  await run(world, MINUTE_MS);
  return world;
}

const learned = (world: VirtualSite, index: number) =>
  world.service.getState('s').stations[index]?.quirks.flatMap(({ quirk, learned: is }) => (is ? [quirk] : []));

describe('what was learned of a station', () => {
  it('is forgotten for its like too, is shown no more, and is learned again with the next profiles', async () => {
    const world = await charging();
    expect(learned(world, 0)).toEqual(['takesWattsOnly']);
    expect(learned(world, 1)).toEqual(['takesWattsOnly']);
    await world.service.profiles.forgetQuirks('B');
    expect(learned(world, 0)).toEqual([]);
    expect(learned(world, 1)).toEqual([]);
    await run(world, 30 * MINUTE_MS);
    expect(learned(world, 0)).toEqual(['takesWattsOnly']);
    expect(learned(world, 1)).toEqual(['takesWattsOnly']);
    expect(world.station('A').drawnA).toBeGreaterThan(30);
  });

  it('stays forgotten over a restart of the service', async () => {
    const world = await charging();
    await world.service.profiles.forgetQuirks('A');
    world.crash();
    await world.restart();
    expect(learned(world, 0)).toEqual([]);
    expect(learned(world, 1)).toEqual([]);
  });

  it('of a station that no site lists can not be forgotten', async () => {
    const world = await charging();
    await expect(world.service.profiles.forgetQuirks('X')).rejects.toMatchObject({ code: 'STATION_NOT_FOUND' });
  });
});
