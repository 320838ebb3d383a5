import type { Schedule } from '../plan/guidance.js';
import { expandLimits } from '../plan/limitWindows.js';
import { planSite } from '../plan/plan.js';
import type { SiteEvent } from '../site/events.js';
import { Problem } from '../site/problem.js';
import { reduce } from '../site/reduce.js';
import type { SiteState } from '../site/state.js';
import { checkLimit } from './limits/checkLimit.js';
import { planView } from './planView.js';
import type { PlanView } from './service.js';
import type { Supposed, SupposedSession } from './supposed.js';

interface Now {
  readonly nowMs: number;
  /** What guides the cars that are there. */
  readonly schedule: Schedule | undefined;
}

/** Limits beyond the near plan do not matter to it. */
const WINDOWS_AHEAD_MS = 3 * 3_600_000;
const CONNECTION_ID = 'dry-run';

/** The near plan as it would be, were all this so at once. Nothing is kept, and nothing sent. Throws Problem. */
export function dryRun(state: SiteState, supposed: Supposed, { nowMs, schedule }: Now): PlanView {
  for (const limit of supposed.limits) checkLimit(state.site, limit);
  const limits = supposed.limits.map((limit): SiteEvent => ({ type: 'limitPut', limit }));
  let then = limits.reduce((known, event) => reduce(known, event, nowMs), state);
  for (const [index, session] of supposed.sessions.entries())
    for (const event of eventsOf(then, session, { index, nowMs })) then = reduce(then, event, nowMs);
  const windows = expandLimits(then.limits.values(), then.site.timeZone, nowMs, nowMs + WINDOWS_AHEAD_MS);
  return planView(state.site.siteId, planSite(then, windows, nowMs, schedule), undefined);
}

function eventsOf(
  state: SiteState,
  { stationId, evseId, needs }: SupposedSession,
  { index, nowMs }: { readonly index: number; readonly nowMs: number },
): readonly SiteEvent[] {
  const station = state.stations.get(stationId);
  const evse = station?.evses.get(evseId);
  if (station === undefined || evse === undefined)
    throw new Problem('EVSE_NOT_FOUND', `The site has no station "${stationId}" with an EVSE ${evseId}.`, {
      field: `/sessions/${index}`,
    });
  const connected: readonly SiteEvent[] =
    station.connection.status === 'online'
      ? []
      : [
          { type: 'stationConnected', stationId, connectionId: CONNECTION_ID, ocppVersion: '2.0.1' },
          { type: 'stationBooted', stationId, identity: station.identity ?? { vendor: 'unknown', model: 'unknown' } },
        ];
  const open = evse.transaction;
  const transactionId = `dry-run-${index}`;
  const started: readonly SiteEvent[] =
    open === null
      ? [
          {
            type: 'transactionStarted',
            stationId,
            evseId,
            transactionId,
            idToken: 'unknown',
            authorized: true,
            meterStartWh: 0,
            meterStartIsUnknown: true,
            startedAtMs: nowMs,
          },
        ]
      : [];
  const sessionId = open?.sessionId ?? transactionId;
  const needed: readonly SiteEvent[] = needs === undefined ? [] : [{ type: 'needsPut', sessionId, needs }];
  return [...connected, ...started, ...needed];
}
