import { describe, expect, it } from 'vitest';
import { vehicleScheduleReply } from '../../../src/control/vehicleSchedule.js';
import type { ChargingPeriod } from '../../../src/site/chargingProfile.js';
import { constantSteps, type LimitSteps } from '../../../src/site/limitSteps.js';
import { HOUR_MS, MINUTE_MS, NOON_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';
import { SeededRandom } from '../../support/seededRandom.js';

/** A transaction that was given these limits. */
function given(limits: LimitSteps): SiteLife {
  const life = new SiteLife(siteOf({ stations: [stationOf('A')] }));
  life.commission('A');
  life.start('A', 'tx');
  life.give('A', limits, 'confirmed', 1);
  return life;
}

function reply(life: SiteLife, periods: readonly ChargingPeriod[], rateUnit: 'A' | 'W' = 'A', startMs = life.nowMs) {
  return vehicleScheduleReply(
    { type: 'vehicleSchedule', evseId: 1, schedule: { startMs, rateUnit, periods } },
    { state: life.state, stationId: 'A', nowMs: life.nowMs, random: new SeededRandom(1) },
  );
}

const SIXTEEN = constantSteps(16, NOON_MS, NOON_MS + 4 * HOUR_MS);
const FALLING: LimitSteps = {
  steps: [
    { fromMs: NOON_MS, limitA: 16 },
    { fromMs: NOON_MS + HOUR_MS, limitA: 8 },
  ],
  untilMs: NOON_MS + 4 * HOUR_MS,
};
const flat = (limit: number, numberPhases?: number): ChargingPeriod[] => [
  { startPeriodS: 0, limit, ...(numberPhases === undefined ? {} : { numberPhases }) },
];
const falling = (atS: number): ChargingPeriod[] => [
  { startPeriodS: 0, limit: 16 },
  { startPeriodS: atS, limit: 8 },
];

describe('how a car means to charge (OCPP 2.0.1 K15.FR.11, FR.12)', () => {
  it.each<[string, LimitSteps, readonly ChargingPeriod[], 'A' | 'W', 'Accepted' | 'Rejected']>([
    ['what it was given', SIXTEEN, flat(16), 'A', 'Accepted'],
    ['less', SIXTEEN, flat(6), 'A', 'Accepted'],
    ['more', SIXTEEN, flat(17), 'A', 'Rejected'],
    ['the same in watts, rounded', SIXTEEN, flat(11_045), 'W', 'Accepted'],
    ['more in watts', SIXTEEN, flat(12_000), 'W', 'Rejected'],
    ['as many watts on one phase', SIXTEEN, flat(11_040, 1), 'W', 'Rejected'],
    ['more later', SIXTEEN, [...flat(10), { startPeriodS: 1_800, limit: 20 }], 'A', 'Rejected'],
    ['a fall with its own', FALLING, falling(3_600), 'A', 'Accepted'],
    ['a fall within what clocks differ', FALLING, falling(3_603), 'A', 'Accepted'],
    ['a fall too late', FALLING, falling(4_000), 'A', 'Rejected'],
    ['no fall', FALLING, flat(16), 'A', 'Rejected'],
  ])('%s', (_what, limits, periods, rateUnit, status) => {
    const life = given(limits);
    life.nowMs = NOON_MS + MINUTE_MS;
    const { response, events, anomaly } = reply(life, periods, rateUnit, NOON_MS);
    expect(response).toEqual({ status });
    expect(events.map(({ type }) => type)).toEqual(status === 'Rejected' ? ['vehicleScheduleRefused'] : []);
    expect(anomaly?.kind).toBe(status === 'Rejected' ? 'scheduleExceeds' : undefined);
  });

  it('what is over already, and what comes after the end of its profile, is not judged', () => {
    const life = given(SIXTEEN);
    life.nowMs = NOON_MS + HOUR_MS;
    const past = [
      { startPeriodS: 0, limit: 32 },
      { startPeriodS: 600, limit: 16 },
      { startPeriodS: 5 * 3_600, limit: 32 },
    ];
    expect(reply(life, past, 'A', NOON_MS).response).toEqual({ status: 'Accepted' });
  });

  it('is asked for anew five times in a transaction, and refused ever after', () => {
    const life = given(SIXTEEN);
    const asked = Array.from({ length: 7 }, () => {
      const { events, response } = reply(life, flat(32));
      expect(response).toEqual({ status: 'Rejected' });
      for (const event of events) life.take(event);
      return events.length;
    });
    expect(asked).toEqual([1, 1, 1, 1, 1, 0, 0]);
  });

  it('without a limit that can be calculated with it is accepted; at an unknown EVSE it is not', () => {
    const life = given(SIXTEEN);
    const context = { state: life.state, stationId: 'A', nowMs: life.nowMs, random: new SeededRandom(1) };
    const answer = (evseId: number) => vehicleScheduleReply({ type: 'vehicleSchedule', evseId }, context).response;
    expect([answer(1), answer(9)]).toEqual([{ status: 'Accepted' }, { status: 'Rejected' }]);
    expect(reply(life, []).response).toEqual({ status: 'Accepted' });
  });
});
