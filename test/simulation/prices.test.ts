import { describe, expect, it } from 'vitest';
import type { SessionView } from '../../src/control/service.js';
import type { SiteDefaults, SiteModel } from '../../src/site/model.js';
import { printTariff, type Tariff, type TariffComponent } from '../../tariffs/index.js';
import { SeededRandom } from '../support/seededRandom.js';
import { VirtualSite } from '../support/virtualSite.js';

// The whole service with tariffs: what providers upload is what cars wait for.

const STEP_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const CAR = { phases: 3, wantsA: 16 };

function site(defaults?: SiteDefaults, stations = 2): SiteModel {
  const all = (a: number) => ({ L1: a, L2: a, L3: a });
  return {
    siteId: 's',
    name: 's',
    timeZone: 'UTC',
    voltageV: 230,
    tariffIds: ['supplier'],
    circuits: [{ id: 'grid', parentId: null, limitA: all(63), baseLoadMaxA: all(0), meterStaleS: 30 }],
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
    ...(defaults === undefined ? {} : { defaults }),
  };
}

const tariffOf = (...components: readonly TariffComponent[]): Tariff => ({
  currency: 'EUR',
  timeZone: 'UTC',
  validity: { fromMs: 'open', toMs: 'open' },
  vatPercent: 0,
  holidays: { dates: [], yearly: [], easter: [] },
  components,
});
/** Hour by hour. */
const spot = (startMs: number, pricesPerKwh: readonly number[]): TariffComponent => ({
  id: 'spot',
  kind: 'priceSeries',
  prices: [{ startMs, stepMs: HOUR_MS, pricesPerKwh }],
});
const PEAKS: TariffComponent = {
  id: 'peaks',
  kind: 'demandCharge',
  sampleMinutes: 60,
  peaks: 1,
  distinct: 'none',
  price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 60 }] },
};

async function upload(world: VirtualSite, ...components: readonly TariffComponent[]): Promise<void> {
  const content = printTariff(tariffOf(...components));
  await world.service.tariffs.putTariff('supplier', { format: 'evenkeel', content, options: {} });
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

/** Two cars have just come. */
async function occupied(components: readonly TariffComponent[], defaults?: SiteDefaults): Promise<VirtualSite> {
  const world = new VirtualSite(site(defaults), new SeededRandom(1));
  await world.start();
  if (components.length > 0) await upload(world, ...components);
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

const hourOf = (world: VirtualSite) => Math.floor(world.clock.nowMs() / HOUR_MS) * HOUR_MS;
const delivered = (world: VirtualSite, id: string) => world.station(id).energyWh - 1_000;
const tail = (world: VirtualSite) => world.timeline.slice(-40).join('\n');

describe('a site with a tariff', () => {
  it('lets a car that said when it leaves wait for the cheap hour, and shows what it plans with', async () => {
    const world = await occupied([]);
    const startMs = hourOf(world);
    await upload(world, spot(startMs, [1, 1, 0.2, 1, 1, 1, 1]));
    await world.stateNeeds('CP1', { energyWh: 9_000, departureMs: startMs + 6 * HOUR_MS });
    await run(world, 100 * MINUTE_MS);
    expect(delivered(world, 'CP1'), tail(world)).toBeLessThan(300);
    // The other said nothing.
    expect(delivered(world, 'CP2')).toBeGreaterThan(15_000);
    expect(await sessionAt(world, 'CP1')).toMatchObject({ limitedBy: { by: 'price' }, onTime: true });
    const { prices, boundariesMs } = world.service.getPlan('s');
    // Beyond the seven hours there is not even a fallback.
    expect(prices).toMatchObject({ currency: 'EUR', from: 'none', publishedUntilMs: startMs + 7 * HOUR_MS });
    const cheap = boundariesMs.findIndex((ms) => ms >= startMs + 2 * HOUR_MS);
    expect([prices?.energyPricePerKwh[0], prices?.energyPricePerKwh[cheap]]).toEqual([1, 0.2]);
    await run(world, 80 * MINUTE_MS);
    expect(delivered(world, 'CP1')).toBeGreaterThan(8_900);
  }, 60_000);

  it('plans by new prices within seconds of their upload', async () => {
    const world = await occupied([]);
    const startMs = hourOf(world);
    await upload(world, spot(startMs, [1, 1, 0.2, 1, 1, 1, 1]));
    await world.stateNeeds('CP1', { energyWh: 9_000, departureMs: startMs + 6 * HOUR_MS });
    await run(world, 5 * MINUTE_MS);
    expect(world.station('CP1').drawnA).toBe(0);
    await upload(world, spot(startMs, [0.1, 1, 0.2, 1, 1, 1, 1]));
    await run(world, 15_000);
    expect(world.station('CP1').drawnA, tail(world)).toBeGreaterThan(15);
  }, 60_000);

  it('keeps the peak of the month low for cars that can wait, hour by hour, and has them ready', async () => {
    const world = await occupied([PEAKS]);
    const startMs = world.clock.nowMs();
    for (const id of ['CP1', 'CP2'])
      await world.stateNeeds(id, { energyWh: 12_000, departureMs: startMs + 4 * HOUR_MS });
    const hoursWh = new Map<number, number>();
    const total = () => delivered(world, 'CP1') + delivered(world, 'CP2');
    let before = total();
    await run(world, 4 * HOUR_MS, () => {
      hoursWh.set(hourOf(world), (hoursWh.get(hourOf(world)) ?? 0) + total() - before);
      before = total();
    });
    // 24 kWh in 4 hours are 6 kW; at once they would have been 22 kW.
    expect(Math.max(...hoursWh.values()), tail(world)).toBeLessThan(7_000);
    for (const id of ['CP1', 'CP2']) expect(delivered(world, id)).toBeGreaterThan(11_900);
  }, 90_000);

  it('remembers the peak of the month: what it allows costs nothing, so that the next car need not wait', async () => {
    const world = await occupied([PEAKS]);
    // Nobody said anything: 22 kW, for an hour and more.
    await run(world, 80 * MINUTE_MS);
    for (const id of ['CP1', 'CP2']) await world.unplug(id);
    await world.plugIn('CP1', CAR);
    await run(world, 5_000);
    await world.stateNeeds('CP1', { energyWh: 8_000, departureMs: world.clock.nowMs() + 10 * HOUR_MS });
    await run(world, 30 * MINUTE_MS);
    expect(world.service.getPlan('s').prices?.demandCharges[0]?.peakSoFarKw).toBeGreaterThan(20);
    expect(delivered(world, 'CP1'), tail(world)).toBeGreaterThan(4_000);
  }, 60_000);

  it('lets a car whose driver says nothing wait only where its defaults say so, and says what it takes for granted', async () => {
    const world = await occupied([], { departure: '18:00', energyWh: 9_000 });
    const startMs = hourOf(world);
    await upload(world, spot(startMs, [1, 1, 0.2, 1, 1, 1, 1]));
    await world.stateNeeds('CP2', { departureMs: startMs + 90 * MINUTE_MS });
    await run(world, 80 * MINUTE_MS);
    expect(delivered(world, 'CP1'), tail(world)).toBeLessThan(500);
    const { needsUsed, needsFrom, departureMs } = await sessionAt(world, 'CP1');
    expect(departureMs).toBeNull();
    expect(needsUsed).toMatchObject({ departureMs: startMs + 6 * HOUR_MS, energyWh: 9_000 });
    expect(needsFrom).toMatchObject({ departure: 'default', energyWh: 'default' });
    // The other leaves before it is cheap, and need not wait.
    expect(delivered(world, 'CP2')).toBeGreaterThan(8_000);
    await run(world, 100 * MINUTE_MS);
    expect(delivered(world, 'CP1')).toBeGreaterThan(8_500);
  }, 60_000);
});
