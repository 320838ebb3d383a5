import { describe, expect, it } from 'vitest';
import type { SessionView } from '../../src/control/service.js';
import type { SessionNeeds, SiteModel } from '../../src/site/model.js';
import { SeededRandom } from '../support/seededRandom.js';
import { VirtualSite } from '../support/virtualSite.js';

const STEP_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const CAR = { phases: 3, wantsA: 16 };

/** Two stations of 16 A, three-phase, and a circuit that has as much for both. */
function smallSite(limitA: number, stations = 2): SiteModel {
  const all = (a: number) => ({ L1: a, L2: a, L3: a });
  return {
    siteId: 's',
    name: 's',
    timeZone: 'Europe/Stockholm',
    voltageV: 230,
    tariffIds: [],
    circuits: [{ id: 'grid', parentId: null, limitA: all(limitA), baseLoadMaxA: all(0), meterStaleS: 30 }],
    stations: Array.from({ length: stations }, (_, index) => ({
      id: `CP${index + 1}`,
      circuitId: 'grid',
      failsafeA: 0,
      reactionS: 5,
      evses: [
        {
          id: 1,
          kind: 'AC' as const,
          phases: ['L1', 'L2', 'L3'] as const,
          currentMinA: 6,
          currentMaxA: 16,
          trustLearnedPhases: false,
        },
      ],
    })),
    meterIntervalS: 10,
    rotationS: 900,
  };
}

async function run(world: VirtualSite, ms: number, each: () => void = () => undefined): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    await world.clock.runUntil(world.clock.nowMs() + STEP_MS, () => world.follow(0));
    world.follow(STEP_MS);
    const nowMs = world.clock.nowMs();
    [...world.stations.keys()].forEach((id, index) => {
      if ((nowMs + index * 1_500) % 10_000 < STEP_MS) world.meter(id);
    });
    each();
  }
}

async function occupied(site: SiteModel): Promise<VirtualSite> {
  const world = new VirtualSite(site, new SeededRandom(1));
  await world.start();
  for (const id of world.stations.keys()) await world.connect(id, true);
  await run(world, 15_000);
  for (const id of world.stations.keys()) await world.plugIn(id, CAR);
  await run(world, 5_000);
  return world;
}

async function sessionAt(world: VirtualSite, stationId: string): Promise<SessionView> {
  const sessions = await world.service.listSessions('s', { limit: 100 });
  const found = sessions.find((session) => session.stationId === stationId && session.endedAtMs === null);
  if (found === undefined) throw new Error(`no session at ${stationId}`);
  return found;
}

async function needs(world: VirtualSite, stationId: string, given: SessionNeeds): Promise<void> {
  const { sessionId } = await sessionAt(world, stationId);
  await world.service.putNeeds('s', sessionId, given);
}

function loadA(world: VirtualSite): number {
  return world.loadA().get('grid')?.L1 ?? 0;
}

const delivered = (world: VirtualSite, id: string) => world.station(id).energyWh - 1_000;

describe('two cars on a circuit that has as much as one of them can take', () => {
  it('are both ready: the one that leaves early with much energy gets what it needs, the other waits for it', async () => {
    const world = await occupied(smallSite(16));
    const startMs = world.clock.nowMs();
    await needs(world, 'CP1', { energyWh: 20_000, departureMs: startMs + 2 * HOUR_MS });
    await needs(world, 'CP2', { energyWh: 20_000, departureMs: startMs + 5 * HOUR_MS });
    const holds = () => expect(loadA(world)).toBeLessThanOrEqual(16.01);
    await run(world, 10_000);
    expect(await sessionAt(world, 'CP1')).toMatchObject({ onTime: true, shortfallWh: 0 });
    expect(await sessionAt(world, 'CP2')).toMatchObject({ onTime: true, shortfallWh: 0 });
    await run(world, 2 * HOUR_MS - 10_000, holds);
    // An equal share would have given each of them 11 kWh by now.
    expect(delivered(world, 'CP1'), world.timeline.slice(-40).join('\n')).toBeGreaterThan(19_900);
    await world.unplug('CP1');
    await run(world, 3 * HOUR_MS, holds);
    expect(delivered(world, 'CP2')).toBeGreaterThan(19_900);
  }, 60_000);

  it('share it equally where they need the same, and are told alike what will be missing', async () => {
    const world = await occupied(smallSite(16));
    const departureMs = world.clock.nowMs() + 2 * HOUR_MS;
    for (const id of ['CP1', 'CP2']) await needs(world, id, { energyWh: 20_000, departureMs });
    await run(world, 10_000);
    const views = [await sessionAt(world, 'CP1'), await sessionAt(world, 'CP2')];
    for (const view of views) {
      expect(view.onTime).toBe(false);
      expect(view.shortfallWh).toBeGreaterThan(8_500);
      expect(view.shortfallWh).toBeLessThan(9_500);
    }
    await run(world, 2 * HOUR_MS - 10_000);
    const [first, second] = [delivered(world, 'CP1'), delivered(world, 'CP2')];
    expect(first + second).toBeGreaterThan(21_000);
    expect(Math.abs(first - second), world.timeline.slice(-40).join('\n')).toBeLessThan(1_500);
  }, 60_000);

  it('take turns where the circuit has the minimum for one only, and have the same in the end', async () => {
    const world = await occupied(smallSite(10));
    const departureMs = world.clock.nowMs() + 4 * HOUR_MS;
    for (const id of ['CP1', 'CP2']) await needs(world, id, { energyWh: 20_000, departureMs });
    await run(world, 4 * HOUR_MS);
    const [first, second] = [delivered(world, 'CP1'), delivered(world, 'CP2')];
    expect(first + second).toBeGreaterThan(25_000);
    expect(Math.abs(first - second), world.timeline.slice(-60).join('\n')).toBeLessThan(3_500);
  }, 60_000);

  it('let the one without needs charge at once, and the one that has the whole night wait for it', async () => {
    const world = await occupied(smallSite(16));
    await needs(world, 'CP1', { energyWh: 10_000, departureMs: world.clock.nowMs() + 12 * HOUR_MS });
    await run(world, HOUR_MS);
    // Its share, as if nobody had stated a need.
    expect(delivered(world, 'CP2')).toBeGreaterThan(5_000);
    const { schedule, boundariesMs } = world.service.getPlan('s');
    expect(schedule).not.toBeNull();
    expect((boundariesMs.at(-1) ?? 0) - world.clock.nowMs()).toBeGreaterThanOrEqual(23.9 * HOUR_MS);
  }, 60_000);

  it('share as ever while the solver is dead, and again once its last schedule is stale', async () => {
    const world = await occupied(smallSite(16));
    world.solver.trouble = 1;
    const departureMs = world.clock.nowMs() + 2 * HOUR_MS;
    await needs(world, 'CP1', { energyWh: 20_000, departureMs });
    await run(world, 20 * MINUTE_MS);
    expect(Math.abs(world.station('CP1').drawnA - world.station('CP2').drawnA)).toBeLessThan(0.2);
    expect((await sessionAt(world, 'CP1')).onTime).toBeNull();
    expect(world.service.getPlan('s').schedule).toBeNull();
    world.solver.trouble = 0;
    await run(world, 3 * MINUTE_MS);
    expect(world.station('CP1').drawnA).toBeGreaterThan(15);
    world.solver.trouble = 1;
    await run(world, 11 * MINUTE_MS);
    expect(world.station('CP1').drawnA).toBeGreaterThan(15);
    await run(world, 8 * MINUTE_MS);
    expect(Math.abs(world.station('CP1').drawnA - world.station('CP2').drawnA)).toBeLessThan(0.2);
  }, 60_000);
});

describe('a car that can wait', () => {
  it('waits for a cheaper time, says so, and is ready; one without needs does not wait', async () => {
    const world = await occupied(smallSite(32));
    const startMs = world.clock.nowMs();
    const cheapMs = startMs + 2 * HOUR_MS;
    world.solver.priceAt = (atMs) => (atMs < cheapMs ? 1 : 0.1);
    await needs(world, 'CP1', { energyWh: 9_000, departureMs: startMs + 4 * HOUR_MS });
    await run(world, HOUR_MS);
    expect(delivered(world, 'CP1'), world.timeline.slice(-40).join('\n')).toBeLessThan(300);
    expect(delivered(world, 'CP2')).toBeGreaterThan(10_000);
    expect(await sessionAt(world, 'CP1')).toMatchObject({ limitedBy: { by: 'price' }, onTime: true });
    await run(world, 3 * HOUR_MS);
    expect(delivered(world, 'CP1')).toBeGreaterThan(8_900);
  }, 60_000);
});
