import { describe, expect, it } from 'vitest';
import type { SiteBill } from '../../src/control/history/historyService.js';
import { QUARTER_MS } from '../../src/site/history.js';
import type { SiteModel } from '../../src/site/model.js';
import { PHASES, type Phase } from '../../src/site/phases.js';
import { printTariff } from '../../tariffs/index.js';
import type { Tariff } from '../../tariffs/types.js';
import { SeededRandom } from '../support/seededRandom.js';
import { VirtualSite } from '../support/virtualSite.js';

// Days of a site in virtual time, with outages of stations and of the service itself; then its bill against what its meters say, added
// up here a second time and by other means: reading by reading, and from the registers.

const STEP_MS = 10_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STALE_S = 30;
const VOLTAGE_V = 230;
/** The clock of Stockholm in winter. */
const OFFSET_MS = HOUR_MS;
const DAY_PRICE = 1.2;
const NIGHT_PRICE = 0.3;

const TARIFF: Tariff = {
  currency: 'SEK',
  timeZone: 'Europe/Stockholm',
  validity: { fromMs: 'open', toMs: 'open' },
  vatPercent: 25,
  holidays: { dates: [], yearly: [], easter: [] },
  components: [
    {
      kind: 'timeOfUse',
      id: 'energy',
      rates: [
        { name: 'day', when: { hours: [{ from: '06:00', to: '22:00' }] }, pricePerKwh: DAY_PRICE },
        { name: 'night', pricePerKwh: NIGHT_PRICE },
      ],
    },
  ],
};

function site(): SiteModel {
  const all = (a: number) => ({ L1: a, L2: a, L3: a });
  return {
    siteId: 's',
    name: 's',
    timeZone: 'Europe/Stockholm',
    voltageV: VOLTAGE_V,
    tariffIds: ['t'],
    circuits: [{ id: 'grid', parentId: null, limitA: all(50), baseLoadMaxA: all(20), meterStaleS: STALE_S }],
    stations: ['CP1', 'CP2', 'CP3'].map((id) => ({
      id,
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
    meterIntervalS: 60,
    rotationS: 900,
  };
}

/** Beside the service: what the site's own meter said, and for how long. */
class Readings {
  readonly list: { readonly atMs: number; readonly powerW: number }[] = [];

  add(world: VirtualSite): void {
    const load = world.loadA().get('grid');
    const powerW = PHASES.reduce((sum, phase) => sum + (load?.[phase] ?? 0), 0) * VOLTAGE_V;
    this.list.push({ atMs: world.clock.nowMs(), powerW });
  }

  /** Held until the next, no longer than the meter counts as heard; cut at whole hours, for prices change there. */
  heldUntil(endMs: number): readonly { readonly startMs: number; readonly endMs: number; readonly powerW: number }[] {
    return this.list.flatMap(({ atMs, powerW }, index) => {
      const untilMs = Math.min(this.list[index + 1]?.atMs ?? endMs, atMs + STALE_S * 1_000, endMs);
      const cutMs = Math.floor(atMs / HOUR_MS) * HOUR_MS + HOUR_MS;
      if (untilMs <= cutMs) return [{ startMs: atMs, endMs: untilMs, powerW }];
      return [
        { startMs: atMs, endMs: cutMs, powerW },
        { startMs: cutMs, endMs: untilMs, powerW },
      ];
    });
  }
}

function priceAt(atMs: number): number {
  const hour = Math.floor(((atMs + OFFSET_MS) % DAY_MS) / HOUR_MS);
  return hour >= 6 && hour < 22 ? DAY_PRICE : NIGHT_PRICE;
}

async function pass(world: VirtualSite, ms: number, readings: Readings | undefined): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    await world.clock.runUntil(world.clock.nowMs() + STEP_MS, () => world.follow(0));
    world.follow(STEP_MS);
    const nowMs = world.clock.nowMs();
    // A building that is busy by day.
    const buildingA = 4 + 8 * Math.max(0, Math.sin((nowMs / DAY_MS - 0.25) * 2 * Math.PI));
    world.buildingA.set('grid', { L1: buildingA, L2: buildingA / 2, L3: buildingA });
    if (readings !== undefined && world.isAlive && nowMs % 20_000 < STEP_MS) {
      readings.add(world);
      world.meterCircuit('grid');
    }
    if (nowMs % 60_000 < STEP_MS) for (const id of world.stations.keys()) world.meter(id);
  }
}

async function openWorld(seed: number): Promise<VirtualSite> {
  const world = new VirtualSite(site(), new SeededRandom(seed));
  await world.service.load();
  await world.service.tariffs.putTariff('t', { format: 'evenkeel', content: printTariff(TARIFF), options: {} });
  await world.service.putSite(world.site);
  for (const id of world.stations.keys()) await world.connect(id, true);
  return world;
}

/** What every station's register says beyond where it began. */
function advancedWh(world: VirtualSite): number {
  return [...world.stations.values()].reduce((sum, station) => sum + station.energyWh - 1_000, 0);
}

/** Comes at 17, leaves in the morning: two whole days, from noon to noon. */
async function liveTwoDays(
  world: VirtualSite,
  readings: Readings | undefined,
  night: (day: number) => Promise<void>,
): Promise<void> {
  for (const day of [1, 2]) {
    await pass(world, 4 * HOUR_MS, readings);
    for (const [index, id] of [...world.stations.keys()].entries()) {
      await world.plugIn(id, { phases: index === 2 ? 1 : 3, wantsA: 16 });
      await pass(world, 20 * 60_000, readings);
    }
    await night(day);
    for (const id of world.stations.keys()) await world.unplug(id);
    await pass(world, day * DAY_MS + NOON_MS - world.clock.nowMs(), readings);
  }
}

const NOON_MS = Date.UTC(2026, 2, 1, 12);

async function billOf(world: VirtualSite): Promise<SiteBill> {
  return world.service.history.siteBill('s', '2026-03');
}

describe('two days of a site', () => {
  it('are billed as its own meter and the registers of its stations say', async () => {
    const world = await openWorld(11);
    const readings = new Readings();
    await liveTwoDays(world, readings, () => pass(world, 13 * HOUR_MS, readings));
    const { bill, period, uncontrolled, saving, endMs } = await billOf(world);
    const held = readings.heldUntil(endMs);
    const heldWh = held.reduce(
      (sum, { startMs, endMs: toMs, powerW }) => sum + (powerW * (toMs - startMs)) / HOUR_MS,
      0,
    );
    const costed = held.reduce(
      (sum, { startMs, endMs: toMs, powerW }) => sum + (priceAt(startMs) * powerW * (toMs - startMs)) / HOUR_MS / 1_000,
      0,
    );
    if (period.energy === 'unknown') throw new Error('nothing is known');
    // A quarter is stored in whole watt-hours.
    expect(Math.abs(period.energy.importWh - heldWh)).toBeLessThan(30);
    expect(period.energy.carsWh).toBeCloseTo(advancedWh(world), -2);
    expect(bill.total).toBeCloseTo(costed * 1.25, 1);
    // Cars that wait for the night are cheaper; those that come late just move. Either way the same energy is billed.
    expect(uncontrolled.carsWh).toBeCloseTo(period.energy.carsWh, -2);
    expect(saving).toBeCloseTo(uncontrolled.bill.total - bill.total, 9);
    // Three cars of 16 A beside the building would have been too much for no fuse.
    expect(uncontrolled.connection.peakA).toBeGreaterThan(48);
  }, 240_000);

  it('lose nothing when stations go offline and the service dies, and say what was not heard', async () => {
    const world = await openWorld(12);
    const readings = new Readings();
    await liveTwoDays(world, readings, async (day) => {
      await pass(world, 2 * HOUR_MS, readings);
      if (day === 1) {
        world.crash();
        await pass(world, 100 * 60_000, readings);
        await world.restart();
        for (const id of world.stations.keys()) await world.connect(id, false);
      } else {
        world.disconnect('CP1');
        await pass(world, 3 * HOUR_MS, readings);
        await world.connect('CP1', false);
      }
      await pass(world, 5 * HOUR_MS, readings);
    });
    const energyWh = advancedWh(world);
    const periods = [];
    const span = { fromMs: NOON_MS, toMs: world.clock.nowMs() };
    for await (const page of world.service.history.historyPeriods('s', { ...span, resolution: 'quarter' })) {
      periods.push(...page);
    }
    const carsWh = periods.reduce((sum, { energy }) => sum + (energy === 'unknown' ? 0 : energy.carsWh), 0);
    expect(Math.abs(carsWh - energyWh)).toBeLessThan(120);
    // No peak that never was: three cars, and the building.
    const peakW = Math.max(...periods.map(({ peakQuarter }) => peakQuarter?.powerW ?? 0));
    expect(peakW).toBeLessThan(50 * 3 * VOLTAGE_V);
    const { period, bill } = await billOf(world);
    const silentMs = 100 * 60_000;
    expect(period.meteredShare).toBeLessThan(1 - (0.9 * silentMs) / (2 * DAY_MS));
    expect(bill.total).toBeGreaterThan((1.25 * NIGHT_PRICE * energyWh) / 1_000);
    const sessions = [];
    for await (const page of world.service.history.historySessions('s', span)) sessions.push(...page);
    expect(sessions).toHaveLength(6);
    const sessionsWh = sessions.reduce((sum, { energyWh: wh }) => sum + wh, 0);
    expect(Math.abs(sessionsWh - energyWh)).toBeLessThan(12);
    const cost = sessions.reduce((sum, one) => sum + (one.cost ?? Number.NaN), 0);
    expect(cost).toBeGreaterThan((1.25 * NIGHT_PRICE * energyWh) / 1_000);
    expect(cost).toBeLessThan((1.25 * DAY_PRICE * energyWh) / 1_000);
    expect(periods.every(({ startMs, endMs }) => endMs - startMs === QUARTER_MS)).toBe(true);
  }, 240_000);
});
