import { describe, expect, it } from 'vitest';
import { shareFairly } from '../../../../optimizer/index.js';
import type { ViewContext } from '../../../../src/control/views.js';
import { type ReasonHistory, withSeen } from '../../../../src/control/why/reasonHistory.js';
import { sessionWhyView } from '../../../../src/control/why/sessionWhy.js';
import { desiredFailsafes } from '../../../../src/plan/failsafe.js';
import { guidanceFrom, type Schedule } from '../../../../src/plan/guidance.js';
import { planSite } from '../../../../src/plan/plan.js';
import { FREE } from '../../../../src/plan/prices.js';
import { scheduleProblem } from '../../../../src/plan/schedule.js';
import {
  ampere,
  circuitOf,
  HOUR_MS,
  MINUTE_MS,
  NOON_MS,
  SiteLife,
  siteOf,
  stationOf,
} from '../../../support/builders.js';

const stations = ['A', 'B'].map((id) => stationOf(id, { phases: ['L1'], failsafeA: 0 }));

function charging(gridA = 20): SiteLife {
  const life = new SiteLife(siteOf({ stations, circuits: [circuitOf('grid', gridA)] }));
  return life.commission('A', 0).start('A', 1).commission('B', 0).start('B', 2).wait(MINUTE_MS);
}

function view(life: SiteLife, more: Partial<ViewContext> = {}, history?: ReasonHistory) {
  const at = life.at('A');
  const { transaction } = at.evseState;
  if (transaction === null) throw new Error('no transaction');
  const context: ViewContext = {
    state: life.state,
    plan: planSite(life.state, [], life.nowMs, more.schedule),
    schedule: undefined,
    handedOut: undefined,
    windows: [],
    nowMs: life.nowMs,
    ...more,
  };
  return sessionWhyView(context, at, transaction, history);
}

function scheduled(life: SiteLife): Schedule {
  const failsafes = desiredFailsafes(life.state, [], life.nowMs);
  const made = scheduleProblem({ state: life.state, windows: [], failsafes, nowMs: life.nowMs, prices: FREE });
  const schedule = guidanceFrom(made, shareFairly(made.problem));
  if (schedule === 'refused') throw new Error('refused');
  return schedule;
}

describe('why a session gets what it gets', () => {
  it('now: what it is told, may draw and takes, and what holds it back', () => {
    const life = charging();
    life.give('A', 10);
    life.give('B', 10);
    life.meter('A', { currentA: ampere(9.8, 0, 0) });
    expect(view(life)).toMatchObject({
      siteId: 'depot',
      sessionId: 'A-1',
      transactionId: 1,
      stationId: 'A',
      evseId: 1,
      atMs: life.nowMs,
      now: {
        limitA: 10,
        mayDrawA: 10,
        currentA: ampere(9.8, 0, 0),
        limitedBy: { by: 'circuit', circuitId: 'grid', phase: 'L1' },
        sentence: 'Is offered 10 A and takes 9.8 A: grid is full on L1.',
      },
      past: [],
      sinceMs: null,
    });
  });

  it('now: an obstacle comes before what was planned', () => {
    const life = charging();
    life.give('A', 10);
    expect(view(life.disconnect('A')).now).toMatchObject({
      limitedBy: { by: 'station', reason: 'offline' },
      sentence: 'The station is offline: 10 A are kept free for it.',
    });
  });

  it('now: says how much is free where a car waits for the least that it needs', () => {
    const life = charging(10);
    life.give('B', 10);
    const { now } = view(life, { plan: { ...planSite(life.state, [], life.nowMs), sessions: [waiting(life)] } });
    expect(now.sentence).toBe('Is offered nothing: nothing is free, and a car needs 6 A.');
    const light = charging(10);
    light.give('B', 7);
    const plan = { ...planSite(light.state, [], light.nowMs), sessions: [waiting(light)] };
    expect(view(light, { plan }).now.sentence).toBe('Is offered nothing: only 3 A are free, and a car needs 6 A.');
  });

  it('ahead: one entry as long as reason and current stay, from now on and without gaps', () => {
    const life = charging();
    const plan = planSite(life.state, [], life.nowMs);
    life.wait(7 * MINUTE_MS);
    const { ahead } = view(life, { plan });
    expect(ahead).toEqual([
      {
        fromMs: life.nowMs,
        toMs: plan.boundariesMs.at(-1),
        currentA: 10,
        limitedBy: { by: 'circuit', circuitId: 'grid', phase: 'L1' },
        source: 'plan',
        sentence: 'Will be offered 10 A: grid will be full on L1.',
      },
    ]);
  });

  it('ahead: goes on with the schedule to the end of the night', () => {
    const life = charging();
    const needs = { energyWh: 9_200, departureMs: NOON_MS + 8 * HOUR_MS };
    life.take({ type: 'needsPut', sessionId: 'A-1', needs });
    const schedule = scheduled(life);
    const { ahead } = view(life, { schedule });
    expect(ahead[0]?.fromMs).toBe(life.nowMs);
    expect(ahead.at(-1)?.toMs).toBe(schedule.boundariesMs.at(-1));
    for (const [index, { fromMs }] of ahead.entries()) if (index > 0) expect(fromMs).toBe(ahead[index - 1]?.toMs);
    const sources = ahead.map(({ source }) => source);
    expect(sources.indexOf('schedule')).toBeGreaterThan(0);
    expect(sources.lastIndexOf('plan')).toBe(sources.indexOf('schedule') - 1);
    expect(ahead.some(({ limitedBy }) => limitedBy?.by === 'energy')).toBe(true);
    expect(ahead.at(-1)?.limitedBy).toEqual({ by: 'absent' });
    // A session that came after the schedule was made is in it nowhere.
    const others = { ...schedule, sessions: new Map() };
    expect(view(life, { schedule: others }).ahead.at(-1)).toMatchObject({ currentA: 0, limitedBy: null });
  });

  it('ahead: nothing before it is planned', () => {
    expect(view(charging(), { plan: undefined }).ahead).toEqual([]);
  });

  it('past: each reason until the next, the last until now', () => {
    const life = charging();
    let history = withSeen(undefined, { limitedBy: null, limitA: 0 }, NOON_MS);
    history = withSeen(history, { limitedBy: { by: 'price' }, limitA: 0 }, NOON_MS + 31_000);
    history = withSeen(history, { limitedBy: { by: 'evse' }, limitA: 16 }, NOON_MS + 50_000);
    expect(view(life, {}, history)).toMatchObject({
      sinceMs: NOON_MS,
      past: [
        {
          fromMs: NOON_MS,
          toMs: NOON_MS + 31_000,
          limitMinA: 0,
          limitMaxA: 0,
          limitedBy: null,
          sentence: 'Was offered nothing: its share was being worked out.',
        },
        {
          fromMs: NOON_MS + 31_000,
          toMs: NOON_MS + 50_000,
          sentence: 'Was offered nothing: it waited for a cheaper hour.',
        },
        {
          fromMs: NOON_MS + 50_000,
          toMs: life.nowMs,
          sentence: 'Was offered 16 A: the station could give no more.',
        },
      ],
    });
  });
});

function waiting(life: SiteLife) {
  const [first] = planSite(life.state, [], life.nowMs).sessions.filter(({ sessionId }) => sessionId === 'A-1');
  if (first === undefined) throw new Error('not planned');
  const limitedBy = first.limitedBy.map(() => ({ by: 'minimumCurrent' }) as const);
  return { ...first, limitedBy, desired: { steps: [{ fromMs: life.nowMs, limitA: 0 }], untilMs: 'forever' as const } };
}
