import { describe, expect, it } from 'vitest';
import { limitAt } from '../../../src/site/limitSteps.js';
import { acEvse, circuitOf, HOUR_MS, MINUTE_MS, SiteLife, siteOf, stationOf, stepsOf } from '../../support/builders.js';
import { charging, oneCircuit, pass, sends, short } from './passes.js';

describe('the first message on each connection', () => {
  it('is the failsafe, and nothing else until it is answered', () => {
    const life = new SiteLife(oneCircuit(32, ['A'])).connect('A').start('A', 1);
    expect(short(life, pass(life, { A: 16 }))).toEqual(['A failsafe 0']);
    expect(pass(life, { A: 16 }, { busy: ['A'] }).actions).toEqual([]);
  });

  it('is the failsafe again after a reconnect, though it was confirmed before', () => {
    const life = charging(oneCircuit(32, ['A']));
    life.give('A', 16);
    life.disconnect('A').connect('A');
    expect(short(life, pass(life, { A: 16 }))).toEqual(['A failsafe 0']);
  });

  it('waits a moment for a station that may yet say that it booted', () => {
    const life = new SiteLife(oneCircuit(32, ['A'])).commission('A', 0).disconnect('A').connect('A', { boots: false });
    expect(pass(life, {}).actions).toEqual([]);
    expect(pass(life, {}).wakeAtMs).toBeLessThanOrEqual(life.nowMs + 1_500);
    expect(short(life.wait(1_500), pass(life, {}))).toEqual(['A failsafe 0']);
  });

  it('goes to no station whose boot was not accepted', () => {
    const life = new SiteLife(oneCircuit(32, ['A'])).connect('A', { boots: false }).wait(HOUR_MS);
    expect(pass(life, {}).actions).toEqual([]);
  });

  it('does not raise the failsafe where others still may draw the room', () => {
    const site = oneCircuit(20);
    const life = charging(site);
    life.give('B', 20);
    life.disconnect('A').connect('A');
    // The failsafe of A may rise to 6 A; B is to come down for it, and has not yet.
    expect(short(life, pass(life, { A: 6, B: 14 }, { failsafes: { A: 6 } }))).toEqual(['A failsafe 0', 'B lower 14']);
  });

  it('is whatever the owner set where the station may have none: any limit is a lowering then', () => {
    const life = new SiteLife(oneCircuit(20, ['A'])).connect('A');
    expect(short(life, pass(life, {}, { failsafes: { A: 6 } }))).toEqual(['A failsafe 6']);
  });
});

describe('a change of failsafes', () => {
  it('that rises waits for room, and that falls does not', () => {
    const life = charging(oneCircuit(20));
    life.give('A', 0);
    life.give('B', 20);
    expect(short(life.wait(MINUTE_MS), pass(life, { A: 0, B: 20 }, { failsafes: { A: 6 } }))).toEqual([]);
    const low = charging(siteOf({ circuits: [circuitOf('grid', 20)], stations: [stationOf('A'), stationOf('B')] }));
    low.give('A', 6);
    low.give('B', 14);
    expect(short(low.wait(MINUTE_MS), pass(low, { A: 6, B: 14 }, { failsafes: { A: 0 } }))).toEqual(['A lower 0']);
  });

  it('that falls now and rises later falls now, though there is no room later', () => {
    const life = charging(
      siteOf({
        circuits: [circuitOf('grid', 20)],
        stations: [stationOf('A', { phases: ['L1'] }), stationOf('B', { phases: ['L1'], failsafeA: 0 })],
      }),
    );
    life.give('A', 6);
    life.give(
      'B',
      stepsOf(
        [
          [life.nowMs, 14],
          [life.nowMs + 20 * MINUTE_MS, 14],
        ],
        life.nowMs + 30 * MINUTE_MS,
      ),
    );
    life.wait(MINUTE_MS);
    const laterMs = life.nowMs + 10 * MINUTE_MS;
    const [sent] = sends(
      pass(
        life,
        { A: 6, B: 14 },
        {
          failsafes: {
            A: stepsOf(
              [
                [life.nowMs, 0],
                [laterMs, 16],
              ],
              'forever',
            ),
          },
        },
      ),
    ).filter(({ slot }) => slot.kind === 'failsafe');
    expect(sent).toMatchObject({ stationId: 'A', purpose: 'lower' });
    expect(sent === undefined ? undefined : [limitAt(sent.limits, life.nowMs), limitAt(sent.limits, laterMs)]).toEqual([
      0, 6,
    ]);
  });

  it('is checked between the instants at which anything else changes, too', () => {
    const life = charging(oneCircuit(20));
    const untilMs = life.nowMs + 30 * MINUTE_MS;
    life.give('B', stepsOf([[life.nowMs, 20]], untilMs));
    life.wait(MINUTE_MS);
    const wanted = (riseMs: number) => ({
      failsafes: {
        A: stepsOf(
          [
            [0, 0],
            [riseMs, 6],
          ],
          'forever',
        ),
      },
    });
    expect(short(life, pass(life, { B: 20 }, wanted(untilMs - MINUTE_MS)))).toEqual([]);
    expect(short(life, pass(life, { B: 20 }, wanted(untilMs + MINUTE_MS)))).toEqual(['A raise 0']);
  });

  it('of a station with two EVSEs needs the room twice', () => {
    const evses = [acEvse({ phases: ['L1'] }), acEvse({ id: 2, phases: ['L1'] })];
    for (const [limitA, expected] of [
      [23, []],
      [24, ['A raise 6']],
    ] as const) {
      const site = siteOf({
        circuits: [circuitOf('grid', limitA)],
        stations: [stationOf('A', { evses, failsafeA: 0 }), stationOf('B', { phases: ['L1'], failsafeA: 0 })],
      });
      const life = charging(site);
      life.end('A', 1).wait(MINUTE_MS);
      life.give('B', 12);
      life.wait(MINUTE_MS);
      expect(short(life, pass(life, { B: 12 }, { failsafes: { A: 6 } }))).toEqual(expected);
    }
  });

  it('has no more steps than the station can hold, and one while that is not known', () => {
    for (const [maxPeriods, most] of [
      ['unknown', 1],
      [1, 1],
      [2, 2],
      [24, 3],
    ] as const) {
      const life = charging(siteOf({ stations: [stationOf('A')] }));
      life.take({ type: 'capabilitiesRead', stationId: 'A', capabilities: { maxPeriods } });
      life.give('A', 6);
      const window = stepsOf(
        [
          [0, 6],
          [life.nowMs + HOUR_MS, 0],
          [life.nowMs + 2 * HOUR_MS, 6],
        ],
        'forever',
      );
      const [sent] = sends(pass(life, { A: 6 }, { failsafes: { A: window } }));
      expect(sent?.limits.steps).toHaveLength(most);
      for (const atMs of [life.nowMs + 90 * MINUTE_MS])
        expect(sent === undefined ? 99 : limitAt(sent.limits, atMs)).toBe(0);
    }
  });

  it('is not sent again while it is the same', () => {
    const life = charging(siteOf({ stations: [stationOf('A')] }));
    life.give('A', 6);
    expect(sends(pass(life.wait(MINUTE_MS), { A: 6 }))).toEqual([]);
  });
});
