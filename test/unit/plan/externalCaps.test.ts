import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optimize } from '../../../optimizer/index.js';
import { guidanceFrom } from '../../../src/plan/guidance.js';
import { planSite, type SitePlan } from '../../../src/plan/plan.js';
import { scheduleProblem } from '../../../src/plan/schedule.js';
import type { ChargingSchedule } from '../../../src/site/chargingProfile.js';
import type { ChargingLimitSource } from '../../../src/site/externalLimit.js';
import { limitAt } from '../../../src/site/limitSteps.js';
import type { SiteModel, Station } from '../../../src/site/model.js';
import { acEvse, circuitOf, dcEvse, HOUR_MS, MINUTE_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

/** A car at every EVSE of these stations. */
function charging(stations: readonly Station[], limitA = 100): SiteLife {
  const life = new SiteLife(siteOf({ stations, circuits: [circuitOf('grid', limitA)] }));
  let transactionId = 0;
  for (const { id, failsafeA, evses } of stations) {
    life.commission(id, failsafeA);
    for (const { id: evseId } of evses) life.start(id, ++transactionId, { evseId });
  }
  return life.wait(MINUTE_MS);
}

interface Said extends Partial<ChargingSchedule> {
  readonly limit?: number;
  readonly evseId?: number;
  readonly source?: ChargingLimitSource;
  readonly stationId?: string;
}

function limit(life: SiteLife, said: Said): SiteLife {
  const { limit: most = 10, evseId = 1, source = 'SO', stationId = 'A', rateUnit = 'A', startMs = life.nowMs } = said;
  const { durationS, periods = [{ startPeriodS: 0, limit: most }] } = said;
  const schedule = { startMs, rateUnit, periods, ...(durationS === undefined ? {} : { durationS }) };
  return life.take({ type: 'externalLimitNotified', stationId, limit: { evseId, source, schedule } });
}

const planOf = (life: SiteLife) => planSite(life.state, [], life.nowMs);

/** What each session is to have at an instant. */
const desired = (plan: SitePlan, atMs = plan.computedAtMs) =>
  plan.sessions.map((session) => limitAt(session.desired, atMs));

const two = (more: Partial<Station> = {}) => stationOf('A', { evses: [acEvse(), acEvse({ id: 2 })], ...more });

describe('a limit that a station is given by others', () => {
  it('is the most that its car is planned with, and says so', () => {
    const plan = planOf(limit(charging([stationOf('A')]), { limit: 10 }));
    expect(desired(plan)).toEqual([10]);
    expect(plan.violations).toEqual([]);
    expect(plan.sessions[0]?.limitedBy[0]).toEqual({ by: 'externalLimit', source: 'SO', scope: 'evse', limitA: 10 });
  });

  it('in watts is that much of what the outlet gives', () => {
    expect(desired(planOf(limit(charging([stationOf('A')]), { rateUnit: 'W', limit: 6_900 })))).toEqual([10]);
    const dc = charging([stationOf('A', { failsafeA: 0, evses: [dcEvse({ efficiency: 1 })] })]);
    expect(desired(planOf(limit(dc, { rateUnit: 'W', limit: 6_900 })))).toEqual([10]);
    // Amperes of a DC outlet: only its station knows what they are worth.
    expect(desired(planOf(limit(dc, { source: 'EMS', limit: 5 })))).toEqual([10]);
    const onePhase = limit(charging([stationOf('A')]), {
      rateUnit: 'W',
      periods: [{ startPeriodS: 0, limit: 2_300, numberPhases: 1 }],
    });
    expect(desired(planOf(onePhase))).toEqual([10]);
  });

  it('counts as the lowest of all sources', () => {
    const life = charging([stationOf('A')]);
    limit(limit(life, { limit: 12, source: 'EMS' }), { limit: 9, source: 'CSO' });
    const plan = planOf(life);
    expect(desired(plan)).toEqual([9]);
    expect(plan.sessions[0]?.limitedBy[0]).toMatchObject({ source: 'CSO', limitA: 9 });
  });

  it('is a pause, where it is less than a car can charge with, and though a failsafe is kept', () => {
    const plan = planOf(limit(charging([stationOf('A')]), { limit: 4 }));
    expect(desired(plan)).toEqual([0]);
    expect(plan.sessions[0]?.limitedBy[0]).toMatchObject({ by: 'externalLimit', limitA: 0 });
  });

  it('lets others have what it leaves, and reserves no less by itself', () => {
    const life = charging([stationOf('A'), stationOf('B')], 40);
    const mayA = () => ['A', 'B'].map((id) => life.mayA(id));
    const before = mayA();
    expect(desired(planOf(life))).toEqual([20, 20]);
    limit(life, { limit: 10 });
    expect(desired(planOf(life))).toEqual([10, 30]);
    expect(mayA()).toEqual(before);
  });

  it('holds from its beginning to its end', () => {
    const life = charging([stationOf('A')]);
    const startMs = life.nowMs + 7 * MINUTE_MS;
    const periods = [
      { startPeriodS: 0, limit: 12 },
      { startPeriodS: 600, limit: 8 },
    ];
    const plan = planOf(limit(life, { startMs, durationS: 1_200, periods }));
    const at = (minutes: number) => desired(plan, startMs + minutes * MINUTE_MS)[0];
    expect([-0.1, 0, 9.9, 10, 19.9, 20].map(at)).toEqual([32, 12, 12, 8, 8, 32]);
    expect(desired(planOf(life.wait(HOUR_MS)))).toEqual([32]);
  });

  it('without a schedule limits nothing', () => {
    const life = charging([stationOf('A')]);
    const before = planOf(life);
    life.take({ type: 'externalLimitNotified', stationId: 'A', limit: { evseId: 1, source: 'SO' } });
    expect(planOf(life)).toEqual(before);
  });

  it('of a whole station is divided among its cars', () => {
    const life = limit(charging([two()]), { evseId: 0, limit: 20 });
    const plan = planOf(life);
    expect(desired(plan)).toEqual([10, 10]);
    expect(plan.sessions[1]?.limitedBy[0]).toEqual({ by: 'externalLimit', source: 'SO', scope: 'station', limitA: 10 });
    limit(life, { evseId: 2, limit: 7, source: 'EMS' });
    expect(desired(planOf(life))).toEqual([13, 7]);
    expect(desired(planOf(limit(life, { evseId: 0, rateUnit: 'W', limit: 690 * 12 })))).toEqual([6, 6]);
  });

  it('of a whole station that is too little for both is had in turns', () => {
    const life = limit(charging([two()]), { evseId: 0, limit: 8 });
    const plan = planOf(life);
    for (const fromMs of plan.boundariesMs.slice(0, -1)) expect(desired(plan, fromMs).toSorted()).toEqual([0, 8]);
    const had = plan.boundariesMs.slice(0, -1).map((fromMs) => desired(plan, fromMs)[0]);
    expect(new Set(had)).toEqual(new Set([0, 8]));
  });

  it('is in the longer schedule too', () => {
    const life = limit(charging([stationOf('A')]), { limit: 10, durationS: 3_600 });
    life.take({
      type: 'needsPut',
      sessionId: 'A-1',
      needs: { energyWh: 20_000, departureMs: life.nowMs + 8 * HOUR_MS },
    });
    const made = scheduleProblem({ state: life.state, windows: [], failsafes: new Map(), nowMs: life.nowMs });
    const { problem } = made;
    const mostA = problem.sessions[0]?.currentMaxA;
    expect(problem.boundariesMs).toContain(life.nowMs + HOUR_MS);
    problem.boundariesMs.slice(0, -1).forEach((fromMs, slot) => {
      expect(typeof mostA === 'number' ? mostA : mostA?.[slot]).toBe(fromMs < life.nowMs + HOUR_MS ? 10 : 32);
    });
    const schedule = guidanceFrom(made, optimize(problem));
    if (schedule === 'refused') throw new Error('an answer to another problem');
    const { currentA = [], limitedBy = [] } = schedule.sessions.get('A-1') ?? {};
    const [first] = problem.boundariesMs.map((_, slot) => slot).filter((slot) => currentA[slot] === 10);
    expect(limitedBy[first ?? -1]).toEqual({ by: 'externalLimit', source: 'SO', scope: 'evse', limitA: 10 });
  });

  const limits = fc.array(
    fc.record({
      stationId: fc.constantFrom('A', 'B'),
      evseId: fc.integer({ min: 0, max: 2 }),
      source: fc.constantFrom<ChargingLimitSource>('EMS', 'SO', 'CSO', 'Other'),
      limit: fc.integer({ min: 0, max: 80 }),
      startsInMin: fc.integer({ min: -30, max: 90 }),
      lastsMin: fc.integer({ min: 1, max: 90 }),
    }),
    { maxLength: 5 },
  );

  it('is never planned above, at any instant, by any car or all of a station', () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 30, max: 100 }), (said, gridA) => {
        const life = charging([two(), stationOf('B', { evses: [acEvse(), acEvse({ id: 2, phases: ['L2'] })] })], gridA);
        const spans = said.map((one) => ({ ...one, startMs: life.nowMs + one.startsInMin * MINUTE_MS }));
        for (const { startsInMin: _in, lastsMin, ...one } of spans) limit(life, { ...one, durationS: lastsMin * 60 });
        const inForce = spans.filter(
          (one, index) =>
            !spans.some(
              (later, at) =>
                at > index &&
                later.stationId === one.stationId &&
                later.evseId === one.evseId &&
                later.source === one.source,
            ),
        );
        const plan = planOf(life);
        expect(plan.violations).toEqual([]);
        for (const { stationId, evseId, limit: mostA, startMs, lastsMin } of inForce) {
          for (let atMs = Math.max(startMs, life.nowMs); atMs < startMs + lastsMin * MINUTE_MS; atMs += MINUTE_MS) {
            const of = plan.sessions.filter(
              (session) => session.stationId === stationId && (evseId === 0 || session.evseId === evseId),
            );
            const sumA = of.reduce((sum, session) => {
              const limitA = limitAt(session.desired, atMs);
              return sum + (limitA === 'ended' ? 0 : limitA);
            }, 0);
            // One car of B is on L2 alone, where the other is too: the sum of both is what flows there.
            expect(sumA).toBeLessThanOrEqual(mostA + 1e-6);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('changes nothing where it is above what there is anyway', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 24, max: 64 }),
        fc.integer({ min: 0, max: 40 }),
        fc.boolean(),
        (gridA, overA, isAll) => {
          const site: Partial<SiteModel> = { circuits: [circuitOf('grid', gridA)] };
          const life = charging([two(), stationOf('B')], site.circuits?.[0]?.limitA.L1 ?? gridA);
          const before = planOf(life);
          // Its EVSEs can give 32 A each, and no car has more than the grid connection.
          const most = (isAll ? 2 : 1) * Math.min(32, gridA) + overA;
          limit(life, { evseId: isAll ? 0 : 1, limit: most });
          const after = planOf(life);
          expect(after.boundariesMs).toEqual(before.boundariesMs);
          expect(after.sessions.map(({ desired: steps, limitedBy }) => [steps, limitedBy])).toEqual(
            before.sessions.map(({ desired: steps, limitedBy }) => [steps, limitedBy]),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
