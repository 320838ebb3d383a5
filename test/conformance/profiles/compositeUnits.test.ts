import { describe, expect, it } from 'vitest';
import { composite, TRANSACTION, VERSIONS } from '../../support/profiles/wire.js';

// Amperes per phase against watts in total: I = P / (V · numberPhases). Names begin with the requirement's id.

describe.each(VERSIONS)('composite schedule of %s: units', (version) => {
  it('a limit that is asked for in its own unit is not converted, whatever the phases', () => {
    expect(composite(version, [{ periods: [[0, 7.3, 1]] }], { rateUnit: 'A', phases: 1 })).toEqual([[0, 7.3, 1]]);
    expect(composite(version, [{ unit: 'W', periods: [[0, 7301.5]] }], { rateUnit: 'W' })).toEqual([[0, 7301.5]]);
  });

  it('watts are the total of the phases, amperes those of each', () => {
    expect(composite(version, [{ unit: 'W', periods: [[0, 6900, 3]] }])).toEqual([[0, 10, 3]]);
    expect(composite(version, [{ unit: 'W', periods: [[0, 6900, 2]] }])).toEqual([[0, 15, 2]]);
    expect(composite(version, [{ unit: 'W', periods: [[0, 6900, 1]] }])).toEqual([[0, 30, 1]]);
    expect(composite(version, [{ periods: [[0, 10, 1]] }], { rateUnit: 'W' })).toEqual([[0, 2300, 1]]);
  });

  it('absent numberPhases means 3', () => {
    expect(composite(version, [{ unit: 'W', limit: 6900 }])).toEqual([[0, 10]]);
    expect(composite(version, [{ limit: 10 }], { rateUnit: 'W' })).toEqual([[0, 6900]]);
  });

  it('but no more than the supply has', () => {
    expect(composite(version, [{ unit: 'W', limit: 6900 }], { phases: 1 })).toEqual([[0, 30]]);
    expect(composite(version, [{ unit: 'W', periods: [[0, 6900, 3]] }], { phases: 2 })).toEqual([[0, 15, 2]]);
  });

  it('takes the voltage that it is told, 230 V unless told', () => {
    expect(composite(version, [{ unit: 'W', periods: [[0, 2400, 1]] }], { voltageV: 120 })).toEqual([[0, 20, 1]]);
  });

  it('decision: where both units meet the lower one counts, converted at the end', () => {
    const maximum = { purpose: 'Max', unit: 'W', periods: [[0, 6900, 3]] as const };
    expect(composite(version, [maximum, { limit: 16 }])).toEqual([[0, 10, 3]]);
    expect(composite(version, [maximum, { limit: 8 }])).toEqual([[0, 8, 3]]);
    expect(composite(version, [maximum, { limit: 8 }], { rateUnit: 'W' })).toEqual([[0, 5520, 3]]);
  });

  it('decision, K01.FR.140: with the lowest number of phases of all that are in force', () => {
    const profiles = [
      { purpose: 'Max', unit: 'W', periods: [[0, 4600, 3]] as const },
      { periods: [[0, 32, 1]] as const },
    ];
    // 4600 W on the one phase that is left are 20 A, not 6.7 A.
    expect(composite(version, profiles)).toEqual([[0, 20, 1]]);
    expect(composite(version, profiles, { rateUnit: 'W' })).toEqual([[0, 4600, 1]]);
  });

  it('a profile that is not in force has no say in the phases', () => {
    const profiles = [
      { unit: 'W', periods: [[0, 6900, 3]] as const, purpose: 'TxProfile' },
      { periods: [[0, 32, 1]] as const },
    ];
    expect(composite(version, profiles, { transactions: [TRANSACTION] })).toEqual([[0, 10, 3]]);
  });

  it('the phases change from period to period', () => {
    const periods = [
      [0, 6900, 3],
      [60, 6900, 1],
    ] as const;
    expect(composite(version, [{ unit: 'W', periods }])).toEqual([
      [0, 10, 3],
      [60, 30, 1],
    ]);
  });

  it('equal limits on another number of phases are not the same', () => {
    const periods = [
      [0, 10, 3],
      [60, 10, 1],
    ] as const;
    expect(composite(version, [{ periods }])).toEqual([
      [0, 10, 3],
      [60, 10, 1],
    ]);
  });

  it('999999 is how the field says unlimited, in both units', () => {
    for (const unit of ['A', 'W']) expect(composite(version, [{ unit, limit: 999_999 }])).toEqual([[0, 'unlimited']]);
  });

  it('999999 on top of the stack hides what is below, but not the maximum', () => {
    const profiles = [
      { level: 1, limit: 999_999 },
      { level: 0, limit: 6 },
    ];
    expect(composite(version, profiles)).toEqual([[0, 'unlimited']]);
    expect(composite(version, [...profiles, { purpose: 'Max', limit: 20 }])).toEqual([[0, 20]]);
  });

  it('a limit of 0 is a limit', () => {
    expect(composite(version, [{ limit: 0 }, { purpose: 'Max', limit: 20 }])).toEqual([[0, 0]]);
    expect(composite(version, [{ unit: 'W', limit: 0 }])).toEqual([[0, 0]]);
  });

  it('minChargingRate is only a hint: it raises nothing', () => {
    expect(composite(version, [{ limit: 6, schedule: { minChargingRate: 16 } }])).toEqual([[0, 6]]);
  });
});

describe('composite schedule of 2.1: units of local generation', () => {
  it('K27 generation in watts is added to amperes over the phases in force', () => {
    const profiles = [{ purpose: 'LocalGeneration', unit: 'W', limit: 2300 }, { periods: [[0, 10, 1]] as const }];
    expect(composite('2.1', profiles)).toEqual([[0, 20, 1]]);
    expect(composite('2.1', profiles, { rateUnit: 'W' })).toEqual([[0, 4600, 1]]);
  });
});
