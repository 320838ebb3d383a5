import { describe, expect, it } from 'vitest';
import { GRID_EVENTS_MAX, GridEvents } from '../../../../src/control/limits/gridEvents.js';
import type { SiteEvent } from '../../../../src/site/events.js';
import { ampere, HOUR_MS, SiteLife, siteOf, stationOf } from '../../../support/builders.js';
import { SeededRandom } from '../../../support/seededRandom.js';
import { VirtualSite } from '../../../support/virtualSite.js';

const DAY_MS = 24 * HOUR_MS;

/** Hourly intervals of so many kW. */
const eventOf = (kw: readonly number[], startMs: number) => ({
  intervalPeriod: { start: new Date(startMs).toISOString(), duration: 'PT1H' },
  payloadDescriptors: [{ objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'KW' }],
  intervals: kw.map((power, id) => ({ id, payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [power] }] })),
});

async function open() {
  const world = new VirtualSite(siteOf({ siteId: 's', stations: [stationOf('A')] }), new SeededRandom(1));
  await world.start();
  const put = (eventId: string, document: unknown) => world.service.gridEvents.putGridEvent('s', eventId, document);
  const codeOf = (run: Promise<unknown>) => run.then(() => 'taken').catch((error: { code?: string }) => error.code);
  const powers = () => world.service.listLimits('s').map(({ limitId, powerLimitW }) => [limitId, powerLimitW]);
  return { world, put, codeOf, powers };
}

describe('a grid event', () => {
  it('is in force at once, in place of what it said before, and outlasts the service', async () => {
    const { world, put, powers } = await open();
    await put('storm', eventOf([10, 20, 30], world.clock.nowMs()));
    expect(world.service.getState('s').circuits[0]?.powerLimitW).toBe(10_000);
    await put('storm', eventOf([8], world.clock.nowMs()));
    expect(powers()).toEqual([['storm.0', 8_000]]);
    world.crash();
    await world.restart();
    expect(powers()).toEqual([['storm.0', 8_000]]);
    expect(world.service.getState('s').circuits[0]?.powerLimitW).toBe(8_000);
    await world.service.gridEvents.deleteGridEvent('s', 'storm');
    expect(powers()).toEqual([]);
  });

  it('is one entry in the journal: a crash leaves all of it or nothing', async () => {
    const { world, put } = await open();
    await put(
      'storm',
      eventOf(
        Array.from({ length: 400 }, (_, n) => n + 1),
        world.clock.nowMs(),
      ),
    );
    const { events } = await world.store.loadSite('s');
    const types = events.map(({ event }) => (event as { type: string }).type);
    expect(types.filter((type) => type === 'gridEventPut')).toHaveLength(1);
    expect(types).not.toContain('limitPut');
  });

  it('is what a peer of the grid leaves a circuit: each stretch called by when it begins, and the same again writes nothing', async () => {
    const { world } = await open();
    const fromMs = Date.UTC(2026, 0, 14, 16);
    const caps = [
      { fromMs, toMs: fromMs + HOUR_MS, powerLimitW: 9_000, reason: 'Forecast.' },
      { fromMs: fromMs + HOUR_MS, toMs: 'open', powerLimitW: 12_000 },
    ] as const;
    const { gridEvents } = world.service;
    await gridEvents.putCaps('s', 'oscp.dso', { circuitId: 'grid', caps });
    expect(world.service.listLimits('s')).toMatchObject([
      { limitId: 'oscp.dso.20260114T160000Z', circuitId: 'grid', source: 'grid-operator', reason: 'Forecast.' },
      { limitId: 'oscp.dso.20260114T170000Z', toMs: 'open', eventId: 'oscp.dso' },
    ]);
    const { limits } = world.service.sites.owner('s').state;
    await gridEvents.putCaps('s', 'oscp.dso', { circuitId: 'grid', caps });
    expect(world.service.sites.owner('s').state.limits).toBe(limits);
    await gridEvents.putCaps('s', 'oscp.dso', { circuitId: 'grid', caps: [] });
    expect(world.service.listLimits('s')).toEqual([]);
  });

  it('put again as it is changes nothing', async () => {
    const { world, put } = await open();
    const document = eventOf([10, 20], world.clock.nowMs());
    const first = await put('storm', document);
    const { limits } = world.service.sites.owner('s').state;
    expect(await put('storm', document)).toEqual(first);
    expect(world.service.sites.owner('s').state.limits).toBe(limits);
  });

  it('takes its limits away when it is cancelled', async () => {
    const { put, powers, world } = await open();
    await put('storm', eventOf([10], world.clock.nowMs()));
    const cancelled = {
      ...eventOf([10], world.clock.nowMs()),
      intervalPeriod: { start: '0001-01-01T00:00:00Z', duration: 'PT0S' },
    };
    expect((await put('storm', cancelled)).limits).toEqual([]);
    expect(powers()).toEqual([]);
    expect(() => world.service.gridEvents.getGridEvent('s', 'storm')).toThrow(/no grid event/);
  });

  it('that is refused leaves everything as it was', async () => {
    const { world, put, powers, codeOf } = await open();
    await put('storm', eventOf([10], world.clock.nowMs()));
    expect(await codeOf(put('storm', { ...eventOf([5], world.clock.nowMs()), payloadDescriptors: [] }))).toBe(
      'INVALID_GRID_EVENT',
    );
    expect(powers()).toEqual([['storm.0', 10_000]]);
  });

  it('takes the place of no limit of others, nor they of its own', async () => {
    const { world, put, codeOf, powers } = await open();
    const own = { limitId: 'storm.1', circuitId: 'grid', powerLimitW: 5_000, fromMs: 0, toMs: 'open' } as const;
    await world.service.putLimit('s', { ...own, source: 'owner' });
    expect(await codeOf(put('storm', eventOf([10, 20], world.clock.nowMs())))).toBe('LIMIT_ID_TAKEN');
    await put('storm', eventOf([10], world.clock.nowMs()));
    expect(await codeOf(world.service.putLimit('s', { ...own, limitId: 'storm.0', source: 'owner' }))).toBe(
      'LIMIT_OF_GRID_EVENT',
    );
    expect(await codeOf(world.service.deleteLimit('s', 'storm.0'))).toBe('LIMIT_OF_GRID_EVENT');
    // Events of which one has the other's name in its own.
    await put('storm.0', eventOf([3], world.clock.nowMs()));
    await world.service.gridEvents.deleteGridEvent('s', 'storm');
    expect(powers()).toEqual([
      ['storm.0.0', 3_000],
      ['storm.1', 5_000],
    ]);
  });

  it('tells the failsafes that have no room under it', async () => {
    const { world, put } = await open();
    // 6 A on three phases are 4,140 W.
    expect((await put('storm', eventOf([5, 4, 3], world.clock.nowMs()))).warnings).toEqual([
      { code: 'FAILSAFE_EXCEEDS_LIMIT', circuitId: 'grid', failsafeSumW: 4_140, limitW: 3_000 },
    ]);
  });

  it('never raises another limit', async () => {
    const { world, put } = await open();
    await world.service.putLimit('s', {
      limitId: 'own',
      circuitId: 'grid',
      powerLimitW: 9_000,
      limitA: ampere(10),
      fromMs: 0,
      toMs: 'open',
      source: 'owner',
    });
    await put('storm', eventOf([50], world.clock.nowMs()));
    expect(world.service.getState('s').circuits[0]).toMatchObject({ powerLimitW: 9_000, limitA: ampere(10) });
  });
});

describe('grid events are bounded', () => {
  /** The desk alone, with a state that follows what it dispatches. */
  function desk() {
    const life = new SiteLife(siteOf({ siteId: 's' }));
    const owner = {
      get state() {
        return life.state;
      },
      dispatch: (...events: readonly SiteEvent[]) => void life.take(...events),
      durable: async () => undefined,
    };
    const clock = { nowMs: () => life.nowMs, after: () => () => undefined };
    const events = new GridEvents({ clock, ownerOf: () => owner });
    const put = (eventId: string, kw: readonly number[], inMs = 0) =>
      events.putGridEvent('s', eventId, eventOf(kw, life.nowMs + inMs));
    const idsOf = () => events.listGridEvents('s').map(({ eventId }) => eventId);
    return { life, put, idsOf };
  }

  it('in number; those that ended a week ago make room', async () => {
    const { life, put, idsOf } = desk();
    for (let n = 0; n < GRID_EVENTS_MAX; n++) await put(`e${n}`, [10], n === 0 ? 0 : 5 * DAY_MS);
    await expect(put('one-more', [10])).rejects.toMatchObject({ code: 'TOO_MANY_LIMITS' });
    await put('e5', [11], 5 * DAY_MS);
    life.wait(HOUR_MS + 7 * DAY_MS - 1);
    await expect(put('one-more', [10])).rejects.toMatchObject({
      details: { limit: 'gridEvents', found: GRID_EVENTS_MAX + 1, max: GRID_EVENTS_MAX },
    });
    life.wait(1);
    await put('one-more', [10]);
    expect(idsOf()).toHaveLength(GRID_EVENTS_MAX);
    expect(idsOf()).not.toContain('e0');
  });

  it('in their intervals', async () => {
    const { put } = desk();
    const full = Array.from({ length: 500 }, () => 10);
    for (let n = 0; n < 10; n++) await put(`e${n}`, full);
    await expect(put('one-more', [10])).rejects.toMatchObject({ details: { limit: 'gridEventLimits', found: 5_001 } });
  });
});
