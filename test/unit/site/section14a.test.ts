import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastPower, leastPowerBelow } from '../../../src/site/section14a.js';
import { indexSite } from '../../../src/site/siteIndex.js';
import { acEvse, circuitOf, dcEvse, siteOf, stationOf } from '../../support/builders.js';

const ems = (chargePoints: number, heatPumpsW = 0, coolingW = 0) =>
  leastPower({ mode: 'ems', chargePoints, heatPumpsW, coolingW });
const direct = (chargePoints: number, heatPumpsW = 0, coolingW = 0) =>
  leastPower({ mode: 'direct', chargePoints, heatPumpsW, coolingW });

describe('what an operator must leave under §14a EnWG, as a sum', () => {
  it('is 4.2 kW for one device, and the simultaneity factor of it for each further one', () => {
    // Pmin = 4.2 + (n − 1) · g · 4.2, by hand.
    const byHand = [
      [1, 4_200],
      [2, 4_200 + 1 * 0.8 * 4_200], // 7,560
      [3, 4_200 + 2 * 0.75 * 4_200], // 10,500
      [4, 4_200 + 3 * 0.7 * 4_200], // 13,020
      [5, 4_200 + 4 * 0.65 * 4_200], // 15,120
      [6, 4_200 + 5 * 0.6 * 4_200], // 16,800
      [7, 4_200 + 6 * 0.55 * 4_200], // 18,060
      [8, 4_200 + 7 * 0.5 * 4_200], // 18,900
      [9, 4_200 + 8 * 0.45 * 4_200], // 19,320
      [50, 4_200 + 49 * 0.45 * 4_200], // 96,810
    ] as const;
    for (const [chargePoints, totalW] of byHand) {
      expect(ems(chargePoints).totalW, `${chargePoints} charge points`).toBeCloseTo(totalW, 6);
      expect(ems(chargePoints).chargingW).toBe(ems(chargePoints).totalW);
    }
    expect(ems(3).totalW).toBe(10_500);
  });

  it('is 40 % of a heat pump above 11 kW, and the factor for the charge point beside it', () => {
    // 0.4 · 19.7 = 7.88; two devices: 0.8 · 4.2 = 3.36.
    expect(ems(1, 19_700)).toEqual({ chargePoints: 1, devices: 2, totalW: 11_240, chargingW: 3_360 });
  });

  it('takes all heat pumps for one device, all cooling for one, and the larger of their shares', () => {
    // 0.4 · max(20, 15) = 8; four devices: 3 · 0.7 · 4.2 = 8.82, of which one is the cooling.
    expect(ems(2, 20_000, 15_000)).toEqual({ chargePoints: 2, devices: 4, totalW: 16_820, chargingW: 5_880 });
    // None above 11 kW: 4.2 + 3 · 0.7 · 4.2.
    expect(ems(2, 11_000, 9_000)).toEqual({ chargePoints: 2, devices: 4, totalW: 13_020, chargingW: 5_880 });
  });

  it('does not count heat pumps or cooling of 4.2 kW and less', () => {
    expect(ems(1, 4_200, 1_000)).toEqual(ems(1));
    expect(ems(1, 4_201).devices).toBe(2);
  });
});

describe('what an operator must leave under §14a EnWG, device by device', () => {
  it('is 4.2 kW each, or 40 % of heating above 11 kW', () => {
    expect(direct(3)).toEqual({ chargePoints: 3, devices: 3, totalW: 12_600, chargingW: 12_600 });
    expect(direct(1, 19_700, 5_000)).toEqual({ chargePoints: 1, devices: 3, totalW: 16_280, chargingW: 4_200 });
  });
});

describe('in either mode', () => {
  const drawn = fc.record({
    mode: fc.constantFrom('direct' as const, 'ems' as const),
    chargePoints: fc.integer({ min: 0, max: 60 }),
    heatPumpsW: fc.integer({ min: 0, max: 60_000 }),
    coolingW: fc.integer({ min: 0, max: 60_000 }),
  });

  it('the cars get no more than the whole, and one more charge point never leaves the cars less', () => {
    fc.assert(
      fc.property(drawn, (devices) => {
        const { totalW, chargingW } = leastPower(devices);
        if (devices.chargePoints === 0) {
          expect(chargingW).toBe('unlimited');
          return;
        }
        expect(chargingW).toBeLessThanOrEqual(totalW + 1e-6);
        const withOneMore = leastPower({ ...devices, chargePoints: devices.chargePoints + 1 });
        expect(withOneMore.chargingW).toBeGreaterThanOrEqual(Number(chargingW));
        expect(leastPower({ ...devices, mode: 'ems' }).totalW).toBeLessThanOrEqual(
          leastPower({ ...devices, mode: 'direct' }).totalW + 1e-6,
        );
      }),
    );
  });
});

describe('a dimming of what hangs below a circuit', () => {
  const site = siteOf({
    circuits: [circuitOf('grid', 63), circuitOf('row', 32)],
    stations: [
      stationOf('A', { circuitId: 'row', evses: [acEvse(), acEvse({ id: 2 })] }),
      // 16 A of one phase are 3.68 kW; 6 A of three 4.14 kW; 20 A of one 4.6 kW.
      stationOf('B', { phases: ['L1'], evses: [acEvse({ phases: ['L1'], currentMaxA: 16 })] }),
      stationOf('C', { evses: [acEvse({ currentMaxA: 6 })] }),
      stationOf('D', { evses: [acEvse({ phases: ['L2'], currentMaxA: 20 }), dcEvse({ id: 2, powerMaxW: 20_000 })] }),
    ],
  });
  const below = (circuitId: string) =>
    leastPowerBelow(site, indexSite(site), { circuitId, section14a: { mode: 'ems' } });

  it('counts the charge points above 4.2 kW there, and no others', () => {
    expect(below('grid').chargePoints).toBe(4);
    expect(below('row').chargePoints).toBe(2);
  });

  it('counts a DC outlet by what it draws from the grid', () => {
    const outlet = (powerMaxW: number) => {
      const other = siteOf({ stations: [stationOf('A', { evses: [dcEvse({ powerMaxW, efficiency: 0.9 })] })] });
      return leastPowerBelow(other, indexSite(other), { circuitId: 'grid', section14a: { mode: 'ems' } }).chargePoints;
    };
    expect([outlet(3_700), outlet(3_800)]).toEqual([0, 1]);
  });
});
