import { describe, expect, it } from 'vitest';
import { shareFairly } from '../../../optimizer/index.js';
import { planView } from '../../../src/control/planView.js';
import { sessionViews, type ViewContext } from '../../../src/control/views.js';
import { desiredFailsafes } from '../../../src/plan/failsafe.js';
import { guidanceFrom, type Schedule } from '../../../src/plan/guidance.js';
import { planSite } from '../../../src/plan/plan.js';
import { FREE, type PricesOver } from '../../../src/plan/prices.js';
import { scheduleProblem } from '../../../src/plan/schedule.js';
import type { SessionNeeds } from '../../../src/site/model.js';
import { circuitOf, HOUR_MS, MINUTE_MS, NOON_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

const departureMs = NOON_MS + 4 * HOUR_MS;

function charging(needs: SessionNeeds = {}): SiteLife {
  const stations = ['A', 'B'].map((id) => stationOf(id, { phases: ['L1'], failsafeA: 0 }));
  const life = new SiteLife(siteOf({ stations, circuits: [circuitOf('grid', 20)] }));
  life.commission('A', 0).start('A', 1).commission('B', 0).start('B', 2).wait(MINUTE_MS);
  return life.take({ type: 'needsPut', sessionId: 'A-1', needs });
}

function scheduled(life: SiteLife, prices = FREE): Schedule {
  const failsafes = desiredFailsafes(life.state, [], life.nowMs);
  const made = scheduleProblem({ state: life.state, windows: [], failsafes, nowMs: life.nowMs, prices });
  const schedule = guidanceFrom(made, shareFairly(made.problem));
  if (schedule === 'refused') throw new Error('refused');
  return schedule;
}

const near = (life: SiteLife) => planSite(life.state, [], life.nowMs);

describe('the plan that is shown', () => {
  it('is the near plan alone while there is no schedule', () => {
    const life = charging();
    const plan = near(life);
    const view = planView('depot', plan, undefined);
    expect(view.boundariesMs).toEqual(plan.boundariesMs);
    expect(view.sessions[0]?.currentA).toEqual(plan.sessions[0]?.currentA);
    expect(view).toMatchObject({ gap: plan.gap, lowerBound: plan.lowerBound, cost: plan.cost, schedule: null });
    expect(planView('depot', undefined, undefined)).toMatchObject({ computedAtMs: null, boundariesMs: [], gap: null });
  });

  it('goes on with the schedule where the near plan ends, to the end of the night, and has its figures', () => {
    const life = charging({ energyWh: 20_000, departureMs });
    const schedule = scheduled(life);
    life.wait(7 * MINUTE_MS);
    const plan = near(life);
    const view = planView('depot', plan, schedule);
    const slots = view.boundariesMs.length - 1;
    expect([...new Set(view.boundariesMs)].sort((a, b) => a - b)).toEqual(view.boundariesMs);
    expect(view.boundariesMs.at(-1)).toBe(schedule.boundariesMs.at(-1));
    const nearSlots = plan.boundariesMs.length - 1;
    for (const [index, { sessionId, currentA, limitedBy }] of view.sessions.entries()) {
      expect([currentA.length, limitedBy.length]).toEqual([slots, slots]);
      expect(currentA.slice(0, nearSlots)).toEqual(plan.sessions[index]?.currentA);
      expect(currentA.slice(nearSlots)).toEqual(schedule.sessions.get(sessionId)?.currentA.slice(nearSlots - slots));
    }
    for (const { limitA, loadA } of view.circuits)
      for (const phase of ['L1', 'L2', 'L3'] as const)
        expect([limitA[phase].length, loadA[phase].length]).toEqual([slots, slots]);
    expect(view).toMatchObject({
      cost: schedule.cost,
      gap: schedule.gap,
      lowerBound: schedule.lowerBound,
      relaxedGap: schedule.relaxedGap,
      schedule: { computedAtMs: schedule.computedAtMs, fromMs: plan.boundariesMs.at(-1), status: schedule.status },
    });
  });

  it('has the price of each of its slots, and what peaks cost', () => {
    const life = charging({ energyWh: 20_000, departureMs });
    // Each slot costs what hour it begins in.
    const prices: PricesOver = (boundariesMs) => ({
      energyPricePerKwh: boundariesMs.slice(0, -1).map((ms) => new Date(ms).getUTCHours()),
      demandCharges: [{ circuitId: 'grid', pricePerKw: 27, peakSoFarKw: 5, windowMs: HOUR_MS, slots: [4, 8] }],
      known: { currency: 'SEK', from: 'fallback', publishedUntilMs: NOON_MS + 12 * HOUR_MS },
    });
    const schedule = scheduled(life, prices);
    life.wait(7 * MINUTE_MS);
    const view = planView('depot', near(life), schedule);
    expect(view.prices?.energyPricePerKwh).toEqual(
      view.boundariesMs.slice(0, -1).map((ms) => new Date(ms).getUTCHours()),
    );
    expect(view.prices).toMatchObject({ currency: 'SEK', from: 'fallback', publishedUntilMs: NOON_MS + 12 * HOUR_MS });
    expect(view.prices?.demandCharges).toEqual([
      {
        circuitId: 'grid',
        pricePerKw: 27,
        peakSoFarKw: 5,
        windowMs: HOUR_MS,
        fromMs: NOON_MS + HOUR_MS,
        toMs: NOON_MS + 2 * HOUR_MS,
      },
    ]);
    expect(planView('depot', near(life), undefined).prices).toBeNull();
  });

  it('gives a car that came after the schedule was made no more than the near plan', () => {
    const life = charging();
    const schedule = scheduled(life);
    life.end('B', 2).start('B', 3).wait(MINUTE_MS);
    const view = planView('depot', near(life), schedule);
    const late = view.sessions.find(({ sessionId }) => sessionId === 'B-3');
    expect(late?.currentA.at(-1)).toBe(0);
    expect(late?.limitedBy.at(-1)).toBeNull();
  });
});

describe('whether a car will be ready', () => {
  const viewOf = (life: SiteLife, schedule: Schedule | undefined) => {
    const context: ViewContext = {
      state: life.state,
      plan: undefined,
      schedule,
      handedOut: undefined,
      windows: [],
      nowMs: life.nowMs,
    };
    return sessionViews(context).find(({ sessionId }) => sessionId === 'A-1');
  };

  it('is yes where the schedule has all it wants by its departure', () => {
    const life = charging({ energyWh: 5_000, departureMs });
    expect(viewOf(life, scheduled(life))).toMatchObject({ plannedEnergyWh: 5_000, shortfallWh: 0, onTime: true });
  });

  it('is no where it does not, and says how much will be missing', () => {
    const life = charging({ energyWh: 30_000, departureMs });
    const view = viewOf(life, scheduled(life));
    expect(view?.onTime).toBe(false);
    expect(view?.plannedEnergyWh).toBeGreaterThan(8_000);
    expect((view?.plannedEnergyWh ?? 0) + (view?.shortfallWh ?? 0)).toBe(30_000);
  });

  it('counts what it has got meanwhile', () => {
    const life = charging({ energyWh: 5_000, departureMs });
    const schedule = scheduled(life);
    life.wait(HOUR_MS).meter('A', { currentA: 30, energyWh: 7_000 });
    expect(viewOf(life, schedule)).toMatchObject({ energyWh: 6_000, plannedEnergyWh: 6_000, onTime: true });
  });

  it('is not said where it is not known: no energy stated, no departure, other needs by now, no schedule', () => {
    const unknown = { plannedEnergyWh: null, shortfallWh: null, onTime: null };
    const silent = charging({ departureMs });
    expect(viewOf(silent, scheduled(silent))).toMatchObject(unknown);
    const life = charging({ energyWh: 5_000, departureMs });
    const schedule = scheduled(life);
    expect(viewOf(life, undefined)).toMatchObject(unknown);
    life.take({ type: 'needsPut', sessionId: 'A-1', needs: { energyWh: 6_000, departureMs } });
    expect(viewOf(life, schedule)).toMatchObject(unknown);
    const stays = charging({ energyWh: 5_000 });
    expect(viewOf(stays, scheduled(stays))).toMatchObject({ plannedEnergyWh: 5_000, shortfallWh: 0, onTime: null });
  });
});
