import { describe, expect, it } from 'vitest';
import type { SiteModel } from '../../src/site/model.js';
import { PHASES, type Phase } from '../../src/site/phases.js';
import { SeededRandom } from '../support/seededRandom.js';
import { VirtualSite } from '../support/virtualSite.js';

const STEP_MS = 250;
const METER_EVERY_MS = 2_000;

/** Six cars of 16 A on 63 A, metered at the grid connection. */
function depot(overrides: Partial<SiteModel> = {}): SiteModel {
  const all = (a: number) => ({ L1: a, L2: a, L3: a });
  return {
    siteId: 's',
    name: 's',
    timeZone: 'Europe/Stockholm',
    voltageV: 230,
    tariffIds: [],
    circuits: [{ id: 'grid', parentId: null, limitA: all(63), baseLoadMaxA: all(10), meterStaleS: 30 }],
    stations: Array.from({ length: 6 }, (_, index) => ({
      id: `CP${index + 1}`,
      circuitId: 'grid',
      failsafeA: 6,
      reactionS: 5,
      evses: [
        {
          id: 1,
          kind: 'AC' as const,
          phases: ['L1', 'L2', 'L3'] as Phase[],
          currentMinA: 6,
          currentMaxA: 16,
          trustLearnedPhases: false,
        },
      ],
    })),
    meterIntervalS: 10,
    rotationS: 300,
    ...overrides,
  };
}

function unmetered(): SiteModel {
  const site = depot();
  return { ...site, circuits: site.circuits.map((circuit) => ({ ...circuit, baseLoadMaxA: { L1: 0, L2: 0, L3: 0 } })) };
}

async function run(world: VirtualSite, ms: number, each: () => void = () => undefined): Promise<void> {
  const metered = world.site.circuits.some((circuit) => circuit.baseLoadMaxA.L1 > 0);
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    await world.clock.runUntil(world.clock.nowMs() + STEP_MS, () => world.follow(0));
    world.follow(STEP_MS);
    const nowMs = world.clock.nowMs();
    if (metered && nowMs % METER_EVERY_MS < STEP_MS) world.meterCircuit('grid');
    [...world.stations.keys()].forEach((id, index) => {
      if ((nowMs + index * 1_500) % 10_000 < STEP_MS) world.meter(id);
    });
    each();
  }
}

async function occupied(seed: number, buildingA: number, site = depot()): Promise<VirtualSite> {
  const world = new VirtualSite(site, new SeededRandom(seed));
  world.buildingA.set('grid', { L1: buildingA, L2: buildingA, L3: buildingA });
  await world.start();
  for (const id of world.stations.keys()) await world.connect(id, true);
  await run(world, 15_000);
  for (const id of world.stations.keys()) await world.plugIn(id, { phases: 3, wantsA: 16 });
  return world;
}

function loadA(world: VirtualSite, phase: Phase = 'L1'): number {
  return world.loadA().get('grid')?.[phase] ?? 0;
}

function profilesSent(world: VirtualSite): number {
  return world.timeline.filter((line) => line.includes('TxProfile') || line.includes('TxDefaultProfile')).length;
}

describe('a site whose building is metered', () => {
  it('gives the cars what the building leaves, within two minutes, and takes no rise of a car for one of the building', async () => {
    const world = await occupied(1, 9);
    await run(world, 120_000);
    expect(loadA(world)).toBeGreaterThan(60);
    expect(loadA(world)).toBeLessThanOrEqual(63.01);
    const sent = profilesSent(world);
    // A steady site is left alone: nothing but renewals.
    await run(world, 540_000, () => expect(loadA(world)).toBeLessThanOrEqual(63.01));
    expect(profilesSent(world) - sent, world.timeline.slice(-30).join('\n')).toBeLessThanOrEqual(6);
  });

  it('takes the cars down within a round trip and their reaction time of a reading, when the building jumps', async () => {
    const world = await occupied(2, 5);
    await run(world, 120_000);
    world.buildingA.set('grid', { L1: 30, L2: 30, L3: 30 });
    world.note('building jumps to 30 A');
    let overMs = 0;
    await run(world, 60_000, () => {
      if (PHASES.some((phase) => loadA(world, phase) > 63.01)) overMs += STEP_MS;
    });
    // Until the next reading (2 s), a round trip (0.4 s), the reaction of the cars (5 s).
    expect(overMs, world.timeline.slice(-40).join('\n')).toBeLessThanOrEqual(8_000);
    expect(loadA(world)).toBeLessThanOrEqual(63.01);
    world.note('building falls to 5 A');
    world.buildingA.set('grid', { L1: 5, L2: 5, L3: 5 });
    await run(world, 120_000, () => expect(loadA(world)).toBeLessThanOrEqual(63.01));
    expect(loadA(world)).toBeGreaterThan(58);
  });

  it('lowers failsafes too where a building load beyond its configured worst leaves no room for them', async () => {
    const world = await occupied(3, 5);
    await run(world, 60_000);
    world.buildingA.set('grid', { L1: 45, L2: 45, L3: 45 });
    world.note('building jumps to 45 A');
    await run(world, 20_000);
    await run(world, 40_000, () =>
      expect(loadA(world), world.timeline.slice(-40).join('\n')).toBeLessThanOrEqual(63.01),
    );
    const held = [...world.stations.values()].map((station) => station.failsafe?.schedule.periods[0]?.limit);
    expect(held, 'nothing new may charge by itself').toEqual([0, 0, 0, 0, 0, 0]);
    expect(world.service.getState('s').protection).toEqual({ status: 'protected' });
    // 18 A for six cars: three at a time, and each gets its turn.
    const before = new Map([...world.stations].map(([id, station]) => [id, station.energyWh]));
    await run(world, 1_500_000);
    for (const [id, station] of world.stations) {
      expect(station.energyWh, `${id}\n${world.timeline.slice(-80).join('\n')}`).toBeGreaterThan(
        (before.get(id) ?? 0) + 100,
      );
    }
  });

  it('brings everything down for a temporary limit that was known beforehand, before it begins', async () => {
    const world = await occupied(4, 0, unmetered());
    await run(world, 60_000);
    const fromMs = world.clock.nowMs() + 120_000;
    const { warnings } = await world.service.putLimit('s', {
      limitId: 'grid-event',
      circuitId: 'grid',
      limitA: { L1: 40, L2: 40, L3: 40 },
      fromMs,
      toMs: fromMs + 300_000,
      source: 'grid-operator',
    });
    expect(warnings).toEqual([]);
    let over = 0;
    await run(world, 480_000, () => {
      const nowMs = world.clock.nowMs();
      const limitA = nowMs >= fromMs && nowMs < fromMs + 300_000 ? 40 : 63;
      if (loadA(world) > limitA) over += STEP_MS;
    });
    expect(over, world.timeline.slice(-60).join('\n')).toBe(0);
    expect(loadA(world)).toBeGreaterThan(60);
  });

  it('warns of a temporary limit below the sum of failsafes, and keeps it with everybody in turns', async () => {
    const world = await occupied(5, 0, unmetered());
    await run(world, 60_000);
    const fromMs = world.clock.nowMs() + 120_000;
    const { warnings } = await world.service.putLimit('s', {
      limitId: 'grid-event',
      circuitId: 'grid',
      limitA: { L1: 20, L2: 20, L3: 20 },
      fromMs,
      toMs: fromMs + 3_600_000,
      source: 'grid-operator',
    });
    expect(warnings).toContainEqual({
      code: 'FAILSAFE_EXCEEDS_LIMIT',
      circuitId: 'grid',
      phase: 'L1',
      failsafeSumA: 36,
      limitA: 20,
    });
    let overMs = 0;
    await run(world, 120_000 + 1_800_000, () => {
      if (world.clock.nowMs() >= fromMs && loadA(world) > 20) overMs += STEP_MS;
    });
    expect(overMs, world.timeline.slice(-60).join('\n')).toBe(0);
  });

  it('keeps the charging to its own limit whatever the building takes, and the whole to a power limit beside it', async () => {
    const world = await occupied(6, 5);
    await run(world, 120_000);
    const limit = { circuitId: 'grid', fromMs: world.clock.nowMs(), toMs: 'open', source: 'grid-operator' } as const;
    const building = (currentA: number) => world.buildingA.set('grid', { L1: currentA, L2: currentA, L3: currentA });
    const carsW = () => (loadA(world) - (world.buildingA.get('grid')?.L1 ?? 0)) * 3 * 230;
    await world.service.putLimit('s', { ...limit, limitId: 'charging', chargingPowerLimitW: 18_000 });
    await run(world, 10_000);
    let leastW = Number.POSITIVE_INFINITY;
    const charging = () => {
      expect(carsW(), world.timeline.slice(-40).join('\n')).toBeLessThanOrEqual(18_001);
      leastW = Math.min(leastW, carsW());
    };
    // 18 kW are 26 A on each phase: there is room for them beside 30 A of the building too.
    await run(world, 60_000, charging);
    building(30);
    await run(world, 60_000, charging);
    expect(leastW).toBeGreaterThan(15_000);
    // 34.5 kW are 50 A: beside 30 A of the building the cars have 20 A, and beside 40 A they have 10.
    await world.service.putLimit('s', { ...limit, limitId: 'storm', powerLimitW: 34_500 });
    await run(world, 10_000);
    await run(world, 30_000, () => expect(loadA(world)).toBeLessThanOrEqual(50.01));
    building(40);
    let overMs = 0;
    await run(world, 60_000, () => {
      if (loadA(world) > 50.01) overMs += STEP_MS;
    });
    expect(overMs, world.timeline.slice(-40).join('\n')).toBeLessThanOrEqual(8_000);
    expect(loadA(world)).toBeGreaterThan(45);
  });
});
