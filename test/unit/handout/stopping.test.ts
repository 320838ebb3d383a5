import { describe, expect, it } from 'vitest';
import type { HandOutAction } from '../../../src/handout/handOut.js';
import { ampere, circuitOf, MINUTE_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';
import { charging, oneCircuit, pass } from './passes.js';

const SAMPLE_MS = 10_000;
/** Of its being told again and again. */
const PATIENCE_MS = 60_000;

const stops = (life: SiteLife) =>
  pass(life, { A: 0, B: 0 }).actions.filter(
    (action): action is HandOutAction & { type: 'stop' } => action.type === 'stop',
  );

const meter = (life: SiteLife, stationId: string, currentA: number) =>
  life.meter(stationId, { currentA: ampere(currentA, 0, 0) });

/** A holds 8 A and draws this much, B draws what it may; sampled for as long. */
function overdrawing(drawnA: number, { limitA = 20, otherA = 6, forMs = 90_000 } = {}): SiteLife {
  const life = charging(oneCircuit(limitA));
  life.give('A', 8);
  life.give('B', otherA);
  life.wait(MINUTE_MS);
  for (let passed = 0; passed <= forMs; passed += SAMPLE_MS) {
    meter(life, 'A', drawnA);
    meter(life, 'B', otherA);
    if (passed < forMs) life.wait(SAMPLE_MS);
  }
  return life;
}

const disobeysForMs = (life: SiteLife) => life.nowMs - (life.at('A').evseState.disobeysSinceMs ?? life.nowMs);

describe('a transaction', () => {
  it('is ended when its car has not come down for a minute and its circuit is over its limit by what is measured', () => {
    const life = overdrawing(25);
    expect(life.at('A').evseState.disobeys).toBe(true);
    expect(stops(life)).toEqual([{ type: 'stop', stationId: 'A', evseId: 1, transactionId: 1 }]);
  });

  it('is not ended before that minute is over', () => {
    const early = overdrawing(25, { forMs: 20_000 });
    const leftMs = PATIENCE_MS - disobeysForMs(early);
    expect(leftMs).toBeGreaterThan(0);
    meter(early.wait(leftMs - 1), 'A', 25);
    meter(early, 'B', 6);
    expect(stops(early)).toEqual([]);
    expect(stops(early.wait(1))).toHaveLength(1);
  });

  it('is not ended while its circuit carries it, though it disobeys and is counted at its hardware', () => {
    const life = overdrawing(12);
    expect(life.at('A').evseState.disobeys).toBe(true);
    expect(pass(life, { A: 0, B: 0 }).excess).not.toEqual([]);
    expect(stops(life)).toEqual([]);
  });

  it('is not ended for an ampere of meters that differ, and is for more', () => {
    expect(stops(overdrawing(14.9))).toEqual([]);
    expect(stops(overdrawing(15.1))).toHaveLength(1);
  });

  it('is ended where nothing is measured any more: what its hardware can is then all that is known', () => {
    const life = overdrawing(12);
    expect(stops(life.wait(29_000))).toEqual([]);
    expect(stops(life.wait(2_000))).toHaveLength(1);
  });

  it('is not ended for what a station may draw that nobody was seen to charge at', () => {
    const life = new SiteLife(oneCircuit(20)).commission('A', 0).start('A', 1).wait(MINUTE_MS);
    life.give('A', 8);
    life.wait(MINUTE_MS);
    for (let passed = 0; passed < 3 * MINUTE_MS; passed += SAMPLE_MS) {
      expect(stops(meter(life.wait(SAMPLE_MS), 'A', 12))).toEqual([]);
    }
    expect(life.at('A').evseState.disobeys).toBe(true);
    expect(life.mayA('B')).toBe(32);
    // It came, and a car charges there: no more is known of it than what it may draw.
    life.connect('B').start('B', 2);
    expect(stops(meter(life.wait(SAMPLE_MS), 'A', 12))).toHaveLength(1);
  });

  it('of a car that obeys is never ended, whatever else overloads its circuit', () => {
    const life = charging(oneCircuit(20));
    life.give('A', 8);
    life.give('B', 12);
    for (let passed = 0; passed < 5 * MINUTE_MS; passed += SAMPLE_MS) {
      meter(life, 'A', 8);
      meter(life, 'B', 12);
      life.meterCircuit('grid', ampere(60, 0, 0));
      expect(stops(life.wait(SAMPLE_MS))).toEqual([]);
    }
    expect(pass(life, { A: 8, B: 12 }).excess).not.toEqual([]);
  });

  it('of a station that takes no limit at all is ended too, for what it is seen to draw, and not for what it may', () => {
    const life = new SiteLife(oneCircuit(20)).commission('B', 0);
    const failsafe = { kind: 'failsafe' } as const;
    // It says that it took it, and nothing shows that it did.
    const comes = () => life.connect('A').answer('A', failsafe, life.intend('A', failsafe, 0), 'accepted');
    comes().start('A', 1).start('B', 2).give('B', 6);
    const wait = (drawnA: number, forMs: number) => {
      for (let passed = 0; passed < forMs; passed += SAMPLE_MS) {
        expect(stops(life)).toEqual([]);
        meter(life.wait(SAMPLE_MS), 'A', drawnA);
      }
    };
    expect(life.mayA('A')).toBe(32);
    expect(stops(life.wait(2 * PATIENCE_MS))).toEqual([]);
    wait(10, 2 * PATIENCE_MS);
    expect(stops(meter(life.wait(SAMPLE_MS), 'A', 32))).toEqual([
      { type: 'stop', stationId: 'A', evseId: 1, transactionId: 1 },
    ]);
    life.disconnect('A');
    comes();
    wait(32, PATIENCE_MS - SAMPLE_MS);
    expect(stops(meter(life.wait(SAMPLE_MS), 'A', 32))).toHaveLength(1);
  });

  it('is ended on another phase for nothing', () => {
    const site = siteOf({
      circuits: [circuitOf('grid', ampere(20, 20, 20))],
      stations: [stationOf('A', { failsafeA: 0, phases: ['L1'] }), stationOf('B', { failsafeA: 0, phases: ['L2'] })],
    });
    const life = charging(site);
    life.give('A', 8);
    life.give('B', 20);
    life.wait(MINUTE_MS);
    for (let passed = 0; passed < 90_000; passed += SAMPLE_MS) {
      meter(life, 'A', 12);
      life.meter('B', { currentA: ampere(0, 20, 0) }).wait(SAMPLE_MS);
    }
    // L2 is full, and A draws from L1.
    expect(life.at('A').evseState.disobeys).toBe(true);
    expect(stops(life)).toEqual([]);
  });

  it('that was asked to end is asked again only after another minute', () => {
    const life = overdrawing(25);
    life.take({ type: 'stopAsked', stationId: 'A', evseId: 1, transactionId: 1, answer: 'Rejected' });
    const sample = () => {
      meter(life, 'A', 25);
      meter(life, 'B', 6);
    };
    for (let passed = 0; passed < PATIENCE_MS - SAMPLE_MS; passed += SAMPLE_MS) {
      life.wait(SAMPLE_MS);
      sample();
      expect(stops(life)).toEqual([]);
    }
    expect(stops(life.wait(SAMPLE_MS - 1))).toEqual([]);
    expect(stops(life.wait(1))).toHaveLength(1);
  });

  it('is not asked to end while its station is away, or busy with a message', () => {
    const life = overdrawing(25);
    expect(pass(life, { A: 0, B: 0 }, { busy: ['A'] }).actions.filter(({ type }) => type === 'stop')).toEqual([]);
    expect(stops(life.disconnect('A'))).toEqual([]);
  });

  it('that follows one that was ended has its own minute', () => {
    const life = overdrawing(25).end('A', 1).wait(1_000).start('A', 2);
    const beganMs = life.nowMs;
    while (life.nowMs - beganMs < PATIENCE_MS - SAMPLE_MS) {
      meter(life.wait(SAMPLE_MS), 'A', 25);
      meter(life, 'B', 6);
      expect(stops(life)).toEqual([]);
    }
    meter(life.wait(2 * SAMPLE_MS), 'A', 25);
    expect(stops(life).map(({ transactionId }) => transactionId)).toEqual([2]);
  });
});
