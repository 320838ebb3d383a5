import { describe, expect, it } from 'vitest';
import { baseLoadA } from '../../../src/site/baseLoad.js';
import { ampere, circuitOf, SiteLife, siteOf, stepsOf } from '../../support/builders.js';

const circuits = [circuitOf('grid', 63, { baseLoadMaxA: ampere(40) }), circuitOf('row', 32, { meterStaleS: 60 })];

function baseA(life: SiteLife, circuitId = 'grid'): number {
  const circuit = life.state.index.circuits.get(circuitId);
  if (circuit === undefined) throw new Error(`no circuit ${circuitId}`);
  return baseLoadA(life.state, circuit, life.nowMs).currentA.L1;
}

/** A car at 16 A, settled and metered, before anything is read from the grid's meter. */
function withCar(): SiteLife {
  const life = new SiteLife(siteOf({ circuits })).commission('A', 6).start('A', 1);
  life.give('A', 16);
  life.wait(60_000).meter('A', { currentA: 16 });
  return life;
}

describe('base load', () => {
  it('is the configured worst without a meter and while it is silent, and never the last reading', () => {
    const life = new SiteLife(siteOf({ circuits }));
    expect(baseA(life)).toBe(40);
    life.meterCircuit('grid', 10);
    expect(baseA(life)).toBe(10);
    expect(baseA(life.wait(30_000))).toBe(10);
    expect(baseA(life.wait(1))).toBe(40);
  });

  it('keeps the last reading until it is stale, where that takes longer than base load takes to fall', () => {
    const life = new SiteLife(siteOf({ circuits })).meterCircuit('row', 12).wait(60_000);
    expect(baseA(life, 'row')).toBe(12);
    expect(baseA(life.wait(1), 'row')).toBe(0);
  });

  it('is the reading less what the cars draw', () => {
    expect(baseA(withCar().meterCircuit('grid', 26))).toBe(10);
  });

  it('is never below zero', () => {
    expect(baseA(withCar().meterCircuit('grid', 5))).toBe(0);
  });

  it('rises at once and falls after half a minute', () => {
    const life = new SiteLife(siteOf({ circuits })).meterCircuit('grid', 10).wait(5_000).meterCircuit('grid', 30);
    expect(baseA(life)).toBe(30);
    life.wait(5_000).meterCircuit('grid', 8).wait(24_000).meterCircuit('grid', 8);
    expect(baseA(life)).toBe(30);
    expect(baseA(life.wait(1_500))).toBe(8);
  });

  it('does not take a car that was just raised for the building', () => {
    const life = withCar().meterCircuit('grid', 26).wait(1_000);
    life.give('A', 30);
    life.wait(2_000).meterCircuit('grid', 40);
    expect(baseA(life)).toBe(10);
  });

  it('counts all that no car can explain', () => {
    const life = withCar().meterCircuit('grid', 26).wait(1_000);
    life.give('A', 30);
    life.wait(2_000).meterCircuit('grid', 50);
    expect(baseA(life)).toBe(20);
  });

  it('counts a reading above the limit in full, whatever may explain it', () => {
    const life = withCar().meterCircuit('grid', 26).wait(1_000);
    life.give('A', 30);
    life.wait(2_000).meterCircuit('grid', 64);
    expect(baseA(life)).toBe(48);
  });

  it('counts a reading above the power limit in full too, by the power that was read or follows from the currents', () => {
    const readingOf = (more: { readonly powerLimitW?: number; readonly powerW?: number }) => {
      const life = withCar().meterCircuit('grid', 26).wait(1_000);
      life.give('A', 30);
      return baseA(life.wait(2_000).take({ type: 'circuitMetered', circuitId: 'grid', currentA: ampere(40), ...more }));
    };
    // 40 A on three phases are 27,600 W; the car may have risen from 16 A to 30 A.
    expect(readingOf({ powerLimitW: 27_600 })).toBe(10);
    expect(readingOf({ powerLimitW: 27_599 })).toBe(24);
    expect(readingOf({ powerLimitW: 27_599, powerW: 25_000 })).toBe(10);
    expect(readingOf({ powerLimitW: 27_600, powerW: 28_000 })).toBe(24);
  });

  it('does not hide a rise of the building behind a car that has left', () => {
    const life = withCar().meterCircuit('grid', 26).wait(1_000).end('A', 1).wait(6_000);
    life.meterCircuit('grid', 64);
    expect(baseA(life)).toBe(64);
  });

  it('does not hide a rise of the building behind a car that was lowered since it was metered', () => {
    const life = withCar().meterCircuit('grid', 16).wait(1_000);
    life.give('A', 6);
    // The car came down by 10 A, the building went up by 50 A.
    life.wait(6_000).meterCircuit('grid', 64);
    expect(baseA(life)).toBe(58);
  });

  it('does not hide it behind a car whose schedule stepped down since, nor behind one that was lowered and raised again', () => {
    const stepped = withCar();
    const downMs = stepped.nowMs + 4_000;
    stepped.give(
      'A',
      stepsOf(
        [
          [stepped.nowMs, 16],
          [downMs, 6],
        ],
        'forever',
      ),
    );
    stepped.wait(2_000).meter('A', { currentA: 16 }).meterCircuit('grid', 16);
    stepped.wait(8_000).meterCircuit('grid', 64);
    expect(baseA(stepped)).toBe(58);
    const raised = withCar().meterCircuit('grid', 16).wait(1_000);
    raised.give('A', 6);
    raised.wait(6_000).give('A', 16);
    raised.wait(100).meterCircuit('grid', 64);
    expect(baseA(raised)).toBe(58);
  });

  it('still takes a car that comes down for a car', () => {
    const life = withCar().meterCircuit('grid', 26).wait(1_000);
    life.give('A', 6);
    life.wait(2_000).meterCircuit('grid', 26);
    expect(baseA(life)).toBe(10);
  });

  it('counts nothing for a car on phases that nobody measured', () => {
    const life = new SiteLife(siteOf({ circuits })).commission('A', 6).start('A', 1);
    life.give('A', 16);
    // 3.7 kW, on one phase or on three: it may be none of what flows on L1.
    life
      .wait(60_000)
      .meter('A', { currentA: 5.33, assumedPhases: ['L1', 'L2', 'L3'] })
      .meterCircuit('grid', 30);
    expect(baseA(life)).toBe(30);
  });

  it('takes no reading from before a silence for what was known', () => {
    const life = new SiteLife(siteOf({ circuits })).commission('A', 6).start('A', 1).meterCircuit('grid', 2);
    life.wait(600_000);
    life.give('A', 30);
    life.wait(2_000).meterCircuit('grid', 30);
    expect(baseA(life)).toBe(30);
  });
});
