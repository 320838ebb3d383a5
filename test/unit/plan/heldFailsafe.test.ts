import { describe, expect, it } from 'vitest';
import { desiredFailsafes } from '../../../src/plan/failsafe.js';
import { expandLimits } from '../../../src/plan/limitWindows.js';
import { type LimitSteps, limitAt, sameSteps } from '../../../src/site/limitSteps.js';
import type { CapacityLimit } from '../../../src/site/model.js';
import { ampere, HOUR_MS, MINUTE_MS, NOON_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

const DAY_MS = 24 * HOUR_MS;
const IDS = ['A', 'B'];

const EVENINGS: CapacityLimit = {
  limitId: 'evenings',
  circuitId: 'grid',
  limitA: ampere(6),
  fromMs: NOON_MS + 4 * HOUR_MS,
  toMs: NOON_MS + 7 * HOUR_MS,
  recurrence: 'FREQ=DAILY',
  source: 'owner',
};

/** Two stations of 6 A each, and by night 10 A, under a limit of 6 A in the evening. */
function site(): SiteLife {
  const night = { from: '22:00', to: '05:00', limitA: 10 } as const;
  const stations = IDS.map((id) => stationOf(id, { phases: ['L1'], failsafeHours: [night] }));
  const life = new SiteLife(siteOf({ timeZone: 'UTC', stations })).take({ type: 'limitPut', limit: EVENINGS });
  for (const id of IDS) life.commission(id);
  return life;
}

function desired(life: SiteLife): ReadonlyMap<string, LimitSteps> {
  const windows = expandLimits(life.state.limits.values(), 'UTC', life.nowMs, life.nowMs + 50 * HOUR_MS);
  return desiredFailsafes(life.state, windows, life.nowMs);
}

/** As the hand-out would: what differs from what a station holds is sent, taken and confirmed. Answers how many were sent. */
function handOut(life: SiteLife): number {
  let sent = 0;
  for (const [id, limits] of desired(life)) {
    const held = life.station(id).failsafe.candidates.at(-1);
    if (held !== undefined && sameSteps(held.limits, limits, life.nowMs)) continue;
    const attemptId = life.intend(id, { kind: 'failsafe' }, limits);
    life.answer(id, { kind: 'failsafe' }, attemptId, 'accepted').verify(id, { kind: 'failsafe' }, attemptId);
    sent += 1;
  }
  return sent;
}

function sumAt(life: SiteLife, atMs: number): number {
  return IDS.reduce((sum, id) => {
    const limits = life.station(id).failsafe.candidates.at(-1)?.limits;
    const heldA = limits === undefined ? 'ended' : limitAt(limits, atMs);
    return sum + (heldA === 'ended' ? 0 : heldA);
  }, 0);
}

describe('what repeats, once stations hold it', () => {
  it('is not written again in two weeks', () => {
    const life = site();
    expect(handOut(life)).toBe(2);
    let sent = 0;
    for (let asked = 0; asked < 14 * 24 * 3; asked += 1) sent += handOut(life.wait(20 * MINUTE_MS));
    expect(sent).toBe(0);
  });

  it('is lowered for half an hour by a building load that nobody foresaw, and then held again', () => {
    // Not at noon: then what is told for once is told for another day.
    const life = site().wait(HOUR_MS);
    handOut(life);
    life.meterCircuit('grid', ampere(60, 0, 0));
    expect(handOut(life)).toBe(2);
    expect(sumAt(life, life.nowMs + MINUTE_MS)).toBe(0);
    expect(sumAt(life, life.nowMs + 40 * MINUTE_MS)).toBe(12);
    // The evening is kept meanwhile, and without us after two days the least holds, which is nothing.
    expect(sumAt(life, EVENINGS.fromMs + HOUR_MS)).toBe(6);
    expect(sumAt(life, NOON_MS + 4 * DAY_MS)).toBe(0);
    life.wait(10 * MINUTE_MS).meterCircuit('grid', 0);
    expect(handOut(life)).toBe(0);
    life.wait(25 * MINUTE_MS).meterCircuit('grid', 0);
    expect(handOut(life)).toBe(2);
    expect(sumAt(life, NOON_MS + 4 * DAY_MS)).toBe(12);
    expect(sumAt(life, NOON_MS + 4 * DAY_MS + 12 * HOUR_MS)).toBe(20);
  });
});
