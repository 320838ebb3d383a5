import { describe, expect, it } from 'vitest';
import type { ProblemSession } from '../../../optimizer/index.js';
import { buildingHistory } from '../../../src/plan/buildingForecast.js';
import { desiredFailsafes } from '../../../src/plan/failsafe.js';
import { FREE, type PricesKnown, type PricesOver } from '../../../src/plan/prices.js';
import {
  hasNeeds,
  type ScheduleInput,
  type ScheduleProblem,
  scheduleBoundariesMs,
  scheduleProblem,
} from '../../../src/plan/schedule.js';
import type { LimitWindow } from '../../../src/site/capacity.js';
import type { QuarterRecord } from '../../../src/site/history.js';
import type { SessionNeeds, SiteModel, Station } from '../../../src/site/model.js';
import {
  acEvse,
  ampere,
  circuitOf,
  dcEvse,
  HOUR_MS,
  MINUTE_MS,
  NOON_MS,
  SiteLife,
  siteOf,
  stationOf,
} from '../../support/builders.js';

const QUARTER_MS = 15 * MINUTE_MS;
const KNOWN: PricesKnown = { currency: 'SEK', from: 'published', publishedUntilMs: null };
const onL1 = (id: string, more: Partial<Station> = {}) => stationOf(id, { phases: ['L1'], failsafeA: 0, ...more });

function charging(stations: readonly Station[], site: Partial<SiteModel> = {}): SiteLife {
  const life = new SiteLife(siteOf({ stations, ...site }));
  stations.forEach(({ id, failsafeA }, index) => {
    life.commission(id, failsafeA).start(id, index + 1);
  });
  return life.wait(MINUTE_MS);
}

const needs = (life: SiteLife, sessionId: string, given: SessionNeeds) =>
  life.take({ type: 'needsPut', sessionId, needs: given });

function made(
  life: SiteLife,
  windows: readonly LimitWindow[] = [],
  more: Partial<Pick<ScheduleInput, 'prices' | 'building' | 'stays'>> = {},
): ScheduleProblem {
  const failsafes = desiredFailsafes(life.state, windows, life.nowMs);
  return scheduleProblem({ state: life.state, windows, failsafes, nowMs: life.nowMs, ...more });
}

function sessionOf({ problem }: ScheduleProblem, index = 0): ProblemSession {
  const session = problem.sessions[index];
  if (session === undefined) throw new Error('no such session');
  return session;
}

const lastMs = ({ problem }: ScheduleProblem) => problem.boundariesMs.at(-1) ?? 0;

describe('the slots of a schedule', () => {
  const boundaries = (life: SiteLife, windows: readonly LimitWindow[] = []) =>
    scheduleBoundariesMs({ state: life.state, windows, failsafes: new Map(), nowMs: life.nowMs });

  it('begin now, and are quarters by the clock, for a day', () => {
    const life = charging([onL1('A')]).wait(17_000);
    const found = boundaries(life);
    expect(found[0]).toBe(life.nowMs);
    expect(found.slice(1, 4)).toEqual([NOON_MS + QUARTER_MS, NOON_MS + 2 * QUARTER_MS, NOON_MS + 3 * QUARTER_MS]);
    for (const ms of found.slice(1)) expect(ms % QUARTER_MS).toBe(0);
    expect(found.at(-1)).toBe(NOON_MS + 24 * HOUR_MS + QUARTER_MS);
    expect([...new Set(found)].sort((a, b) => a - b)).toEqual(found);
    expect(found.length).toBeLessThan(100);
  });

  it('go on until the last departure that is known, but no further than two days', () => {
    const life = charging([onL1('A')]);
    needs(life, 'A-1', { departureMs: NOON_MS + 30.1 * HOUR_MS });
    expect(boundaries(life).at(-1)).toBe(NOON_MS + 30.25 * HOUR_MS);
    needs(life, 'A-1', { departureMs: NOON_MS + 300 * HOUR_MS });
    expect(boundaries(life).at(-1)).toBe(NOON_MS + 48 * HOUR_MS + QUARTER_MS);
  });

  it('have a boundary where a limit changes and where a car leaves, and no more of either than there is a bound for', () => {
    const stations = Array.from({ length: 100 }, (_, index) => onL1(`S${index}`));
    const life = charging(stations);
    stations.forEach(({ id }, index) => {
      needs(life, `${id}-${index + 1}`, { departureMs: NOON_MS + 3 * HOUR_MS + (index + 1) * 7_000 });
    });
    const limit = { limitId: 'l', circuitId: 'grid', fromMs: 0, toMs: 'open', source: 'owner' } as const;
    const windows = Array.from({ length: 200 }, (_, index) => {
      const fromMs = NOON_MS + 4 * HOUR_MS + index * 1_111;
      return { limit: { ...limit, limitA: ampere(10) }, fromMs, toMs: fromMs + 500 };
    });
    const found = boundaries(life, windows);
    expect(found).toContain(NOON_MS + 3 * HOUR_MS + 7_000);
    expect(found).toContain(NOON_MS + 4 * HOUR_MS + 1_111);
    expect(found.length).toBeLessThan(100 + 64 + 32);
  });
});

describe('the problem of a schedule', () => {
  it('has every car that can be steered, with the energy it still wants by its departure', () => {
    const life = charging([onL1('A'), onL1('B'), onL1('C')]);
    needs(life, 'A-1', { energyWh: 20_000, departureMs: NOON_MS + 6 * HOUR_MS });
    life
      .wait(HOUR_MS)
      .meter('A', { currentA: ampere(31, 0, 0), energyWh: 6_000 })
      .disconnect('C');
    const problem = made(life);
    expect(problem.problem.sessions.map(({ id }) => id)).toEqual(['A-1', 'B-2']);
    expect(sessionOf(problem)).toMatchObject({
      circuitId: 'grid',
      phases: ['L1'],
      voltageV: 230,
      currentMinA: 6,
      currentMaxA: 32,
      departureMs: NOON_MS + 6 * HOUR_MS,
    });
    // And a little more, for some of what is planned is lost on the way: a fiftieth, and a minute at full current.
    expect(sessionOf(problem).energyWh).toBeCloseTo(15_000 * 1.02 + (32 * 230) / 60, 6);
    expect(hasNeeds(life.state)).toBe(true);
    expect(hasNeeds(charging([onL1('A')]).state)).toBe(false);
  });

  it('asks for nothing more for a car that has what it wanted', () => {
    const life = charging([onL1('A')]);
    needs(life, 'A-1', { energyWh: 2_000 }).meter('A', { energyWh: 3_000 });
    expect(sessionOf(made(life)).energyWh).toBe(0);
  });

  it('leaves a car that stays beyond the horizon in it to the end', () => {
    const life = charging([onL1('A')]);
    needs(life, 'A-1', { energyWh: 9_000, departureMs: NOON_MS + 90 * HOUR_MS });
    expect(sessionOf(made(life)).departureMs).toBe(lastMs(made(life)));
  });

  it('lets nobody wait of whom it is not known how long they stay, though they said how much they need', () => {
    const life = charging([onL1('A')], { circuits: [circuitOf('grid', 63)] });
    needs(life, 'A-1', { energyWh: 7_360 });
    const problem = made(life);
    expect(problem.sessions[0]?.wants).toMatchObject({ how: 'atOnce', isStated: true });
    expect((sessionOf(problem).departureMs ?? 0) - life.nowMs).toBeLessThanOrEqual(1.25 * HOUR_MS);
    expect(hasNeeds(life.state)).toBe(false);
  });

  it('counts energy at the outlet of a DC station on its grid side, and that of a car on the phases that it uses', () => {
    const dc = charging([stationOf('A', { failsafeA: 0, evses: [dcEvse()] })]);
    needs(dc, 'A-1', { energyWh: 9_400, departureMs: NOON_MS + 6 * HOUR_MS });
    expect(sessionOf(made(dc)).energyWh).toBeCloseTo(10_000 * 1.02 + 50_000 / 0.94 / 60, 6);
    const ac = charging([stationOf('A', { failsafeA: 0, evses: [acEvse()] })]);
    needs(ac, 'A-1', { energyWh: 9_000 });
    ac.give('A', 16);
    for (let n = 0; n < 3; n++) ac.wait(10_000).meter('A', { currentA: ampere(16, 0, 0) });
    // Three phases are kept for it, and it takes power from one.
    expect(sessionOf(made(ac))).toMatchObject({ phases: ['L1', 'L2', 'L3'], currentMaxA: 32 });
    expect(sessionOf(made(ac)).voltageV * 3).toBeCloseTo(230, 9);
  });

  it('counts on no more than a car was seen to take of what it is offered', () => {
    const life = charging([onL1('A')]);
    life.give('A', 32);
    for (let n = 0; n < 3; n++) life.wait(10_000).meter('A', { currentA: ampere(15.8, 0, 0) });
    expect(sessionOf(made(life)).currentMaxA).toBe(15.8);
  });

  it('remembers what a car takes at most, while it is held to less or waits', () => {
    const life = charging([onL1('A')]);
    life.give('A', 32);
    for (let n = 0; n < 3; n++) life.wait(10_000).meter('A', { currentA: ampere(15.8, 0, 0) });
    for (const limitA of [15, 0]) {
      life.give('A', limitA);
      for (let n = 0; n < 8; n++) life.wait(10_000).meter('A', { currentA: ampere(limitA, 0, 0) });
      expect(sessionOf(made(life)).currentMaxA).toBe(15.8);
    }
    // Until it shows that it can take more.
    life.give('A', 20);
    for (let n = 0; n < 3; n++) life.wait(10_000).meter('A', { currentA: ampere(20, 0, 0) });
    expect(sessionOf(made(life)).currentMaxA).toBe(20);
    life.give('A', 32);
    for (let n = 0; n < 3; n++) life.wait(10_000).meter('A', { currentA: ampere(32, 0, 0) });
    expect(sessionOf(made(life)).currentMaxA).toBe(32);
  });

  it('takes nothing for a limit of the car that is one of its EVSE, or of a car that does not charge yet', () => {
    const life = charging([onL1('A')]);
    life.give('A', 16);
    for (let n = 0; n < 3; n++) life.wait(10_000).meter('A', { currentA: ampere(0, 0, 0) });
    for (let n = 0; n < 3; n++) life.wait(10_000).meter('A', { currentA: ampere(15.9, 0, 0) });
    expect(sessionOf(made(life)).currentMaxA).toBe(32);
  });

  it('takes a car without needs to charge at once, as long as a usual charge takes at full current', () => {
    const life = charging([onL1('A')], { circuits: [circuitOf('grid', 63)] });
    const { energyWh, departureMs = 0 } = sessionOf(made(life));
    const hours = (departureMs - life.nowMs) / HOUR_MS;
    // To the end of a slot, and then as much more: it has no slack in which others could be put before it.
    expect(energyWh).toBeCloseTo(hours * 7_360, 6);
    expect(hours).toBeGreaterThan(30_000 / 7_360);
    expect(hours).toBeLessThan(30_000 / 7_360 + 0.25);
  });

  it('takes cars without needs that crowd a circuit to charge as many times longer', () => {
    const life = charging([onL1('A'), onL1('B'), onL1('C')], { circuits: [circuitOf('grid', 32)] });
    const { departureMs = 0 } = sessionOf(made(life));
    const hours = (departureMs - life.nowMs) / HOUR_MS;
    expect(hours).toBeGreaterThan((3 * 30_000) / 7_360);
    expect(hours).toBeLessThan((3 * 30_000) / 7_360 + 0.25);
  });

  it('takes a car whose departure has passed to charge at once all it still wants', () => {
    const life = charging([onL1('A')]);
    needs(life, 'A-1', { energyWh: 7_360, departureMs: NOON_MS });
    const problem = made(life);
    expect(problem.sessions[0]?.wants).toMatchObject({ how: 'atOnce', isStated: true });
    expect((sessionOf(problem).departureMs ?? 0) - life.nowMs).toBeLessThanOrEqual(1.25 * HOUR_MS);
  });

  it('wants as much as is usual of a car that only says when it leaves, at the price of a guess', () => {
    const life = charging([onL1('A'), onL1('B')]);
    needs(life, 'A-1', { departureMs: NOON_MS + 6 * HOUR_MS });
    needs(life, 'B-2', { departureMs: NOON_MS + 6 * HOUR_MS, energyWh: 30_000 });
    const problem = made(life);
    expect(sessionOf(problem, 0).energyWh).toBe(30_000);
    expect(sessionOf(problem, 0).shortfallPricePerKwh).toBeLessThan(sessionOf(problem, 1).shortfallPricePerKwh);
    expect(problem.sessions[0]?.wants.how).toBe('byDeparture');
  });

  it('has the limits of each circuit less building load, failsafes that are kept, and what can not be steered', () => {
    const life = charging([onL1('A', { failsafeA: 6 }), onL1('B'), onL1('C', { failsafeA: 6 })], {
      circuits: [circuitOf('grid', 50)],
    });
    life.end('C', 3).give('B', 20);
    life.wait(10_000).disconnect('B');
    life.meterCircuit('grid', ampere(5, 0, 0));
    const { problem } = made(life);
    expect(problem.sessions).toHaveLength(1);
    expect(sessionOf(made(life)).reservedA).toBe(6);
    const { L1, L2 } = problem.circuits[0]?.limitA ?? { L1: 0, L2: 0 };
    // 50 A less 5 of the building, 6 kept for C, and 20 that B may draw until its profile ends.
    // Later, room is left for who may yet come to C (roomForOthers.ts).
    expect(Array.isArray(L1) ? [L1[0], L1.at(-1)] : L1).toEqual([19, 39 * 0.85]);
    expect(L2).toBe(50);
  });

  it('has temporary limits where they hold', () => {
    const life = charging([onL1('A')]);
    const fromMs = NOON_MS + 10 * HOUR_MS + 60_000;
    const limit = { limitId: 'l', circuitId: 'grid', limitA: ampere(10), fromMs, source: 'owner' } as const;
    const toMs = fromMs + HOUR_MS;
    const { problem } = made(life, [{ limit: { ...limit, toMs }, fromMs, toMs }]);
    const { L1 } = problem.circuits[0]?.limitA ?? {};
    problem.boundariesMs.slice(0, -1).forEach((ms, slot) => {
      expect(Array.isArray(L1) ? L1[slot] : L1).toBe(ms >= fromMs && ms < toMs ? 10 : 63);
    });
  });

  it('costs nothing until prices are known, and has them and demand charges when they are', () => {
    const life = charging([onL1('A')]);
    const free = made(life);
    expect(free.problem.energyPricePerKwh).toEqual(free.problem.boundariesMs.slice(1).map(() => 0));
    expect(free.problem.demandCharges).toBeUndefined();
    const prices: PricesOver = (boundariesMs) => ({
      energyPricePerKwh: boundariesMs.slice(1).map((_, slot) => slot),
      demandCharges: [{ circuitId: 'grid', pricePerKw: 50, peakSoFarKw: 10, windowMs: HOUR_MS }],
      known: KNOWN,
    });
    const priced = made(life, [], { prices });
    expect(priced.problem.energyPricePerKwh[7]).toBe(7);
    // And a small part of it, slot by slot.
    expect(priced.problem.demandCharges).toHaveLength(2);
    const highest = priced.problem.boundariesMs.length - 2;
    expect(sessionOf(priced).shortfallPricePerKwh).toBeGreaterThan(highest + 50);
    expect(lastMs(priced)).toBe(lastMs(free));
  });

  it('leaves the building the room that it is taken to want, and costs what it is likely to take', () => {
    const life = charging([onL1('A')], { circuits: [circuitOf('grid', 63, { powerLimitW: 20_000 })] });
    life.meterCircuit('grid', ampere(10, 8, 8));
    // 30 A on L1 from 18:00 local, in each of three weeks past; else as now.
    const records = Array.from({ length: 3 * 7 * 96 }, (_, index): QuarterRecord => {
      const startMs = NOON_MS - (index + 1) * QUARTER_MS;
      const isEvening = new Date(startMs).getUTCHours() >= 17;
      const buildingA = { grid: ampere(isEvening ? 30 : 10, 8, 8) };
      return { startMs, importWh: 0, exportWh: 0, carsWh: 0, meteredMs: QUARTER_MS, buildingA };
    });
    const building = buildingHistory(records, { timeZone: 'Europe/Stockholm', nowMs: life.nowMs });
    let seenKw: readonly number[] = [];
    const prices: PricesOver = (boundariesMs, buildingKw) => {
      seenKw = buildingKw;
      return FREE(boundariesMs, buildingKw);
    };
    const { problem, building: foreseen } = made(life, [], { building, prices });
    const { limitA, powerLimitW } = problem.circuits[0] ?? {};
    const at = (series: unknown, slot: number) => (Array.isArray(series) ? series[slot] : series);
    const evening = problem.boundariesMs.findIndex((ms) => ms === NOON_MS + 5 * HOUR_MS);
    expect([at(limitA?.L1, 0), at(limitA?.L1, evening), at(limitA?.L2, evening)]).toEqual([53, 33, 55]);
    expect([at(powerLimitW, 0), at(powerLimitW, evening)]).toEqual([20_000 - 26 * 230, 20_000 - 46 * 230]);
    expect([seenKw[0], seenKw[evening]]).toEqual([(26 * 230) / 1_000, (46 * 230) / 1_000]);
    expect(foreseen.get('grid')?.cautiousA.L1[evening]).toBe(30);
  });

  it('lets a car without a stated departure wait where the site assumes one, and prices it as a guess', () => {
    const life = charging([onL1('A'), onL1('B')], { defaults: { departure: '18:00', energyWh: 12_000, priority: 3 } });
    needs(life, 'B-2', { departureMs: NOON_MS + 3 * HOUR_MS, energyWh: 12_000 });
    const problem = made(life);
    // 18:00 in Stockholm.
    expect(sessionOf(problem, 0)).toMatchObject({ departureMs: NOON_MS + 5 * HOUR_MS, energyWh: 12_000 });
    expect(problem.sessions[0]?.wants).toMatchObject({ how: 'byDeparture', isStated: false, priority: 3 });
    expect(sessionOf(problem, 1).departureMs).toBe(NOON_MS + 3 * HOUR_MS);
    expect(sessionOf(problem, 0).shortfallPricePerKwh).toBeLessThan(sessionOf(problem, 1).shortfallPricePerKwh);
    expect(hasNeeds(charging([onL1('A')], { defaults: { departure: 'learned' } }).state)).toBe(true);
    // Once it has passed the car charges at once.
    life.wait(5 * HOUR_MS);
    expect(made(life).sessions[0]?.wants.how).toBe('atOnce');
  });

  it('never takes a car to have had enough because of a guess, but does where the car itself says so', () => {
    const life = charging([onL1('A')], { defaults: { energyWh: 4_000 } });
    life.wait(2 * HOUR_MS).meter('A', { energyWh: 6_000 });
    expect(made(life).sessions[0]?.wants.energyWh).toBe(4_000);
    life.meter('A', { energyWh: 26_000 });
    expect(made(life).sessions[0]?.wants.energyWh).toBe(4_000);
    const reports = (status: 'SuspendedEV' | 'Charging') =>
      life.wait(MINUTE_MS).take({ type: 'evseStatusReported', stationId: 'A', evseId: 1, status });
    reports('SuspendedEV');
    expect(made(life).sessions[0]?.wants).toMatchObject({ how: 'atOnce', energyWh: 0 });
    expect(sessionOf(made(life)).energyWh).toBe(0);
    reports('Charging');
    expect(made(life).sessions[0]?.wants.energyWh).toBe(4_000);
    // A driver is taken at their word.
    needs(life, 'A-1', { energyWh: 30_000 });
    reports('SuspendedEV');
    expect(made(life).sessions[0]?.wants.energyWh).toBeGreaterThan(5_000);
  });

  it('lets a peak outweigh a departure only where the owner says so', () => {
    const prices: PricesOver = (boundariesMs) => ({
      energyPricePerKwh: boundariesMs.slice(1).map(() => 1),
      demandCharges: [{ circuitId: 'grid', pricePerKw: 50, peakSoFarKw: 10, windowMs: HOUR_MS }],
      known: KNOWN,
    });
    const priceOf = (site: Partial<SiteModel>) => {
      const life = charging([onL1('A')], site);
      needs(life, 'A-1', { energyWh: 9_000 });
      return sessionOf(made(life, [], { prices })).shortfallPricePerKwh;
    };
    expect(priceOf({})).toBe(8 * 51);
    expect(priceOf({ peakMayOutweighDeparture: false })).toBe(8 * 51);
    expect(priceOf({ peakMayOutweighDeparture: true })).toBe(8 * 2);
  });
});
