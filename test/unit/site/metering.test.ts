import { describe, expect, it } from 'vitest';
import { phasesInUse, reservedPhases } from '../../../src/site/mayDraw.js';
import { assumedPhases, gridCurrentA } from '../../../src/site/metering.js';
import type { Evse } from '../../../src/site/model.js';
import type { MeterSample } from '../../../src/site/stationMessages.js';
import { acEvse, ampere, dcEvse, evseAt, HOUR_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

const GRID = { voltageV: 230 };
const sampleOf = (more: Partial<MeterSample>): MeterSample => ({ timestampMs: 0, ...more });

describe("a station's sample on the grid's phases", () => {
  it('goes from terminals to grid phases through the wiring', () => {
    const rotated = acEvse({ phases: ['L2', 'L3', 'L1'] });
    expect(gridCurrentA(sampleOf({ terminalCurrentA: [10, 11, 12] }), rotated, GRID)).toEqual(ampere(12, 10, 11));
  });

  it('puts the one terminal of a one-phase EVSE on its own grid phase', () => {
    const onL2 = acEvse({ phases: ['L2'] });
    expect(gridCurrentA(sampleOf({ terminalCurrentA: [16, 'unknown', 'unknown'] }), onL2, GRID)).toEqual(
      ampere(0, 16, 0),
    );
    expect(gridCurrentA(sampleOf({ currentA: 16 }), onL2, GRID)).toEqual(ampere(0, 16, 0));
    expect(gridCurrentA(sampleOf({ powerW: 2_300 }), onL2, GRID)).toEqual(ampere(0, 10, 0));
  });

  it('takes a current without a label for that of each phase, and shares power evenly', () => {
    expect(gridCurrentA(sampleOf({ currentA: 9 }), acEvse(), GRID)).toEqual(ampere(9));
    expect(gridCurrentA(sampleOf({ powerW: 6_900 }), acEvse(), GRID)).toEqual(ampere(10));
  });

  it('compares a rectifier by its power, losses included, for its outlet current is not the grid side', () => {
    const sample = sampleOf({ terminalCurrentA: [100, 'unknown', 'unknown'], currentA: 100, powerW: 34_500 });
    const currentA = gridCurrentA(sample, dcEvse({ efficiency: 0.5 }), GRID);
    expect(currentA?.L1).toBeCloseTo(100, 6);
    expect(gridCurrentA(sampleOf({ currentA: 100 }), dcEvse(), GRID)).toBeUndefined();
  });

  it("makes power of a DC outlet's current with the battery's voltage", () => {
    const sample = sampleOf({ currentA: 75, voltageV: 800 });
    expect(gridCurrentA(sample, dcEvse({ efficiency: 0.94 }), GRID)?.L2).toBeCloseTo(60_000 / 0.94 / 690, 6);
  });

  it('takes what was measured where the grid comes in as it is: the losses are in it', () => {
    const outlet = dcEvse({ efficiency: 0.5, phases: ['L2', 'L3', 'L1'] });
    const powerAtInlet = sampleOf({ powerW: 6_900, powerIsAtInlet: true });
    expect(gridCurrentA(powerAtInlet, outlet, GRID)?.L1).toBeCloseTo(10, 6);
    const currentAtInlet = sampleOf({ terminalCurrentA: [9.5, 10, 9], currentIsAtInlet: true });
    expect(gridCurrentA(currentAtInlet, outlet, GRID)).toEqual(ampere(10));
    expect(gridCurrentA(sampleOf({ currentA: 10, currentIsAtInlet: true }), outlet, GRID)).toEqual(ampere(10));
  });

  it('says on which phases it measured nothing', () => {
    const of = (sample: Partial<MeterSample>, evse: Evse = acEvse()) => assumedPhases(sampleOf(sample), evse);
    expect(of({ terminalCurrentA: [1, 2, 3] })).toEqual([]);
    expect(of({ terminalCurrentA: [16, 'unknown', 0] })).toEqual(['L2']);
    expect(of({ terminalCurrentA: [16, 'unknown', 0] }, acEvse({ phases: ['L2', 'L3', 'L1'] }))).toEqual(['L3']);
    expect(of({ powerW: 3_680 })).toEqual(['L1', 'L2', 'L3']);
    expect(of({ powerW: 3_680 }, acEvse({ phases: ['L3'] }))).toEqual([]);
    expect(of({ powerW: 3_680 }, dcEvse())).toEqual([]);
  });
});

describe('the phases that a car uses', () => {
  const charging = (trustLearnedPhases: boolean) =>
    new SiteLife(evseAt(acEvse({ trustLearnedPhases }))).commission('A', 6).start('A', 1);
  const reserved = (life: SiteLife) => reservedPhases(life.at('A').evse, life.at('A').evseState);

  it('are learned from three samples in a row, and given to others only where the owner trusts that', () => {
    for (const trust of [true, false]) {
      const life = charging(trust);
      life.meter('A', { currentA: ampere(16, 0.2, 0) }).meter('A', { currentA: ampere(16, 0, 0.5) });
      expect(reserved(life)).toEqual(['L1', 'L2', 'L3']);
      life.meter('A', { currentA: ampere(16, 0, 0) });
      expect(reserved(life)).toEqual(trust ? ['L1'] : ['L1', 'L2', 'L3']);
      expect(phasesInUse(life.at('A').evse, life.at('A').evseState)).toEqual(['L1']);
    }
  });

  it('are all reserved again at the first current on a phase that was free', () => {
    const life = charging(true);
    for (let n = 0; n < 5; n++) life.meter('A', { currentA: ampere(16, 0, 0) });
    life.meter('A', { currentA: ampere(16, 0.6, 0) });
    expect(reserved(life)).toEqual(['L1', 'L2']);
  });

  it('are not learned from a car that draws nothing real, or from phantom zeros in between', () => {
    const life = charging(true);
    for (let n = 0; n < 5; n++) life.meter('A', { currentA: ampere(4.9, 0, 0) });
    expect(reserved(life)).toEqual(['L1', 'L2', 'L3']);
    for (const currentA of [16, ampere(16, 0, 0), ampere(0), ampere(16, 0, 0), 16, ampere(16, 0, 0)])
      life.meter('A', { currentA });
    expect(reserved(life)).toEqual(['L1', 'L2', 'L3']);
  });

  it('are not learned from what was not measured', () => {
    const life = charging(true);
    for (let n = 0; n < 5; n++) life.meter('A', { currentA: ampere(16, 0, 0), assumedPhases: ['L2', 'L3'] });
    expect(reserved(life)).toEqual(['L1', 'L2', 'L3']);
  });

  it('have to be learned anew for the next car, and after a time out of sight', () => {
    for (const lost of [
      (life: SiteLife) => life.disconnect('A').connect('A'),
      (life: SiteLife) => life.end('A', 1).start('A', 2),
    ]) {
      const life = charging(true);
      for (let n = 0; n < 3; n++) life.meter('A', { currentA: ampere(16, 0, 0) });
      expect(reserved(life)).toEqual(['L1']);
      lost(life);
      expect(reserved(life)).toEqual(['L1', 'L2', 'L3']);
    }
  });

  it('have to be learned anew when the owner corrects the wiring', () => {
    const life = charging(true);
    for (let n = 0; n < 3; n++) life.meter('A', { currentA: ampere(16, 0, 0) });
    const evse = acEvse({ trustLearnedPhases: true, phases: ['L2', 'L3', 'L1'] });
    life.take({ type: 'siteConfigured', site: evseAt(evse) });
    expect(reserved(life)).toEqual(['L2', 'L3', 'L1']);
    expect(life.at('A').evseState.transaction?.transactionId).toBe(1);
  });

  it('are kept when the configuration changes elsewhere', () => {
    const life = charging(true);
    for (let n = 0; n < 3; n++) life.meter('A', { currentA: ampere(16, 0, 0) });
    life.take({ type: 'siteConfigured', site: { ...life.state.site, name: 'Renamed' } });
    expect(reserved(life)).toEqual(['L1']);
  });

  it('count all while the station disobeys', () => {
    const life = charging(true).wait(10_000);
    for (let n = 0; n < 5; n++) life.meter('A', { currentA: ampere(32, 0, 0) });
    expect(life.at('A').evseState.disobeys).toBe(true);
    expect(reserved(life)).toEqual(['L1', 'L2', 'L3']);
  });
});

describe('obedience', () => {
  const told = (limitA: number, how: 'confirmed' | 'accepted' = 'confirmed') => {
    const life = new SiteLife(siteOf()).commission('A', 6).start('A', 1);
    life.give('A', limitA, how);
    return life.wait(10_000);
  };

  it('is doubted after two samples in a row beyond all that may be drawn, and the hardware counts from then on', () => {
    const life = told(10).meter('A', { currentA: 12 });
    expect(life.at('A').evseState.disobeys).toBe(false);
    life.wait(10_000).meter('A', { currentA: 12 });
    expect(life.at('A').evseState.disobeys).toBe(true);
    expect(life.mayA('A')).toBe(32);
  });

  it('is not doubted for one spike, for what the meter tolerates, or for a car that still comes down', () => {
    const spikes = told(10).meter('A', { currentA: 12 }).meter('A', { currentA: 9 }).meter('A', { currentA: 12 });
    expect(spikes.at('A').evseState.disobeys).toBe(false);
    const tolerated = told(10);
    for (let n = 0; n < 5; n++) tolerated.meter('A', { currentA: 11 });
    expect(tolerated.at('A').evseState.disobeys).toBe(false);
    const comingDown = told(16);
    comingDown.give('A', 6);
    for (let n = 0; n < 4; n++) comingDown.wait(1_000).meter('A', { currentA: 16 });
    expect(comingDown.at('A').evseState.disobeys).toBe(false);
  });

  it('is restored by three samples at its limit, not by a car that draws little or nothing', () => {
    const life = told(10).meter('A', { currentA: 20 }).meter('A', { currentA: 20 });
    for (let n = 0; n < 5; n++) life.meter('A', { currentA: 0 });
    expect(life.at('A').evseState.disobeys).toBe(true);
    life.meter('A', { currentA: 10 }).meter('A', { currentA: 9 }).meter('A', { currentA: 10 });
    expect(life.at('A').evseState.disobeys).toBe(false);
    expect(life.mayA('A')).toBe(10);
  });

  it('is proven by a car that drew more before a lowering and no more in two samples after', () => {
    const life = told(16).meter('A', { currentA: 16 }).wait(1_000);
    life.give('A', 8, 'accepted');
    life.wait(10_000).meter('A', { currentA: 8 });
    expect(life.station('A').trusted).toBe(false);
    expect(life.mayA('A')).toBe(16);
    life.wait(10_000).meter('A', { currentA: 8 });
    expect(life.station('A').trusted).toBe(true);
    expect(life.wait(5_000).mayA('A')).toBe(8);
  });

  it('is not proven by a full, paused or tapering car: a low reading releases nothing', () => {
    const life = told(16).meter('A', { currentA: 3 }).wait(1_000);
    life.give('A', 8, 'accepted');
    for (let n = 0; n < 6; n++) life.wait(10_000).meter('A', { currentA: 3 });
    expect(life.station('A').trusted).toBe(false);
    expect(life.mayA('A')).toBe(16);
  });

  it('is proven by what the station says that it offers, once that changed to the limit', () => {
    const life = told(16).meter('A', { currentA: 3, offeredA: 16 }).wait(1_000);
    life.give('A', 8, 'accepted');
    life.wait(10_000).meter('A', { currentA: 3, offeredA: 8 });
    expect(life.station('A').trusted).toBe(false);
    life.wait(10_000).meter('A', { currentA: 3, offeredA: 8 });
    expect(life.station('A').trusted).toBe(true);
  });

  it('is not proven by an offer that was the same before, or is another one than told', () => {
    for (const [beforeA, afterA] of [
      [8, 8],
      [16, 10],
    ] as const) {
      const life = told(16).meter('A', { currentA: 3, offeredA: beforeA }).wait(1_000);
      life.give('A', 8, 'accepted');
      for (let n = 0; n < 4; n++) life.wait(10_000).meter('A', { currentA: 3, offeredA: afterA });
      expect(life.station('A').trusted).toBe(false);
    }
  });

  it('once lost, is no record of obedience any more', () => {
    const life = new SiteLife(siteOf()).commission('A', 6, { trusted: true }).start('A', 1).wait(10_000);
    life.meter('A', { currentA: 20 }).meter('A', { currentA: 20 });
    expect(life.station('A').trusted).toBe(false);
  });
});

describe('the energy of a transaction', () => {
  const energy = (life: SiteLife) => life.at('A').evseState.transaction?.energyWh;

  it('is what the register counted since the start', () => {
    const life = new SiteLife(siteOf()).start('A', 1, { meterStartWh: 5_000 });
    life.meter('A', { energyWh: 7_500 });
    expect(energy(life)).toBe(2_500);
  });

  it('is not taken back by a register that runs backwards', () => {
    const life = new SiteLife(siteOf()).start('A', 1, { meterStartWh: 5_000 });
    life.meter('A', { energyWh: 7_500 }).meter('A', { energyWh: 6_000 }).meter('A', { energyWh: 12 });
    expect(energy(life)).toBe(2_500);
    life.meter('A', { energyWh: 8_000 });
    expect(energy(life)).toBe(3_000);
  });

  it('is the integral of power until a register is seen', () => {
    const life = new SiteLife(siteOf()).start('A', 1);
    life.wait(HOUR_MS / 2).meter('A', { currentA: 10 });
    expect(energy(life)).toBeCloseTo(3_450, 6);
    life.meter('A', { currentA: 10, energyWh: 1_400 });
    expect(energy(life)).toBe(400);
    life.wait(HOUR_MS).meter('A', { currentA: 10 });
    expect(energy(life)).toBe(400);
  });

  it('is, of a one-phase EVSE, that of its one phase', () => {
    const life = new SiteLife(siteOf({ stations: [stationOf('A', { phases: ['L2'] })] })).start('A', 1);
    life.wait(HOUR_MS).meter('A', { currentA: ampere(0, 10, 0) });
    expect(energy(life)).toBeCloseTo(2_300, 6);
  });

  it('is kept with the session when it ends', () => {
    const life = new SiteLife(siteOf()).start('A', 1, { meterStartWh: 1_000 });
    life.meter('A', { energyWh: 9_000 }).end('A', 1);
    expect(life.state.endedSessions).toMatchObject([{ transactionId: 1, energyWh: 8_000, reason: 'Local' }]);
  });
});
