import { type HandOutAction, type HandOutResult, handOut } from '../../../src/handout/handOut.js';
import type { PlannedSession, SitePlan } from '../../../src/plan/plan.js';
import type { LimitWindow } from '../../../src/site/capacity.js';
import { constantSteps, type LimitSteps, limitAt } from '../../../src/site/limitSteps.js';
import type { SiteModel } from '../../../src/site/model.js';
import { circuitOf, HOUR_MS, MINUTE_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

type Send = HandOutAction & { type: 'send' };

export interface Wanted {
  readonly [stationId: string]: number | LimitSteps;
}

/** A plan that wants just this; failsafes as configured unless said otherwise. */
function planFor(life: SiteLife, wanted: Wanted, failsafes: Wanted = {}): SitePlan {
  const steps = (limits: number | LimitSteps, untilMs: number | 'forever') =>
    typeof limits === 'number' ? constantSteps(limits, life.nowMs, untilMs) : limits;
  const sessions: PlannedSession[] = [];
  for (const station of life.state.site.stations) {
    const transaction = life.at(station.id).evseState.transaction;
    const limits = wanted[station.id];
    if (transaction === null || limits === undefined) continue;
    sessions.push({
      sessionId: transaction.sessionId,
      stationId: station.id,
      evseId: 1,
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
