import { expect, test } from 'vitest';
import { SimulatedSite, Ticker } from '../../../src/simulator/index.js';
import { ManualClock } from './manualClock.js';

const all = (currentA: number) => ({ L1: currentA, L2: currentA, L3: currentA });

function newSite(draws: { readonly a: readonly number[]; readonly b: readonly number[] }) {
  const clock = new ManualClock();
  const site = new SimulatedSite({
    clock,
    ticker: new Ticker(clock, 1000),
    circuits: [
      { id: 'grid', limitA: all(40) },
      { id: 'row', parentId: 'grid', limitA: all(25) },
    ],
    stations: [
      { station: { currentA: () => draws.a }, circuitId: 'row', evses: [{ id: 1, phases: ['L2', 'L3', 'L1'] }] },
      { station: { currentA: () => draws.b }, circuitId: 'grid', evses: [{ id: 1, phases: ['L3'] }] },
    ],
    buildingLoadA: { grid: (nowMs) => all(nowMs % 2 === 0 ? 5 : 6), row: all(1) },
  });
  return { clock, site };
}

test('adds up what flows by the phase that each terminal is wired to, on every circuit up to the grid', () => {
  const { site } = newSite({ a: [10, 20, 0], b: [7] });
  expect(site.loadA('row')).toEqual({ L1: 1, L2: 11, L3: 21 });
  expect(site.loadA('grid')).toEqual({ L1: 6, L2: 16, L3: 33 });
});

test('finds how long a phase was above its limit, and by how much', () => {
  const draws = { a: [0, 0, 0] as readonly number[], b: [0] as readonly number[] };
  const { clock, site } = newSite(draws);
  site.start();
  clock.advance(5_000);
  expect(site.excessSpans()).toEqual([]);
  draws.a = [30, 0, 0];
  clock.advance(3_000);
  draws.a = [27, 0, 0];
  clock.advance(2_000);
  draws.a = [20, 0, 0];
  clock.advance(1_000);
  site.stop();
  clock.advance(10_000);
  expect(site.excessSpans()).toEqual([
    expect.objectContaining({ circuitId: 'row', phase: 'L2', durationMs: 5_000, excessMaxA: 6, ongoing: false }),
  ]);
  expect(site.history('row', 'L2').at(-1)).toMatchObject({ loadA: 21, limitA: 25 });
});

test('finds how long a cabinet took more power than it may, though none of its phases was full', () => {
  const draws = { a: [10, 10, 10] as readonly number[] };
  const clock = new ManualClock();
  const site = new SimulatedSite({
    clock,
    ticker: new Ticker(clock, 1000),
    circuits: [{ id: 'cabinet', limitA: all(100), powerLimitW: 10_000 }],
    stations: [
      { station: { currentA: () => draws.a }, circuitId: 'cabinet', evses: [{ id: 1, phases: ['L1', 'L2', 'L3'] }] },
    ],
  });
  site.start();
  clock.advance(2_000);
  expect(site.loadW('cabinet')).toBe(6_900);
  draws.a = [15, 15, 15];
  clock.advance(3_000);
  draws.a = [14, 14, 14];
  clock.advance(1_000);
  expect(site.excessSpans()).toEqual([]);
  expect(site.powerExcessSpans()).toEqual([
    expect.objectContaining({ circuitId: 'cabinet', durationMs: 3_000, excessMaxW: 350, ongoing: false }),
  ]);
});

test('a limit that drops makes an excess from that instant, still going on until it is met', () => {
  const { clock, site } = newSite({ a: [20, 20, 20], b: [0] });
  site.start();
  clock.advance(1_500);
  site.setLimit('row', all(10));
  clock.advance(2_000);
  expect(site.excessSpans()).toHaveLength(3);
  expect(site.excessSpans()[0]).toMatchObject({ ongoing: true, durationMs: 1_500, excessMaxA: 11 });
});

test('refuses circuits that form a cycle, and circuits it does not have', () => {
  const circuits = [
    { id: 'a', parentId: 'b', limitA: all(1) },
    { id: 'b', parentId: 'a', limitA: all(1) },
  ];
  expect(() => new SimulatedSite({ circuits, stations: [] })).toThrow('form a cycle');
  const { site } = newSite({ a: [], b: [] });
  expect(() => site.loadA('nowhere')).toThrow('no circuit nowhere');
});
