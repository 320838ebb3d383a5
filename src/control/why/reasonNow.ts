import type { PlannedSession } from '../../plan/plan.js';
import { vehicleCapA } from '../../plan/sessions.js';
import { controlObstacle } from '../../site/controlObstacle.js';
import { limitAt } from '../../site/limitSteps.js';
import { type EvseInSite, toldLimitA } from '../../site/mayDraw.js';
import type { LimitedBy } from '../limitedBy.js';

/** Less than this apart, what is told is what was planned. */
const AS_PLANNED_A = 0.6;

/** Why the car at an EVSE gets no more right now. `planned`: its session in the plan in force, where that has it. */
export function reasonNow(at: EvseInSite, planned: PlannedSession | undefined, nowMs: number): LimitedBy | null {
  const obstacle = controlObstacle(at, nowMs);
  switch (obstacle) {
    case 'neverSeen':
    case 'offline':
      return { by: 'station', reason: 'offline' };
    case 'disobeys':
      return { by: 'station', reason: 'disobeys' };
    case 'refuses':
      return { by: 'station', reason: 'refuses' };
    case 'notAccepted':
    case 'unauthorized':
      return { by: 'station', reason: 'unconfirmed' };
    case 'gone':
      return { by: 'absent' };
    case 'none':
      break;
  }
  if (planned === undefined) return null;
  const first = planned.limitedBy[0] ?? null;
  const desiredA = limitAt(planned.desired, nowMs);
  const toldA = toldLimitA(at, nowMs);
  if (desiredA !== 'ended' && toldA < desiredA - AS_PLANNED_A) return { by: 'handOut' };
  // A car that takes less than it is offered is held back by nobody else.
  const capA = vehicleCapA(at);
  if (capA !== 'unknown' && toldA > 0 && capA <= toldA + AS_PLANNED_A) return { by: 'vehicle' };
  return first;
}
