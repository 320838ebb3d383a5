import { shareFairly } from '../../optimizer/index.js';
import type { LimitWindow } from '../site/capacity.js';
import { limitAt } from '../site/limitSteps.js';
import type { SiteState } from '../site/state.js';
import { desiredFailsafes } from './failsafe.js';
import type { PlannedSession, SitePlan } from './plan.js';
import { siteProblem } from './problem.js';

const NOW_SLOT_MS = 60_000;

/**
 * The quick rhythm: the plan in force, lowered so that every circuit is within its limit now. It never raises anything and never
 * waits for the planner, which runs next and may give back.
 */
export function balanceSite(
  state: SiteState,
  windows: readonly LimitWindow[],
  plan: SitePlan,
  nowMs: number,
): SitePlan {
  const failsafes = desiredFailsafes(state, windows, nowMs);
  const boundariesMs = [nowMs, nowMs + NOW_SLOT_MS];
  const { problem, sessions } = siteProblem({ state, windows, failsafes, boundariesMs, nowMs, capToVehicle: false });
  const planned = new Map(plan.sessions.map((session) => [session.sessionId, session]));
  const heldA = problem.sessions.map((session) => {
    const desired = planned.get(session.id)?.desired;
    const limitA = desired === undefined ? 0 : limitAt(desired, nowMs);
    return limitA === 'ended' ? 0 : limitA;
  });
  const held = problem.sessions.map((session, index) => {
    const max = typeof session.currentMaxA === 'number' ? session.currentMaxA : (session.currentMaxA[0] ?? 0);
    const capA = Math.min(max, heldA[index] ?? 0);
    return { ...session, currentMaxA: capA < session.currentMinA ? 0 : capA };
  });
  const rotation = {
    timeLimitMs: 0,
    elapsedMs: () => 1,
    minOnMs: state.site.rotationS * 1000,
    minOffMs: state.site.rotationS * 1000,
  };
  const cut = shareFairly({ ...problem, sessions: held }, rotation);
  const caps = new Map(
    sessions.map(({ transaction, at }, index) => {
      const failsafe = failsafes.get(at.station.id);
      const floorA = failsafe === undefined ? 0 : limitAt(failsafe, nowMs);
      const capA = Math.max(cut.currentA[index]?.[0] ?? 0, floorA === 'ended' ? 0 : floorA);
      return [transaction.sessionId, { capA, limitedBy: cut.limitedBy[index]?.[0] }] as const;
    }),
  );
  return { ...plan, failsafes, sessions: plan.sessions.map((session) => capped(session, caps.get(session.sessionId))) };
}

function capped(
  session: PlannedSession,
  cap: { readonly capA: number; readonly limitedBy: PlannedSession['limitedBy'][number] | undefined } | undefined,
): PlannedSession {
  if (cap === undefined) return session;
  const steps = session.desired.steps.map((step) => ({ ...step, limitA: Math.min(step.limitA, cap.capA) }));
  if (steps.every((step, index) => step.limitA === session.desired.steps[index]?.limitA)) return session;
  const limitedBy = cap.limitedBy === undefined ? session.limitedBy : [cap.limitedBy, ...session.limitedBy.slice(1)];
  return { ...session, limitedBy, desired: { ...session.desired, steps } };
}
