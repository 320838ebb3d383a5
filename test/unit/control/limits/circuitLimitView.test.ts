import { describe, expect, it } from 'vitest';
import { circuitLimitView } from '../../../../src/control/limits/circuitLimitView.js';
import { siteView } from '../../../../src/control/views.js';
import { expandLimits } from '../../../../src/plan/limitWindows.js';
import { planSite } from '../../../../src/plan/plan.js';
import type { CapacityLimit } from '../../../../src/site/model.js';
import { ampere, circuitOf, HOUR_MS, NOON_MS, SiteLife, siteOf, stationOf } from '../../../support/builders.js';

const limitOf = (limitId: string, more: Partial<CapacityLimit>): CapacityLimit => ({
  limitId,
  circuitId: 'grid',
  fromMs: NOON_MS - HOUR_MS,
  toMs: 'open',
  source: 'owner',
  ...more,
});
const site = siteOf({ circuits: [circuitOf('grid', 63, { powerLimitW: 40_000 })] });

function seen(limits: readonly CapacityLimit[], life = new SiteLife(site)) {
  const [circuit] = life.state.site.circuits;
  if (circuit === undefined) throw new Error('no circuit');
  const windows = expandLimits(limits, life.state.site.timeZone, life.nowMs, life.nowMs + 48 * HOUR_MS);
  return circuitLimitView(life.state, circuit, windows, life.nowMs);
}

describe('what is in force on a circuit', () => {
  it('is its own rating, for good, where there is nothing else', () => {
    expect(seen([])).toEqual({
      now: { limitA: ampere(63), powerLimitW: 40_000 },
      inForce: [
        {
          limitId: null,
          source: 'circuit',
          limitA: ampere(63),
          powerLimitW: 40_000,
          fromMs: null,
          untilMs: null,
          binding: ['L1', 'L2', 'L3', 'power'],
        },
      ],
      next: null,
    });
  });

  it('names each limit, why and until when it holds, and where it is the one that does', () => {
    const { now, inForce } = seen([
      limitOf('kitchen', { limitA: ampere(40, 63, 70), toMs: NOON_MS + HOUR_MS, reason: 'The kitchen is busy.' }),
      limitOf('storm.0', {
        powerLimitW: 30_000,
        chargingPowerLimitW: 8_000,
        source: 'grid-operator',
        eventId: 'storm',
      }),
    ]);
    expect(now).toEqual({ limitA: ampere(40, 63, 63), powerLimitW: 30_000, chargingPowerLimitW: 8_000 });
    expect(inForce.map(({ limitId, binding }) => [limitId, binding])).toEqual([
      [null, ['L2', 'L3']],
      ['kitchen', ['L1', 'L2']],
      ['storm.0', ['power', 'chargingPower']],
    ]);
    expect(inForce[1]).toMatchObject({
      fromMs: NOON_MS - HOUR_MS,
      untilMs: NOON_MS + HOUR_MS,
      reason: 'The kitchen is busy.',
    });
    expect(inForce[2]).toMatchObject({ untilMs: null, source: 'grid-operator', eventId: 'storm' });
  });

  it('shows a dimming as what it leaves the cars, by the stations there are', () => {
    const dimming = limitOf('dimming', { section14a: { mode: 'ems' }, source: 'grid-operator' });
    const life = new SiteLife({ ...site, stations: ['A', 'B', 'C'].map((id) => stationOf(id)) });
    expect(seen([dimming], life).inForce[1]).toMatchObject({ chargingPowerLimitW: 10_500, binding: ['chargingPower'] });
  });

  it('holds until the end of its last occurrence that follows without a break', () => {
    const hourly = limitOf('hourly', {
      limitA: ampere(20),
      fromMs: NOON_MS - 24 * HOUR_MS,
      toMs: NOON_MS - 23 * HOUR_MS,
      recurrence: 'FREQ=DAILY;BYHOUR=12,13,14;BYMINUTE=0',
    });
    // 12:00 to 15:00 in Stockholm; NOON_MS is 13:00 there, when the second of three begins.
    expect(seen([hourly]).inForce[1]).toMatchObject({ fromMs: NOON_MS, untilMs: NOON_MS + 2 * HOUR_MS });
  });

  it('leaves out what has ended, or begins later', () => {
    const { inForce } = seen([
      limitOf('over', { limitA: ampere(1), toMs: NOON_MS }),
      limitOf('later', { limitA: ampere(1), fromMs: NOON_MS + 1 }),
    ]);
    expect(inForce).toHaveLength(1);
  });
});

describe('the next change', () => {
  it('is when the circuit is limited to something else, and says to what and by which limits', () => {
    const { next } = seen([
      limitOf('a', { limitA: ampere(40), toMs: NOON_MS + 2 * HOUR_MS }),
      limitOf('b', { limitA: ampere(30), fromMs: NOON_MS + 2 * HOUR_MS, toMs: NOON_MS + 3 * HOUR_MS }),
    ]);
    expect(next).toEqual({
      atMs: NOON_MS + 2 * HOUR_MS,
      limitA: ampere(30),
      powerLimitW: 40_000,
      begins: ['b'],
      ends: ['a'],
    });
  });

  it('passes over what changes nothing: a looser limit, or one that goes on', () => {
    const { next } = seen([
      limitOf('tight', { limitA: ampere(20), toMs: NOON_MS + 5 * HOUR_MS }),
      limitOf('loose', { limitA: ampere(40), fromMs: NOON_MS + HOUR_MS, toMs: NOON_MS + 2 * HOUR_MS }),
    ]);
    expect(next).toMatchObject({ atMs: NOON_MS + 5 * HOUR_MS, begins: [], ends: ['tight'] });
  });
});

describe('the state of a site under a limit on the charging', () => {
  const charging = (limits: readonly CapacityLimit[]) => {
    const life = new SiteLife(siteOf({ circuits: [circuitOf('grid', 63, { baseLoadMaxA: ampere(20) })] }));
    life.commission('A').commission('B').start('A', 1).wait(60_000);
    life.give('A', 16);
    const windows = expandLimits(limits, 'UTC', life.nowMs, life.nowMs + HOUR_MS);
    const plan = planSite(life.state, windows, life.nowMs);
    return siteView({
      state: life.state,
      plan,
      schedule: undefined,
      handedOut: undefined,
      windows,
      nowMs: life.nowMs,
    });
  };

  it('sets what the cars may draw against it, the building left aside', () => {
    // 16 A and a failsafe of 6 A, on three phases of 230 V.
    const { circuits, protection } = charging([limitOf('cap', { chargingPowerLimitW: 20_000 })]);
    expect(circuits[0]).toMatchObject({ chargingPowerLimitW: 20_000, reservedChargingW: 15_180 });
    expect(circuits[0]).not.toHaveProperty('powerLimitW');
    expect(protection).toEqual({ status: 'protected' });
  });

  it('is unprotected while they may draw more, by the worse of the two powers', () => {
    const cap = limitOf('cap', { chargingPowerLimitW: 10_000 });
    expect(charging([cap]).protection).toEqual({
      status: 'unprotected',
      excess: [{ circuitId: 'grid', excessW: 5_180 }],
    });
    // The building adds 13,800 W.
    expect(charging([cap, limitOf('all', { powerLimitW: 20_000 })]).protection).toEqual({
      status: 'unprotected',
      excess: [{ circuitId: 'grid', excessW: 8_980 }],
    });
  });
});
