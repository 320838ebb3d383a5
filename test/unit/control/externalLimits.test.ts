import { describe, expect, it } from 'vitest';
import { replyTo } from '../../../src/control/stationRequests.js';
import { EXTERNAL_PERIODS_MAX } from '../../../src/site/externalLimit.js';
import type { StationRequest } from '../../../src/site/stationMessages.js';
import { acEvse, ampere, circuitOf, MINUTE_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';
import { SeededRandom } from '../../support/seededRandom.js';
import { VirtualSite } from '../../support/virtualSite.js';

type Notified = Omit<StationRequest & { type: 'chargingLimit' }, 'type'>;

const STEP_MS = 500;
const AT_10: Notified = {
  evseId: 1,
  source: 'SO',
  isGridCritical: true,
  schedule: { rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 10 }] },
};

async function run(world: VirtualSite, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    await world.clock.runUntil(world.clock.nowMs() + STEP_MS, () => world.follow(0));
    world.follow(STEP_MS);
    if (world.clock.nowMs() % 10_000 < STEP_MS) for (const id of world.stations.keys()) world.meter(id);
  }
}

/** Two stations on one circuit, a car at the first that takes 16 A. */
async function charging(): Promise<VirtualSite> {
  const stations = ['A', 'B'].map((id) => stationOf(id, { evses: [acEvse({ currentMaxA: 16 })] }));
  const site = siteOf({ siteId: 's', circuits: [circuitOf('grid', ampere(40))], stations });
  const world = new VirtualSite(site, new SeededRandom(1));
  await world.start();
  for (const id of ['A', 'B']) await world.connect(id, true);
  await world.plugIn('A', { phases: 3, wantsA: 16 });
  await run(world, MINUTE_MS);
  return world;
}

const evseOf = (world: VirtualSite) => world.service.getState('s').stations[0]?.evses[0];
const why = (world: VirtualSite) =>
  world.service.why.ofSession('s', evseOf(world)?.transaction?.sessionId ?? '').now.sentence;

describe('a station that is limited by others', () => {
  it('is planned and told no more with the next plan, and what it could have again once that is lifted', async () => {
    const world = await charging();
    expect(world.station('A').drawnA).toBe(16);
    await world.service.stations.request('A', { type: 'chargingLimit', ...AT_10 });
    await run(world, 2_000);
    expect(evseOf(world)).toMatchObject({
      limitA: 10,
      limitedBy: { by: 'externalLimit', source: 'SO', scope: 'evse', limitA: 10 },
      externalLimits: [
        { source: 'SO', scope: 'evse', isGridCritical: true, limit: 10, rateUnit: 'A', limitA: 10, untilMs: null },
      ],
    });
    await run(world, 30_000);
    expect(world.station('A').drawnA).toBe(10);
    expect(why(world)).toMatch(/: the station limits this car itself to 10 A, by order of the grid operator \(SO\)\.$/);
    await world.service.stations.request('A', { type: 'chargingLimitCleared', evseId: 1, source: 'SO' });
    await run(world, 30_000);
    expect(world.station('A').drawnA).toBe(16);
    expect(evseOf(world)).toMatchObject({ limitA: 16, externalLimits: [] });
  });

  it('is still limited after a restart of the service', async () => {
    const world = await charging();
    await world.service.stations.request('A', { type: 'chargingLimit', ...AT_10 });
    world.crash();
    await world.restart();
    await world.connect('A', true);
    await run(world, MINUTE_MS);
    expect(world.station('A').drawnA).toBe(10);
    expect(evseOf(world)?.externalLimits).toHaveLength(1);
  });

  it('has what it could have from the second on in which the limit ends', async () => {
    const world = await charging();
    const schedule = { rateUnit: 'W', durationS: 120, periods: [{ startPeriodS: 0, limit: 5_520 }] } as const;
    await world.service.stations.request('A', { type: 'chargingLimit', source: 'EMS', schedule });
    await run(world, 30_000);
    expect(world.station('A').drawnA).toBe(8);
    expect(evseOf(world)?.externalLimits).toMatchObject([{ scope: 'station', limit: 5_520, rateUnit: 'W', limitA: 8 }]);
    await run(world, 2 * MINUTE_MS);
    expect(world.station('A').drawnA).toBe(16);
    expect(evseOf(world)?.externalLimits).toEqual([]);
  });

  it('that does not say how much is shown, and goes on as it was', async () => {
    const world = await charging();
    await world.service.stations.request('A', { type: 'chargingLimit', source: 'CSO' });
    await run(world, 10_000);
    expect(world.station('A').drawnA).toBe(16);
    expect(evseOf(world)?.externalLimits).toMatchObject([{ source: 'CSO', limit: null, rateUnit: null, limitA: null }]);
  });
});

function reply(life: SiteLife, request: StationRequest) {
  return replyTo(request, { state: life.state, stationId: 'A', nowMs: life.nowMs, random: new SeededRandom(1) });
}

describe('the news of a limit', () => {
  const life = new SiteLife(siteOf()).commission('A').wait(MINUTE_MS);

  it('is on disk before it is answered, and begins now where it says no start', () => {
    expect(reply(life, { type: 'chargingLimit', ...AT_10 })).toMatchObject({
      durable: true,
      response: {},
      events: [
        { type: 'externalLimitNotified', limit: { evseId: 1, source: 'SO', schedule: { startMs: life.nowMs } } },
      ],
    });
  });

  it('of an EVSE that there is not is an anomaly, and nothing else', () => {
    const { events, anomaly } = reply(life, { type: 'chargingLimit', ...AT_10, evseId: 9 });
    expect([events, anomaly?.kind]).toEqual([[], 'unknownEvse']);
  });

  it('that can not be calculated with is kept without its schedule, and is an anomaly', () => {
    const periods = Array.from({ length: EXTERNAL_PERIODS_MAX + 1 }, (_, startPeriodS) => ({
      startPeriodS,
      limit: 10,
    }));
    const { events, anomaly } = reply(life, {
      type: 'chargingLimit',
      source: 'SO',
      schedule: { rateUnit: 'A', periods },
    });
    expect(events).toEqual([{ type: 'externalLimitNotified', stationId: 'A', limit: { evseId: 0, source: 'SO' } }]);
    expect(anomaly?.kind).toBe('scheduleUnusable');
  });

  it('that it is lifted changes nothing where there was none', () => {
    expect(reply(life, { type: 'chargingLimitCleared', source: 'SO' })).toMatchObject({ events: [], response: {} });
    life.take(...reply(life, { type: 'chargingLimit', ...AT_10 }).events);
    expect(reply(life, { type: 'chargingLimitCleared', source: 'EMS' }).events).toEqual([]);
    expect(reply(life, { type: 'chargingLimitCleared', source: 'SO' }).events).toHaveLength(1);
  });
});

describe('a composite schedule that says less than was sent', () => {
  /** It holds nothing yet, and says 0 A for half a minute. */
  async function saysLess(isTold: boolean): Promise<VirtualSite> {
    const site = siteOf({ siteId: 's', circuits: [circuitOf('grid', ampere(40))], stations: [stationOf('A')] });
    const world = new VirtualSite(site, new SeededRandom(1));
    const untilMs = world.clock.nowMs() + 30_000;
    world.tamper = (outcome, command) => {
      if (command.type !== 'getCompositeSchedule' || world.clock.nowMs() > untilMs) return outcome;
      const schedule = { rateUnit: 'A', durationS: 600, periods: [{ startPeriodS: 0, limit: 0 }] } as const;
      return { outcome: 'answered', response: { status: 'Accepted', schedule } };
    };
    await world.start();
    await world.connect('A', true);
    if (isTold) await world.service.stations.request('A', { type: 'chargingLimit', ...AT_10 });
    await run(world, 10_000);
    return world;
  }

  const failsafeOf = (world: VirtualSite) => world.service.getState('s').stations[0]?.failsafe.confirmed;

  it('confirms it, where nobody else limits its station', async () => {
    expect(failsafeOf(await saysLess(false))).toBe(true);
  });

  it('confirms nothing where somebody else does: under their limit there may be nothing; and later what says just that', async () => {
    const world = await saysLess(true);
    expect(failsafeOf(world)).toBe(false);
    await run(world, MINUTE_MS);
    expect(failsafeOf(world)).toBe(true);
  });
});
