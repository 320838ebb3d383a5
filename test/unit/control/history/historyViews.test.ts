import { describe, expect, it } from 'vitest';
import type { HistorySpan, Pages } from '../../../../src/control/history/historyService.js';
import { HistoryViews } from '../../../../src/control/history/historyViews.js';
import { QUARTER_MS, type QuarterRecord } from '../../../../src/site/history.js';
import { emptyState } from '../../../../src/site/reduce.js';
import type { EndedSession, SiteState } from '../../../../src/site/state.js';
import type { DemandChargeComponent, Tariff } from '../../../../tariffs/types.js';
import { HOUR_MS, SiteLife, siteOf } from '../../../support/builders.js';
import { MemoryStore } from '../../../support/memoryStore.js';
import { VirtualClock } from '../../../support/virtualClock.js';

// A building of 2 kW all year. On 10 January 2026 a car comes at 17:00 and is charged, under control, from 22:00 to 02:00 with 11 kW
// (it was seen to draw 16 A on three phases, 11.04 kW, so that alone it takes 3 h 59 min). Days cost 1.00, nights (21–07) 0.20, peaks
// 50 per kW on the month's highest hour, a subscription 100 a month; VAT 25 %. All of it lies in Stockholm.

const ZONE = 'Europe/Stockholm';
const JANUARY = ms('2026-01-01T00:00:00+01:00');
const FEBRUARY = ms('2026-02-01T00:00:00+01:00');
const MARCH = ms('2026-03-01T00:00:00+01:00');
const ARRIVAL = ms('2026-01-10T17:00:00+01:00');
const CHARGED_FROM = ms('2026-01-10T22:00:00+01:00');
const CHARGED_TO = ms('2026-01-11T02:00:00+01:00');

function ms(iso: string): number {
  return Date.parse(iso);
}

const DEMAND: DemandChargeComponent = {
  kind: 'demandCharge',
  id: 'peaks',
  sampleMinutes: 60,
  peaks: 1,
  distinct: 'none',
  price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 50 }] },
};

function tariffOf(more: Partial<Tariff> = {}): Tariff {
  return {
    currency: 'SEK',
    timeZone: ZONE,
    validity: { fromMs: 'open', toMs: 'open' },
    vatPercent: 25,
    holidays: { dates: [], yearly: [], easter: [] },
    components: [
      {
        kind: 'timeOfUse',
        id: 'energy',
        rates: [
          { name: 'night', when: { hours: [{ from: '21:00', to: '07:00' }] }, pricePerKwh: 0.2 },
          { name: 'day', pricePerKwh: 1 },
        ],
      },
      { kind: 'fixedFee', id: 'subscription', price: 100, per: 'month' },
      DEMAND,
    ],
    ...more,
  };
}

const SESSION: EndedSession = {
  sessionId: 'A-1',
  transactionId: 1,
  stationId: 'A',
  evseId: 1,
  idToken: 'TAG',
  startedAtMs: ARRIVAL,
  endedAtMs: ms('2026-01-11T08:00:00+01:00'),
  meterStartWh: 0,
  energyWh: 44_000,
  needs: {},
  phasesInUse: ['L1', 'L2', 'L3'],
  reason: 'Local',
  quarters: { startMs: ARRIVAL, wh: [...new Array<number>(20).fill(0), ...new Array<number>(16).fill(2_750)] },
  drawnMaxA: 16,
};

/** The building's 500 Wh, and the car's where it charged. */
function quartersOf(fromMs: number, toMs: number): readonly QuarterRecord[] {
  return Array.from({ length: (toMs - fromMs) / QUARTER_MS }, (_, index) => {
    const startMs = fromMs + index * QUARTER_MS;
    const carsWh = startMs >= CHARGED_FROM && startMs < CHARGED_TO ? 2_750 : 0;
    return { startMs, importWh: 500 + carsWh, exportWh: 0, carsWh, meteredMs: QUARTER_MS, buildingA: {} };
  });
}

interface Scene {
  readonly nowMs?: number;
  readonly tariffs?: readonly Tariff[];
  readonly missing?: readonly string[];
  readonly quarters?: readonly QuarterRecord[];
  readonly sessions?: readonly EndedSession[];
  readonly state?: SiteState;
}

async function viewsOf(scene: Scene = {}): Promise<HistoryViews> {
  const state = scene.state ?? emptyState(siteOf());
  const known = scene.quarters ?? quartersOf(JANUARY, FEBRUARY);
  const store = new MemoryStore();
  for (const session of scene.sessions ?? [SESSION]) {
    const { sessionId, stationId, startedAtMs, endedAtMs } = session;
    const stored = { sessionId, siteId: 'depot', stationId, startedMs: startedAtMs, endedMs: endedAtMs };
    await store.putSession({ ...stored, record: session });
  }
  return new HistoryViews({
    store,
    clock: new VirtualClock(scene.nowMs ?? MARCH),
    desk: {
      quarters: async (_, fromMs, toMs) =>
        known.filter(({ startMs }) => startMs + QUARTER_MS > fromMs && startMs < toMs),
    },
    stateOf: () => state,
    tariffsOf: () => ({ tariffs: scene.tariffs ?? [tariffOf()], missing: scene.missing ?? [] }),
  });
}

async function all<T>(pages: Pages<T>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}

const YEARS: HistorySpan = { fromMs: ms('2020-01-01T00:00:00Z'), toMs: ms('2030-01-01T00:00:00Z') };

describe("a month's bill", () => {
  // Building: 31 days × 14 h × 2 kW × 1.00 = 868, 31 × 10 h × 2 × 0.20 = 124. Car at night: 44 × 0.20 = 8.80. Subscription 100.
  // Peak: 13 kW × 50 = 650. In all 1,750.80, with VAT 2,188.50.
  // Uncontrolled the car takes 44 kWh at 11.04 kW from 17:00, until 20:59:08, all at 1.00: 44. Its highest hour is 13.04 kW: 652.
  // In all 868 + 124 + 44 + 100 + 652 = 1,788, with VAT 2,235.
  it('is worked out by hand, with and without control', async () => {
    const bill = await (await viewsOf()).siteBill('depot', '2026-01');
    const amounts = Object.fromEntries(bill.bill.lines.map(({ component, amount }) => [component, amount]));
    expect(amounts['energy: day']).toBeCloseTo(868, 6);
    expect(amounts['energy: night']).toBeCloseTo(132.8, 6);
    expect(amounts.subscription).toBeCloseTo(100, 6);
    expect(amounts.peaks).toBeCloseTo(650, 6);
    expect(bill.bill.total).toBeCloseTo(2_188.5, 6);
    expect(bill.uncontrolled.bill.total).toBeCloseTo(2_235, 6);
    expect(bill.saving).toBeCloseTo(46.5, 6);
    expect(bill).toMatchObject({ isComplete: true, startMs: JANUARY, endMs: FEBRUARY, notes: [] });
    expect(bill.uncontrolled).toMatchObject({ sessions: 1, carsWh: expect.closeTo(44_000, 6) });
    expect(bill.uncontrolled.peakQuarter).toEqual({ startMs: ARRIVAL, powerW: expect.closeTo(13_040, 6) });
    expect(bill.period.peakHour).toEqual({ startMs: CHARGED_FROM, powerW: 13_000 });
    expect(bill.period.energy).toMatchObject({ importWh: 31 * 24 * 2_000 + 44_000, carsWh: 44_000 });
  });

  it('says by how much the grid connection would have been too small', async () => {
    const rush = [1, 2, 3, 4, 5].map((index) => ({ ...SESSION, sessionId: `A-${index}`, startedAtMs: ARRIVAL }));
    const bill = await (await viewsOf({ sessions: rush })).siteBill('depot', '2026-01');
    const { connection } = bill.uncontrolled;
    // Five of 16 A beside 2 kW of building, on 63 A.
    expect(connection.peakA).toBeCloseTo(80 + 2_000 / 690, 6);
    expect(connection).toMatchObject({ limitA: 63, quartersExceeded: 16, peakAtMs: ARRIVAL });
    expect(connection.excessA).toBeCloseTo(connection.peakA - 63, 9);
  });

  it('reaches up to the last quarter that is over, of a month that runs', async () => {
    const nowMs = ms('2026-01-10T23:07:00+01:00');
    const known = quartersOf(JANUARY, nowMs + 8 * 60_000).slice(0, -1);
    const bill = await (await viewsOf({ nowMs, quarters: known })).siteBill('depot', '2026-01');
    expect(bill).toMatchObject({
      isComplete: false,
      notes: [expect.stringContaining('not over'), expect.stringContaining('33.0 kWh more')],
      endMs: ms('2026-01-10T23:00:00+01:00'),
    });
    const energy = bill.bill.lines.find(({ component }) => component === 'energy: night');
    expect(energy?.quantity).toBeCloseTo((9 * 10 + 9) * 2 + 11, 6);
    const fee = bill.bill.lines.find(({ component }) => component === 'subscription');
    expect(fee?.amount).toBeCloseTo((100 * (bill.endMs - JANUARY)) / (FEBRUARY - JANUARY), 6);
  });

  it('looks back as far as its demand charges remember, in both worlds', async () => {
    const ratchet = { ...DEMAND, memory: { kind: 'ratchet', share: 1, months: 2 } as const };
    const tariff = tariffOf({ components: [ratchet], vatPercent: 0 });
    const bill = await (await viewsOf({ tariffs: [tariff], quarters: quartersOf(JANUARY, MARCH) })).siteBill(
      'depot',
      '2026-02',
    );
    expect(bill.bill.total).toBeCloseTo(650, 6);
    expect(bill.uncontrolled.bill.total).toBeCloseTo(652, 6);
    expect(bill.uncontrolled.sessions).toBe(0);
  });

  it('notes what moved over the end of the month', async () => {
    const arrival = ms('2026-01-31T12:00:00+01:00');
    const later = { ...SESSION, startedAtMs: arrival, endedAtMs: FEBRUARY + 12 * HOUR_MS };
    const wh = [...new Array<number>(48).fill(0), ...new Array<number>(16).fill(2_750)];
    const session = { ...later, quarters: { startMs: arrival, wh } };
    const quarters = quartersOf(JANUARY, MARCH).map((quarter) => {
      const isCharging = quarter.startMs >= FEBRUARY && quarter.startMs < FEBRUARY + 4 * HOUR_MS;
      const carsWh = isCharging ? 2_750 : 0;
      return { ...quarter, carsWh, importWh: 500 + carsWh };
    });
    const views = await viewsOf({ sessions: [session], quarters });
    expect((await views.siteBill('depot', '2026-01')).notes[0]).toContain('44.0 kWh more would have been taken');
    expect((await views.siteBill('depot', '2026-02')).notes[0]).toContain('44.0 kWh of what the cars took');
  });

  it('is refused where there is nothing to bill by, or to bill', async () => {
    const views = await viewsOf({ tariffs: [], missing: ['se3'] });
    await expect(views.siteBill('depot', '2026-01')).rejects.toMatchObject({
      code: 'SITE_WITHOUT_TARIFF',
      details: { missing: ['se3'] },
    });
    const early = await viewsOf({ nowMs: FEBRUARY + 60_000 });
    await expect(early.siteBill('depot', '2026-02')).rejects.toMatchObject({ code: 'MONTH_NOT_BEGUN' });
    await expect(early.siteBill('depot', '2026-13')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('is refused where energy has no price, and billed with a note where one stands in or a tariff is missing', async () => {
    const none = tariffOf({ components: [{ kind: 'priceSeries', id: 'spot', prices: [] }] });
    await expect((await viewsOf({ tariffs: [none] })).siteBill('depot', '2026-01')).rejects.toMatchObject({
      code: 'NO_PRICE',
    });
    const first = { startMs: JANUARY, stepMs: QUARTER_MS, pricesPerKwh: new Array<number>(96 * 7).fill(1) };
    const week = tariffOf({ components: [{ kind: 'priceSeries', id: 'spot', prices: [first] }] });
    const bill = await (await viewsOf({ tariffs: [week], missing: ['grid'] })).siteBill('depot', '2026-01');
    expect(bill.notes).toEqual(['Tariff "grid" is named by the site and not there; it is left out.']);
    expect(bill.bill.notes.join()).toContain('no price is published');
  });
});

describe('the months of a site', () => {
  it('begin with the first of which anything is known, and have cost and saving', async () => {
    const months = await all((await viewsOf({ quarters: quartersOf(JANUARY, MARCH) })).historyMonths('depot', YEARS));
    expect(months.map(({ month }) => month)).toEqual(['2026-01', '2026-02']);
    expect(months[0]).toMatchObject({ currency: 'SEK', knownShare: 1, meteredShare: 1 });
    expect(months[0]?.cost).toBeCloseTo(2_188.5, 6);
    expect(months[0]?.saving).toBeCloseTo(46.5, 6);
    expect(months[1]?.saving).toBeCloseTo(0, 6);
    expect(months[1]?.peakHour).toMatchObject({ powerW: 2_000 });
  });

  it('have energy and peaks where there are no prices', async () => {
    const [month] = await all((await viewsOf({ tariffs: [] })).historyMonths('depot', YEARS));
    expect(month).toMatchObject({ month: '2026-01', currency: null, cost: null, uncontrolledCost: null, saving: null });
    const unpriced = tariffOf({ components: [{ kind: 'priceSeries', id: 'spot', prices: [] }] });
    const [unknown] = await all((await viewsOf({ tariffs: [unpriced] })).historyMonths('depot', YEARS));
    expect(unknown).toMatchObject({ currency: 'SEK', cost: null, energy: { carsWh: 44_000 } });
  });
});

describe('the periods of a site', () => {
  it('are read over years, month by month, without gap or overlap', async () => {
    const views = await viewsOf({ quarters: quartersOf(JANUARY, MARCH) });
    for (const [resolution, count] of [
      ['quarter', 59 * 96],
      ['hour', 59 * 24],
      ['day', 59],
      ['month', 2],
    ] as const) {
      const periods = await all(views.historyPeriods('depot', { ...YEARS, resolution }));
      expect(periods).toHaveLength(count);
      expect(periods.slice(1).every(({ startMs }, index) => startMs === periods[index]?.endMs)).toBe(true);
      const importWh = periods.reduce((sum, { energy }) => sum + (energy === 'unknown' ? 0 : energy.importWh), 0);
      expect(importWh).toBe(59 * 24 * 2_000 + 44_000);
    }
  });

  it('show a gap as unknown', async () => {
    const known = quartersOf(JANUARY, MARCH).filter(
      ({ startMs }) => startMs < FEBRUARY || startMs >= FEBRUARY + 86_400_000,
    );
    const days = await all(
      (await viewsOf({ quarters: known })).historyPeriods('depot', { ...YEARS, resolution: 'day' }),
    );
    expect(days.filter(({ energy }) => energy === 'unknown').map(({ startMs }) => startMs)).toEqual([FEBRUARY]);
  });
});

describe('the sessions of a site', () => {
  it('cost what their energy cost when it was taken, and would have cost on arrival', async () => {
    const [session] = await all((await viewsOf()).historySessions('depot', YEARS));
    expect(session).toMatchObject({ sessionId: 'A-1', energyWh: 44_000, gridEnergyWh: 44_000, currency: 'SEK' });
    // 44 kWh × 0.20 × 1.25, and all of it by day: 44 × 1.00 × 1.25.
    expect(session?.cost).toBeCloseTo(11, 6);
    expect(session?.uncontrolledCost).toBeCloseTo(55, 6);
  });

  it('are those that began in the span, each once, also when there are many, and open ones', async () => {
    const many = Array.from({ length: 450 }, (_, index) => ({
      ...SESSION,
      sessionId: `S-${String(index).padStart(3, '0')}`,
      startedAtMs: ARRIVAL + Math.floor(index / 3) * 60_000,
    }));
    const life = new SiteLife(siteOf());
    life.nowMs = ARRIVAL + 30 * 60_000;
    life
      .commission('B')
      .start('B', 9, { meterStartWh: 0 })
      .wait(HOUR_MS)
      .meter('B', { currentA: 16, energyWh: 11_040 });
    const views = await viewsOf({ sessions: many, state: life.state, nowMs: life.nowMs });
    const span = { fromMs: ARRIVAL + 60_000, toMs: ARRIVAL + 100 * 60_000 };
    const found = await all(views.historySessions('depot', span));
    expect(found).toHaveLength(99 * 3 + 1);
    expect(new Set(found.map(({ sessionId }) => sessionId)).size).toBe(found.length);
    const open = found.find(({ sessionId }) => sessionId === 'B-9');
    expect(open).toMatchObject({ endedAtMs: null, energyWh: 11_040 });
    expect(open?.cost).toBeCloseTo(11.04 * 1.25, 6);
    const starts = found.map(({ startedAtMs }) => startedAtMs);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });

  it('have no cost without a tariff, or where a part of the energy has no price', async () => {
    const [free] = await all((await viewsOf({ tariffs: [] })).historySessions('depot', YEARS));
    expect(free).toMatchObject({ cost: null, uncontrolledCost: null, currency: null });
    const tariff = tariffOf({ validity: { fromMs: ms('2026-01-11T00:00:00+01:00'), toMs: 'open' } });
    const [half] = await all((await viewsOf({ tariffs: [tariff] })).historySessions('depot', YEARS));
    expect(half).toMatchObject({ cost: null, currency: 'SEK' });
  });

  it('are priced anew once the tariff is another', async () => {
    const state = emptyState(siteOf());
    let price = 1;
    const store = new MemoryStore();
    await store.putSession({
      sessionId: 'A-1',
      siteId: 'depot',
      stationId: 'A',
      startedMs: ARRIVAL,
      endedMs: SESSION.endedAtMs,
      record: SESSION,
    });
    const fee = () => [tariffOf({ components: [{ kind: 'energyFee', id: 'fee', pricePerKwh: price }], vatPercent: 0 })];
    let tariffs = fee();
    const views = new HistoryViews({
      store,
      clock: new VirtualClock(MARCH),
      desk: { quarters: async () => [] },
      stateOf: () => state,
      tariffsOf: () => ({ tariffs, missing: [] }),
    });
    expect((await all(views.historySessions('depot', YEARS)))[0]?.cost).toBeCloseTo(44, 9);
    price = 2;
    tariffs = fee();
    expect((await all(views.historySessions('depot', YEARS)))[0]?.cost).toBeCloseTo(88, 9);
  });
});
