import { describe, expect, it } from 'vitest';
import { SiteKnowledge } from '../../../src/control/knowledge/siteKnowledge.js';
import { Turns } from '../../../src/control/knowledge/turns.js';
import { QUARTER_MS, type QuarterRecord } from '../../../src/site/history.js';
import type { SiteModel } from '../../../src/site/model.js';
import type { StoredSession } from '../../../src/store/store.js';
import type { Tariff } from '../../../tariffs/index.js';
import type { DemandChargeComponent } from '../../../tariffs/types.js';
import { ampere, HOUR_MS, MINUTE_MS, NOON_MS, SiteLife, siteOf } from '../../support/builders.js';
import { settle, VirtualClock } from '../../support/virtualClock.js';

const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

function tariffOf(more: Partial<DemandChargeComponent> = {}): Tariff {
  return {
    currency: 'SEK',
    timeZone: 'Europe/Stockholm',
    validity: { fromMs: 'open', toMs: 'open' },
    vatPercent: 0,
    holidays: { dates: [], yearly: [], easter: [] },
    components: [
      { id: 'transfer', kind: 'energyFee', pricePerKwh: 0.5 },
      {
        id: 'effect',
        kind: 'demandCharge',
        sampleMinutes: 60,
        peaks: 1,
        distinct: 'none',
        price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 60 }] },
        ...more,
      },
    ],
  };
}

/** Every quarter, the building at what the hour of the day is in UTC. */
function recordsOf(fromMs: number, toMs: number, kwAt: (ms: number) => number = () => 4): QuarterRecord[] {
  const records: QuarterRecord[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += QUARTER_MS) {
    const buildingA = { grid: ampere(new Date(startMs).getUTCHours()) };
    records.push({ startMs, importWh: kwAt(startMs) * 250, exportWh: 0, carsWh: 0, meteredMs: QUARTER_MS, buildingA });
  }
  return records;
}

function open({ site = {}, tariffs = [tariffOf()] }: { site?: Partial<SiteModel>; tariffs?: readonly Tariff[] } = {}) {
  const clock = new VirtualClock(NOON_MS);
  const life = new SiteLife(siteOf({ tariffIds: ['grid'], ...site }));
  const listeners = new Set<(tariffId: string) => void>();
  const asked: { readonly fromMs: number; readonly toMs: number }[] = [];
  const said: string[] = [];
  const world = {
    tariffs,
    missing: [] as readonly string[],
    records: [] as readonly QuarterRecord[],
    sessions: [] as readonly StoredSession[],
    fails: undefined as Error | undefined,
    news: 0,
    pages: 0,
  };
  const knowledge = new SiteKnowledge({
    sources: {
      tariffs: {
        ofSite: () => ({ tariffs: world.tariffs, missing: world.missing }),
        onChange: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
      quarters: async (_siteId, fromMs, toMs) => {
        asked.push({ fromMs, toMs });
        if (world.fails !== undefined) throw world.fails;
        return world.records.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
      },
      sessions: {
        listSessions: async (_siteId, { limit, beforeMs = Number.POSITIVE_INFINITY }) => {
          world.pages += 1;
          return world.sessions.filter(({ startedMs }) => startedMs < beforeMs).slice(0, limit);
        },
      },
      turns: new Turns(clock),
    },
    state: () => life.state,
    clock,
    log: { info: () => undefined, warn: (_fields, message) => said.push(message), error: () => undefined },
    onNews: () => {
      world.news += 1;
    },
  });
  const wait = async (ms: number) => {
    await clock.runUntil(clock.nowMs() + ms);
    await settle();
    life.nowMs = clock.nowMs();
  };
  const changeTariff = (tariffId: string) => {
    for (const listener of listeners) listener(tariffId);
  };
  const charges = () => {
    const nowMs = clock.nowMs();
    return knowledge.current().prices([nowMs, nowMs + 5 * MINUTE_MS], []).demandCharges;
  };
  return { knowledge, clock, life, world, asked, said, listeners, wait, changeTariff, charges };
}

describe('what a schedule rests on', () => {
  it('is there at once, and better once the past was read', async () => {
    const { knowledge, world, wait, charges } = open();
    world.records = recordsOf(NOON_MS - 8 * WEEK_MS, NOON_MS, (ms) => (ms < NOON_MS - HOUR_MS ? 4 : 9));
    knowledge.start();
    expect(knowledge.current().building.circuits.size).toBe(0);
    expect(charges()).toMatchObject([{ circuitId: 'grid', pricePerKw: 60, peakSoFarKw: 0 }]);
    await wait(1_000);
    expect(world.news).toBe(1);
    const { building } = knowledge.current();
    expect(building.circuits.get('grid')?.L1.quarters[building.quarterOfWeek(NOON_MS)]?.usualA).toBe(12);
    expect(charges()).toMatchObject([{ peakSoFarKw: 9 }]);
  });

  it('counts in what the state knows of the last hours, up to now', async () => {
    const { knowledge, life, clock, wait, charges } = open();
    knowledge.start();
    await wait(1_000);
    // 30 A on three phases, 20.7 kW, from 12:00 on, and at 13:40 a third of that.
    for (let ms = 0; ms < 110 * MINUTE_MS; ms += 20_000) {
      life.meterCircuit('grid', ms < 100 * MINUTE_MS ? 30 : 10);
      await wait(20_000);
    }
    const [charge] = charges();
    expect(charge?.peakSoFarKw).toBeCloseTo(20.7, 1);
    const minutes = (clock.nowMs() - (NOON_MS + HOUR_MS)) / MINUTE_MS;
    expect(charge?.windowSoFarKwh).toBeCloseTo((20.7 * 40 + 6.9 * (minutes - 40)) / 60, 1);
  });

  it('is read again every hour, sooner for other tariffs or another configuration, and after a failure', async () => {
    const { knowledge, life, world, asked, said, wait, changeTariff } = open();
    knowledge.start();
    await wait(1_000);
    expect(asked).toHaveLength(1);
    await wait(59 * MINUTE_MS);
    expect(asked).toHaveLength(1);
    await wait(2 * MINUTE_MS);
    expect(asked).toHaveLength(2);
    changeTariff('some other');
    await wait(1_000);
    expect([asked.length, world.news]).toEqual([2, 2]);
    changeTariff('grid');
    expect(world.news).toBe(3);
    await wait(1_000);
    expect(asked).toHaveLength(3);
    life.take({ type: 'siteConfigured', site: siteOf({ tariffIds: ['grid'], name: 'New' }) });
    knowledge.current();
    await wait(1_000);
    expect(asked).toHaveLength(4);
    world.fails = new Error('disk');
    await wait(HOUR_MS);
    expect([asked.length, said.length]).toEqual([5, 1]);
    world.fails = undefined;
    await wait(61_000);
    expect(asked).toHaveLength(6);
  });

  it('reads earlier months where a tariff remembers them, once a month, and a price that is new does not make it do so again', async () => {
    const tariff = tariffOf({ memory: { kind: 'ratchet', share: 0.5, months: 2 } });
    const { knowledge, world, asked, wait, changeTariff, charges } = open({ tariffs: [tariff] });
    world.records = recordsOf(NOON_MS - 70 * DAY_MS, NOON_MS, (ms) => (ms < NOON_MS - 40 * DAY_MS ? 80 : 4));
    knowledge.start();
    await wait(1_000);
    expect(asked).toHaveLength(3);
    // Half of January's peak, and, for later months, all of it.
    expect(charges().map(({ peakSoFarKw }) => peakSoFarKw)).toEqual([40, 80]);
    world.tariffs = [{ ...tariff, components: [...tariff.components] }];
    changeTariff('grid');
    await wait(1_000);
    expect(asked).toHaveLength(4);
    expect(charges().map(({ peakSoFarKw }) => peakSoFarKw)).toEqual([40, 80]);
  });

  it('learns how long cars stay only where the site asks for that, and from no more than its newest sessions', async () => {
    const stays = Array.from({ length: 20 }, (_, index): StoredSession => {
      const startedMs = NOON_MS - (index + 1) * WEEK_MS * 0.5 - (index % 2) * 12 * HOUR_MS;
      const endedMs = startedMs + 6 * HOUR_MS;
      const record = { startedAtMs: startedMs, endedAtMs: endedMs, energyWh: 9_000 };
      return { sessionId: `s${index}`, siteId: 'depot', stationId: 'A', startedMs, endedMs, record };
    });
    const silent = open();
    silent.world.sessions = stays;
    silent.knowledge.start();
    await silent.wait(1_000);
    expect([silent.world.pages, silent.knowledge.stays(NOON_MS).departureMs]).toEqual([0, 'unknown']);
    const learning = open({ site: { defaults: { departure: 'learned' } } });
    learning.world.sessions = stays;
    learning.knowledge.start();
    await learning.wait(1_000);
    expect(learning.world.pages).toBe(1);
    expect(learning.knowledge.stays(NOON_MS)).toEqual({ departureMs: NOON_MS + 6 * HOUR_MS, energyWh: 9_000 });
  });

  it('says so where a tariff that the site names is not there, and goes by the others', () => {
    const { knowledge, world, clock } = open();
    const known = () => knowledge.current().prices([clock.nowMs(), clock.nowMs() + HOUR_MS], []);
    expect(known().known.from).toBe('published');
    world.missing = ['spot'];
    expect(known()).toMatchObject({ known: { from: 'none', publishedUntilMs: null, currency: 'SEK' } });
    expect(known().energyPricePerKwh).toEqual([0.5]);
    world.tariffs = [];
    expect(known()).toMatchObject({ energyPricePerKwh: [0], known: { from: 'none', currency: null } });
  });

  it('is nothing without sources, and nothing is read once it is closed', async () => {
    const { knowledge, asked, listeners, wait } = open();
    knowledge.start();
    knowledge.close();
    await wait(3 * HOUR_MS);
    expect([asked.length, listeners.size]).toEqual([0, 0]);
    const none = new SiteKnowledge({
      sources: undefined,
      state: () => new SiteLife(siteOf()).state,
      clock: new VirtualClock(NOON_MS),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      onNews: () => undefined,
    });
    none.start();
    expect(none.current().prices([0, 1], []).energyPricePerKwh).toEqual([0]);
  });
});

describe('turns', () => {
  it('come one after the other, with a rest after what took long, and go on after a failure', async () => {
    const clock = new VirtualClock(NOON_MS);
    const turns = new Turns(clock);
    const ran: string[] = [];
    const lasting = (name: string, ms: number) => () =>
      new Promise<void>((resolve) => {
        ran.push(`${name} at ${clock.nowMs() - NOON_MS}`);
        clock.after(ms, resolve);
      });
    void turns.take(lasting('first', 100));
    const failed = turns.take(async () => {
      ran.push(`second at ${clock.nowMs() - NOON_MS}`);
      throw new Error('no');
    });
    void failed.catch(() => undefined);
    void turns.take(lasting('third', 10));
    await clock.runUntil(NOON_MS + 2_000);
    expect(ran).toEqual(['first at 0', 'second at 400', 'third at 400']);
    await expect(failed).rejects.toThrow('no');
  });
});
