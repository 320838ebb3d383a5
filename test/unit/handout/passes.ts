import { lessonsOf } from '../../../src/handout/forms.js';
import { type HandOutAction, type HandOutResult, handOut } from '../../../src/handout/handOut.js';
import type { PlannedSession, SitePlan } from '../../../src/plan/plan.js';
import type { LimitWindow } from '../../../src/site/capacity.js';
import type { SiteEvent } from '../../../src/site/events.js';
import { constantSteps, type LimitSteps, limitAt } from '../../../src/site/limitSteps.js';
import type { SiteModel } from '../../../src/site/model.js';
import { evsesOfSite } from '../../../src/site/sites.js';
import { circuitOf, HOUR_MS, MINUTE_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

export type Send = HandOutAction & { type: 'send' };

/** By station, or by station and EVSE as "A/2". */
export interface Wanted {
  readonly [stationId: string]: number | LimitSteps;
}

/** A plan that wants just this; failsafes as configured unless said otherwise. */
function planFor(life: SiteLife, wanted: Wanted, failsafes: Wanted = {}): SitePlan {
  const steps = (limits: number | LimitSteps, untilMs: number | 'forever') =>
    typeof limits === 'number' ? constantSteps(limits, life.nowMs, untilMs) : limits;
  const sessions: PlannedSession[] = [];
  for (const { station, evse, evseState } of evsesOfSite(life.state)) {
    const { transaction } = evseState;
    const limits = wanted[evse.id === 1 ? station.id : `${station.id}/${evse.id}`];
    if (transaction === null || limits === undefined) continue;
    sessions.push({
      sessionId: transaction.sessionId,
      stationId: station.id,
      evseId: evse.id,
      transactionId: transaction.transactionId,
      currentA: [],
      limitedBy: [],
      desired: steps(limits, life.nowMs + 4 * HOUR_MS),
    });
  }
  return {
    computedAtMs: life.nowMs,
    boundariesMs: [life.nowMs, life.nowMs + 4 * HOUR_MS],
    sessions,
    failsafes: new Map(
      life.state.site.stations.map(({ id, failsafeA }) => [id, steps(failsafes[id] ?? failsafeA, 'forever')]),
    ),
    circuits: [],
    baseLoads: [],
    cost: { energy: 0, demand: 0, shortfall: 0, total: 0 },
    lowerBound: 0,
    gap: 0,
    relaxedGap: 0,
    violations: [],
  };
}

export function pass(
  life: SiteLife,
  wanted: Wanted,
  more: { failsafes?: Wanted; windows?: readonly LimitWindow[]; busy?: readonly string[] } = {},
): HandOutResult {
  return handOut({
    state: life.state,
    windows: more.windows ?? [],
    plan: planFor(life, wanted, more.failsafes),
    nowMs: life.nowMs,
    busy: new Set(more.busy ?? []),
  });
}

export const sends = (result: HandOutResult) =>
  result.actions.filter((action): action is Send => action.type === 'send');
export const short = (life: SiteLife, result: HandOutResult) =>
  sends(result).map(({ stationId, purpose, limits }) => `${stationId} ${purpose} ${limitAt(limits, life.nowMs)}`);

export const oneCircuit = (limitA: number, ids = ['A', 'B']): SiteModel =>
  siteOf({
    circuits: [circuitOf('grid', limitA)],
    stations: ids.map((id) => stationOf(id, { failsafeA: 0, phases: ['L1'] })),
  });

/** Every station with its failsafe confirmed, able to hold schedules, and charging. */
export function charging(site: SiteModel): SiteLife {
  const life = new SiteLife(site);
  site.stations.forEach(({ id, failsafeA }, index) => {
    life.commission(id, failsafeA);
    life.take({ type: 'capabilitiesRead', stationId: id, capabilities: { maxPeriods: 24 } });
    life.start(id, index + 1);
  });
  return life.wait(MINUTE_MS);
}

let attempts = 0;

type Answer = 'confirmed' | 'accepted' | 'refused' | 'unknown';

/** What was decided is to leave, in its form. */
export function intend(life: SiteLife, { stationId, slot, limits, form }: Send): Intent {
  const attemptId = `p${++attempts}`;
  const events: readonly SiteEvent[] = [{ type: 'profileIntended', stationId, attemptId, slot, limits, form }];
  life.take(...events);
  return { attemptId, events };
}

export interface Intent {
  readonly attemptId: string;
  readonly events: readonly SiteEvent[];
}

/** This becomes of it; what an acceptance teaches is learned first. */
export function answer(life: SiteLife, { stationId, slot, form, forms }: Send, attemptId: string, how: Answer): void {
  const at = life.at(stationId, slot.kind === 'failsafe' ? undefined : slot.evseId);
  const before = slot.kind === 'failsafe' ? at.stationState.failsafe : at.evseState.txProfile;
  const isTaken = how === 'confirmed' || how === 'accepted';
  for (const quirk of isTaken ? lessonsOf(form, forms, before) : [])
    life.take({ type: 'quirkLearned', stationId, quirk, evidence: 'seen' });
  life.answer(stationId, slot, attemptId, how === 'confirmed' ? 'accepted' : how);
  if (how === 'confirmed') life.verify(stationId, slot, attemptId);
}

export function carryOut(life: SiteLife, action: Send, how: Answer = 'confirmed'): Send {
  answer(life, action, intend(life, action).attemptId, how);
  return action;
}

/** The only message for a station in a pass. */
export function sent(result: HandOutResult, stationId = 'A'): Send {
  const [action, ...others] = sends(result).filter((send) => send.stationId === stationId);
  if (action === undefined || others.length > 0) throw new Error(`not one message for ${stationId}`);
  return action;
}
