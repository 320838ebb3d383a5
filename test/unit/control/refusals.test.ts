import { describe, expect, it } from 'vitest';
import type { SiteModel } from '../../../src/site/model.js';
import { ampere, circuitOf, MINUTE_MS, siteOf, stationOf } from '../../support/builders.js';
import { SeededRandom } from '../../support/seededRandom.js';
import type { Quirk } from '../../support/stationQuirks.js';
import { VirtualSite } from '../../support/virtualSite.js';

const STEP_MS = 500;

async function run(world: VirtualSite, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    await world.clock.runUntil(world.clock.nowMs() + STEP_MS, () => world.follow(0));
    world.follow(STEP_MS);
    if (world.clock.nowMs() % 10_000 < STEP_MS) for (const id of world.stations.keys()) world.meter(id);
  }
}

async function charging(quirk: Quirk, limitA: number, failsafeA = 6): Promise<VirtualSite> {
  const circuits = [circuitOf('grid', ampere(limitA))];
  const site: SiteModel = siteOf({ siteId: 's', circuits, stations: [stationOf('A', { failsafeA })] });
  const world = new VirtualSite(site, new SeededRandom(1), () => ({ quirks: new Set([quirk]) }));
  await world.start();
  await world.connect('A', true);
  await world.plugIn('A', { phases: 3, wantsA: 32 });
  await run(world, MINUTE_MS);
  return world;
}

describe('a station that refuses what it is sent', () => {
  it('is tried in watts where it does not say which unit it takes, and in watts from then on', async () => {
    const world = await charging('takesWattsUnsaid', 20);
    expect(world.station('A').drawnA).toBeCloseTo(20, 1);
    expect(world.service.getState('s').stations[0]?.control).toBe('controlled');
    expect(learned(world)).toEqual(['takesWattsOnly']);
    const refusedBefore = refusals(world);
    expect(refusedBefore).toBeGreaterThan(0);
    world.disconnect('A');
    await world.connect('A', true);
    await run(world, 15 * MINUTE_MS);
    expect(refusals(world), world.timeline.slice(-20).join('\n')).toBe(refusedBefore);
  });

  it('is tried in whole amperes', async () => {
    const world = await charging('refusesTenths', 17.9);
    expect(world.station('A').drawnA).toBe(17);
    expect(learned(world)).toEqual([]);
    await askedAgain(world);
    expect(learned(world)).toEqual(['takesWholeAmperesOnly']);
  });

  it('is tried with 1 A for a pause', async () => {
    const world = await charging('refusesZero', 20, 0);
    await askedAgain(world);
    expect(learned(world)).toEqual(['takesNoZero']);
    expect(world.station('A').failsafe?.schedule.periods).toEqual([{ startPeriodS: 0, limit: 1 }]);
    expect(world.station('A').drawnA).toBe(20);
  });
});

/** Once may be a slip. */
async function askedAgain(world: VirtualSite): Promise<void> {
  world.disconnect('A');
  await world.connect('A', true);
  await run(world, MINUTE_MS);
}

function learned(world: VirtualSite): string[] {
  const { quirks = [] } = world.service.sites.owner('s').state.stations.get('A') ?? {};
  return quirks.map(({ quirk }) => quirk);
}

function refusals(world: VirtualSite): number {
  return world.timeline.filter((line) => line.includes('Rejected')).length;
}
