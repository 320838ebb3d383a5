import { extremeFailsafeA } from '../site/failsafeHours.js';
import { constantSteps } from '../site/limitSteps.js';
import { evsesOfSite } from '../site/sites.js';
import type { SiteState } from '../site/state.js';
import type { SitePlan } from './plan.js';

const LASTS_MS = 7_200_000;

/**
 * Where no plan can be made, through a mistake of ours: every car is brought down to the failsafe of its station. Of one that has
 * several by the hour, to the least: what could go wrong is not reckoned with again.
 */
export function fallbackPlan(state: SiteState, nowMs: number): SitePlan {
  const boundariesMs = [nowMs, nowMs + LASTS_MS];
  const sessions = [...evsesOfSite(state)].flatMap(({ station, evse, evseState: { transaction } }) =>
    transaction === null
      ? []
      : [
          {
            sessionId: transaction.sessionId,
            stationId: station.id,
            evseId: evse.id,
            transactionId: transaction.transactionId,
            currentA: [extremeFailsafeA(station, 'least')],
            limitedBy: [{ by: 'minimumCurrent' } as const],
            desired: constantSteps(extremeFailsafeA(station, 'least'), nowMs, nowMs + LASTS_MS),
          },
        ],
  );
  return {
    computedAtMs: nowMs,
    boundariesMs,
    sessions,
    failsafes: new Map(
      state.site.stations.map((station) => [station.id, constantSteps(extremeFailsafeA(station, 'least'), 0)]),
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
