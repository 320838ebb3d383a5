import { describe, expect, it } from 'vitest';
import { snapshotOf, stateFromSnapshot } from '../../../src/control/stateCodec.js';
import { QUARTER_MS, type QuarterRecord } from '../../../src/site/history.js';
import { NO_HISTORY, QUARTERS_OPEN, quarterRecords } from '../../../src/site/historyState.js';
import { historyNow } from '../../../src/site/meteredHistory.js';
import type { SiteModel } from '../../../src/site/model.js';
import {
  ampere,
  circuitOf,
  dcEvse,
  evseAt,
  HOUR_MS,
  MINUTE_MS,
  NOON_MS,
  SiteLife,
  siteOf,
} from '../../support/builders.js';

function recordsOf(life: SiteLife): readonly QuarterRecord[] {
  return quarterRecords(historyNow(life.state, life.nowMs), life.nowMs);
}

function at(life: SiteLife, quarter: number): QuarterRecord {
  const found = recordsOf(life).find(({ startMs }) => startMs === NOON_MS + quarter * QUARTER_MS);
  if (found === undefined) throw new Error(`no record of quarter ${quarter}`);
  return found;
}

function carsWh(life: SiteLife): readonly number[] {
  return recordsOf(life).map((record) => Math.round(record.carsWh * 1_000) / 1_000);
}

/** A car of 11 kW at station A, whose register begins at 1,000 Wh. */
function charging(site: SiteModel = siteOf()): SiteLife {
  return new SiteLife(site).commission('A').start('A', 1, { meterStartWh: 1_000 });
}

describe("the cars' energy", () => {
  it('is counted to the quarter in which the register advanced', () => {
    const life = charging()
      .wait(5 * MINUTE_MS)
      .meter('A', { currentA: 16, energyWh: 1_900 });
    life.wait(10 * MINUTE_MS).meter('A', { currentA: 16, energyWh: 3_700 });
    life.wait(5 * MINUTE_MS).meter('A', { currentA: 16, energyWh: 4_600 });
    expect(carsWh(life)).toEqual([2_700, 900]);
  });

  it('is spread over the time since the last sample, across quarters', () => {
    const life = charging()
      .wait(10 * MINUTE_MS)
      .meter('A', { currentA: 16, energyWh: 1_000 });
    life.wait(30 * MINUTE_MS).meter('A', { currentA: 16, energyWh: 7_000 });
    expect(carsWh(life)).toEqual([1_000, 3_000, 2_000]);
  });

  it('of a rectifier is that of the grid side', () => {
    const life = charging(evseAt(dcEvse({ efficiency: 0.8 })));
    life.wait(MINUTE_MS).meter('A', { currentA: 16, energyWh: 1_400 });
    expect(carsWh(life)).toEqual([500]);
    expect(life.at('A').evseState.transaction?.quarters).toEqual({ startMs: NOON_MS, wh: [400] });
  });

  it('of a start that a station kept while it was offline lies where it was taken', () => {
    const life = new SiteLife(siteOf())
      .commission('A')
      .disconnect('A')
      .wait(2 * HOUR_MS)
      .connect('A');
    const startedAtMs = NOON_MS + HOUR_MS;
    life.take({
      type: 'transactionStarted',
      stationId: 'A',
      evseId: 1,
      transactionId: 7,
      idToken: 'TAG',
      authorized: true,
      meterStartWh: 1_000,
      startedAtMs,
    });
    // A sample without a register first: what it stands for is corrected once the register is heard.
    life.wait(10_000).meter('A', { currentA: 16 }).wait(10_000).meter('A', { currentA: 16, energyWh: 9_020 });
    const counted = carsWh(life);
    expect(counted.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(counted.slice(4, 8).every((wh) => Math.abs(wh - 2_000) < 40)).toBe(true);
    expect(counted.reduce((sum, wh) => sum + wh, 0)).toBeCloseTo(8_020, 2);
  });

  it('of samples that a station kept lies where they were taken, not where they arrived', () => {
    const life = charging().wait(MINUTE_MS).meter('A', { currentA: 16, energyWh: 1_000 }).disconnect('A');
    life.wait(119 * MINUTE_MS).connect('A', { boots: false });
    for (let quarter = 1; quarter <= 8; quarter++) {
      const sampledAtMs = NOON_MS + quarter * QUARTER_MS;
      life.meter('A', { energyWh: 1_000 + (quarter <= 4 ? quarter * 2_500 : 10_000), sampledAtMs });
    }
    expect(carsWh(life)).toEqual([2_500, 2_500, 2_500, 2_500, 0, 0, 0, 0, 0]);
  });

  it('from before all that is open makes no peak that never was', () => {
    const life = charging().wait(MINUTE_MS).meter('A', { currentA: 16, energyWh: 1_000 });
    life.wait(60 * HOUR_MS).meter('A', { currentA: 16, energyWh: 241_000 });
    const records = recordsOf(life);
    expect(records).toHaveLength(QUARTERS_OPEN);
    expect(records.reduce((sum, record) => sum + record.carsWh, 0)).toBeCloseTo(240_000, 3);
    expect(Math.max(...records.map((record) => record.carsWh))).toBeLessThan(2_600);
  });

  it('that a register takes back is taken off where the guess had put it', () => {
    const life = charging();
    for (let minute = 1; minute <= 30; minute++) life.wait(MINUTE_MS).meter('A', { currentA: 16 });
    const guessed = carsWh(life);
    expect(guessed[0]).toBeCloseTo(2_760, 3);
    life.meter('A', { energyWh: 1_000 + 2_760 });
    expect(carsWh(life)).toEqual([1_380, 1_380, 0]);
  });

  it('is not what a register that jumps says, at the end neither', () => {
    const life = charging().wait(MINUTE_MS).meter('A', { currentA: 16, energyWh: 1_180 });
    life.wait(10_000).meter('A', { currentA: 16, energyWh: 4_000_000_000 });
    const known = life.at('A').evseState.transaction?.energyWh ?? 0;
    life.take({
      type: 'transactionEnded',
      stationId: 'A',
      evseId: 1,
      transactionId: 1,
      meterStopWh: 4_000_000_000,
      endedAtMs: life.nowMs,
      reason: 'Local',
    });
    expect(known).toBeLessThan(220);
    expect(life.state.endedSessions[0]?.energyWh).toBe(known);
    expect(carsWh(life).reduce((sum, wh) => sum + wh, 0)).toBeCloseTo(known, 3);
  });

  it("goes into the session's record with the most that its car drew", () => {
    const life = charging()
      .wait(10 * MINUTE_MS)
      .meter('A', { currentA: ampere(16, 12, 16), energyWh: 2_800.4 });
    life.wait(10 * MINUTE_MS).take({
      type: 'transactionEnded',
      stationId: 'A',
      evseId: 1,
      transactionId: 1,
      meterStopWh: 3_200,
      endedAtMs: life.nowMs,
      reason: 'Local',
    });
    const [session] = life.state.endedSessions;
    expect(session?.drawnMaxA).toBe(16);
    expect(session?.quarters).toEqual({ startMs: NOON_MS, wh: [2_000, 200] });
    expect(carsWh(life)).toEqual([2_000.2, 199.8]);
  });
});

describe('the grid connection', () => {
  it('takes what its meter says from one reading to the next, no longer than the meter counts as heard', () => {
    const life = new SiteLife(siteOf()).meterCircuit('grid', ampere(10, 20, 30));
    life
      .wait(20_000)
      .meterCircuit('grid', 10)
      .wait(5 * MINUTE_MS);
    const record = at(life, 0);
    expect(record.meteredMs).toBe(50_000);
    expect(record.importWh).toBeCloseTo((60 * 230 * 20 + 30 * 230 * 30) / 3_600, 6);
    expect(record.exportWh).toBe(0);
  });

  it('is split where a quarter ends between two readings', () => {
    const life = new SiteLife(siteOf()).wait(QUARTER_MS - 10_000).meterCircuit('grid', 10);
    life.wait(25_000).meterCircuit('grid', 10);
    expect([at(life, 0).meteredMs, at(life, 1).meteredMs]).toEqual([10_000, 15_000]);
    expect(at(life, 1).importWh).toBeCloseTo((30 * 230 * 15) / 3_600, 6);
  });

  it("keeps import and export apart, by the meter's own power where it says one", () => {
    const life = new SiteLife(siteOf());
    const reading = { type: 'circuitMetered', circuitId: 'grid', currentA: ampere(10) } as const;
    life
      .take({ ...reading, powerW: 3_600 })
      .wait(10_000)
      .take({ ...reading, powerW: -7_200 })
      .wait(10_000);
    life.meterCircuit('grid', ampere(-10, 4, -4)).wait(10_000);
    const record = at(life, 0);
    expect(record.importWh).toBeCloseTo(10, 6);
    expect(record.exportWh).toBeCloseTo(20 + (10 * 230 * 10) / 3_600, 6);
  });

  it('takes at least what the cars do while its meter is not heard', () => {
    const life = charging()
      .wait(QUARTER_MS - 1)
      .meter('A', { currentA: 16, energyWh: 4_000 });
    life.wait(1).meterCircuit('grid', 0);
    for (let k = 0; k < 45; k++) life.wait(10_000).meterCircuit('grid', 5);
    life.wait(QUARTER_MS).meter('A', { currentA: 16, energyWh: 5_440 });
    expect(at(life, 0)).toMatchObject({ importWh: expect.closeTo(3_000, 1), meteredMs: 0 });
    // Heard for half of it, so that half of what the cars took comes on top; and the meter alone counts where it was heard.
    const half = at(life, 1);
    expect(half.meteredMs).toBe(480_000);
    const heardWh = (15 * 230 * 470) / 3_600;
    expect(half.importWh).toBeCloseTo(heardWh + half.carsWh * (420 / 900), 6);
  });

  it('lets a car run on the site’s own sun', () => {
    const life = charging().meterCircuit('grid', -1);
    for (let k = 0; k < 90; k++) life.wait(10_000).meterCircuit('grid', -1);
    life.meter('A', { currentA: 16, energyWh: 3_700 });
    expect(at(life, 0)).toMatchObject({ importWh: 0, carsWh: expect.closeTo(2_700, 6), meteredMs: QUARTER_MS });
    expect(at(life, 0).exportWh).toBeCloseTo(172.5, 6);
  });

  it('gives the mean of the building by time, for every circuit with a meter', () => {
    const life = new SiteLife(siteOf({ circuits: [circuitOf('grid', 63), circuitOf('row', 32)] }));
    life
      .meterCircuit('grid', 10)
      .meterCircuit('row', ampere(1, 2, 3))
      .wait(10_000);
    life.meterCircuit('grid', 20).wait(20_000);
    const { buildingA } = at(life, 0);
    expect(buildingA.grid?.L1).toBeCloseTo((10 * 10 + 20 * 20) / 30, 6);
    expect(buildingA.row).toEqual(ampere(1, 2, 3));
  });
});

describe('time without events', () => {
  it('is known to have been empty while the service ran', () => {
    const life = charging().wait(HOUR_MS).meter('A', { currentA: 0, energyWh: 1_000 });
    expect(recordsOf(life).map(({ startMs }) => (startMs - NOON_MS) / QUARTER_MS)).toEqual([0, 1, 2, 3, 4]);
    expect(carsWh(life)).toEqual([0, 0, 0, 0, 0]);
  });

  it('is a gap where the service may not have run, but for the energy that is learned of it later', () => {
    const life = charging()
      .wait(2 * HOUR_MS)
      .take({ type: 'serviceStarted' });
    expect(recordsOf(life)).toHaveLength(2);
    life.wait(10 * MINUTE_MS);
    expect(recordsOf(life).map(({ startMs }) => (startMs - NOON_MS) / QUARTER_MS)).toEqual([0, 8]);
    life.connect('A').meter('A', { currentA: 16, energyWh: 1_000 + 130 * 60 });
    expect(carsWh(life)).toEqual([900, 900, 900, 900, 900, 900, 900, 900, 600]);
  });

  it('is kept for a day, however long it lasts', () => {
    const life = charging()
      .wait(1_000 * HOUR_MS)
      .meter('A', { currentA: 0, energyWh: 1_000 });
    expect(recordsOf(life)).toHaveLength(QUARTERS_OPEN);
    expect(recordsOf(life)[0]?.startMs).toBe(NOON_MS + 1_000 * HOUR_MS - (QUARTERS_OPEN - 1) * QUARTER_MS);
  });

  it('opens nothing again when the clock is set back', () => {
    const life = charging().wait(HOUR_MS).meter('A', { currentA: 16, energyWh: 2_000 });
    const before = recordsOf(life).length;
    life.wait(-30 * MINUTE_MS).meter('A', { currentA: 16, energyWh: 2_100 });
    expect(recordsOf(life)).toHaveLength(before);
    expect(carsWh(life).reduce((sum, wh) => sum + wh, 0)).toBeCloseTo(1_100, 3);
  });
});

describe('a snapshot from before there was a history', () => {
  it('is read, and what its open transactions had is spread over their time for their own record alone', () => {
    const life = charging()
      .wait(30 * MINUTE_MS)
      .meter('A', { currentA: 16, energyWh: 4_000 });
    const old = JSON.parse(JSON.stringify(snapshotOf(life.state)), (key, value) =>
      key === 'history' || key === 'quarters' ? undefined : value,
    );
    const restored = stateFromSnapshot(old);
    if (restored === undefined) throw new Error('the snapshot can not be read');
    expect(restored.history).toBe(NO_HISTORY);
    life.state = restored;
    life.wait(10_000).meter('A', { currentA: 16, energyWh: 4_030 });
    expect(carsWh(life)).toEqual([30]);
    const wh = life.at('A').evseState.transaction?.quarters?.wh.map((value) => Math.round(value));
    expect(wh).toEqual([1_500, 1_500, 30]);
  });
});
