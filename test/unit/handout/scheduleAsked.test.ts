import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../support/builders.js';
import { charging, oneCircuit, pass, short } from './passes.js';

describe('a car that asks for a schedule (OCPP 2.0.1 K15)', () => {
  it('is sent one once, be it the one it has', () => {
    const life = charging(oneCircuit(60, ['A']));
    life.give('A', 16);
    life.wait(MINUTE_MS);
    expect(short(life, pass(life, { A: 16 }))).toEqual([]);
    life.take({ type: 'vehicleNeedsTold', stationId: 'A', evseId: 1, needs: { energyWh: 5_000 } });
    expect(short(life.wait(1_000), pass(life, { A: 16 }))).toEqual(['A first 16']);
    life.give('A', 16);
    expect(short(life.wait(1_000), pass(life, { A: 16 }))).toEqual([]);
  });

  it('gets no more than there is room for', () => {
    const life = charging(oneCircuit(20));
    life.give('A', 10);
    life.give('B', 10);
    life.wait(MINUTE_MS);
    life.take({ type: 'vehicleNeedsTold', stationId: 'A', evseId: 1, needs: {} });
    expect(short(life.wait(1_000), pass(life, { A: 20, B: 10 }))).toEqual(['A first 10']);
  });
});
