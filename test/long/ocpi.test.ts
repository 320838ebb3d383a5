import { expect, it } from 'vitest';
import { until } from '../e2e/support/until.js';
import { OcpiPlant } from '../support/ocpi/plant.js';
import { DEFAULT_A, LIMIT_A, OcpiWorld } from '../support/ocpi/world.js';

const HALF_A = LIMIT_A / 2;

it('two outlets wait where no result comes: what was sent may hold, and nobody rises for it', async () => {
  const world = await OcpiWorld.begin();
  try {
    const { cpo } = world;
    await world.plugIn(0);
    await world.untilHeld([LIMIT_A - DEFAULT_A]);
    cpo.faults.callback = 'never';
    await world.plugIn(1);
    await until(() => world.heldA(0) <= HALF_A, 'the first was told to come down');
    // Both what it had and what it was sent count.
    expect((await world.state()).circuits[0]).toMatchObject({ reservedA: { L1: LIMIT_A } });
    expect(world.heldA(1)).toBe(DEFAULT_A);
    delete cpo.faults.callback;
    await world.untilHeld([HALF_A, HALF_A]);
    expect(world.mostA).toBeLessThanOrEqual(LIMIT_A);
  } finally {
    await world.end();
  }
}, 90_000);

it('the main scenario over OCPI: eight outlets, a building that jumps, a lowered limit, results that come early, late, twice and never, a crash in the middle', async () => {
  const plant = await OcpiPlant.start({ count: 8, limitA: 100, defaultA: 6 });
  try {
    for (let k = 0; k < 6; k += 1) await plant.plugIn(k);
    await until(() => plant.carsA() > 55, 'the cars have most of what there is', {
      atMostMs: 90_000,
      otherwise: () => plant.story(),
    });
    plant.cpo.faults.callback = { lateMs: 800 };
    await plant.buildingA(30);
    await until(() => plant.totalA() <= 100, 'the cars make room for the building', {
      atMostMs: 4_000,
      otherwise: () => plant.story(),
    });
    plant.cpo.faults.callback = 'twice';
    await plant.lowerTo(90, 12_000);
    await until(() => plant.totalA() <= 90, 'and for the lowered limit', {
      atMostMs: 4_000,
      otherwise: () => plant.story(),
    });
    plant.cpo.faults.callback = 'never';
    await plant.plugIn(6);
    await plant.pause(3_000);
    plant.cpo.faults.callback = 'early';
    plant.cpo.faults.tooOften = 4;
    await plant.crash(async () => {
      await plant.leave(0);
      await plant.plugIn(7).catch(() => undefined);
      await plant.pause(500);
    });
    delete plant.cpo.faults.callback;
    await plant.buildingA(10);
    await plant.pause(8_000);
    await until(() => plant.totalA() > 70, 'the fuse is used again', {
      atMostMs: 90_000,
      otherwise: () => plant.story(),
    });
    await until(async () => (await plant.state()).site === 'protected', 'the site is protected', {
      atMostMs: 20_000,
      otherwise: () => plant.story(),
    });
    // A lowering has to reach a car, and the car to follow; nothing else was ever over.
    expect(plant.excess.filter(({ durationMs }) => durationMs > 4_000)).toEqual([]);
    const open = (await plant.sessions())
      .filter(({ endedAt }) => endedAt === null)
      .map(({ transactionId }) => transactionId);
    expect(open.sort()).toEqual([1, 2, 3, 4, 5, 6, 7].map((k) => `session-${k}`));
    expect((await plant.sessions()).find(({ transactionId }) => transactionId === 'session-0')).toMatchObject({
      energyWh: plant.energyWh(0),
    });
  } finally {
    await plant.stop();
  }
}, 400_000);
