import { describe, expect, it } from 'vitest';
import { vehicleCapA } from '../../../src/plan/sessions.js';
import { vehicleMaxA, vehicleToldA } from '../../../src/site/vehicleLimit.js';
import { SiteLife, siteOf } from '../../support/builders.js';

describe('what a car said that it takes at most', () => {
  const told = (currentMaxA: number) => {
    const life = new SiteLife(siteOf()).commission('A', 6).start('A', 'tx');
    life.take({ type: 'vehicleNeedsTold', stationId: 'A', evseId: 1, needs: { currentMaxA } });
    return life;
  };
  const transactionOf = (life: SiteLife) => {
    const { transaction } = life.at('A').evseState;
    if (transaction === null) throw new Error('there is no transaction');
    return transaction;
  };

  it('is what it is planned with, and never less than can be offered', () => {
    expect(vehicleMaxA(transactionOf(told(13)))).toBe(13);
    expect(vehicleCapA(told(13).at('A'))).toBe(13);
    expect(vehicleCapA(told(2).at('A'))).toBe(6);
  });

  it('is not believed once it was seen to take more', () => {
    const life = told(8);
    life.give('A', 20);
    life.wait(60_000).meter('A', { currentA: 16 });
    expect(vehicleToldA(transactionOf(life))).toBe('unknown');
    expect(vehicleCapA(life.at('A'))).toBe('unknown');
  });
});
