import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endedStay, openStay, type Stay } from '../../../../src/control/history/stay.js';
import {
  connectionLoad,
  type FullPowerCharge,
  fullPowerCharge,
  uncontrolledQuarters,
} from '../../../../src/control/history/uncontrolled.js';
import { quarterOf, spreadEvenly } from '../../../../src/site/energyShares.js';
import { QUARTER_MS, type QuarterRecord } from '../../../../src/site/history.js';
import { indexSite } from '../../../../src/site/siteIndex.js';
import type { EndedSession } from '../../../../src/site/state.js';
import {
  acEvse,
  ampere,
  dcEvse,
  HOUR_MS,
  MINUTE_MS,
  NOON_MS,
  SiteLife,
  siteOf,
  stationOf,
} from '../../../support/builders.js';

const SITE = siteOf({
  stations: [stationOf('A'), stationOf('D', { evses: [dcEvse({ efficiency: 0.8, powerMaxW: 40_000 })] })],
});
const CONTEXT = { site: SITE, index: indexSite(SITE) };

function session(more: Partial<EndedSession> = {}): EndedSession {
  return {
    sessionId: 'A-1',
    transactionId: 1,
    stationId: 'A',
    evseId: 1,
    idToken: 'TAG',
    startedAtMs: NOON_MS,
    endedAtMs: NOON_MS + 8 * HOUR_MS,
    meterStartWh: 0,
    energyWh: 11_040,
    needs: {},
    phasesInUse: ['L1', 'L2', 'L3'],
    reason: 'Local',
    ...more,
  };
}

function chargeOf(more: Partial<EndedSession> = {}): FullPowerCharge {
  const charge = fullPowerCharge(endedStay(session(more), CONTEXT), SITE);
  if (charge === undefined) throw new Error('it took nothing');
  return charge;
}

function quarter(index: number, more: Partial<QuarterRecord> = {}): QuarterRecord {
  const startMs = NOON_MS + index * QUARTER_MS;
  return { startMs, importWh: 0, exportWh: 0, carsWh: 0, meteredMs: 0, buildingA: {}, ...more };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

describe('a car at full power', () => {
  it('takes what it really took from its arrival on, with the most it was seen to draw', () => {
    expect(chargeOf({ drawnMaxA: 16 })).toEqual({
      fromMs: NOON_MS,
      toMs: NOON_MS + HOUR_MS,
      energyWh: 11_040,
      currentA: 16,
      phases: ['L1', 'L2', 'L3'],
    });
  });

  it('draws what its EVSE gives where it was never seen to draw, on the phases it uses', () => {
    expect(chargeOf()).toMatchObject({ currentA: 32, toMs: NOON_MS + HOUR_MS / 2 });
    expect(chargeOf({ phasesInUse: ['L2'] })).toMatchObject({ currentA: 32, toMs: NOON_MS + 1.5 * HOUR_MS });
  });

  it('draws at least what it takes to have its energy before it leaves', () => {
    const charge = chargeOf({ drawnMaxA: 6, energyWh: 44_160, endedAtMs: NOON_MS + 2 * HOUR_MS });
    expect(charge).toMatchObject({ currentA: 32, toMs: NOON_MS + 2 * HOUR_MS });
  });

  it('takes the losses of its rectifier too', () => {
    const charge = chargeOf({ stationId: 'D', energyWh: 40_000 });
    expect(charge.energyWh).toBe(50_000);
    expect(charge.toMs).toBe(NOON_MS + HOUR_MS);
  });

  it('is known as far as its record goes when its station is gone, or the record is old', () => {
    const charge = chargeOf({ stationId: 'gone', energyWh: 8_000 });
    expect(charge.toMs).toBe(NOON_MS + 8 * HOUR_MS);
    const stay = endedStay(session({ energyWh: 3_200 }), CONTEXT);
    expect(stay.gridQuarters).toEqual({ startMs: NOON_MS, wh: new Array(32).fill(100) });
    expect(fullPowerCharge(endedStay(session({ energyWh: 0 }), CONTEXT), SITE)).toBeUndefined();
  });

  it('is known of an open stay so far', () => {
    const life = new SiteLife(siteOf())
      .commission('A')
      .start('A', 1, { meterStartWh: 0 })
      .wait(2 * HOUR_MS);
    life.meter('A', { currentA: ampere(16), energyWh: 5_520 });
    const at = life.at('A');
    if (at.evseState.transaction === null) throw new Error('no transaction');
    const stay = openStay(at, at.evseState.transaction, life.nowMs);
    expect(stay).toMatchObject({ endedAtMs: null, energyWh: 5_520, fullPowerW: 11_040 });
    expect(fullPowerCharge(stay, life.state.site)?.toMs).toBe(NOON_MS + HOUR_MS / 2);
  });
});

const stayArbitrary: fc.Arbitrary<Stay> = fc
  .record({
    arrival: fc.integer({ min: 0, max: 20 * 60 }),
    stayed: fc.integer({ min: 1, max: 10 * 60 }),
    energyWh: fc.integer({ min: 0, max: 60_000 }),
    drawnMaxA: fc.option(fc.integer({ min: 6, max: 32 }), { nil: undefined }),
  })
  .map(({ arrival, stayed, energyWh, drawnMaxA }) => {
    const startedAtMs = NOON_MS + arrival * MINUTE_MS;
    const endedAtMs = startedAtMs + stayed * MINUTE_MS;
    const drawn = drawnMaxA === undefined ? {} : { drawnMaxA };
    return endedStay(session({ startedAtMs, endedAtMs, energyWh, ...drawn }), CONTEXT);
  });

describe('quarters without control', () => {
  it('hold the same energy of cars and of the building, in no more time than the cars stayed', () => {
    fc.assert(
      fc.property(fc.array(stayArbitrary, { maxLength: 12 }), (stays) => {
        const carsWh = new Map<number, number>();
        for (const { gridQuarters } of stays)
          gridQuarters.wh.forEach((wh, index) => {
            const startMs = gridQuarters.startMs + index * QUARTER_MS;
            carsWh.set(startMs, (carsWh.get(startMs) ?? 0) + wh);
          });
        const was = Array.from({ length: 130 }, (_, index) => {
          const cars = carsWh.get(NOON_MS + index * QUARTER_MS) ?? 0;
          return quarter(index, { carsWh: cars, importWh: cars + 500 });
        });
        const charges = stays.map((stay) => fullPowerCharge(stay, SITE)).filter((charge) => charge !== undefined);
        const would = uncontrolledQuarters(was, charges);
        expect(sum(would.map((one) => one.carsWh))).toBeCloseTo(sum(was.map((one) => one.carsWh)), 3);
        expect(sum(would.map((one) => one.importWh))).toBeCloseTo(sum(was.map((one) => one.importWh)), 3);
        expect(would.every(({ importWh, carsWh: cars }) => importWh >= cars - 1e-6 && cars >= 0)).toBe(true);
        expect(would.map(({ startMs }) => startMs)).toEqual(was.map(({ startMs }) => startMs));
        stays.forEach((stay) => {
          const charge = fullPowerCharge(stay, SITE);
          if (charge !== undefined) expect(charge.toMs).toBeLessThanOrEqual((stay.endedAtMs ?? 0) + 1);
        });
      }),
    );
  });

  it('are those that were, where every car charged at full power from its arrival', () => {
    const shares = spreadEvenly(11_040, NOON_MS, NOON_MS + HOUR_MS);
    const charged = session({
      drawnMaxA: 16,
      quarters: { startMs: NOON_MS, wh: shares.map(({ energyWh }) => energyWh) },
    });
    const charge = fullPowerCharge(endedStay(charged, CONTEXT), SITE);
    const was = [0, 1, 2, 3, 4].map((index) =>
      quarter(index, { carsWh: index < 4 ? 2_760 : 0, importWh: 4_000, exportWh: 20 }),
    );
    expect(charge === undefined ? [] : uncontrolledQuarters(was, [charge])).toEqual(was);
  });

  it('take more out of what was fed into the grid first, and feed in what is left over', () => {
    const charge = chargeOf({ drawnMaxA: 16, energyWh: 2_760 });
    const was = [
      quarter(0, { exportWh: 1_000 }),
      quarter(1, { carsWh: 2_760, importWh: 2_000 }),
      quarter(2, { importWh: 700 }),
    ];
    expect(uncontrolledQuarters(was, [charge])).toEqual([
      quarter(0, { carsWh: 2_760, importWh: 1_760 }),
      quarter(1, { importWh: 0, exportWh: 760 }),
      quarter(2, { importWh: 700 }),
    ]);
  });

  it('feed nothing in where the site never did: the meters just differ', () => {
    const charge = chargeOf({ drawnMaxA: 16, energyWh: 2_760 });
    const was = [quarter(0), quarter(1, { carsWh: 2_760, importWh: 2_700 })];
    expect(uncontrolledQuarters(was, [charge])[1]).toEqual(quarter(1));
  });

  it('are put in where the service did not run', () => {
    const charge = chargeOf({ drawnMaxA: 16, energyWh: 5_520 });
    const would = uncontrolledQuarters([quarter(0)], [charge]);
    expect(would.map(({ startMs, carsWh }) => [startMs, carsWh])).toEqual([
      [NOON_MS, 2_760],
      [NOON_MS + QUARTER_MS, 2_760],
    ]);
  });
});

describe('the grid connection without control', () => {
  const at = (index: number, buildingA: number) => quarter(index, { buildingA: { grid: ampere(buildingA) } });

  it('carries the building and whoever charges at the same moment', () => {
    const first = chargeOf({ drawnMaxA: 32, energyWh: 22_080 / 4 });
    const second = chargeOf({ drawnMaxA: 16, startedAtMs: NOON_MS + 10 * MINUTE_MS, phasesInUse: ['L2'] });
    const load = connectionLoad(SITE, [at(0, 20), at(1, 20), at(2, 50)], [first, second]);
    // 20 A of the building, 32 A and 16 A of cars on L2, of 63 A.
    expect(load).toEqual({
      phase: 'L2',
      limitA: 63,
      peakA: 68,
      peakAtMs: NOON_MS,
      excessA: 5,
      quartersExceeded: 2,
    });
  });

  it('does not carry a car that leaves in the moment in which another comes', () => {
    const first = chargeOf({ drawnMaxA: 32, energyWh: 22_080 / 4 });
    const second = chargeOf({ drawnMaxA: 32, startedAtMs: first.toMs, energyWh: 22_080 / 4 });
    expect(first.toMs).toBe(NOON_MS + QUARTER_MS);
    const load = connectionLoad(SITE, [at(0, 10), at(1, 0)], [first, second]);
    expect(load).toMatchObject({ peakA: 42, excessA: 0, quartersExceeded: 0 });
  });

  it('knows a building without a meter of its own currents by its power', () => {
    const load = connectionLoad(SITE, [quarter(0, { importWh: 6_900 / 4, carsWh: 0 })], []);
    expect(load).toMatchObject({ peakA: 10, peakAtMs: NOON_MS });
    expect(connectionLoad(SITE, [], [])).toMatchObject({ peakA: 0, peakAtMs: null, excessA: 0 });
  });

  it('adds up single-phase EVSEs on their own phases', () => {
    const site = siteOf({ stations: [stationOf('A', { evses: [acEvse({ phases: ['L3'] })] })] });
    const stay = endedStay(session({ phasesInUse: ['L3'], energyWh: 7_360 }), { site, index: indexSite(site) });
    expect(stay.fullPowerW).toBe(7_360);
    const charge = fullPowerCharge(stay, site);
    expect(charge).toMatchObject({ currentA: 32, phases: ['L3'] });
    expect(quarterOf(charge?.toMs ?? 0)).toBe(NOON_MS + HOUR_MS);
  });
});
